"""Issues as the templates of paper read them, without a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import masthead
from masthead.manuscript import nodes
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import Paragraph, Text
from masthead.press.paper import content
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
        "number-and-date": "Number 7 · May 2026",
        "date": {"year": 2026, "month": 5, "day": 1},
        "trim": [210, 280],
        "inks": False,
        "bleed": 0,
        "tokens": json.loads(TOKENS.read_text("utf-8")),
        "words": {"contents": "Contents"},
        "cover": None,
        "colophon": ["Pier Press", "ISSN 1234-5679"],
        "before": [],
        "articles": articles,
    }
