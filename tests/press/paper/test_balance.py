"""The columns of an article's last page end together, and nothing moves to another page for it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from masthead.manuscript import nodes
from masthead.press.paper import balance, copyfit, engine, pdfium, type_area
from masthead.press.paper.insertions import End, Pages
from masthead.testing import golden
from tests.factories.paper import AT, issue_of, paragraph, written

LINE = 13
"""More points than a line is high."""


def long(count: int, words: str = "Sentence {n} of a long report. ") -> list[nodes.Block]:
    return [paragraph(words.format(n=n) * 12, f"p{n}") for n in range(count)]


@pytest.fixture(scope="module")
def picture(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "pier.png"
    Image.new("RGB", (600, 400), (20, 90, 88)).save(file)
    return file


@pytest.fixture
def set_pages(tmp_path, picture):
    def set_pages(values: dict) -> Path:
        out = tmp_path / "issue.pdf"
        shown = dict.fromkeys((golden.PICTURE, golden.MAP), picture)
        engine.typeset(values, shown, out, at=AT)
        return out

    return set_pages


def column_feet(pdf: Path, values: dict, page: int, columns: int) -> list[float]:
    """Return how far from the head of the page each column's words go, in points."""
    area = type_area.of(values, page)
    feet = [area.top] * columns
    with pdfium.opened(pdf) as document:
        height = document[page - 1].get_height()
        text = document[page - 1].get_textpage()
        for number in range(text.count_rects()):
            left, bottom, _right, _top = text.get_rect(number)
            down = height - bottom
            if down < area.bottom + 1:
                column = area.column_at(left, columns)
                feet[column] = max(feet[column], down)
    return feet


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("count", [3, 9, 19, 26, 33])
def test_the_columns_of_the_last_page_end_within_three_lines(set_pages, columns, count):
    values = issue_of(written(*long(count), headline="Long"), written(*long(4), headline="Next"))
    values["articles"][0]["layout"]["columns"] = columns
    pdf = set_pages(values)
    first, _next = copyfit.of(values, pdf)
    feet = column_feet(pdf, values, first.last, columns)
    assert max(feet) - min(feet) <= 3 * LINE


def test_columns_that_are_read_from_the_right_end_together_too(set_pages):
    values = issue_of(written(*long(5, "جملة رقم {n} من تقرير طويل عن المرفأ. "), language="ar"))
    pdf = set_pages(values)
    (fit,) = copyfit.of(values, pdf)
    left, right = column_feet(pdf, values, fit.last, 2)
    assert abs(left - right) <= 3 * LINE


def test_the_first_column_of_what_is_read_from_the_right_is_the_one_on_the_right(set_pages):
    body = long(30, "جملة رقم {n} من تقرير طويل عن المرفأ. ")
    values = issue_of(written(paragraph("البداية هنا.", "a"), *body, language="ar"))
    with pdfium.opened(set_pages(values)) as document:
        text = document[2].get_textpage()
        found = text.search("البداية").get_next() or text.search("ةيادبلا").get_next()
        left, *_rest = text.get_charbox(found[0])
    assert type_area.of(values, 3).column_at(left, 2) == 1


def test_no_article_gets_a_page_more_for_it(set_pages, tmp_path, monkeypatch):
    """Pictures and quotes on a last page leave less to spare than its white says."""

    def piece(name: str, words: int) -> nodes.Manuscript:
        floats = [
            nodes.Figure(id="f1", picture=golden.PICTURE, alternative="A pier"),
            nodes.PullQuote(id="q", children=(nodes.Text("Nobody counted the lamps. " * 3),)),
            nodes.Figure(id="f2", picture=golden.MAP, alternative="A map"),
        ]
        body = long(words)
        return written(*body[:-1], *floats, body[-1], headline=name)

    values = issue_of(*(piece(f"Piece {words}", words) for words in range(9, 29, 2)))
    balanced = [(fit.first, fit.last) for fit in copyfit.of(values, set_pages(values))]
    lopsided = shutil.copytree(engine.TEMPLATES, tmp_path / "lopsided")
    file = lopsided / "insertions.typ"
    told = file.read_text("utf-8")
    assert "if spare > 0" in told
    file.write_text(told.replace("if spare > 0", "if false"), "utf-8")
    monkeypatch.setattr(engine, "TEMPLATES", lopsided)
    assert [(fit.first, fit.last) for fit in copyfit.of(values, set_pages(values))] == balanced


def pages(ends: list[End], count: int, **articles: int) -> Pages:
    return Pages(count, articles, [], [], ends)


def test_an_attempt_that_moves_the_end_of_an_article_is_taken_back():
    before = pages([End("a", 4, 50, 200), End("b", 6, 50, 200)], 7, a=3, b=5)
    after = pages([End("a", 5, 50, 200), End("b", 7, 50, 200)], 8, a=3, b=6)
    attempts = {"a": balance.Attempt(9), "b": balance.Attempt(9)}
    assert balance.refused(before, after, attempts) == ["a"]


def test_an_attempt_that_makes_a_picture_smaller_is_taken_back():
    ends = [End("a", 4, 50, 200), End("b", 6, 50, 200)]
    before = replace(pages(ends, 7, a=3, b=5), pictures=[(4, 120.0), (6, 90.0)])
    after = replace(pages(ends, 7, a=3, b=5), pictures=[(4, 120.0), (6, 70.0)])
    attempts = {"a": balance.Attempt(9), "b": balance.Attempt(9)}
    assert balance.refused(before, after, attempts) == ["b"]


def test_an_attempt_that_sends_a_picture_to_a_page_of_its_own_is_taken_back():
    before = pages([End("a", 4, 50, 200), End("b", 5, 50, 200)], 6, a=3, b=5)
    after = pages([End("a", 4, 50, 200), End("b", 6, 50, 200)], 7, a=3, b=6)
    attempts = {"a": balance.Attempt(9), "b": balance.Attempt(9)}
    assert balance.refused(before, after, attempts) == ["a"]
