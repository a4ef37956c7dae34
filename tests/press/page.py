"""A page read strictly: what a forgiving browser would mend is an error here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "source"}
PHRASING_ONLY = {"p", "h2", "h3", "h4", "h5", "h6", "span", "a", "em", "strong", "q", "cite"}
FLOW = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "table", "figure", "blockquote", "aside", "div"),
    *("pre", "section", "details", "hr", "dl", "footer", "header"),
}
KNOWN = {
    *VOID,
    *PHRASING_ONLY,
    *FLOW,
    *("picture", "figcaption", "code", "sub", "sup", "time", "audio", "caption", "dt", "dd"),
    *("thead", "tbody", "tr", "th", "td", "summary"),
}


@dataclass
class Element:
    """One element: its tag, its attributes, what it stands in and what stands in it."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def inside(self) -> Iterator[Element]:
        """Yield every element within this one, from top to bottom."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.inside()

    def above(self) -> Iterator[Element]:
        """Yield what this element stands in, from the nearest."""
        if self.parent:
            yield self.parent
            yield from self.parent.above()

    def text(self) -> str:
        """Return all characters within."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class Strict(HTMLParser):
    """Builds a tree and raises AssertionError where tags do not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = self.here = Element("body", {})

    def handle_starttag(self, tag, attrs):
        assert tag in KNOWN, f"<{tag}> is no element that an article prints"
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag):
        assert tag == self.here.tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.children.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"A comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(html: str) -> Element:
    """Return the tree of a body's HTML.

    Raises:
        AssertionError: it is not well-formed, or holds an element nobody expects.
    """
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.here is parser.top, f"<{parser.here.tag}> is never closed"
    return parser.top


def check(html: str) -> Element:
    """Return the tree of the HTML below one headline, after asserting what every page promises."""
    body = read(html)
    elements = list(body.inside())
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(ids) == len(set(ids)), f"An id stands twice: {sorted(ids)}"
    level = 1
    for element in elements:
        attributes = element.attributes
        for name, value in attributes.items():
            assert not name.startswith("on"), f"A handler: {name}={value}"
            if name == "href" and value.startswith("#"):
                assert value[1:] in ids, f"{value} leads nowhere on this page"
            if name in ("aria-labelledby", "aria-describedby", "aria-controls"):
                assert set(value.split()) <= set(ids), f"{name}={value} names nothing"
        above = [one.tag for one in element.above()]
        if element.tag in ("a", "audio") or "tabindex" in attributes:
            hidden = [one for one in element.above() if one.attributes.get("aria-hidden")]
            assert not hidden, f"The keyboard reaches what no screen reader hears: <{element.tag}>"
        if element.tag == "a":
            assert "a" not in above, "A link in a link"
            assert attributes.get("href"), "A link to nowhere"
        if element.tag in FLOW:
            assert not PHRASING_ONLY & set(above), f"<{element.tag}> among words: {above}"
        if element.tag == "img":
            assert "alt" in attributes
        if element.tag[0] == "h" and element.tag[1:].isdigit():
            assert element.text().strip() or element.children, "A heading without words"
            assert int(element.tag[1]) <= level + 1, f"<{element.tag}> below level {level}"
            level = int(element.tag[1])
        if element.tag == "figcaption":
            whole = element.parent.children
            assert element in (whole[0], whole[-1]), "A caption amidst its figure"
    return body
