"""Running text: Wagtail's rich text and the manuscript's paragraphs, both ways.

Wagtail keeps rich text as HTML with marks of its own. Ours are `<small-caps>`,
`<language lang>`, `<mention topic>`, `<citation source locator>`, `<footnote note>`, and
a pair `<quote-open …>“</quote-open>` … `<quote-close>”</quote-close>`: the editor cannot
nest one mark in another, and a quotation must be able to hold mentions and notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from masthead.editorial.conversion.register import Register
from masthead.manuscript.nodes import (
    Attribution,
    Block,
    Citation,
    CodeSpan,
    Emphasis,
    FootnoteReference,
    Heading,
    Inline,
    LanguageSpan,
    LineBreak,
    Link,
    List,
    ListItem,
    Mention,
    Paragraph,
    Quotation,
    SmallCaps,
    Strong,
    Subscript,
    Superscript,
    Text,
    Words,
)

STYLES: dict[str, Any] = {
    "b": Strong,
    "strong": Strong,
    "i": Emphasis,
    "em": Emphasis,
    "sup": Superscript,
    "sub": Subscript,
    "small-caps": SmallCaps,
}
STYLE_TAGS = {
    Strong: "b",
    Emphasis: "i",
    Superscript: "sup",
    Subscript: "sub",
    SmallCaps: "small-caps",
}
FOREIGN_RUN = "text-"
"""Begins the stream id of a run whose paragraphs came with ids of their own."""

_KEY = re.compile(r"[^A-Za-z0-9_]")


# --- Reading ------------------------------------------------------------------


def read_blocks(html: str, stream_id: str, register: Register) -> list[Block]:
    """Return the paragraphs, headings and lists of a rich text, with lasting ids."""
    blocks: list[Block] = []
    for index, tag in enumerate(_soup(html)):
        if isinstance(tag, NavigableString):
            if tag.strip():
                words = read_words_of([tag], register)
                blocks.append(Paragraph(id=_id(stream_id, f"n{index}"), children=words))
            continue
        key = str(tag.get("data-block-key") or f"n{index}")
        if tag.name in ("ul", "ol"):
            blocks.append(_read_list(tag, stream_id, f"n{index}", register))
        elif words := read_words_of(tag.children, register):
            if tag.name in ("h2", "h3", "h4"):
                level = int(tag.name[1])
                blocks.append(Heading(id=_id(stream_id, key), level=level, children=words))
            else:
                blocks.append(Paragraph(id=_id(stream_id, key), children=words))
    return blocks


def read_words(html: str, register: Register) -> Words:
    """Return the words of a one-paragraph rich text, such as a caption; a break between two."""
    words: list[Inline] = []
    for tag in _soup(html or ""):
        children = [tag] if isinstance(tag, NavigableString) else tag.children
        found = read_words_of(children, register)
        if found and words:
            words.append(LineBreak())
        words.extend(found)
    return tuple(words)


def read_words_of(children: Iterable[Any], register: Register) -> Words:
    """Return the words that a run of HTML nodes holds, with quotations paired."""
    open_quotes: list[tuple[Attribution, list[Inline]]] = []
    words: list[Inline] = []
    for child in children:
        here = open_quotes[-1][1] if open_quotes else words
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString):
                _add_text(here, str(child))
        elif child.name == "quote-open":
            open_quotes.append((_read_attribution(child), []))
        elif child.name == "quote-close":
            if open_quotes:
                attribution, quoted = open_quotes.pop()
                outer = open_quotes[-1][1] if open_quotes else words
                outer.append(Quotation(tuple(quoted), attribution))
        elif isinstance(child, Tag):
            for word in _read_tag(child, register):
                if isinstance(word, Text):
                    _add_text(here, word.text)
                else:
                    here.append(word)
    while open_quotes:
        # The closing mark was deleted: the quotation ends where its paragraph does.
        attribution, quoted = open_quotes.pop()
        (open_quotes[-1][1] if open_quotes else words).append(Quotation(tuple(quoted), attribution))
    return tuple(words)


def _soup(html: str) -> list[Any]:
    return list(BeautifulSoup(html, "html.parser").children)


def _id(stream_id: str, key: str) -> str:
    return key if stream_id.startswith(FOREIGN_RUN) else f"{stream_id}.{key}"


def _add_text(words: list[Inline], text: str) -> None:
    if not text:
        return
    if words and isinstance(words[-1], Text):
        words[-1] = Text(words[-1].text + text)
    else:
        words.append(Text(text))


def _read_tag(tag: Tag, register: Register) -> Sequence[Inline]:
    if tag.name == "br":
        return (LineBreak(),)
    if tag.name == "code":
        return (CodeSpan(tag.get_text()),)
    if tag.name == "footnote":
        return (FootnoteReference(str(tag.get("note", ""))),)
    children = read_words_of(tag.children, register)
    if not children:
        return ()
    if tag.name in STYLES:
        return (STYLES[tag.name](children),)
    if tag.name == "language":
        return (LanguageSpan(str(tag.get("lang", "")), children),)
    if tag.name == "mention":
        return (Mention(f"topic:{tag.get('topic', '')}", children),)
    if tag.name == "citation":
        locator = str(tag.get("locator", ""))
        return (Citation(str(tag.get("source", "")), children, locator),)
    if tag.name == "a" and (href := _read_href(tag, register)):
        return (Link(href, children),)
    return children


def _read_href(tag: Tag, register: Register) -> str:
    if tag.get("linktype") == "page":
        number = str(tag.get("id", ""))
        return register.pages.get(int(number), "") if number.isdecimal() else ""
    return str(tag.get("href", ""))


def _read_attribution(tag: Tag) -> Attribution:
    said_on = None
    try:
        if tag.get("date"):
            said_on = date.fromisoformat(str(tag["date"]))
    except ValueError:
        pass
    fields = {
        name: str(tag.get(name, "")) for name in ("speaker", "role", "outlet", "medium", "url")
    }
    return Attribution(said_on=said_on, **fields)


def _read_list(tag: Tag, stream_id: str, fallback: str, register: Register) -> List:
    items: list[ListItem] = []
    first_key = ""
    for index, li in enumerate(tag.find_all("li", recursive=False)):
        key = str(li.get("data-block-key") or f"{fallback}i{index}")
        first_key = first_key or key
        inner: list[Block] = []
        nested = [child for child in li.children if getattr(child, "name", "") in ("ul", "ol")]
        own = [child for child in li.children if child not in nested]
        if words := read_words_of(own, register):
            inner.append(Paragraph(id=_id(stream_id, key), children=words))
        inner += [
            _read_list(sub, stream_id, f"{key}s{n}", register) for n, sub in enumerate(nested)
        ]
        items.append(ListItem(tuple(inner)))
    list_id = _id(stream_id, f"{first_key or fallback}_list")
    return List(id=list_id, items=tuple(items), ordered=tag.name == "ol")


# --- Writing ------------------------------------------------------------------


def fits(block: Block) -> bool:
    """Say whether a block can stand in a rich text, rather than in a block of its own."""
    if isinstance(block, List):
        return (block.start == 1 or not block.ordered) and all(
            item.blocks
            and isinstance(item.blocks[0], Paragraph)
            and all(isinstance(inner, List) and fits(inner) for inner in item.blocks[1:])
            and not any(inner.editions or inner.variants for inner in item.blocks)
            for item in block.items
        )
    return isinstance(block, Paragraph) or (isinstance(block, Heading) and 2 <= block.level <= 4)


def write_blocks(blocks: Iterable[Block], register: Register) -> str:
    """Return the rich text of blocks that all `fits()`."""
    return "".join(_write_block(block, register) for block in blocks)


def write_words(words: Words, register: Register) -> str:
    """Return the rich text of a caption or the like; empty for no words."""
    return f"<p>{_words(words, register)}</p>" if words else ""


def block_key(block_id: str) -> str:
    """Return the key under which the editor keeps a block: the last part of its id."""
    return _KEY.sub("_", block_id.rpartition(".")[2]) or "n"


def run_of(block_id: str) -> str:
    """Return the stream id of the run that a block stood in, or nothing if it came from afar."""
    return block_id.rpartition(".")[0]


def _write_block(block: Block, register: Register) -> str:
    key = escape(block_key(block.id))
    if isinstance(block, Paragraph):
        return f'<p data-block-key="{key}">{_words(block.children, register)}</p>'
    if isinstance(block, Heading):
        tag = f"h{block.level}"
        return f'<{tag} data-block-key="{key}">{_words(block.children, register)}</{tag}>'
    if isinstance(block, List):
        tag = "ol" if block.ordered else "ul"
        return f"<{tag}>{''.join(_write_item(item, register) for item in block.items)}</{tag}>"
    raise TypeError(f"{type(block).__name__} does not fit in rich text.")


def _write_item(item: ListItem, register: Register) -> str:
    first, *rest = item.blocks
    assert isinstance(first, Paragraph)
    words = _words(first.children, register)
    return (
        f'<li data-block-key="{escape(block_key(first.id))}">{words}'
        f"{''.join(_write_block(inner, register) for inner in rest)}</li>"
    )


def _words(words: Words, register: Register) -> str:
    return "".join(_write_word(word, register) for word in words)


def _write_word(word: Inline, register: Register) -> str:
    if isinstance(word, Text):
        return escape(word.text, quote=False)
    if isinstance(word, LineBreak):
        return "<br/>"
    if isinstance(word, CodeSpan):
        return f"<code>{escape(word.text, quote=False)}</code>"
    if isinstance(word, FootnoteReference):
        return f'<footnote note="{escape(word.note)}">*</footnote>'
    inner = _words(word.children, register)
    if isinstance(word, Link):
        pk = register.page_by_key.get(word.href)
        if pk is not None:
            return f'<a id="{pk}" linktype="page">{inner}</a>'
        return f'<a href="{escape(word.href)}">{inner}</a>'
    if isinstance(word, LanguageSpan):
        return f'<language lang="{escape(word.language)}">{inner}</language>'
    if isinstance(word, Mention):
        return f'<mention topic="{escape(word.topic.removeprefix("topic:"))}">{inner}</mention>'
    if isinstance(word, Citation):
        locator = f' locator="{escape(word.locator)}"' if word.locator else ""
        return f'<citation source="{escape(word.source)}"{locator}>{inner}</citation>'
    if isinstance(word, Quotation):
        return f"<quote-open{_attributes(word.attribution)}>“</quote-open>{inner}<quote-close>”</quote-close>"
    tag = STYLE_TAGS[type(word)]
    return f"<{tag}>{inner}</{tag}>"


def _attributes(attribution: Attribution) -> str:
    values = {
        "speaker": attribution.speaker,
        "role": attribution.role,
        "outlet": attribution.outlet,
        "medium": attribution.medium,
        "date": attribution.said_on.isoformat() if attribution.said_on else "",
        "url": attribution.url,
    }
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items() if value)
