"""Letting advertisements into readers' pages: at most one a page, and none for who was promised none.

A page whose reader is known to get none asks the database nothing about advertisements.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.images.models import Filter

from masthead.advertising import choosing, faces, placements
from masthead.advertising.choosing import Candidate
from masthead.advertising.models import Creative
from masthead.advertising.placements import Placement
from masthead.circulation import advertisements
from masthead.editorial.models import Article, ArticleIndex, FrontPage, Section, Title
from masthead.manuscript import languages
from masthead.newsstand.advertisement_cards import Advertisement
from masthead.newsstand.pages import Chrome
from masthead.production import overhearing

Candidates = Callable[[Title, Placement, datetime], Sequence[Candidate]]

MARK = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 8"><path stroke="#80868b" '
    b'stroke-width="2" d="M-2 9 8-1M5 9 15-1M12 9 22-1M19 9 29-1M26 9 36-1M33 9 43-1M40 9 50-1"/></svg>'
)
"""Beside the label of an advertisement without a picture: hatching, grey on any ground."""

STAND_ON: dict[type, Placement] = {
    Article: placements.ARTICLE,
    ArticleIndex: placements.LIST,
    Section: placements.LIST,
    FrontPage: placements.FRONT,
}
"""Which pages have a place for one. The reader of an issue has none: it may be kept for a journey."""


def running(title: Title, placement: Placement, at: datetime) -> list[Candidate]:
    """Return what may stand in a placement now, and have it heard that a page was made from it."""
    if overhearing.is_listening():
        overhearing.hear([f"advertisements:{title.pk}"])
    return choosing.candidates(title, placement, at)


def let_in(
    values: Any,
    kind: type,
    request: HttpRequest,
    title: Title,
    candidates: Candidates = running,
) -> Any:
    """Return the values of a page with the advertisement that stands on it, if there is one.

    Args:
        values: the page's.
        kind: which kind of page it is.
        request: what was asked for, and by whom.
        title: whose page.
        candidates: says what may stand in a placement; asked only where one may be shown.
    """
    placement = STAND_ON.get(kind)
    now = timezone.now()
    if placement is None or advertisements.are_promised_away(request, title, now):
        return values
    found = candidates(title, placement, now)
    chosen = choosing.chosen_among(found, title, placement, request.path_info, now)
    if chosen is None or not advertisements.may_stand(request, title, now):
        return values
    return replace(values, advertisement=shown(chosen, placement))


def alone(creative: Creative, ground: faces.Ground) -> str:
    """Return a page with nothing on it but a creative, as staff look at it before it runs."""
    placement = creative.booking.place or placements.ARTICLE
    advertisement = shown(creative, placement)
    if creative.picture is not None:
        url = creative.picture.get_rendition(Filter(spec=placement.picture_spec)).url
    else:
        url = f"data:image/svg+xml;base64,{b64encode(MARK).decode()}"
    title = creative.booking.title
    chrome = Chrome(
        publication=title.name,
        language=title.language,
        direction=languages.direction(title.language),
    )
    page = {
        "chrome": chrome,
        "advertisement": replace(advertisement, picture_url=url),
        "ground": ground,
    }
    return render_to_string("newsstand/advertisement.html", {"page": page})


def shown(creative: Creative, placement: Placement) -> Advertisement:
    """Return a creative as a page shows it; fetched with its booking, advertiser and picture."""
    picture, width, height = creative.picture, 0, 0
    if picture is not None and picture.width and picture.height:
        scale = min(1.0, placement.width / picture.width, placement.height / picture.height)
        width, height = round(picture.width * scale), round(picture.height * scale)
    return Advertisement(
        advertiser=creative.booking.advertiser.name,
        headline=creative.headline,
        words=creative.words,
        url=reverse("newsstand:advertisement", args=[creative.key]),
        picture_url=reverse("newsstand:advertisement-picture", args=[creative.key]),
        width=width,
        height=height,
        alternative=(creative.alternative or picture.description) if picture else "",
    )
