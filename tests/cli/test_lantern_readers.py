"""The invented readers of The Lantern are booked as real ones are."""

import pytest
from django.utils import timezone

from masthead.circulation import auditing, confirmations, present_letters, single_letters
from masthead.circulation.models import LabelRun, Order, Subscription
from masthead.cli import demo, lantern_readers
from masthead.editorial import issues
from masthead.payments import ways
from masthead.people.models import User
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db


class Transfer:
    """The way to pay that needs no other program."""

    name, label, abilities = "transfer", "Bank transfer", frozenset({"by-hand", "refunds"})


@pytest.fixture
def lantern(monkeypatch):
    """Return a title with two issues on sale, and what the demonstration magazine sells."""
    monkeypatch.setattr(ways, "names", lambda: ("transfer",))
    monkeypatch.setattr(ways, "named", lambda _name: Transfer())
    title = editorial.magazine()
    for _issue in range(2):
        issues.put_on_sale(editorial.issue(title, state="open"), at=THEN)
    User.objects.create_superuser("editor@gazette.example", "secret")
    demo._sell_an_offer()
    demo._sell_single_copies()
    return title


def test_they_order_pay_give_and_leave_once_and_the_books_hold(lantern):
    lantern_readers.enrol()
    counted = (Order.objects.count(), Subscription.objects.count(), LabelRun.objects.count())
    lantern_readers.enrol()
    assert counted == (
        Order.objects.count(),
        Subscription.objects.count(),
        LabelRun.objects.count(),
    )
    assert Subscription.objects.filter(ended_at=None).count() > 15
    assert set(Subscription.objects.exclude(ended_at=None).values_list("ended_why", flat=True)) == {
        "cancelled",
        "money-back",
    }
    assert auditing.complaints(timezone.now()) == []


def test_no_mail_goes_to_people_who_do_not_exist(lantern, mailoutbox):
    lantern_readers.enrol()
    now = timezone.now()
    for letters in (confirmations, present_letters, single_letters):
        letters.send_due(now)
    assert [one.subject for one in mailoutbox] == []
