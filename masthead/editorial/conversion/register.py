"""Which row a key stands for, looked up beforehand and all at once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from masthead.editorial.models.picture import Attachment, Picture

PAGE_LINK = re.compile(r'<a[^>]*\blinktype="page"[^>]*>')
LINK_ID = re.compile(r'\bid="(\d+)"')
KEYED = ("article", "issue", "contributor", "topic", "dossier")


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What a figure falls back on: the picture's own words and focus."""

    pk: int
    key: str
    description: str
    credit: str
    place: str
    focal_point: tuple[float, float] | None


@dataclass
class Register:
    """Rows by key and keys by row, for pictures, recordings and pages.

    Anything absent is unknown to the house: reading leaves it out, writing reports it.
    """

    pictures: dict[int, PictureFacts] = field(default_factory=dict)
    recordings: dict[int, str] = field(default_factory=dict)
    pages: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare the way back from keys."""
        self.picture_by_key = {facts.key: facts for facts in self.pictures.values()}
        self.recording_by_key = {key: pk for pk, key in self.recordings.items()}
        self.page_by_key = {key: pk for pk, key in self.pages.items()}


def for_streams(*streams: Any) -> Register:
    """Return the register of everything that stored streams (plain JSON) refer to: 3 queries."""
    pictures: set[int] = set()
    recordings: set[int] = set()
    pages: set[int] = set()
    for name, value in _leaves(streams):
        if name == "picture" and isinstance(value, int):
            pictures.add(value)
        elif name == "recording" and isinstance(value, int):
            recordings.add(value)
        elif isinstance(value, str) and "linktype" in value:
            for link in PAGE_LINK.findall(value):
                pages.update(int(found) for found in LINK_ID.findall(link))
    return _load(
        Picture.objects.filter(pk__in=pictures) if pictures else (),
        Attachment.objects.filter(pk__in=recordings) if recordings else (),
        Page.objects.filter(pk__in=pages).specific(defer=False) if pages else (),
    )


def for_keys(keys: Iterable[str]) -> Register:
    """Return the register of the rows that a manuscript's keys stand for."""
    wanted: dict[str, set[str]] = {}
    for key in keys:
        kind, _, value = key.partition(":")
        wanted.setdefault(kind, set()).add(value)
    pages: list[Page] = []
    for kind in KEYED:
        if found := _uuids(wanted.get(kind, ())):
            pages += _model(kind).objects.filter(key__in=found)
    if found := _uuids(wanted.get("page", ())):
        pages += Page.objects.filter(translation_key__in=found)
    return _load(
        Picture.objects.filter(sha256__in=wanted.get("picture", ())),
        Attachment.objects.filter(sha256__in=wanted.get("audio", ())),
        pages,
    )


def key_of(page: Page) -> str:
    """Return the key under which manuscripts name a page."""
    own = getattr(page, "key", None)
    if own:
        return f"{page._meta.model_name}:{own}"
    return f"page:{page.translation_key}"


def _load(
    pictures: Iterable[Picture], recordings: Iterable[Attachment], pages: Iterable[Page]
) -> Register:
    return Register(
        {
            row.pk: PictureFacts(
                row.pk, row.picture_key, row.description, row.credit, row.place, row.focal
            )
            for row in pictures
        },
        {row.pk: f"audio:{row.sha256}" for row in recordings},
        {page.pk: key_of(page) for page in pages},
    )


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for inner_name, inner in value.items():
            yield from _leaves(inner, inner_name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner, name)
    else:
        yield name, value


def _uuids(values: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found


def _model(kind: str) -> Any:
    from django.apps import apps

    return apps.get_model("editorial", kind)
