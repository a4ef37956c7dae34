"""Gift articles: one article, few enough, and back again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from masthead.circulation import facts, gifts, viewers
from masthead.circulation.entitlements import may_read, viewer_with
from masthead.circulation.models import Gift, Policy
from masthead.circulation.tickets import NO_TICKET
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

THEN = make.THEN
MONTH = timedelta(days=30)


@pytest.fixture
def gazette():
    title = make.magazine()
    Policy.objects.create(title=title, gifts_a_month=2, gift_uses=2)
    return title


@pytest.fixture
def giver(gazette):
    reader = let.reader()
    let.grant(reader, gazette)
    return reader


@pytest.fixture
def article(gazette):
    return make.article(gazette, access="subscribers")


def give(giver, article, *, at=THEN):
    work = viewers.work_of(article)
    viewer = viewer_with(facts.facts_of(giver, at), at)
    return gifts.give(giver, viewer, work, article, article.publication(), at=at)


def decision_with(ticket, article, at=THEN):
    viewer = viewer_with(facts.facts_of(None, at, ticket=ticket), at)
    return may_read(viewer, viewers.work_of(article), at)


def test_a_gift_opens_its_article_and_no_other(gazette, giver, article) -> None:
    token = gifts.token_of(give(giver, article))
    ticket = gifts.open_gift(token, article, NO_TICKET, at=THEN)
    assert ticket is not None
    assert decision_with(ticket, article).rule == "gift"
    other = make.article(gazette, access="subscribers")
    assert decision_with(ticket, other).parts == "lead"
    assert gifts.open_gift(token, other, NO_TICKET, at=THEN) is None


def test_who_does_not_subscribe_cannot_give(gazette, article) -> None:
    with pytest.raises(gifts.CannotGive, match="Only subscribers"):
        give(let.reader(), article)


def test_a_metered_article_that_was_counted_is_not_the_readers_to_give(gazette) -> None:
    from masthead.circulation import meters

    article, reader = make.article(gazette, access="metered"), let.reader()
    meters.count_for(reader, article, gazette, at=THEN)
    with pytest.raises(gifts.CannotGive, match="Only subscribers"):
        give(reader, article)


def test_an_open_article_needs_no_gift(gazette, giver) -> None:
    with pytest.raises(gifts.CannotGive, match="Everybody"):
        give(giver, make.article(gazette, access="open"))


def test_there_are_so_many_gifts_a_month_and_new_ones_on_the_first(gazette, giver) -> None:
    for _each in range(2):
        give(giver, make.article(gazette))
    third = make.article(gazette)
    with pytest.raises(gifts.CannotGive, match="2 articles this month"):
        give(giver, third)
    assert give(giver, third, at=THEN.replace(month=6, day=1))


def test_giving_the_same_article_again_is_the_same_gift(giver, article) -> None:
    assert give(giver, article) == give(giver, article)
    assert Gift.objects.count() == 1


def test_a_gift_taken_back_closes_for_who_had_opened_it(giver, article) -> None:
    gift = give(giver, article)
    ticket = gifts.open_gift(gifts.token_of(gift), article, NO_TICKET, at=THEN)
    gifts.revoke(gift, at=THEN)
    assert decision_with(ticket, article).parts == "lead"
    assert gifts.open_gift(gifts.token_of(gift), article, ticket, at=THEN) is None
    with pytest.raises(gifts.CannotRevoke):
        gifts.revoke(gift, at=THEN)


def test_a_gift_is_used_up_and_stays_open_for_those_who_came_in_time(giver, article) -> None:
    token = gifts.token_of(give(giver, article))
    first = gifts.open_gift(token, article, NO_TICKET, at=THEN)
    assert gifts.open_gift(token, article, first, at=THEN) == first  # Not counted again.
    assert gifts.open_gift(token, article, NO_TICKET, at=THEN) is not None
    assert gifts.open_gift(token, article, NO_TICKET, at=THEN) is None
    assert decision_with(first, article).parts == "full"
    assert Gift.objects.get().uses == 2


def test_a_gift_expires(giver, article) -> None:
    token = gifts.token_of(give(giver, article))
    ticket = gifts.open_gift(token, article, NO_TICKET, at=THEN)
    assert gifts.open_gift(token, article, NO_TICKET, at=THEN + MONTH) is None
    assert decision_with(ticket, article, THEN + MONTH).parts == "lead"


def test_a_link_cannot_be_made_up_even_by_who_knows_the_gift(giver, article) -> None:
    gift = give(giver, article)
    for token in ("", "x", gift.key.hex, f"{gift.key.hex}.x", f"{uuid.uuid4().hex}.x", "a.b.c"):
        assert gifts.open_gift(token, article, NO_TICKET, at=THEN) is None


def test_a_gift_of_an_erased_giver_closes(giver, article) -> None:
    ticket = gifts.open_gift(gifts.token_of(give(giver, article)), article, NO_TICKET, at=THEN)
    giver.is_active = False
    giver.save()
    assert decision_with(ticket, article).parts == "lead"
