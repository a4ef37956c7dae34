"""A theme: its tokens say everything once, and another theme's word wins over ours."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from masthead.newsstand import theme, tokens
from masthead.newsstand.theme import LAMP, Theme
from masthead.newsstand.tokens import TokensFault

ENGLISH = "the town had leased its tide and nobody could say who owned the hours in between "
# The average width of these letters, in em, in the fonts that stand in; measured once, from
# the makers' own files.
WIDTHS = {"Georgia": 0.4458, "Arial Narrow": 0.362}


def installed() -> list[Theme]:
    return [point.load() for point in entry_points(group="masthead.themes")]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_that_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("one", installed(), ids=lambda one: one.tokens().name)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_can_be_read_on_their_ground(one, mode):
    colours = {role: getattr(colour, mode) for role, colour in one.tokens().colours.items()}
    assert contrast(colours["ink"], colours["paper"]) >= 7
    assert contrast(colours["grey"], colours["paper"]) >= 4.5
    assert contrast(colours["on-lamp"], colours["lamp"]) >= 4.5
    for cover in one.tokens().covers:
        assert contrast(cover.ground, cover.words) >= 4.5


@pytest.mark.parametrize("one", installed(), ids=lambda one: one.tokens().name)
def test_each_font_is_there_with_its_licence(one):
    for face in one.tokens().fonts.values():
        for file in face.files:
            path = one.folder / "static" / file.file
            assert path.is_file()
            assert list(path.parent.glob("OFL-*.txt"))
            family = TTFont(path)["name"].getBestFamilyName()
            assert family.startswith(face.family.split()[0])


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
