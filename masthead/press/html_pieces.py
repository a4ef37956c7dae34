"""Small pieces of HTML that the web press is built of; every value is escaped here."""

from __future__ import annotations

import re
from datetime import date, datetime
from html import escape
from urllib.parse import urlsplit

from masthead.manuscript.addresses import public
from masthead.manuscript.nodes import Attribution, Crop, Figure, Source
from masthead.manuscript.press_document import PictureCard
from masthead.press import dates

SIZES = "(min-width: 60rem) 60rem, 100vw"
"""How wide a picture stands, as far as a body can know it; themes refine it by CSS."""

_NOT_FOR_AN_ID = re.compile(r"[^A-Za-z0-9.:-]")


def name_for(text: str) -> str:
    """Return text fit for an ``id``; different texts stay different."""
    return _NOT_FOR_AN_ID.sub(lambda match: f"_{ord(match[0]):x}_", text)


def attribute(name: str, value: str) -> str:
    """Return an attribute, or nothing for an empty value."""
    return f' {name}="{escape(value)}"' if value else ""


def span(name: str, value: str, *, before: str = "") -> str:
    """Return text in a span of that class, or nothing for no text."""
    return f'{before}<span class="{name}">{escape(value)}</span>' if value else ""


def linked(html: str, address: str) -> str:
    """Return HTML as a link to a public address, or by itself."""
    if not html or not public(address):
        return html
    return f'<a href="{escape(address)}" rel="noopener">{html}</a>'


def host(address: str) -> str:
    """Return the host of a public address without its www, or nothing."""
    try:
        return (urlsplit(public(address)).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def time(moment: date | datetime | None, language: str) -> str:
    """Return a day, or a moment to the minute, as a time element in words of that language."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        words = dates.moment_in(language, moment)
    else:
        words = dates.day_in(language, moment)
    return f'<time datetime="{moment.isoformat()}">{escape(words)}</time>'


def kept(text: str) -> str:
    """Return code whose first line break survives: browsers drop one right after `pre`."""
    return f"\n{text}" if text.startswith("\n") else text


def picture(
    card: PictureCard, alternative: str, figure: Figure | None = None, *, eager: bool = False
) -> str:
    """Return a picture in all its sizes; the last source is the one any browser knows."""
    if not card.sources:
        return ""
    *others, last = card.sources
    kinds = dict.fromkeys(source.media_type for source in others)
    sources = "".join(
        f'<source type="{escape(kind)}" sizes="{SIZES}" srcset="'
        + ", ".join(
            f"{escape(source.url)} {source.width}w"
            for source in others
            if source.media_type == kind
        )
        + '">'
        for kind in kinds
    )
    crop = figure.part if figure else None
    focal = figure.focal_point if figure and not crop else None
    style = ""
    if crop:
        style = _placed(crop)
    elif focal:
        style = f' style="object-position: {focal[0]:.1%} {focal[1]:.1%}"'
    loading = ' fetchpriority="high"' if eager else ' loading="lazy"'
    image = (
        f'<img src="{escape(last.url)}" width="{card.width}" height="{card.height}"'
        f' alt="{escape(alternative)}"{style}{loading}>'
    )
    whole = f"<picture>{sources}{image}</picture>"
    if not crop:
        return whole
    shape = f"{card.width * crop.width:.0f} / {card.height * crop.height:.0f}"
    return f'<span class="crop" style="aspect-ratio: {shape}">{whole}</span>'


def _placed(crop: Crop) -> str:
    """Return the style that enlarges a picture and moves it so that only the crop is in view."""
    return (
        f' style="width: {1 / crop.width:.2%}; height: {1 / crop.height:.2%};'
        f' left: {-crop.left / crop.width:.2%}; top: {-crop.top / crop.height:.2%}"'
    )


def told(attribution: Attribution, language: str) -> str:
    """Return an attribution in a line of plain words."""
    day = dates.day_in(language, attribution.said_on) if attribution.said_on else ""
    facts = (attribution.speaker, attribution.role, attribution.outlet, attribution.medium, day)
    return ", ".join(filter(None, facts))


def source(entry: Source, language: str) -> str:
    """Return an entry of the list of sources."""
    facts = [
        span("source-author", entry.author),
        linked(f"<cite>{escape(entry.title)}</cite>", entry.url),
        span("outlet", entry.outlet),
        time(entry.published_on, language),
        span("source-note", entry.note),
    ]
    return ", ".join(filter(None, facts))
