"""Alarms: each tells what is wrong, since when and where it is mended; publishers hear of it once."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from masthead.circulation import agencies, agency_register, brakes, endings, orders, single_returns
from masthead.circulation import alarms as circulation
from masthead.circulation.founding import empower_publishers
from masthead.circulation.models import (
    AgencyInvoice,
    CreditOrder,
    Inspection,
    LabelRun,
    Undelivered,
)
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.office import watching
from masthead.office.models import Raised
from masthead.payments import alarms as payments
from masthead.payments import four_eyes, journal
from masthead.payments.models import (
    Attempt,
    BankLine,
    Difference,
    Dispute,
    ProviderNotice,
    RefundRequest,
)
from masthead.people import alarms
from masthead.people.alarms import Alarm
from masthead.people.models import Address, User
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN
from tests.office.test_boards import at_home, on_sale
from tests.office.test_single_copies import bought

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def title():
    return editorial.magazine()


def charge(title) -> Attempt:
    make.subscription(make.version(title))
    return Attempt.objects.latest("pk")


def an_unknown_payment(title):
    Attempt.objects.filter(pk=charge(title).pk).update(state="unknown", sent_at=THEN - DAY)
    return payments.unknown, THEN - DAY


def a_difference(title):
    Difference.note(Difference.Kind.NOT_BOOKED, "card", "x", "", at=THEN)
    return payments.differences, THEN


def a_dispute(title):
    Dispute.objects.create(
        charge=charge(title),
        provider="t",
        provider_ref="d",
        minor=1,
        currency="EUR",
        opened_at=THEN,
    )
    return payments.disputes, THEN


def a_bank_line(title):
    BankLine.objects.create(way="transfer", bank_id="1", booked_on=THEN.date(), minor=1, currency="EUR",
                            state="nomatch", read_at=THEN)  # fmt: skip
    return payments.bank_lines, THEN


def a_refund_to_decide(title):
    four_eyes.ask("subscription:x", "rest", Money(1, "EUR"), reason="x", request=uuid.uuid4(),
                  at=THEN - DAY, by=make.reader())  # fmt: skip
    return payments.to_decide, THEN - DAY


def an_unread_notice(title):
    ProviderNotice.objects.create(
        provider="card", notice_id="1", kind="x", received_at=THEN - payments.UNREAD
    )
    return payments.notices, THEN - payments.UNREAD


def an_overdue_refund(title):
    paid = make.subscription(make.version(title), at=THEN - 15 * DAY)
    endings.withdraw(paid, request=uuid.uuid4(), at=THEN - 14 * DAY)
    return circulation.overdue, THEN


def an_overdue_refund_of_a_single_copy(title):
    copy = bought(on_sale(title, THEN - 20 * DAY))
    single_returns.give_back(
        copy, reason="Wet", request=uuid.uuid4(), at=THEN - 14 * DAY, by=make.reader()
    )
    return circulation.overdue, THEN


def an_overdue_invoice_of_an_agency(title):
    agency = agency_register.found(
        name="Boreal", mail="orders@boreal.example", address="Kai 1", country="DE",
        commission=100, payment_days=30,
    )  # fmt: skip
    for number, days in enumerate((40, 32, 31)):
        # Two of one invoice, and what was paid of another.
        at = THEN - days * DAY
        for one in range(2):
            agencies.take(
                agency, make.version(title, at=at), make.reader(), number=f"{number}-{one}",
                currency="EUR", country="DE", at=at,
            )  # fmt: skip
        agencies.invoice(agency, at=at)
    first = AgencyInvoice.objects.order_by("pk").first()
    CreditOrder.objects.filter(order__for_agency__invoice=first).update(
        billing="paid", settled_at=THEN
    )
    midnight = timezone.make_aware(datetime.combine((THEN - 2 * DAY).date(), time.min))
    return circulation.agencies_overdue, midnight + DAY


def an_overdue_invoice_of_a_reader(title):
    deal = make.deal(credit_copies=2, credit_days=14, credit_countries=("DE",))
    for days, billing in ((15, "owed"), (30, "credited"), (14, "owed")):
        at = THEN - days * DAY
        payer = at_home()
        User.objects.filter(pk=payer.pk).update(mail_verified_at=at)
        order, _attempt = orders.place(
            make.version(title, deal, at=at), payer, currency="EUR", country="DE", provider="",
            request=uuid.uuid4(), at=at, on_credit=True,
        )  # fmt: skip
        settled = None if billing == "owed" else THEN
        CreditOrder.objects.filter(order=order).update(billing=billing, settled_at=settled)
    return circulation.readers_overdue, THEN


def a_broken_promise(title):
    for days, failures in ((3, []), (2, ["No. 3 was not served."]), (1, ["No. 3 was not served."])):
        Inspection.objects.create(
            title=title, promise="issues", at=THEN - days * DAY, looked_at=1, failures=failures
        )
    return circulation.broken, THEN - 2 * DAY


def a_worker_that_stopped(title):
    at = THEN - circulation.UNSEEN - timedelta(seconds=1)
    Inspection.objects.create(title=title, promise="issues", at=at, looked_at=1)
    return circulation.broken, at


def labels_that_are_due(title):
    make.subscription(make.version(title), reader=at_home(), with_print=True, at=THEN - DAY)
    editorial.issue(title, state="open", planned_on_sale_at=THEN + 14 * DAY)
    return circulation.labels, THEN


def a_run_that_was_not_dispatched(title):
    issue = on_sale(title, THEN - DAY)
    LabelRun.objects.create(issue=issue, number=1, kind="main", rows=3, frozen_at=THEN - 9 * DAY)
    return circulation.labels, THEN - DAY


def stopped_renewals(title):
    brakes.pull(title, why="A wrong price", at=THEN)
    return circulation.stopped, THEN


def a_reader_who_was_not_told(title):
    reader = at_home()
    address = reader.addresses.get()
    Undelivered.objects.create(address=address, why="moved", at=THEN - circulation.UNTOLD)
    return circulation.untold, THEN - circulation.UNTOLD


def uneven_books(title):
    line = journal.debit("assets:provider:test", Money(5, "EUR"))
    journal.post(
        "x",
        [line, journal.credit("liabilities:deferred:print", Money(5, "EUR"))],
        kind="x",
        at=THEN,
    )
    return circulation.books, None


WRONGS = [
    an_unknown_payment, a_difference, a_dispute, a_bank_line, a_refund_to_decide, an_unread_notice,
    an_overdue_refund, an_overdue_refund_of_a_single_copy, an_overdue_invoice_of_an_agency,
    an_overdue_invoice_of_a_reader, a_broken_promise, a_worker_that_stopped, labels_that_are_due, a_run_that_was_not_dispatched,
    stopped_renewals, a_reader_who_was_not_told, uneven_books,
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONGS)
def test_whatever_is_wrong_is_told_with_its_moment_and_its_page(title, wrong) -> None:
    look, since = wrong(title)
    [told] = list(look(THEN))
    assert told.since == since
    assert reverse(told.to, args=told.args)
    assert told.words.endswith((".", "price", "?"))
    assert told in alarms.raised(at=THEN, with_slow=True)


@pytest.mark.parametrize(
    "wrong",
    [
        an_unknown_payment,
        a_refund_to_decide,
        an_unread_notice,
        an_overdue_refund,
        an_overdue_refund_of_a_single_copy,
        an_overdue_invoice_of_a_reader,
        labels_that_are_due,
        a_reader_who_was_not_told,
    ],
)
def test_what_is_only_late_by_a_moment_is_told_a_moment_later(title, wrong) -> None:
    look, _since = wrong(title)
    assert not list(look(THEN - timedelta(seconds=1)))


def test_an_invoice_to_an_agency_is_overdue_on_the_day_after_it_was_due(title) -> None:
    an_overdue_invoice_of_an_agency(title)
    [told] = circulation.agencies_overdue(THEN)
    assert told.words.startswith("2 invoices")
    assert [one.words[:9] for one in circulation.agencies_overdue(THEN - DAY)] == ["1 invoice"]
    assert list(circulation.agencies_overdue(THEN - 2 * DAY)) == []


def test_invoices_of_readers_are_counted_and_those_of_agencies_apart(title) -> None:
    an_overdue_invoice_of_a_reader(title)
    an_overdue_invoice_of_an_agency(title)
    [told] = circulation.readers_overdue(THEN)
    assert told.words.startswith("1 invoice to a reader")
    [told] = circulation.readers_overdue(THEN + DAY)
    assert told.words.startswith("2 invoices to readers")


def test_what_nobody_is_promised_any_more_is_not_broken(title) -> None:
    a_broken_promise(title)
    Inspection.objects.create(title=title, promise="audio", at=THEN, looked_at=1)
    assert list(circulation.broken(THEN)) == []


def test_a_house_in_order_raises_none(title) -> None:
    make.subscription(make.version(title))
    assert alarms.raised(at=THEN, with_slow=True) == []


def test_a_look_that_fails_is_an_alarm_and_hides_no_other(title, monkeypatch) -> None:
    monkeypatch.setattr(alarms, "_looks", dict(alarms._looks))

    def fail(at):
        raise RuntimeError("The library is closed.")

    alarms.register("library", fail)
    a_difference(title)
    said = [one.words for one in alarms.raised(at=THEN)]
    assert len(said) == 2
    assert any("library" in one for one in said)


def test_two_looks_cannot_have_one_name(monkeypatch) -> None:
    monkeypatch.setattr(alarms, "_looks", dict(alarms._looks))
    with pytest.raises(alarms.AlreadyRegistered):
        alarms.register("disputes", lambda at: [])


# What is no alarm


def a_dispute_among_the_differences(title):
    Difference.note(Difference.Kind.DISPUTED, "card", "x", "", at=THEN)
    return payments.differences


def a_settled_difference(title):
    a_difference(title)
    Difference.objects.update(settled_at=THEN)
    return payments.differences


def a_lost_dispute(title):
    a_dispute(title)
    Dispute.objects.update(state="lost", ended_at=THEN)
    return payments.disputes


def a_refund_that_was_decided(title):
    a_refund_to_decide(title)
    waits = RefundRequest.objects.get()
    four_eyes.decide(waits, approved=False, at=THEN, by=make.reader(), reason="No")
    return payments.to_decide


def a_notice_that_was_looked_into(title):
    an_unread_notice(title)
    ProviderNotice.objects.update(looked_at=THEN)
    return payments.notices


def a_payment_that_came_through(title):
    an_unknown_payment(title)
    Attempt.objects.update(state="succeeded")
    return payments.unknown


def a_refund_that_went_out(title):
    an_overdue_refund(title)
    make.pay(Attempt.objects.get(kind="refund"))
    return circulation.overdue


def a_refund_of_a_single_copy_that_went_out(title):
    an_overdue_refund_of_a_single_copy(title)
    make.pay(Attempt.objects.get(kind="refund"))
    return circulation.overdue


def labels_of_an_issue_that_is_out(title):
    labels_that_are_due(title)
    Issue.objects.update(state="on_sale", on_sale_at=THEN)
    return circulation.labels


def labels_that_are_frozen(title):
    labels_that_are_due(title)
    issue = Issue.objects.get()
    LabelRun.objects.create(issue=issue, number=1, kind="main", rows=3, frozen_at=THEN)
    return circulation.labels


def labels_of_an_issue_that_uses_up_no_copies(title):
    labels_that_are_due(title)
    Issue.objects.update(counts_as=0)
    return circulation.labels


def a_run_that_was_dispatched(title):
    a_run_that_was_not_dispatched(title)
    LabelRun.objects.update(dispatched_at=THEN, quantity=3)
    return circulation.labels


def a_run_of_nobody(title):
    a_run_that_was_not_dispatched(title)
    LabelRun.objects.update(rows=0)
    return circulation.labels


def renewals_that_go_on(title):
    stopped_renewals(title)
    brakes.release(title, at=THEN)
    return circulation.stopped


def a_reader_who_was_told(title):
    a_reader_who_was_not_told(title)
    Undelivered.objects.update(told_at=THEN)
    return circulation.untold


def an_address_that_is_no_more(title):
    a_reader_who_was_not_told(title)
    Address.objects.update(retired_at=THEN, is_for_post=False)
    return circulation.untold


def a_promise_that_is_kept_again(title):
    a_broken_promise(title)
    Inspection.objects.create(title=title, promise="issues", at=THEN, looked_at=1)
    return circulation.broken


RIGHTS = [
    a_dispute_among_the_differences, a_settled_difference, a_lost_dispute, a_refund_that_was_decided,
    a_notice_that_was_looked_into, a_payment_that_came_through, a_refund_that_went_out,
    a_refund_of_a_single_copy_that_went_out, labels_of_an_issue_that_is_out, labels_that_are_frozen,
    labels_of_an_issue_that_uses_up_no_copies, a_run_that_was_dispatched, a_run_of_nobody, renewals_that_go_on,
    a_reader_who_was_told, an_address_that_is_no_more, a_promise_that_is_kept_again,
]  # fmt: skip


@pytest.mark.parametrize("right", RIGHTS)
def test_what_was_seen_to_or_is_as_it_should_be_is_told_no_more(title, right) -> None:
    look = right(title)
    assert list(look(THEN)) == []


def test_one_more_of_a_sort_is_another_alarm(title) -> None:
    an_unknown_payment(title)
    [first] = payments.unknown(THEN)
    an_unknown_payment(title)
    [second] = payments.unknown(THEN)
    assert first.name != second.name


# The letter


@pytest.mark.parametrize("gone", [{"is_active": False}, {"erased_at": THEN}])
def test_who_is_no_publisher_any_more_hears_nothing(title, publisher, gone) -> None:
    User.objects.filter(pk=publisher.pk).update(**gone)
    a_difference(title)
    watching.watch(at=THEN)
    assert mail.outbox == []


def test_a_mail_server_that_refuses_one_publisher_takes_the_letter_of_another(
    title, publisher, monkeypatch
) -> None:
    other = make.reader("other@gazette.example")
    other.groups.add(empower_publishers())
    real = watching.EmailMultiAlternatives.send

    def send(letter, *args):
        if letter.to == [publisher.email]:
            raise OSError("The line is dead.")
        return real(letter, *args)

    monkeypatch.setattr(watching.EmailMultiAlternatives, "send", send)
    a_difference(title)
    watching.watch(at=THEN)
    assert [letter.to for letter in mail.outbox] == [[other.email]]


def test_what_has_gone_before_its_letter_went_is_not_written_about(
    title, publisher, monkeypatch
) -> None:
    a_difference(title)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", lambda self: 0)
        watching.watch(at=THEN)
    Difference.objects.update(settled_at=THEN)
    watching.watch(at=THEN + DAY)
    assert mail.outbox == []


def test_what_the_night_found_and_is_mended_is_shown_no_more(title) -> None:
    uneven_books(title)
    watching.watch(at=THEN)
    assert any("liabilities" in one.words for one in watching.now(at=THEN))
    Raised.objects.update(gone_at=THEN)
    assert not any("liabilities" in one.words for one in watching.now(at=THEN))


def test_an_alarm_that_stands_says_what_is_so_now(title, monkeypatch) -> None:
    monkeypatch.setattr(alarms, "_looks", {})
    for words in ("One is late.", "Two are late."):
        alarms._looks["x"] = (
            lambda at, words=words: [Alarm("late", words, THEN, "office:bank")],
            True,
        )
        watching.watch(at=THEN)
    assert Raised.objects.get().words == "Two are late."


def test_publishers_hear_of_what_is_new_once(title, publisher) -> None:
    a_difference(title)
    watching.watch(at=THEN)
    [letter] = mail.outbox
    assert letter.to == [publisher.email]
    assert "Paid, and not in the books" in letter.body
    assert "/office/masthead/alarms/" in letter.body
    watching.watch(at=THEN + DAY)
    assert len(mail.outbox) == 1
    stopped_renewals(title)
    watching.watch(at=THEN + 2 * DAY)
    assert len(mail.outbox) == 2
    assert "not in the books" not in mail.outbox[1].body


def test_what_comes_back_is_told_again(title, publisher) -> None:
    a_difference(title)
    watching.watch(at=THEN)
    Difference.objects.update(settled_at=THEN)
    watching.watch(at=THEN + DAY)
    assert not Raised.objects.filter(gone_at=None).exists()
    Difference.objects.update(settled_at=None)
    watching.watch(at=THEN + 2 * DAY)
    assert len(mail.outbox) == 2
    assert Raised.objects.filter(gone_at=None).count() == 1


def test_a_letter_that_nobody_took_is_written_the_next_night(title, publisher, monkeypatch) -> None:
    a_difference(title)
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", lambda self: 0)
        watching.watch(at=THEN)
    assert mail.outbox == []
    watching.watch(at=THEN + DAY)
    assert len(mail.outbox) == 1
    assert "not in the books" in mail.outbox[0].body


# The pages


def test_the_page_and_the_panel_show_them(client, publisher, title) -> None:
    assert "Nothing is wrong" in client.get("/office/masthead/alarms/").content.decode()
    a_difference(title)
    uneven_books(title)
    watching.watch(at=THEN)
    page = client.get("/office/masthead/alarms/").content.decode()
    assert "Paid, and not in the books" in page
    assert "liabilities:deferred:print" in page
    assert "/office/masthead/differences/" in page
    home = client.get("/office/").content.decode()
    assert "Paid, and not in the books" in home


def test_an_alarm_that_names_no_page_leads_to_the_list(title) -> None:
    assert watching._url("office:nowhere", ()) == reverse("office:alarms")


def test_others_of_the_staff_see_neither(client, title) -> None:
    a_difference(title)
    editor = make.reader("editor@gazette.example")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    assert client.get("/office/masthead/alarms/").status_code in (302, 403)
    assert "not in the books" not in client.get("/office/").content.decode()
