"""A title folds, as its payer sees it: a letter with a link, a choice, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from masthead.circulation import confirmations, fold_letters, folds
from masthead.circulation.deals import Price, Promised, Share
from masthead.circulation.fold_plans import Choice, Counts
from masthead.circulation.models import Fold, Folded, Notice, Refund
from tests.factories import circulation as make
from tests.factories import editorial
from tests.newsstand.test_subscribe import till  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("till")]


def offered(title, price=6000, currency="EUR"):
    deal = make.deal(
        copies=6, prices=(Price(currency, price),), shares=(Share("digital", 1),),
        promises=(Promised("subscriber-articles", {}),),
    )  # fmt: skip
    return make.version(title, deal)


def begin(title, into, usual=Choice.MOVES) -> Fold:
    now = timezone.now()
    return folds.begin(
        title, into, counts=Counts.VALUE, usual=usual,
        choose_until=title.day(now) + timedelta(days=30), at=now,
    )  # fmt: skip


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def other(title):
    return editorial.magazine(name="The Other")


@pytest.fixture
def mine(client, title):
    ada = make.reader("ada@readers.example")
    client.force_login(ada)
    return make.subscription(offered(title), reader=ada, country="US", at=timezone.now())


def text(answer) -> str:
    return answer.content.decode()


def test_the_letter_says_what_is_left_what_there_is_for_it_and_what_happens_otherwise(
    mine, title, other
):
    begin(title, offered(other, 3000))
    assert fold_letters.send_due(timezone.now()) == 1
    assert fold_letters.send_due(timezone.now()) == 0
    # And no other letter says that somebody stopped it.
    confirmations.send_due(timezone.now())
    letters = [one for one in mail.outbox if "subscription" in one.subject]
    said = letters[0].body
    for words in ("€60.00", "issues: 12", "If you do not choose, you get The Other", "/end/"):
        assert words in said
    assert not [one for one in mail.outbox if "renew" in one.subject.lower()]
    assert mine.payer.email not in Notice.objects.get(kind="fold").words


@pytest.mark.parametrize(("language", "words"), [("fr", "s’arrête"), ("ar", "تتوقف")])
def test_it_is_written_in_the_language_of_the_title(mine, title, other, language, words):
    type(title).objects.filter(pk=title.pk).update(language=language)
    title.refresh_from_db()
    begin(title, offered(other))
    fold_letters.send_due(timezone.now())
    assert words in mail.outbox[0].subject
    folds.settle(Fold.objects.get(), mine, Choice.PAID_BACK, at=timezone.now())
    fold_letters.send_due(timezone.now())
    assert "charged" not in mail.outbox[1].body


def test_who_reads_a_gift_learns_of_it_and_of_no_sum(title, other):
    donor, friend = make.reader("donor@readers.example"), make.reader("friend@readers.example")
    make.subscription(offered(title), reader=friend, payer=donor, at=timezone.now())
    begin(title, offered(other))
    fold_letters.send_due(timezone.now())
    by_reader = {one.to[0]: one.body for one in mail.outbox}
    assert "€" in by_reader[donor.email]
    assert "€" not in by_reader[friend.email]
    assert "/end/" not in by_reader[friend.email]


def test_the_other_title_is_one_click_and_then_it_is_there(client, mine, title, other):
    begin(title, offered(other, 3000))
    assert "comes to its end" in text(client.get(f"/account/subscriptions/{mine.key}/"))
    here = f"/account/subscriptions/{mine.key}/end/"
    page = text(client.get(here))
    for words in ("€60.00", "12 issues of it", "Read The Other", "Pay it back"):
        assert words in page
    page = text(client.post(here, {"choice": "moves"}, follow=True))
    assert "The Other" in page
    settled = Folded.objects.get()
    assert (settled.choice, settled.by, settled.copies) == ("moves", mine.payer, 12)
    again = client.post(here, {"choice": "paid-back"}, follow=True)
    assert "decided before" in text(again)
    assert not Refund.objects.exists()
    fold_letters.send_due(timezone.now())
    assert settled.successor.number in mail.outbox[-1].body


def test_the_money_is_one_click_too_and_goes_at_once(client, mine, title, other):
    begin(title, offered(other))
    here = f"/account/subscriptions/{mine.key}/end/"
    page = text(client.post(here, {"choice": "paid-back"}, follow=True))
    assert "paid back the way it was paid" in page
    refund = Refund.objects.get()
    assert (refund.minor, refund.attempt.state) == (6000, "succeeded")
    fold_letters.send_due(timezone.now())
    assert "€60.00" in mail.outbox[-1].body
    assert len(mail.outbox[-1].attachments) == 1


def test_where_it_cannot_move_the_page_offers_the_money_alone(client, mine, title, other):
    begin(title, offered(other, currency="CHF"))
    here = f"/account/subscriptions/{mine.key}/end/"
    page = text(client.get(here))
    assert "It cannot move" in page
    assert 'value="moves"' not in page
    assert "only be paid back" in text(client.post(here, {"choice": "moves"}, follow=True))
    assert not Folded.objects.exists()


def test_it_is_nobody_elses_business_and_nothing_where_nothing_folds(client, mine, title, other):
    here = f"/account/subscriptions/{mine.key}/end/"
    assert client.get(here).status_code == 404
    begin(title, offered(other))
    client.post(here, {"choice": "whatever"})
    assert not Folded.objects.exists()
    client.force_login(make.reader())
    assert client.get(here).status_code == 404
    assert client.post(here, {"choice": "paid-back"}).status_code == 404
