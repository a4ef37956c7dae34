"""A theme's tokens: fonts, sizes, colours, grid, ornaments.

One file, `tokens.json`, is the source for the web, for paper and for EPUB. Screens get it
as custom properties; paper reads points, millimetres and process inks from the same rows.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class TokensFault(ValueError):
    """A tokens file that cannot be used; says where and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """One file of a typeface.

    ``file`` is its path among the static files. ``weights`` are the lowest and highest it
    can draw. ``letters`` limits it to a range of Unicode, so that only pages with such
    letters fetch it. ``first`` files are asked for before anything else.
    """

    file: str
    weights: tuple[int, int]
    style: str = "normal"
    letters: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """What is shown where a typeface has not arrived in time, scaled to fill the same room.

    ``local`` are names of fonts that machines have; ``size``, ``ascent`` and ``descent``
    are percentages, as in the CSS descriptors `size-adjust`, `ascent-override` and
    `descent-override`.
    """

    local: tuple[str, ...]
    size: float
    ascent: float
    descent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """A family in one role. ``licence`` is an SPDX identifier; ``fallback`` ends generically."""

    family: str
    licence: str
    stand_in: StandIn
    fallback: tuple[str, ...]
    files: tuple[FontFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes by role: rem on screens (``narrow`` at 360 px, ``wide`` from 1280 px), points on paper."""

    wide: Mapping[str, float]
    narrow: Mapping[str, float]
    paper: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How heavy headlines and strong labels are on paper, 100 to 900; screens have a style sheet."""

    headline: int
    label: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The distance of two lines of text: rem on screens, points on paper."""

    wide: float
    narrow: float
    paper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The fewest and most characters in a line of text."""

    wide: tuple[int, int]
    narrow: tuple[int, int]
    paper: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The grid from a width upwards, all in px."""

    columns: int
    margin: int
    gutter: int
    from_: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperGrid:
    """The grid of a printed page, all in mm; ``trim`` is width and height."""

    trim: tuple[float, float]
    columns: int
    gutter: float
    inside: float
    outside: float
    head: float
    foot: float
    bleed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Columns, margins and gutters; ``widest`` is the most that the columns take, in px."""

    screens: tuple[Screen, ...]
    widest: int
    paper: PaperGrid


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """A colour by role: as RGB on a light and a dark screen, and as four process inks in per cent."""

    light: str
    dark: str
    cmyk: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A cover's ground and the colour of words on it; issues take them in turn by their number."""

    name: str
    ground: str
    words: str
    cmyk: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The thickness of rules by role: px on ``screen``, points on ``paper``."""

    screen: Mapping[str, float]
    paper: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hatch:
    """The one texture: lines at ``angle`` degrees, ``line`` px thick, one each ``pitch`` px."""

    angle: float
    line: float
    pitch: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ornaments:
    """``end`` is the path of the mark that ends an article, empty for none."""

    end: str
    hatch: Hatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """How long a change takes, in milliseconds; nothing moves for who asked for that."""

    hover: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Everything that a theme decides once: by role, never by place of use."""

    name: str
    fonts: Mapping[str, Typeface]
    scale: Scale
    weights: Weights
    baseline: Baseline
    measure: Measure
    grid: Grid
    colours: Mapping[str, Colour]
    covers: tuple[Cover, ...]
    rules: Rules
    ornaments: Ornaments
    motion: Motion

    def first_files(self) -> tuple[str, ...]:
        """Return the static paths of the fonts that a page asks for before all else."""
        return tuple(file.file for face in self.fonts.values() for file in face.files if file.first)

    def files(self) -> tuple[str, ...]:
        """Return the static paths of all files that the tokens name."""
        fonts = (file.file for face in self.fonts.values() for file in face.files)
        return (*fonts, *filter(None, [self.ornaments.end]))

    def cover(self, sequence: int) -> Cover:
        """Return the ground of the issue with this number in the sequence."""
        return self.covers[sequence % len(self.covers)]


def read(path: Path) -> Tokens:
    """Return the tokens in a JSON file.

    Raises:
        TokensFault: it is not JSON, lacks something, or has something unknown or of the
            wrong kind; the message names the place.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TokensFault(f"{path} cannot be read as JSON: {error}") from error
    tokens: Tokens = _build(Tokens, found, path.name)
    for size in ("wide", "narrow", "paper"):
        missing = _ROLES - set(getattr(tokens.scale, size))
        if missing:
            raise TokensFault(f"{path.name}: scale.{size} lacks {', '.join(sorted(missing))}.")
    for kind, roles, there in (
        ("fonts", {"text", "label"}, tokens.fonts),
        ("colours", {"paper", "ink", "grey", "hair", "lamp", "on-lamp"}, tokens.colours),
    ):
        if missing := roles - set(there):
            raise TokensFault(f"{path.name}: {kind} lacks {', '.join(sorted(missing))}.")
    if not tokens.covers:
        raise TokensFault(f"{path.name}: covers is empty; name at least one ground.")
    return tokens


_ROLES = {"label", "note", "text", "lead", "h3", "quote", "h2", "h1", "plate", "figure"}


def _build(kind: Any, value: Any, where: str) -> Any:
    """Return `value` as the annotated `kind`, or say what is wrong at `where`."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _build_record(kind, value, where)
    if origin is tuple:
        length = None if inner[-1] is ... else len(inner)
        if not isinstance(value, list) or (length is not None and len(value) != length):
            many = "a list" if length is None else f"a list of {length}"
            raise TokensFault(f"{where}: write {many}.")
        kinds = inner if length is not None else (inner[0],) * len(value)
        return tuple(
            _build(one, item, f"{where}[{index}]")
            for index, (one, item) in enumerate(zip(kinds, value, strict=True))
        )
    if origin is Mapping:
        if not isinstance(value, dict):
            raise TokensFault(f"{where}: write an object.")
        return types.MappingProxyType(
            {key: _build(inner[1], item, f"{where}.{key}") for key, item in value.items()}
        )
    numbers = (int, float) if kind is float else (kind,)
    if not isinstance(value, numbers) or (isinstance(value, bool) and kind is not bool):
        raise TokensFault(f"{where}: write {_NAMES[kind]}, not {value!r}.")
    return value


def _build_record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise TokensFault(f"{where}: write an object.")
    hints = typing.get_type_hints(kind)
    # `from` is a word of Python's own.
    given = {("from_" if key == "from" else key): item for key, item in value.items()}
    if unknown := given.keys() - hints.keys():
        raise TokensFault(f"{where}: {', '.join(sorted(unknown))} means nothing here.")
    needed = {f.name for f in dataclasses.fields(kind) if f.default is dataclasses.MISSING}
    if missing := needed - given.keys():
        raise TokensFault(f"{where} lacks {', '.join(sorted(missing))}.")
    return kind(**{key: _build(hints[key], item, f"{where}.{key}") for key, item in given.items()})


_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
