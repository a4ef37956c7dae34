"""When each sentence is heard in a person's recording, and whether it is one of this article at all.

The article is read by the voice that is always there, whose times are known, and both recordings are laid
along each other: once as they are, and once more after the machine's voice has been made as like the
person's as a straight rule can make it. Where a sentence begins is then looked for in the nearest silence.
How well that rule foretells what the person says tells whether it is the same: it foretells nothing of other
words, however well they fit in length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from masthead.press.speech import features, warp
from masthead.press.speech.features import HOP, STEP, Floats
from masthead.press.speech.times import Timed

NEAREST = 0.6
"""Seconds within which a silence is looked for."""
SHORTEST_SILENCE = 0.16
SOFT = 0.015
"""Seconds that a word begins before it is loud enough to be no silence, and ends after."""
BELOW_SPEECH = 32.0
"""Decibels under loud speech that are silence, in a quiet room."""
MOST_UNORDERLY = 0.96
"""How unlike both may be, as a share of how unlike they are in another order. The same words in other voices
had 0.92 at most, others 0.97 at least."""
SLOWEST, FASTEST = 1.67, 0.6
"""How long a sentence may take, as a share of what it takes the rest."""
MOST_ASTRAY = 0.10
"""The share of sentences that may take longer or shorter than that."""
LEAST_FORETOLD = 0.4
"""How much of a passage has to be foretold, as a share of what is of the others. The same words in other
voices had 0.68 at least, other words 0.22 at most."""
PASSAGE = 5.0
"""Seconds of speech in a row that are judged together: fewer say too little."""
FEWEST_CUTS = 5
MOMENT = 60
"""Pieces, of which a short recording is made up in another order: a second and a half."""
SHORTEST_GREETING = 1.0
"""Seconds of speech before the first sentence, or after the last, that are worth telling of."""

ANOTHER, PARTLY = "another", "partly"
"""Why a recording does not fit."""

_WORDS = {
    ANOTHER: "This seems to be a recording of another article.",
    PARTLY: "Parts of the article are missing from this recording or were read differently.",
}


@dataclass(frozen=True)
class Aligned:
    """Where the sentences of an article are heard in a recording, if it is one of it."""

    timed: list[Timed]
    """For each sentence, in order; empty if it is not."""
    why_not: str
    """One of the words above; empty if it is."""
    order: float
    """How unlike it is, as a share of how unlike it is to the same sentences in another order."""
    astray: float
    """The share of sentences that take much longer or shorter than the rest."""
    doubtful: list[Timed]
    """The sentences that may be missing or were read differently, and where they were looked for."""
    greeting: float = 0.0
    """Seconds of something else that is said before the first sentence."""
    farewell: float = 0.0
    """The same after the last."""

    @property
    def told(self) -> str:
        """Return why it does not fit, in words for an editor; empty if it does."""
        return _WORDS.get(self.why_not, "")


def aligned(read: Sequence[Timed], by_machine: Path, by_person: Path) -> Aligned:
    """Return when each sentence is heard in a person's recording.

    Args:
        read: when each is heard in the machine's; at least one.
        by_machine: what `recording.read_aloud` has made.
        by_person: what `person.delivered` has made.

    Raises:
        NoRecording: see `person`.
    """
    machine, person = features.of(by_machine), features.of(by_person)
    said = _said(read, len(machine.shapes))
    pair = _compared(machine.shapes, person.shapes, said)
    other = _in_another_order(machine.shapes, said, read)
    order = pair.cost / _compared(*other[:1], person.shapes, *other[1:]).cost
    silences = _silences(person.loudness)
    found = _snapped(read, pair.way, silences)
    outside = _outside(read, found)
    doubtful = outside | _not_foretold(read, pair)
    astray = float(outside.mean())
    missing = astray > MOST_ASTRAY or _in_a_row(doubtful) > 1
    why_not = ANOTHER if order > MOST_UNORDERLY else PARTLY if missing else ""
    return Aligned(
        [] if why_not else found,
        why_not,
        order,
        astray,
        [one for one, doubt in zip(found, doubtful, strict=True) if doubt],
        _spoken(silences, 0, found[0].begins),
        _spoken(silences, found[-1].ends, person.seconds),
    )


# --- Likeness ---------------------------------------------------------------


@dataclass(frozen=True)
class _Compared:
    """The machine's recording laid along the person's."""

    way: warp.Way
    cost: float
    """How unlike they are where something is said."""
    unforetold: Floats
    """For each piece of the machine's, what its shape does not tell of the person's."""
    varied: Floats
    """The same if nothing did."""


def _compared(machine: Floats, person: Floats, said: NDArray[np.bool_]) -> _Compared:
    way = warp.along(machine, person)
    way = warp.along(features.like(_foretold(machine, person, way, said), machine, person), person)
    heard = person[_middles(way)]
    missed = (heard - _foretold(machine, person, way, said)) ** 2
    varied = (heard - heard[said].mean(0)) ** 2
    # How loud it is, the last, is foretold by any speech: it has pauses.
    return _Compared(
        way, float(way.apart[said].mean()), missed[:, :-1].sum(1), varied[:, :-1].sum(1)
    )


def _foretold(machine: Floats, person: Floats, way: warp.Way, said: NDArray[np.bool_]) -> Floats:
    """Return what the person's shapes are for the machine's, by the best straight rule (ridge)."""
    known = np.hstack([machine, np.ones((len(machine), 1))])
    spoken = known[said]
    spread = spoken.T @ spoken + 5 * np.eye(known.shape[1])
    rule = np.linalg.solve(spread, spoken.T @ person[_middles(way)][said])
    foretold: Floats = known @ rule
    return foretold


def _middles(way: warp.Way) -> NDArray[np.int64]:
    return (way.first + way.last) // 2


def _said(read: Sequence[Timed], length: int) -> NDArray[np.bool_]:
    """Return for each piece whether something is said there."""
    said = np.zeros(length, bool)
    for one in read:
        said[_pieces(one)] = True
    return said


def _pieces(one: Timed) -> slice:
    return slice(int(one.begins / HOP), int(one.ends / HOP))


def _in_another_order(
    machine: Floats, said: NDArray[np.bool_], read: Sequence[Timed]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the machine's recording from the last sentence to the first, and where it speaks."""
    cuts = [round((before.ends + after.begins) / 2 / HOP) for before, after in pairwise(read)]
    if len(cuts) < FEWEST_CUTS:
        # Two sentences have no other order worth the name.
        cuts = list(range(MOMENT, len(machine), MOMENT))
    whole = np.hstack([machine, said[:, None]])
    turned = np.concatenate(np.split(whole, cuts)[::-1])
    return turned[:, :-1], turned[:, -1] > 0


def _not_foretold(read: Sequence[Timed], pair: _Compared) -> NDArray[np.bool_]:
    """Return which sentences stand in a passage that the rule does not foretell."""
    passages = list(_passages(read))
    told = np.array(
        [
            1 - sum(pair.unforetold[_pieces(one)].sum() for one in read[first:end])
            / sum(pair.varied[_pieces(one)].sum() for one in read[first:end])
            for first, end in passages
        ]
    )  # fmt: skip
    doubtful = np.zeros(len(read), bool)
    for (first, end), share in zip(passages, told, strict=True):
        doubtful[first:end] |= share < LEAST_FORETOLD * np.median(told)
    return doubtful


def _passages(read: Sequence[Timed]) -> Iterator[tuple[int, int]]:
    """Yield the first sentence and the one behind the last of each passage, one beginning at each."""
    for first in range(len(read)):
        seconds, end = 0.0, first
        while end < len(read) and seconds < PASSAGE:
            seconds += read[end].ends - read[end].begins
            end += 1
        if seconds >= PASSAGE or first == 0:
            yield first, end


# --- Times ------------------------------------------------------------------


def _outside(read: Sequence[Timed], found: Sequence[Timed]) -> NDArray[np.bool_]:
    """Return which sentences take much longer or shorter than the rest."""
    took, take = (np.array([one.ends - one.begins for one in these]) for these in (read, found))
    shares = take / took
    shares /= np.median(shares)
    outside: NDArray[np.bool_] = (shares < FASTEST) | (shares > SLOWEST)
    return outside


def _in_a_row(doubtful: NDArray[np.bool_]) -> int:
    """Return how many sentences in a row are in doubt, at most.

    A single one is forgiven: it may be a name, or words in another language, that a machine reads
    in its own way.
    """
    most = row = 0
    for doubt in doubtful:
        row = row + 1 if doubt else 0
        most = max(most, row)
    return most


def _silences(loudness: Floats) -> list[tuple[float, float]]:
    """Return when each silence begins and ends."""
    loud, noise = np.percentile(loudness, 95), np.percentile(loudness, 2)
    # In a room that hums, silence is what is nearer to the hum than to speech.
    quiet = loudness < max(loud - BELOW_SPEECH, noise + (loud - noise) * 0.3)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    return [
        # What is heard first and last is softer than what tells silence from speech.
        (first * STEP + SOFT, last * STEP - SOFT)
        for first, last in edges.reshape(-1, 2)
        if (last - first) * STEP >= SHORTEST_SILENCE
    ]


def _snapped(
    read: Sequence[Timed], way: warp.Way, silences: Sequence[tuple[float, float]]
) -> list[Timed]:
    """Return where the way leads for each sentence, put to the edge of the nearest silence."""
    begun = np.array([begin for begin, _end in silences])
    ended = np.array([end for _begin, end in silences])
    last = len(way.first) - 1

    def led_to(moment: float) -> float:
        return float(way.first[min(last, round(moment / HOP))] * HOP)

    found: list[Timed] = []
    for one in read:
        # A sentence begins where a silence ends, and ends where one begins.
        begins = _edge(ended, led_to(one.begins), begun, ended)
        ends = _edge(begun, led_to(one.ends), begun, ended)
        if found and begins < found[-1].ends:
            begins = found[-1].ends
        found.append(replace(one, begins=begins, ends=max(ends, begins + 0.05)))
    return found


def _edge(edges: Floats, moment: float, begun: Floats, ended: Floats) -> float:
    """Return an edge of the silence that a moment lies in, or else of one that is near."""
    within = np.flatnonzero((begun <= moment) & (moment <= ended))
    if len(within):
        return float(edges[within[0]])
    if not len(edges):
        return moment
    nearest = float(edges[np.argmin(np.abs(edges - moment))])
    return nearest if abs(nearest - moment) < NEAREST else moment


def _spoken(silences: Sequence[tuple[float, float]], begins: float, ends: float) -> float:
    """Return how many seconds are spoken in a stretch; little is none."""
    silent = sum(max(0.0, min(end, ends) - max(begin, begins)) for begin, end in silences)
    spoken = max(0.0, ends - begins - silent)
    return spoken if spoken >= SHORTEST_GREETING else 0.0
