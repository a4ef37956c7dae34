"""Each opener puts everything on a page, and the initial neither gaps nor splits its word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from masthead.editorial.models import ContentsEntry
from masthead.manuscript import nodes
from masthead.press.paper import completeness, content, engine, pdfium, type_area
from masthead.testing import golden
from tests.factories.paper import AT, issue_of, paragraph, written


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> dict[str, Path]:
    file = tmp_path_factory.mktemp("pictures") / "pier.png"
    Image.new("RGB", (600, 400), (20, 90, 88)).save(file)
    return dict.fromkeys((golden.PICTURE, golden.MAP), file)


@pytest.fixture
def typeset(tmp_path, pictures):
    def make(values: dict) -> list[str]:
        out = tmp_path / "issue.pdf"
        engine.typeset(values, pictures, out, at=AT, accessible=not values["inks"])
        assert completeness.lost(values, out) == []
        document = pypdfium2.PdfDocument(str(out))
        texts = [page.get_textpage().get_text_range() for page in document]
        document.close()
        return texts

    return make


def laid_out(values: dict, **layout) -> dict:
    for article in values["articles"]:
        article["layout"] = {**article["layout"], **layout}
    return values


def test_the_office_offers_what_the_press_can_draw():
    assert tuple(ContentsEntry.Opener.values) == content.OPENERS
    offered = ContentsEntry._meta.get_field("columns").choices
    assert tuple(value for value, _label in offered) == content.COLUMNS


@pytest.mark.parametrize("opener", content.OPENERS)
@pytest.mark.parametrize("columns", content.COLUMNS)
@pytest.mark.parametrize("inks", [True, False], ids=["print", "screen"])
def test_every_opener_loses_nothing(typeset, opener, columns, inks):
    values = issue_of(golden.MANUSCRIPT, written(paragraph("Words alone."), headline="Bare"))
    pages = typeset({**laid_out(values, opener=opener, columns=columns), "inks": inks})
    assert "Bare" in "".join(pages)


def test_briefs_share_a_page_and_everything_else_begins_one(typeset):
    pieces = [written(paragraph(f"Piece {number}."), headline=f"H{number}") for number in range(3)]
    apart = typeset(laid_out(issue_of(*pieces), opener="standard"))
    together = typeset(laid_out(issue_of(*pieces), opener="brief"))
    assert len(apart) == len(together) + 2
    assert all(f"Piece {number}." in together[2] for number in range(3))


def test_a_plate_is_a_page_of_picture_before_the_words(typeset):
    figure = nodes.Figure(id="f", picture=golden.PICTURE, alternative="A pier")
    front = nodes.FrontMatter(headline="The pier", language="en", lead_figure=figure)
    piece = nodes.Manuscript(key="k" * 32, front=front, body=(paragraph("Words."),))
    pages = typeset(laid_out(issue_of(piece), opener="plate"))
    assert len(pages) == 4
    assert pages[2].strip() == ""
    assert "Words." in pages[3]
    assert "The pier 4" in " ".join(pages[1].split())


LONG = "The harbour board met on a Tuesday, as it had for ninety years, and nobody looked up. " * 8


def test_an_initial_stands_on_paper_only_and_is_read_with_its_word(typeset):
    values = issue_of(written(paragraph(LONG)))
    printed = typeset({**values, "inks": True})[2]
    assert "".join(printed.split()).count("Theharbourboardmet") == 8
    shown = typeset(values)[2]
    assert "".join(shown.split()).count("Theharbourboardmet") == 8


@pytest.mark.parametrize("start", ["“Quoted", "1990 was", "— Dash", "وصل المد"])
def test_what_does_not_begin_with_a_letter_of_ours_loses_nothing(typeset, start):
    typeset({**issue_of(written(paragraph(f"{start} {LONG}"))), "inks": True})


def test_a_department_opens_with_a_page_that_names_it_and_what_stands_in_it(typeset):
    pieces = [written(paragraph("Words."), headline=name) for name in ("Pier", "Lamp", "Boat")]
    values = issue_of(*pieces)
    for article, department in zip(values["articles"], ("Sea", "Shore", "Shore"), strict=True):
        article["layout"] |= {"department": department, "department_page": department == "Shore"}
    values["articles"][2]["layout"]["department_page"] = False
    pages = typeset(values)
    opener = next(page for page in pages[2:] if "Shore" in page)
    assert pages.index(opener) == 3
    assert opener.index("Shore") < opener.index("Lamp") < opener.index("Boat")
    assert "5" in opener
    assert "6" in opener
    assert "Pier" not in opener


def test_a_brief_whose_department_opens_with_a_page_begins_behind_it(typeset):
    pieces = [written(paragraph("Words."), headline=name) for name in ("Pier", "Lamp")]
    values = laid_out(issue_of(*pieces), opener="brief")
    for article in values["articles"]:
        article["layout"] |= {"department": "Shore", "department_page": True}
    pages = typeset(values)
    assert [page.count("Shore") for page in pages[2:]] == [1, 0, 1, 0]


@pytest.mark.parametrize("opener", ["standard", "lit", "column", "brief"])
@pytest.mark.parametrize("span", ["page", "column"])
def test_a_picture_four_times_as_high_as_wide_stands_on_its_page_and_over_nothing(
    tmp_path, opener, span
):
    file = tmp_path / "mast.png"
    Image.new("RGB", (200, 800), (20, 90, 88)).save(file)
    words = (nodes.Text("The mast from the pier, on the day it came. " * 4),)
    figure = nodes.Figure(id="f", picture=golden.PICTURE, alternative="A mast", caption=words)
    text = [paragraph(LONG, f"p{number}") for number in range(4)]
    piece = written(text[0], figure, *text[1:], headline="The mast")
    front = replace(piece.front, lead_figure=replace(figure, id="l"), standfirst="It stood. " * 8)
    values = laid_out(issue_of(replace(piece, front=front)), opener=opener)
    values["articles"][0]["blocks"][1]["layout"] = {"span": span, "position": "auto"}
    out = tmp_path / "issue.pdf"
    engine.typeset(values, {golden.PICTURE: file}, out, at=AT)
    seen = 0
    with pdfium.opened(out) as document:
        for number, page in enumerate(list(document)[2:], 3):
            area, height = type_area.of(values, number), page.get_height()
            text = page.get_textpage()
            lines = [text.get_rect(one) for one in range(text.count_rects())]
            for one in page.get_objects(filter=[3]):
                left, bottom, right, top = one.get_bounds()
                seen += 1
                assert left >= area.left - 1
                assert right <= area.left + area.width + 1
                assert height - top >= area.top - 1
                assert height - bottom <= area.bottom + 1
                for from_x, from_y, to_x, to_y in lines:
                    apart = to_x <= left + 1 or from_x >= right - 1
                    assert apart or to_y <= bottom + 1 or from_y >= top - 1
    assert seen == 2


@pytest.mark.parametrize("opener", content.OPENERS)
def test_of_a_picture_that_the_manuscript_cuts_only_that_part_is_seen(tmp_path, opener):
    """The picture is red but for a quarter that is green, and that quarter is shown."""
    file = tmp_path / "flag.png"
    flag = Image.new("RGB", (400, 400), (200, 0, 0))
    flag.paste((0, 160, 0), (200, 0, 400, 200))
    flag.save(file)
    figure = nodes.Figure(
        id="f",
        picture=golden.PICTURE,
        alternative="A flag",
        crop=nodes.Crop(left=0.5, top=0, width=0.5, height=0.5),
    )
    piece = written(paragraph(LONG), figure, headline="The flag")
    piece = replace(piece, front=replace(piece.front, lead_figure=replace(figure, id="l")))
    out = tmp_path / "issue.pdf"
    values = laid_out(issue_of(piece), opener=opener)
    engine.typeset(values, {golden.PICTURE: file}, out, at=AT)
    green = red = 0
    with pdfium.opened(out) as document:
        for page in list(document)[2:]:
            pixels = page.render(scale=0.5).to_numpy()[..., 2::-1].astype(int)
            green += int(((pixels[..., 1] > 120) & (pixels[..., 0] < 60)).sum())
            red += int(((pixels[..., 0] > 150) & (pixels[..., 1] < 60)).sum())
    assert green > 5000
    assert red < green / 100


@pytest.mark.parametrize("opener", ["standard", "lit", "plate"])
def test_the_lines_of_a_headline_are_alike(tmp_path, opener):
    name = "The last man in the whole valley who still cuts maps in wood"
    values = laid_out(issue_of(written(paragraph(LONG), headline=name)), opener=opener)
    out = tmp_path / "issue.pdf"
    engine.typeset(values, {}, out, at=AT)
    with pdfium.opened(out) as document:
        text = document[2].get_textpage()
        rects = [text.get_rect(number) for number in range(text.count_rects())]
    lines: dict[int, float] = {}
    for left, bottom, right, top in rects:
        if top - bottom > 20:
            line = round(bottom / 10)
            lines[line] = max(lines.get(line, 0), right - left)
    assert len(lines) >= 2
    assert min(lines.values()) > 0.5 * max(lines.values())


def test_the_paragraph_behind_an_initial_is_indented_like_every_other(tmp_path):
    words = " met on a Tuesday, as it had for ninety years, and nobody in the hall looked up." * 3
    names = ("Alpha", "Bravo", "Charlie")
    values = {**issue_of(written(*(paragraph(name + words, name) for name in names))), "inks": True}
    out = tmp_path / "issue.pdf"
    engine.typeset(values, {}, out, at=AT, accessible=False)
    area = type_area.of(values, 3)
    indents = []
    with pdfium.opened(out) as document:
        text = document[2].get_textpage()
        for name in names[1:]:
            left, *_rest = text.get_charbox(text.search(name).get_next()[0])
            column = area.column_at(left, 2)
            indents.append(left - area.left - column * (area.width + area.gutter) / 2)
    assert all(8 < indent < 20 for indent in indents)
