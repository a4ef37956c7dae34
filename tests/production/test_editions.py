"""An issue becomes a file that is whole, or it becomes none and somebody is told why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from django.core.files.base import ContentFile

from masthead.circulation import entitlements, viewers
from masthead.editorial import pictures
from masthead.editorial.models import Picture
from masthead.manuscript import nodes
from masthead.newsstand.phrases import phrases_in
from masthead.newsstand.theme import LAMP
from masthead.press.paper.specification import Specification
from masthead.production import editions, gathering
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

HOUSE = entitlements.Viewer(reads_everything=True)


def house_for(viewer=HOUSE, at=THEN) -> gathering.House:
    return gathering.House(
        decide=lambda article: entitlements.may_read(viewer, viewers.work_of(article), at),
        phrases_in=phrases_in,
        tokens=json.loads((LAMP.folder / "tokens.json").read_text("utf-8")),
    )


def quiet(_step: str) -> None:
    """Watch without a word."""


@pytest.fixture
def press(tmp_path):
    out = tmp_path / "issue-screen.pdf"

    def press(issue, viewer=HOUSE, at=THEN):
        copy = gathering.gather(issue, house_for(viewer, at), at=at)
        editions.press_screen(copy, out, quiet)
        return out

    return press


def text_of(pdf) -> str:
    document = pypdfium2.PdfDocument(str(pdf))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def with_picture(title, picture: Picture):
    figure = nodes.Figure(id="f", picture=picture.picture_key, alternative="A colour")
    return make.article(title, figure, make.paragraph("Beside a picture."))


def test_articles_stand_in_the_order_of_the_contents_drafts_and_paid_words_included(press):
    title = make.magazine()
    first = make.article(title, make.paragraph("The first words."), access="subscribers")
    second = make.article(title, make.paragraph("The second words."), live=False)
    text = text_of(press(make.issue(title, second, first)))
    assert text.index("The second words.") < text.index("The first words.")


def test_it_is_not_pressed_for_whom_the_gate_is_closed(press, tmp_path):
    title = make.magazine()
    lead = (make.paragraph("The lead."), nodes.LeadMarker(id="m"), make.paragraph("Paid."))
    issue = make.issue(title, make.article(title, *lead, access="subscribers"))
    with pytest.raises(PermissionError):
        press(issue, viewer=entitlements.ANONYMOUS)
    assert list(tmp_path.iterdir()) == []


def test_the_same_issue_gives_the_same_bytes_on_another_day(press):
    title = make.magazine()
    issue = make.issue(title, with_picture(title, make.picture()))
    first = press(issue).read_bytes()
    assert press(issue, at=THEN.replace(year=THEN.year + 1)).read_bytes() == first


def test_a_picture_that_paper_may_not_use_is_named_and_nothing_written(press, tmp_path):
    title = make.magazine()
    picture = make.picture(title="The pier", usable_until=date(2020, 1, 1))
    with pytest.raises(gathering.CannotPress, match="The pier"):
        press(make.issue(title, with_picture(title, picture)))
    assert list(tmp_path.iterdir()) == []


def spoil(picture: Picture) -> None:
    picture.file.storage.delete(picture.file.name)
    picture.file.storage.save(picture.file.name, ContentFile(b"no picture at all"))


def test_a_picture_without_a_file_is_named_by_article_and_block(press, tmp_path):
    title = make.magazine()
    picture = make.picture()
    article = with_picture(title, picture)
    spoil(picture)
    with pytest.raises(gathering.CannotPress, match=f"{article.title}.*block f.*Upload it again"):
        press(make.issue(title, article))
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_readers_have_but_whose_original_cannot_be_read_is_named(press, tmp_path):
    title = make.magazine()
    picture = make.picture(title="The pier")
    article = with_picture(title, picture)
    pictures.make(picture)
    spoil(picture)
    with pytest.raises(gathering.CannotPress, match=r"The pier.*Upload it again"):
        press(make.issue(title, article))
    assert list(tmp_path.iterdir()) == []


def test_an_issue_without_articles_says_what_to_do(press):
    title = make.magazine()
    with pytest.raises(gathering.CannotPress, match="contents in the office"):
        press(make.issue(title))


# --- The print edition ------------------------------------------------------

PRINTER = Specification(trim=(210, 280))
LARGE = (978, 652)


@pytest.fixture
def print_it(tmp_path):
    out = tmp_path / "issue-print.pdf"

    def print_it(issue, specification=PRINTER, at=THEN):
        copy = gathering.gather(issue, house_for(at=at), at=at)
        return out, editions.press_print(copy, out, specification, quiet).notes

    return print_it


def test_the_printer_gets_every_article_and_is_told_of_blank_pages(print_it):
    title = make.magazine()
    closed = make.article(title, make.paragraph("Paid words."), access="subscribers")
    picture = make.picture(size=LARGE)
    out, warnings = print_it(make.issue(title, with_picture(title, picture), closed))
    assert "Paid words." in text_of(out)
    assert any("3 blank pages" in warning for warning in warnings)
    assert any("300 would be sharp" in warning for warning in warnings)


def test_the_same_issue_is_printed_the_same_on_another_day(print_it):
    title = make.magazine()
    issue = make.issue(title, with_picture(title, make.picture(size=LARGE)))
    first = print_it(issue)[0].read_bytes()
    again, _ = print_it(issue, at=THEN.replace(year=THEN.year + 1))
    assert again.read_bytes() == first


def test_a_picture_too_coarse_for_paper_is_named_with_its_page_and_nothing_written(
    print_it, tmp_path
):
    title = make.magazine()
    issue = make.issue(title, with_picture(title, make.picture(size=(640, 400))))
    with pytest.raises(gathering.CannotPress, match=r"Page 3: .*187 pixels per inch"):
        print_it(issue)
    assert list(tmp_path.iterdir()) == []
    # Unless the publisher has asked for less.
    out, warnings = print_it(issue, replace(PRINTER, least_resolution=150))
    assert out.exists()
    assert any("187 pixels per inch" in warning for warning in warnings)
