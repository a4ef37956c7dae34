"""The words of Markdown becoming nodes: what stands inside one paragraph, caption or cell."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript import markdown_html as html
from masthead.manuscript.markdown_dialect import Attributes, parser
from masthead.manuscript.markdown_front import CannotRead
from masthead.manuscript.nodes import (
    Block,
    Citation,
    CodeSpan,
    Emphasis,
    FootnoteReference,
    Inline,
    LanguageSpan,
    LineBreak,
    Mention,
    Quotation,
    SmallCaps,
    Strong,
    Subscript,
    Superscript,
    Text,
    Words,
)

SPANS: dict[str, Callable[[Words], Inline]] = {
    "em": Emphasis,
    "strong": Strong,
    "smallcaps": SmallCaps,
    "sub": Subscript,
    "sup": Superscript,
}
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)([^>]*)>", re.DOTALL)


@dataclass
class WordReader:
    """Reads the words of one article. ``lost`` gathers, a line each, what could not be carried."""

    key: str
    lost: list[str] = field(default_factory=list)
    markdown: MarkdownIt = field(default_factory=parser)

    def words(self, text: str) -> Words:
        """Return the words of a caption or the like."""
        return self._words(SyntaxTreeNode(self.markdown.parseInline(text)).children, [])

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
        found = BeautifulSoup(tag, "html.parser").find(name)
        attributes = dict(found.attrs) if isinstance(found, Tag) else {}
        if name == "br":
            stack[-1][2].append(LineBreak())
        elif name == "img":
            reader.check_attributes(attributes)
            source, alternative = str(attributes.get("src") or ""), str(attributes.get("alt") or "")
            figures += reader.figure(source, alternative)
        elif name in html.REMOVED and match[3].rstrip().endswith("/"):
            reader.remove(name)
        elif name in html.VOID:
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

    def _note_id(self, label: str) -> str:
        try:
            return str(uuid.UUID(label))
        except ValueError:
            return str(uuid.uuid5(uuid.NAMESPACE_URL, f"masthead:{self.key}:note:{label}"))

    def _or_lost(self, read: Callable[[str], Any], value: str, otherwise: Any) -> Any:
        try:
            return read(value)
        except CannotRead as error:
            self._report(str(error))
            return otherwise

    def _report(self, line: str) -> None:
        if line not in self.lost:
            self.lost.append(line)


def inline_of(node: SyntaxTreeNode) -> Sequence[SyntaxTreeNode]:
    """Return the words that stand directly in a block of Markdown."""
    return [inner for child in node.children if child.type == "inline" for inner in child.children]


def _flat(nodes: Iterable[SyntaxTreeNode]) -> Iterable[SyntaxTreeNode]:
    for node in nodes:
        if node.type == "inline":
            yield from node.children
        else:
            yield node
