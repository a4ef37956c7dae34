"""An editor is told where articles begin, and how their last pages look."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from masthead.manuscript import nodes
from masthead.press.paper import copyfit, engine
from masthead.testing import golden
from tests.factories.paper import AT, issue_of, paragraph, written


@pytest.fixture(scope="module")
def picture(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("pictures") / "pier.png"
    Image.new("RGB", (600, 400), (20, 90, 88)).save(file)
    return file


@pytest.fixture
def fits(tmp_path, picture):
    def fits(values: dict) -> list[copyfit.Fit]:
        out = tmp_path / "issue.pdf"
        shown = dict.fromkeys((golden.PICTURE, golden.MAP), picture)
        engine.typeset(values, shown, out, at=AT, accessible=not values["inks"])
        return copyfit.of(values, out)

    return fits


def long(count: int) -> list[nodes.Block]:
    return [paragraph(f"Sentence {n} of a long report. " * 12, f"p{n}") for n in range(count)]


@pytest.mark.parametrize("inks", [True, False], ids=["print", "screen"])
def test_every_article_is_on_the_pages_that_it_is_said_to_be_on(fits, inks):
    values = issue_of(written(*long(40), headline="Long"), written(*long(1), headline="Short"))
    first, second = fits({**values, "inks": inks})
    assert (first.headline, first.first) == ("Long", 3)
    assert first.last > 3
    assert (second.headline, second.first, second.last) == ("Short", first.last + 1, first.last + 1)


def test_a_short_tail_and_a_full_page_are_told_apart(fits):
    (short,) = fits(issue_of(written(*long(1), headline="Short")))
    (full,) = fits(issue_of(written(*long(11), headline="Full")))
    assert full.first == full.last
    assert 0 < short.filled < 30
    assert full.filled > 60


def test_a_picture_without_words_fills_its_page_too(fits):
    figure = nodes.Figure(id="f", picture=golden.PICTURE, decorative=True)
    values = issue_of(written(figure, headline="Picture"))
    values["articles"][0]["blocks"][0] |= {"caption": [], "credit": ""}
    values["articles"][0]["blocks"][0]["layout"] = {"span": "page", "position": "bottom"}
    (fit,) = fits(values)
    assert fit.filled > 95


def test_a_page_of_picture_belongs_to_the_article_that_it_opens(fits):
    figure = nodes.Figure(id="f", picture=golden.PICTURE, alternative="A pier")
    front = nodes.FrontMatter(headline="The pier", language="en", lead_figure=figure)
    piece = nodes.Manuscript(key="k" * 32, front=front, body=(paragraph("Words."),))
    values = issue_of(written(*long(1), headline="Before"), piece)
    values["articles"][1]["layout"]["opener"] = "plate"
    before, plate = fits(values)
    assert (before.first, before.last) == (3, 3)
    assert (plate.first, plate.last) == (5, 5)


def test_briefs_that_share_a_page_are_all_on_it(fits):
    values = issue_of(*[written(paragraph("Words."), headline=name) for name in ("A", "B", "C")])
    for article in values["articles"]:
        article["layout"]["opener"] = "brief"
    assert [(fit.first, fit.last) for fit in fits(values)] == [(3, 3)] * 3
