"""What was wrong in print is put right in print: once, in the next issue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from masthead.editorial.models import Correction, Issue
from masthead.production import corrections, editions, gathering
from masthead.production.models import Edition
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.production.test_editions import house_for, quiet, text_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def run(db):
    """Three issues: two on sale, twenty days apart, and one to come."""
    title = make.magazine()
    issues = []
    for number in range(3):
        article = make.article(title, headline=f"Report {number}")
        issue = make.issue(title, article, cover_date=date(2026, 5, 1 + number))
        if number < 2:
            Issue.objects.filter(pk=issue.pk).update(
                state=Issue.State.ON_SALE, on_sale_at=THEN + number * 20 * DAY
            )
        issues.append(Issue.objects.get(pk=issue.pk))
    return issues


def correct(issue, text, at, editions=("web", "paper")) -> Correction:
    return Correction.objects.create(
        article=issue.contents.get().article,
        text=text,
        made_at=at,
        editions_affected=list(editions),
    )


def passed(issue, at, form=Edition.Form.PRINT) -> None:
    Edition.objects.create(
        issue=issue, form=form, version=1, state=Edition.State.SOUND, asked_at=at, passed_at=at
    )


def texts(issue) -> list[str]:
    return [one.text for one in corrections.listed_in(issue)]


def test_the_issue_after_a_mistake_was_found_lists_it_and_no_other_does(run):
    first, second, third = run
    correct(first, "Found early.", THEN + 5 * DAY)
    correct(first, "Found late.", THEN + 25 * DAY)
    correct(second, "Of the second.", THEN + 22 * DAY)
    assert texts(first) == []
    assert texts(second) == ["Found early."]
    assert texts(third) == ["Of the second.", "Found late."]


def test_what_is_found_after_an_issue_went_to_press_waits_for_the_one_after(run):
    first, second, third = run
    passed(second, THEN + 15 * DAY)
    correct(first, "In time.", THEN + 14 * DAY)
    correct(first, "Too late for the press, and not on sale yet.", THEN + 16 * DAY)
    correct(first, "At that moment.", THEN + 15 * DAY)
    assert texts(second) == ["In time.", "At that moment."]
    assert texts(third) == ["Too late for the press, and not on sale yet."]


def test_an_edition_for_screens_that_was_passed_is_no_press(run):
    first, second, _third = run
    passed(second, THEN + 15 * DAY, Edition.Form.SCREEN)
    correct(first, "In time.", THEN + 16 * DAY)
    assert texts(second) == ["In time."]


def test_a_mistake_that_never_stood_on_paper_is_none_of_papers(run):
    first, second, _third = run
    correct(first, "Only on the web.", THEN + 5 * DAY, editions=("web",))
    correct(first, "Nobody said where.", THEN + 6 * DAY, editions=())
    assert texts(second) == ["Nobody said where."]


def test_another_titles_mistakes_are_its_own(run):
    other = make.magazine("The Other")
    correct(run[0], "Ours.", THEN + 5 * DAY)
    issue = make.issue(other, make.article(other))
    assert texts(issue) == []


@pytest.mark.parametrize("note", ["", "<p>A word before we begin.</p>"], ids=["no note", "a note"])
def test_it_stands_in_print_with_the_article_and_the_issue_that_it_is_about(run, tmp_path, note):
    first, second, _third = run
    second.editors_note = note
    correct(first, "The pier is 90 metres long.", THEN + 5 * DAY)
    out = tmp_path / "issue.pdf"
    editions.press_screen(gathering.gather(second, house_for(), at=THEN), out, quiet)
    text = text_of(out)
    about = f"{first.contents.get().article.title}, {first.title}"
    assert f"Corrections {about}: The pier is 90 metres long." in text
    assert text.index("The pier is 90") < text.rindex("Report 1")


def test_a_new_correction_makes_another_edition_of_the_issue_that_lists_it(run):
    first, second, third = run

    def made_from(issue):
        return gathering.gather(issue, house_for(), at=THEN).made_from()

    before = made_from(second), made_from(third)
    correct(first, "Found early.", THEN + 5 * DAY)
    after = made_from(second), made_from(third)
    assert before[0] != after[0]
    assert before[1] == after[1]
