"""The blocks of Markdown becoming nodes; their grammar is in `markdown_dialect`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript import markdown_html as html
from masthead.manuscript import walk
from masthead.manuscript.block_ids import with_ids
from masthead.manuscript.markdown_dialect import Attributes
from masthead.manuscript.markdown_front import CannotRead
from masthead.manuscript.markdown_words import WordReader, inline_of
from masthead.manuscript.nodes import (
    Alignment,
    Aside,
    Audio,
    Block,
    BlockQuotation,
    Code,
    Crop,
    Divider,
    Embed,
    Excerpt,
    Figure,
    Footnote,
    FootnoteReference,
    Gallery,
    Heading,
    Inline,
    KeyFigure,
    LeadMarker,
    LineBreak,
    List,
    ListItem,
    PageBreak,
    Paragraph,
    PullQuote,
    Statement,
    Table,
    Variant,
    Words,
)
from masthead.manuscript.rewrite import rewrite

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass
class Reader(WordReader):
    """Reads one article, its words and its blocks."""

    notes: list[Footnote] = field(default_factory=list)

    def body(self, text: str) -> tuple[Block, ...]:
        """Return the blocks of a text, each with an id of its own; notes go to ``notes``."""
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        blocks = self._parse(text)
        known = {note.id for note in self.notes}
        for word in _words_of(blocks, self.notes):
            if isinstance(word, FootnoteReference) and word.note not in known:
                self._report("A footnote is referred to but not defined; its place is empty.")
        return with_ids(_levelled(blocks))

    def figure(self, given: Any) -> Figure | None:
        """Return the figure that front matter describes: its attributes, or just a file."""
        if given in (None, "", {}):
            return None
        values = given if isinstance(given, dict) else {"picture": given}
        attributes = Attributes(
            id=front_matter.text_of(values.get("id")) or "lead",
            flags=["decorative"] if values.get("decorative") else [],
            values={
                name: front_matter.text_of(value)
                for name, value in values.items()
                if name not in ("id", "decorative", "editions", "variants", "caption")
            },
        )
        figure = self._figure(attributes, self.words(front_matter.text_of(values.get("caption"))))
        for name in attributes.left():
            self._report(f"lead_figure: “{name}” is not understood.")
        return replace(
            figure,
            id=attributes.id,
            editions=front_matter.editions_of(values.get("editions")),
            variants=tuple(
                Variant(
                    front_matter.editions_of(variant.get("editions")),
                    with_ids(self._parse(front_matter.text_of(variant.get("text")))),
                )
                for variant in front_matter.list_of(values.get("variants"))
            ),
        )

    def _parse(self, text: str) -> tuple[Block, ...]:
        return self._blocks(SyntaxTreeNode(self.markdown.parse(text)).children)

    # --- Blocks -------------------------------------------------------------

    def _blocks(self, nodes: Iterable[SyntaxTreeNode]) -> tuple[Block, ...]:
        blocks: list[Block] = []
        waiting: Attributes | None = None
        for node in nodes:
            if node.type == "attributes":
                waiting = node.meta["attributes"]
                continue
            if node.type == "note":
                self._note(node)
                continue
            directive = node.type == "directive"
            attributes = node.meta["attributes"] if directive else waiting or Attributes()
            if not directive or waiting is not None:
                waiting = None
            if directive and node.meta["name"] == "variant":
                self._variant(node, attributes, blocks)
                continue
            blocks += self._named(self._block(node, attributes), attributes, node)
        if waiting is not None:
            self._report("Attributes stand above nothing: {…} belongs directly above its block.")
        return tuple(blocks)

    def _named(
        self, found: Sequence[Block], attributes: Attributes, node: SyntaxTreeNode
    ) -> Sequence[Block]:
        editions = self._or_lost(front_matter.editions_of, attributes.take("editions"), ())
        identity = attributes.take("id") or attributes.id
        for name in attributes.left():
            what = node.meta["name"] if node.type == "directive" else node.type
            self._report(f"{what}: “{name}” is not understood.")
        if not found:
            return ()
        first = replace(found[0], id=identity or found[0].id)
        return [replace(one, editions=editions or one.editions) for one in (first, *found[1:])]

    def _variant(self, node: SyntaxTreeNode, attributes: Attributes, blocks: list[Block]) -> None:
        editions = self._or_lost(front_matter.editions_of, attributes.take("editions"), ())
        instead = self._blocks(node.children)
        if not editions or not blocks:
            self._report("variant: it needs editions=… and a block above it.")
            blocks += instead
            return
        variants = (*blocks[-1].variants, Variant(editions, instead))
        blocks[-1] = replace(blocks[-1], variants=variants)

    def _note(self, node: SyntaxTreeNode) -> None:
        note = self._note_id(node.meta["label"])
        if any(known.id == note for known in self.notes):
            self._report(f"The footnote “{node.meta['label']}” is defined twice; the first stands.")
            return
        self.notes.append(Footnote(note, self._words(inline_of(node), [])))

    def _block(self, node: SyntaxTreeNode, attributes: Attributes) -> Sequence[Block]:
        if node.type == "paragraph":
            figures: list[Block] = []
            words = self._words(inline_of(node), figures)
            if figures:
                words = html.trimmed(words)
            return [*([Paragraph(id="", children=words)] if words else []), *figures]
        if node.type == "heading":
            figures = []
            words = self._words(inline_of(node), figures)
            return [Heading(id="", level=int(node.tag[1]), children=words), *figures]
        if node.type == "directive":
            return self._directive(node, attributes)
        if node.type in ("bullet_list", "ordered_list"):
            return [self._list(node)]
        if node.type == "blockquote":
            return [BlockQuotation(id="", blocks=self._blocks(node.children))]
        if node.type in ("fence", "code_block"):
            return [self._code(node, attributes)]
        if node.type == "hr":
            return [Divider(id="")]
        if node.type == "table":
            return [self._table(node, attributes)]
        if node.type == "html_block":
            return html.HtmlReader(self.lost).blocks(node.content)
        self._report(f"{node.type} is not understood; its words were kept.")
        return self._blocks(node.children)

    def _directive(self, node: SyntaxTreeNode, attributes: Attributes) -> Sequence[Block]:
        name = node.meta["name"]
        if node.meta["misread"]:
            self._report(f"{name}: “{node.meta['misread']}” cannot be read as attributes.")
        if node.meta.get("unclosed"):
            self._report(f"{name}: it is opened with colons but never closed.")
        if name not in DIRECTIVES:
            self._report(f"There is no directive “{name}”; what is in it was kept.")
            for left in attributes.left():
                attributes.take(left)
            return self._blocks(node.children)
        try:
            block = DIRECTIVES[name](self, node, attributes)
        except CannotRead as error:
            self._report(f"{name}: {error}")
            return self._blocks(node.children)
        return [block]

    def _run(self, node: SyntaxTreeNode) -> Words:
        """Return the words of a directive that holds words; paragraphs are parted by a break."""
        words: list[Inline] = []
        for child in node.children:
            if child.type != "paragraph":
                self._report(
                    f"{node.meta['name']}: it holds words only; {child.type} was left out."
                )
                continue
            if words:
                words.append(LineBreak())
            words += self._words(inline_of(child), [])
        return tuple(words)

    def _figure(self, attributes: Attributes, caption: Words) -> Figure:
        take = attributes.take
        focal = self._numbers(take("focal"), 2)
        crop = self._numbers(take("crop"), 4)
        return Figure(
            id="",
            picture=take("picture"),
            alternative=take("alt"),
            decorative=attributes.has("decorative"),
            caption=caption,
            credit=take("credit"),
            place=take("place"),
            focal_point=(focal[0], focal[1]) if focal else None,
            crop=Crop(*crop) if crop else None,
        )

    def _numbers(self, text: str, count: int) -> list[float]:
        if not text:
            return []
        try:
            numbers = [float(number) for number in text.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != count:
            self._report(f"“{text}” should be {count} numbers parted by commas, such as 0.5.")
            return []
        return numbers

    def _gallery(self, node: SyntaxTreeNode, attributes: Attributes) -> Gallery:
        inside = self._blocks(node.children)
        figures = tuple(block for block in inside if isinstance(block, Figure))
        if len(figures) < len(inside):
            self._report("gallery: it holds figures only; the rest was left out.")
        return Gallery(id="", figures=figures, caption=self.words(attributes.take("caption")))

    def _list(self, node: SyntaxTreeNode) -> List:
        return List(
            id="",
            items=tuple(ListItem(self._blocks(item.children)) for item in node.children),
            ordered=node.type == "ordered_list",
            start=int(node.attrs.get("start", 1)),
        )

    def _code(self, node: SyntaxTreeNode, attributes: Attributes) -> Code:
        return Code(
            id="",
            text=node.content.removesuffix("\n"),
            language=attributes.take("language") or node.info.strip(),
            caption=self.words(attributes.take("caption")),
        )

    def _table(self, node: SyntaxTreeNode, attributes: Attributes) -> Table:
        rows = [
            [(_alignment(cell), self._words(inline_of(cell), [])) for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        header, *rest = rows if rows else [[]]
        headless = attributes.has("headless")
        return Table(
            id="",
            header=() if headless else tuple(words for _alignment, words in header),
            rows=tuple(tuple(words for _alignment, words in row) for row in rest),
            alignments=tuple(alignment for alignment, _words in header),
            caption=self.words(attributes.take("caption")),
            source=attributes.take("source"),
            row_headings=attributes.has("row-headings"),
        )


def _pull_quote(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    attribution = front_matter.attribution_of(attributes.take)
    return PullQuote(id="", children=reader._run(node), attribution=attribution)


def _quotation(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    attribution = front_matter.attribution_of(attributes.take)
    return BlockQuotation(
        id="",
        blocks=reader._blocks(node.children),
        attribution=attribution,
        denies=attributes.has("denial"),
    )


def _excerpt(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    take = attributes.take
    return Excerpt(
        id="",
        blocks=reader._blocks(node.children),
        title=take("title"),
        author=take("author"),
        outlet=take("outlet"),
        published_on=front_matter.day_of(take("published")),
        url=take("url"),
        permission=take("permission"),
    )


def _statement(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    take = attributes.take
    return Statement(
        id="",
        blocks=reader._blocks(node.children),
        author=take("author"),
        handle=take("handle"),
        platform=take("platform"),
        posted_at=front_matter.moment_of(take("posted")),
        url=take("url"),
    )


def _key_figure(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    take = attributes.take
    return KeyFigure(
        id="",
        label=take("label"),
        value=take("value"),
        unit=take("unit"),
        before=take("before"),
        as_of=take("as-of"),
        source=take("source"),
        url=take("url"),
        spoken=take("spoken"),
    )


def _embed(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    take = attributes.take
    return Embed(
        id="",
        url=take("url"),
        title=take("title"),
        provider=take("provider"),
        picture=take("picture"),
        alternative=take("alt"),
        fallback=reader._run(node),
    )


def _audio(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    return Audio(
        id="",
        audio=attributes.take("audio"),
        title=attributes.take("title"),
        seconds=front_matter.count_of(attributes.take("seconds")),
        credit=attributes.take("credit"),
        transcript=reader._blocks(node.children),
    )


def _empty_list(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    start = front_matter.count_of(attributes.take("start"))
    ordered = attributes.has("ordered")
    return List(id="", items=(), ordered=ordered, start=1 if start is None else start)


DIRECTIVES: dict[str, Callable[[Reader, SyntaxTreeNode, Attributes], Block]] = {
    "paragraph": lambda reader, node, _: Paragraph(id="", children=reader._run(node)),
    "list": _empty_list,
    "figure": lambda reader, node, given: reader._figure(given, reader._run(node)),
    "gallery": lambda reader, node, given: reader._gallery(node, given),
    "pullquote": _pull_quote,
    "quotation": _quotation,
    "excerpt": _excerpt,
    "statement": _statement,
    "table": lambda reader, node, given: Table(
        id="",
        rows=(),
        caption=reader.words(given.take("caption")),
        source=given.take("source"),
        row_headings=given.has("row-headings"),
    ),
    "keyfigure": _key_figure,
    "aside": lambda reader, node, given: Aside(
        id="", title=given.take("title"), blocks=reader._blocks(node.children)
    ),
    "embed": _embed,
    "audio": _audio,
    "divider": lambda reader, node, _: Divider(id=""),
    "page": lambda reader, node, given: PageBreak(id="", title=given.take("title")),
    "lead": lambda reader, node, _: LeadMarker(id=""),
}
"""What each directive makes. ``variant`` is not among them: it belongs to the block above."""


# --- Afterwards ---------------------------------------------------------------


def _levelled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with headings of level 2 to 4, as the headline above them is 1."""
    down = any(isinstance(block, Heading) and block.level == 1 for block in walk.blocks(blocks))

    def level(node: Any) -> Any:
        if isinstance(node, Heading):
            return replace(node, level=min(max(node.level + down, 2), 4))
        return node

    return rewrite(blocks, level)


def _words_of(blocks: Iterable[Block], notes: Iterable[Footnote]) -> Iterable[Inline]:
    for block in walk.blocks(blocks):
        for run in walk.runs(block):
            yield from walk.inlines(run)
    for note in notes:
        yield from walk.inlines(note.children)


def _alignment(cell: SyntaxTreeNode) -> Alignment:
    style = str(cell.attrs.get("style", ""))
    return "end" if "right" in style else "centre" if "center" in style else "start"
