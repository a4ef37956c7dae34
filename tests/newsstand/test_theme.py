"""A theme: its tokens say everything once, and another theme's word wins over ours."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from masthead.newsstand import theme, tokens
from masthead.newsstand.theme import LAMP, Theme
from masthead.newsstand.tokens import TokensFault
from masthead.testing.themes import contrast, faults_in

ENGLISH = "the town had leased its tide and nobody could say who owned the hours in between "
# The average width of these letters, in em, in the fonts that stand in; measured once, from
# the makers' own files.
WIDTHS = {"Georgia": 0.4458, "Arial Narrow": 0.362}


def installed() -> list[Theme]:
    return [point.load() for point in entry_points(group="masthead.themes")]


def test_black_on_white_has_the_contrast_that_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("one", installed(), ids=lambda one: one.tokens().name)
def test_an_installed_theme_keeps_its_promises(one):
    assert faults_in(one) == []


def test_both_our_themes_are_looked_at():
    assert {one.tokens().name for one in installed()} == {"lamp", "quiet-quarterly"}


def unsound(tmp_path: Path, **change: object) -> Theme:
    changed(tmp_path, **change)
    (tmp_path / "templates/newsstand").mkdir(parents=True)
    shutil.copytree(LAMP.folder / "static", tmp_path / "static")
    return Theme(tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "<script type='module'>alert(1)</script>",
        "<style>p { color: red }</style>",
        "<a href='#' onclick='alert(1)'>x</a>",
        "<script src='https://elsewhere.example/x.js'></script>",
        "<img src=//elsewhere.example/x.png>",
    ],
)
def test_the_contract_of_themes_sees_what_browsers_will_stop(tmp_path, words):
    theme = unsound(tmp_path)
    page = theme.folder / "templates/newsstand/home.html"
    page.write_text(f"{{% block content %}}{words}{{% endblock %}}")
    assert "browsers will stop" in faults_in(theme)[0]
    page.write_text("{% block content %}<script defer src='/static/x.js'></script>{% endblock %}")
    assert faults_in(theme) == []


def test_the_contract_of_themes_sees_what_is_wrong(tmp_path):
    theme = unsound(
        tmp_path, covers=[{"name": "fog", "ground": "#cccccc", "words": "#ffffff", "cmyk": [0] * 4}]
    )
    assert faults_in(theme) == ["covers, fog: contrast 1.6, at least 4.5."]
    pages = theme.folder / "templates/newsstand"
    (pages / "home.html").write_text("{% block wallpaper %}{% endblock %}")
    (pages / "issue.html").write_text("{% if %}")
    noise = random.Random(4).randbytes(20_000)  # noqa: S311 - it keeps no secret.
    (pages / "style.css").write_bytes(noise)
    next(theme.folder.rglob("piazzolla.woff2")).unlink()
    told = "\n".join(faults_in(theme))
    assert "there is no newsstand/fonts/piazzolla.woff2" in told
    assert "home.html: no template of ours has a block called wallpaper" in told
    assert "issue.html: Unexpected end of expression" in told
    assert "style.css weighs 19.6 kB" in told


@pytest.mark.parametrize("role", ["text", "label"])
def test_what_stands_in_for_a_font_is_as_wide(role):
    face = LAMP.tokens().fonts[role]
    font = instancer.instantiateVariableFont(
        TTFont(finders.find(face.files[0].file)), {"wght": 400}
    )
    widths, letters = font["hmtx"], font.getBestCmap()
    unit = font["head"].unitsPerEm
    average = sum(widths[letters[ord(one)]][0] for one in ENGLISH) / len(ENGLISH) / unit
    stand_in = face.stand_in
    assert WIDTHS[stand_in.local[0]] * stand_in.size / 100 == pytest.approx(average, rel=0.03)
    assert stand_in.ascent * stand_in.size / 1e4 == pytest.approx(font["hhea"].ascent / unit, 0.02)


def test_the_stylesheet_holds_the_tokens_before_the_rules():
    sheet = theme.stylesheet()
    assert "--lamp:#ffc20e" in sheet
    assert sheet.index("--lamp:") < sheet.index("body{")
    assert "{{" not in sheet
    dark = sheet[sheet.index("@media(prefers-color-scheme:dark)") :]
    assert "--paper:#111416" in dark[:200]


def test_sizes_grow_from_a_telephone_to_a_desk():
    assert theme._between(1.0, 1.0) == "1rem"
    # 1 rem at 360 px, 3.3 rem at 1280 px: 2.3 rem over 920 px are 4 per cent of the width.
    assert theme._between(1.0, 3.3) == "clamp(1rem,0.1rem + 4vw,3.3rem)"


def test_issues_take_the_grounds_of_covers_in_turn():
    lamp = LAMP.tokens()
    assert [lamp.cover(number).name for number in (16, 17, 18, 19, 20)] == [
        *("verdigris", "lamp", "night", "brick", "verdigris"),
    ]


def changed(tmp_path: Path, **change: object) -> Path:
    found = json.loads((LAMP.folder / "tokens.json").read_text())
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps({**found, **change}))
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"motion": {"hover": "fast"}}, "tokens.json.motion.hover: write a whole number"),
        ({"motion": {}}, "tokens.json.motion lacks hover"),
        ({"glow": 3}, "glow means nothing here"),
        ({"covers": []}, "covers is empty"),
        ({"fonts": {}}, "fonts lacks label, text"),
        ({"rules": []}, "tokens.json.rules: write an object"),
        ({"measure": {"wide": [60], "narrow": [1, 2], "paper": [1, 2]}}, "write a list of 2"),
    ],
)
def test_a_slip_in_the_tokens_is_named_with_its_place(tmp_path, change, told):
    with pytest.raises(TokensFault, match=told.replace("[", r"\[")):
        tokens.read(changed(tmp_path, **change))


def test_what_is_no_json_is_said(tmp_path):
    (tmp_path / "tokens.json").write_text("{")
    with pytest.raises(TokensFault, match="cannot be read as JSON"):
        Theme(tmp_path).tokens()


DRAWING = """
import pathlib, sys, django
django.setup()
from django.template import engines
folder = pathlib.Path(sys.argv[1])
engines["django"].engine.dirs.append(folder)
for words in ("before", "after"):
    (folder / "drawn.html").write_text(words)
    print(engines["django"].get_template("drawn.html").render())
"""


@pytest.mark.parametrize(("debug", "seen"), [("1", "before after"), ("", "before before")])
def test_who_draws_a_theme_sees_each_change_at_once(tmp_path, debug, seen):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "masthead.config.settings"}
    said = subprocess.run(
        [sys.executable, "-c", DRAWING, str(tmp_path)],
        env=environment | {"MASTHEAD_DEBUG": debug}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == seen.split()
