"""The pictures of The Lantern are drawn, not kept: the same numbers give the same picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.samples import lantern_charts as charts
from tests.samples import lantern_covers as covers
from tests.samples import lantern_maps as maps
from tests.samples.draw_lantern import LANTERN, PICTURES
from tests.samples.engraving import LAMP, PAPER, Plate
from tests.samples.lettering import letter

NEW = [name for name in PICTURES if (LANTERN / name).exists()]


def has_ink(plate: Plate, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    """Whether one ink stands, pure, at a place measured in units of the plate."""
    pixel = plate.pixels[round(y * plate.scale), round(x * plate.scale)]
    return bool(np.abs(pixel - np.array(colour)).max() < 2)


@pytest.mark.parametrize(
    "name", ["contributors/tove-marsh.png", "issues/no-18-cover.png", charts.readings.__name__]
)
def test_a_picture_drawn_again_is_the_same_to_the_byte(name, tmp_path):
    draw = PICTURES.get(name, charts.readings)
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    draw().save(one)
    draw().save(other)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("name", ["contributors/nadir-halabi.png", "issues/no-19-cover.png"])
def test_the_picture_in_the_magazine_is_the_one_that_is_drawn(name, tmp_path):
    PICTURES[name]().save(tmp_path / "now.png")
    with Image.open(tmp_path / "now.png") as now, Image.open(LANTERN / name) as kept:
        assert now.size == kept.size
        apart = np.abs(np.asarray(now.convert("RGB"), int) - np.asarray(kept.convert("RGB"), int))
    # Another processor may round a pixel otherwise; another picture differs everywhere.
    assert apart.mean() < 0.1


def test_every_picture_of_the_plan_lies_where_the_magazine_looks_for_it():
    assert list(PICTURES) == NEW
    # A cover fills a page of paper; everything else stands in a column or above two.
    most = {name: (250 if name.startswith("issues/") else 120) * 1024 for name in PICTURES}
    assert all((LANTERN / name).stat().st_size <= most[name] for name in PICTURES)


def test_a_year_of_covers_rotates_its_four_grounds_so_that_neighbours_never_match():
    assert [one.number for one in covers.YEAR] == list(range(1, 25))
    for one, following in zip(covers.YEAR, covers.YEAR[1:], strict=False):
        assert one.ground != following.ground
    for one in covers.YEAR:
        assert one.ground == covers.GROUNDS[one.number % 4]
    assert len({one.picture for one in covers.YEAR}) == 24
    assert len({one.line for one in covers.YEAR}) == 24


@pytest.mark.parametrize("number", range(1, 25))
def test_every_cover_has_its_ground_at_the_head_and_the_lamp_in_the_picture(number):
    plate = covers.cover(number, scale=0.25)
    ground = covers.YEAR[number - 1].ground
    assert has_ink(plate, 20, 20, ground)
    assert has_ink(plate, covers.WIDE / 2, covers.TALL - covers.MARGIN - 14, (20, 23, 26))
    picture = plate.pixels[round(plate.scale * covers.HEAD) : round(plate.scale * 1290)]
    lamp = np.abs(picture - np.array(LAMP, np.float32)).max(axis=2) < 3
    assert lamp.sum() > 8


def test_the_covers_carry_the_dates_of_a_fortnightly():
    assert covers.YEAR[16].day == "8 September 2026"
    assert covers.YEAR[17].day == "22 September 2026"
    assert covers.YEAR[0].day == "27 January 2026"


def test_the_columns_and_lamps_of_the_rain_chart_stand_at_their_numbers():
    assert charts.RAIN == (312, 268, 190, 341, 224)
    assert charts.RATES == (4.1, 5.0, 7.2, 3.6, 6.1)
    plate = charts.rain_and_rates()
    nought, full = charts.RAIN_SCALE(0), charts.RAIN_SCALE(400)
    for year, rain, rate in zip(charts.YEARS, charts.RAIN, charts.RATES, strict=True):
        x = charts.YEAR_SCALE(year)
        top = nought - (nought - full) * rain / 400
        edge = plate.pixels[round(top), round(x) - 60 : round(x) - 40]
        assert edge.mean() < 40, year
        assert plate.pixels[round(top) - 5, round(x) - 60 : round(x) - 40].mean() > 250, year
        assert has_ink(plate, x + 8, nought - (nought - full) * rate / 8, LAMP), year


def test_the_two_meters_run_together_until_ten_past_two_and_then_part():
    readings = list(zip(charts.HOURS, charts.OLD_METER, charts.NEW_METER, strict=True))
    assert all(old == new for hour, old, new in readings if hour < 26 + 1 / 6)
    assert all(old < new for hour, old, new in readings if hour >= 26 + 1 / 6)
    plate = charts.readings()
    for hour, old, new in readings[:-1]:
        x = charts.HOUR_SCALE(hour) + 12
        for number in (old, new):
            y = charts.READING_SCALE(number)
            assert has_ink(plate, x, y, (20, 23, 26)), hour
        # The number holds until the next reading: above it the paper is bare.
        above = charts.READING_SCALE(new) - 10
        marks = [charts.READING_SCALE(mark) for mark in range(7)]
        if min(abs(above - mark) for mark in marks) > 3:
            assert has_ink(plate, x, above, PAPER), hour


def test_the_coast_has_eleven_harbours():
    assert len(maps.HARBOURS) == 11


def test_words_are_cut_into_the_plate_and_nowhere_else():
    plate = Plate(400, 200)
    letter(plate, "Hask", 200, 120, 60, stand="middle")
    inked = np.argwhere(plate.pixels[..., 0] < 128)
    assert 70 < inked[:, 0].min() < inked[:, 0].max() <= 122
    assert abs((inked[:, 1].min() + inked[:, 1].max()) / 2 - 200) < 4
    assert has_ink(plate, 5, 5, PAPER)


def test_a_part_of_a_plate_lands_where_it_is_put():
    plate = Plate(300, 300, 0.5)
    plate.at(200, 100, 2.0).disc(0, 0, 20, LAMP)
    assert has_ink(plate, 200, 100, LAMP)
    assert has_ink(plate, 236, 100, LAMP)
    assert has_ink(plate, 246, 100, PAPER)
    plate.at(100, 200, 1.0, turn=90).rule([(0, 0), (60, 0)], 10)
    assert has_ink(plate, 100, 250, (20, 23, 26))
    assert has_ink(plate, 150, 200, PAPER)


def test_the_sheet_of_covers_that_the_docs_show_is_there_and_light():
    sheet = Path(__file__).parents[2] / "docs" / "pictures" / "covers.png"
    assert sheet.stat().st_size <= 400_000
