"""From a stored stream (Wagtail's JSON) to the manuscript's blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from django.utils.dateparse import parse_date, parse_datetime

from masthead.editorial.conversion import rich_text
from masthead.editorial.conversion.register import Register
from masthead.manuscript.nodes import (
    Alignment,
    Aside,
    Attribution,
    Audio,
    Block,
    BlockQuotation,
    Code,
    Crop,
    Divider,
    Edition,
    Embed,
    Excerpt,
    Figure,
    Gallery,
    KeyFigure,
    LeadMarker,
    List,
    ListItem,
    PageBreak,
    PullQuote,
    Statement,
    Table,
    Text,
    Variant,
    Words,
)

Raw = Mapping[str, Any]
ALIGNMENT: dict[str, Alignment] = {"words": "start", "figures": "end", "centred": "centre"}


def read_stream(stream: Iterable[Raw], register: Register) -> tuple[Block, ...]:
    """Return the blocks of a stream. A block whose picture is gone is left out."""
    blocks: list[Block] = []
    for raw in stream:
        kind, value, block_id = raw["type"], raw["value"], str(raw.get("id") or f"b{len(blocks)}")
        if kind == "variant":
            if blocks:
                blocks[-1] = _with_variant(blocks[-1], value, register)
        elif kind == "text":
            limited = _editions(value)
            words = rich_text.read_blocks(value.get("text") or "", block_id, register)
            blocks += [replace(block, editions=limited) for block in words]
        elif kind in READERS and (read := READERS[kind](value or {}, block_id, register)):
            blocks.append(replace(read, editions=_editions(value)))
    return tuple(blocks)


def read_figure(value: Raw, block_id: str, register: Register) -> Figure | None:
    """Return a figure, its gaps filled from the picture; None if the picture is gone."""
    facts = register.pictures.get(value.get("picture") or 0)
    if facts is None:
        return None
    framing = value.get("framing") or {}
    focus = (framing.get("focus_x"), framing.get("focus_y"))
    edges = [framing.get(name) for name in ("left", "top", "width", "height")]
    decorative = bool(value.get("decorative"))
    return Figure(
        id=block_id,
        picture=facts.key,
        alternative="" if decorative else value.get("alternative") or facts.description,
        decorative=decorative,
        caption=_words(value, "caption", register),
        credit=value.get("credit") or facts.credit,
        place=value.get("place") or facts.place,
        focal_point=facts.focal_point if None in focus else cast(tuple[float, float], focus),
        crop=None if None in edges else Crop(*cast(list[float], edges)),
    )


def _with_variant(block: Block, value: Raw, register: Register) -> Block:
    variant = Variant(
        cast(tuple[Edition, ...], tuple(value.get("editions") or ())),
        read_stream(value.get("blocks") or (), register),
    )
    return replace(block, variants=(*block.variants, variant))


def _editions(value: Raw | None) -> tuple[Edition, ...]:
    return cast(tuple[Edition, ...], tuple((value or {}).get("editions") or ()))


def _words(value: Raw, name: str, register: Register) -> Words:
    return rich_text.read_words(value.get(name) or "", register)


def _day(value: Any) -> date | None:
    return parse_date(value) if isinstance(value, str) and value else value or None


def _moment(value: Any) -> datetime | None:
    return parse_datetime(value) if isinstance(value, str) and value else value or None


def _attribution(value: Raw) -> Attribution:
    given = value.get("attribution") or {}
    return Attribution(
        speaker=_text(given, "speaker"),
        role=_text(given, "role"),
        outlet=_text(given, "outlet"),
        medium=_text(given, "medium"),
        said_on=_day(given.get("said_on")),
        url=_text(given, "url"),
    )


def _text(value: Raw, name: str) -> str:
    return value.get(name) or ""


def _gallery(value: Raw, block_id: str, register: Register) -> Block:
    figures = [
        read_figure(item["value"], str(item.get("id") or f"{block_id}-{index}"), register)
        for index, item in enumerate(value.get("figures") or ())
    ]
    return Gallery(
        id=block_id,
        figures=tuple(figure for figure in figures if figure),
        caption=_words(value, "caption", register),
    )


def _pull_quote(value: Raw, block_id: str, register: Register) -> Block:
    words = _words(value, "words", register)
    return PullQuote(id=block_id, children=words, attribution=_attribution(value))


def _quotation(value: Raw, block_id: str, register: Register) -> Block:
    inner = read_stream(value.get("blocks") or (), register)
    return BlockQuotation(
        id=block_id,
        blocks=inner,
        attribution=_attribution(value),
        denies=bool(value.get("denies")),
    )


def _excerpt(value: Raw, block_id: str, register: Register) -> Block:
    return Excerpt(
        id=block_id,
        blocks=read_stream(value.get("blocks") or (), register),
        published_on=_day(value.get("published_on")),
        title=_text(value, "title"),
        author=_text(value, "author"),
        outlet=_text(value, "outlet"),
        url=_text(value, "url"),
        permission=_text(value, "permission"),
    )


def _statement(value: Raw, block_id: str, register: Register) -> Block:
    return Statement(
        id=block_id,
        blocks=read_stream(value.get("blocks") or (), register),
        posted_at=_moment(value.get("posted_at")),
        author=_text(value, "author"),
        handle=_text(value, "handle"),
        platform=_text(value, "platform"),
        url=_text(value, "url"),
    )


def _long_list(value: Raw, block_id: str, register: Register) -> Block:
    items = tuple(
        ListItem(read_stream(item["value"], register)) for item in value.get("items") or ()
    )
    start = value.get("start")
    return List(
        id=block_id,
        items=items,
        ordered=bool(value.get("ordered")),
        start=1 if start is None else start,
    )


def _table(value: Raw, block_id: str, register: Register) -> Block:
    cells = value.get("cells") or {}
    columns = cells.get("columns") or ()
    rows = [
        tuple(rich_text.read_words(cell or "", register) for cell in row["values"])
        for row in cells.get("rows") or ()
    ]
    header: tuple[Words, ...] = ()
    if any(column.get("heading") for column in columns):
        header = tuple(
            (Text(column["heading"]),) if column.get("heading") else () for column in columns
        )
    elif value.get("first_row_is_header") and rows:
        header = rows.pop(0)
    return Table(
        id=block_id,
        header=header,
        rows=tuple(rows),
        alignments=tuple(ALIGNMENT.get(column["type"], "start") for column in columns),
        caption=_words(value, "caption", register),
        source=_text(value, "source"),
        row_headings=bool(value.get("row_headings")),
    )


def _key_figure(value: Raw, block_id: str, register: Register) -> Block:
    return KeyFigure(
        id=block_id,
        label=_text(value, "label"),
        value=_text(value, "value"),
        unit=_text(value, "unit"),
        before=_text(value, "before"),
        as_of=_text(value, "as_of"),
        source=_text(value, "source"),
        url=_text(value, "url"),
        spoken=_text(value, "spoken"),
    )


def _aside(value: Raw, block_id: str, register: Register) -> Block:
    inner = read_stream(value.get("blocks") or (), register)
    return Aside(id=block_id, blocks=inner, title=_text(value, "title"))


def _code(value: Raw, block_id: str, register: Register) -> Block:
    return Code(
        id=block_id,
        text=_text(value, "text"),
        language=_text(value, "language"),
        caption=_words(value, "caption", register),
    )


def _embed(value: Raw, block_id: str, register: Register) -> Block:
    facts = register.pictures.get(value.get("picture") or 0)
    return Embed(
        id=block_id,
        picture=facts.key if facts else "",
        fallback=_words(value, "fallback", register),
        url=_text(value, "url"),
        title=_text(value, "title"),
        provider=_text(value, "provider"),
        alternative=_text(value, "alternative"),
    )


def _audio(value: Raw, block_id: str, register: Register) -> Block | None:
    key = register.recordings.get(value.get("recording") or 0)
    if key is None:
        return None
    return Audio(
        id=block_id,
        audio=key,
        seconds=value.get("seconds"),
        transcript=read_stream(value.get("transcript") or (), register),
        title=_text(value, "title"),
        credit=_text(value, "credit"),
    )


def _divider(value: Raw, block_id: str, register: Register) -> Block:
    return Divider(id=block_id)


def _page_break(value: Raw, block_id: str, register: Register) -> Block:
    return PageBreak(id=block_id, title=_text(value, "title"))


def _lead_marker(value: Raw, block_id: str, register: Register) -> Block:
    return LeadMarker(id=block_id)


READERS: dict[str, Callable[[Raw, str, Register], Block | None]] = {
    "figure": read_figure,
    "gallery": _gallery,
    "pull_quote": _pull_quote,
    "quotation": _quotation,
    "excerpt": _excerpt,
    "statement": _statement,
    "long_list": _long_list,
    "table": _table,
    "key_figure": _key_figure,
    "aside": _aside,
    "code": _code,
    "embed": _embed,
    "audio": _audio,
    "divider": _divider,
    "page_break": _page_break,
    "lead_marker": _lead_marker,
}
