"""Issues as the templates of paper read them, without a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from pikepdf import Array, Pdf

import masthead
from masthead.manuscript import nodes
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import Paragraph, Text
from masthead.press.paper import content
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE
from masthead.testing.press_documents import pressed

FULL = Decision("full", "test")
AT = datetime(2026, 5, 1, tzinfo=UTC)
TOKENS = Path(masthead.__file__).parent / "newsstand" / "tokens.json"


def paragraph(words: str, block_id: str = "p", *more: nodes.Inline) -> Paragraph:
    return Paragraph(id=block_id, children=(Text(words), *more))


def written(*body: nodes.Block, headline: str = "The pier", **fields) -> nodes.Manuscript:
    front = nodes.FrontMatter(headline=headline, language=fields.pop("language", "en"))
    key = f"{abs(hash(headline)):032x}"[:32]
    return nodes.Manuscript(key=key, front=front, body=body, **fields)


def issue_of(*manuscripts: nodes.Manuscript) -> dict:
    articles = [content.of_article(pressed(one, "paper"), FULL) for one in manuscripts]
    return {
        "title": "Number 7",
        "publication": "The Gazette",
        "language": "en",
        "direction": "ltr",
        "number-and-date": "Number 7 · May 2026",
        "date": {"year": 2026, "month": 5, "day": 1},
        "trim": [210, 280],
        "inks": False,
        "bleed": 0,
        "tokens": json.loads(TOKENS.read_text("utf-8")),
        "words": {"contents": "Contents", "corrections": "Corrections"},
        "cover": None,
        "colophon": ["Pier Press", "ISSN 1234-5679"],
        "corrections": [],
        "before": [],
        "articles": articles,
    }


def drawn(file: Path, width: float, height: float, bleed: float = 0, colour="0 1 1 0") -> Path:
    """Return a PDF of one page, all of it in one colour, sizes in millimetres."""
    wide, high, around = (side * POINTS_PER_MILLIMETRE for side in (width, height, bleed))
    with Pdf.new() as document:
        page = document.add_blank_page(page_size=(wide + 2 * around, high + 2 * around))
        page.obj.TrimBox = Array([around, around, around + wide, around + high])
        page.obj.BleedBox = page.obj.MediaBox
        whole = f"{colour} k 0 0 {wide + 2 * around} {high + 2 * around} re f"
        page.obj.Contents = document.make_stream(whole.encode("ascii"))
        document.save(file)
    return file
