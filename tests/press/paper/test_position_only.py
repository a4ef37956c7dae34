"""Pages are set with pictures for position only, and printed with the right ones."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Name, Pdf
from PIL import Image

from masthead.manuscript import nodes
from masthead.press.paper import engine, pdfx, pictures, position_only, preflight
from masthead.press.paper.position_only import Printed
from masthead.press.paper.specification import Specification
from masthead.testing import golden
from tests.factories.paper import AT, issue_of, paragraph, written

PRINTER = Specification(trim=(210, 280))
FIGURE = nodes.Figure(id="f", picture=golden.PICTURE, alternative="The pier")
RED, BLUE = (200, 30, 30), (30, 30, 200)


def stored(size: tuple[int, int], colour, **how) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG", **how)
    file.seek(0)
    return file


@pytest.fixture
def originals() -> dict[str, BytesIO]:
    return {golden.PICTURE: stored((1300, 867), RED), golden.MAP: stored((4700, 4200), BLUE)}


@pytest.fixture
def set_with(tmp_path):
    """Return the pages of a figure under a cover, set with files for its two pictures."""

    def set_with(files: dict[str, Path], name: str) -> Path:
        values = issue_of(written(FIGURE, paragraph("Words.")))
        asked = {"inks": True, "bleed": PRINTER.bleed, "trim": list(PRINTER.trim)}
        cover = {"picture": golden.MAP, "alternative": "A cover"}
        out = tmp_path / name
        whole = {**values, **asked, "cover": cover}
        engine.typeset(whole, files, out, at=AT, accessible=False, multiple=4)
        return out

    return set_with


@pytest.fixture
def stand_ins(originals, tmp_path) -> dict[str, Path]:
    return {
        key: position_only.stand_in(file, key, tmp_path / f"stand-in-{number}")
        for number, (key, file) in enumerate(originals.items())
    }


def inked(originals, widths, folder: Path) -> dict[str, Path]:
    return {
        key: pictures.for_print(file, PRINTER, folder / f"inked-{number}", width_mm=widths[key])
        for number, (key, file) in enumerate(originals.items())
    }


def test_pages_come_out_as_if_they_had_been_set_with_what_is_printed(
    set_with, originals, stand_ins, tmp_path
):
    laid = set_with(stand_ins, "laid.pdf")
    files = inked(originals, position_only.widths(laid, stand_ins), tmp_path)
    printed = [Printed(stand_ins[key], files[key]) for key in files]
    pdfx.finish(laid, tmp_path / "swapped.pdf", PRINTER, at=AT, printed=printed)
    direct = set_with(files, "direct-laid.pdf")
    pdfx.finish(direct, tmp_path / "direct.pdf", PRINTER, at=AT)
    assert preflight.look_at(tmp_path / "swapped.pdf", PRINTER).faults == []
    swapped, wanted = (
        pypdfium2.PdfDocument(str(tmp_path / f"{name}.pdf")) for name in ("swapped", "direct")
    )
    for number in range(len(wanted)):
        looks = [one[number].render(scale=2).to_pil().tobytes() for one in (swapped, wanted)]
        assert looks[0] == looks[1]
    assert len(swapped) == len(wanted) == 4
    for one in (swapped, wanted):
        one.close()


def test_a_picture_that_fills_a_page_counts_as_wide_as_it_is_before_it_is_cut(set_with, stand_ins):
    widths = position_only.widths(set_with(stand_ins, "laid.pdf"), stand_ins)
    assert widths[golden.MAP] == pytest.approx((280 + 2 * 3) * 4700 / 4200, abs=0.1)
    assert widths[golden.PICTURE] == pytest.approx(87, abs=0.1)


def test_where_a_picture_stands_twice_the_larger_place_counts(stand_ins, tmp_path):
    cover = {"picture": golden.PICTURE, "alternative": "A cover"}
    values = {**issue_of(written(FIGURE, paragraph("Words."))), "cover": cover, "inks": True}
    laid = tmp_path / "laid.pdf"
    engine.typeset(values, stand_ins, laid, at=AT, accessible=False)
    widths = position_only.widths(laid, stand_ins)
    assert widths[golden.PICTURE] == pytest.approx(280 * 1300 / 867, abs=0.1)
    assert golden.MAP not in widths


def test_a_picture_within_a_drawing_is_found_too(set_with, stand_ins, tmp_path):
    with Pdf.open(set_with(stand_ins, "laid.pdf")) as document:
        form = document.pages[0].as_form_xobject()
        form.Matrix = pikepdf.Array([0.5, 0, 0, 0.5, 0, 0])
        page = document.add_blank_page()
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Within=form))
        page.obj.Contents = document.make_stream(b"q 0.5 0 0 0.5 9 9 cm /Within Do Q")
        del document.pages[0]
        document.save(tmp_path / "within.pdf")
    widths = position_only.widths(tmp_path / "within.pdf", stand_ins)
    assert widths[golden.MAP] == pytest.approx((280 + 2 * 3) * 4700 / 4200 / 4, abs=0.1)


def test_a_stand_in_that_was_left_behind_keeps_a_file_from_the_printer(set_with, stand_ins):
    laid = set_with(stand_ins, "laid.pdf")
    finished = laid.with_name("finished.pdf")
    pdfx.finish(laid, finished, PRINTER, at=AT)
    assert "Page 1: there are colours of a screen" in "\n".join(
        preflight.look_at(finished, PRINTER).faults
    )


def test_the_same_pictures_give_the_same_bytes_and_others_another_name(
    set_with, originals, stand_ins, tmp_path
):
    laid = set_with(stand_ins, "laid.pdf")
    made = []
    for number, colour in enumerate((RED, RED, BLUE)):
        folder = tmp_path / f"round-{number}"
        folder.mkdir()
        originals[golden.PICTURE] = stored((1300, 867), colour)
        originals[golden.MAP].seek(0)
        files = inked(originals, position_only.widths(laid, stand_ins), folder)
        printed = [Printed(stand_ins[key], files[key]) for key in files]
        pdfx.finish(laid, folder / "issue.pdf", PRINTER, at=AT, printed=printed)
        made.append(folder / "issue.pdf")
    assert made[0].read_bytes() == made[1].read_bytes()
    names = []
    for file in made:
        with Pdf.open(file) as document, document.open_metadata() as about:
            names.append(about["xmpMM:DocumentID"])
    assert names[0] == names[1] != names[2]


def test_what_was_taken_on_its_side_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    out = position_only.stand_in(stored((300, 200), RED, exif=exif), "key", tmp_path / "one")
    with Image.open(out) as shown:
        assert shown.width * 3 == shown.height * 2


def test_its_pictures_are_in_four_inks(set_with, originals, stand_ins, tmp_path):
    laid = set_with(stand_ins, "laid.pdf")
    files = inked(originals, position_only.widths(laid, stand_ins), tmp_path)
    printed = [Printed(stand_ins[key], files[key]) for key in files]
    pdfx.finish(laid, tmp_path / "issue.pdf", PRINTER, at=AT, printed=printed)
    with Pdf.open(tmp_path / "issue.pdf") as document:
        shown = [one for page in document.pages for one in page.get_images().values()]
        assert {str(one.ColorSpace) for one in shown} == {str(Name.DeviceCMYK)}
        assert len(shown) == 2
