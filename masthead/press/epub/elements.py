"""Elements of a page, as a tree that can be changed.

Only the HTML of our own presses is read into it, which closes what it opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

_EMPTY = frozenset({"br", "hr", "img", "source"})
"""Elements that never hold anything; nobody closes them in HTML."""


@dataclass(eq=False)
class Element:
    """An element: ``text`` stands before its first child, ``tail`` after the element itself."""

    tag: str
    attrib: dict[str, str] = field(default_factory=dict)
    text: str = ""
    tail: str = ""
    children: list[Element] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        """Yield its children."""
        return iter(self.children)

    def get(self, name: str) -> str:
        """Return an attribute; empty if there is none."""
        return self.attrib.get(name, "")

    def set(self, name: str, value: str) -> None:
        """Give an attribute a value."""
        self.attrib[name] = value

    def iter(self, tag: str = "") -> Iterator[Element]:
        """Yield the element and all within it, in the order of the page; only those of a tag."""
        if not tag or self.tag == tag:
            yield self
        for child in self.children:
            yield from child.iter(tag)

    def add(self, tag: str, attrib: dict[str, str] | None = None, text: str = "") -> Element:
        """Return a new last child."""
        child = Element(tag, attrib or {}, text)
        self.children.append(child)
        return child

    def write(self, text: str) -> None:
        """Let text follow all that is in it."""
        if self.children:
            self.children[-1].tail += text
        else:
            self.text += text

    def xhtml(self) -> str:
        """Return it as XHTML, without what follows it."""
        told = "".join(f' {name}="{escape(value)}"' for name, value in self.attrib.items())
        if self.tag in _EMPTY:
            return f"<{self.tag}{told}/>"
        return f"<{self.tag}{told}>{self.inner()}</{self.tag}>"

    def inner(self) -> str:
        """Return what is in it as XHTML."""
        inside = (f"{child.xhtml()}{escape(child.tail, quote=False)}" for child in self.children)
        return escape(self.text, quote=False) + "".join(inside)


def read(html: str) -> Element:
    """Return HTML of ours as the content of a `div`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        known = {name: name if value is None else value for name, value in attrs}
        child = self.open[-1].add(tag, known)
        if tag not in _EMPTY:
            self.open.append(child)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].write(data)
