"""Paid words never leave the house: not as an answer, a count, a suggestion, nor by an order."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.circulation import entitlements, viewers
from masthead.circulation.entitlements import EVERY_CLASS, Viewer
from masthead.edge.locks import ANY_TITLE, Key
from masthead.editorial import manuscripts
from masthead.editorial.archive import filing, questions, searching, vocabulary
from masthead.editorial.models import Article, Issue, Title
from masthead.manuscript import nodes
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOW = make.THEN + timedelta(days=30)
KNOWN = ("harbour", "tides", "keeper", "lamp", "zinc", "the", "dredging", "salt")
TRIED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

texts = st.lists(st.sampled_from(KNOWN), min_size=1, max_size=25).map(" ".join)
# Short, so that most words stand behind the gate alone.
openings = st.lists(st.sampled_from(KNOWN[:3]), min_size=1, max_size=3).map(" ".join)
asked = st.lists(
    st.sampled_from([*KNOWN, "-zinc", '"the lamp"', "lamps", "harbuor", "zinq", "-salt"]),
    min_size=1, max_size=3,
).map(" ".join)  # fmt: skip


@pytest.fixture
def shelf() -> tuple[Title, list[Article]]:
    title = make.magazine()
    kinds = ("subscribers", "subscribers", "metered", "registered", "open")
    made = [make.article(title, access=access) for access in kinds]
    make.issue(title, *made[:2], state=Issue.State.OPEN)
    return title, [Article.objects.with_copy().get(pk=one.pk) for one in made]


def written(article: Article, lead: str, rest: str) -> None:
    """Give an article an opening and a rest, and file it."""
    copy = make.manuscript(
        make.paragraph(lead), nodes.LeadMarker(id="end"), make.paragraph(rest),
        headline=article.title, access=article.access, published_at=article.published_at,
    )  # fmt: skip
    manuscripts.store(article, copy)
    filing.file(article, at=NOW)


def seen(title: Title, typed: str, keys: tuple[Key, ...] = ()) -> Any:
    """Return everything that an answer tells of the archive."""
    question = questions.read(typed)
    answer = searching.search(title, question, keys=keys, at=NOW)
    named = [word for term in question.terms for word in term.words]
    return (
        [(hit.article, hit.rank) for hit in answer.hits],
        answer.more,
        answer.counts(),
        searching.excerpts_of(answer.hits, question),
        vocabulary.corrections(title, named),
        [vocabulary.beginning_with(title, word[:3]) for word in named],
    )


@TRIED
@given(data=st.data())
def test_whatever_a_stranger_sees_is_the_same_when_the_paid_words_are_others(shelf, data) -> None:
    title, articles = shelf
    leads = [data.draw(openings) for _each in articles]
    typed = data.draw(asked)
    answers = []
    for _twice in range(2):
        for article, lead in zip(articles, leads, strict=True):
            rest = "The same." if article.access == "open" else data.draw(texts)
            written(article, lead, rest)
        answers.append(seen(title, typed))
    assert answers[0] == answers[1]


@TRIED
@given(data=st.data())
def test_nor_does_a_reader_see_more_than_their_keys_open(shelf, data) -> None:
    title, articles = shelf
    mine, others = articles[0], articles[1:4]
    key = Key("gift", str(title.key), EVERY_CLASS, article=str(mine.key))
    leads = [data.draw(openings) for _each in articles]
    mine_paid, typed = data.draw(texts), data.draw(asked)
    answers = []
    for _twice in range(2):
        for article, lead in zip(articles, leads, strict=True):
            rest = data.draw(texts) if article in others else mine_paid
            written(article, lead, rest)
        answers.append(seen(title, typed, (key,)))
    assert answers[0] == answers[1]


keys = st.builds(
    Key,
    rule=st.just("term"),
    title=st.sampled_from(["here", "elsewhere", ANY_TITLE]),
    classes=st.sets(st.sampled_from(sorted(EVERY_CLASS))).map(frozenset),
    issues=st.none() | st.tuples(st.integers(0, 3), st.integers(0, 3)),
    article=st.sampled_from(["", "this", "another"]),
    until=st.none() | st.sampled_from([-60, 0, 60]),
)


@TRIED
@given(
    drawn=st.lists(keys, max_size=3),
    access=st.sampled_from(["open", "registered", "metered", "subscribers"]),
    number=st.integers(0, 4),
    free=st.none() | st.sampled_from([0, 29, 30, 31]),
    first=st.none() | st.sampled_from([0, 29, 30, 31]),
    filed=st.sampled_from([-400, 0]),
)
def test_the_database_opens_what_the_gate_opens(
    shelf, drawn, access, number, free, first, filed
) -> None:
    title, articles = shelf
    article = articles[number]
    article.access, article.free_after_days, article.subscribers_first_days = access, free, first
    here = {"here": str(title.key), "elsewhere": str(uuid.uuid4()), ANY_TITLE: ANY_TITLE}
    this = {"": "", "this": str(article.key), "another": str(articles[number - 1].key)}
    held = tuple(
        replace(
            key, title=here[key.title], article=this[key.article],
            until=None if key.until is None else int(NOW.timestamp()) + key.until,
        )
        for key in drawn
    )  # fmt: skip
    copy = make.manuscript(
        make.paragraph("An opening."), nodes.LeadMarker(id="end"), make.paragraph("Verdigris."),
        access=access, published_at=article.published_at,
    )  # fmt: skip
    manuscripts.store(article, copy)
    article.free_after_days, article.subscribers_first_days = free, first
    filing.file(article, at=NOW + timedelta(days=filed))
    work = viewers.work_of(article, title)
    decision = entitlements.may_read(Viewer(keys=held), work, NOW)
    hits = searching.search(title, questions.read("verdigris"), keys=held, at=NOW).hits
    found = [hit for hit in hits if hit.article == article.pk]
    if found:
        assert decision.parts == "full"
        assert found[0].reads_whole
    elif decision.parts == "full":
        # Until the worker has filed it anew, what the clock has opened is kept from strangers.
        assert decision.rule == "open"
        assert filed


def test_no_paid_word_is_suggested_or_taken_for_another_that_was_meant(shelf) -> None:
    title, articles = shelf
    for article in articles[:4]:
        written(article, "An opening.", "Verdigris.")
    assert vocabulary.beginning_with(title, "verd") == []
    assert vocabulary.corrections(title, ["verdigirs"]) == {}
    written(articles[4], "An opening.", "Verdigris.")
    assert vocabulary.beginning_with(title, "verd") == ["verdigris"]
    assert vocabulary.corrections(title, ["verdigirs"]) == {"verdigirs": "verdigris"}


@pytest.mark.parametrize("whole", [True, False])
def test_what_somebody_may_read_whole_is_not_found_by_what_its_opening_lacks(shelf, whole) -> None:
    title, (article, *_others) = shelf
    written(article, "An opening.", "Verdigris.")
    key = Key("gift", str(title.key), EVERY_CLASS, article="" if whole else str(article.key))
    for keys, count in (((), 1), ((key,), 0)):
        answer = searching.search(title, questions.read("opening -verdigris"), keys=keys, at=NOW)
        assert len(answer.hits) == count


def test_what_is_stale_is_found_by_open_words_alone(shelf) -> None:
    from django.db.models import Q

    title, articles = shelf
    key = Key("term", str(title.key), EVERY_CLASS)
    for article in articles:
        written(article, "An opening.", "Verdigris.")
    assert len(searching.search(title, questions.read("verdigris"), keys=[key], at=NOW).hits) == 5
    filing.mark_stale(Q())
    assert not searching.search(title, questions.read("verdigris"), keys=[key], at=NOW).hits
    closed = {one.pk for one in articles if one.access != "open"}
    hits = searching.search(title, questions.read("opening"), keys=[key], at=NOW).hits
    assert {hit.article for hit in hits} == closed
    assert not any(hit.reads_whole for hit in hits)
