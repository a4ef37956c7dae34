"""What a theme promises, for the tests of those who make one."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from django.template import Engine, TemplateSyntaxError

from masthead.newsstand.theme import LAMP, Theme
from masthead.newsstand.tokens import Tokens, TokensFault

KILOBYTE = 1024
STYLE_SHEET_KILOBYTES = 8
FIRST_FONTS_KILOBYTES = 60
READABLE = {("ink", "paper"): 7.0, ("grey", "paper"): 4.5, ("on-lamp", "lamp"): 4.5}
"""The least contrast of words on their ground (WCAG 2.2, 1.4.3 and, for running text, 1.4.6)."""


# What the content security policy of readers' pages forbids. The one style element that it
# allows is ours, whose words are the theme's own style sheet.
_STOPPED = re.compile(
    r"""<script(?![^>]*\bsrc=)(?![^>]*ld\+json)[^>]*>|<style\b[^>]*>(?!{% stylesheet)|\son[a-z]+\s*=|"""
    r"""\b(?:src|srcset)=["']?(?:https?:)?//[^"'\s>]+""",
    re.IGNORECASE,
)


def faults_in(theme: Theme) -> list[str]:
    """Return what is wrong with a theme, each fault with its place; nothing for a sound one.

    Django must have been started with the theme's templates among its folders, or with none
    of another theme's.
    """
    try:
        tokens = theme.tokens()
    except TokensFault as fault:
        return [str(fault)]
    return [
        *_files(theme, tokens),
        *_contrasts(tokens),
        *_templates(theme.folder / "templates"),
        *_style_sheet(theme.folder / "templates/newsstand/style.css"),
    ]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _files(theme: Theme, tokens: Tokens) -> Iterator[str]:
    first = 0
    for role, face in tokens.fonts.items():
        for file in face.files:
            path = theme.folder / "static" / file.file
            if not path.is_file():
                yield f"fonts.{role}: there is no {file.file} in static/."
            elif not list(path.parent.glob("*.txt")):
                yield f"fonts.{role}: put the licence of {face.family} beside {file.file}."
            elif file.first:
                first += path.stat().st_size
    if first > FIRST_FONTS_KILOBYTES * KILOBYTE:
        yield (
            f"The first fonts weigh {first / KILOBYTE:.0f} kB, at most {FIRST_FONTS_KILOBYTES}: "
            "cut letters, or mark fewer as first."
        )


def _contrasts(tokens: Tokens) -> Iterator[str]:
    for mode in ("light", "dark"):
        shown = {role: getattr(colour, mode) for role, colour in tokens.colours.items()}
        for (words, ground), least in READABLE.items():
            if (found := contrast(shown[words], shown[ground])) < least:
                yield f"{words} on {ground} ({mode}): contrast {found:.1f}, at least {least}."
    for cover in tokens.covers:
        if (found := contrast(cover.words, cover.ground)) < READABLE["on-lamp", "lamp"]:
            yield f"covers, {cover.name}: contrast {found:.1f}, at least 4.5."


def _templates(folder: Path) -> Iterator[str]:
    ours = LAMP.folder / "templates"
    known = set(re.findall(r"{% block (\w+)", "".join(p.read_text() for p in ours.rglob("*.html"))))
    engine = Engine.get_default()
    for path in sorted(folder.rglob("*.html")):
        name, text = path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")
        try:
            engine.from_string(text)
        except TemplateSyntaxError as error:
            yield f"{name}: {error}"
        for found in _STOPPED.findall(text):
            yield f"{name}: browsers will stop {found.strip()!r}; put it into static/ or style.css."
        for block in set(re.findall(r"{% block (\w+)", text)) - known:
            yield f"{name}: no template of ours has a block called {block}."


def _style_sheet(path: Path) -> Iterator[str]:
    if path.is_file():
        weight = len(gzip.compress(path.read_bytes())) / KILOBYTE
        if weight > STYLE_SHEET_KILOBYTES:
            yield f"style.css weighs {weight:.1f} kB compressed, at most {STYLE_SHEET_KILOBYTES}."
