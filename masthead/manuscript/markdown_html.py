"""HTML inside Markdown: understood where it has a node, its words kept where it has none.

Nothing that could run survives: scripts, styles, frames, handlers, links that are code.
What was removed or not understood is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString, PreformattedString

from masthead.manuscript import addresses
from masthead.manuscript.nodes import (
    Alignment,
    Aside,
    Block,
    BlockQuotation,
    Code,
    CodeSpan,
    Divider,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LanguageSpan,
    LeadMarker,
    LineBreak,
    Link,
    List,
    ListItem,
    PageBreak,
    Paragraph,
    Quotation,
    SmallCaps,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    Words,
)
from masthead.manuscript.rewrite import rewrite

MARKS: dict[str, Callable[[Words], Inline]] = {
    "em": Emphasis,
    "i": Emphasis,
    "cite": Emphasis,
    "var": Emphasis,
    "dfn": Emphasis,
    "strong": Strong,
    "b": Strong,
    "sub": Subscript,
    "sup": Superscript,
    "q": Quotation,
}
"""Tags that are a mark on words."""

TRANSPARENT = frozenset(
    [
        "a", "abbr", "address", "article", "bdi", "big", "body", "center", "dd", "dl", "dt",
        "details", "div", "figcaption", "font", "footer", "header", "html", "main", "nav", "p",
        "section", "small", "span", "strike", "summary", "tbody", "thead", "time", "u",
    ]
)  # fmt: skip
"""Tags that give what is in them, without a word about it."""

REMOVED = frozenset(
    [
        "applet", "audio", "base", "button", "canvas", "embed", "form", "frame", "frameset",
        "head", "iframe", "input", "link", "map", "math", "meta", "noscript", "object",
        "option", "param", "script", "select", "source", "style", "svg", "template", "textarea",
        "title", "track", "video",
    ]
)  # fmt: skip
"""Tags that go, with all that is in them."""

VOID = frozenset({"area", "base", "col", "embed", "hr", "input", "link", "meta", "wbr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CODE = frozenset({"code", "kbd", "samp", "tt"})
_WHOLE = re.compile(r"[0-9]{1,9}")
BLOCKS = HEADINGS | frozenset(
    [
        "aside", "blockquote", "dd", "div", "dl", "dt", "figure", "hr", "ol", "p", "pre",
        "section", "table", "ul", "article", "center", "main", "header", "footer", "details",
        "summary", "address",
    ]
)  # fmt: skip


def is_page_break(comment: str) -> bool:
    """Say whether the words of an HTML comment ask for a new part."""
    return comment.strip().lower() in ("pagebreak", "page break", "nextpage")


def is_lead_marker(comment: str) -> bool:
    """Say whether the words of an HTML comment end the lead."""
    return comment.strip().lower() == "more"


@dataclass
class HtmlReader:
    """Reads HTML; ``lost`` gathers, a line each, what could not be carried."""

    lost: list[str] = field(default_factory=list)

    def blocks(self, html: str) -> list[Block]:
        """Return the blocks of a piece of HTML; they have no ids yet."""
        return self._blocks(BeautifulSoup(html, "html.parser").children)

    def remove(self, name: str) -> None:
        """Report a tag that goes with all that is in it."""
        self._report(f"<{name}> was removed: nothing may run or be fetched on a reader’s page.")

    def not_understood(self, name: str) -> None:
        """Report a tag of which only the words were kept."""
        self._report(f"<{name}> has no counterpart; its words were kept.")

    def check_attributes(self, attributes: Iterable[str]) -> None:
        """Report handlers."""
        for name in attributes:
            if name.lower().startswith("on"):
                self._report(f"The handler “{name}” was removed: nothing may run.")

    def link(self, href: str, children: Words) -> Words:
        """Return a link, or the words alone where its address is code."""
        href = href.strip()
        if not href or not children:
            return children
        if not addresses.may_be_linked(href):
            self._report(f"A link to “{href[:60]}” was removed; its words were kept.")
            return children
        # A link cannot stand in a link: the outer one is the author's last word.
        return (
            Link(
                href,
                rewrite(children, lambda word: word.children if isinstance(word, Link) else word),
            ),
        )

    def figure(self, source: str, alternative: str = "", caption: Words = ()) -> list[Block]:
        """Return a figure of one picture, or nothing where its address is none."""
        if not source or not addresses.may_be_linked(source):
            self._report(f"A picture with the address “{source[:60]}” was removed.")
            return []
        return [Figure(id="", picture=source, alternative=alternative, caption=caption)]

    def mark(self, name: str, attributes: dict[str, Any], children: Words) -> Words:
        """Return words with the mark that an inline tag puts on them."""
        self.check_attributes(attributes)
        if not children:
            return ()
        if name in MARKS:
            return (MARKS[name](children),)
        if name == "a":
            return self.link(str(attributes.get("href") or ""), children)
        if name in CODE:
            return (CodeSpan("".join(plain(children))),)
        if name == "span" and attributes.get("lang"):
            return (LanguageSpan(str(attributes["lang"]), children),)
        if name == "span" and "small-caps" in str(attributes.get("style", "")).lower():
            return (SmallCaps(children),)
        if name not in TRANSPARENT and name not in BLOCKS:
            self.not_understood(name)
        return children

    def _report(self, line: str) -> None:
        if line not in self.lost:
            self.lost.append(line)

    # --- Blocks -------------------------------------------------------------

    def _blocks(self, children: Iterable[Any]) -> list[Block]:
        blocks: list[Block] = []
        loose: list[Any] = []
        for child in children:
            marker = _marker(child)
            if marker is None and not (
                isinstance(child, Tag) and (child.name in BLOCKS or child.find(BLOCK_NAMES))
            ):
                loose.append(child)
                continue
            blocks += self._paragraph(loose)
            loose = []
            if marker is not None:
                blocks.append(marker)
            else:
                blocks += self._block(child)
        return blocks + self._paragraph(loose)

    def _paragraph(self, children: Iterable[Any]) -> list[Block]:
        figures: list[Block] = []
        words = trimmed(self._words(children, figures))
        return [*([Paragraph(id="", children=words)] if words else []), *figures]

    def _block(self, tag: Tag) -> list[Block]:
        self.check_attributes(tag.attrs)
        name = tag.name
        if name in REMOVED:
            self.remove(name)
            return []
        if name in ("p", "figcaption", "dt", "dd", "summary", "address") and not _has_block(tag):
            return self._paragraph(tag.children)
        if name in HEADINGS:
            figures: list[Block] = []
            words = trimmed(self._words(tag.children, figures))
            heading = [Heading(id="", level=int(name[1]), children=words)] if words else []
            return [*heading, *figures]
        if name == "hr":
            return [Divider(id="")]
        if name in ("ul", "ol"):
            return self._list(tag)
        if name == "blockquote":
            inner = self._blocks(tag.children)
            return [BlockQuotation(id="", blocks=tuple(inner))] if inner else []
        if name == "aside":
            inner = self._blocks(tag.children)
            return [Aside(id="", blocks=tuple(inner))] if inner else []
        if name == "pre":
            return [Code(id="", text=tag.get_text().strip("\n"))]
        if name == "figure":
            return self._figure(tag)
        if name == "table":
            return self._table(tag)
        if name not in TRANSPARENT and name not in BLOCKS and name not in MARKS:
            self.not_understood(name)
        return self._blocks(tag.children)

    def _figure(self, tag: Tag) -> list[Block]:
        image, caption = tag.find("img"), tag.find("figcaption")
        if not isinstance(image, Tag):
            return self._blocks(tag.children)
        self.check_attributes(image.attrs)
        words = trimmed(self._words(caption.children, [])) if isinstance(caption, Tag) else ()
        return self.figure(str(image.get("src") or ""), str(image.get("alt") or ""), words)

    def _list(self, tag: Tag) -> list[Block]:
        items = []
        for item in tag.find_all("li", recursive=False):
            inner = self._blocks(item.children)
            if inner:
                items.append(ListItem(tuple(inner)))
        start = str(tag.get("start") or "1")
        return (
            [
                List(
                    id="",
                    items=tuple(items),
                    ordered=tag.name == "ol",
                    start=int(start) if _WHOLE.fullmatch(start) else 1,
                )
            ]
            if items
            else []
        )

    def _table(self, tag: Tag) -> list[Block]:
        header: tuple[Words, ...] = ()
        rows: list[tuple[Words, ...]] = []
        aligned: list[Alignment] = []
        for row in tag.find_all("tr"):
            cells = row.find_all(["td", "th"])
            if any(cell.get("colspan") or cell.get("rowspan") for cell in cells):
                self._report("Cells that span others in a table were kept as single cells.")
            words = tuple(trimmed(self._words(cell.children, [])) for cell in cells)
            aligned = aligned or [_alignment(cell) for cell in cells]
            if cells and not header and not rows and all(cell.name == "th" for cell in cells):
                header = words
            elif cells:
                rows.append(words)
        width = max([len(header), *map(len, rows)], default=0)
        if not width:
            return []
        caption = tag.find("caption")
        padding = [()] * width
        return [
            Table(
                id="",
                header=tuple([*header, *padding][:width]) if header else (),
                rows=tuple(tuple([*row, *padding][:width]) for row in rows),
                alignments=tuple([*aligned, *["start"] * width][:width]),  # type: ignore[arg-type]
                caption=trimmed(self._words(caption.children, []))
                if isinstance(caption, Tag)
                else (),
            )
        ]

    # --- Words --------------------------------------------------------------

    def _words(self, children: Iterable[Any], figures: list[Block]) -> Words:
        words: list[Inline] = []
        for child in children:
            if isinstance(child, PreformattedString):
                continue
            if isinstance(child, NavigableString):
                add(words, Text(_collapsed(str(child))))
            elif child.name == "br":
                words.append(LineBreak())
            elif child.name == "img":
                self.check_attributes(child.attrs)
                figures += self.figure(str(child.get("src") or ""), str(child.get("alt") or ""))
            elif child.name in REMOVED:
                self.remove(child.name)
            else:
                for word in self.mark(
                    child.name, child.attrs, self._words(child.children, figures)
                ):
                    add(words, word)
        return tuple(words)


BLOCK_NAMES = sorted(BLOCKS)


def add(words: list[Inline], word: Inline) -> None:
    """Add a word to a run, joining text to text; empty text is nothing."""
    if isinstance(word, Text):
        if not word.text:
            return
        if words and isinstance(last := words[-1], Text):
            words[-1] = Text(last.text + word.text)
            return
    words.append(word)


def trimmed(words: Words) -> Words:
    """Return words without white space at either end."""
    run = list(words)
    if run and isinstance(first := run[0], Text):
        run[:1] = [Text(text)] if (text := first.text.lstrip()) else []
    if run and isinstance(last := run[-1], Text):
        run[-1:] = [Text(text)] if (text := last.text.rstrip()) else []
    return tuple(run)


def plain(words: Words) -> Iterable[str]:
    """Yield the characters of a run, for what can hold nothing but characters."""
    for word in words:
        if isinstance(word, Text | CodeSpan):
            yield word.text
        elif isinstance(word, LineBreak):
            yield "\n"
        elif hasattr(word, "children"):
            yield from plain(word.children)


def _marker(child: Any) -> Block | None:
    if isinstance(child, Comment):
        if is_page_break(str(child)):
            return PageBreak(id="")
        if is_lead_marker(str(child)):
            return LeadMarker(id="")
    return None


def _has_block(tag: Tag) -> bool:
    return tag.find(BLOCK_NAMES) is not None


def _alignment(cell: Tag) -> Alignment:
    said = f"{cell.get('align', '')} {cell.get('style', '')}".lower()
    return "end" if "right" in said else "centre" if "center" in said else "start"


def _collapsed(text: str) -> str:
    return " ".join(("x" + text + "x").split())[1:-1] if text.strip() else " " * bool(text)
