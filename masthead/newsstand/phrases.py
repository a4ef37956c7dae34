"""The words that an edition says itself, in the language of the article they stand in."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from masthead.press.phrases import Phrases


def phrases_in(language: str) -> Phrases:
    """Return the phrases in `language`, a BCP 47 tag; in English as far as nobody translated them."""
    with translation.override(language):
        return Phrases(
            notes=_("Notes"),
            sources=_("Sources"),
            back_to_text=_("Back to the text"),
            note=_("Note"),
            transcript=_("Transcript"),
            before=_("before"),
            as_of=_("as of"),
            source=_("Source:"),
            elsewhere=_("See it at"),
            excerpt_from=_("From"),
            part=_("Part"),
            picture=_("Picture"),
            denial=_("Denial"),
            quote=_("Quote"),
            end_quote=_("End quote"),
            contents=_("Contents"),
            corrections=_("Corrections"),
            from_the_editor=_("From the editor"),
        )
