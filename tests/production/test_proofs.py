"""A page is looked over once; what changes after that is looked over again, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wagtail.models import PageLogEntry

from masthead.editorial.models import Article, Correction
from masthead.press.paper import likeness
from masthead.production import guests, pages_seen, pressings, proofs
from masthead.production.models import Edition, Mark, SignOff
from masthead.production.proofs import Status
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

LATER = THEN + timedelta(hours=1)
PRINT = Edition.Form.PRINT


def press(issue, form=PRINT) -> Edition:
    return pressings.press_now(issue, form, by=None, at=THEN, tell=lambda step: None)


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def issue(title):
    one = make.article(title, make.paragraph("The first words."), headline="One")
    two = make.article(title, make.paragraph("The second words."), headline="Two")
    return make.issue(title, one, two)


@pytest.fixture
def editor():
    return let.reader("editor@gazette.example", first_name="Ada", last_name="Editor")


def change(issue, headline: str) -> Correction:
    """Have something else stand in an article of the issue."""
    article = Article.objects.get(title=headline)
    return Correction.objects.create(article=article, text="It was three.", made_at=THEN)


def statuses(edition) -> list[str]:
    return [page.status for page in proofs.of(edition).pages]


def page_of(edition, headline: str) -> int:
    return next(fit["first"] for fit in edition.fits if fit["headline"] == headline)


def test_nothing_goes_to_press_until_every_page_is_signed_off(issue, editor):
    edition = press(issue)
    with pytest.raises(pressings.CannotPass, match=rf"^Pages 1–{edition.pages} are not signed off"):
        pressings.pass_for_press(edition, by=editor, at=THEN)
    for page in range(2, edition.pages + 1):
        proofs.sign_off(edition, page, by=editor, at=THEN)
    with pytest.raises(pressings.CannotPass, match=r"^Page 1 is not signed off\.$"):
        pressings.pass_for_press(edition, by=editor, at=THEN)
    proofs.sign_off(edition, 1, by=editor, at=THEN)
    assert pressings.pass_for_press(edition, by=editor, at=THEN).passed_at == THEN


def test_nothing_goes_to_press_while_a_mark_is_open(issue, editor):
    edition = press(issue)
    proofs.sign_off_rest(edition, by=editor, at=THEN)
    mark = proofs.mark(edition, 2, "A comma.", by=editor, at=THEN, place=(120, 1000))
    assert statuses(edition)[1] == Status.MARKED
    with pytest.raises(pressings.CannotPass, match=r"^Page 2 has an open mark\.$"):
        pressings.pass_for_press(edition, by=editor, at=THEN)
    proofs.settle(mark, by=editor, at=LATER)
    proofs.settle(mark, by=let.reader(), at=LATER + timedelta(days=1))
    mark.refresh_from_db()
    assert (mark.settled_at, mark.settled_by) == (LATER, editor)
    assert statuses(edition)[1] == Status.SIGNED
    assert pressings.pass_for_press(edition, by=editor, at=LATER)


def test_a_page_with_an_open_mark_is_not_signed_off_alone_or_with_the_rest(issue, editor):
    edition = press(issue)
    proofs.mark(edition, 3, "Which bridge?", by=editor, at=THEN)
    with pytest.raises(proofs.CannotSign, match="Settle it first"):
        proofs.sign_off(edition, 3, by=editor, at=THEN)
    signed = proofs.sign_off_rest(edition, by=editor, at=THEN)
    assert signed == [page for page in range(1, edition.pages + 1) if page != 3]
    assert proofs.sign_off_rest(edition, by=editor, at=THEN) == []
    assert statuses(edition).count(Status.SIGNED) == edition.pages - 1


def test_a_late_change_opens_its_page_again_and_no_other(issue, editor):
    first = press(issue)
    proofs.sign_off_rest(first, by=editor, at=THEN)
    pressings.pass_for_press(first, by=editor, at=THEN)
    with first.file.open("rb") as file:
        passed = file.read()
    change(issue, "Two")
    second = press(issue)
    page = page_of(second, "Two")
    assert proofs.of(second).of_status(Status.OPEN) == [page]
    assert pressings.changes(second, first) == [
        "“Two” has changed.",
        f"Page {page} looks different.",
    ]
    with pytest.raises(pressings.CannotPass, match=rf"^Page {page} is not signed off\.$"):
        pressings.pass_for_press(second, by=editor, at=LATER)
    proofs.sign_off(second, page, by=editor, at=LATER)
    pressings.pass_for_press(second, by=editor, at=LATER)
    # What was passed first is what it was.
    first.refresh_from_db()
    with first.file.open("rb") as file:
        assert file.read() == passed
    assert first.passed_at == THEN


def test_a_page_that_is_as_it_was_signed_off_counts_again(issue, editor):
    first = press(issue)
    proofs.sign_off_rest(first, by=editor, at=THEN)
    correction = change(issue, "Two")
    assert Status.OPEN in statuses(press(issue))
    correction.delete()
    third = press(issue)
    assert third.version == 3
    assert set(statuses(third)) == {Status.SIGNED}


def test_an_open_mark_stands_on_the_next_version_and_a_settled_one_does_not(issue, editor):
    first = press(issue)
    page = page_of(first, "Two")
    proofs.mark(first, page, "Still wrong.", by=editor, at=THEN)
    done = proofs.mark(first, page, "Was wrong.", by=editor, at=THEN)
    proofs.settle(done, by=editor, at=THEN)
    change(issue, "Two")
    second = press(issue)
    (mark,) = proofs.of(second).pages[page - 1].marks
    assert (mark.words, mark.edition.version) == ("Still wrong.", 1)
    # On the version itself both stand.
    assert len(proofs.of(first).pages[page - 1].marks) == 2
    # And on the other form of the issue none.
    assert not any(page.marks for page in proofs.of(press(issue, Edition.Form.SCREEN)).pages)


def test_a_mark_on_a_page_that_is_gone_keeps_the_issue_from_press(issue, editor):
    first = press(issue, Edition.Form.SCREEN)
    mark = proofs.mark(first, first.pages, "Cut this.", by=editor, at=THEN)
    issue.contents.last().delete()
    second = press(issue, Edition.Form.SCREEN)
    assert second.pages < first.pages
    assert proofs.of(second).astray == (mark,)
    proofs.sign_off_rest(second, by=editor, at=THEN)
    with pytest.raises(pressings.CannotPass, match="not there any more"):
        pressings.pass_for_press(second, by=editor, at=THEN)
    assert f"There are {second.pages} pages, where there were {first.pages}." in (
        pressings.changes(second, first)
    )


def test_withdrawing_opens_a_page_and_keeps_who_had_signed_it(issue, editor):
    first = press(issue)
    proofs.sign_off_rest(first, by=editor, at=THEN)
    change(issue, "Two")
    second = press(issue)
    other = let.reader("chief@gazette.example")
    proofs.withdraw(second, 1, by=other, at=LATER)
    assert statuses(second)[0] == Status.OPEN
    record = SignOff.objects.get(page=1)
    assert (record.by, record.at) == (editor, THEN)
    assert (record.withdrawn_by, record.withdrawn_at) == (other, LATER)
    proofs.sign_off(second, 1, by=editor, at=LATER)
    assert SignOff.objects.filter(page=1).count() == 2
    acts = PageLogEntry.objects.filter(action__startswith="masthead.proof").order_by("pk")
    assert [(one.action.rpartition(".")[2], one.data["pages"]) for one in acts] == [
        ("sign_off", list(range(1, first.pages + 1))),
        ("withdraw", [1]),
        ("sign_off", [1]),
    ]


def test_what_was_passed_is_closed_and_shows_what_stood_then(issue, editor):
    first = press(issue)
    proofs.sign_off_rest(first, by=editor, at=THEN)
    pressings.pass_for_press(first, by=editor, at=THEN)
    with pytest.raises(proofs.CannotMark, match="passed for press"):
        proofs.mark(first, 1, "Too late.", by=editor, at=LATER)
    for act in (proofs.sign_off, proofs.withdraw):
        with pytest.raises(proofs.CannotSign, match="passed for press"):
            act(first, 1, by=editor, at=LATER)
    change(issue, "Two")
    second = press(issue)
    proofs.withdraw(second, 1, by=editor, at=LATER)
    proofs.mark(second, 2, "Now.", by=editor, at=LATER)
    first.refresh_from_db()
    assert set(statuses(first)) == {Status.SIGNED}


def test_a_mark_that_comes_late_on_an_old_version_is_for_the_next_one(issue, editor):
    first = press(issue)
    correction = change(issue, "Two")
    second = press(issue)
    proofs.sign_off_rest(second, by=editor, at=THEN)
    second = pressings.pass_for_press(second, by=editor, at=THEN)
    # Somebody still had the first version before them.
    proofs.mark(first, 1, "The cover.", by=editor, at=LATER)
    assert set(statuses(second)) == {Status.SIGNED}
    correction.delete()
    third = press(issue)
    assert statuses(third)[0] == Status.MARKED


def test_only_the_newest_version_is_signed_off(issue, editor):
    first = press(issue)
    change(issue, "Two")
    press(issue)
    for act in (proofs.sign_off, proofs.withdraw):
        with pytest.raises(proofs.CannotSign, match="newer version"):
            act(first, 1, by=editor, at=THEN)
    with pytest.raises(proofs.CannotSign, match="newer version"):
        proofs.sign_off_rest(first, by=editor, at=THEN)


@pytest.mark.parametrize(
    ("page", "words", "why"),
    [(1, " \n", "Write what"), (0, "x", "no such page"), (99, "x", "no such page"),
     (1, "x" * 2001, "2000 characters")],
)  # fmt: skip
def test_a_mark_is_refused_that_says_nothing_or_stands_nowhere(issue, editor, page, words, why):
    edition = press(issue)
    with pytest.raises(proofs.CannotMark, match=why):
        proofs.mark(edition, page, words, by=editor, at=THEN)
    assert not Mark.objects.exists()


def test_a_link_gone_astray_fills_no_disk(issue, editor, monkeypatch):
    monkeypatch.setattr(proofs, "MOST_OF_A_GUEST", 2)
    edition = press(issue)
    guest, _token = guests.invite(issue, "Grace", by=editor, at=THEN)
    for _ in range(2):
        proofs.mark(edition, 1, "x", by=guest, at=THEN)
    with pytest.raises(proofs.CannotMark, match="Write to the editors"):
        proofs.mark(edition, 1, "x", by=guest, at=THEN)
    other, _token = guests.invite(issue, "Ada", by=editor, at=THEN)
    assert proofs.mark(edition, 1, "x", by=other, at=THEN), "It is no fault of theirs."


def test_settling_and_signing_again_change_nothing(issue, editor):
    edition = press(issue)
    settled = proofs.mark(edition, 1, "x", by=editor, at=THEN)
    late = let.reader("late@gazette.example")
    for who, hours in ((editor, 1), (late, 2)):
        proofs.settle(settled, by=who, at=THEN + timedelta(hours=hours))
        proofs.sign_off(edition, 1, by=who, at=THEN + timedelta(hours=hours))
    settled.refresh_from_db()
    assert (settled.settled_by, settled.settled_at) == (editor, THEN + timedelta(hours=1))
    assert SignOff.objects.get(page=1).by == editor


def test_what_is_signed_off_counts_for_its_form_and_for_no_earlier_version(issue, editor):
    first, screen = press(issue), press(issue, Edition.Form.SCREEN)
    proofs.sign_off_rest(screen, by=editor, at=THEN)
    assert set(statuses(first)) == {Status.OPEN}
    change(issue, "Two")
    second = press(issue)
    proofs.sign_off_rest(second, by=editor, at=THEN)
    assert set(statuses(second)) == {Status.SIGNED}
    assert set(statuses(first)) == {Status.OPEN}
    entry = PageLogEntry.objects.filter(action="masthead.proof.sign_off").latest("pk")
    assert (entry.user, entry.data["version"]) == (editor, second.version)
    assert entry.data["pages"] == list(range(1, second.pages + 1))


def test_withdrawing_opens_one_page_and_a_settled_mark_is_not_astray(issue, editor):
    edition = press(issue)
    proofs.sign_off_rest(edition, by=editor, at=THEN)
    proofs.withdraw(edition, 2, by=editor, at=LATER)
    assert [n for n, status in enumerate(statuses(edition), 1) if status == Status.OPEN] == [2]
    gone = proofs.mark(edition, 2, "x", by=editor, at=THEN)
    Mark.objects.update(page=edition.pages + 1)
    assert proofs.of(edition).astray == (gone,)
    proofs.settle(gone, by=editor, at=LATER)
    assert proofs.of(edition).astray == ()


def test_another_version_of_what_draws_opens_no_page(issue, editor, monkeypatch):
    first = press(issue)
    proofs.sign_off_rest(first, by=editor, at=THEN)
    seen = likeness.of_pages
    monkeypatch.setattr(likeness, "drawn_by", lambda: "another")
    looks = []
    monkeypatch.setattr(
        likeness, "of_pages", lambda pdf: looks.append(pdf) or [f"x{one}" for one in seen(pdf)]
    )
    change(issue, "Two")
    second = press(issue)
    # Recorded by two versions they cannot be compared, and no page is named for it.
    first.refresh_from_db()
    assert pages_seen.that_differ(second, first) == []
    assert statuses(second).count(Status.OPEN) == 1
    assert len(looks) == 2
    first.refresh_from_db()
    assert pages_seen.that_differ(second, first) == [page_of(second, "Two")]


def test_an_edition_from_before_proofs_or_without_its_file_is_no_fault(issue, editor):
    edition = press(issue)
    Edition.objects.update(pages_seen={})
    edition.refresh_from_db()
    proofs.sign_off_rest(edition, by=editor, at=THEN)
    assert set(statuses(edition)) == {Status.SIGNED}
    edition.file.storage.delete(edition.file.name)
    Edition.objects.update(pages_seen={})
    edition.refresh_from_db()
    assert set(statuses(edition)) == {Status.OPEN}


@pytest.mark.parametrize(
    ("pages", "said"),
    [([3], "3"), ([4, 5], "4 and 5"), ([1, 2, 3, 7], "1–3 and 7"), ([9, 2, 5, 4, 6], "2, 4–6 and 9")],
)  # fmt: skip
def test_pages_are_named_as_one_says_them(pages, said):
    assert pages_seen.in_words(pages) == said
