"""Nodes becoming Markdown that reads back as the very same nodes.

Every block is written with its id. Where ordinary Markdown could be misread (emphasis
inside a word, code beside code), the longer form of the dialect is used instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript.markdown_dialect import write_attributes
from masthead.manuscript.nodes import (
    Aside,
    Attribution,
    Audio,
    Block,
    BlockQuotation,
    Citation,
    Code,
    CodeSpan,
    Divider,
    Embed,
    Emphasis,
    Excerpt,
    Figure,
    FootnoteReference,
    Gallery,
    Heading,
    Inline,
    KeyFigure,
    LanguageSpan,
    LeadMarker,
    LineBreak,
    Link,
    List,
    Manuscript,
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

_SPECIAL = re.compile(r"[\\`*_\[\]<{}^#]|&(?=[#A-Za-z])|!(?=\[|$)")
_NUMBERED = re.compile(r"^(\d+)([.)])")
_LEADING = "-+=>~:|"
_BEFORE_A_MARK = re.compile(r"[\s(“‘—–/-]\Z")
_AFTER_A_MARK = re.compile(r"[\s.,;:?)”’—–/…-]")
_COLONS = re.compile(r"^[ \t>*+\d.-]*(:{2,})", re.MULTILINE)
_TICKS = re.compile(r"`+")
_PLAIN_LANGUAGE = re.compile(r"[\w+#./-]+")
MARKS = {SmallCaps: ".smallcaps", Subscript: ".sub", Superscript: ".sup"}


def write(manuscript: Manuscript) -> str:
    """Return the whole manuscript, front matter first."""
    front = front_matter.write_article(manuscript, _front_figure)
    notes = [f"[^{note.id}]: {write_words(note.children)}".rstrip() for note in manuscript.notes]
    body = "\n\n".join([*_blocks(manuscript.body), *notes])
    return f"{front_matter.write(front)}\n{body}\n" if body else front_matter.write(front)


def write_blocks(blocks: Iterable[Block]) -> str:
    """Return blocks with an empty line between each."""
    return "\n\n".join(_blocks(blocks))


def _front_figure(figure: Figure) -> dict[str, Any]:
    written: dict[str, Any] = {"id": figure.id, **_figure_values(figure)}
    if figure.decorative:
        written["decorative"] = True
    if figure.caption:
        written["caption"] = write_words(figure.caption)
    if figure.editions:
        written["editions"] = list(figure.editions)
    if figure.variants:
        written["variants"] = [
            {"editions": list(variant.editions), "text": write_blocks(variant.blocks)}
            for variant in figure.variants
        ]
    return {name: value for name, value in written.items() if value != ""}


# --- Words --------------------------------------------------------------------


def write_words(words: Words, *, in_cell: bool = False) -> str:
    """Return a run of words on one line, which means the same wherever a block may begin."""
    written = _words(words)
    if written[:1].isspace():
        written = f"&#{ord(written[0])};{written[1:]}"
    if written[-1:].isspace():
        written = f"{written[:-1]}&#{ord(written[-1])};"
    if in_cell:
        return written.replace("|", "\\|")
    if written.startswith("<br>"):  # It would begin a block of HTML.
        written = f"[]{{.br}}{written[4:]}"
    if written[:1] and written[0] in _LEADING:
        written = f"&#{ord(written[0])};{written[1:]}"
    return _NUMBERED.sub(r"\1\\\2", written)


def _words(words: Words) -> str:
    written = ""
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        after = words[index + 1] if index + 1 < len(words) else None
        if isinstance(word, Emphasis | Strong) and _may_use_asterisks(word, before, after):
            mark = "*" if isinstance(word, Emphasis) else "**"
            written += f"{mark}{_words(word.children)}{mark}"
        elif isinstance(word, CodeSpan):
            written += _code_span(word.text, after_tick=written.endswith("`"))
        else:
            written += _word(word)
    return written


def _may_use_asterisks(
    word: Emphasis | Strong, before: Inline | None, after: Inline | None
) -> bool:
    """Say whether asterisks around the word cannot be taken for anything else."""
    if len(word.children) != 1 or not isinstance(inner := word.children[0], Text):
        return False
    return (
        inner.text[:1].isalnum()
        and inner.text[-1:].isalnum()
        and (
            before is None
            or (isinstance(before, Text) and bool(_BEFORE_A_MARK.search(before.text)))
        )
        and (after is None or (isinstance(after, Text) and bool(_AFTER_A_MARK.match(after.text))))
    )


def _code_span(text: str, *, after_tick: bool) -> str:
    if not text or "\n" in text or after_tick:
        return "[]" + write_attributes(values={"code": text}) if text else '[]{code=""}'
    fence = "`" * (max((len(run) for run in _TICKS.findall(text)), default=0) + 1)
    ticks = text[0] == "`" or text[-1] == "`"
    spaces = text[0] == text[-1] == " " and text.strip(" ")
    return f"{fence} {text} {fence}" if ticks or spaces else f"{fence}{text}{fence}"


def _word(word: Inline) -> str:
    if isinstance(word, Text):
        escaped = _SPECIAL.sub(lambda match: f"\\{match[0]}", word.text)
        return escaped.replace("\n", "&#10;").replace("\t", "&#9;")
    if isinstance(word, LineBreak):
        return "<br>"
    if isinstance(word, FootnoteReference):
        return f"[^{word.note}]"
    assert not isinstance(word, CodeSpan)
    inner = f"[{_words(word.children)}]"
    if isinstance(word, Link):
        address = re.sub(r"([\\<>])", r"\\\1", word.href).replace("&", "&amp;")
        return f"{inner}(<{address}>)"
    if isinstance(word, Emphasis | Strong):
        return inner + ("{.em}" if isinstance(word, Emphasis) else "{.strong}")
    if isinstance(word, LanguageSpan):
        return inner + write_attributes(values={"lang": word.language})
    if isinstance(word, Mention):
        return inner + write_attributes(values={"mention": word.topic})
    if isinstance(word, Citation):
        return inner + write_attributes(values={"cite": word.source, "at": word.locator})
    if isinstance(word, Quotation):
        return inner + write_attributes(flags=("quote",), values=_attribution(word.attribution))
    return inner + write_attributes(flags=(MARKS[type(word)],))


def _attribution(attribution: Attribution) -> dict[str, str]:
    return {
        "speaker": attribution.speaker,
        "role": attribution.role,
        "outlet": attribution.outlet,
        "medium": attribution.medium,
        "date": attribution.said_on.isoformat() if attribution.said_on else "",
        "url": attribution.url,
    }


# --- Blocks -------------------------------------------------------------------


def _blocks(blocks: Iterable[Block]) -> list[str]:
    written: list[str] = []
    for block in blocks:
        written.append(_block(block))
        written += [_variant(variant) for variant in block.variants]
    return written


def _variant(variant: Variant) -> str:
    attributes = write_attributes(values={"editions": ",".join(variant.editions)})
    return _box("variant", attributes, write_blocks(variant.blocks))


def _block(block: Block) -> str:
    if isinstance(block, Paragraph) and block.children:
        return f"{_above(block)}\n{write_words(block.children)}"
    if isinstance(block, Heading):
        return f"{_above(block)}\n{'#' * block.level} {write_words(block.children)}".rstrip()
    if isinstance(block, List) and block.items:
        return f"{_above(block)}\n{_list(block)}"
    if isinstance(block, Table) and block.alignments:
        return _table(block)
    if isinstance(block, Code):
        return _code(block)
    name, flags, values, content = DIRECTIVES[type(block)](block)
    values = {"editions": ",".join(block.editions), **values}
    return _box(name, write_attributes(block.id, tuple(flags), values), content)


def _above(block: Block, flags: Sequence[str] = (), values: Mapping[str, str] | None = None) -> str:
    everything = {"editions": ",".join(block.editions), **(values or {})}
    return write_attributes(block.id, tuple(flags), everything)


def _box(name: str, attributes: str, content: str) -> str:
    """Return a directive, its colons outnumbering whatever stands in it."""
    opening = f"{name} {attributes}" if attributes != "{}" else name
    if not content:
        return f"::{opening}"
    inside = max((len(colons) for colons in _COLONS.findall(content)), default=0)
    fence = ":" * max(3, inside + 1)
    return f"{fence}{opening}\n{content}\n{fence}"


def _list(block: List) -> str:
    lines = []
    for number, item in enumerate(block.items, block.start):
        marker = f"{number}. " if block.ordered else "- "
        indented = write_blocks(item.blocks).replace("\n", "\n" + " " * len(marker))
        # Blank lines stay blank; white space at the end of a line of code is code.
        lines.append(re.sub(r"\n +(?=\n|\Z)", _blank_if_blank(len(marker)), marker + indented))
    return "\n".join(line.rstrip(" ") if line.strip(" ") in ("-",) else line for line in lines)


def _blank_if_blank(width: int) -> Callable[[re.Match[str]], str]:
    return lambda match: "\n" if len(match[0]) == width + 1 else match[0]


def _table(block: Table) -> str:
    flags = [
        *(["row-headings"] if block.row_headings else []),
        *([] if block.header else ["headless"]),
    ]
    values = {"caption": write_words(block.caption), "source": block.source}
    header = block.header or ((),) * len(block.alignments)
    rule = {"start": "---", "centre": ":-:", "end": "--:"}
    rows = [
        _row(header),
        "| " + " | ".join(rule[alignment] for alignment in block.alignments) + " |",
        *(_row(row) for row in block.rows),
    ]
    return "\n".join([_above(block, flags, values), *rows])


def _row(cells: Iterable[Words]) -> str:
    return "| " + " | ".join(write_words(cell, in_cell=True) for cell in cells) + " |"


def _code(block: Code) -> str:
    plain = bool(_PLAIN_LANGUAGE.fullmatch(block.language))
    values = {"caption": write_words(block.caption), "language": "" if plain else block.language}
    longest = max((len(run) for run in _TICKS.findall(block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = block.language if plain else ""
    return f"{_above(block, (), values)}\n{fence}{language}\n{block.text}\n{fence}"


def _figure_values(figure: Figure) -> dict[str, str]:
    focal, crop = figure.focal_point, figure.crop
    return {
        "picture": figure.picture,
        "alt": figure.alternative,
        "credit": figure.credit,
        "place": figure.place,
        "focal": f"{focal[0]!r},{focal[1]!r}" if focal else "",
        "crop": f"{crop.left!r},{crop.top!r},{crop.width!r},{crop.height!r}" if crop else "",
    }


Directive = tuple[str, Sequence[str], dict[str, str], str]


def _fields(block: Any, *names: str) -> dict[str, str]:
    return {name: getattr(block, name) for name in names}


def _figure(block: Figure) -> Directive:
    flags = ("decorative",) if block.decorative else ()
    return "figure", flags, _figure_values(block), write_words(block.caption)


def _gallery(block: Gallery) -> Directive:
    values = {"caption": write_words(block.caption)}
    return "gallery", (), values, write_blocks(block.figures)


def _excerpt(block: Excerpt) -> Directive:
    values = _fields(block, "title", "author", "outlet", "url", "permission")
    values["published"] = block.published_on.isoformat() if block.published_on else ""
    return "excerpt", (), values, write_blocks(block.blocks)


def _statement(block: Statement) -> Directive:
    values = _fields(block, "author", "handle", "platform", "url")
    values["posted"] = block.posted_at.isoformat() if block.posted_at else ""
    return "statement", (), values, write_blocks(block.blocks)


def _key_figure(block: KeyFigure) -> Directive:
    names = ("label", "value", "unit", "before", "source", "url", "spoken")
    return "keyfigure", (), {**_fields(block, *names), "as-of": block.as_of}, ""


def _embed(block: Embed) -> Directive:
    values = _fields(block, "url", "title", "provider", "picture")
    return "embed", (), {**values, "alt": block.alternative}, write_words(block.fallback)


def _audio(block: Audio) -> Directive:
    values = _fields(block, "audio", "title", "credit")
    values["seconds"] = "" if block.seconds is None else str(block.seconds)
    return "audio", (), values, write_blocks(block.transcript)


def _empty_list(block: List) -> Directive:
    return "list", ("ordered",) if block.ordered else (), {"start": str(block.start)}, ""


def _empty_table(block: Table) -> Directive:
    values = {"caption": write_words(block.caption), "source": block.source}
    return "table", ("row-headings",) if block.row_headings else (), values, ""


DIRECTIVES: dict[type, Callable[[Any], Directive]] = {
    Paragraph: lambda block: ("paragraph", (), {}, ""),
    List: _empty_list,
    Table: _empty_table,
    Figure: _figure,
    Gallery: _gallery,
    PullQuote: lambda block: (
        "pullquote",
        (),
        _attribution(block.attribution),
        write_words(block.children),
    ),
    BlockQuotation: lambda block: (
        "quotation",
        ("denial",) if block.denies else (),
        _attribution(block.attribution),
        write_blocks(block.blocks),
    ),
    Excerpt: _excerpt,
    Statement: _statement,
    KeyFigure: _key_figure,
    Aside: lambda block: ("aside", (), {"title": block.title}, write_blocks(block.blocks)),
    Embed: _embed,
    Audio: _audio,
    Divider: lambda block: ("divider", (), {}, ""),
    PageBreak: lambda block: ("page", (), {"title": block.title}, ""),
    LeadMarker: lambda block: ("lead", (), {}, ""),
}
