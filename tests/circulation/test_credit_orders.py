"""Bill me later: it begins at once, the money is asked for, and who never pays costs a few copies."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from masthead.circulation import (
    auditing,
    confirmations,
    credit_chasing,
    credit_orders,
    endings,
    going_on,
    orders,
    pauses,
    pricing,
    readings,
    refunding,
    renewals,
    serving,
    standing,
    statements,
)
from masthead.circulation.deals import Share
from masthead.circulation.models import CreditOrder, Deduction, Notice, ServiceRecord, Subscription
from masthead.editorial import issues
from masthead.payments import journal
from masthead.payments.models import Attempt, Entry, Invoice
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOME = {"name": "Ada Brandt", "street": "Am Deich 4", "city": "Bremen", "postcode": "28199"}
Billing = CreditOrder.Billing


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def version(title):
    return make.version(title, deal())


@pytest.fixture
def ada():
    return trusted("ada@readers.example")


def deal(**fields):
    usual = {"copies": 6, "credit_copies": 2, "credit_days": 30, "credit_countries": ("DE", "AT")}
    return make.deal(shares=(Share("digital", 1),), **(usual | fields))


def trusted(email=""):
    """Return somebody who proved a mail address and wrote down where they live."""
    found = make.reader(email, mail_verified_at=THEN)
    addresses.write(found, "DE", HOME, at=THEN)
    return found


def ordered(version, payer, *, at=THEN, **fields):
    asked = {"currency": "EUR", "country": "DE", "provider": "", "request": uuid.uuid4()} | fields
    return orders.place(version, payer, at=at, agreed_to="Renews.", on_credit=True, **asked)[0]


def out(title, at, count=1):
    for _each in range(count):
        issue = issues.put_on_sale(editorial.issue(title, state="open"), at=at)
        serving.serve(issue, at=at)
    return issue


def paid(order, *, at):
    attempt = Attempt.objects.filter(reference=order.reference).last()
    attempt = attempt or orders.ask_for(
        order, provider="test", request=uuid.uuid4(), at=at, language="en"
    )
    return orders.paid(make.pay(attempt, at=at), at=at)


def state(order, at):
    account = standing.of_one(Subscription.objects.get(orders=order))
    return account.state(at, standing.newest_sequence(account.subscription.title_id))


def reads(order, at) -> bool:
    return bool(list(readings.of(order.payer, at)))


def balances() -> dict[str, int]:
    return {account: minor for (account, _currency), minor in journal.balances().items()}


def test_it_is_read_and_invoiced_before_a_cent_has_come(title, version, ada):
    out(title, THEN)
    order = ordered(version, ada)
    assert reads(order, THEN)
    invoice = Invoice.objects.get()
    assert invoice.money == order.money
    assert (invoice.document["is_paid"], invoice.document["due_on"]) == (False, "2026-06-03")
    assert balances() == {"assets:receivable": 6000, "liabilities:deferred:digital": -6000}
    assert auditing.complaints(THEN) == []


def test_the_letter_says_how_to_pay_by_when_and_what_was_promised(title, version, ada):
    order = ordered(version, ada)
    confirmations.send_due(THEN)
    confirmations.send_due(THEN)
    (letter,) = mail.outbox
    for words in ("€60.00", "June 3, 2026", f"/subscribe/orders/{order.key}/payment/",
                  "you owe nothing", "Your money back within 60 days"):  # fmt: skip
        assert words in letter.body
    assert [name for name, _data, _kind in letter.attachments] == ["2026-000001.pdf"]


def test_money_that_comes_in_time_settles_the_debt_and_nothing_is_earned_twice(title, version, ada):
    order = ordered(version, ada)
    out(title, THEN + DAY)
    before = balances()["income:digital"]
    paid(order, at=THEN + 2 * DAY)
    assert balances() == {
        "assets:provider:test": 6000, "income:digital": before, "liabilities:deferred:digital": -5000,
    }  # fmt: skip
    out(title, THEN + 3 * DAY, 5)
    assert balances() == {"assets:provider:test": 6000, "income:digital": -6000}
    assert order.credit.__class__.objects.get().billing == Billing.PAID
    assert Invoice.objects.count() == 1
    assert auditing.complaints(THEN + 9 * DAY) == []


def test_hearing_of_the_money_twice_settles_it_once(title, version, ada):
    order = ordered(version, ada)
    paid(order, at=THEN)
    attempt = Attempt.objects.get()
    orders.paid(attempt, at=THEN + DAY)
    orders.catch_up(THEN + DAY)
    assert Entry.objects.filter(key__startswith="credit-paid:").count() == 1
    assert "assets:receivable" not in balances()


def test_money_that_nobody_heard_of_is_found_the_next_hour(title, version, ada):
    order = ordered(version, ada)
    attempt = orders.ask_for(order, provider="test", request=uuid.uuid4(), at=THEN, language="en")
    make.pay(attempt)
    CreditOrder.objects.update(billing=Billing.OWED, settled_at=None)
    assert orders.catch_up(THEN) == 1
    assert CreditOrder.objects.get().billing == Billing.PAID


def test_after_so_many_copies_nothing_more_is_served_or_read(title, version, ada):
    order = ordered(version, ada)
    out(title, THEN + DAY, 2)
    assert (state(order, THEN + DAY), reads(order, THEN + DAY)) == ("active", True)
    last = out(title, THEN + 2 * DAY)
    assert (state(order, THEN + 2 * DAY), reads(order, THEN + 2 * DAY)) == ("suspended", False)
    assert ServiceRecord.objects.count() == 2
    assert not ServiceRecord.objects.filter(issue=last).exists()


def test_who_pays_while_it_is_suspended_gets_the_newest_issue_and_loses_no_copy(
    title, version, ada
):
    order = ordered(version, ada)
    out(title, THEN + DAY, 2)
    missed = out(title, THEN + 2 * DAY)
    credit_chasing.run(title, at=THEN + 3 * DAY)
    paid(order, at=THEN + 4 * DAY)
    assert ServiceRecord.objects.filter(issue=missed).exists()
    assert reads(order, THEN + 4 * DAY)
    out(title, THEN + 5 * DAY, 4)
    assert ServiceRecord.objects.count() == 6
    assert balances() == {"assets:provider:test": 6000, "income:digital": -6000}


def test_payers_are_reminded_on_three_days_and_told_once_that_it_rests(title, version, ada):
    order = ordered(version, ada)
    told = []
    for day in range(40):
        mail.outbox.clear()
        at = THEN + day * DAY
        if day in (1, 2, 30):
            out(title, at)
        credit_chasing.run(title, at=at)
        credit_chasing.run(title, at=at)
        told += [(day, letter.subject) for letter in mail.outbox]
    assert told == [
        (14, "The Gazette: your invoice is still to be paid"),
        (28, "The Gazette: your invoice is still to be paid"),
        (30, "The Gazette: the next issue waits for your payment"),
    ]
    assert state(order, THEN + 39 * DAY) == "suspended"


def test_nobody_who_paid_is_reminded_and_they_are_thanked_once(title, version, ada):
    order = ordered(version, ada)
    paid(order, at=THEN + DAY)
    for day in range(2, 60):
        credit_chasing.run(title, at=THEN + day * DAY)
    assert [letter.subject for letter in mail.outbox] == ["The Gazette: your payment is here"]


def test_who_never_pays_is_ended_and_only_what_was_served_is_bad_debt(title, version, ada):
    order = ordered(version, ada)
    out(title, THEN + DAY, 3)
    for day in (2, 3, 31, 32, 33):
        credit_chasing.run(title, at=THEN + day * DAY)
    subscription = Subscription.objects.get()
    assert subscription.ended_why == "not-paid"
    assert subscription.ended_at == THEN + 32 * DAY
    assert (state(order, THEN + 33 * DAY), reads(order, THEN + 33 * DAY)) == ("ended", False)
    assert balances() == {"expenses:bad-debt": 2000, "income:digital": -2000}
    note = Invoice.objects.get(kind="credit-note")
    assert (note.minor, note.number, note.document["is_paid"]) == (4000, 2, False)
    assert auditing.complaints(THEN + 40 * DAY) == []
    mail.outbox.clear()
    confirmations.send_due(THEN + 33 * DAY)
    letter = mail.outbox[-1]
    assert "was not paid" in letter.body
    assert [name for name, _data, _kind in letter.attachments] == ["2026-000002.pdf"]
    out(title, THEN + 34 * DAY)
    assert ServiceRecord.objects.count() == 2


def test_what_was_served_and_never_paid_does_not_stay_with_its_reader(title, version, ada):
    order = ordered(version, ada)
    out(title, THEN + DAY)
    assert list(readings.kept_by(ada, THEN + DAY))
    endings.end_unpaid(order.term.subscription, at=THEN + 2 * DAY)
    assert not list(readings.kept_by(ada, THEN + 2 * DAY))


def test_a_debt_is_written_off_once(title, version, ada):
    order = ordered(version, ada)
    out(title, THEN + DAY)
    assert endings.end_unpaid(order.term.subscription, at=THEN + 2 * DAY)
    assert not endings.end_unpaid(order.term.subscription, at=THEN + 3 * DAY)
    assert Entry.objects.filter(key__startswith="unpaid:").count() == 1
    assert balances()["expenses:bad-debt"] == 1000


def test_money_that_comes_after_it_was_written_off_waits_for_staff(title, version, ada):
    order = ordered(version, ada)
    attempt = orders.ask_for(order, provider="test", request=uuid.uuid4(), at=THEN, language="en")
    endings.end_unpaid(order.term.subscription, at=THEN + DAY)
    attempt.refresh_from_db()
    assert attempt.state == "failed"
    assert orders.paid(make.pay(attempt, at=THEN + 2 * DAY), at=THEN + 2 * DAY) is None
    assert balances()["liabilities:received"] == -6000
    (complaint,) = auditing.complaints(THEN + 9 * DAY)
    assert "give it back" in complaint


def test_a_pause_does_not_keep_an_invoice_open_for_ever(title, version, ada):
    order = ordered(version, ada)
    pauses.hold(order.term.subscription, starts_on=THEN.date(), at=THEN)
    out(title, THEN + DAY, 3)
    credit_chasing.run(title, at=THEN + 59 * DAY)
    assert reads(order, THEN + 59 * DAY)
    credit_chasing.run(title, at=THEN + 60 * DAY)
    assert (state(order, THEN + 60 * DAY), reads(order, THEN + 60 * DAY)) == ("suspended", False)
    credit_chasing.run(title, at=THEN + 90 * DAY)
    assert Subscription.objects.get().ended_why == "not-paid"
    assert balances() == {}


@pytest.mark.parametrize("way", ["cancel", "give_money_back", "withdraw"])
def test_whoever_leaves_before_paying_owes_nothing_and_gets_nothing(title, version, ada, way):
    order = ordered(version, ada)
    out(title, THEN + DAY)
    request = uuid.uuid4()
    for _click in range(2):
        (refund,) = getattr(endings, way)(
            order.term.subscription, request=request, at=THEN + 2 * DAY
        )
    assert (refund.minor, refund.attempt) == (0, None)
    assert balances() == {"income:digital": -1000, "income:given-back:digital": 1000}
    assert Invoice.objects.get(kind="credit-note").minor == 6000
    assert CreditOrder.objects.get().billing == Billing.CREDITED
    assert auditing.complaints(THEN + 9 * DAY) == []


def test_an_erased_reader_leaves_no_open_debt(title, version, ada):
    order = ordered(version, ada)
    out(title, THEN + DAY)
    endings.give_up(order.term.subscription, at=THEN + 2 * DAY)
    assert balances() == {"expenses:bad-debt": 1000, "income:digital": -1000}
    assert auditing.complaints(THEN + 9 * DAY) == []


def test_goodwill_is_not_given_of_what_was_not_paid(title, version, ada):
    order = ordered(version, ada)
    with pytest.raises(refunding.CannotGiveBack):
        refunding.give_goodwill(order.term, order.money, request=uuid.uuid4(), at=THEN, by=None)


def test_nobody_is_asked_for_the_next_term_before_this_one_is_paid(title, version, ada):
    order = ordered(version, ada)
    subscription = order.term.subscription
    with pytest.raises(renewals.CannotRenew):
        going_on.next_term(standing.of_one(subscription), at=THEN)
    CreditOrder.objects.update(copies=6)
    out(title, THEN + DAY, 5)
    assert list(renewals.due(title, at=THEN + DAY)) == []
    paid(order, at=THEN + DAY)
    assert len(list(renewals.due(title, at=THEN + DAY))) == 1


def strangers():
    nowhere = make.reader(mail_verified_at=THEN)
    unproved = trusted()
    unproved.mail_verified_at = None
    unproved.save()
    abroad = make.reader(mail_verified_at=THEN)
    addresses.write(abroad, "FR", HOME, at=THEN)
    return {"no address": nowhere, "no proved mail": unproved, "abroad": abroad}


@pytest.mark.parametrize("why", ["no address", "no proved mail", "abroad"])
def test_there_is_credit_only_for_whom_a_letter_finds(version, why):
    with pytest.raises(pricing.CannotOrder):
        ordered(version, strangers()[why])
    assert not Subscription.objects.exists()
    assert not Invoice.objects.exists()


def test_there_is_none_in_other_countries_and_of_offers_that_are_paid_first(title, version, ada):
    with pytest.raises(pricing.CannotOrder):
        ordered(version, ada, country="CH")
    with pytest.raises(pricing.CannotOrder):
        ordered(make.version(title), ada)


def test_there_is_one_open_invoice_at_a_time(title, version, ada):
    order = ordered(version, ada)
    with pytest.raises(pricing.CannotOrder):
        ordered(version, ada)
    asked = {"currency": "EUR", "country": "DE", "provider": "test", "request": uuid.uuid4()}
    other, _charge = orders.place(version, ada, at=THEN, **asked)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditOrder.objects.create(order=other, payer=ada, copies=2, days=30, opened_at=THEN)
    paid(order, at=THEN)
    assert ordered(version, ada)


@pytest.mark.parametrize("how", ["written off", "cancelled"])
def test_who_did_not_pay_once_pays_first(title, version, ada, how):
    order = ordered(version, ada)
    if how == "written off":
        endings.end_unpaid(order.term.subscription, at=THEN)
    else:
        endings.cancel(order.term.subscription, request=uuid.uuid4(), at=THEN)
    assert "earlier invoice was not paid" in credit_orders.refusal(version, ada, country="DE")
    with pytest.raises(pricing.CannotOrder):
        ordered(version, ada)


def test_the_form_sent_twice_is_one_order(version, ada):
    request = uuid.uuid4()
    assert ordered(version, ada, request=request) == ordered(version, ada, request=request)
    assert Invoice.objects.count() == 1


def test_an_order_that_is_over_is_not_paid_any_more(version, ada):
    order = ordered(version, ada)
    endings.end_unpaid(order.term.subscription, at=THEN)
    with pytest.raises(pricing.CannotOrder, match="nothing is to be paid"):
        orders.ask_for(order, provider="test", request=uuid.uuid4(), at=THEN, language="en")


def test_a_statement_counts_a_copy_as_paid_once_its_money_is_here(title, version, ada):
    order = ordered(version, ada)
    make.subscription(version)
    issue = out(title, THEN + DAY)
    figures = statements.of(issue)
    assert (figures.paid, figures.on_credit, figures.served) == (1, 1, 2)
    paid(order, at=THEN + 5 * DAY)
    figures = statements.of(issue)
    assert (figures.paid, figures.on_credit, figures.served) == (2, 0, 2)
    then = statements.of(issue, at=THEN + 4 * DAY)
    assert (then.paid, then.on_credit) == (1, 1)


def test_the_deduction_of_a_debt_is_kept_to_one_by_the_database(title, version, ada):
    order = ordered(version, ada)
    endings.end_unpaid(order.term.subscription, at=THEN)
    one = Deduction.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Deduction.objects.create(
            subscription=one.subscription, term=one.term, kind=one.kind, copies=1,
            occasion=one.occasion, at=THEN,
        )  # fmt: skip


def test_every_letter_of_an_invoice_is_on_record(title, version, ada):
    ordered(version, ada)
    confirmations.send_due(THEN)
    credit_chasing.run(title, at=THEN + 14 * DAY)
    kinds = list(Notice.objects.values_list("kind", flat=True))
    assert kinds == ["welcome", "owed"]
