"""When each sentence is said: for the highlight that follows, for captions and for books."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from masthead.press.speech.script import Sentence


@dataclass(frozen=True)
class Timed:
    """A sentence and when it is heard, in seconds from the beginning."""

    sentence: Sentence
    begins: float
    ends: float


def values(timed: Sequence[Timed]) -> list[dict[str, Any]]:
    """Return plain values: ``id``, ``block``, ``start``, ``end`` (in the block's words), ``t0``, ``t1``."""
    return [
        {
            "id": one.sentence.id,
            "block": one.sentence.block,
            "start": one.sentence.start,
            "end": one.sentence.end,
            "t0": round(one.begins, 3),
            "t1": round(one.ends, 3),
        }
        for one in timed
    ]


def as_json(timed: Sequence[Timed]) -> str:
    """Return `values` as JSON."""
    return json.dumps(values(timed), ensure_ascii=False, separators=(",", ":")) + "\n"


def as_vtt(timed: Sequence[Timed]) -> str:
    """Return captions (WebVTT): a cue for each sentence that is shown, under its own id.

    Source: W3C WebVTT, section 4.1.
    """
    cues = [
        f"{one.sentence.id}\n{_moment(one.begins)} --> {_moment(one.ends)}\n{_cue(one.sentence)}\n"
        for one in timed
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def _cue(sentence: Sentence) -> str:
    text = " ".join((sentence.text or sentence.spoken).split())
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
