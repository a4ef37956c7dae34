"""Who has paid reads: what their offer promises, for as long as copies are owed, and no longer."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from masthead.circulation import endings, entitlements, facts, serving, viewers
from masthead.circulation.deals import Promised
from masthead.edge import locks
from masthead.editorial import issues
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

FORTNIGHT = timedelta(days=14)
ARTICLES = Promised("subscriber-articles", {})


@pytest.fixture
def title():
    return editorial.magazine()


def out(title, *, at):
    article = editorial.article(title, access="subscribers", published_at=at)
    issue = editorial.issue(title, article, state="open")
    issue = issues.put_on_sale(issue, at=at)
    serving.serve(issue, at=at)
    article.refresh_from_db()
    return article


def reads(reader, article, at) -> str:
    viewer = entitlements.viewer_with(facts.facts_of(reader, at), at)
    decision = entitlements.may_read(viewer, viewers.work_of(article), at)
    return decision.parts if decision.parts != "full" else decision.rule


def test_who_has_paid_reads_at_once_and_past_issues_if_they_are_promised(title):
    old = out(title, at=THEN)
    later = THEN + timedelta(days=1)
    subscription = make.subscription(make.version(title), at=later)
    assert reads(subscription.reader, old, later) == "term"
    assert reads(make.reader(), old, later) == "lead"


def test_without_that_promise_past_issues_stay_shut(title):
    old = out(title, at=THEN)
    version = make.version(title, make.deal(promises=(ARTICLES,)))
    reader = make.subscription(version, at=THEN + timedelta(days=1)).reader
    new = out(title, at=THEN + FORTNIGHT)
    assert reads(reader, old, THEN + FORTNIGHT) == "lead"
    assert reads(reader, new, THEN + FORTNIGHT) == "term"


def test_an_offer_that_does_not_promise_articles_opens_none(title):
    article = out(title, at=THEN)
    version = make.version(title, make.deal(promises=()))
    assert reads(make.subscription(version).reader, article, THEN) == "lead"


def test_what_is_only_announced_opens_nothing_before_its_day(title):
    article = out(title, at=THEN)
    starts = THEN.date() + timedelta(days=10)
    promises = (Promised("subscriber-articles", {}, starts), Promised("past-issues", {}))
    reader = make.subscription(make.version(title, make.deal(promises=promises))).reader
    assert reads(reader, article, THEN + timedelta(days=9)) == "lead"
    assert reads(reader, article, THEN + timedelta(days=10)) == "term"


def test_the_last_copy_is_read_until_the_next_issue_is_out(title):
    subscription = make.subscription(make.version(title, make.deal(copies=1)))
    endings.stop(subscription, at=THEN)
    article = out(title, at=THEN + FORTNIGHT)
    assert reads(subscription.reader, article, THEN + 2 * FORTNIGHT) == "term"
    out(title, at=THEN + 2 * FORTNIGHT)
    assert reads(subscription.reader, article, THEN + 2 * FORTNIGHT) == "lead"


def test_grace_reads_on_and_ends(title):
    version = make.version(title, make.deal(copies=1, grace_copies=1))
    reader = make.subscription(version).reader
    out(title, at=THEN + FORTNIGHT)
    article = out(title, at=THEN + 2 * FORTNIGHT)
    assert reads(reader, article, THEN + 2 * FORTNIGHT) == "term"
    out(title, at=THEN + 3 * FORTNIGHT)
    assert reads(reader, article, THEN + 3 * FORTNIGHT) == "lead"


@pytest.mark.parametrize("ending", ["cancel", "give_money_back", "withdraw"])
def test_who_has_the_money_back_reads_no_more(title, ending):
    subscription = make.subscription(make.version(title))
    article = out(title, at=THEN + timedelta(days=1))
    at = THEN + timedelta(days=2)
    assert reads(subscription.reader, article, at) == "term"
    getattr(endings, ending)(subscription, request=uuid.uuid4(), at=at)
    assert reads(subscription.reader, article, at) == "lead"


def test_pages_come_without_advertisements_where_that_is_promised(title):
    def without_ads(deal) -> bool:
        reader = make.subscription(make.version(title, deal)).reader
        return any(
            key.without_ads for key in entitlements.keys_of(facts.facts_of(reader, THEN), THEN)
        )

    assert without_ads(make.deal())
    assert not without_ads(make.deal(promises=(ARTICLES,)))


def test_knowing_a_reader_takes_as_many_queries_for_one_subscription_as_for_five(
    title, django_assert_max_num_queries
):
    reader = make.reader()
    for _one in range(5):
        make.subscription(make.version(title), reader=reader)
    with django_assert_max_num_queries(20):
        assert len(facts.facts_of(reader, THEN).readings) == 5


def test_issues_that_were_served_stay_with_who_lapsed_but_not_with_who_had_the_money_back(title):
    kept = make.subscription(make.version(title, make.deal(copies=1)))
    paid_back = make.subscription(make.version(title))
    out(title, at=THEN + timedelta(days=1))
    endings.give_money_back(paid_back, request=uuid.uuid4(), at=THEN + timedelta(days=2))
    later = THEN + timedelta(days=300)
    assert [one.issues for one in facts.given_to(kept.reader, later).readings] == [(1, 1)]
    assert facts.given_to(paid_back.reader, later).readings == ()


def test_no_advertisements_are_promised_by_themselves_and_open_nothing(title):
    article = out(title, at=THEN)
    version = make.version(title, make.deal(promises=(Promised("ad-free", {}),)))
    reader = make.subscription(version).reader
    keys = entitlements.keys_of(facts.facts_of(reader, THEN), THEN)
    assert locks.keep_advertisements_away(keys, str(title.key), THEN.timestamp())
    assert reads(reader, article, THEN) == "lead"
