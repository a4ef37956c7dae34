"""Every edition is on record: what it was made of, what came of it, what is another in it."""

from __future__ import annotations

import errno
from datetime import timedelta

import pypdfium2
import pytest
from django_tasks_db.models import DBTaskResult
from wagtail.models import PageLogEntry

from masthead.editorial.models import Correction
from masthead.production import editions, gathering, pressings, proofs
from masthead.production.models import Edition, Printer
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

SCREEN, PRINT = Edition.Form.SCREEN, Edition.Form.PRINT


def press(issue, form=SCREEN, steps=None) -> Edition:
    steps = [] if steps is None else steps
    pressings.press_now(issue, form, by=None, at=THEN, tell=steps.append)
    return Edition.objects.first()


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def issue(title):
    return make.issue(
        title, make.article(title, make.paragraph("The first words."), headline="One")
    )


def test_a_sound_edition_is_kept_with_what_it_was_made_of(issue):
    steps: list[str] = []
    edition = press(issue, steps=steps)
    assert (edition.state, edition.version, edition.notes) == ("sound", 1, "")
    assert edition.finished_at
    assert edition.size == edition.file.size > 10_000
    assert [headline for _key, headline, _digest in edition.made_from["articles"]] == ["One"]
    with edition.file.open("rb") as file:
        document = pypdfium2.PdfDocument(file)
        assert len(document) == edition.pages == 3
        document.close()
    assert "Setting the pages" in steps
    assert edition.step == ""


def test_what_would_be_the_same_again_gets_no_version_and_no_file(issue):
    first = press(issue)
    again = press(issue)
    assert (again.state, again.version, again.file.name) == ("unchanged", None, "")
    assert "version 1" in again.notes
    assert pressings.newest(issue, SCREEN) == first


def test_another_copy_makes_another_version_and_names_what_changed(title, issue):
    one = issue.contents.get().article
    old = press(issue)
    Correction.objects.create(article=one, kind="correction", text="It was two.", made_at=THEN)
    two = make.article(title, make.paragraph("The second words."), headline="Two")
    make.place(issue, two)
    new = press(issue)
    assert (new.version, old.version) == (2, 1)
    assert pressings.differences(new.made_from, old.made_from) == [
        "“Two” is new.",
        "“One” has changed.",
    ]
    assert pressings.differences(old.made_from, new.made_from) == [
        "“Two” is not there any more.",
        "“One” has changed.",
    ]


def test_articles_in_another_order_are_told(title):
    one = make.article(title, make.paragraph("First."), headline="One")
    two = make.article(title, make.paragraph("Second."), headline="Two")
    old = press(make.issue(title, one, two))
    made_from = {**old.made_from, "articles": old.made_from["articles"][::-1]}
    assert pressings.differences(made_from, old.made_from) == [
        "The articles stand in another order."
    ]


@pytest.mark.parametrize("part", ["issue", "look", "printer", "engine"])
def test_whatever_else_is_another_is_told(issue, part):
    made_from = press(issue).made_from
    (told,) = pressings.differences({**made_from, part: "another"}, made_from)
    assert told


def test_a_new_cover_a_new_printer_and_a_new_engine_each_make_a_new_version(
    title, issue, monkeypatch
):
    press(issue, PRINT)
    Printer.objects.create(title=title, bleed_mm=5)
    second = press(issue, PRINT)
    assert second.version == 2
    issue.cover = make.picture(size=(1800, 2400))
    issue.save()
    third = press(issue, PRINT)
    assert third.version == 3
    monkeypatch.setattr(gathering.importlib.metadata, "version", lambda name: "9.9")
    fourth = press(issue, PRINT)
    assert fourth.version == 4
    told = [
        pressings.differences(new.made_from, old.made_from)
        for new, old in ((third, second), (fourth, third))
    ]
    assert told == [
        ["The cover, the date, a picture or a word of the issue itself has changed."],
        ["Another version of the typesetter set it."],
    ]


def test_the_screen_and_the_printer_count_their_versions_apart(issue):
    assert press(issue, SCREEN).version == 1
    assert press(issue, PRINT).version == 1


def test_what_cannot_be_pressed_is_told_and_the_last_sound_one_stays(title, issue):
    first = press(issue, PRINT)
    issue.cover = make.picture(size=(300, 400))
    issue.save()
    refused = press(issue, PRINT)
    assert (refused.state, refused.version, refused.file.name) == ("refused", None, "")
    assert "Use a larger file" in refused.notes
    assert pressings.newest(issue, PRINT) == first


def test_an_issue_is_not_pressed_twice_at_once(issue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = pressings.ask(issue, SCREEN, by=None, at=THEN)
        again = pressings.ask(issue, SCREEN, by=None, at=THEN)
        other = pressings.ask(issue, PRINT, by=None, at=THEN)
    assert first == again != other
    assert DBTaskResult.objects.filter(task_path__endswith="press_in_turn").count() == 2


def test_one_that_was_lost_with_its_worker_keeps_nobody_waiting_for_ever(issue):
    lost = pressings.ask(issue, SCREEN, by=None, at=THEN)
    soon = pressings.ask(issue, SCREEN, by=None, at=THEN + timedelta(minutes=5))
    later = pressings.ask(issue, SCREEN, by=None, at=THEN + timedelta(hours=1))
    assert lost == soon != later
    lost.refresh_from_db()
    assert lost.state == "refused"
    assert "Press again" in lost.notes


def test_the_worker_finishes_what_was_asked_for(issue):
    edition = pressings.ask(issue, SCREEN, by=None, at=THEN)
    assert pressings.press_in_turn.func(edition.pk) == "sound"
    # A worker that comes late finds nothing to do.
    assert pressings.press_in_turn.func(edition.pk) == ""
    assert Edition.objects.count() == 1


def test_a_full_disk_is_told_and_leaves_no_half_edition(issue, monkeypatch):
    storage = Edition._meta.get_field("file").storage

    def half(name, content):
        path = storage.path(name)
        storage.__class__._save(storage, name, content)
        assert path
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "_save", half, raising=False)
    edition = press(issue)
    assert edition.state == "refused"
    assert "disk is full" in edition.notes
    assert edition.file.name == ""
    _folders, files = storage.listdir("editions") if storage.exists("editions") else ([], [])
    assert [name for name in files if name.startswith(issue.slug)] == []


def test_a_fault_that_nobody_foresaw_ends_the_wait_and_is_heard_of(issue, monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(editions, "press_screen", fail)
    with pytest.raises(ZeroDivisionError):
        press(issue)
    assert Edition.objects.get().state == "refused"
    assert not Edition.objects.under_way().exists()


# --- Passing for press ------------------------------------------------------


@pytest.fixture
def editor():
    return let.reader("editor@gazette.example")


def test_what_was_passed_for_press_stays_passed_and_the_daybook_says_by_whom(issue, editor):
    edition = press(issue, PRINT)
    proofs.sign_off_rest(edition, by=editor, at=THEN)
    assert pressings.passed(issue, PRINT) is None
    pressings.pass_for_press(edition, by=editor, at=THEN)
    pressings.pass_for_press(edition, by=editor, at=THEN + timedelta(days=1))
    edition.refresh_from_db()
    assert edition.passed_at == THEN
    (entry,) = PageLogEntry.objects.filter(action="masthead.edition.pass")
    assert (entry.user, entry.data["sha256"]) == (editor, edition.sha256)
    assert pressings.passed(issue, PRINT) == edition
    assert pressings.passed(issue, SCREEN) is None


def test_a_late_change_has_to_be_passed_anew(title, issue, editor):
    first = press(issue, PRINT)
    proofs.sign_off_rest(first, by=editor, at=THEN)
    pressings.pass_for_press(first, by=editor, at=THEN)
    make.place(issue, make.article(title, make.paragraph("Late."), headline="Late"))
    second = press(issue, PRINT)
    assert pressings.passed(issue, PRINT) == first
    assert pressings.differences(second.made_from, first.made_from) == ["“Late” is new."]
    proofs.sign_off_rest(second, by=editor, at=THEN)
    pressings.pass_for_press(second, by=editor, at=THEN)
    assert pressings.passed(issue, PRINT) == second


def test_only_the_newest_file_is_passed(title, issue, editor):
    first = press(issue, PRINT)
    make.place(issue, make.article(title, make.paragraph("Late."), headline="Late"))
    press(issue, PRINT)
    with pytest.raises(pressings.CannotPass, match="newer version, 2"):
        pressings.pass_for_press(first, by=editor, at=THEN)
    issue.contents.all().delete()
    refused = press(issue, PRINT)
    with pytest.raises(pressings.CannotPass, match="no file"):
        pressings.pass_for_press(refused, by=editor, at=THEN)
