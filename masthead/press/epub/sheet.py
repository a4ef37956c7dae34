"""The style sheet of a book: a theme's faces and its one strong colour, and no more.

A book is read as its reader likes: sizes are relative, no letter has a colour of its own but on a
ground of its own, and the face is named where a reader's choice overrules it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from masthead.press.epub.faces import ARABIC, Face, families

ACTIVE = "-epub-media-overlay-active"
"""The class of what is heard right now."""
PLAYING = "-epub-media-overlay-playing"
"""The class of the page while it is read aloud."""


def sheet(tokens: Mapping[str, Any], faces: Sequence[Face]) -> str:
    """Return the style sheet for a theme's tokens.

    Args:
        tokens: the look, as a theme's `tokens.json` has it.
        faces: those that the book brings along.
    """
    further = [family for family in families(faces) if family == ARABIC]
    text, label = (_family(tokens, role, further) for role in ("text", "label"))
    lamp, on_lamp = (tokens["colours"][role]["light"] for role in ("lamp", "on-lamp"))
    brought = "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
        f" font-style: {face.style}; src: url({face.path}); }}\n"
        for face in faces
    )
    return brought + _RULES % {
        "text": text,
        "label": label,
        "lamp": lamp,
        "on_lamp": on_lamp,
        "headline": tokens["weights"]["headline"],
        "active": ACTIVE,
        "playing": PLAYING,
    }


def _family(tokens: Mapping[str, Any], role: str, further: Sequence[str]) -> str:
    face = tokens["fonts"][role]
    generic = {"serif", "sans-serif", "monospace"}
    names = [face["family"], *further, *face["fallback"]]
    return ", ".join(name if name in generic else f'"{name}"' for name in names)


_RULES = """
:root { color-scheme: light dark; }
body { max-width: 38em; margin: 0 auto; padding: 0 5%%; font-family: %(text)s; line-height: 1.5; }
h1, h2, h3, h4, h5, h6 { line-height: 1.15; hyphens: none; break-after: avoid; break-inside: avoid; }
h1 { margin: 0.4em 0; font-size: 2em; font-weight: %(headline)s; }
h2 { margin: 1.6em 0 0.6em; font-size: 1.35em; }
h3, h4, h5, h6 { margin: 1.4em 0 0.5em; font-size: 1.1em; }
p { margin: 0; orphans: 2; widows: 2; }
p + p, .note + p { text-indent: 1.4em; }
html[dir="rtl"] body { font-size: 1.15em; line-height: 1.7; }
a { color: inherit; text-decoration: underline; text-underline-offset: 0.15em; }
img { max-width: 100%%; height: auto; }
pre { overflow-x: auto; white-space: pre-wrap; font-size: 0.85em; }
.small-caps { font-variant: small-caps; }
sup, sub { line-height: 0; font-size: 0.75em; }

header { margin: 1.5em 0 2em; }
header p + p { text-indent: 0; }
.kicker, .dateline, .department, .day, .publication, .transcript-title, .key-figure dt,
.key-figure .when { font-family: %(label)s; font-weight: bold; }
.kicker { padding-block-start: 0.6em; border-block-start: 0.35em solid %(lamp)s; font-size: 1.1em; }
.standfirst { margin-block: 0.6em; font-size: 1.2em; line-height: 1.4; }
.bylines { font-style: italic; }

figure { margin: 1.8em 0; break-inside: avoid; }
figcaption { margin-block-start: 0.5em; font-size: 0.85em; line-height: 1.4; }
.place, .denial { font-weight: bold; }
.permission { display: block; }
.gallery > figure { margin: 0.8em 0; }
.pull-quote { margin: 1.8em 0; padding-inline-start: 1em; border-inline-start: 0.35em solid %(lamp)s; }
.pull-quote-words { font-size: 1.35em; line-height: 1.3; }
blockquote { margin: 1.4em 0; padding-inline-start: 1.2em; border-inline-start: 1px solid; }
.excerpt blockquote { margin-block: 0; }
.attribution, .statement header, .statement footer { margin: 0.5em 0 0; font-size: 0.85em; }
.attribution + .attribution { text-indent: 0; }
.aside { margin: 1.8em 0; padding: 1em 1.2em; border: 1px solid; }
.aside-title, .embed-title { margin-block-end: 0.5em; font-weight: bold; }
.aside-title + p, .embed-title + p { text-indent: 0; }
.embed { padding: 1em 1.2em; border: 1px solid; }
.embed p + p { margin-block-start: 0.5em; text-indent: 0; }
.key-figure dl { margin: 0; }
.key-figure dd { margin: 0; }
.key-figure-value { font-size: 2.4em; line-height: 1.1; font-weight: %(headline)s; }
.key-figure-value .unit { font-size: 0.5em; }
.key-figure .bar { display: block; height: 0.35em; margin-block: 0.3em; background: %(lamp)s; }
.table { margin: 1.8em 0; overflow-x: auto; font-size: 0.9em; }
table { border-collapse: collapse; }
caption { text-align: start; font-weight: bold; }
th, td { padding: 0.4em 1em 0.4em 0; border-block-end: 1px solid; text-align: start; vertical-align: top; }
.align-end { text-align: end; }
.align-centre { text-align: center; }
.table-source { margin-block-start: 0.5em; font-size: 0.9em; }
hr { width: 4em; margin: 2em auto; border: 0; border-block-start: 0.25em solid %(lamp)s; }
ul, ol { margin: 1em 0; padding-inline-start: 1.6em; }
q.goes-on::after { content: no-close-quote; }
q.continued::before { content: no-open-quote; }

.note { margin-block: 0.8em; margin-inline: 1.4em 0; font-size: 0.85em; }
.note-number { font-weight: bold; }
.sources, .corrections { margin-block-start: 2.5em; font-size: 0.9em; }
.sources li { margin-block: 0.4em; }
.corrections p + p { margin-block-start: 0.5em; text-indent: 0; }

.cover { margin: 0; text-align: center; }
.cover img { max-height: 98vh; width: auto; }
.title-page { margin-block-start: 20%%; }
.title-page h1 { font-size: 3em; }
.title-page p { text-indent: 0; }
.publication { padding-block-start: 0.6em; border-block-start: 0.35em solid %(lamp)s; font-size: 1.4em; }
nav ol { padding-inline-start: 0; list-style: none; }
nav ol ol { margin: 0.3em 0 1.2em; }
nav li { margin: 0.5em 0; }
nav span { font-family: %(label)s; font-weight: bold; font-size: 1.1em; }
.topics { padding-inline-start: 0; list-style: none; }
.topics li { margin: 0.6em 0; }
.topic { display: block; font-weight: bold; }
section > p + p { margin-block-start: 0.6em; text-indent: 0; }

@media (prefers-reduced-motion: no-preference) { .%(playing)s { scroll-behavior: smooth; } }
.%(active)s, .%(active)s a { background: %(lamp)s; color: %(on_lamp)s; }
"""
