"""A printer can take the file; and what a printer cannot take is found before it is sent."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from masthead.manuscript import nodes
from masthead.press.paper import completeness, engine, pdfx, pictures, preflight
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE, Specification
from masthead.testing import golden
from tests.factories.paper import AT, issue_of, paragraph, written

PRINTER = Specification(trim=(210, 280))
LINK = nodes.Link(href="https://example.org/pier", children=(nodes.Text("the pier"),))


@pytest.fixture(scope="module")
def inked(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pictures")
    with (folder / "pier.png").open("w+b") as file:
        Image.new("RGB", (4200, 3000), (20, 90, 88)).save(file, "PNG")
        file.seek(0)
        made = pictures.for_print(file, PRINTER, folder / "pier", width_mm=400)
    return dict.fromkeys((golden.PICTURE, golden.MAP), made)


@pytest.fixture(scope="module")
def press(tmp_path_factory, inked):
    def press(*manuscripts, specification=PRINTER, **values) -> Path:
        folder = tmp_path_factory.mktemp("print")
        asked = {"inks": True, "bleed": specification.bleed, "trim": list(specification.trim)}
        whole = {**issue_of(*manuscripts), **asked, **values}
        engine.typeset(
            whole,
            inked,
            folder / "set.pdf",
            at=AT,
            accessible=False,
            multiple=specification.multiple,
        )
        assert completeness.lost(whole, folder / "set.pdf") == []
        pdfx.finish(folder / "set.pdf", folder / "issue.pdf", specification, at=AT)
        return folder / "issue.pdf"

    return press


@pytest.fixture(scope="module")
def golden_pdf(press) -> Path:
    cover = {"picture": golden.PICTURE, "alternative": "A cover"}
    return press(golden.MANUSCRIPT, written(paragraph("See ", "p", LINK)), cover=cover)


@pytest.fixture
def spoilt(golden_pdf, tmp_path):
    """Return the golden issue after something has been done to its file."""

    def spoil(how, **saving) -> Path:
        out = tmp_path / "spoilt.pdf"
        with Pdf.open(golden_pdf) as document:
            how(document)
            document.save(out, **saving)
        return out

    return spoil


def text_of(pdf: Path, page: int) -> str:
    document = pypdfium2.PdfDocument(str(pdf))
    text = document[page].get_textpage().get_text_range()
    document.close()
    return text


# --- What is sent -----------------------------------------------------------


def test_an_issue_with_every_kind_of_block_is_what_the_printer_asked_for(golden_pdf):
    report = preflight.look_at(golden_pdf, PRINTER)
    assert report.faults == []
    assert [one for one in report.warnings if "pixels per inch" not in one] == []


@pytest.mark.parametrize("trim", [(210, 297), (215.9, 279.4), (170, 240)])
@pytest.mark.parametrize("bleed", [3, 5])
def test_pages_are_cut_to_the_size_that_was_chosen(press, trim, bleed):
    asked = replace(PRINTER, trim=trim, bleed=bleed)
    pdf = press(written(paragraph("Words.")), specification=asked)
    assert preflight.look_at(pdf, asked).faults == []
    other = replace(asked, trim=(trim[0] + 1, trim[1]))
    assert f"printer cuts to {other.trim[0]:g}" in preflight.look_at(pdf, other).faults[0]


def test_words_are_printed_in_black_alone(golden_pdf):
    black = Array([0, 0, 0, 1])
    with Pdf.open(golden_pdf) as document:
        page = document.pages[2]
        drawn = pikepdf.parse_content_stream(page)
        inks = {tuple(map(float, operands)) for operands, sign in drawn if str(sign) in ("k", "K")}
    assert tuple(map(float, black)) in inks
    assert {ink[:3] for ink in inks if ink[3]} == {(0.0, 0.0, 0.0)}


@pytest.mark.parametrize("multiple", [4, 8, 16])
def test_pages_come_in_the_multiple_asked_for_and_the_back_cover_is_the_last(press, multiple):
    asked = replace(PRINTER, multiple=multiple)
    articles = written(paragraph("Words.")), written(paragraph("More."), headline="Two")
    pdf = press(*articles, specification=asked)
    assert preflight.look_at(pdf, asked).faults == []
    with Pdf.open(pdf) as document:
        count = len(document.pages)
    assert count % multiple == 0
    assert "The Gazette" in text_of(pdf, count - 1)
    assert text_of(pdf, count - 2).strip() == ""
    assert "Words." in text_of(pdf, 2)


def rendered(pdf: Path, page: int) -> tuple[Image.Image, float]:
    """Return a page as it looks, and how many pixels a millimetre has."""
    document = pypdfium2.PdfDocument(str(pdf))
    scale = 4.0
    image = document[page].render(scale=scale).to_pil().convert("L")
    document.close()
    return image, scale * POINTS_PER_MILLIMETRE


def test_what_touches_the_edge_goes_on_to_the_end_of_the_bleed_and_marks_begin_beyond(golden_pdf):
    image, per_mm = rendered(golden_pdf, 0)
    slug = pdfx.SLUG_MM

    def at(x_mm: float, y_mm: float) -> int:
        return image.getpixel((round(x_mm * per_mm), round(y_mm * per_mm)))

    # The cover's corners, as far out as they go.
    wide, high = 210 + 6, 280 + 6
    for x in (slug + 0.5, slug + wide - 0.5):
        for y in (slug + 0.5, slug + high - 0.5):
            assert at(x, y) < 200
    # Beyond the bleed: paper for a millimetre, and then a mark in line with the cut.
    cut = slug + 3
    assert at(cut, slug - 0.5) > 250
    upright = [
        image.getpixel((round(cut * per_mm) + step, round((slug - 3) * per_mm)))
        for step in (-1, 0, 1)
    ]
    assert min(upright) < 200
    lying = [
        image.getpixel((round((slug - 3) * per_mm), round(cut * per_mm) + step))
        for step in (-1, 0, 1)
    ]
    assert min(lying) < 200


def test_a_printer_who_draws_the_marks_gets_pages_without_any(press):
    asked = replace(PRINTER, marks=False)
    pdf = press(written(paragraph("Words.")), specification=asked)
    assert preflight.look_at(pdf, asked).faults == []
    with Pdf.open(pdf) as document:
        assert all(page.MediaBox == page.obj.BleedBox for page in document.pages)


def test_nothing_of_a_screen_is_left_in_it(golden_pdf):
    with Pdf.open(golden_pdf) as document:
        for name in ("/StructTreeRoot", "/Outlines", "/Names", "/Dests", "/OpenAction"):
            assert name not in document.Root
        assert all("/Annots" not in page.obj for page in document.pages)


def test_the_same_issue_gives_the_same_bytes(press):
    first, second = (press(written(paragraph("Words."))).read_bytes() for _ in range(2))
    assert first == second


# --- What is found ----------------------------------------------------------


def test_what_comes_from_the_typesetter_is_not_yet_for_a_printer(golden_pdf):
    raw = preflight.look_at(golden_pdf.with_name("set.pdf"), PRINTER)
    said = "\n".join(raw.faults)
    for part in ("printing condition", "PDF/X-4", "trapped", "bleed is 0.0 mm"):
        assert part in said


def test_the_edition_for_screens_is_not_for_a_printer(tmp_path):
    file = tmp_path / "pier.png"
    Image.new("RGB", (600, 400), (20, 90, 88)).save(file)
    values = issue_of(golden.MANUSCRIPT, written(paragraph("See ", "p", LINK)))
    shown = dict.fromkeys((golden.PICTURE, golden.MAP), file)
    engine.typeset(values, shown, tmp_path / "screen.pdf", at=AT)
    said = "\n".join(preflight.look_at(tmp_path / "screen.pdf", PRINTER).faults)
    for part in ("colours of a screen", "links or notes"):
        assert part in said


def first_picture(document: Pdf):
    return next(iter(document.pages[0].get_images().values()))


def without_a_font_file(document: Pdf) -> None:
    for page in document.pages:
        for face in (page.Resources.get("/Font") or {}).values():
            described = face.DescendantFonts[0].FontDescriptor
            for name in ("/FontFile2", "/FontFile3"):
                if name in described:
                    del described[name]


def draw(document: Pdf, drawing: bytes) -> None:
    document.pages[2].contents_add(document.make_stream(drawing))


def of_another_kind(document: Pdf) -> None:
    profile = document.Root.OutputIntents[0].DestOutputProfile
    data = bytearray(profile.read_bytes())
    data[12:16] = b"mntr"
    profile.write(bytes(data))


def in_light(document: Pdf) -> None:
    picture = first_picture(document)
    picture.ColorSpace = Name.DeviceRGB


def grouped_in_light(document: Pdf) -> None:
    document.pages[2].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)


def a_script(document: Pdf) -> None:
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array()))


def a_note(document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([9, 9, 20, 20]))
    document.pages[1].obj.Annots = Array([document.make_indirect(note)])


def coarse(document: Pdf) -> None:
    picture = first_picture(document)
    picture.Width, picture.Height = 300, 200


def full_of_ink(document: Pdf) -> None:
    picture = first_picture(document)
    size = int(picture.Width), int(picture.Height)
    picture.write(Image.new("CMYK", size, (255, 255, 255, 255)).tobytes())
    if "/Decode" in picture:
        del picture["/Decode"]


def full_of_ink_and_packed(document: Pdf) -> None:
    picture = first_picture(document)
    file = BytesIO()
    size = int(picture.Width), int(picture.Height)
    Image.new("CMYK", size, (255, 255, 255, 100)).save(file, "JPEG")
    assert float(picture.Decode[0]) == 1
    picture.write(file.getvalue(), filter=Name.DCTDecode)


def without_a_bleed(document: Pdf) -> None:
    page = document.pages[1].obj
    page.BleedBox = page.TrimBox


def untitled(document: Pdf) -> None:
    del document.docinfo["/Title"]


def says_nothing(document: Pdf) -> None:
    del document.Root["/Metadata"]


FAULTS = {
    "a page too few": (lambda document: document.pages.__delitem__(3), "multiple of 4"),
    "a font": (without_a_font_file, "is not in the file"),
    "a colour": (lambda document: draw(document, b" 1 0 0 rg 9 9 9 9 re f"), "colours of a screen"),
    "a space": (lambda document: draw(document, b" /DeviceRGB cs"), "colours of a screen"),
    "an ink": (lambda document: draw(document, b" 1 1 1 .2 k 9 9 9 9 re f"), "320 % of ink"),
    "a picture in the text": (
        lambda document: draw(document, b" BI /W 1 /H 1 /CS /G /BPC 8 ID x EI"),
        "within the text",
    ),
    "a picture in light": (in_light, "colours of a screen"),
    "a group in light": (grouped_in_light, "colours of a screen"),
    "a picture full of ink": (full_of_ink, "a picture lays down"),
    "a packed picture full of ink": (full_of_ink_and_packed, "a picture lays down 339 %"),
    "a coarse picture": (coarse, "pixels per inch; at least 200"),
    "another profile": (of_another_kind, "profile of its printing condition"),
    "no condition": (
        lambda document: document.Root.__delitem__("/OutputIntents"),
        "which printing",
    ),
    "a script": (a_script, "contains programs"),
    "a note": (a_note, "links or notes"),
    "no bleed": (without_a_bleed, "bleed is 0.0 mm"),
    "no trim": (lambda document: document.pages[1].obj.__delitem__("/TrimBox"), "where it is cut"),
    "no title": (untitled, "lacks Title"),
    "no version": (says_nothing, "does not say that it is PDF/X-4"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found(spoilt, fault):
    how, said = FAULTS[fault]
    assert said in "\n".join(preflight.look_at(spoilt(how), PRINTER).faults)


def test_what_is_locked_or_no_pdf_at_all_is_said_to_be(spoilt, tmp_path):
    locked = spoilt(lambda _: None, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert "password" in preflight.look_at(locked, PRINTER).faults[0]
    guarded = spoilt(lambda _: None, encryption=pikepdf.Encryption(user="", owner="secret"))
    assert "protection" in "\n".join(preflight.look_at(guarded, PRINTER).faults)
    (tmp_path / "none.pdf").write_bytes(b"no pdf")
    assert "no PDF that can be read" in preflight.look_at(tmp_path / "none.pdf", PRINTER).faults[0]


def test_drawings_within_themselves_come_to_an_end(spoilt):
    def forever(document: Pdf) -> None:
        form = document.make_stream(b"/Again Do")
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([0, 0, 9, 9])
        form.Resources = Dictionary(XObject=Dictionary(Again=form))
        document.pages[2].obj.Resources.XObject = Dictionary(Again=form)
        draw(document, b" /Again Do")

    said = "\n".join(preflight.look_at(spoilt(forever), PRINTER).faults)
    assert "without end" in said
