"""Writing a catalogue as OPDS 2.0 (JSON) or OPDS 1.2 (Atom).

Pure, and deterministic: the same catalogue always gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from masthead.newsstand.catalogues import Catalogue, Publication
from masthead.newsstand.media_types import ACQUISITION, AUTHENTICATION, NAVIGATION, OPDS_2
from masthead.newsstand.xml_writer import XmlWriter

ACQUIRE = "http://opds-spec.org/acquisition"
NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:dc": "http://purl.org/dc/terms/",
    "xmlns:opds": "http://opds-spec.org/2010/catalog",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a catalogue is, in full: itself, its start, how to sign in; a year's by ``of_year``."""

    itself: str
    start: str
    authentication: str

    def of_year(self, year: int) -> str:
        """Return where the issues of a year are."""
        return f"{self.start}{year}/"


# --- OPDS 2.0 -----------------------------------------------------------------


def navigation(catalogue: Catalogue, at: Addresses) -> bytes:
    """Return the way to each year, as OPDS 2.0."""
    years = [
        {
            "href": at.of_year(shelf.year),
            "title": str(shelf.year),
            "type": OPDS_2,
            "rel": "subsection",
            "properties": {"numberOfItems": shelf.count},
        }
        for shelf in catalogue.shelves
    ]
    return _json({**_head(catalogue, catalogue.title, catalogue.id, at), "navigation": years})


def publications(catalogue: Catalogue, at: Addresses) -> bytes:
    """Return the issues of the catalogue's one year, as OPDS 2.0."""
    (shelf,) = catalogue.shelves
    title = f"{catalogue.title}, {shelf.year}"
    told = _head(catalogue, title, shelf.id, at, count=shelf.count)
    told["publications"] = [_publication(one, at) for one in shelf.publications]
    return _json(told)


def authentication(catalogue_title: str, at: Addresses, *, account_url: str, words: Any) -> bytes:
    """Return how reading apps sign in.

    Args:
        catalogue_title: what the catalogue is called.
        at: its addresses.
        account_url: where readers get what they sign in with.
        words: ``description``, ``login`` and ``password``, in the reader's language.
    """
    document = {
        "id": at.authentication,
        "title": catalogue_title,
        "description": words["description"],
        "links": [
            {"rel": "start", "href": at.start, "type": OPDS_2},
            {"rel": "help", "href": account_url, "type": "text/html"},
            {"rel": "register", "href": account_url, "type": "text/html"},
        ],
        "authentication": [
            {
                "type": "http://opds-spec.org/auth/basic",
                "labels": {"login": words["login"], "password": words["password"]},
            }
        ],
    }
    return _json(document)


def _head(
    catalogue: Catalogue, title: str, own_id: str, at: Addresses, *, count: int | None = None
) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "identifier": own_id,
        "title": title,
        "modified": _moment(catalogue.updated_at),
    }
    if count is not None:
        metadata["numberOfItems"] = count
    return {
        "metadata": metadata,
        "links": [
            {"rel": "self", "href": at.itself, "type": OPDS_2},
            {"rel": "start", "href": at.start, "type": OPDS_2},
            {"rel": "alternate", "href": catalogue.home_url, "type": "text/html"},
            {
                "rel": "http://opds-spec.org/auth/document",
                "href": at.authentication,
                "type": AUTHENTICATION,
            },
        ],
    }


def _publication(one: Publication, at: Addresses) -> dict[str, Any]:
    series = {"name": one.series, "position": one.position}
    heard = any(edition.media_type.startswith("audio/") for edition in one.acquisitions)
    sign_in = {"authenticate": {"href": at.authentication, "type": AUTHENTICATION}}
    metadata: dict[str, Any] = {
        "@type": "http://schema.org/PublicationIssue",
        "identifier": one.id,
        "title": one.title,
        "language": one.language,
        "publisher": one.publisher,
        "published": one.published_on.isoformat(),
        "modified": _moment(one.updated_at),
        "belongsTo": {"series": series},
        "accessibility": {
            "accessMode": ["textual", "visual", *(["auditory"] if heard else [])],
            "feature": list(one.features),
            "hazard": ["none"],
        },
    }
    if one.summary:
        metadata["description"] = one.summary
    return {
        "metadata": metadata,
        "links": [
            {"rel": "alternate", "href": one.url, "type": "text/html"},
            *(
                {
                    "rel": ACQUIRE,
                    "href": edition.url,
                    "type": edition.media_type,
                    "size": edition.size,
                    "properties": sign_in,
                }
                for edition in one.acquisitions
            ),
        ],
        "images": [
            {
                "href": cover.url,
                "type": cover.media_type,
                "width": cover.width,
                "height": cover.height,
            }
            for cover in one.covers
        ],
    }


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


# --- OPDS 1.2 -----------------------------------------------------------------


def old_navigation(catalogue: Catalogue, at: Addresses) -> bytes:
    """Return the way to each year, as OPDS 1.2."""
    xml = XmlWriter()
    with xml.within("feed", NAMESPACES):
        _old_head(xml, catalogue, catalogue.title, catalogue.id, NAVIGATION, at)
        for shelf in catalogue.shelves:
            with xml.within("entry"):
                xml.say("title", str(shelf.year))
                xml.say("id", shelf.id)
                xml.say("updated", _moment(shelf.updated_at))
                xml.say("content", f"{catalogue.title}, {shelf.year} ({shelf.count})", type="text")
                href = at.of_year(shelf.year)
                xml.say("link", "", rel="subsection", href=href, type=ACQUISITION)
    return xml.data.getvalue()


def old_publications(catalogue: Catalogue, at: Addresses) -> bytes:
    """Return the issues of the catalogue's one year, as OPDS 1.2."""
    (shelf,) = catalogue.shelves
    xml = XmlWriter()
    with xml.within("feed", NAMESPACES):
        title = f"{catalogue.title}, {shelf.year}"
        _old_head(xml, catalogue, title, shelf.id, ACQUISITION, at)
        for one in shelf.publications:
            with xml.within("entry"):
                _old_entry(xml, one)
    return xml.data.getvalue()


def _old_head(
    xml: XmlWriter, catalogue: Catalogue, title: str, own_id: str, kind: str, at: Addresses
) -> None:
    xml.say("id", own_id)
    xml.say("title", title)
    xml.say("updated", _moment(catalogue.updated_at))
    with xml.within("author"):
        xml.say("name", catalogue.publisher)
        xml.say("uri", catalogue.home_url)
    xml.say("link", "", rel="self", href=at.itself, type=kind)
    xml.say("link", "", rel="start", href=at.start, type=NAVIGATION)
    if at.itself != at.start:
        xml.say("link", "", rel="up", href=at.start, type=NAVIGATION)
    xml.say("link", "", rel="alternate", href=catalogue.home_url, type="text/html")
    document = "http://opds-spec.org/auth/document"
    xml.say("link", "", rel=document, href=at.authentication, type=AUTHENTICATION)


def _old_entry(xml: XmlWriter, one: Publication) -> None:
    xml.say("title", one.title)
    xml.say("id", one.id)
    xml.say("updated", _moment(one.updated_at))
    if one.summary:
        xml.say("summary", one.summary, type="text")
    xml.say("dc:language", one.language)
    xml.say("dc:publisher", one.publisher)
    xml.say("dc:issued", one.published_on.isoformat())
    xml.say("dc:isPartOf", one.series)
    xml.say("link", "", rel="alternate", href=one.url, type="text/html")
    largest, smallest = one.covers[0], one.covers[-1]
    image = "http://opds-spec.org/image"
    xml.say("link", "", rel=image, href=largest.url, type=largest.media_type)
    xml.say("link", "", rel=f"{image}/thumbnail", href=smallest.url, type=smallest.media_type)
    for edition in one.acquisitions:
        size = str(edition.size)
        xml.say("link", "", rel=ACQUIRE, href=edition.url, type=edition.media_type, length=size)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
