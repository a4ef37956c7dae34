"""Programs that printers use find nothing wrong with a print edition; and they are awake."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, Pdf

from masthead.press.paper import engine, pdfx
from masthead.press.paper.specification import Specification
from tests.factories.paper import AT, issue_of, paragraph, written

PRINTER = Specification(trim=(210, 280))
PACKAGES = {"qpdf": "qpdf", "pdffonts": "poppler-utils", "gs": "ghostscript"}
MISSING = sorted(package for program, package in PACKAGES.items() if not shutil.which(program))

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs Debian's {', '.join(MISSING)}")

WORDS = 3
"""The page of the issue on which there are words and nothing else, counted from one."""


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("print")
    values = {**issue_of(written(paragraph("On the quay stood a lamp. " * 60))), "inks": True}
    # The tile of an initial is in the colour of the lamp.
    values["articles"][0]["blocks"][0]["words"].insert(0, {"kind": "break"})
    values["bleed"] = PRINTER.bleed
    engine.typeset(values, {}, folder / "set.pdf", at=AT, accessible=False)
    pdfx.finish(folder / "set.pdf", folder / "issue.pdf", PRINTER, at=AT)
    return folder / "issue.pdf"


@pytest.fixture
def spoilt(edition, tmp_path):
    """Return the edition after something has been done to its file."""

    def spoil(how) -> Path:
        with Pdf.open(edition) as document:
            how(document)
            document.save(tmp_path / "spoilt.pdf")
        return tmp_path / "spoilt.pdf"

    return spoil


# --- qpdf: is it built as a PDF is? -----------------------------------------


def is_well_built(pdf: Path) -> bool:
    done = subprocess.run(["qpdf", "--check", pdf], capture_output=True, text=True, check=False)
    return done.returncode == 0 and "WARNING" not in done.stdout + done.stderr


def test_the_file_is_built_as_a_pdf_is(edition):
    assert is_well_built(edition)


def test_a_file_of_which_the_end_is_missing_is_found(edition, tmp_path):
    whole = edition.read_bytes()
    (tmp_path / "half.pdf").write_bytes(whole[: len(whole) - 400])
    assert not is_well_built(tmp_path / "half.pdf")


# --- pdffonts: does it bring its letters along? -----------------------------


def unfit_fonts(pdf: Path) -> list[str]:
    """Return the fonts that are not embedded, cut to what is used, and readable as letters."""
    done = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()[2:]
    assert lines
    return [line for line in lines if not re.search(r" yes +yes +yes +\d+ +\d+$", line)]


def test_every_font_is_in_the_file_cut_and_readable(edition):
    assert unfit_fonts(edition) == []


def fonts_of(document: Pdf) -> list[pikepdf.Object]:
    return [
        thing
        for thing in document.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == Name.Font
    ]


def without_its_letters(document: Pdf) -> None:
    for thing in document.objects:
        for name in ("/FontFile2", "/FontFile3"):
            if isinstance(thing, pikepdf.Dictionary) and name in thing:
                del thing[name]


def not_cut(document: Pdf) -> None:
    for font in fonts_of(document):
        font.BaseFont = Name("/" + str(font.BaseFont).partition("+")[2])


def without_meaning(document: Pdf) -> None:
    for font in fonts_of(document):
        if "/ToUnicode" in font:
            del font["/ToUnicode"]


@pytest.mark.parametrize("spoil", [without_its_letters, not_cut, without_meaning])
def test_a_font_that_lacks_something_is_found(spoilt, spoil):
    assert unfit_fonts(spoilt(spoil)) != []


# --- Ghostscript: which inks does it lay down? ------------------------------


def inks_of(pdf: Path) -> list[tuple[float, ...]]:
    """Return for each page how much of it is covered in cyan, magenta, yellow and black."""
    command = ["gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=inkcov", "-o", "-", pdf]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.findall(r"^((?: *[\d.]+ ){4})CMYK OK", done.stdout, re.MULTILINE)
    assert found, done.stdout
    return [tuple(map(float, one.split())) for one in found]


def test_a_page_of_words_is_printed_in_black_alone(edition):
    cyan, magenta, yellow, black = inks_of(edition)[WORDS - 1]
    assert (cyan, magenta, yellow) == (0, 0, 0)
    assert black > 0.01


def in_four_inks(document: Pdf) -> None:
    page = document.pages[WORDS - 1]
    page.contents_add(document.make_stream(b"q .3 .2 .1 1 k 99 99 9 9 re f Q"))


def test_a_spot_of_four_inks_is_found(spoilt):
    cyan, magenta, yellow, _black = inks_of(spoilt(in_four_inks))[WORDS - 1]
    assert min(cyan, magenta, yellow) > 0
