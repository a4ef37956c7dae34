"""Whatever payers on credit do, in whatever order: the debt is what was invoiced and never settled.

Hypothesis plays acts to the real verbs; a second opinion, which knows no tables, keeps count of what
was invoiced, paid, credited and lost. Then bugs are planted in the verbs, and each has to be found.
"""

from __future__ import annotations

import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from masthead.circulation import (
    auditing,
    credit_chasing,
    credit_orders,
    endings,
    orders,
    pricing,
    refunding,
    serving,
    standing,
    terms,
    unpaid,
)
from masthead.circulation.deals import Share
from masthead.circulation.models import CreditOrder, Order, ServiceRecord, Subscription
from masthead.editorial import issues
from masthead.payments import journal
from masthead.payments.models import Attempt, Entry, Invoice, Posting, TaxRate
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOME = {"name": "A", "street": "Am Deich 4", "city": "Bremen", "postcode": "28199"}
READERS = 2

which = st.integers(0, READERS - 1)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), which),
        st.tuples(st.just("issue"), st.integers(1, 2)),
        st.tuples(st.just("pay"), which),
        st.tuples(st.just("hear again"), which),
        st.tuples(st.just("night"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["cancel", "withdraw", "money back", "end", "gone"]), which),
    ),
    min_size=3,
    max_size=14,
)


@dataclass
class Debt:
    """What a second opinion knows of one order on credit."""

    price: int
    served: int = 0
    paid: bool = False
    over: str = ""


@dataclass
class World:
    """A title, some readers, and the clock."""

    copies: int
    limit: int
    price: int
    tax: int
    debts: dict[int, list[Debt]] = field(default_factory=lambda: {n: [] for n in range(READERS)})

    def __post_init__(self) -> None:
        self.now = THEN
        self.title = editorial.magazine()
        if self.tax:
            TaxRate.objects.create(
                country="DE", kind="digital", basis_points=self.tax, name="VAT",
                from_on=THEN.date() - DAY,
            )  # fmt: skip
        self.version = make.version(
            self.title,
            make.deal(
                copies=self.copies, credit_copies=self.limit, credit_days=20,
                credit_countries=("DE",), renews=False, shares=(Share("digital", 3), Share("audio", 1)),
                prices=(make.Price("EUR", self.price),),
            ),
        )  # fmt: skip
        self.readers = [make.reader(mail_verified_at=THEN) for _one in range(READERS)]
        for reader in self.readers:
            addresses.write(reader, "DE", HOME, at=THEN)

    def running(self, reader: int) -> Subscription | None:
        found = Subscription.objects.running().filter(reader=self.readers[reader])
        return found.order_by("-pk").first()

    def debt(self, reader: int) -> Debt | None:
        return self.debts[reader][-1] if self.debts[reader] else None

    def play(self, act: str, how: int) -> None:
        self.now += DAY
        getattr(self, act.replace(" ", "_"))(how)

    def order(self, reader: int) -> None:
        trusted = all(debt.paid for debt in self.debts[reader])
        asked = {"currency": "EUR", "country": "DE", "provider": "", "request": uuid.uuid4()}
        try:
            orders.place(self.version, self.readers[reader], at=self.now, on_credit=True, **asked)
        except pricing.CannotOrder:
            assert not trusted
        else:
            assert trusted
            self.debts[reader].append(Debt(self.price))

    def issue(self, count: int) -> None:
        for _each in range(count):
            one = issues.put_on_sale(editorial.issue(self.title, state="open"), at=self.now)
            serving.serve(one, at=self.now)
            serving.serve(one, at=self.now)

    def pay(self, reader: int) -> None:
        order = Order.objects.filter(payer=self.readers[reader]).order_by("pk").last()
        if order is None:
            return
        attempt = Attempt.objects.filter(reference=order.reference).last()
        if attempt is None:
            with suppress(pricing.CannotOrder):
                attempt = orders.ask_for(
                    order, provider="test", request=uuid.uuid4(), at=self.now, language="en"
                )
        if attempt is None:
            return
        orders.paid(make.pay(attempt, at=self.now), at=self.now)
        debt = self.debt(reader)
        assert debt is not None
        if not debt.over:
            debt.paid = True

    def hear_again(self, reader: int) -> None:
        for attempt in Attempt.objects.filter(payer=self.readers[reader], state="succeeded"):
            orders.paid(attempt, at=self.now)
        orders.catch_up(self.now)

    def night(self, days: int) -> None:
        self.now += days * DAY
        credit_chasing.run(self.title, at=self.now)
        credit_chasing.run(self.title, at=self.now)
        for number, reader in enumerate(self.readers):
            debt = self.debt(number)
            over = Subscription.objects.filter(reader=reader, ended_why="not-paid").exists()
            if over and debt and not debt.paid and not debt.over:
                debt.over = "lost"

    def leave(self, reader: int, verb, how: str) -> None:
        found = self.running(reader)
        if found is None:
            return
        debt = self.debt(reader)
        assert debt is not None
        with suppress(endings.CannotCancel, refunding.CannotGiveBack):
            verb(found)
            if not debt.paid:
                debt.over = how

    def cancel(self, reader: int) -> None:
        request = uuid.uuid4()
        self.leave(
            reader, lambda one: endings.cancel(one, request=request, at=self.now), "credited"
        )

    def withdraw(self, reader: int) -> None:
        request = uuid.uuid4()
        self.leave(
            reader, lambda one: endings.withdraw(one, request=request, at=self.now), "credited"
        )

    def money_back(self, reader: int) -> None:
        request = uuid.uuid4()
        self.leave(
            reader,
            lambda one: endings.give_money_back(one, request=request, at=self.now),
            "credited",
        )

    def end(self, reader: int) -> None:
        debt, found = self.debt(reader), self.running(reader)
        if found and debt and not debt.paid:
            self.leave(reader, lambda one: endings.end_unpaid(one, at=self.now), "lost")

    def gone(self, reader: int) -> None:
        self.leave(reader, lambda one: endings.give_up(one, at=self.now), "lost")


def look(world: World) -> None:
    """Compare the books with the second opinion, and with themselves."""
    uneven = Posting.objects.values("entry", "currency").annotate(sum=Sum("minor")).exclude(sum=0)
    assert not uneven.order_by().exists()
    assert auditing.complaints(world.now) == []
    every = [debt for of_reader in world.debts.values() for debt in of_reader]
    owed = sum(debt.price for debt in every if not debt.paid and not debt.over)
    assert journal.balance(journal.RECEIVABLE, "EUR").minor == owed
    notes = Invoice.objects.filter(occasion__startswith="unpaid:")
    credited = notes.aggregate(sum=Sum("minor"))["sum"] or 0
    invoiced = Invoice.objects.filter(kind="invoice").aggregate(sum=Sum("minor"))["sum"] or 0
    paid = sum(debt.price for debt in every if debt.paid)
    lost = journal.balance(journal.BAD_DEBT, "EUR").minor
    assert (invoiced, owed) == (
        sum(debt.price for debt in every),
        invoiced - credited - paid - lost,
    )
    assert lost == sum(
        _served_gross(one) for one in CreditOrder.objects.filter(billing="written-off")
    )
    _earned_once(world)
    ended = Counter(debt.over for debt in every if debt.over)
    states = Counter(CreditOrder.objects.values_list("billing", flat=True))
    assert (states["credited"], states["written-off"]) == (ended["credited"], ended["lost"])
    assert Entry.objects.filter(key__startswith="unpaid:").count() == sum(ended.values())
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    for credit in CreditOrder.objects.exclude(billing="paid"):
        assert ServiceRecord.objects.filter(term__order=credit.order).count() <= world.limit


def _served_gross(credit: CreditOrder) -> int:
    """Return what the copies served of a term cost, tax and all, from its parts alone."""
    term = credit.order.term
    served = sum(term.service_records.values_list("copies", flat=True))
    return sum(
        (part["minor"] - part["tax"]) * served // term.copies + part["tax"] * served // term.copies
        for part in term.parts
    )


def _earned_once(world: World) -> None:
    """Whatever was served has earned its share of the price, and no more, paid or not."""
    earned = sum(
        (part["minor"] - part["tax"])
        * sum(credit.order.term.service_records.values_list("copies", flat=True))
        // credit.order.term.copies
        for credit in CreditOrder.objects.all()
        for part in credit.order.term.parts
    )
    booked = sum(-journal.balance(f"income:{one}", "EUR").minor for one in ("digital", "audio"))
    assert booked == earned


SCRIPTS = [
    (3, 1, 1000, 700, [("order", 0), ("issue", 2), ("night", 1), ("night", 21), ("pay", 0)]),
    (3, 1, 1000, 700, [("order", 0), ("issue", 1), ("pay", 0), ("hear again", 0), ("issue", 2)]),
    (4, 2, 999, 1900, [("order", 0), ("issue", 1), ("cancel", 0), ("order", 0), ("order", 1)]),
    (4, 2, 999, 1900, [("order", 0), ("issue", 2), ("gone", 0), ("end", 0), ("night", 40)]),
    (
        4,
        2,
        999,
        0,
        [("order", 0), ("issue", 2), ("issue", 1), ("pay", 0), ("issue", 2), ("order", 0)],
    ),
    (4, 2, 999, 0, [("order", 0), ("issue", 1), ("end", 0), ("pay", 0)]),
]


def perform(copies: int, limit: int, price: int, tax: int, acts: list[tuple[str, int]]) -> None:
    """Play some acts upon a world of their own, and look at everything after each."""
    with transaction.atomic():
        world = World(copies, limit, price, tax)
        for act, how in acts:
            world.play(act, how)
            look(world)
        transaction.set_rollback(True)


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_was_thought_of_comes_out_even(script):
    perform(*script)


@settings(
    max_examples=max(10, settings().max_examples // 10),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    copies=st.integers(3, 5), limit=st.integers(1, 2), price=st.integers(7, 3000),
    tax=st.sampled_from([0, 700, 1900]), acts=ACTS,
)  # fmt: skip
@example(copies=3, limit=1, price=1000, tax=700, acts=[("order", 0), ("issue", 1), ("night", 40)])
def test_debts_come_out_even_in_whatever_order(copies, limit, price, tax, acts):
    perform(copies, limit, price, tax, acts)


def _pays_from_nothing(monkeypatch):
    real = journal.post

    def post(key, lines, **more):
        return None if key.startswith("credit-paid:") else real(key, lines, **more)

    monkeypatch.setattr(credit_orders.journal, "post", post)


def _serves_on(monkeypatch):
    monkeypatch.setattr(standing.Balance, "waits_for_money", property(lambda _self: False))


def _loses_the_whole(monkeypatch):
    real = unpaid._settle

    def settle(balance, credited, billing, at, by):
        real(balance, () if billing == "written-off" else credited, billing, at, by)

    monkeypatch.setattr(unpaid, "_settle", settle)


def _forgets_the_note(monkeypatch):
    monkeypatch.setattr(unpaid.invoicing, "for_unpaid", lambda *_all, **_more: None)


def _trusts_everybody(monkeypatch):
    monkeypatch.setattr(credit_orders, "refusal", lambda *_all, **_more: "")


def _books_it_as_received(monkeypatch):
    real = terms.book_sale
    monkeypatch.setattr(
        terms, "book_sale", lambda term, *, memo, at, owed=False: real(term, memo=memo, at=at)
    )


@pytest.mark.parametrize(
    "plant",
    [
        _pays_from_nothing, _serves_on, _loses_the_whole, _forgets_the_note, _trusts_everybody,
        _books_it_as_received,
    ],
)  # fmt: skip
def test_a_planted_bug_is_found(plant, monkeypatch):
    plant(monkeypatch)
    found = 0
    for script in SCRIPTS:
        try:
            with transaction.atomic():
                perform(*script)
        except Exception:  # noqa: BLE001 - whatever it is found by
            found += 1
    assert found
