"""What a publisher writes down of the printer is what the press keeps to."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import ImageCms

from masthead.press.paper.specification import COATED
from masthead.production.models import Printer, printer_of
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

THEME = (210, 280)


def of(title, **fields) -> Printer:
    printer = Printer(title=title, **fields)
    printer.full_clean()
    printer.save()
    return printer_of(title)


def test_a_title_of_which_nothing_was_written_down_is_printed_as_its_theme_has_it():
    asked = printer_of(make.magazine()).specification(THEME)
    assert (asked.trim, asked.bleed, asked.multiple) == ((210, 280), 3, 4)
    assert (asked.ink_limit, asked.least_resolution, asked.condition) == (300, 200, "FOGRA39")
    assert asked.profile == COATED.read_bytes()


@pytest.mark.parametrize(
    ("fields", "trim"),
    [
        ({"size": "theme"}, (210, 280)),
        ({"size": "a4"}, (210, 297)),
        ({"size": "letter"}, (215.9, 279.4)),
        ({"size": "other", "width_mm": "170.5", "height_mm": 240}, (170.5, 240)),
    ],
)
def test_pages_have_the_size_chosen(fields, trim):
    assert of(make.magazine(), **fields).specification(THEME).trim == trim


def test_everything_else_is_as_written():
    fields = {"bleed_mm": 5, "marks": False, "multiple": 16, "ink_limit": 280}
    asked = of(make.magazine(), least_resolution=150, **fields).specification(THEME)
    assert (asked.bleed, asked.marks, asked.multiple) == (5, False, 16)
    assert (asked.ink_limit, asked.least_resolution) == (280, 150)


def test_the_printers_own_profile_takes_the_place_of_ours():
    data = COATED.read_bytes() + b"\0"
    own = ContentFile(data, name="theirs.icc")
    printer = of(make.magazine(), profile=own, condition="FOGRA51")
    asked = printer.specification(THEME)
    assert (asked.profile, asked.condition) == (data, "FOGRA51")
    # What is stored already is not asked for again.
    printer.full_clean()


def of_a_screen() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"size": "other", "width_mm": 170}, "how wide and how high"),
        ({"size": "other", "width_mm": 17, "height_mm": 240}, "greater than or equal to 100"),
        ({"multiple": 3}, "not a valid choice"),
        ({"ink_limit": 900}, "less than or equal to 400"),
        ({"profile": ("x.icc", of_a_screen), "condition": "sRGB"}, "no ICC profile of a press"),
        ({"profile": ("x.icc", bytes), "condition": "None"}, "no ICC profile of a press"),
        ({"profile": ("x.exe", COATED.read_bytes), "condition": "X"}, "not allowed"),
        ({"profile": ("x.icc", COATED.read_bytes)}, "what the profile describes"),
        ({"profile": ("x.icc", lambda: bytes(10_000_001)), "condition": "X"}, "weighs this much"),
    ],
)
def test_what_cannot_be_printed_from_is_refused(fields, said):
    if "profile" in fields:
        name, data = fields["profile"]
        fields = {**fields, "profile": ContentFile(data() or b"no", name=name)}
    with pytest.raises(ValidationError) as told:
        of(make.magazine(), **fields)
    assert said in str(told.value)
