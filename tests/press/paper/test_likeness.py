"""Two pages have the same digest exactly when they look the same."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from masthead.press.paper import engine, likeness
from tests.factories.paper import AT, issue_of, paragraph, written


@pytest.fixture
def set_(tmp_path):
    def set_(*manuscripts, name="a.pdf") -> Path:
        out = tmp_path / name
        engine.typeset(issue_of(*manuscripts), {}, out, at=AT)
        return out

    return set_


def test_a_single_letter_changes_its_page_and_no_other(set_):
    still = written(paragraph("What stays as it is."), headline="Still")
    first = likeness.of_pages(set_(written(paragraph("The pier was shut.")), still))
    again = likeness.of_pages(set_(written(paragraph("The pier was shut.")), still, name="b.pdf"))
    late = likeness.of_pages(set_(written(paragraph("The pier was shut,")), still, name="c.pdf"))
    assert first == again
    assert len(set(first)) == len(first)
    assert [one == other for one, other in zip(first, late, strict=True)].count(False) == 1


def pages_with(tmp_path, colour, place=(10, 10), cut=None, mask=None) -> list[str]:
    """Return the digests of a file with one picture on it."""
    document = pikepdf.Pdf.new()
    page = document.add_blank_page(page_size=(200, 200))
    image = Image.new("RGB", (60, 60), colour)
    picture = document.make_stream(image.tobytes(), Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image, Width=60, Height=60, BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB)  # fmt: skip
    if mask is not None:
        picture.SMask = document.make_stream(bytes([mask]) * 3600, Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image, Width=60, Height=60, BitsPerComponent=8,
            ColorSpace=pikepdf.Name.DeviceGray)  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    clip = f"{cut} re W n " if cut else ""
    drawn = f"q {clip}60 0 0 60 {place[0]} {place[1]} cm /P Do Q"
    page.Contents = document.make_stream(drawn.encode())
    out = tmp_path / "picture.pdf"
    document.save(out)
    return likeness.of_pages(out)


def test_another_picture_place_cut_or_mask_is_seen_though_pictures_are_not_decoded(tmp_path):
    red = pages_with(tmp_path, (200, 0, 0))
    assert pages_with(tmp_path, (200, 0, 0)) == red
    others = [
        pages_with(tmp_path, (200, 0, 1)),
        pages_with(tmp_path, (200, 0, 0), place=(11, 10)),
        pages_with(tmp_path, (200, 0, 0), cut="10 10 30 60"),
        pages_with(tmp_path, (200, 0, 0), mask=120),
        pages_with(tmp_path, (200, 0, 0), mask=121),
    ]
    assert len({one for (one,) in (red, *others)}) == 6
