"""From the manuscript's blocks to a stream that Wagtail can store and editors can edit."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from masthead.editorial.conversion import rich_text
from masthead.editorial.conversion.register import Register
from masthead.manuscript.nodes import (
    Aside,
    Attribution,
    Audio,
    Block,
    BlockQuotation,
    Code,
    Divider,
    Embed,
    Excerpt,
    Figure,
    Gallery,
    Heading,
    KeyFigure,
    LeadMarker,
    List,
    PageBreak,
    Paragraph,
    PullQuote,
    Statement,
    Table,
    Text,
    Words,
)

Raw = dict[str, Any]
COLUMN = {"start": "words", "end": "figures", "centre": "centred"}

# Mirrors blocks/body.py: what each depth of the editor's form has room for.
PLAIN = (Paragraph, Heading, List, Figure, Table, KeyFigure, Code, Divider)
BOXED = (*PLAIN, Gallery, PullQuote, BlockQuotation, Excerpt, Statement, Aside, Embed, Audio)
ROOM: tuple[tuple[type, ...], ...] = ((*BOXED, PageBreak, LeadMarker), BOXED, PLAIN)


@dataclass
class Writer:
    """Writes streams and remembers what the editor's form had no room for (``lost``)."""

    register: Register
    lost: list[str] = field(default_factory=list)

    def stream(self, blocks: Iterable[Block], depth: int = 0) -> list[Raw]:
        """Return the stream of `blocks`, standing `depth` boxes deep."""
        stream: list[Raw] = []
        blocks = list(itertools.chain.from_iterable(self._with_room(b, depth) for b in blocks))
        for run in _runs(blocks):
            if rich_text.fits(run[0]):
                stream.append(self._text(run))
            elif raw := self._block(run[0], depth):
                stream.append(raw)
            else:
                continue
            for variant in run[-1].variants:
                if depth == len(ROOM) - 1:
                    self.lost.append(f"{run[-1].id}: no room for a variant this deep.")
                    continue
                instead = self.stream(variant.blocks, min(depth + 1, len(ROOM) - 1))
                value = {"editions": list(variant.editions), "blocks": instead}
                number = len(stream)
                stream.append({"type": "variant", "value": value, "id": f"{run[-1].id}-v{number}"})
        return stream

    def figure(self, figure: Figure) -> Raw | None:
        """Return the fields of a figure, empty where the picture says the same; None if unknown."""
        facts = self.register.picture_by_key.get(figure.picture)
        if facts is None:
            self.lost.append(f"{figure.id}: the picture {figure.picture} is not in the library.")
            return None
        framing: Raw = {}
        if figure.focal_point and figure.focal_point != facts.focal_point:
            framing = {"focus_x": figure.focal_point[0], "focus_y": figure.focal_point[1]}
        if figure.crop:
            crop = figure.crop
            framing |= {
                "left": crop.left,
                "top": crop.top,
                "width": crop.width,
                "height": crop.height,
            }
        return {
            "picture": facts.pk,
            "alternative": "" if figure.alternative == facts.description else figure.alternative,
            "decorative": figure.decorative,
            "caption": self.words(figure.caption),
            "credit": "" if figure.credit == facts.credit else figure.credit,
            "place": "" if figure.place == facts.place else figure.place,
            "framing": framing,
        }

    def words(self, words: Words) -> str:
        """Return the rich text of a caption or the like."""
        return rich_text.write_words(words, self.register)

    def _with_room(self, block: Block, depth: int) -> list[Block]:
        """Return the block, or what is in it where its box does not fit into another."""
        if isinstance(block, ROOM[depth]) and (depth < 2 or not _needs_box(block)):
            return [block]
        inner = (
            [i for item in block.items for i in item.blocks]
            if isinstance(block, List)
            else [
                *getattr(block, "blocks", ()),
                *getattr(block, "figures", ()),
            ]
        )
        self.lost.append(
            f"{block.id}: a {type(block).__name__} has no room here; "
            + ("its contents were kept without it." if inner else "it was left out.")
        )
        return list(
            itertools.chain.from_iterable(
                self._with_room(replace(i, editions=i.editions or block.editions), depth)
                for i in inner
            )
        )

    def _text(self, run: Sequence[Block]) -> Raw:
        first = run[0].id
        stream_id = rich_text.run_of(first) or rich_text.FOREIGN_RUN + rich_text.block_key(first)
        html = rich_text.write_blocks(run, self.register)
        return {
            "type": "text",
            "value": {"text": html, "editions": list(run[0].editions)},
            "id": stream_id,
        }

    def _block(self, block: Block, depth: int) -> Raw | None:
        if isinstance(block, Figure):
            value = self.figure(block)
            kind = "figure"
        else:
            kind, write = WRITERS[type(block)]
            value = write(self, block, min(depth + 1, len(ROOM) - 1))
        if value is None:
            return None
        if kind not in ("page_break", "lead_marker"):
            value["editions"] = list(block.editions)
        return {"type": kind, "value": value or None, "id": block.id}


def _needs_box(block: Block) -> bool:
    return isinstance(block, List) and not rich_text.fits(block)


def _runs(blocks: Sequence[Block]) -> Iterable[list[Block]]:
    """Group what can share one rich text: same run, same editions, a variant only at the end."""
    run: list[Block] = []
    for block in blocks:
        joins = (
            run
            and rich_text.fits(block)
            and rich_text.fits(run[-1])
            and not run[-1].variants
            and run[-1].editions == block.editions
            and rich_text.run_of(run[-1].id) == rich_text.run_of(block.id)
        )
        if run and not joins:
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _attribution(attribution: Attribution) -> Raw:
    return {
        "speaker": attribution.speaker,
        "role": attribution.role,
        "outlet": attribution.outlet,
        "medium": attribution.medium,
        "said_on": attribution.said_on.isoformat() if attribution.said_on else None,
        "url": attribution.url,
    }


def _fields(block: Any, *names: str) -> Raw:
    return {name: getattr(block, name) for name in names}


def _gallery(writer: Writer, block: Gallery, depth: int) -> Raw:
    figures = [(figure.id, writer.figure(figure)) for figure in block.figures]
    return {
        "figures": [{"type": "item", "value": value, "id": key} for key, value in figures if value],
        "caption": writer.words(block.caption),
    }


def _pull_quote(writer: Writer, block: PullQuote, depth: int) -> Raw:
    words = writer.words(block.children)
    return {"words": words, "attribution": _attribution(block.attribution)}


def _quotation(writer: Writer, block: BlockQuotation, depth: int) -> Raw:
    inner = writer.stream(block.blocks, depth)
    said = _attribution(block.attribution)
    return {"blocks": inner, "attribution": said, "denies": block.denies}


def _excerpt(writer: Writer, block: Excerpt, depth: int) -> Raw:
    return {
        "blocks": writer.stream(block.blocks, depth),
        "published_on": block.published_on.isoformat() if block.published_on else None,
        **_fields(block, "title", "author", "outlet", "url", "permission"),
    }


def _statement(writer: Writer, block: Statement, depth: int) -> Raw:
    # The form of a statement offers plain blocks at every depth.
    return {
        "blocks": writer.stream(block.blocks, len(ROOM) - 1),
        "posted_at": block.posted_at.isoformat() if block.posted_at else None,
        **_fields(block, "author", "handle", "platform", "url"),
    }


def _list(writer: Writer, block: List, depth: int) -> Raw:
    items = [
        {
            "type": "item",
            "value": writer.stream(item.blocks, len(ROOM) - 1),
            "id": f"{block.id}-i{number}",
        }
        for number, item in enumerate(block.items)
    ]
    return {"items": items, "ordered": block.ordered, "start": block.start}


def _table(writer: Writer, block: Table, depth: int) -> Raw:
    width = max([len(block.alignments), len(block.header), *map(len, block.rows)], default=0)
    alignments = [*block.alignments, *["start"] * (width - len(block.alignments))]
    simple = all(all(isinstance(word, Text) for word in cell) for cell in block.header) and any(
        block.header
    )
    rows = list(block.rows) if simple or not block.header else [block.header, *block.rows]
    headings = [*block.header, *[()] * (width - len(block.header))] if simple else [()] * width
    return {
        "caption": writer.words(block.caption),
        "cells": {
            "columns": [
                {
                    "type": COLUMN[alignment],
                    "heading": "".join(word.text for word in heading if isinstance(word, Text)),
                }
                for alignment, heading in zip(alignments, headings, strict=True)
            ],
            "rows": [
                {"values": [writer.words(cell) for cell in row] + [""] * (width - len(row))}
                for row in rows
            ],
            "caption": "",
        },
        "first_row_is_header": bool(block.header) and not simple,
        "row_headings": block.row_headings,
        "source": block.source,
    }


def _key_figure(writer: Writer, block: KeyFigure, depth: int) -> Raw:
    names = ("label", "value", "unit", "before", "as_of", "source", "url", "spoken")
    return _fields(block, *names)


def _aside(writer: Writer, block: Aside, depth: int) -> Raw:
    return {"title": block.title, "blocks": writer.stream(block.blocks, depth)}


def _code(writer: Writer, block: Code, depth: int) -> Raw:
    return {"caption": writer.words(block.caption), **_fields(block, "text", "language")}


def _embed(writer: Writer, block: Embed, depth: int) -> Raw:
    facts = writer.register.picture_by_key.get(block.picture)
    if block.picture and not facts:
        writer.lost.append(f"{block.id}: the picture {block.picture} is not in the library.")
    return {
        "picture": facts.pk if facts else None,
        "fallback": writer.words(block.fallback),
        **_fields(block, "url", "title", "provider", "alternative"),
    }


def _audio(writer: Writer, block: Audio, depth: int) -> Raw | None:
    pk = writer.register.recording_by_key.get(block.audio)
    if pk is None:
        writer.lost.append(f"{block.id}: the recording {block.audio} is not in the library.")
        return None
    return {
        "recording": pk,
        "transcript": writer.stream(block.transcript, len(ROOM) - 1),
        **_fields(block, "title", "seconds", "credit"),
    }


WRITERS: dict[type, tuple[str, Callable[[Writer, Any, int], Raw | None]]] = {
    Gallery: ("gallery", _gallery),
    PullQuote: ("pull_quote", _pull_quote),
    BlockQuotation: ("quotation", _quotation),
    Excerpt: ("excerpt", _excerpt),
    Statement: ("statement", _statement),
    List: ("long_list", _list),
    Table: ("table", _table),
    KeyFigure: ("key_figure", _key_figure),
    Aside: ("aside", _aside),
    Code: ("code", _code),
    Embed: ("embed", _embed),
    Audio: ("audio", _audio),
    Divider: ("divider", lambda writer, block, depth: {}),
    PageBreak: ("page_break", lambda writer, block, depth: {"title": block.title}),
    LeadMarker: ("lead_marker", lambda writer, block, depth: {}),
}
