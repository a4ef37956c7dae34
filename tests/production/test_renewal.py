"""The edition for screens keeps up with its issue; what was printed is printed."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult

from masthead.config import themes
from masthead.editorial import manuscripts
from masthead.editorial.models import Correction, Issue
from masthead.production import pressings, renewal
from masthead.production.models import Edition
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

SCREEN, PRINT = Edition.Form.SCREEN, Edition.Form.PRINT


@pytest.fixture
def article():
    title = make.magazine()
    article = make.article(title, make.paragraph("The first words."), headline="One")
    issue = make.issue(title, article)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.ON_SALE, on_sale_at=THEN)
    return article


def press(issue, form=SCREEN) -> Edition:
    return pressings.press_now(issue, form, by=None, at=THEN, tell=lambda _step: None)


def issue_of(article) -> Issue:
    return Issue.objects.get(contents__article=article)


def change(article, words="The second words.") -> None:
    manuscripts.store(article, make.manuscript(make.paragraph(words), headline="One"))
    article.save_revision().publish()


def work_off() -> None:
    """Do what was put in the queue, as the worker would."""
    for queued in DBTaskResult.objects.filter(task_path__endswith="renew_issue"):
        renewal.renew_issue.func(*queued.args_kwargs["args"])
        queued.delete()


def due(article) -> Edition | None:
    return renewal.renew(issue_of(article), at=THEN)


def test_an_article_that_comes_out_anew_has_its_issue_pressed_anew(
    article, django_capture_on_commit_callbacks
):
    first = press(issue_of(article))
    with django_capture_on_commit_callbacks(execute=True):
        change(article)
    work_off()
    asked = Edition.objects.exclude(pk=first.pk).get()
    assert (asked.form, asked.state) == (SCREEN, "waiting")
    renewed = pressings.press(asked, at=THEN)
    assert (renewed.state, renewed.version) == ("sound", 2)


def test_a_correction_has_the_issue_pressed_anew_and_so_has_its_withdrawal(
    article, django_capture_on_commit_callbacks
):
    press(issue_of(article))
    with django_capture_on_commit_callbacks(execute=True):
        record = Correction.objects.create(article=article, text="It is forty.", made_at=THEN)
    work_off()
    pressings.press(Edition.objects.get(state="waiting"), at=THEN)
    with django_capture_on_commit_callbacks(execute=True):
        record.delete()
    work_off()
    assert pressings.press(Edition.objects.get(state="waiting"), at=THEN).version == 3


def test_nothing_is_pressed_that_would_be_the_same(article):
    press(issue_of(article))
    assert due(article) is None
    assert Edition.objects.count() == 1


def test_another_look_has_every_issue_on_sale_pressed_anew(article, tmp_path, settings):
    press(issue_of(article))
    assert renewal.renew_all.func() == 0
    settings.THEME = themes.chosen("quiet-quarterly")
    assert renewal.renew_all.func() == 1
    assert Edition.objects.filter(state="waiting").count() == 1


def test_what_nobody_has_pressed_yet_is_not_pressed_by_itself(article):
    press(issue_of(article), PRINT)
    assert due(article) is None


def test_an_issue_that_is_not_on_sale_is_pressed_when_somebody_asks(article):
    press(issue_of(article))
    Issue.objects.update(state=Issue.State.CLOSED, on_sale_at=None)
    change(article)
    assert due(article) is None


def test_the_file_for_the_printer_stays_what_it_was(article):
    press(issue_of(article))
    printed = press(issue_of(article), PRINT)
    change(article)
    renewal.renew_all.func()
    assert Edition.objects.filter(form=PRINT).get() == printed


def test_what_was_refused_is_not_tried_again_until_something_changes(article):
    press(issue_of(article))
    change(article, "A face that no face has: 😀")
    refused = pressings.press(due(article), at=THEN)
    assert refused.state == "refused"
    assert due(article) is None
    change(article, "Words alone.")
    assert pressings.press(due(article), at=THEN).state == "sound"


def test_whoever_asks_while_it_is_pressed_is_not_asked_twice(article):
    press(issue_of(article))
    change(article)
    assert due(article) is not None
    assert due(article) is None
