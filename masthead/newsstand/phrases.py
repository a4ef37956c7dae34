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
            cover=_("Cover"),
            pages=_("Pages of the print edition"),
            landmarks=_("Landmarks"),
            topics=_("Topics"),
            people=_("People"),
            organisations=_("Organisations"),
            places=_("Places"),
            events=_("Events"),
            themes=_("Themes"),
            colophon=_("Colophon"),
            read_by=_("Read by"),
            computer_voice=_("Read by a computer voice"),
            pages_of=_("Page numbers are those of:"),
            print_edition=_("print edition"),
            set_in=_("Set in"),
            accessible_text=_("All text can be enlarged, restyled and read aloud."),
            accessible_pictures=_("Pictures are described in words."),
            accessible_sound=_("Recordings are in step with the text, sentence by sentence."),
            accessible_pages=_("Page numbers are those of the print edition."),
        )
