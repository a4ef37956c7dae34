"""Small books to look at, and recordings that nobody made."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import FrontMatter, Manuscript
from masthead.press.epub import binding
from masthead.press.epub.book import Book, Chapter, Narrated, Topic, Turn
from masthead.press.speech import script, times
from masthead.testing import golden
from masthead.testing.press_documents import pressed

FULL = Decision("full", "test")
KEY = "77777777-7777-4777-8777-777777777777"
TOKENS = json.loads(
    Path(binding.__file__).parents[2].joinpath("newsstand", "tokens.json").read_text("utf-8")
)
RATE = 44_100
SAID = 0.4
PAUSE = 0.2


def article(*body, key="88888888-8888-4888-8888-888888888888", **front):
    """Return the press document of an article with that body."""
    front = FrontMatter(**({"headline": "An article"} | front))
    return pressed(Manuscript(key=key, front=front, body=body, access="open"), "epub")


def everything(**changes) -> Chapter:
    """Return a chapter of every kind of block."""
    return replace(
        Chapter(
            pressed(golden.MANUSCRIPT, "epub"),
            FULL,
            department="The coast",
            turns=[Turn("12"), Turn("13", "h1"), Turn("14", "k1")],
        ),
        **changes,
    )


def book(*chapters: Chapter, **changes) -> Book:
    """Return a book of those chapters."""
    own = {
        "key": KEY,
        "title": "No. 18",
        "publication": "The Lantern",
        "language": "en-GB",
        "direction": "ltr",
        "day": date(2026, 5, 1),
        "day_in_words": "May 2026",
        "position": 18,
        "moment": datetime(2026, 5, 1, 8, 30, tzinfo=UTC),
        "address": "https://lantern.example",
        "tokens": TOKENS,
        "publisher": "Lantern Press",
        "issn": "1234-5679",
        "cover": golden.PICTURE,
        "cover_alternative": "A lamp",
        "pages_of": "The Lantern, No. 18, print edition",
        "corrections": [("A bridge, No. 17", "It has two arches.")],
        "topics": [
            Topic(golden.BOARD, "Harbour Board", "organisation", "Harbour Board"),
            Topic(
                "topic:99999999-9999-4999-8999-999999999999", "Ilse Marn", "person", "Marn, Ilse"
            ),
        ],
    }
    return Book(chapters=chapters, **(own | changes))


def pictures(one: Book, folder: Path) -> dict:
    """Return a file for each picture of a book."""
    made = {}
    for shot in sorted(binding.shots(one), key=lambda shot: shot.name):
        made[shot] = folder / f"{shot.name}.jpg"
        Image.new("RGB", (300, 200), (40, 90, 120)).save(made[shot])
    return made


def bound(one: Book, folder: Path, name: str = "book.epub") -> Path:
    """Return the file of a book."""
    out = folder / name
    binding.bind(one, pictures(one, folder), out)
    return out


def narrated(document, folder: Path, edition_document=None, **opening) -> Narrated:
    """Return a recording of an article in which every sentence takes as long as every other."""
    said = script.of_article(edition_document or document, FULL, **opening)
    timed, at = [], PAUSE
    for sentence in said:
        timed.append(times.Timed(sentence, at, at + SAID))
        at += SAID + PAUSE
    file = folder / f"{document.key}.mp3"
    _hum(file, at + PAUSE)
    return Narrated(file, at + PAUSE, times.values(timed))


def _hum(file: Path, seconds: float) -> None:
    """Write an MP3 of that length."""
    count = round(seconds * RATE)
    wave = (np.sin(np.arange(count) * 0.05) * 3000).astype("int16")
    with av.open(str(file), "w") as out:
        stream = out.add_stream("mp3", rate=RATE, layout="mono")
        stream.bit_rate = 64_000
        for start in range(0, count, 1152):
            part = wave[None, start : start + 1152]
            frame = av.AudioFrame.from_ndarray(part, format="s16p", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            frame.time_base = Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
