"""Writing a feed as RSS 2.0, Atom (RFC 4287) or JSON Feed 1.1.

Pure, and deterministic: the same feed always gives the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from html import escape
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from masthead.newsstand import xml_text
from masthead.newsstand.feeds import Entry, Feed


def rss(feed: Feed) -> bytes:
    """Return a feed as RSS 2.0."""
    return _written(_Rss, feed)


def atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    return _written(_Atom, feed)


def json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed."""
    feed = _writable(feed)
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "language": feed.language,
        "home_page_url": feed.home_url,
        "feed_url": feed.feed_url,
        "items": [
            {
                "id": f"urn:uuid:{entry.key}",
                "url": entry.url,
                "title": entry.title,
                "summary": entry.summary,
                "content_html": entry.html,
                "language": entry.language,
                "date_published": entry.published_at.isoformat(),
                "date_modified": entry.updated_at.isoformat(),
                "authors": [
                    {"name": author.name, **({"url": author.url} if author.url else {})}
                    for author in entry.authors
                ],
                "tags": list(entry.topics),
            }
            for entry in feed.entries
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


FORMS: dict[str, Callable[[Feed], bytes]] = {
    "rss.xml": rss,
    "atom.xml": atom,
    "feed.json": json_feed,
}
"""How to write a feed, by the last part of its address."""


class _Dated(SyndicationFeed):
    """A feed whose moment is its own; Django's says "now" of an empty one."""

    def latest_post_date(self) -> datetime:
        moment: datetime = self.feed["updated_at"]
        return moment


class _Rss(_Dated, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        if entry.authors:
            # One element for all of them: many readers know only the last of several.
            names = ", ".join(author.name for author in entry.authors)
            handler.addQuickElement("dc:creator", names)
        handler.addQuickElement("dc:language", entry.language)
        handler.addQuickElement("content:encoded", entry.html)


class _Atom(_Dated, Atom1Feed):
    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {**super().item_attributes(item), "xml:lang": item["entry"].language}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        for author in entry.authors:
            handler.startElement("author", {})
            handler.addQuickElement("name", author.name)
            if author.url:
                handler.addQuickElement("uri", author.url)
            handler.endElement("author")
        handler.addQuickElement("content", entry.html, {"type": "html"})


def _written(form: type[SyndicationFeed], feed: Feed) -> bytes:
    feed = _writable(feed)
    document = form(
        title=feed.title,
        link=feed.home_url,
        description=feed.description,
        subtitle=feed.description,
        language=feed.language,
        author_name=feed.publication,
        feed_url=feed.feed_url,
        feed_guid=feed.feed_url,
        updated_at=feed.updated_at,
    )
    for entry in feed.entries:
        document.add_item(
            title=entry.title,
            link=entry.url,
            # Readers take a description for HTML.
            description=escape(entry.summary, quote=False),
            unique_id=f"urn:uuid:{entry.key}",
            unique_id_is_permalink=False,
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            categories=entry.topics,
            entry=entry,
        )
    data = io.BytesIO()
    document.write(data, "utf-8")
    return data.getvalue()


def _writable(value: Any) -> Any:
    """Return the same values without the characters that XML cannot hold."""
    if isinstance(value, str):
        return xml_text.fit(value)
    if isinstance(value, tuple):
        return tuple(map(_writable, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: _writable(getattr(value, one.name)) for one in fields(value)}
        )
    return value
