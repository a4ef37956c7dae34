"""From samples to a file that is as loud as every other, and the same length to the sample.

What is heard is measured by EBU R 128 (ITU-R BS.1770): -16 LUFS and at most -1 dBTP after
decoding, as podcasts are made. Everything is read and written in pieces: an hour of speech needs
no more memory than a minute.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import av
import numpy as np
from av.filter import Graph
from av.stream import Disposition
from PIL import Image

from masthead.press.speech.engines import Samples

LOUDNESS = -16.0
"""LUFS after decoding, as Apple's and everybody's directories of podcasts want it."""
LOST = 0.4
"""LU that encoding takes off speech: measured with every voice that we have."""
NEAR = 0.6
"""LU from that at which nothing more is done."""
CEILING = -4.0
"""dBTP before encoding: a lossy file has higher peaks than what went into it."""
MADE_UP = 11.0
"""Decibels that the compressor takes off speech; a first guess."""
YIELDS = 0.5
"""LU that a decibel more gives of speech, the rest of which the limiter holds back; a first guess."""
HIGHEST = -1.0
"""dBTP after decoding."""
SILENT = -70.0
"""LUFS at which, and below which, there is nothing to be heard."""
MOST_PASSES = 4
RATE = 44_100
"""Samples in a second of whatever is handed out. Between samples a wave may be higher than at them;
engines speak at half of this or a little more, so that here their waves have samples enough."""
OPUS_RATE, OPUS_FRAME = 48_000, 960
"""What Opus counts in, whatever goes in: samples in a second, and in a fiftieth of one."""
PIECE = 16_384
"""Samples that are dealt with at once."""

LEVEL = -18.0
"""LUFS at which the compressor is fed, whatever the engine's own level."""
# Loud words come nearer to quiet ones: for the street and the kitchen.
_NEARER = ("acompressor", "threshold=0.125:ratio=4:attack=5:release=150:makeup=1")
_NO_RUMBLE = ("highpass", "f=60")
_METER = ("ebur128", "peak=true:metadata=1:framelog=quiet")


class Silent(Exception):
    """There is nothing to be heard."""


@dataclass(frozen=True)
class Level:
    """How loud something is."""

    loudness: float
    """LUFS, all of it taken together."""
    peak: float
    """dBTP."""


class Tape:
    """Samples in a file, added one after another."""

    def __init__(self, file: Path, rate: int) -> None:
        """Begin a tape in `file`, of so many samples in a second."""
        self.file, self.rate, self.length = file, rate, 0
        self._out: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Open it for writing."""
        self._out = self.file.open("wb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        if self._out:
            self._out.close()
            self._out = None

    @property
    def seconds(self) -> float:
        """Return how long it is by now."""
        return self.length / self.rate

    def add(self, samples: Samples) -> None:
        """Add samples at the end."""
        if self._out is None:
            raise ValueError("The tape is closed.")
        self._out.write(np.ascontiguousarray(samples, np.float32).tobytes())
        self.length += len(samples)

    def wait(self, seconds: float) -> None:
        """Add silence at the end."""
        self.add(np.zeros(round(seconds * self.rate), np.float32))

    def pieces(self) -> Iterator[Samples]:
        """Yield what is on it, piece by piece."""
        with self.file.open("rb") as data:
            while piece := data.read(PIECE * 4):
                yield np.frombuffer(piece, np.float32)


def trimmed(samples: Samples, rate: int, floor: float = -45, keep: float = 0.010) -> Samples:
    """Return samples without the silence around them.

    Args:
        samples: one sentence.
        rate: samples in a second.
        floor: decibels below the peak under which it counts as silence.
        keep: seconds of it that stay on either side.
    """
    step = max(1, round(rate * 0.005))
    count = len(samples) // step
    peak = float(np.abs(samples).max(initial=0))
    if not count or peak < 1e-4:
        return samples[:0]
    power = np.sqrt((samples[: count * step].reshape(count, step) ** 2).mean(1) + 1e-12)
    heard = np.flatnonzero(20 * np.log10(power / peak) > floor)
    if not len(heard):
        return samples[:0]
    first = max(0, int(heard[0]) * step - round(keep * rate))
    last = min(len(samples), (int(heard[-1]) + 1) * step + round(keep * rate))
    return samples[first:last]


def master(tape: Tape, out: Path) -> tuple[Tape, Level]:
    """Return the same sound as loud as it ought to be, at `RATE`, and how loud that is.

    It is as long as before, so that times stay true.

    Args:
        tape: closed.
        out: the file of the new tape.

    Raises:
        Silent: there is nothing to be heard.
    """
    level = _run(tape, [_NO_RUMBLE, _METER])
    if level.loudness <= SILENT:
        raise Silent("There is nothing to be heard in the recording.")
    feed, gain = LEVEL - level.loudness, LOUDNESS + LOST - LEVEL + MADE_UP
    limit = f"limit={10 ** (CEILING / 20):.4f}:attack=5:release=60:level=false"
    yields, gained, before = YIELDS, 0.0, 0.0
    for _pass in range(MOST_PASSES):
        chain = [
            _NO_RUMBLE,
            ("volume", f"{feed:.3f}dB:precision=float"),
            _NEARER,
            ("volume", f"{gain:.3f}dB:precision=float"),
            ("aresample", str(RATE)),
            ("alimiter", limit),
            ("aformat", "sample_fmts=flt:channel_layouts=mono"),
            _METER,
        ]
        with Tape(out, RATE) as mastered:
            level = _run(tape, chain, mastered)
        if gained:
            yields = min(1.0, max(0.25, (level.loudness - before) / gained))
        missing = LOUDNESS + LOST - level.loudness
        if abs(missing) < NEAR:
            break
        gained = missing / yields
        before, gain = level.loudness, gain + gained
    return mastered, level


def measure(file: Path) -> Level:
    """Return how loud a finished file is, as it is decoded."""
    graph: _Meter | None = None
    with av.open(str(file)) as container:
        for frame in container.decode(audio=0):
            graph = graph or _Meter(frame.sample_rate, frame.format.name, frame.layout.name)
            graph.push(frame)
    if graph is None:
        raise Silent("There is nothing to be heard in the file.")
    return graph.level()


def seconds_of(file: Path) -> float:
    """Return how long a finished file plays."""
    with av.open(str(file)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


def encode_mp3(
    tape: Tape, out: Path, tags: Mapping[str, str], kilobits: int = 64, cover: bytes = b""
) -> None:
    """Write a tape as MP3: one channel, 44.1 kHz, of a constant rate.

    Args:
        tape: closed.
        out: the file to write.
        tags: such as ``title``, ``artist``, ``album``, ``date``.
        kilobits: a second.
        cover: a JPEG that players show; none if empty.
    """
    options = {"id3v2_version": "3", "write_xing": "1"}
    with av.open(str(out), "w", format="mp3", options=options) as container:
        container.metadata.update(tags)
        stream = container.add_stream("libmp3lame", rate=RATE)
        stream.layout, stream.bit_rate = "mono", kilobits * 1000
        # Of speech nobody hears the difference to slower ways of looking for it.
        # Each packet stands by itself, so that an issue's file is joined from its articles'.
        stream.options = {"compression_level": "7", "reservoir": "0"}
        show(container, cover)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=RATE)
        for frame in _and_end(_frames(tape)):
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


def show(container: av.container.OutputContainer, cover: bytes) -> None:
    """Put a picture into an MP3 that is being written, before any of its sound."""
    if not cover:
        return
    with Image.open(io.BytesIO(cover)) as picture:
        width, height = picture.size
    stream = container.add_stream("mjpeg")
    stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
    stream.disposition = Disposition.attached_pic
    packet = av.Packet(cover)
    packet.stream = stream
    packet.pts = packet.dts = 0
    container.mux(packet)


def encode_opus(tape: Tape, out: Path, tags: Mapping[str, str], kilobits: int = 32) -> None:
    """Write a tape as Opus (in Ogg): one channel, half as large as the MP3 and as long to a sample.

    Args:
        tape: closed.
        out: the file to write.
        tags: see `encode_mp3`.
        kilobits: a second, on average.
    """
    # Otherwise a number that is thrown by dice stands in it.
    options = {"fflags": "+bitexact"}
    with av.open(str(out), "w", format="opus", options=options) as container:
        container.metadata.update(tags)
        stream = container.add_stream("libopus", rate=OPUS_RATE)
        stream.layout, stream.bit_rate = "mono", kilobits * 1000
        stream.options = {"application": "voip"}
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="mono", rate=OPUS_RATE, frame_size=OPUS_FRAME
        )
        for frame in _and_end(_frames(tape)):
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


# --- Filters ----------------------------------------------------------------


class _Meter:
    """Measures what is pushed into it, in whatever form that is."""

    def __init__(self, rate: int, form: str, layout: str) -> None:
        self.graph = Graph()
        source = self.graph.add_abuffer(
            sample_rate=rate, format=form, layout=layout, time_base=Fraction(1, rate)
        )
        meter, sink = self.graph.add(*_METER), self.graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self.graph.configure()
        self.source, self.sink = source, sink
        self.told: dict[str, str] = {}

    def push(self, frame: av.AudioFrame | None) -> None:
        self.source.push(frame)
        for found in _pulled(self.sink):
            self.told = dict(found.metadata) or self.told

    def level(self) -> Level:
        self.push(None)
        return _level(self.told)


def _run(tape: Tape, chain: list[tuple[str, str]], out: Tape | None = None) -> Level:
    """Send a tape through filters; write what comes out, as long as what went in."""
    graph = Graph()
    source = before = graph.add_abuffer(
        sample_rate=tape.rate, format="flt", layout="mono", time_base=Fraction(1, tape.rate)
    )
    for name, how in chain:
        following = graph.add(name, how)
        before.link_to(following)
        before = following
    sink = graph.add("abuffersink")
    before.link_to(sink)
    graph.configure()
    told: dict[str, str] = {}
    wanted = round(tape.seconds * out.rate) if out is not None else 0
    for frame in _and_end(_frames(tape)):
        source.push(frame)
        for found in _pulled(sink):
            told = dict(found.metadata) or told
            if out is not None:
                heard = found.to_ndarray().reshape(-1)[: wanted - out.length]
                out.add(heard.astype(np.float32, copy=False))
    if out is not None and out.length < wanted:
        out.add(np.zeros(wanted - out.length, np.float32))
    return _level(told)


def _level(told: Mapping[str, str]) -> Level:
    peak = float(told.get("lavfi.r128.true_peak", 0) or 0)
    loudness = float(told.get("lavfi.r128.I", "-inf"))
    return Level(loudness, 20 * math.log10(max(peak, 1e-9)))


def _frames(tape: Tape) -> Iterator[av.AudioFrame]:
    begun = 0
    for piece in tape.pieces():
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(piece[None, :]), format="flt", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = tape.rate, begun, Fraction(1, tape.rate)
        begun += len(piece)
        yield frame


def _and_end(frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame | None]:
    yield from frames
    yield None


def _pulled(sink: av.filter.FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame
