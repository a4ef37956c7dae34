"""HTML of the web's as a tree, and trees as the XHTML of books.

The web press closes what it opens and escapes every value; only what has no content, such as a
picture, is left open. So its HTML can be read as XML once that is closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import (  # nosec B405 - it reads what we pressed.
    Element,
    SubElement,
    fromstring,
    tostring,
)

__all__ = ["Element", "SubElement"]

XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"

_OPEN = re.compile(r"<(br|hr|img|source)\b([^<>]*)>")
# XML 1.0 has no way to write any other character, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit(text: str) -> str:
    """Return text of the same length without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub(" ", text)


def told(text: str) -> str:
    """Return text fit to stand in XHTML, between tags or in an attribute."""
    return escape(fit(text))


def tree(html: str) -> Element:
    """Return HTML of ours as the children of a `div`."""
    closed = _OPEN.sub(r"<\1\2/>", fit(html))
    return fromstring(f"<div>{closed}</div>")  # noqa: S314 # nosec B314 - pressed by us a moment ago.


def written(inside: Element) -> str:
    """Return the content of an element as XHTML."""
    inner = "".join(tostring(child, "unicode") for child in inside)
    return escape(inside.text or "", quote=False) + inner


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
    return element.get("class", "").split()


def parents(inside: Element) -> dict[Element, Element]:
    """Return the parent of each element."""
    return {child: parent for parent in inside.iter() for child in parent}


def by_id(inside: Element) -> dict[str, Element]:
    """Return elements by their ids."""
    return {name: one for one in inside.iter() if (name := one.get("id"))}


def put_before(there: Element, new: Element, parent: Element) -> None:
    """Let a new element stand right before another."""
    parent.insert(list(parent).index(there), new)


def put_after(there: Element, new: Element, parent: Element) -> None:
    """Let a new element stand right after another, before the text that follows it."""
    new.tail, there.tail = there.tail, None
    parent.insert(list(parent).index(there) + 1, new)


def exchange(old: Element, new: list[Element], parent: Element) -> None:
    """Let other elements stand where one stood."""
    place = list(parent).index(old)
    if new:
        new[-1].tail = old.tail
    elif old.tail:
        raise ValueError("There is text after what was to be taken out.")
    parent[place : place + 1] = new


def with_class(inside: Element, name: str) -> Iterator[Element]:
    """Yield the elements of that class; they may be taken out meanwhile."""
    yield from [one for one in inside.iter() if name in classes(one)]
