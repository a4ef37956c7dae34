"""Filling in what the head of a page tells machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Protocol, TypeVar
from urllib.parse import urljoin

from django.urls import reverse
from django.utils.translation import gettext as _

from masthead.manuscript.press_document import PictureCard
from masthead.newsstand import structured_data
from masthead.newsstand.media_types import NAVIGATION, OPDS_2
from masthead.newsstand.pages import Chrome, FeedLink, Link, Metadata, Pager, ShareImage
from masthead.newsstand.structured_data import Node

FORMS = {
    "rss.xml": ("RSS", "application/rss+xml"),
    "atom.xml": ("Atom", "application/atom+xml"),
    "feed.json": ("JSON Feed", "application/feed+json"),
}
"""The last part of a feed's address, what that form is called, and its media type."""


class HasChrome(Protocol):
    """Any page's values."""

    @property
    def chrome(self) -> Chrome:
        """What stands around it."""
        ...


PageValues = TypeVar("PageValues", bound=HasChrome)


def head(
    page: PageValues,
    *nodes: Node,
    title: str = "",
    url: str = "",
    trail: Iterable[Link] = (),
    image: ShareImage | None = None,
    pager: Pager | None = None,
    feeds: bool = False,
    podcast: bool = False,
    catalogue: bool = False,
    **facts: Any,
) -> PageValues:
    """Return the page with its head filled in.

    Args:
        page: complete but for that.
        nodes: what it is about, as structured data.
        title: what it is called elsewhere; the magazine's name if left out.
        url: its own full address, where that is not the one in its chrome.
        trail: the way to it from the front page, which is put before it.
        image: what stands for it elsewhere; the magazine's own card if left out.
        pager: for a long list, where in it one is.
        feeds: whether it has feeds of its own.
        podcast: whether it has a podcast of its own, where the magazine has one.
        catalogue: whether reading apps have a catalogue of what it shows.
        facts: further fields of `Metadata`.
    """
    chrome = page.chrome
    way = tuple(trail)
    if way:
        way = (Link(chrome.publication, chrome.home_url), *way)
    chrome = replace(chrome, breadcrumbs=way)
    if chrome.preview or not chrome.site_url:
        # Nobody is to learn of what is not out, nor of a page that is not there.
        return replace(page, chrome=chrome)  # type: ignore[type-var]
    pager = pager or Pager()
    canonical = url or chrome.canonical_url
    if pager.number > 1:
        canonical += f"?page={pager.number}"
    said = [*structured_data.house(chrome), *nodes]
    if way:
        said.append(structured_data.breadcrumbs(chrome, way))
    given = {
        "title": title or chrome.publication,
        "locale": locale(chrome.language),
        "image": image or chrome.metadata.image,
        "previous_url": full(chrome, pager.newer_url),
        "next_url": full(chrome, pager.older_url),
        "feeds": (
            *(feeds_of(chrome, title) if feeds else chrome.metadata.feeds),
            *(_podcast(chrome, chrome.canonical_url, title) if podcast else ()),
            *(_catalogues(chrome) if catalogue else ()),
        ),
    }
    metadata = Metadata(structured_data=structured_data.script(said), **(given | facts))
    return replace(  # type: ignore[type-var]
        page, chrome=replace(chrome, canonical_url=canonical, metadata=metadata)
    )


def feeds_of(chrome: Chrome, name: str = "") -> tuple[FeedLink, ...]:
    """Return the feeds of the page that `chrome` stands around, and the magazine's."""
    own = _feeds(chrome.canonical_url, f"{chrome.publication}: {name}") if name else ()
    house = _feeds(chrome.site_url, chrome.publication)
    return (*own, *house, *_podcast(chrome, chrome.site_url))


def _feeds(url: str, name: str) -> tuple[FeedLink, ...]:
    return tuple(
        FeedLink(f"{name} ({form})", f"{url}feeds/{ending}", media_type)
        for ending, (form, media_type) in FORMS.items()
    )


def _podcast(chrome: Chrome, url: str, name: str = "") -> tuple[FeedLink, ...]:
    if not chrome.has_podcast:
        return ()
    called = f"{chrome.publication}: {name}" if name else chrome.publication
    heading = _("%(name)s (podcast)") % {"name": called}
    link = FeedLink(heading, f"{url}feeds/podcast.xml", "application/rss+xml")
    return (link,)


def _catalogues(chrome: Chrome) -> tuple[FeedLink, ...]:
    heading = _("%(name)s (catalogue for reading apps)") % {"name": chrome.publication}
    return tuple(
        FeedLink(heading, full(chrome, reverse(f"newsstand:{name}")), media_type)
        for name, media_type in (("catalogue", OPDS_2), ("old-catalogue", NAVIGATION))
    )


def share_image(chrome: Chrome, card: PictureCard | None) -> ShareImage | None:
    """Return a picture as it stands for a page elsewhere; None where there is none."""
    node = structured_data.picture(chrome, card)
    if card is None or node is None:
        return None
    return ShareImage(node["url"], node["width"], node["height"], card.alternative)


def shelf(chrome: Chrome, name: str) -> Link:
    """Return the link to a shelf by the name of its field in `chrome`."""
    names = {
        "issues_url": _("Issues"),
        "articles_url": _("All articles"),
        "contributors_url": _("Contributors"),
        "topics_url": _("Topics"),
    }
    return Link(names[name], getattr(chrome, name))


def here(chrome: Chrome, name: str) -> Link:
    """Return the link to the page itself, which ends its own trail."""
    return Link(name, chrome.path)


def full(chrome: Chrome, url: str) -> str:
    """Return a full address, or nothing for nothing."""
    return urljoin(chrome.site_url, url) if url else ""


def locale(language: str) -> str:
    """Return a language tag as Open Graph writes it: en_GB, and en as it is."""
    parts = language.split("-")
    region = next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
    return f"{parts[0].lower()}_{region.upper()}" if region else parts[0].lower()


def share_card_url(site_url: str, key: Any, digest: str) -> str:
    """Return the full address of a share card."""
    return urljoin(site_url, reverse("newsstand:share-card", args=[key, digest]))
