"""Pages of a book as XHTML, and moving elements about in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from masthead.press.epub.elements import Element

XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"

# XML 1.0 has no way to write any other character, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit(text: str) -> str:
    """Return text of the same length without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub(" ", text)


def told(text: str) -> str:
    """Return text fit to stand in XHTML, between tags or in an attribute."""
    return escape(fit(text))


def page(
    title: str, body: str, language: str, direction: str, kind: str = "", depth: int = 1
) -> str:
    """Return a whole document of the book.

    Args:
        title: what it is called.
        body: XHTML.
        language: BCP 47.
        direction: ``ltr`` or ``rtl``.
        kind: what it is in the vocabulary of books (``epub:type``); empty for nothing special.
        depth: how many folders it stands in.
    """
    meant = f' epub:type="{kind}"' if kind else ""
    sheet = "../" * depth + "book.css"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="{XHTML}" xmlns:epub="{OPS}" lang="{told(language)}"'
        f' xml:lang="{told(language)}" dir="{direction}">\n'
        f'<head><meta charset="utf-8"/><title>{told(title)}</title>'
        f'<link rel="stylesheet" href="{sheet}"/></head>\n'
        f"<body{meant}>\n{body}\n</body>\n</html>\n"
    )


def classes(element: Element) -> list[str]:
    """Return the class names of an element."""
    return element.get("class").split()


def parents(inside: Element) -> dict[Element, Element]:
    """Return the parent of each element."""
    return {child: parent for parent in inside.iter() for child in parent}


def by_id(inside: Element) -> dict[str, Element]:
    """Return elements by their ids."""
    return {name: one for one in inside.iter() if (name := one.get("id"))}


def put_before(there: Element, new: Element, parent: Element) -> None:
    """Let a new element stand right before another."""
    parent.children.insert(parent.children.index(there), new)


def put_after(there: Element, new: Element, parent: Element) -> None:
    """Let a new element stand right after another, before the text that follows it."""
    new.tail, there.tail = there.tail, ""
    parent.children.insert(parent.children.index(there) + 1, new)


def exchange(old: Element, new: list[Element], parent: Element) -> None:
    """Let other elements stand where one stood, before the text that followed it."""
    if new:
        new[-1].tail = old.tail
    place = parent.children.index(old)
    parent.children[place : place + 1] = new


def with_class(inside: Element, name: str) -> Iterator[Element]:
    """Yield the elements of that class; they may be taken out meanwhile."""
    yield from [one for one in inside.iter() if name in classes(one)]
