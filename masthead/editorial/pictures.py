"""Pictures as readers get them: which sizes there are, and the card an edition needs.

Making a size takes up to a second, so it is done by tasks of production's: the one size that
every browser understands when a picture is taken in, the others after publication. Who is quicker
than the worker has that one made on the spot, but for a reader: who reads never waits for a picture,
and gets the page without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import QuerySet
from wagtail.images.models import Filter

from masthead.editorial.models.picture import Picture, Rendition
from masthead.manuscript.press_document import PictureCard, PictureSource

WIDTHS = (480, 720, 960, 1600)
"""Widths in pixels: small screens, phones, a column on a sharp screen, the whole page."""

AVIF_QUALITY = 50
"""Of 100. Drawings of lines over flat inks weigh less than half of what WebP makes of them."""

BASE_WIDTH = 960
"""The width of the one that stands in for all others."""

KEPT_AS_PNG = {".png", ".gif"}
"""Drawings lose their edges as JPEG; AVIF serves most readers anyway."""


def specs(picture: Picture) -> list[str]:
    """Return the filter specs of every rendition that readers may be offered."""
    widths = [width for width in WIDTHS if width < picture.width] or [WIDTHS[0]]
    small = (f"width-{width}|avifquality-{AVIF_QUALITY}|format-avif" for width in widths)
    return [*small, base_spec(picture)]


def base_spec(picture: Picture) -> str:
    """Return the filter spec of the rendition that any browser understands."""
    ending = picture.file.name[picture.file.name.rfind(".") :].lower()
    return f"width-{BASE_WIDTH}|format-{'png' if ending in KEPT_AS_PNG else 'jpeg'}"


def make(picture: Picture) -> int:
    """Make whatever renditions of `picture` are missing; return how many there are now."""
    return len(picture.create_renditions(*(Filter(spec=spec) for spec in specs(picture))))


_may_be_made: ContextVar[bool] = ContextVar("may_be_made", default=True)


@contextmanager
def making(*, allowed: bool) -> Iterator[None]:
    """Say whether sizes that are missing may be made within; not where a reader waits for a page."""
    token = _may_be_made.set(allowed)
    try:
        yield
    finally:
        _may_be_made.reset(token)


def rendition(picture: Picture, spec: str) -> Rendition | None:
    """Return a size of a picture, made if it is missing; None if it may not be, or its file is lost."""
    wanted = Filter(spec=spec)
    try:
        return picture.find_existing_rendition(wanted)
    except Rendition.DoesNotExist:
        return _made(picture, wanted)


def _made(picture: Picture, wanted: Filter) -> Rendition | None:
    if not _may_be_made.get():
        return None
    try:
        return picture.create_rendition(wanted)
    except OSError:
        # A reader's page must not fail for a lost file; `masthead check` names it.
        return None


def has_base(picture: Picture) -> bool:
    """Say whether that one is there already."""
    return picture.renditions.filter(filter_spec=base_spec(picture)).exists()


def with_renditions(pictures: QuerySet[Picture]) -> QuerySet[Picture]:
    """Return the same pictures with their renditions fetched along (one more query)."""
    return pictures.prefetch_related("renditions")


def card(picture: Picture) -> PictureCard | None:
    """Return the card of a picture fetched `with_renditions`.

    None if there is nothing to show: its file is lost, or nothing may be made just now.
    """
    wanted = set(specs(picture))
    there: dict[str, Rendition] = {
        rendition.filter_spec: rendition
        for rendition in picture.renditions.all()
        if rendition.filter_spec in wanted
    }
    base = base_spec(picture)
    if base not in there:
        if (made := _made(picture, Filter(spec=base))) is None:
            return None
        there[base] = made
    ordered = sorted(there.values(), key=lambda r: (r.filter_spec == base, r.width))
    return PictureCard(
        width=picture.width,
        height=picture.height,
        sources=tuple(PictureSource(r.url, r.width, _media_type(r.filter_spec)) for r in ordered),
        alternative=picture.description,
        credit=picture.credit,
    )


def cards(pictures: Iterable[Picture]) -> dict[str, PictureCard]:
    """Return cards by picture key."""
    found = ((picture.picture_key, card(picture)) for picture in pictures)
    return {key: made for key, made in found if made}


def _media_type(spec: str) -> str:
    return "image/" + spec.rpartition("format-")[2]
