"""What others supply stands on the page that was promised, as it was drawn; or nothing is printed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from masthead.press.paper import completeness, copyfit, engine, insertions, pdfx, preflight
from masthead.press.paper.insertions import Insertion, Size, Where
from masthead.press.paper.specification import POINTS_PER_MILLIMETRE, Specification
from tests.factories.paper import AT, drawn, issue_of, paragraph, written

PRINTER = Specification(trim=(210, 280))
LINE = "The pier was mended in a night by people who had no leave to do it, and it held. "
ISSUE = issue_of(
    written(*(paragraph(LINE * 12, f"p{n}") for n in range(14)), headline="One"),
    written(*(paragraph(LINE * 12, f"p{n}") for n in range(25)), headline="Two"),
    written(*(paragraph(LINE * 12, f"p{n}") for n in range(9)), headline="Three"),
)


@pytest.fixture
def press(tmp_path):
    """Press the issue with what is planned; return the file and how the articles fit."""

    def press(*planned: Insertion, values=ISSUE, specification=PRINTER):
        made, finished = tmp_path / "made.pdf", tmp_path / "finished.pdf"
        asked = {**values, "inks": True, "bleed": 3, "trim": list(specification.trim)}
        multiple = specification.multiple
        places = engine.typeset(
            asked, {}, made, at=AT, accessible=False, planned=planned, multiple=multiple
        )
        supplied = {one.article for one in planned}
        ours = [article for article in values["articles"] if article["id"] not in supplied]
        assert completeness.lost({**asked, "articles": ours}, made) == []
        sizes = {str(one.key): one.size for one in planned}
        drawings = []
        for place in places:
            if not place.leaf:
                continue
            size = sizes[place.leaf.partition("/")[0]]
            wide, high = insertions.room(size, specification.trim, values["tokens"])
            bleed = 3 if size == Size.FULL else 0
            file = drawn(tmp_path / f"{place.page}-{size}.pdf", wide, high, bleed)
            asked_of_it = replace(specification, trim=(wide, high), bleed=bleed)
            assert preflight.look_at_supplied(file, asked_of_it).faults == []
            drawings.append(pdfx.Supplied(file, 0, place))
        pdfx.finish(made, finished, specification, at=AT, supplied=drawings)
        assert preflight.look_at(finished, specification).faults == []
        return finished, copyfit.of(
            asked, made, {one.page: one.leaf for one in places if one.whole}
        )

    return press


def red_share(pdf: Path) -> list[float]:
    """Return how much of each page the supplied colour covers."""
    document = pypdfium2.PdfDocument(str(pdf))
    shares = []
    for page in document:
        red, green, blue = page.render(scale=0.25).to_numpy()[..., 2::-1].transpose(2, 0, 1)
        shares.append(float(((red > 180) & (green < 90) & (blue < 90)).mean()))
    document.close()
    return shares


def texts(pdf: Path) -> list[str]:
    document = pypdfium2.PdfDocument(str(pdf))
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return found


def pages_with(pdf: Path, least: float = 0.05) -> dict[int, float]:
    return {n: share for n, share in enumerate(red_share(pdf), 1) if share > least}


@pytest.mark.parametrize("page", [2, 3, 4, 5, 7, 10])
def test_a_full_page_stands_alone_on_the_page_it_was_sold_for(press, page):
    pdf, _fits = press(Insertion("a", "Rope", Where.PAGE, page=page))
    assert list(pages_with(pdf)) == [page]
    assert texts(pdf)[page - 1].strip() == ""


def test_the_text_goes_on_behind_a_page_in_the_midst_of_an_article(press):
    pdf, _fits = press(Insertion("a", "Rope", Where.PAGE, page=5, pages=2))
    said = texts(pdf)
    assert list(pages_with(pdf)) == [5, 6]
    assert "pier" in said[3]
    assert "pier" in said[6]


def test_a_full_page_reaches_into_the_bleed_and_no_further(press):
    pdf, _fits = press(Insertion("a", "Rope", Where.PAGE, page=4))
    document = pypdfium2.PdfDocument(str(pdf))
    image = document[3].render(scale=2).to_pil().convert("RGB")
    document.close()
    slug = round(pdfx.SLUG_MM * POINTS_PER_MILLIMETRE * 2)
    middle = image.height // 2
    assert image.getpixel((slug + 3, middle))[2] < 90
    assert image.getpixel((slug - 6, middle)) == (255, 255, 255)


def test_halves_and_quarters_stand_on_their_pages_in_their_sizes(press):
    pdf, _fits = press(
        Insertion("h", "Rope", Where.PAGE, Size.HALF, page=9),
        Insertion("q", "Tar", Where.PAGE, Size.QUARTER, page=10),
        Insertion("f", "Oars", Where.PAGE, page=5),
    )
    found = pages_with(pdf)
    assert list(found) == [5, 9, 10]
    page = 230 * 300
    for number, size in ((9, Size.HALF), (10, Size.QUARTER)):
        wide, high = insertions.room(size, PRINTER.trim, ISSUE["tokens"])
        assert found[number] == pytest.approx(wide * high / page, rel=0.05)
        assert "pier" in texts(pdf)[number - 1]


def test_the_contents_tell_the_pages_on_which_articles_stand_in_the_end(press):
    pdf, fits = press(
        Insertion("a", "Rope", Where.PAGE, page=2), Insertion("b", "Tar", Where.PAGE, page=5)
    )
    said = texts(pdf)
    contents = said[2]
    for fit in fits:
        assert (
            f"{fit.headline}\r\n{fit.first}" in contents
            or f"{fit.headline} {fit.first}" in contents
        )
        assert fit.headline in said[fit.first - 1]


def test_house_advertisements_fill_the_printers_multiple_before_the_inside_back(press):
    full = Specification(trim=(210, 280), multiple=8)
    pdf, fits = press(
        Insertion("s", "Subscribe", Where.SPARE),
        Insertion("t", "Gifts", Where.SPARE),
        Insertion("i", "Rope", Where.INSIDE_BACK),
        specification=full,
    )
    count = len(red_share(pdf))
    assert count % 8 == 0
    end = fits[-1].last
    assert list(pages_with(pdf)) == [end + 1, end + 2, count - 1]
    assert count == 16


def test_spare_house_advertisements_are_left_out(press):
    even = Specification(trim=(210, 280), multiple=2)
    planned = [Insertion(f"s{n}", "Subscribe", Where.SPARE) for n in range(3)]
    pdf, fits = press(*planned, specification=even)
    count = len(red_share(pdf))
    assert len(pages_with(pdf)) == count - 1 - fits[-1].last < 2


def test_a_supplied_cover_takes_the_place_of_ours(press):
    pdf, _fits = press(Insertion("c", "Cover", Where.COVER), Insertion("b", "Rope", Where.BACK))
    found = list(pages_with(pdf))
    assert found == [1, len(red_share(pdf))]
    assert "Gazette" not in texts(pdf)[0]


def test_an_article_that_a_designer_made_stands_where_its_manuscript_would(press):
    second = ISSUE["articles"][1]["id"]
    pdf, fits = press(Insertion("d", "Two", Where.ARTICLE, pages=3, article=second))
    assert list(pages_with(pdf)) == [fits[1].first, fits[1].first + 1, fits[1].first + 2]
    assert fits[1].last == fits[1].first + 2
    assert fits[2].first == fits[1].last + 1
    assert fits[1].filled == 100


@pytest.mark.parametrize(
    ("planned", "said"),
    [
        ([(5, 1), (5, 1)], "both planned for page 5"),
        ([(4, 2), (5, 1)], "both planned for page 5"),
        ([(90, 1)], "page 90"),
    ],
)
def test_what_cannot_stand_where_it_was_promised_is_refused(press, planned, said):
    asked = [
        Insertion(str(n), f"Rope {n}", Where.PAGE, page=page, pages=pages)
        for n, (page, pages) in enumerate(planned)
    ]
    with pytest.raises(engine.CannotTypeset, match=said):
        press(*asked)


def test_half_a_page_that_is_planned_where_there_is_none_is_refused(press):
    with pytest.raises(engine.CannotTypeset, match="page 90"):
        press(Insertion("h", "Rope", Where.PAGE, Size.HALF, page=90))


def test_two_quarters_are_as_wide_as_a_half_and_two_halves_as_high_as_the_columns():
    tokens = ISSUE["tokens"]
    grid, line = tokens["grid"]["paper"], tokens["baseline"]["paper"] / POINTS_PER_MILLIMETRE
    (half, high), (quarter, as_high) = (
        insertions.room(size, (210, 280), tokens) for size in (Size.HALF, Size.QUARTER)
    )
    assert half == pytest.approx(210 - grid["inside"] - grid["outside"])
    assert 2 * quarter + grid["gutter"] == pytest.approx(half)
    assert high == as_high
    assert 2 * high + line == pytest.approx(280 - grid["head"] - grid["foot"])


def test_a_quarter_of_a_page_needs_a_column_as_wide_as_itself(press):
    narrow = {**ISSUE, "articles": [{**one} for one in ISSUE["articles"]]}
    narrow["articles"][1]["layout"] = {**narrow["articles"][1]["layout"], "columns": 3}
    with pytest.raises(engine.CannotTypeset, match=r"“Tar” is as wide as one of two columns"):
        press(Insertion("q", "Tar", Where.PAGE, Size.QUARTER, page=7), values=narrow)


def test_a_page_within_one_endless_paragraph_is_refused_by_name(press):
    endless = issue_of(written(paragraph(LINE * 400), headline="One"))
    with pytest.raises(engine.CannotTypeset, match=r"page 6.*Move it"):
        press(Insertion("a", "Rope", Where.PAGE, page=6), values=endless)


def test_what_came_to_stand_on_another_page_than_its_own_is_named():
    asked = [Insertion("a", "Rope", Where.PAGE, page=5), Insertion("b", "Tar", Where.PAGE, page=7)]
    plan = insertions.Plan(within=[{"id": "a/1", "page": 5}, {"id": "b/1", "page": 7}])
    stand = [insertions.Place("a/1", 5), insertions.Place("b/1", 8)]
    told = insertions.misplaced(plan, asked, insertions.Pages(9, {}, [], stand))
    assert told == ["“Tar” cannot stand on page 7 as the text runs now. Move it to another page."]


SPOILT = {
    "another trim": (
        lambda page, _document: page.__setattr__("TrimBox", Array([0, 0, 300, 300])),
        "printer cuts to",
    ),
    "light": (
        lambda page, document: page.__setattr__(
            "Contents", document.make_stream(b"1 0 0 rg 0 0 9 9 re f")
        ),
        "colours of a screen",
    ),
    "a font": (
        lambda page, document: page.__setattr__(
            "Resources",
            Dictionary(
                Font=Dictionary(
                    F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
                )
            ),
        ),
        "Helvetica is not in the file",
    ),
    "turned": (lambda page, _document: page.__setattr__("Rotate", 90), "turned on its side"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_supplied_pages_are_looked_at_when_they_come_in(tmp_path, fault):
    spoil, said = SPOILT[fault]
    file = drawn(tmp_path / "art.pdf", 210, 280, 3)
    assert preflight.look_at_supplied(file, PRINTER).faults == []
    with Pdf.open(file, allow_overwriting_input=True) as document:
        spoil(document.pages[0].obj, document)
        document.save(file)
    assert said in "\n".join(preflight.look_at_supplied(file, PRINTER).faults)


def test_a_file_that_is_no_pdf_or_locked_is_refused_with_a_word(tmp_path):
    (tmp_path / "art.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    assert "no PDF" in preflight.look_at_supplied(tmp_path / "art.pdf", PRINTER).faults[0]
    with Pdf.open(drawn(tmp_path / "open.pdf", 210, 280, 3)) as document:
        document.save(tmp_path / "shut.pdf", encryption=pikepdf.Encryption(user="u", owner="o"))
    assert "password" in preflight.look_at_supplied(tmp_path / "shut.pdf", PRINTER).faults[0]


@pytest.mark.parametrize("page", [3, 4, 5, 6, 7])
def test_a_page_keeps_its_place_among_those_that_open_a_department_and_an_article(press, page):
    values = deepcopy(ISSUE)
    values["articles"][0]["layout"] |= {"department": "Shore", "department_page": True}
    pdf, fits = press(Insertion("a", "Rope", Where.PAGE, page=page), values=values)
    opener = next(n for n, text in enumerate(texts(pdf), 1) if "Shore" in text and n > 2)
    assert list(pages_with(pdf)) == [page]
    assert opener == (4 if page == 3 else 3)
    assert fits[0].first == (5 if page <= 4 else 4)


def test_pages_that_a_designer_made_for_an_article_stand_behind_the_one_that_opens_its_department(
    press,
):
    values = deepcopy(ISSUE)
    second = values["articles"][1]
    second["layout"] |= {"department": "Shore", "department_page": True}
    planned = Insertion("a", "Rope", Where.ARTICLE, pages=2, article=second["id"])
    pdf, fits = press(planned, values=values)
    opener = next(n for n, text in enumerate(texts(pdf), 1) if "Shore" in text and n > 2)
    assert list(pages_with(pdf)) == [opener + 1, opener + 2]
    assert fits[0].last == opener - 1
    assert (fits[1].first, fits[1].last) == (opener + 1, opener + 2)
