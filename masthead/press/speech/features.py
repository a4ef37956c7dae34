"""What two voices that say the same have in common: the shape of their sound, piece by piece.

Mel frequency cepstra (Davis and Mermelstein, 1980), each made to vary as much as the others over the whole
of a recording, so that a voice, a microphone and a room fall out of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from masthead.press.speech import person
from masthead.press.speech.engines import Samples

Floats = NDArray[np.float64]

RATE = 16_000
HOP = 0.025
"""Seconds from one piece to the next."""
WINDOW = 0.050
"""Seconds that a piece looks at."""
STEP = 0.010
"""Seconds over which loudness is taken."""
BANDS, KEPT = 26, 13
LOUD = 2.0
"""How much more loudness counts than the shape of a sound: it tells words from pauses."""
HUM = 25.0
"""Decibels below loud speech at which every room hums, for all rooms to be the same."""

_TRANSFORM = 1024
_AT_ONCE = 4096
"""Pieces that are dealt with at once."""


@dataclass(frozen=True)
class Heard:
    """A recording as it is compared."""

    shapes: Floats
    """A row for each `HOP` seconds."""
    loudness: Floats
    """Decibels, for each `STEP` seconds."""

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return len(self.loudness) * STEP


def of(recording: Path) -> Heard:
    """Return what is heard in a file, read piece by piece.

    Raises:
        NoRecording: see `person`.
    """
    hop, window, step = (round(seconds * RATE) for seconds in (HOP, WINDOW, STEP))
    filters = _filters()
    bands: list[Floats] = []
    loudness: list[Floats] = []
    left, unmeasured = np.zeros(0, np.float32), np.zeros(0, np.float32)
    last = np.float32(0)

    def shape(samples: Samples) -> Samples:
        """Deal with the whole pieces in there, and return what is left."""
        count = 1 + (len(samples) - window) // hop if len(samples) >= window else 0
        if count:
            pieces = np.lib.stride_tricks.sliding_window_view(samples, window)[::hop][:count]
            power = np.abs(np.fft.rfft(pieces * np.hamming(window), _TRANSFORM)) ** 2
            bands.append(np.log(power @ filters + 1e-8))
        return samples[count * hop :]

    for samples in person.heard(recording, RATE):
        unmeasured = np.concatenate([unmeasured, samples])
        count = len(unmeasured) // step
        power = (unmeasured[: count * step].reshape(count, step) ** 2).mean(1)
        loudness.append(10 * np.log10(power.astype(np.float64) + 1e-12))
        unmeasured = unmeasured[count * step :]
        # High sounds are weaker, and say as much.
        sharper = samples - np.float32(0.97) * np.concatenate([[last], samples[:-1]])
        last = samples[-1] if len(samples) else last
        left = np.concatenate([left, sharper.astype(np.float32)])
        if len(left) > _AT_ONCE * hop:
            left = shape(left)
    shape(left)
    if not bands:
        raise person.NoRecording(person.SILENT)
    return Heard(_shapes(np.concatenate(bands)), np.concatenate(loudness))


def coarser(shapes: Floats, by: int) -> Floats:
    """Return one row for every `by` rows."""
    count = -(-len(shapes) // by)
    padded = np.concatenate([shapes, np.repeat(shapes[-1:], count * by - len(shapes), axis=0)])
    mean: Floats = padded.reshape(count, by, -1).mean(1)
    return mean


def _shapes(bands: Floats) -> Floats:
    """Return the shapes of bands; whatever is far below speech is as in a room that hums."""
    hum = np.percentile(bands, 95, axis=0) - HUM * np.log(10) / 10
    bands = np.logaddexp(bands, hum)
    return _alike(np.hstack([bands @ _cosines(), bands.mean(1, keepdims=True)]))


def like(shapes: Floats, own: Floats, others: Floats) -> Floats:
    """Return foretold shapes varying as much as those they foretell; loudness stays one's own."""
    shapes = np.hstack([shapes[:, :-1], own[:, -1:]])
    varied: Floats = shapes / (shapes.std(0) + 1e-6) * others.std(0)
    return varied


def _alike(shapes: Floats) -> Floats:
    """Return every column with a mean of nothing and the same spread; loudness, the last, counts more."""
    spread: Floats = (shapes - shapes.mean(0)) / (shapes.std(0) + 1e-6)
    spread[:, -1] *= LOUD
    return spread


def _cosines() -> Floats:
    """Return what turns bands into cepstra, but for the first, which is loudness."""
    orders, bands = np.arange(1, KEPT), np.arange(BANDS) + 0.5
    turned: Floats = np.cos(np.pi / BANDS * bands[:, None] * orders[None])
    return turned


def _filters() -> Floats:
    """Return overlapping bands, as wide as ears hear them."""

    def mel(hertz: float) -> float:
        return float(2595 * np.log10(1 + hertz / 700))

    mels = np.linspace(mel(80), mel(7600), BANDS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    hertz = np.arange(_TRANSFORM // 2 + 1) * RATE / _TRANSFORM
    rising = (hertz[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - hertz[:, None]) / (edges[2:] - edges[1:-1])
    bands: Floats = np.clip(np.minimum(rising, falling), 0, None)
    return bands
