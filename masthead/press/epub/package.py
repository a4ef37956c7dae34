"""The package document: what is in a book, in which order, and all that catalogues ask of it.

Sources: W3C EPUB 3.3, section 5; EPUB Accessibility 1.1, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from masthead.press import lines
from masthead.press.epub import overlay
from masthead.press.epub.book import Book
from masthead.press.epub.markup import told
from masthead.press.epub.sheet import ACTIVE, PLAYING

CONFORMS = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
"""Word for word what the standard wants; said only where somebody answers for it."""


@dataclass(frozen=True)
class Item:
    """A file of the book. ``overlay`` is the id of what is heard of it; ``seconds`` of an overlay."""

    id: str
    href: str
    media_type: str
    properties: str = ""
    overlay: str = ""
    seconds: float = 0.0
    linear: bool | None = None
    """Whether it is read in its turn; None for what is no page."""


def opf(book: Book, items: Sequence[Item], *, described: bool) -> str:
    """Return the package document.

    Args:
        book: the book.
        items: its files, pages in their order.
        described: every picture has words in its place, or is said to be an ornament.
    """
    rows = [
        *_names(book),
        *_sound(book, items),
        *_accessibility(book, items, described=described),
    ]
    manifest = "\n".join(map(_item, items))
    spine = "\n".join(
        f'<itemref idref="{one.id}"{"" if one.linear else _ASIDE}/>'
        for one in items
        if one.linear is not None
    )
    metadata = "\n".join(rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="issue"'
        f' xml:lang="{told(book.language)}" dir="{book.direction}"'
        ' prefix="a11y: http://www.idpf.org/epub/vocab/package/a11y/#">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{metadata}\n</metadata>\n'
        f"<manifest>\n{manifest}\n</manifest>\n"
        f'<spine page-progression-direction="{book.direction}">\n{spine}\n</spine>\n</package>\n'
    )


_ASIDE = ' linear="no"'


def identifier(book: Book) -> str:
    """Return the name of the book: the issue's, whatever is put right in it later."""
    return f"urn:uuid:{book.key}"


def _names(book: Book) -> list[str]:
    languages = dict.fromkeys(
        [book.language, *(one.document.front.language for one in book.chapters)]
    )
    people = dict.fromkeys(
        lines.clean(by.name) for one in book.chapters for by in one.document.front.bylines
    )
    modified = book.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    issn = (
        f'<meta refines="#series" property="dcterms:identifier">urn:issn:{told(book.issn)}</meta>'
    )
    return [
        f'<dc:identifier id="issue">{identifier(book)}</dc:identifier>',
        f"<dc:title>{told(f'{book.publication}, {book.title}')}</dc:title>",
        *(f"<dc:language>{told(one)}</dc:language>" for one in languages),
        f"<dc:creator>{told(book.publication)}</dc:creator>",
        *(f"<dc:contributor>{told(one)}</dc:contributor>" for one in people if one.strip()),
        f"<dc:publisher>{told(book.publisher or book.publication)}</dc:publisher>",
        f"<dc:date>{book.day.isoformat()}</dc:date>",
        "<dc:type>periodical</dc:type>",
        _meta("dcterms:modified", modified),
        f'<meta property="belongs-to-collection" id="series">{told(book.publication)}</meta>',
        '<meta refines="#series" property="collection-type">series</meta>',
        f'<meta refines="#series" property="group-position">{book.position}</meta>',
        *([issn] if book.issn else []),
    ]


def _sound(book: Book, items: Sequence[Item]) -> list[str]:
    heard = [one for one in items if one.seconds]
    if not heard:
        return []
    return [
        *(
            f'<meta refines="#{one.id}" property="media:duration">{overlay.clock(one.seconds)}</meta>'
            for one in heard
        ),
        _meta("media:duration", overlay.clock(sum(one.seconds for one in heard))),
        *(_meta("media:narrator", one or book.phrases.computer_voice) for one in book.narrators),
        _meta("media:active-class", ACTIVE),
        _meta("media:playback-active-class", PLAYING),
    ]


def _accessibility(book: Book, items: Sequence[Item], *, described: bool) -> list[str]:
    said = book.phrases
    heard = any(one.overlay for one in items)
    pictures = any(one.media_type.startswith("image/") for one in items)
    modes = ["textual", *(["visual"] if pictures else []), *(["auditory"] if heard else [])]
    enough = ["textual"] if described or not pictures else []
    if pictures:
        enough.append("textual,visual")
    features = [
        "tableOfContents",
        "readingOrder",
        "structuralNavigation",
        "displayTransformability",
        *(["index"] if book.topics else []),
        *(["alternativeText"] if described and pictures else []),
        *(["synchronizedAudioText"] if heard else []),
        *(["pageNavigation", "pageBreakMarkers"] if book.pages_of else []),
    ]
    summary = [
        said.accessible_text,
        *([said.accessible_pictures] if described and pictures else []),
        *([said.accessible_sound] if heard else []),
        *([said.accessible_pages] if book.pages_of else []),
    ]
    rows = [
        *(_meta("schema:accessMode", mode) for mode in modes),
        *(_meta("schema:accessModeSufficient", one) for one in enough),
        *(_meta("schema:accessibilityFeature", one) for one in features),
        _meta("schema:accessibilityHazard", "none"),
        _meta("schema:accessibilitySummary", " ".join(summary)),
    ]
    if book.pages_of:
        rows.append(_meta("pageBreakSource", book.pages_of))
    if book.certifier:
        rows += [
            f'<meta id="conformance" property="dcterms:conformsTo">{CONFORMS}</meta>',
            '<meta refines="#conformance" property="a11y:certifiedBy">'
            f"{told(book.certifier)}</meta>",
        ]
    return rows


def _meta(name: str, value: str) -> str:
    return f'<meta property="{name}">{told(value)}</meta>'


def _item(one: Item) -> str:
    properties = f' properties="{one.properties}"' if one.properties else ""
    heard = f' media-overlay="{one.overlay}"' if one.overlay else ""
    return (
        f'<item id="{one.id}" href="{told(one.href)}" media-type="{one.media_type}"'
        f"{properties}{heard}/>"
    )
