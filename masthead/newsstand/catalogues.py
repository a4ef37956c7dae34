"""What a catalogue for reading apps holds: issues on sale, by year, and where their editions are.

Names, covers and dates of issues on sale are everybody's. Whether somebody may have an edition is
asked when they fetch it, so a catalogue is the same for all.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django.db.models import Exists, OuterRef
from django.urls import reverse

from masthead.editorial.models import FrontPage, Issue
from masthead.editorial.models.issue import CoverLine
from masthead.manuscript.press_document import PictureCard
from masthead.newsstand import share_cards
from masthead.newsstand.cards import picture_cards
from masthead.newsstand.feeds import LONG_AGO
from masthead.production import for_readers
from masthead.production.models import Edition

KNOWN_TO_ALL = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture of an issue, at a full address."""

    url: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Acquisition:
    """An edition of an issue, at a full address."""

    url: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An issue. Both kinds of catalogue tell it by the same ``id`` and the same ``updated_at``."""

    id: str
    url: str
    title: str
    summary: str
    series: str
    position: int
    number: str
    language: str
    publisher: str
    published_on: date
    updated_at: datetime
    covers: tuple[Cover, ...]
    features: tuple[str, ...]
    acquisitions: tuple[Acquisition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The issues of one year; ``publications`` is empty where only their number is told."""

    id: str
    year: int
    count: int
    updated_at: datetime
    publications: tuple[Publication, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All years, the newest first."""

    id: str
    title: str
    publisher: str
    language: str
    home_url: str
    updated_at: datetime
    shelves: tuple[Shelf, ...]


def catalogue_of(front: FrontPage, *, url: str, year: int | None = None) -> Catalogue | None:
    """Return the catalogue of a title; None where readers can have nothing.

    Args:
        front: the title's front page.
        url: the full address of it, from which others are made.
        year: tell the issues of this year alone, each with its editions.
    """
    title = front.publication
    issues = [issue for issue in _issues(front) if year is None or issue.cover_date.year == year]
    editions = for_readers.newest(issues)
    issues = [issue for issue in issues if issue.pk in editions]
    if not issues:
        return None
    told = _publications(issues, editions, url) if year is not None else ()
    shelves = []
    for one in sorted({issue.cover_date.year for issue in issues}, reverse=True):
        of_year = [issue for issue in issues if issue.cover_date.year == one]
        shelf = Shelf(
            id=f"urn:uuid:{uuid.uuid5(title.key, str(one))}",
            year=one,
            count=len(of_year),
            updated_at=max(_updated_at(issue, editions[issue.pk]) for issue in of_year),
            publications=told,
        )
        shelves.append(shelf)
    return Catalogue(
        id=f"urn:uuid:{title.key}",
        title=title.name,
        publisher=title.publisher or title.name,
        language=title.language,
        home_url=urljoin(url, front.url or "/"),
        updated_at=max(shelf.updated_at for shelf in shelves),
        shelves=tuple(shelves),
    )


def has_catalogue(front: FrontPage) -> bool:
    """Say whether readers can have an edition of any issue: one query."""
    return _issues(front).exists()


def _issues(front: FrontPage) -> Any:
    sound = Edition.objects.filter(
        issue=OuterRef("pk"), form__in=for_readers.FORMATS, state=Edition.State.SOUND
    )
    on_sale = Issue.objects.descendant_of(front).on_sale().public()
    return on_sale.filter(Exists(sound)).select_related("publication", "cover")


def _publications(
    issues: list[Issue], editions: dict[int, list[Edition]], url: str
) -> tuple[Publication, ...]:
    covers = picture_cards(issue.cover_id for issue in issues if issue.cover_id)
    lines = CoverLine.objects.filter(issue__in=issues).order_by("sort_order", "pk")
    told = {issue.pk: [one.text for one in lines if one.issue_id == issue.pk] for issue in issues}
    return tuple(
        Publication(
            id=f"urn:uuid:{issue.key}",
            url=urljoin(url, issue.url or "/"),
            title=f"{issue.publication.name}, {issue.title}",
            summary=" · ".join(told[issue.pk]),
            series=issue.publication.name,
            position=issue.sequence or 0,
            number=issue.number,
            language=issue.publication.language,
            publisher=issue.publication.publisher or issue.publication.name,
            published_on=issue.cover_date,
            updated_at=_updated_at(issue, editions[issue.pk]),
            covers=_covers(issue, covers.get(issue.cover_id or 0), url),
            features=_features(editions[issue.pk]),
            acquisitions=tuple(_acquisition(issue, one, url) for one in editions[issue.pk]),
        )
        for issue in issues
    )


def _covers(issue: Issue, card: PictureCard | None, url: str) -> tuple[Cover, ...]:
    """Return the cover, the largest picture of it first; else the card that stands for the issue."""
    # Programs of ten years ago read these catalogues, and know two kinds of pictures.
    known = [one for one in (card.sources if card else ()) if one.media_type in KNOWN_TO_ALL]
    if card is None or not known:
        drawn = share_cards.of_issue(issue)
        path = reverse("newsstand:square-card", args=[issue.key, drawn.digest])
        return (Cover(urljoin(url, path), "image/png", share_cards.SQUARE, share_cards.SQUARE),)
    return tuple(
        Cover(
            urljoin(url, one.url),
            one.media_type,
            one.width,
            max(1, round(one.width * card.height / card.width)),
        )
        for one in sorted(known, key=lambda one: one.width, reverse=True)
    )


def _acquisition(issue: Issue, edition: Edition, url: str) -> Acquisition:
    form = for_readers.FORMATS[edition.form]
    path = reverse("newsstand:edition", args=[issue.key, edition.sha256, form.ending])
    return Acquisition(urljoin(url, path), form.media_type, edition.size)


def _features(editions: list[Edition]) -> tuple[str, ...]:
    """Return what at least one of the editions does, each once."""
    all_of_them = [
        feature for edition in editions for feature in for_readers.FORMATS[edition.form].features
    ]
    return tuple(dict.fromkeys(all_of_them))


def _updated_at(issue: Issue, editions: list[Edition]) -> datetime:
    moments = [issue.on_sale_at, issue.last_published_at]
    moments += [edition.finished_at for edition in editions]
    return max(filter(None, moments), default=LONG_AGO)
