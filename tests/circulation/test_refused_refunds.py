"""While a bank holds the money nothing is sent; what was refused is shown, and nothing goes twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from masthead.circulation import (
    alarms,
    auditing,
    charge_backs,
    endings,
    orders,
    refunding,
    refused_refunds,
)
from masthead.circulation.founding import empower_publishers
from masthead.circulation.models import Refund, Subscription
from masthead.money import Money
from masthead.payments import attempts, journal, observations, reconciliation, sweeping, ways
from masthead.payments.models import Attempt, Difference, Dispute, HandNote
from masthead.testing.payment_providers import NOW, URLS
from tests.factories import circulation as make
from tests.factories import editorial
from tests.office.test_boards import on_sale
from tests.payments import conftest as paying
from tests.payments.conftest import Till

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
till = paying.till


@pytest.fixture
def paid(till) -> Subscription:
    """Return a subscription of 24 copies for 60 euros, paid by card, of which one was served."""
    title = editorial.magazine()
    order, attempt = orders.place(
        make.version(title, at=NOW), make.reader(), at=NOW, request=uuid.uuid4(), currency="EUR",
        country="DE", provider="card", agreed_to="Renews until stopped.",
    )  # fmt: skip
    assert attempt
    attempts.send(attempt, ways.named("card"), at=NOW, urls=URLS)
    attempt.refresh_from_db()
    till.pay(attempt.provider_ref or "")
    attempts.look_at(attempt, ways.named("card"), at=NOW)
    term = orders.paid(Attempt.objects.get(pk=attempt.pk), at=NOW)
    assert term
    on_sale(title, NOW + HOUR)
    assert order.minor == 6000
    return term.subscription


@pytest.fixture
def staff(db):
    somebody = make.reader("staff@gazette.example")
    somebody.groups.add(empower_publishers())
    return somebody


class Bank:
    """The payer's bank, and what the provider tells of it."""

    def __init__(self, service: Till, *, amount: int | None = None) -> None:
        self.service = service.service
        [self.charge] = Attempt.objects.filter(kind="charge")
        asked = {"amount": amount} if amount else {}
        self.ref = self.service.order("dispute", payment_intent=self.charge.provider_ref, **asked)

    def hear(self, at) -> Dispute:
        found = observations.look(ways.named("card"), self.ref, at=at, by_way_of="notice")
        assert isinstance(found, Dispute)
        return found

    def decide(self, *, won: bool, at) -> Dispute:
        self.service.order("close_dispute", id=self.ref, won=won)
        if won:
            # As at the provider: what is ours again can be given back again.
            self.service.bank.things[
                self.service.bank.things[self.charge.provider_ref]["latest_charge"]
            ]["disputed"] = False
        return self.hear(at)


def cancelled(found: Subscription, at=NOW + 2 * DAY) -> Attempt:
    [refund] = endings.cancel(found, request=uuid.uuid4(), at=at)
    assert refund.attempt
    return refund.attempt


def sent(refund: Attempt, at) -> Attempt:
    attempts.send(refund, ways.named("card"), at=at)
    refund.refresh_from_db()
    return refund


def balance(account: str) -> int:
    return journal.balance(account, "EUR").minor


def is_right(service: Till, at=NOW + 90 * DAY) -> None:
    assert auditing.complaints(at) == []
    assert balance("assets:provider:card") == service.moved()


class TestWhileABankAsksThePaymentBack:
    def test_its_reader_can_leave_and_nothing_is_sent(self, paid, till):
        Bank(till).hear(NOW + DAY)
        refund = cancelled(paid)
        assert sent(refund, NOW + 2 * DAY).state == "created"
        sweeping.sweep(at=NOW + 3 * DAY)
        refund.refresh_from_db()
        assert (refund.state, refund.sent_at) == ("created", None)
        assert till.service.bank.all("refund") == []
        assert Subscription.objects.get(pk=paid.pk).ended_why == "cancelled"
        is_right(till)

    def test_once_it_is_won_the_sweep_sends_it(self, paid, till):
        bank = Bank(till)
        bank.hear(NOW + DAY)
        refund = cancelled(paid)
        bank.decide(won=True, at=NOW + 20 * DAY)
        sweeping.sweep(at=NOW + 20 * DAY + HOUR)
        refund.refresh_from_db()
        assert refund.state == "succeeded"
        assert balance(journal.REFUNDS_DUE) == balance(journal.CHARGEBACKS) == 0
        is_right(till)

    def test_once_it_is_lost_nothing_is_sent_and_only_what_was_served_is_lost(
        self,
        paid,
        till,
    ):
        bank = Bank(till)
        bank.hear(NOW + DAY)
        refund = cancelled(paid)
        dispute = bank.decide(won=False, at=NOW + 20 * DAY)
        # Even before anybody listens, the sweep leaves it alone.
        sweeping.sweep(at=NOW + 20 * DAY + HOUR)
        for _again in range(2):
            assert not charge_backs.lost(dispute, at=NOW + 21 * DAY)
        refund.refresh_from_db()
        assert (refund.state, refund.sent_at) == ("dropped", None)
        assert balance(journal.CHARGEBACKS) == 6000 - refund.minor
        assert balance(journal.REFUNDS_DUE) == 0
        sweeping.sweep(at=NOW + 22 * DAY)
        assert till.service.bank.all("refund") == []
        assert reconciliation.compare(at=NOW + 22 * DAY) == 1
        assert Difference.objects.get().kind == "disputed"
        is_right(till)

    def test_a_bank_that_took_a_part_leaves_it_to_staff_and_nothing_goes_by_itself(
        self,
        paid,
        till,
    ):
        bank = Bank(till, amount=3000)
        bank.hear(NOW + DAY)
        refund = cancelled(paid)
        dispute = bank.decide(won=False, at=NOW + 20 * DAY)
        assert not charge_backs.lost(dispute, at=NOW + 20 * DAY)
        refund.refresh_from_db()
        assert refund.state == "failed"
        assert Difference.objects.filter(kind="refused", subject=str(refund.key)).exists()
        sweeping.sweep(at=NOW + 21 * DAY)
        assert till.service.bank.all("refund") == []
        is_right(till)

    def test_a_question_of_a_bank_that_took_nothing_holds_nothing_up(self, paid, till):
        Dispute.objects.create(
            charge=Attempt.objects.get(), provider="card", provider_ref="dp_question",
            minor=0, currency="EUR", opened_at=NOW,
        )  # fmt: skip
        assert sent(cancelled(paid), NOW + 2 * DAY).state == "succeeded"

    def test_nobody_is_urged_to_send_it(self, paid, till):
        bank = Bank(till)
        bank.hear(NOW + DAY)
        cancelled(paid)
        late = NOW + 40 * DAY
        assert list(alarms.overdue(late)) == []
        charge_backs.lost(bank.decide(won=False, at=late), at=late)
        assert list(alarms.overdue(late)) == []

    def test_its_reader_is_told_that_it_waits(self, paid, till, client, time_machine):
        bank = Bank(till)
        bank.hear(NOW + DAY)
        time_machine.move_to(NOW + 2 * DAY)
        client.force_login(paid.payer)
        way = reverse("account_cancel", args=[paid.key])
        page = client.post(way, {"request": str(uuid.uuid4())}, follow=True).content.decode()
        assert "Your bank asks this payment back." in page
        assert "on their way back" not in page
        charge_backs.lost(bank.decide(won=False, at=NOW + 3 * DAY), at=NOW + 3 * DAY)
        page = client.get(reverse("account_subscription", args=[paid.key])).content.decode()
        assert "Your bank has given it back" in page


class TestARefundThatWasRefused:
    """The bank holds the money, and nobody here has heard of it yet."""

    @pytest.fixture
    def bank(self, paid, till):
        return Bank(till)

    @pytest.fixture
    def refused(self, paid, bank) -> Attempt:
        refund = sent(cancelled(paid), NOW + 2 * DAY)
        assert refund.state == "failed"
        return refund

    def test_is_told_to_staff_at_once(self, refused):
        told = Difference.objects.get()
        assert (told.kind, told.subject) == ("refused", str(refused.key))
        assert list(alarms.overdue(NOW + 40 * DAY))

    def test_is_settled_with_the_dispute_that_is_lost_later(self, refused, bank, till):
        bank.hear(NOW + 3 * DAY)
        charge_backs.lost(bank.decide(won=False, at=NOW + 20 * DAY), at=NOW + 20 * DAY)
        refused.refresh_from_db()
        assert refused.state == "dropped"
        assert not Difference.objects.open().filter(kind="refused").exists()
        assert balance(journal.CHARGEBACKS) == 6000 - refused.minor
        is_right(till)

    def test_cannot_be_sent_while_the_dispute_is_open(self, refused, bank, staff):
        bank.hear(NOW + 3 * DAY)
        with pytest.raises(refused_refunds.CannotTryAgain, match="Wait until that is decided"):
            refused_refunds.send_again(refused, at=NOW + 4 * DAY, by=staff)

    def test_goes_again_under_another_key_once_and_what_failed_stays_on_record(
        self,
        refused,
        bank,
        staff,
        till,
    ):
        was = refused.key
        bank.hear(NOW + 3 * DAY)
        bank.decide(won=True, at=NOW + 20 * DAY)
        found = refused_refunds.send_again(refused, at=NOW + 21 * DAY, by=staff)
        assert (found.pk, found.state) == (refused.pk, "succeeded")
        assert found.key != was
        assert Attempt.objects.get(key=was).state == "failed"
        assert Refund.objects.get().attempt == found
        with pytest.raises(refused_refunds.CannotTryAgain):
            refused_refunds.send_again(refused, at=NOW + 21 * DAY, by=staff)
        assert len(till.service.bank.all("refund")) == 1
        assert not Difference.objects.open().filter(kind="refused").exists()
        assert HandNote.objects.get().by == staff
        reconciliation.compare(at=NOW + 22 * DAY)
        assert not Difference.objects.open().exclude(kind="disputed").exists()
        is_right(till)

    def test_that_is_refused_again_is_told_again(self, refused, bank, staff):
        found = refused_refunds.send_again(refused, at=NOW + 3 * DAY, by=staff)
        assert found.state == "failed"
        assert Difference.objects.open().get().subject == str(found.key)

    def test_goes_by_transfer_in_place_of_it(self, refused, staff, till):
        found = refused_refunds.sent_by_hand(refused, "transfer", at=NOW + 3 * DAY, by=staff)
        assert found.state == "succeeded"
        assert balance("assets:provider:transfer") == -refused.minor
        assert balance(journal.REFUNDS_DUE) == 0
        assert not Difference.objects.open().filter(kind="refused").exists()
        with pytest.raises(refused_refunds.CannotTryAgain):
            refused_refunds.sent_by_hand(refused, "transfer", at=NOW + 3 * DAY, by=staff)
        assert auditing.complaints(NOW + 90 * DAY) == []

    @pytest.mark.parametrize("stands", ["succeeded", "pending"])
    def test_that_staff_gave_at_the_provider_meanwhile_is_not_sent_again(
        self, refused, bank, staff, till, stands
    ):
        things = till.service.bank.things
        # As where the bank has given up, and no notice of it has come yet.
        things[things[bank.charge.provider_ref]["latest_charge"]]["disputed"] = False
        there = till.refund_elsewhere(bank.charge.provider_ref, refused.money)
        things[there]["status"] = stands
        reconciliation.compare(at=NOW + 3 * DAY)
        with pytest.raises(refused_refunds.CannotTryAgain, match="at the payment service already"):
            refused_refunds.sent_by_hand(refused, "transfer", at=NOW + 3 * DAY + HOUR, by=staff)
        till.service.order("close_dispute", id=bank.ref, won=True)
        found = refused_refunds.send_again(refused, at=NOW + 3 * DAY + HOUR, by=staff)
        assert found.pk == refused.pk
        assert len(till.service.bank.all("refund")) == 1
        things[there]["status"] = "succeeded"
        sweeping.sweep(at=NOW + 4 * DAY)
        found.refresh_from_db()
        assert found.state == "succeeded"
        assert len(till.service.bank.all("refund")) == 1
        assert balance(journal.REFUNDS_DUE) == 0
        reconciliation.compare(at=NOW + 5 * DAY)
        kinds = set(Difference.objects.open().values_list("kind", flat=True))
        assert kinds <= {"disputed", "refund-elsewhere"}
        is_right(till)

    def test_staff_say_that_the_bank_gave_it_back(self, paid, staff, till):
        bank = Bank(till, amount=5900)
        refund = sent(cancelled(paid), NOW + 2 * DAY)
        bank.hear(NOW + 3 * DAY)
        with pytest.raises(refused_refunds.CannotTryAgain):
            refused_refunds.given_by_bank(refund, at=NOW + 3 * DAY, by=staff)
        charge_backs.lost(bank.decide(won=False, at=NOW + 20 * DAY), at=NOW + 20 * DAY)
        refund.refresh_from_db()
        assert refund.state == "failed"
        refund = refused_refunds.given_by_bank(refund, at=NOW + 21 * DAY, by=staff)
        assert refund.state == "dropped"
        assert balance(journal.CHARGEBACKS) == 5900 - refund.minor
        is_right(till)

    def test_the_bank_is_not_said_to_have_given_more_than_it_took(self, paid, staff, till):
        [charge] = Attempt.objects.filter(kind="charge")
        bank = Bank(till, amount=3000)
        bank.hear(NOW + DAY)
        lost = bank.decide(won=False, at=NOW + 2 * DAY)
        assert (lost.state, lost.minor) == ("lost", 3000)
        refunds = []
        for minor in (2000, 2000):
            given = refunding.give_goodwill(
                paid.terms.get(),
                Money(minor, "EUR"),
                request=uuid.uuid4(),
                at=NOW + 3 * DAY,
                by=staff,
            )
            Attempt.objects.filter(pk=given.attempt_id).update(
                state="failed", settled_at=NOW + 3 * DAY
            )
            refunds.append(Attempt.objects.get(pk=given.attempt_id))
        assert charge.minor == 6000
        settled = refused_refunds.given_by_bank(refunds[0], at=NOW + 4 * DAY, by=staff)
        assert settled.state == "dropped"
        with pytest.raises(refused_refunds.CannotTryAgain):
            refused_refunds.given_by_bank(refunds[1], at=NOW + 4 * DAY, by=staff)

    def test_one_that_came_back_goes_again(self, paid, staff, till):
        refund = sent(cancelled(paid), NOW + 2 * DAY)
        assert refund.state == "succeeded"
        till.service.order("fail_refund", id=refund.provider_ref)
        reconciliation.compare(at=NOW + 3 * DAY)
        refund.refresh_from_db()
        assert refund.state == "failed"
        found = refused_refunds.send_again(refund, at=NOW + 4 * DAY, by=staff)
        assert found.state == "succeeded"
        assert reconciliation.compare(at=NOW + 5 * DAY) == 0
        assert balance(journal.REFUNDS_DUE) == 0
        is_right(till)

    def test_staff_find_it_among_the_refunds_and_send_it_again(
        self,
        refused,
        bank,
        staff,
        client,
        till,
        time_machine,
    ):
        time_machine.move_to(NOW + 3 * DAY)
        client.force_login(staff)
        page = client.get("/office/masthead/refunds/").content.decode()
        way = reverse("office:refund_refused", args=[refused.pk])
        assert "Refused" in page
        assert f'action="{way}"' in page
        answer = client.post(way, {"how": "again"}, follow=True).content.decode()
        assert "It was refused again" in answer
        refused.refresh_from_db()
        answer = client.post(way, {"how": "by-hand:transfer"}, follow=True).content.decode()
        assert f"{refused.money} are on their way back" in answer
        answer = client.post(way, {"how": "again"}, follow=True).content.decode()
        assert "was seen to already" in answer
        assert f'action="{way}"' not in client.get("/office/masthead/refunds/").content.decode()

    def test_what_failed_of_it_is_nobodys_promise_and_is_not_sent(
        self, paid, bank, staff, client, till
    ):
        given = refunding.give_goodwill(
            paid.terms.get(), Money(1000, "EUR"), request=uuid.uuid4(), at=NOW + DAY, by=staff
        )
        refused = sent(Attempt.objects.get(pk=given.attempt_id), NOW + DAY)
        assert refused.state == "failed"
        bank.decide(won=True, at=NOW + 4 * DAY)
        assert refused_refunds.send_again(refused, at=NOW + 5 * DAY, by=staff).state == "succeeded"
        [beside] = Attempt.objects.filter(kind="refund", state="failed")
        client.force_login(staff)
        way = reverse("office:refund_refused", args=[beside.pk])
        assert client.post(way, {"how": "again"}).status_code == 404
        assert len(till.service.bank.all("refund")) == 1

    def test_others_of_the_staff_do_nothing_about_it(self, refused, client):
        client.force_login(make.reader())
        answer = client.post(reverse("office:refund_refused", args=[refused.pk]), {"how": "again"})
        assert answer.status_code in (302, 403)
        refused.refresh_from_db()
        assert refused.state == "failed"


def test_goodwill_that_waits_is_settled_with_what_the_bank_took(paid, till):
    refunding.give_goodwill(
        paid.terms.get(), Money(1000, "EUR"), request=uuid.uuid4(), at=NOW + DAY, by=None
    )
    bank = Bank(till)
    bank.hear(NOW + DAY)
    dispute = bank.decide(won=False, at=NOW + 20 * DAY)
    assert charge_backs.lost(dispute, at=NOW + 20 * DAY)
    assert not charge_backs.lost(dispute, at=NOW + 21 * DAY)
    assert Attempt.objects.get(kind="refund").state == "dropped"
    assert balance("liabilities:deferred") == balance(journal.REFUNDS_DUE) == 0
    is_right(till)
