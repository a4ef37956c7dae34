"""The archive has what is published, as it stands, from the moment of the change."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from masthead.editorial import issues, manuscripts
from masthead.editorial.archive import filing, index, questions, searching, vocabulary
from masthead.editorial.models import ArchiveEntry, Article, ArticleIndex, Issue, Title, Topic
from masthead.manuscript import nodes
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOW = make.THEN + timedelta(days=30)


@pytest.fixture
def title() -> Title:
    return make.magazine()


def finds(title: Title, typed: str) -> set[int]:
    return {hit.article for hit in searching.search(title, questions.read(typed), at=NOW).hits}


def rows() -> int:
    """Return how many rows both indexes have, and see that no table has others."""
    with connection.cursor() as cursor:
        counts = []
        for table in index.TABLES:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a constant.
            counts.append(cursor.fetchone()[0])
        for table in index.names():
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a constant.
            assert cursor.fetchone()[0] in counts
    return sum(counts)


def test_it_is_found_once_it_is_out_and_in_its_new_words_once_they_are(title) -> None:
    article = make.article(title, make.paragraph("A tide."), access="open", live=False)
    assert finds(title, "tide") == set()
    article.save_revision().publish()
    assert finds(title, "tide") == {article.pk}
    article = Article.objects.get(pk=article.pk)
    manuscripts.store(article, make.manuscript(make.paragraph("An ebb."), access="open"))
    article.save_revision()
    assert finds(title, "ebb") == set(), "A draft was found."
    assert finds(title, "tide") == {article.pk}
    article.get_latest_revision().publish()
    assert finds(title, "tide") == set()
    assert finds(title, "ebb") == {article.pk}
    assert rows() == 1


@pytest.mark.parametrize("way", ["unpublish", "delete"])
def test_what_is_taken_down_is_gone_from_everything(title, way) -> None:
    gone = make.article(title, make.paragraph("A libel of tides."), access="open")
    stays = make.article(title, make.paragraph("Only tides."), access="open")
    assert vocabulary.beginning_with(title, "lib") == ["libel"]
    getattr(Article.objects.get(pk=gone.pk), way)()
    assert finds(title, "tide") == {stays.pk}
    assert rows() == ArchiveEntry.objects.count() == 1
    assert vocabulary.beginning_with(title, "lib") == []
    assert vocabulary.beginning_with(title, "tid") == ["tides"]


def test_a_whole_shelf_that_is_deleted_leaves_nothing_behind(title) -> None:
    make.article(title, make.paragraph("A tide."), access="open")
    make.shelf(ArticleIndex, title).delete()
    assert rows() == ArchiveEntry.objects.count() == 0


def test_what_is_undone_was_never_filed(title) -> None:
    with transaction.atomic():
        make.article(title, make.paragraph("A tide."), access="open")
        assert rows() == 1
        transaction.set_rollback(True)
    assert rows() == 0


def test_an_article_that_waits_for_its_issue_comes_with_it(title) -> None:
    article = make.article(title, make.paragraph("A tide."), access="open", live=False,
                           release="with_issue", published_at=None)  # fmt: skip
    issue = make.issue(title, article, state=Issue.State.OPEN)
    article.save_revision().publish()
    assert finds(title, "tide") == set()
    issues.put_on_sale(issue, at=make.THEN)
    assert finds(title, "tide") == {article.pk}
    filing.tend(at=NOW)
    entry = ArchiveEntry.objects.get()
    assert (entry.issue, f"i{issue.pk}" in entry.marks.split()) == (issue.sequence or Issue.objects.get().sequence, True)  # fmt: skip


def test_what_closes_with_its_section_is_found_by_its_paid_words_no_more(title) -> None:
    section = make.section(title)
    section.access = "open"
    section.save()
    article = make.article(
        title, make.paragraph("The opening of it all."), make.paragraph("Zinc, and more zinc."),
        make.paragraph("And a last one, to end with."), access="",
    )  # fmt: skip
    assert finds(title, "zinc") == {article.pk}
    section.refresh_from_db()
    section.access = "subscribers"
    section.save()
    assert finds(title, "zinc") == set(), "It stayed open for a while."
    assert vocabulary.beginning_with(title, "zin") == [], "It was suggested for a while."
    assert filing.tend(at=NOW) == 1
    assert finds(title, "zinc") == set()
    assert finds(title, "opening") == {article.pk}
    assert vocabulary.beginning_with(title, "zin") == []
    section.access = "open"
    section.save()
    filing.tend(at=NOW)
    assert finds(title, "zinc") == {article.pk}
    assert vocabulary.beginning_with(title, "zin") == ["zinc"]


def test_what_opens_by_the_clock_is_found_by_all_its_words_from_then_on(title) -> None:
    article = make.article(
        title, make.paragraph("The opening of it all."), make.paragraph("Zinc, and more zinc."),
        access="subscribers",
    )  # fmt: skip
    article.free_after_days = 10
    article.save()
    entry = ArchiveEntry.objects.get()
    assert entry.is_open, "It is filed by the clock on the wall."
    filing.file(article, at=make.THEN + timedelta(days=9))
    assert finds(title, "zinc") == set()
    assert filing.tend(at=make.THEN + timedelta(days=9, hours=23)) == 0
    assert filing.tend(at=make.THEN + timedelta(days=10)) == 1
    assert finds(title, "zinc") == {article.pk}
    assert filing.tend(at=NOW) == 0


def test_what_subscribers_no_longer_have_first_but_alone_is_not_filed_every_minute(title) -> None:
    article = make.article(title, make.paragraph("Zinc."), access="metered")
    article.subscribers_first_days = 3
    filing.file(article, at=make.THEN)
    assert filing.tend(at=NOW) == 0


def test_who_comes_by_each_minute_does_no_more_than_some(title) -> None:
    made = [make.article(title, make.paragraph("A tide."), access="open") for _each in range(3)]
    filing.take_out([one.pk for one in made])
    assert [filing.tend(at=NOW, most=2) for _run in range(3)] == [2, 1, 0]


def test_an_article_is_found_by_its_issue_at_once(title) -> None:
    article = make.article(title, make.paragraph("A tide."), access="open")
    issue = make.issue(title, article)
    entry = ArchiveEntry.objects.get()
    assert f"i{issue.pk}" in entry.marks.split()
    assert not entry.is_stale
    issue.contents.get().delete()
    assert ArchiveEntry.objects.get().is_stale
    filing.tend(at=NOW)
    assert f"i{issue.pk}" not in ArchiveEntry.objects.get().marks.split()
    make.place(issue, article)
    Article.objects.get(pk=article.pk).delete()
    assert rows() == ArchiveEntry.objects.count() == 0


def test_a_name_that_changes_changes_in_the_archive(title) -> None:
    ada = make.contributor(title, "Ada Okafor")
    by = (nodes.Byline("", f"contributor:{ada.key}"),)
    article = make.article(title, make.paragraph("Words."), access="open", bylines=by)
    assert finds(title, "okafor") == {article.pk}
    ada.title = "Ada Mbeki"
    ada.save()
    filing.tend(at=NOW)
    assert finds(title, "okafor") == set()
    assert finds(title, "mbeki") == {article.pk}


def test_what_closes_nothing_hides_nothing_until_it_is_filed_anew(title) -> None:
    ada, tides = make.contributor(title, "Ada Okafor"), make.topic(title, "Tides")
    article = make.article(
        title, make.paragraph("Words."), access="open", topics=(f"topic:{tides.key}",),
        bylines=(nodes.Byline("", f"contributor:{ada.key}"),),
    )  # fmt: skip
    title.time_zone, ada.title, tides.title = "Asia/Tokyo", "Ada Mbeki", "Ebbs"
    for one in (title, ada, tides):
        one.save()
        assert ArchiveEntry.objects.get().is_stale
        assert finds(title, "words") == {article.pk}
        assert vocabulary.beginning_with(title, "wor") == ["words"]
        assert filing.tend(at=NOW) == 1


def test_what_only_a_draft_says_marks_nothing(title) -> None:
    section, tides = make.section(title), make.topic(title, "Tides")
    make.article(title, make.paragraph("Words."), access="", topics=(f"topic:{tides.key}",))
    section.refresh_from_db()
    section.access, tides.title = "subscribers", "Ebbs"
    for one in (section, tides):
        revision = one.save_revision()
        assert not ArchiveEntry.objects.get().is_stale
        revision.publish()
        assert ArchiveEntry.objects.get().is_stale
        filing.tend(at=NOW)


@pytest.mark.parametrize("way", ["unpublish", "delete"])
def test_a_topic_that_is_gone_is_found_no_more(title, way) -> None:
    tides = make.topic(title, "Breakwaters")
    article = make.article(
        title, make.paragraph("Words."), access="open", topics=(f"topic:{tides.key}",)
    )
    assert finds(title, "breakwaters") == {article.pk}
    getattr(Topic.objects.get(pk=tides.pk), way)()
    filing.tend(at=NOW)
    assert finds(title, "breakwaters") == set()
    assert finds(title, "words") == {article.pk}
    assert vocabulary.beginning_with(title, "break") == []
    assert f"t{tides.pk}" not in ArchiveEntry.objects.get().marks.split()


def test_a_topic_of_which_there_is_no_page_yet_is_not_told_of(title) -> None:
    draft = make.topic(title, "Arrest of a minister", live=False)
    make.article(title, make.paragraph("Words."), access="open", topics=(f"topic:{draft.key}",))
    assert finds(title, "arrest") == set()
    assert vocabulary.beginning_with(title, "arr") == []
    draft.save_revision().publish()
    filing.tend(at=NOW)
    assert vocabulary.beginning_with(title, "arr") == ["arrest"]


def test_an_old_issue_that_is_brought_in_is_filed_under_its_own_year(title) -> None:
    article = make.article(title, make.paragraph("A tide."), access="open", live=False,
                           release="with_issue", published_at=None)  # fmt: skip
    issue = make.issue(title, article, state=Issue.State.OPEN)
    article.save_revision().publish()
    newer = make.article(title, make.paragraph("A tide."), access="open")
    issues.put_on_sale(issue, at=datetime(1998, 3, 1, tzinfo=UTC))
    entry = ArchiveEntry.objects.get(article=article)
    assert "y1998" in entry.marks.split()
    assert entry.number < ArchiveEntry.objects.get(article=newer).number


def test_articles_that_move_to_another_title_together_are_found_there(title) -> None:
    other = make.magazine("The Echo")
    article = make.article(title, make.paragraph("A tide."), access="open")
    shelf = make.shelf(ArticleIndex, title)
    shelf.slug = "moved"
    shelf.save()
    shelf.move(make.front_of(other), pos="last-child")
    assert finds(title, "tide") == set()
    filing.tend(at=NOW)
    assert finds(title, "tide") == set()
    assert finds(other, "tide") == {article.pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(index.is_sqlite(), reason="On SQLite one has written before the other reads.")
def test_what_closes_while_it_is_being_filed_is_not_filed_as_open(title, monkeypatch) -> None:
    """Whoever closes a section waits for who is filing, and then marks what that one has written."""
    section = make.section(title)
    section.access = "open"
    section.save()
    make.article(title, make.paragraph("Opening."), make.paragraph("Zinc."), access="")
    section.refresh_from_db()
    reading, closing = threading.Event(), threading.Event()
    real = filing.to_manuscripts

    def slowly(articles):
        reading.set()
        closing.wait(1)  # The other one cannot have finished: it waits for us.
        return real(articles)

    def close() -> None:
        try:
            section.access = "subscribers"
            section.save()
            closing.set()
        finally:
            connection.close()

    monkeypatch.setattr(filing, "to_manuscripts", slowly)
    worker = threading.Thread(target=lambda: (filing.build(at=NOW), connection.close()))
    worker.start()
    assert reading.wait(30)
    editor = threading.Thread(target=close)
    editor.start()
    worker.join(60)
    editor.join(60)
    monkeypatch.undo()
    assert finds(title, "zinc") == set()
    filing.tend(at=NOW)
    assert finds(title, "zinc") == set()
    assert not ArchiveEntry.objects.get().is_open


def test_what_can_be_heard_is_marked(title) -> None:
    from masthead.production.models import Narration

    article = make.article(title, make.paragraph("Words."), access="open")
    assert "a1" not in ArchiveEntry.objects.get().marks.split()
    Narration.objects.create(
        article=article, state="ready", asked_at=make.THEN, finished_at=make.THEN, seconds=9,
        sha256="a" * 64, revision=article.live_revision_id,
    )  # fmt: skip
    assert "a1" in ArchiveEntry.objects.get().marks.split()


def test_building_it_anew_says_how_far_it_is_and_gives_the_same(title) -> None:
    made = [make.article(title, make.paragraph("A tide."), access=access)
            for access in ("open", "subscribers", "metered")]  # fmt: skip
    make.article(title, make.paragraph("A tide."), live=False)
    known = list(vocabulary.ArchiveWord.objects.order_by("word").values_list("word", "articles"))
    heard: list[tuple[int, int]] = []
    assert filing.build(at=NOW, tell=lambda done, of: heard.append((done, of))) == 3
    assert heard[-1] == (3, 3)
    assert finds(title, "tide") >= {made[0].pk}
    assert rows() == 5
    again = list(vocabulary.ArchiveWord.objects.order_by("word").values_list("word", "articles"))
    assert again == known


def test_what_came_in_behind_our_back_is_filed_within_a_minute(title) -> None:
    article = make.article(title, make.paragraph("A tide."), access="open")
    filing.take_out([article.pk])
    assert finds(title, "tide") == set()
    assert filing.tend(at=NOW) == 1
    assert finds(title, "tide") == {article.pk}
    Article.objects.filter(pk=article.pk).update(live=False)
    filing.tend(at=NOW)
    assert finds(title, "tide") == set()
    assert rows() == 0


def test_articles_of_one_minute_have_numbers_of_their_own(title, monkeypatch) -> None:
    monkeypatch.setattr(filing, "_IN_A_MINUTE", 2)
    pair = [make.article(title, make.paragraph("A tide."), access="open") for _each in range(2)]
    assert finds(title, "tide") == {one.pk for one in pair}
