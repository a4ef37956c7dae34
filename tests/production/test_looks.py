"""Paper has the looks of the magazine: the faces, sizes and inks of its theme."""

from __future__ import annotations

import shutil

import pikepdf
import pypdfium2
import pytest

from masthead.config import themes
from masthead.newsstand.house import house
from masthead.newsstand.theme import LAMP, Theme
from masthead.press.paper.specification import Specification
from masthead.production import editions, gathering
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.production.test_editions import quiet

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    title = make.magazine()
    words = "The pier was mended in a night by people who had no leave to do it. " * 40
    article = make.article(title, make.paragraph(words), headline="The pier")
    return make.issue(title, article)


def faces(pdf) -> set[str]:
    found = set()
    with pikepdf.Pdf.open(pdf) as document:
        for page in document.pages:
            for font in page.resources.get("/Font", {}).values():
                found.add(str(font.BaseFont).partition("+")[2].partition("-")[0])
    return found


def trim(pdf) -> tuple[int, int]:
    document = pypdfium2.PdfDocument(str(pdf))
    left, bottom, right, top = document[0].get_trimbox()
    document.close()
    return round((right - left) / 72 * 25.4), round((top - bottom) / 72 * 25.4)


def pressed(issue, out):
    copy = gathering.gather(issue, house(THEN), at=THEN)
    editions.press_screen(copy, out, quiet)
    return copy


def test_the_quiet_quarterly_is_set_in_its_own_face_size_and_one_column(issue, tmp_path, settings):
    settings.THEME = themes.chosen("quiet-quarterly")
    copy = pressed(issue, tmp_path / "issue.pdf")
    assert any(name.startswith("Newsreader") for name in faces(tmp_path / "issue.pdf"))
    assert not any(name.startswith("Piazzolla") for name in faces(tmp_path / "issue.pdf"))
    assert trim(tmp_path / "issue.pdf") == (170, 240)
    assert [article["layout"]["columns"] for article in copy.values["articles"]] == [1]


def test_a_theme_without_faces_for_paper_is_set_as_the_lamp_is(issue, tmp_path, settings):
    folder = tmp_path / "theme"
    shutil.copytree(themes.chosen("quiet-quarterly").folder, folder)
    shutil.rmtree(folder / "paper")
    settings.THEME = Theme(folder)
    pressed(issue, tmp_path / "issue.pdf")
    assert any(name.startswith("Piazzolla") for name in faces(tmp_path / "issue.pdf"))
    assert trim(tmp_path / "issue.pdf") == (210, 280)


def test_another_theme_and_another_face_each_make_another_edition(issue, tmp_path, settings):
    def look(theme: Theme) -> str:
        settings.THEME = theme
        return gathering.gather(issue, house(THEN), at=THEN).made_from()["look"]

    quarterly = themes.chosen("quiet-quarterly")
    folder = tmp_path / "theme"
    shutil.copytree(quarterly.folder, folder)
    (folder / "paper" / "Newsreader-Italic.ttf").unlink()
    assert len({look(LAMP), look(quarterly), look(Theme(folder))}) == 3


@pytest.mark.parametrize("name", ["lamp", "quiet-quarterly"])
def test_a_printer_can_take_every_theme_of_ours_with_its_words_in_black_alone(
    issue, tmp_path, settings, name
):
    settings.THEME = themes.chosen(name)
    now = house(THEN)
    printer = Specification(trim=now.trim)
    copy = gathering.gather(issue, now, at=THEN)
    notes = editions.press_print(copy, tmp_path / "issue.pdf", printer, quiet).notes
    assert all("blank page" in note for note in notes)
    assert now.tokens["colours"]["ink"]["cmyk"] == [0, 0, 0, 100]
