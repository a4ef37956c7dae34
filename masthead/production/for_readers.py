"""Which editions are for readers: of an issue on sale, the newest sound one in each form of these.

What goes to a printer, and what is only a proof, is for nobody outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from masthead.editorial.models import Issue
from masthead.production.models import Edition


@dataclass(frozen=True, slots=True)
class Format:
    """What a form of edition is to a reading app.

    ``features`` are what it does for people who read otherwise, in the words of schema.org.
    """

    ending: str
    media_type: str
    features: tuple[str, ...]


FORMATS: dict[str, Format] = {
    Edition.Form.SCREEN: Format(
        "pdf",
        "application/pdf",
        ("taggedPDF", "structuralNavigation", "readingOrder", "alternativeText", "unlocked"),
    ),
    Edition.Form.EPUB: Format(
        "epub",
        "application/epub+zip",
        ("tableOfContents", "structuralNavigation", "readingOrder", "displayTransformability"),
    ),
    Edition.Form.AUDIO: Format("mp3", "audio/mpeg", ("tableOfContents", "unlocked")),
}
"""The forms that readers may have, in the order in which they are offered."""


def newest(issues: Iterable[Issue]) -> dict[int, list[Edition]]:
    """Return what readers may have of each issue, by its number; one query for all of them.

    Issues that are not on sale, or of which nothing was pressed, have nothing.
    """
    on_sale = {issue.pk: issue for issue in issues if issue.state == Issue.State.ON_SALE}
    found: dict[tuple[int, str], Edition] = {}
    sound = Edition.objects.filter(issue__in=on_sale, form__in=FORMATS).sound()
    for edition in sound.defer("fits", "pages_seen", "notes"):
        found.setdefault((edition.issue_id, edition.form), edition)
    return {
        pk: [found[pk, form] for form in FORMATS if (pk, form) in found]
        for pk in on_sale
        if any((pk, form) in found for form in FORMATS)
    }


def articles_in(edition: Edition) -> set[str]:
    """Return the keys of the articles that an edition was pressed with."""
    return {str(key) for key, *_rest in edition.made_from.get("articles", ())}
