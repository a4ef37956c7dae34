"""The theme: how this magazine looks.

A theme is a folder with `tokens.json`, and, where it differs from ours, `templates/` and
`static/`, which are looked up before ours. An installed package announces it under the
entry points `masthead.themes`; `masthead.toml` names the one that is used. Ours comes
through the same door.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static

from masthead.newsstand import tokens
from masthead.newsstand.tokens import Tokens

NARROW_PX, WIDE_PX = 360, 1280
"""Between these widths sizes grow evenly from the narrow to the wide scale."""

SEPIA = "--paper:#f4ead5;--ink:#2c2418;--grey:#5f5340;--hair:#d8c9ab"
"""A warm ground that readers may choose, in whatever theme."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A look. ``folder`` holds `tokens.json`, and perhaps `templates/` and `static/`."""

    folder: Path

    def tokens(self) -> Tokens:
        """Return its tokens.

        Raises:
            TokensFault: they cannot be used.
        """
        return _tokens(self.folder)

    @property
    def faces(self) -> Path | None:
        """Return the folder with the faces that paper is set in; None if it has none."""
        folder = self.folder / "paper"
        return folder if folder.is_dir() else None


LAMP = Theme(Path(__file__).parent)
"""Ours: black, white and one yellow."""


@cache
def _tokens(folder: Path) -> Tokens:
    return tokens.read(folder / "tokens.json")


def current() -> Theme:
    """Return the theme that `masthead.toml` names."""
    theme: Theme = settings.THEME
    return theme


def stylesheet() -> str:
    """Return the style sheet that stands in every page: the tokens, then `newsstand/style.css`."""
    return _stylesheet.__wrapped__() if settings.DEBUG else _stylesheet()


@cache
def _stylesheet() -> str:
    return properties(current().tokens()) + render_to_string("newsstand/style.css")


def drawn_with() -> str:
    """Return a name for the templates and files that pages are drawn with, in the theme and in ours.

    By their names and contents alone, so that every machine has the same; once a process, which
    draws with what it has read until it starts anew.
    """
    return _files(current().folder)


@cache
def _files(folder: Path) -> str:
    digest = hashlib.sha256()
    for place in (LAMP.folder, folder):
        for kind in ("templates", "static"):
            for path in sorted((place / kind).rglob("*")):
                # What a desktop leaves behind in a folder is on one machine only.
                if path.is_file() and not path.name.startswith("."):
                    name = path.relative_to(place).as_posix().encode()
                    words = path.read_bytes()
                    digest.update(b"%d %b %d " % (len(name), name, len(words)))
                    digest.update(words)
    return digest.hexdigest()[:16]


def properties(given: Tokens) -> str:
    """Return the tokens as font faces and custom properties.

    Sizes become ``--size-<role>``, fonts ``--<role>``, colours ``--<role>``, rules
    ``--rule-<role>`` (px), and there are ``--line`` (the baseline), ``--margin``,
    ``--gutter``, ``--columns``, ``--widest``, ``--hatch`` and ``--hover``.
    """
    root = [
        *(f"--{role}:{colour.light}" for role, colour in given.colours.items()),
        *(f"--{role}:{_families(face)}" for role, face in given.fonts.items()),
        *(
            f"--size-{role}:{_between(given.scale.narrow[role], size)}"
            for role, size in given.scale.wide.items()
        ),
        f"--line:{_between(given.baseline.narrow, given.baseline.wide)}",
        *(f"--rule-{role}:{_number(width)}px" for role, width in given.rules.screen.items()),
        f"--widest:{given.grid.widest}px",
        "--hatch:repeating-linear-gradient({0}deg,currentColor 0 {1}px,#0000 {1}px {2}px)".format(
            *map(_number, (hatch.angle, hatch.line, hatch.pitch))
        )
        if (hatch := given.ornaments.hatch).line
        else "--hatch:none",
        f"--hover:{given.motion.hover}ms",
    ]
    if given.ornaments.end:
        root.append(f'--end:url("{static(given.ornaments.end)}")')
    dark = [f"--{role}:{one.dark}" for role, one in given.colours.items() if one.dark != one.light]
    light = [
        f"--{role}:{one.light}" for role, one in given.colours.items() if one.dark != one.light
    ]
    screens = "".join(
        f"@media(min-width:{screen.from_ / 16:g}rem){{{grid}}}" if screen.from_ else grid
        for screen in given.grid.screens
        for grid in [
            f":root{{--columns:{screen.columns};--margin:{screen.margin / 16:g}rem;"
            f"--gutter:{screen.gutter / 16:g}rem}}"
        ]
    )
    return (
        "".join(_faces(face) for face in given.fonts.values())
        + f":root{{color-scheme:light dark;{';'.join(root)}}}"
        + f"@media(prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}"
        # A reader's own choice, whatever the device has; see `type.js`.
        + f":root:is([data-ground=light],[data-ground=sepia]){{color-scheme:light;{';'.join(light)}}}"
        + f":root[data-ground=sepia]{{{SEPIA}}}"
        + f":root[data-ground=dark]{{color-scheme:dark;{';'.join(dark)}}}"
        + screens
    )


def _faces(face: tokens.Typeface) -> str:
    rules = []
    # Optional: a font that comes too late waits for the next page, so nothing ever moves.
    for file in face.files:
        letters = f";unicode-range:{file.letters}" if file.letters else ""
        rules.append(
            f'@font-face{{font-family:"{face.family}";font-style:{file.style};'
            f"font-weight:{file.weights[0]} {file.weights[1]};font-display:optional;"
            f'src:url("{static(file.file)}") format("woff2"){letters}}}'
        )
    stand_in = face.stand_in
    local = ",".join(f'local("{name}")' for name in stand_in.local)
    rules.append(
        f'@font-face{{font-family:"{face.family} stand-in";src:{local};'
        f"size-adjust:{stand_in.size:g}%;ascent-override:{stand_in.ascent:g}%;"
        f"descent-override:{stand_in.descent:g}%;line-gap-override:0%}}"
    )
    return "".join(rules)


def _families(face: tokens.Typeface) -> str:
    names = [face.family, f"{face.family} stand-in", *face.fallback]
    return ",".join(f'"{name}"' if " " in name else name for name in names)


def _between(narrow: float, wide: float) -> str:
    """Return a size in rem that grows evenly with the width of the screen."""
    if narrow == wide:
        return f"{_number(wide)}rem"
    slope = (wide - narrow) * 16 / (WIDE_PX - NARROW_PX)
    start = narrow - slope * NARROW_PX / 16
    least, most = sorted((narrow, wide))
    return (
        f"clamp({_number(least)}rem,{_number(start)}rem + {_number(slope * 100)}vw,"
        f"{_number(most)}rem)"
    )


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
