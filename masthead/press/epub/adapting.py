"""From the web's HTML of an article to that of a chapter.

What differs in a book: pictures are files beside it, links stay within it where they can, notes
are footnotes that a reading system may show where they are referred to, and nothing plays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from masthead.manuscript.gate import Decision, Gated
from masthead.manuscript.nodes import Figure
from masthead.manuscript.press_document import (
    Body,
    Card,
    PictureCard,
    PictureSource,
    PressDocument,
)
from masthead.manuscript.rewrite import rewrite
from masthead.press.epub import elements, markup
from masthead.press.epub.book import Shot
from masthead.press.epub.elements import Element
from masthead.press.phrases import Phrases

_ONLY_FOR_THE_WEB = ("loading", "fetchpriority", "tabindex")


def whole(document: PressDocument, decision: Decision) -> Body:
    """Return all parts of an article as one.

    Raises:
        GateClosed: the decision is not for the whole.
    """
    bodies = document.whole.open(decision)
    return Body(
        tuple(block for body in bodies for block in body.blocks),
        tuple(dict.fromkeys(note for body in bodies for note in body.notes)),
        tuple(dict.fromkeys(source for body in bodies for source in body.sources)),
    )


def shots(document: PressDocument, decision: Decision) -> set[Shot]:
    """Return the pictures that an article shows, in the parts that it shows of them."""
    found: set[Shot] = set()

    def look(node: Any) -> Any:
        if isinstance(node, Figure):
            found.add(Shot(node.picture, node.part))
        elif picture := getattr(node, "picture", ""):
            found.add(Shot(picture))
        return node

    rewrite((*whole(document, decision).blocks, document.front), look)
    return {shot for shot in found if shot.key in document.pictures}


def without_picture(document: PressDocument, decision: Decision) -> list[str]:
    """Return the ids of the figures of which there is no picture."""
    missing = []

    def look(node: Any) -> Any:
        if isinstance(node, Figure) and node.picture not in document.pictures:
            missing.append(node.id)
        return node

    rewrite((*whole(document, decision).blocks, document.front), look)
    return missing


def described(document: PressDocument, decision: Decision) -> bool:
    """Say whether each picture has words in its place, or is an ornament that needs none."""
    silent = []

    def look(node: Any) -> Any:
        key = getattr(node, "picture", "")
        card = document.pictures.get(key) if isinstance(key, str) else None
        if card and not (
            node.alternative or card.alternative or getattr(node, "decorative", False)
        ):
            silent.append(key)
        return node

    rewrite((*whole(document, decision).blocks, document.front), look)
    return not silent


def for_book(
    document: PressDocument,
    decision: Decision,
    pictures: Mapping[Shot, PictureCard],
    cards: Mapping[str, Card],
) -> PressDocument:
    """Return the document as the book has it: in one part, its keys answered within the book.

    Args:
        document: resolved for the edition ``epub``.
        decision: for the whole.
        pictures: where the files are.
        cards: what the book itself has a place for.
    """

    def cut(node: Any) -> Any:
        if isinstance(node, Figure) and (part := node.part):
            # The file is cut: reading systems are not to be trusted with a frame.
            return replace(node, picture=_named(Shot(node.picture, part)), crop=None)
        return node

    body = whole(document, decision)
    body = replace(body, blocks=rewrite(body.blocks, cut))
    return replace(
        document,
        front=rewrite(document.front, cut),
        whole=Gated((body,)),
        parts_count=1,
        pictures={
            _named(shot): replace(
                pictures[shot],
                alternative=document.pictures[shot.key].alternative,
                credit=document.pictures[shot.key].credit,
            )
            for shot in shots(document, decision)
            if shot in pictures
        },
        audio={},
        cards={**document.cards, **{key: cards[key] for key in document.cards if key in cards}},
    )


def picture(path: str, media_type: str, size: tuple[int, int]) -> PictureCard:
    """Return a picture of the book as the web press takes it."""
    return PictureCard(*size, (PictureSource(path, size[0], media_type),))


def chapter(html: str, document: PressDocument, address: str, phrases: Phrases) -> Element:
    """Return the web's HTML of an article as a chapter has it, below a `div`."""
    root = elements.read(markup.fit(html))
    _notes(root)
    _references(root)
    for one in root.iter():
        for name in _ONLY_FOR_THE_WEB:
            one.attrib.pop(name, None)
    for one in markup.with_class(root, "bar"):
        # Not every reading system reckons with properties of one's own.
        share = one.get("style").rpartition(":")[2]
        one.set("style", f"width: {float(share):.1%}")
    around = markup.parents(root)
    # Boxes that only the web needs: around the sizes of a picture, and around what has room beside it.
    for one in [*root.iter("picture"), *markup.with_class(root, "noted")]:
        markup.exchange(one, one.children, around[one])
    _recordings(root, document, address, phrases)
    for link in root.iter("a"):
        if link.get("href").startswith("/"):
            link.set("href", urljoin(address, link.get("href")))
    return root


def _named(shot: Shot) -> str:
    return f"picture:{shot.name}" if shot.crop else shot.key


def _notes(root: Element) -> None:
    """Make footnotes of the list items that the web sets beside the text."""
    around = markup.parents(root)
    for listed in markup.with_class(root, "notes"):
        notes = []
        for item in listed:
            note = Element(
                "aside",
                {
                    "id": item.get("id"),
                    "class": "note",
                    "epub:type": "footnote",
                    "role": "doc-footnote",
                },
            )
            words = note.add("p")
            number = words.add("span", {"class": "note-number"}, item.get("value"))
            number.tail = f" {item.text}"
            words.children += item.children
            notes.append(note)
        markup.exchange(listed, notes, around[listed])


def _references(root: Element) -> None:
    for one in root.iter("a"):
        if one.get("role") == "doc-noteref":
            one.set("epub:type", "noteref")


def _recordings(root: Element, document: PressDocument, address: str, phrases: Phrases) -> None:
    """Say where a recording is to be heard, and show its transcript open."""
    for details in list(root.iter("details")):
        details.tag = "div"
        for summary in details.iter("summary"):
            summary.tag = "p"
            summary.set("class", "transcript-title")
    for figure in markup.with_class(root, "audio"):
        if not document.url:
            continue
        where = urljoin(address, document.url)
        line = Element("p", {"class": "embed-link"})
        line.add("a", {"href": where}, f"{phrases.elsewhere} {urlsplit(where).hostname}")
        figure.children.append(line)
