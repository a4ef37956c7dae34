"""The nightly comparison: each difference that is planted is found, and nothing else is."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from masthead.money import Money
from masthead.payments import attempts, journal, observations, reconciliation, ways
from masthead.payments.journal import credit, debit
from masthead.payments.models import Attempt, Difference, Dispute, Entry, Observation
from masthead.payments.provider import NotReady, Observed, Unknown
from masthead.payments.providers.stripe import Stripe
from masthead.testing.payment_providers import NOW
from tests.payments.conftest import Till

pytestmark = pytest.mark.django_db
Kind = Difference.Kind
NIGHT = NOW + timedelta(hours=14)


def compare(till: Till, at=NIGHT) -> list[str]:
    reconciliation.compare(at=at)
    return sorted(Difference.objects.open().values_list("kind", flat=True))


def with_us() -> int:
    return journal.balance("assets:provider:card", "EUR").minor


@pytest.fixture
def busy(till: Till) -> Till:
    """Return a day on which everything went as it should: payments, a renewal, refunds."""
    for minor in (6000, 700):
        before = till.paid(minor)
    till.send(till.renew(before))
    till.send(till.refund(before, 200))
    till.begin()
    return till


def test_a_day_on_which_all_went_well_differs_in_nothing(busy):
    before = set(Entry.objects.values_list("key", flat=True))
    assert compare(busy) == []
    assert set(Entry.objects.values_list("key", flat=True)) == before
    assert with_us() == busy.moved()


class TestWhatIsPlanted:
    """Ten differences, and more; each is found on a day that is otherwise sound."""

    @pytest.fixture(autouse=True)
    def on_a_busy_day(self, busy):
        return busy

    def test_1_a_payment_that_nobody_saw_is_taken_in(self, busy):
        page = busy.begin(900)
        busy.pay(page.provider_ref)
        assert compare(busy) == []
        page.refresh_from_db()
        assert page.state == "succeeded"
        assert with_us() == busy.moved()

    def test_2_a_payment_that_is_not_written_down_here(self, busy):
        page = busy.begin(900)
        busy.pay(page.provider_ref)
        page.delete()
        assert compare(busy) == [Kind.NOT_HERE]
        assert with_us() == busy.moved()

    def test_3_a_refund_that_was_begun_at_the_provider(self, busy):
        busy.service.order("refund", payment_intent=busy.paid().provider_ref, amount=100)
        assert compare(busy) == [Kind.REFUND_ELSEWHERE]
        assert with_us() == busy.moved()

    def test_4_another_amount_than_was_asked_for(self, busy):
        page = busy.begin(900)
        busy.pay(page.provider_ref)
        [intent] = [one for one in busy.service.bank.all("payment_intent") if one["amount"] == 900]
        intent["amount_received"] = 899
        assert compare(busy) == [Kind.AMOUNT]
        page.refresh_from_db()
        assert page.state == "waiting"

    def test_5_a_payment_that_the_provider_says_has_failed(self, busy):
        busy.service.bank.things[busy.paid().provider_ref]["status"] = "canceled"
        assert compare(busy) == [Kind.ENDED_OTHERWISE]

    def test_6_a_payment_of_which_the_provider_knows_nothing(self, busy):
        del busy.service.bank.things[busy.paid().provider_ref]
        assert compare(busy) == [Kind.NOT_THERE]

    def test_7_two_charges_under_one_key(self, busy):
        intent = busy.service.bank.things[busy.paid().provider_ref]
        twin = {**intent, "id": "pi_twin"}
        busy.service.bank.things["pi_twin"] = twin
        assert compare(busy) == [Kind.DOUBLE]

    def test_8_a_refund_that_came_back(self, busy):
        refund = busy.send(busy.refund(busy.paid(), 6000))
        busy.service.order("fail_refund", id=refund.provider_ref)
        assert compare(busy) == [Kind.CAME_BACK]
        assert with_us() == busy.moved()

    def test_9_a_payment_that_is_not_in_the_books(self, busy):
        page = busy.begin(900)
        busy.pay(page.provider_ref)
        [intent] = [one for one in busy.service.bank.all("payment_intent") if one["amount"] == 900]
        Attempt.objects.filter(pk=page.pk).update(
            state="succeeded", settled_at=NOW, provider_ref=intent["id"]
        )
        assert compare(busy) == [Kind.NOT_BOOKED]

    def test_10_an_entry_without_a_payment(self, busy):
        money = Money(900, "EUR")
        lines = [debit("assets:provider:card", money), credit(journal.RECEIVED, money)]
        journal.post(f"charge:{uuid.uuid4()}", lines, kind="charge", at=NOW)
        assert compare(busy) == [Kind.BOOKED_ONLY]

    def test_11_an_entry_with_another_amount(self, busy):
        page = busy.begin(900)
        busy.pay(page.provider_ref)
        money = Money(899, "EUR")
        lines = [debit("assets:provider:card", money), credit(journal.RECEIVED, money)]
        journal.post(f"charge:{page.key}", lines, kind="charge", at=NOW)
        [intent] = [one for one in busy.service.bank.all("payment_intent") if one["amount"] == 900]
        Attempt.objects.filter(pk=page.pk).update(
            state="succeeded", settled_at=NOW, provider_ref=intent["id"]
        )
        assert compare(busy) == [Kind.BOOKED_OTHERWISE]

    def test_12_a_dispute_that_nobody_saw(self, busy):
        busy.service.order("dispute", payment_intent=busy.paid().provider_ref)
        assert compare(busy) == [Kind.DISPUTED]
        assert with_us() == busy.moved()


def test_more_payments_are_not_more_questions(busy, django_assert_max_num_queries):
    for _time in range(10):
        busy.paid()
    with django_assert_max_num_queries(2):
        reconciliation._with_books(NOW - timedelta(days=1), NIGHT)


def test_found_again_it_is_one_and_once_it_agrees_it_is_closed(busy):
    attempt = busy.paid()
    intent = busy.service.bank.things.pop(attempt.provider_ref)
    for days in range(3):
        assert compare(busy, NIGHT + timedelta(days=days)) == [Kind.NOT_THERE]
    assert Difference.objects.count() == 1
    busy.service.bank.things[attempt.provider_ref] = intent
    assert compare(busy, NIGHT + timedelta(days=3)) == []


def test_what_staff_have_to_see_to_is_not_closed_by_itself(busy):
    busy.service.order("refund", payment_intent=busy.paid().provider_ref, amount=100)
    for days in range(2):
        assert compare(busy, NIGHT + timedelta(days=days)) == [Kind.REFUND_ELSEWHERE]


def test_a_provider_that_does_not_answer_closes_nothing(busy):
    del busy.service.bank.things[busy.paid().provider_ref]
    assert compare(busy) == [Kind.NOT_THERE]
    busy.service.order("fault", kind="status", status=503, on="GET", times=1000)
    assert compare(busy, NIGHT + timedelta(days=1)) == [Kind.NOT_THERE]


def test_a_month_without_a_worker_is_caught_up_with(busy):
    page = busy.begin(900)
    busy.pay(page.provider_ref)
    late = NOW + timedelta(days=31)
    busy.service.order("clock", to=int(late.timestamp()))
    assert compare(busy, late) == []
    page.refresh_from_db()
    assert page.state == "succeeded"
    assert Observation.objects.filter(attempt=page, by_way_of="comparison").exists()


class TestADisputeThatIsDecidedLate:
    """A bank may take months; the notice of it may be lost, as any."""

    LATE = NOW + timedelta(days=100)

    def disputed(self, till: Till) -> str:
        ref = till.service.order("dispute", payment_intent=till.paid().provider_ref)
        compare(till)
        assert Dispute.objects.get(provider_ref=ref).state == Dispute.State.OPEN
        return ref

    @pytest.mark.parametrize(("won", "state"), [(False, "lost"), (True, "won")])
    def test_is_heard_of_all_the_same(self, busy, won, state):
        ref = self.disputed(busy)
        busy.service.order("clock", to=int(self.LATE.timestamp()))
        busy.service.order("close_dispute", id=ref, won=won)
        compare(busy, self.LATE)
        found = Dispute.objects.get()
        assert (found.state, found.ended_at) == (state, self.LATE)
        assert with_us() == busy.moved()

    def test_is_heard_of_though_another_cannot_be_looked_at_and_the_list_does_not_come(
        self, busy, monkeypatch
    ):
        refs = [self.disputed(busy) for _time in range(3)]
        for ref in refs:
            busy.service.order("close_dispute", id=ref, won=False)
        look = observations.look

        def some_fail(provider, ref, **asked):
            if ref == refs[0]:
                raise ValueError("It is broken.")
            if ref == refs[1]:
                raise Unknown("No answer.")
            return look(provider, ref, **asked)

        def no_list(_self, _since):
            raise Unknown("No answer.")

        with monkeypatch.context() as broken:
            broken.setattr(observations, "look", some_fail)
            broken.setattr(Stripe, "list_since", no_list)
            compare(busy, self.LATE)
        assert Dispute.objects.get(state="lost").provider_ref == refs[2]
        compare(busy, self.LATE + timedelta(days=1))
        assert Dispute.objects.filter(state="lost").count() == 3

    def test_is_not_asked_for_by_itself_as_long_as_the_list_has_it_nor_once_it_is_known(
        self, busy, monkeypatch
    ):
        ref = self.disputed(busy)
        asked = []
        monkeypatch.setattr(
            observations, "look", lambda _provider, ref, **_asked: asked.append(ref)
        )
        compare(busy, NOW + timedelta(days=34))
        assert asked == []
        compare(busy, self.LATE)
        assert asked == [ref]
        Dispute.objects.update(state="won", ended_at=self.LATE)
        compare(busy, self.LATE)
        assert asked == [ref]

    def test_of_a_way_to_pay_that_is_none_any_more_stops_nothing(self, busy):
        self.disputed(busy)
        Dispute.objects.update(provider="gone")
        compare(busy, self.LATE)
        assert Dispute.objects.get().state == "open"


# A list of our own making, where the pretend service would have to be bent


class Listed:
    """A provider that has what it is told it has."""

    name, abilities = "card", frozenset({"lists"})

    def __init__(self, *seen: Observed) -> None:
        self.seen = seen

    def list_since(self, since):
        return iter(self.seen)

    def observe(self, ref: str) -> Observed | None:
        return next((one for one in self.seen if one.ref == ref), None)


@pytest.fixture
def listed(monkeypatch):
    """Return a way to say what the provider lists."""

    def has(*seen: Observed) -> None:
        monkeypatch.setattr(ways, "names", lambda: ("card",))
        monkeypatch.setattr(ways, "named", lambda _name: Listed(*seen))

    return has


def settled(minor: int = 900, *, at=NOW) -> Attempt:
    attempt = attempts.charge(
        f"order:{uuid.uuid4()}", Money(minor, "EUR"), provider="card", payer=None, at=at
    )
    seen = Observed(f"pi-{attempt.pk}", "charge", "succeeded", attempt.money, attempt.key)
    return attempts.settle(attempt, seen, at=at, by_way_of="test")


def as_listed(attempt: Attempt, status: str = "succeeded", **fields) -> Observed:
    asked = {"ref": attempt.provider_ref, "kind": "charge", "money": attempt.money} | fields
    return Observed(status=status, key=attempt.key, **asked)


def test_a_try_that_failed_before_under_the_same_key_is_neither_a_double_nor_another_amount(listed):
    paid = settled()
    failed = as_listed(paid, "failed", ref="pi-earlier", money=Money(1, "EUR"))
    listed(failed, as_listed(paid), failed)
    assert reconciliation.compare(at=NIGHT) == 0
    assert list(reconciliation._doubles("card", [failed, as_listed(paid)], NIGHT)) == []
    assert list(reconciliation._other_amounts("card", [as_listed(paid), failed], NIGHT)) == []


def test_a_refund_under_the_key_of_its_charge_is_no_double():
    paid = settled()
    refund = as_listed(paid, ref="re-1", kind="refund")
    assert list(reconciliation._doubles("card", [as_listed(paid), refund], NIGHT)) == []


def test_what_was_paid_a_moment_ago_may_not_be_listed_yet(listed):
    paid = settled()
    listed()
    assert reconciliation.compare(at=NOW + timedelta(minutes=59)) == 0
    assert reconciliation.compare(at=NOW + timedelta(minutes=61)) == 1
    assert Difference.objects.get().subject == str(paid.key)


def test_a_shorter_look_closes_nothing_that_was_found_before_it(listed):
    listed()
    old = settled(at=NOW - timedelta(days=40))
    Difference.note(Kind.NOT_THERE, "card", str(old.key), "", at=NOW - timedelta(days=39))
    assert reconciliation.compare(at=NIGHT) == 1
    assert reconciliation.compare(at=NIGHT, since=NOW - timedelta(days=60)) == 1
    listed(as_listed(old))
    assert reconciliation.compare(at=NIGHT, since=NOW - timedelta(days=60)) == 0


def test_what_nobody_knows_stays_told_until_it_is_known(listed):
    listed()
    attempt = attempts.charge("order:1", Money(900, "EUR"), provider="card", payer=None, at=NOW)
    Attempt.objects.filter(pk=attempt.pk).update(state="unknown", sent_at=NOW)
    Difference.note(Kind.UNKNOWN, "card", str(attempt.key), "", at=NOW)
    assert reconciliation.compare(at=NIGHT) == 1
    Attempt.objects.filter(pk=attempt.pk).update(state="failed", settled_at=NOW)
    assert reconciliation.compare(at=NIGHT) == 0


def test_a_refund_that_came_back_is_in_the_books_twice_and_no_stranger(listed):
    paid = settled()
    refund = attempts.refund(
        paid, Money(900, "EUR"), reference="refund:1", request=uuid.uuid4(), at=NOW
    )
    ref = {"ref": "re-1", "kind": "refund", "money": refund.money, "charge_ref": paid.provider_ref}
    attempts.settle(refund, as_listed(refund, **ref), at=NOW, by_way_of="test")
    back = as_listed(refund, "failed", **ref)
    attempts.settle(Attempt.objects.get(pk=refund.pk), back, at=NOW, by_way_of="test")
    listed(as_listed(paid), back)
    reconciliation.compare(at=NIGHT)
    assert not Difference.objects.filter(kind=Kind.BOOKED_ONLY).exists()


def test_a_way_that_is_not_ready_closes_nothing(listed, monkeypatch):
    paid = settled()
    listed()
    assert reconciliation.compare(at=NIGHT) == 1

    def lacking(_name: str):
        raise NotReady("no key")

    monkeypatch.setattr(ways, "named", lacking)
    Attempt.objects.filter(pk=paid.pk).update(settled_at=NOW - timedelta(days=90))
    assert reconciliation.compare(at=NIGHT) == 1


def test_what_was_booked_before_the_span_is_booked(listed):
    paid = settled(at=NOW - timedelta(days=40))
    Attempt.objects.filter(pk=paid.pk).update(settled_at=NOW)
    listed(as_listed(paid))
    assert reconciliation.compare(at=NIGHT) == 0
