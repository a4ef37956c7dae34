"""Pictures of every kind come out as the edition wants them."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from masthead.press.paper import pictures
from masthead.press.paper.specification import COATED, Specification, UnfitProfile

PAGE = (210, 297)
A4 = Specification(trim=PAGE)
ACROSS = 210 + 2 * 3
"""Millimetres: as wide as a page with its bleed."""


def stored(picture: Image.Image, kind: str = "PNG", **how) -> BytesIO:
    file = BytesIO()
    picture.save(file, kind, **how)
    file.seek(0)
    return file


def printed(
    picture: Image.Image, tmp_path, kind: str = "PNG", width_mm: float = ACROSS, **how
) -> Image.Image:
    file = stored(picture, kind, **how)
    out = pictures.for_print(file, A4, tmp_path / "made", width_mm=width_mm)
    with Image.open(out) as opened:
        opened.load()
    return opened


def ink_at(picture: Image.Image, x: int = 0, y: int = 0) -> list[int]:
    """Return the inks of one spot, in per cent."""
    return [round(part / 2.55) for part in picture.getpixel((x, y))]


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "L", "LA", "P", "RGB", "RGBA", "1"])
def test_pictures_of_every_kind_come_out_in_the_colours_of_a_screen(tmp_path, mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    file = stored(Image.new(mode, (3000, 200)), kind)
    out = pictures.for_screen(file, PAGE, tmp_path / "made")
    with Image.open(out) as shown:
        assert shown.mode in ("RGB", "P")
        assert shown.width == 1240


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "L", "LA", "P", "RGB", "RGBA", "1"])
def test_pictures_of_every_kind_come_out_in_the_inks_of_the_press(tmp_path, mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = printed(Image.new(mode, (4000, 200)), tmp_path, kind)
    assert made.mode == "CMYK"
    assert made.width == round((210 + 2 * 3) / 25.4 * 350)


def test_a_picture_is_as_fine_as_its_place_on_the_page_wants(tmp_path):
    photograph = Image.new("L", (4000, 200))
    for width_mm in (216, 178, 87):
        made = printed(photograph, tmp_path, "JPEG", width_mm)
        assert made.width == round(width_mm / 25.4 * 350)
        assert made.height == round(200 * made.width / 4000)


def test_what_would_be_made_only_a_little_smaller_is_let_be(tmp_path):
    for ppi, kept in ((340, True), (400, True), (410, False)):
        wide = round(100 / 25.4 * ppi)
        made = printed(Image.new("L", (wide, 90)), tmp_path, "JPEG", 100)
        assert made.width == (wide if kept else round(100 / 25.4 * 350))


def test_drawings_keep_their_edges_where_they_stand_small(tmp_path):
    drawing = Image.new("L", (4000, 200))
    assert printed(drawing, tmp_path, width_mm=150).width == round(ACROSS / 25.4 * 350)
    assert printed(drawing, tmp_path, width_mm=87).width == round(87 / 25.4 * 700)


def test_what_is_grey_is_printed_in_black_alone(tmp_path):
    assert ink_at(printed(Image.new("L", (40, 40), 128), tmp_path)) == [0, 0, 0, 50]
    sixteen = Image.new("I;16", (40, 40), 65535 // 4)
    assert ink_at(printed(sixteen, tmp_path)) == [0, 0, 0, 75]


def test_colours_are_those_of_the_press_and_white_is_paper(tmp_path):
    cyan, magenta, yellow, _black = ink_at(printed(Image.new("RGB", (40, 40), "red"), tmp_path))
    assert cyan < 10
    assert magenta > 85
    assert yellow > 85
    assert ink_at(printed(Image.new("RGB", (40, 40), "white"), tmp_path)) == [0, 0, 0, 0]


def test_through_what_is_clear_one_sees_paper(tmp_path):
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert ink_at(printed(clear, tmp_path)) == [0, 0, 0, 0]


def test_inks_that_come_from_a_designer_are_left_as_they_are(tmp_path):
    given = Image.new("CMYK", (40, 40), (255, 128, 0, 26))
    assert ink_at(printed(given, tmp_path, "JPEG", quality=100)) == [100, 50, 0, 10]


def test_a_picture_that_says_what_its_colours_mean_is_believed(tmp_path):
    # The profile of another screen: what it calls half is lighter than half is in sRGB.
    light = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    said = stored(Image.new("RGB", (40, 40), "grey"), "PNG", icc_profile=light.tobytes())
    plain = stored(Image.new("RGB", (40, 40), "grey"))
    # One whose profile is for something else altogether counts as if it said nothing.
    made = [
        pictures.for_print(file, A4, tmp_path / name, width_mm=ACROSS).read_bytes()
        for file, name in ((said, "said"), (plain, "plain"))
    ]
    assert made[0] == made[1]


def test_no_colour_lays_down_more_ink_than_the_profile_allows(tmp_path):
    steps = range(0, 256, 51)
    colours = [(red, green, blue) for red in steps for green in steps for blue in steps]
    picture = Image.new("RGB", (len(colours) * 8, 8))
    for number, colour in enumerate(colours):
        picture.paste(colour, (number * 8, 0, number * 8 + 8, 8))
    assert 200 < pictures.most_ink(printed(picture, tmp_path)) <= A4.ink_limit


@pytest.mark.parametrize(
    ("inks", "per_cent"), [((255, 255, 255, 255), 400), ((255, 0, 0, 0), 100), ((0, 0, 0, 0), 0)]
)
def test_ink_is_counted_over_all_four(inks, per_cent):
    found = pictures.most_ink(Image.new("CMYK", (100, 100), inks))
    assert found == pytest.approx(per_cent, abs=2)


def test_a_few_spots_that_packing_made_are_no_picture_full_of_ink():
    picture = Image.new("CMYK", (100, 100), (255, 255, 0, 0))
    picture.putpixel((5, 5), (255, 255, 255, 255))
    assert pictures.most_ink(picture) == pytest.approx(200, abs=2)
    picture.paste((255, 255, 255, 255), (0, 0, 10, 10))
    assert pictures.most_ink(picture) == pytest.approx(400, abs=2)


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\nand no more"])
def test_what_cannot_be_read_is_said_to_be(tmp_path, content):
    for make in (
        lambda file: pictures.for_screen(file, PAGE, tmp_path / "made"),
        lambda file: pictures.for_print(file, A4, tmp_path / "made", width_mm=ACROSS),
        pictures.size_of,
    ):
        with pytest.raises(pictures.Unreadable):
            make(BytesIO(content))


def test_half_a_picture_is_none(tmp_path):
    whole = stored(Image.effect_noise((400, 400), 90), "JPEG").getvalue()
    with pytest.raises(pictures.Unreadable):
        pictures.for_print(BytesIO(whole[: len(whole) // 2]), A4, tmp_path / "made", width_mm=90)


def of_a_screen() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def half() -> bytes:
    return COATED.read_bytes()[:5000]


@pytest.mark.parametrize("profile", [of_a_screen, half, bytes], ids=["screen", "half", "none"])
def test_a_profile_that_is_none_of_a_press_is_refused(profile):
    with pytest.raises(UnfitProfile, match="Ask the printer"):
        Specification(trim=PAGE, profile=profile())
