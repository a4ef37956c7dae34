"""What the pages of an edition look like, kept with it, so that versions are compared by page."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from masthead.press.paper import likeness
from masthead.production.models import Edition

BY, PAGES = "drawn_by", "pages"


def note(edition: Edition, made: Path) -> None:
    """Write what the pages of a file look like into the edition's record, which is not saved."""
    edition.pages_seen = {BY: likeness.drawn_by(), PAGES: likeness.of_pages(made)}


def of(edition: Edition) -> Sequence[str]:
    """Return the digest of each page; drawn again where another version of us drew them.

    Empty where the file was lost: nobody can say then what its pages look like.
    """
    if edition.pages_seen.get(BY) != likeness.drawn_by():
        try:
            with edition.file.open("rb") as file, tempfile.NamedTemporaryFile() as copy:
                copy.write(file.read())
                copy.flush()
                note(edition, Path(copy.name))
        except (OSError, ValueError):
            return ()
        Edition.objects.filter(pk=edition.pk).update(pages_seen=edition.pages_seen)
    pages: Sequence[str] = edition.pages_seen[PAGES]
    return pages


def that_differ(new: Edition, old: Edition) -> list[int]:
    """Return the pages of one edition that do not look as the other's at the same place.

    Goes by what is recorded, without drawing: where that cannot be compared, none are named.
    """
    if not new.pages_seen or new.pages_seen.get(BY) != old.pages_seen.get(BY):
        return []
    before = old.pages_seen[PAGES]
    return [
        number
        for number, digest in enumerate(new.pages_seen[PAGES], 1)
        if digest not in before[number - 1 : number]
    ]


def told(new: Edition, old: Edition) -> list[str]:
    """Return sentences about the pages that look different, and about their number."""
    found = []
    if pages := that_differ(new, old):
        found.append(
            ngettext(
                "Page %(pages)s looks different.", "Pages %(pages)s look different.", len(pages)
            )
            % {"pages": in_words(pages)}
        )
    if new.pages != old.pages:
        found.append(
            _("There are %(now)d pages, where there were %(before)d.")
            % {"now": new.pages, "before": old.pages}
        )
    return found


def in_words(pages: Sequence[int]) -> str:
    """Return numbers of pages for a sentence, neighbours together: “2, 4–9 and 12”."""
    spans: list[list[int]] = []
    for page in sorted(set(pages)):
        if spans and page == spans[-1][-1] + 1:
            spans[-1].append(page)
        else:
            spans.append([page])
    runs: list[str] = []
    for span in spans:
        # Two neighbours are two numbers; from three on it is a stretch.
        few = len(span) <= 2
        runs += [str(page) for page in span] if few else [f"{span[0]}–{span[-1]}"]
    return get_text_list(runs, _("and"))
