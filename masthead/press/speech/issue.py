"""A whole issue in one file: its articles one after another, each a chapter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import av

from masthead.press.speech import sound

MILLISECOND = Fraction(1, 1000)


@dataclass(frozen=True)
class Chapter:
    """An article within an issue's file, in seconds from the beginning."""

    title: str
    begins: float
    ends: float


def join(
    articles: Sequence[tuple[str, Path]], out: Path, tags: Mapping[str, str], cover: bytes = b""
) -> list[Chapter]:
    """Write articles as one MP3 with chapters, and return these.

    The sound is not encoded anew: its packets are laid one behind another, so that joining takes a
    moment and nothing is lost. All must come from `sound.encode_mp3`.

    Args:
        articles: the title and the file of each, in order.
        out: the file to write.
        tags: see `sound.encode_mp3`.
        cover: likewise.
    """
    lengths = [_seconds(file) for _title, file in articles]
    chapters, begins = [], 0.0
    for (title, _file), seconds in zip(articles, lengths, strict=True):
        chapters.append(Chapter(title, begins, begins + seconds))
        begins += seconds
    options = {"id3v2_version": "3", "write_xing": "1"}
    with av.open(str(out), "w", format="mp3", options=options) as container:
        container.metadata.update(tags)
        container.set_chapters(
            [
                {
                    "id": number,
                    "start": round(one.begins * 1000),
                    "end": round(one.ends * 1000),
                    "time_base": MILLISECOND,
                    "metadata": {"title": one.title},
                }
                for number, one in enumerate(chapters, 1)
            ]
        )
        stream, reached = None, 0
        for _title, file in articles:
            with av.open(str(file)) as source:
                there = source.streams.audio[0]
                if stream is None:
                    stream = container.add_stream_from_template(there)
                    sound.show(container, cover)
                for packet in source.demux(there):
                    if packet.dts is None or packet.duration is None:
                        continue
                    packet.pts = packet.dts = reached
                    reached += packet.duration
                    packet.stream = stream
                    container.mux(packet)
    return chapters


def chapters_of(file: IO[bytes]) -> list[Chapter]:
    """Return the chapters of what `join` has written.

    Raises:
        av.error.FFmpegError: it is no recording.
    """
    with av.open(file) as container:
        return [
            Chapter(
                str(one["metadata"].get("title", "")),
                float(one["start"] * (one["time_base"] or 0)),
                float(one["end"] * (one["time_base"] or 0)),
            )
            for one in container.chapters()
        ]


def as_json(chapters: Sequence[Chapter]) -> str:
    """Return chapters as podcast programs read them (JSON Chapters, version 1.2.0)."""
    told = {
        "version": "1.2.0",
        "chapters": [
            {
                "title": one.title,
                "startTime": round(one.begins, 3),
                "endTime": round(one.ends, 3),
            }
            for one in chapters
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _seconds(file: Path) -> float:
    """Return how long the packets of a file play, which is what joining counts."""
    with av.open(str(file)) as source:
        stream = source.streams.audio[0]
        length = sum(packet.duration or 0 for packet in source.demux(stream) if packet.size)
        return float(length * (stream.time_base or 0))
