"""Whatever is given to it, the press makes a whole edition, or none and says why."""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from masthead.manuscript import nodes
from masthead.manuscript.nodes import Text
from masthead.press import lines
from masthead.press.paper import completeness, engine, pictures
from masthead.press.paper.specification import Specification
from masthead.testing import golden
from tests.factories.paper import AT, issue_of, paragraph, written

PRINTER = Specification(trim=(210, 280))


def set_as(edition: str, values: dict, out: Path, shown: dict[str, Path] | None = None) -> Path:
    inks = edition == "print"
    asked = {"inks": inks, "bleed": 3 if inks else 0}
    engine.typeset({**values, **asked}, shown or {}, out, at=AT, accessible=not inks)
    return out


def text_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(str(pdf))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


HOSTILE = {
    "a command": '#read("/etc/passwd") #eval("1") #include "x.typ"',
    "markup": "<script>alert(1)</script> *b* _i_ $x$ `c` @r <l> = h\\ // no /* more */",
    "control characters": "The\x00 ti\x07de\x1b[0m\x7f\x85 rose",
    "combining marks": "Nguye\u0302\u0303n Z\u0324\u030c a\u0301\u0316\u0317 qe\u0301te",
    "turned round": "exe.\u202egpj\u202c and \u202dso on\u202c, \u2067הרציף\u2069 too",
    "other writing": "Привет, Ελλάδα, ½ × 3 ≠ 4 → 5 ″ ™ € ₹",
    "nothing to see": "zero\u200bwidth soft\u00adhyphen no\u00a0break \ufeffmark",
    "a long word": "donau" * 60,
}


@pytest.mark.parametrize("edition", ["screen", "print"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_every_letter_of_hostile_text_is_printed_and_none_is_obeyed(tmp_path, kind, edition):
    words = HOSTILE[kind]
    front = nodes.FrontMatter(headline=words, standfirst=words, kicker=words, language="en")
    values = issue_of(replace(written(paragraph(words, "b1")), front=front))
    pdf = set_as(edition, values, tmp_path / "issue.pdf")
    assert completeness.lost(values, pdf) == []
    assert "root:x:" not in text_of(pdf)
    # In its own order, too, and in all three places.
    seen = "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text_of(pdf))))
    wanted = "".join(filter(str.isalnum, unicodedata.normalize("NFKD", words)))
    first = wanted[:6]
    assert seen.casefold().count(first.casefold()) >= 3


@pytest.mark.parametrize("edition", ["screen", "print"])
@pytest.mark.parametrize("letter", ["😀", "👩🏽\u200d🚀", "\U000f1234", "𓀀"])
def test_a_letter_that_no_face_has_is_named_with_its_article_and_block(tmp_path, letter, edition):
    values = issue_of(
        written(paragraph("Sound."), headline="Sound"),
        written(paragraph("Sound.", "b1"), paragraph(f"So {letter} it went → on.", "b2")),
    )
    with pytest.raises(engine.CannotTypeset) as told:
        set_as(edition, values, tmp_path / "issue.pdf")
    lines = str(told.value).splitlines()
    assert all("“The pier”, block b2" in line for line in lines)
    assert f"U+{ord(letter[0]):04X}" in lines[0]
    assert "another way" in lines[0]
    assert list(tmp_path.iterdir()) == []


def test_all_letters_that_no_face_has_are_told_at_once(tmp_path):
    values = issue_of(written(paragraph("One 😀.", "b1"), paragraph("Two 🚀.", "b2")))
    values["articles"][0]["headline"] = "Three 🎈"
    with pytest.raises(engine.CannotTypeset) as told:
        set_as("print", values, tmp_path / "issue.pdf")
    lines = str(told.value).splitlines()
    assert len(lines) == 3
    assert sum("block" not in line for line in lines) == 1


def test_what_no_page_can_show_is_left_out_of_every_text():
    assert lines.clean("a\x00b\u202ec\u202dd\x85e\nf\tg") == "abcde\nf\tg"


# --- Code and addresses -----------------------------------------------------


@pytest.mark.parametrize("edition", ["screen", "print"])
@pytest.mark.parametrize("kind", ["code", "code in a line", "an address", "code in a table"])
def test_nothing_runs_out_of_its_column(tmp_path, kind, edition):
    long = "https://www.example.org/" + "harbour_and-pier/" * 12
    block = {
        "code": nodes.Code(id="c", text=f"wget {long}\nshort"),
        "code in a line": nodes.Paragraph(id="c", children=(nodes.CodeSpan(long),)),
        "an address": paragraph(f"See {long} for more."),
        "code in a table": nodes.Table(id="c", rows=(((nodes.CodeSpan(long),), (Text("East"),)),)),
    }[kind]
    values = issue_of(
        written(block, *[paragraph("Words and words. " * 40, f"p{n}") for n in range(9)])
    )
    pdf = set_as(edition, values, tmp_path / "issue.pdf")
    assert completeness.lost(values, pdf) == []
    document = pypdfium2.PdfDocument(str(pdf))
    page = document[2].get_textpage()
    # No letter of the left column reaches over into the gutter's far side.
    middle = (18 + (210 - 18 - 14) / 2) * 72 / 25.4 + (8.5 if edition == "print" else 0)
    over = [
        page.get_text_range(at, 1)
        for at in range(page.count_chars())
        for left, _b, right, _t in [page.get_charbox(at)]
        if left < middle - 1 and right > middle + 1
    ]
    document.close()
    assert over == []


# --- Pictures ---------------------------------------------------------------


def torn() -> bytes:
    file = BytesIO()
    Image.effect_noise((400, 400), 90).save(file, "PNG")
    return file.getvalue()[:9000]


def wrong_sum() -> bytes:
    file = BytesIO()
    Image.effect_noise((40, 40), 90).save(file, "PNG")
    whole = bytearray(file.getvalue())
    whole[60] ^= 0xFF
    return bytes(whole)


def a_bomb() -> bytes:
    file = BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("spoilt", [torn, wrong_sum, a_bomb])
def test_a_corrupt_picture_is_refused_and_nothing_is_written(tmp_path, spoilt):
    with pytest.raises(pictures.Unreadable):
        pictures.for_print(BytesIO(spoilt()), PRINTER, tmp_path / "made", width_mm=178)
    with pytest.raises(pictures.Unreadable):
        pictures.for_screen(BytesIO(spoilt()), PRINTER.trim, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", ["CMYK", "I;16"])
@pytest.mark.parametrize("edition", ["screen", "print"])
def test_a_picture_of_an_unusual_kind_is_set_in_its_tones(tmp_path, mode, edition):
    dark, light = {"CMYK": ((0, 0, 0, 230), (0, 0, 0, 20)), "I;16": (6000, 60_000)}[mode]
    drawn = Image.new(mode, (2400, 1600), dark)
    ImageDraw.Draw(drawn).rectangle((1200, 0, 2400, 1600), fill=light)
    file = BytesIO()
    drawn.save(file, "JPEG" if mode == "CMYK" else "PNG")
    file.seek(0)
    if edition == "print":
        made = pictures.for_print(file, PRINTER, tmp_path / "made", width_mm=178)
    else:
        made = pictures.for_screen(file, PRINTER.trim, tmp_path / "made")
    figure = nodes.Figure(id="f", picture=golden.PICTURE, alternative="Dark and light")
    values = issue_of(written(figure, paragraph("Words.")))
    pdf = set_as(edition, values, tmp_path / "issue.pdf", {golden.PICTURE: made})
    document = pypdfium2.PdfDocument(str(pdf))
    page = document[2]
    (shown,) = [one for one in page.get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    left, bottom, right, top = (2 * edge for edge in shown.get_bounds())
    seen = page.render(scale=2).to_pil().convert("L")
    y = round(seen.height - (bottom + top) / 2)
    quarter = (right - left) / 4
    assert seen.getpixel((round(left + quarter), y)) < 80
    assert seen.getpixel((round(right - quarter), y)) > 200
    document.close()


# --- The typesetter's own end -----------------------------------------------


def killed_midway(monkeypatch, folder: Path) -> None:
    """Have the typesetter killed a moment after it has begun."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\n(sleep 0.4; kill -9 $$) &\nexec "{sys.executable}" "$@"\n')
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))


def out_of_memory(monkeypatch, _folder: Path) -> None:
    monkeypatch.setattr(engine, "MOST_BYTES", 60 * 1024**2)


def out_of_time(monkeypatch, _folder: Path) -> None:
    monkeypatch.setattr(engine, "LONGEST_SECONDS", 0.5)


@pytest.mark.parametrize(
    ("end", "said"),
    [(killed_midway, "SIGKILL"), (out_of_memory, "more than 60 MB"), (out_of_time, "longer than")],
)
def test_a_typesetter_that_comes_to_an_end_is_told_and_leaves_nothing(
    tmp_path, tmp_path_factory, monkeypatch, end, said
):
    body = [paragraph(f"Sentence {n} of a long report. " * 40, f"p{n}") for n in range(2000)]
    values = issue_of(written(*body))
    out = tmp_path / "issue.pdf"
    out.write_bytes(b"the last good one")
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    end(monkeypatch, tmp_path_factory.mktemp("bin"))
    with pytest.raises(engine.CannotTypeset, match=said) as told:
        set_as("print", values, out)
    assert "Press" in str(told.value)
    assert out.read_bytes() == b"the last good one"
    assert os.listdir(tmp_path) == ["issue.pdf"]
    assert os.listdir(temporary) == []
