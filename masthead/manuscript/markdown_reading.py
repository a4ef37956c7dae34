"""Markdown becoming nodes. The grammar is `markdown_dialect`'s, the public face `markdown`'s."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript import markdown_html as html
from masthead.manuscript import walk
from masthead.manuscript.markdown_dialect import Attributes, parser
from masthead.manuscript.markdown_front import CannotRead
from masthead.manuscript.nodes import (
    Alignment,
    Aside,
    Audio,
    Block,
    BlockBase,
    BlockQuotation,
    Citation,
    Code,
    CodeSpan,
    Crop,
    Divider,
    Embed,
    Emphasis,
    Excerpt,
    Figure,
    Footnote,
    FootnoteReference,
    Gallery,
    Heading,
    Inline,
    KeyFigure,
    LanguageSpan,
    LeadMarker,
    LineBreak,
    List,
    ListItem,
    Mention,
    PageBreak,
    Paragraph,
    PullQuote,
    Quotation,
    SmallCaps,
    Statement,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    Variant,
    Words,
)
from masthead.manuscript.rewrite import rewrite

SPANS: dict[str, Callable[[Words], Inline]] = {
    "em": Emphasis,
    "strong": Strong,
    "smallcaps": SmallCaps,
    "sub": Subscript,
    "sup": Superscript,
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)([^>]*)>", re.DOTALL)


@dataclass
class Reader:
    """Reads one article. ``lost`` gathers, a line each, what could not be carried."""

    key: str
    lost: list[str] = field(default_factory=list)
    notes: list[Footnote] = field(default_factory=list)
    markdown: MarkdownIt = field(default_factory=parser)

    def body(self, text: str) -> tuple[Block, ...]:
        """Return the blocks of a text, each with an id of its own; notes go to ``notes``."""
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        blocks = self._parse(text)
        known = {note.id for note in self.notes}
        for word in _words_of(blocks, self.notes):
            if isinstance(word, FootnoteReference) and word.note not in known:
                self._report("A footnote is referred to but not defined; its place is empty.")
        return with_ids(_levelled(blocks))

    def words(self, text: str) -> Words:
        """Return the words of a caption or the like."""
        return self._words(SyntaxTreeNode(self.markdown.parseInline(text)).children, [])

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

    def _report(self, line: str) -> None:
        if line not in self.lost:
            self.lost.append(line)

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
        self.notes.append(Footnote(note, self._words(_inline_of(node), [])))

    def _note_id(self, label: str) -> str:
        try:
            return str(uuid.UUID(label))
        except ValueError:
            return str(uuid.uuid5(uuid.NAMESPACE_URL, f"masthead:{self.key}:note:{label}"))

    def _block(self, node: SyntaxTreeNode, attributes: Attributes) -> Sequence[Block]:
        if node.type == "paragraph":
            figures: list[Block] = []
            words = self._words(_inline_of(node), figures)
            if figures:
                words = html.trimmed(words)
            return [*([Paragraph(id="", children=words)] if words else []), *figures]
        if node.type == "heading":
            figures = []
            words = self._words(_inline_of(node), figures)
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
            words += self._words(_inline_of(child), [])
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
            [(_alignment(cell), self._words(_inline_of(cell), [])) for cell in row.children]
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

    def _or_lost(self, read: Callable[[str], Any], value: str, otherwise: Any) -> Any:
        try:
            return read(value)
        except CannotRead as error:
            self._report(str(error))
            return otherwise

    # --- Words --------------------------------------------------------------

    def _words(self, nodes: Iterable[SyntaxTreeNode], figures: list[Block]) -> Words:
        """Return a run of words; pictures in it go to `figures`.

        HTML comes tag by tag between Markdown's own tokens, so open tags wait on a stack.
        """
        reader = html.HtmlReader(self.lost)
        stack: list[tuple[str, dict[str, Any], list[Inline]]] = [("", {}, [])]
        for node in _flat(nodes):
            if stack[-1][0] in html.REMOVED and node.type != "html_inline":
                continue
            words = stack[-1][2]
            if node.type == "html_inline":
                self._tag(node.content, stack, reader, figures)
            else:
                for word in self._word(node, reader, figures):
                    html.add(words, word)
        while len(stack) > 1:
            self._close(stack, reader)
        return tuple(stack[0][2])

    def _tag(
        self,
        tag: str,
        stack: list[tuple[str, dict[str, Any], list[Inline]]],
        reader: html.HtmlReader,
        figures: list[Block],
    ) -> None:
        match = _TAG.match(tag)
        if match is None:  # A comment or the like.
            return
        closes, name = match[1], match[2].lower()
        if closes:
            if any(name == opened for opened, _attributes, _words in stack[1:]):
                while self._close(stack, reader) != name:
                    pass
            return
        if stack[-1][0] in html.REMOVED:
            return
        found = html.BeautifulSoup(tag, "html.parser").find(name)
        attributes = dict(found.attrs) if isinstance(found, html.Tag) else {}
        if name == "br":
            stack[-1][2].append(LineBreak())
        elif name == "img":
            reader.check_attributes(attributes)
            source, alternative = str(attributes.get("src") or ""), str(attributes.get("alt") or "")
            figures += reader.figure(source, alternative)
        elif name in html.REMOVED and match[3].rstrip().endswith("/"):
            reader.remove(name)
        elif name in VOID:
            if name in html.REMOVED:
                reader.remove(name)
            elif name != "wbr":
                reader.not_understood(name)
        else:
            stack.append((name, attributes, []))

    def _close(
        self, stack: list[tuple[str, dict[str, Any], list[Inline]]], reader: html.HtmlReader
    ) -> str:
        name, attributes, children = stack.pop()
        if name in html.REMOVED:
            reader.remove(name)
        else:
            for word in reader.mark(name, attributes, tuple(children)):
                html.add(stack[-1][2], word)
        return name

    def _word(self, node: SyntaxTreeNode, reader: html.HtmlReader, figures: list[Block]) -> Words:
        if node.type == "text":
            return (Text(node.content),) if node.content else ()
        if node.type == "softbreak":
            return (Text(" "),)
        if node.type == "hardbreak":
            return (LineBreak(),)
        if node.type == "code_inline":
            return (CodeSpan(node.content),)
        if node.type == "note_reference":
            return (FootnoteReference(self._note_id(node.meta["label"])),)
        if node.type == "image":
            alternative = "".join(html.plain(self._words(node.children, [])))
            caption = self.words(str(node.attrs.get("title") or ""))
            figures += reader.figure(str(node.attrs.get("src") or ""), alternative, caption)
            return ()
        children = self._words(node.children, figures)
        if node.type == "em":
            return (Emphasis(children),)
        if node.type == "strong":
            return (Strong(children),)
        if node.type == "link":
            return reader.link(str(node.attrs.get("href") or ""), children)
        if node.type == "span":
            return self._span(node.meta["attributes"], children)
        self._report(f"{node.type} is not understood; its words were kept.")
        return children

    def _span(self, attributes: Attributes, children: Words) -> Words:
        words = children
        if "code" in attributes.values:
            words = (*words, CodeSpan(attributes.take("code")))
        if attributes.has("br"):
            words = (*words, LineBreak())
        # The first named is the outermost, so they are put on from the last.
        for name in reversed([*attributes.flags, *attributes.values]):
            if name in SPANS and attributes.has(name):
                words = (SPANS[name](words),)
            elif name == "quote" and attributes.has(name):
                attribution = self._or_lost(
                    lambda _: front_matter.attribution_of(attributes.take), "", None
                )
                words = (Quotation(words, attribution) if attribution else Quotation(words),)
            elif name == "lang" and (language := attributes.take(name)):
                words = (LanguageSpan(language, words),)
            elif name == "mention" and (topic := attributes.take(name)):
                words = (Mention(topic, words),)
            elif name == "cite" and (source := attributes.take(name)):
                words = (Citation(source, words, attributes.take("at")),)
        for name in attributes.left():
            self._report(f"[…]{{{name}}} is not understood; its words were kept.")
        return words


VOID = frozenset({"area", "base", "col", "embed", "hr", "input", "link", "meta", "wbr"})


def _pull_quote(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    attribution = front_matter.attribution_of(attributes.take)
    return PullQuote(id="", children=reader._run(node), attribution=attribution)


def _quotation(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    attribution = front_matter.attribution_of(attributes.take)
    return BlockQuotation(id="", blocks=reader._blocks(node.children), attribution=attribution)


def _excerpt(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    names = ("title", "author", "outlet", "url", "permission")
    return Excerpt(
        id="",
        published_on=front_matter.day_of(attributes.take("published")),
        blocks=reader._blocks(node.children),
        **{name: attributes.take(name) for name in names},
    )


def _statement(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    names = ("author", "handle", "platform", "url")
    return Statement(
        id="",
        posted_at=front_matter.moment_of(attributes.take("posted")),
        blocks=reader._blocks(node.children),
        **{name: attributes.take(name) for name in names},
    )


def _key_figure(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    names = ("label", "value", "unit", "before", "source", "url", "spoken")
    return KeyFigure(
        id="",
        as_of=attributes.take("as-of"),
        **{name: attributes.take(name) for name in names},
    )


def _embed(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    names = ("url", "title", "provider", "picture")
    return Embed(
        id="",
        alternative=attributes.take("alt"),
        fallback=reader._run(node),
        **{name: attributes.take(name) for name in names},
    )


def _audio(reader: Reader, node: SyntaxTreeNode, attributes: Attributes) -> Block:
    seconds = attributes.take("seconds")
    if seconds and not seconds.isdigit():
        raise CannotRead(f"“{seconds}” is no number of seconds.")
    return Audio(
        id="",
        audio=attributes.take("audio"),
        title=attributes.take("title"),
        seconds=int(seconds) if seconds else None,
        credit=attributes.take("credit"),
        transcript=reader._blocks(node.children),
    )


DIRECTIVES: dict[str, Callable[[Reader, SyntaxTreeNode, Attributes], Block]] = {
    "paragraph": lambda reader, node, _: Paragraph(id="", children=reader._run(node)),
    "list": lambda reader, node, given: List(
        id="", items=(), ordered=given.has("ordered"), start=int(given.take("start") or 1)
    ),
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


def with_ids(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with an id for each that had none.

    It is made of the block's kind and words, so that the same words keep the same id
    through another import; equal blocks are told apart by their order.
    """
    seen: Counter[str] = Counter()

    def name(node: Any) -> Any:
        if not isinstance(node, BlockBase) or node.id:
            return node
        assert isinstance(node, Block)
        words = walk.plain_text((node,)) or "".join(map(walk.plain_text, walk.runs(node)))
        held = f"{type(node).__name__}|{getattr(node, 'picture', '')}|{words}"
        digest = hashlib.sha256(held.encode()).hexdigest()[:8]
        seen[digest] += 1
        suffix = f"-{seen[digest]}" if seen[digest] > 1 else ""
        return replace(node, id=f"b{digest}{suffix}")

    return rewrite(blocks, name)


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


def _inline_of(node: SyntaxTreeNode) -> Sequence[SyntaxTreeNode]:
    return [inner for child in node.children if child.type == "inline" for inner in child.children]


def _flat(nodes: Iterable[SyntaxTreeNode]) -> Iterable[SyntaxTreeNode]:
    for node in nodes:
        if node.type == "inline":
            yield from node.children
        else:
            yield node


def _alignment(cell: SyntaxTreeNode) -> Alignment:
    style = str(cell.attrs.get("style", ""))
    return "end" if "right" in style else "centre" if "center" in style else "start"
