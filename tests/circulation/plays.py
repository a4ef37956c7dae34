"""Plays: acts in any order, to the real verbs and to a second opinion, and what has to hold.

Hypothesis makes them up (`search()`), and `test_invariants.py` has some that are written. Numbers
in comments are those of the invariants in the specification of circulation.
"""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from masthead.circulation import earning, endings, orders, renewals, serving
from masthead.circulation.deals import Price, Promised, Share
from masthead.circulation.models import (
    Deduction,
    Extension,
    Hold,
    Notice,
    Order,
    Refund,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.editorial.models import Issue, Title
from masthead.money import Money
from masthead.payments import attempts, journal
from masthead.payments.models import Attempt, Method, TaxRate
from masthead.people.models import User
from tests.circulation import reference
from tests.circulation.audits import Audits
from tests.factories import circulation as make
from tests.factories import editorial

STARTS = (
    datetime(2026, 5, 4, 9, 0, tzinfo=UTC),
    # The night before the clocks go forward, and the day before a leap day.
    datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
    datetime(2028, 2, 28, 15, 30, tzinfo=UTC),
)
ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles")
RATES = {"digital": 700, "audio": 1900, "print": 500}
MOST_SUBSCRIPTIONS = 3
ISSUES = 24
STEPS = 20

number = st.integers(0, 99)
times = st.sampled_from([1, 1, 1, 2, 3])
offers = st.fixed_dictionaries(
    {
        "copies": st.sampled_from([1, 2, 2, 3, 5, 12]),
        "months": st.sampled_from([0, 0, 0, 1, 2, 12]),
        "price": st.sampled_from([0, 1, 10, 99, 999, 1000, 2999, 5999, 6000]),
        "weights": st.tuples(st.integers(0, 5), st.integers(1, 5)),
        "extra": st.sampled_from([None, None, 1, 1999, 3600]),
        "grace": st.integers(0, 3),
        "renews": st.sampled_from([True, True, True, True, False]),
        "starts": st.sampled_from(["next", "current"]),
        "country": st.sampled_from(["DE", "US"]),
        "guarantee": st.sampled_from([60, 14, 0, None]),
        "clock": st.sampled_from(["payment", "first-copy"]),
        "of_renewals": st.booleans(),
        "pays": st.sampled_from([1, 1, 1, 2, 0]),
    }
)


class Stage:
    """What every play begins with: a title, issues that nobody has seen, readers."""

    def __init__(self, issues: int) -> None:
        self.title = editorial.magazine()
        self.issues: list[Issue] = [editorial.issue(self.title) for _ in range(issues)]
        # One for each order: most are never paid.
        self.readers: list[User] = [make.reader() for _ in range(STEPS)]
        for reader in self.readers:
            Method.objects.create(
                payer=reader, provider="test", provider_ref=f"card-{reader.pk}", added_at=STARTS[1]
            )
        for kind, rate in RATES.items():
            TaxRate.objects.create(
                country="DE", kind=kind, basis_points=rate, name="MwSt", from_on=date(2020, 1, 1)
            )


class Play(Audits, RuleBasedStateMachine):
    """One play: acts in any order, to the real thing and to the second opinion."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.subscriptions: list[Subscription] = []
        self.ordered = 0
        self.waiting: list[tuple[Attempt, reference.Terms, reference.Subscription | None]] = []
        self.paid: list[Attempt] = []
        self.sent_back: list[Attempt] = []
        self.cash = 0
        self.out = 0
        self.requests: list[tuple[Any, list[Refund]]] = []

    @initialize(start=st.sampled_from(STARTS), zone=st.sampled_from(ZONES), offer=offers)
    def begin(self, start: datetime, zone: str, offer: dict[str, Any]) -> None:
        self.now = start
        self.world = reference.World(zone)
        Title.objects.filter(pk=self.stage.title.pk).update(time_zone=zone)
        self.stage.title.time_zone = zone
        for issue in self.stage.issues:
            issue.publication = self.stage.title
        self.place(**offer)

    def teardown(self) -> None:
        try:
            if not transaction.get_connection().needs_rollback:
                self.audit()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def one(self, which: int) -> tuple[Subscription, reference.Subscription]:
        at = which % len(self.subscriptions)
        return self.subscriptions[at], self.world.subscriptions[at]

    # Selling

    @precondition(lambda self: len(self.subscriptions) < MOST_SUBSCRIPTIONS)
    @rule(offer=offers)
    def order(self, offer: dict[str, Any]) -> None:
        self.place(**offer)

    def place(
        self,
        copies: int,
        months: int,
        price: int,
        weights: tuple[int, int],
        extra: int | None,
        grace: int,
        renews: bool,
        starts: Any,
        country: str,
        guarantee: int | None,
        clock: str,
        of_renewals: bool,
        pays: int,
    ) -> None:
        if months:
            copies = 0
        spec = {"days": guarantee, "clock": clock, "renewals": of_renewals}
        version = make.version(
            self.stage.title,
            make.deal(
                basis="period" if months else "copies",
                copies=copies,
                months=months,
                prices=(Price("EUR", price, print_extra=extra),),
                shares=(Share("digital", weights[0]), Share("audio", weights[1])),
                promises=() if guarantee is None else (Promised("money-back", spec),),
                grace_copies=grace,
                renews=renews,
                starts=starts,
            ),
            at=self.tick(),
        )
        request = uuid.uuid4()
        payer = self.stage.readers[self.ordered % STEPS]
        self.ordered += 1
        asked: dict[str, Any] = {
            "currency": "EUR", "country": country, "provider": "test", "request": request,
            "with_print": extra is not None, "agreed_to": "It renews.",
        }  # fmt: skip
        placed, attempt = orders.place(version, payer, at=self.now, **asked)
        assert orders.place(version, payer, at=self.now, **asked) == (placed, attempt)
        terms = reference.Terms(
            copies=copies,
            months=months,
            parts=parts_of(placed, country),
            grace=grace,
            renews=renews,
            begins_with_current=starts == "current",
            guarantee_days=guarantee,
            guarantee_from_first_copy=clock == "first-copy",
            guarantees_renewals=of_renewals,
        )
        assert terms.price == price + (extra or 0) == placed.minor
        if attempt is None:
            self.world.open(terms, self.now)
            self.subscriptions.append(placed.term.subscription)
            return
        self.waiting.append((attempt, terms, None))
        if pays:
            self.pay(-1, pays)

    @precondition(lambda self: self.waiting)
    @rule(which=number, deliveries=times)
    def pay(self, which: int, deliveries: int) -> None:
        """Money comes in, and we hear of it once or more often (2, 3, 10)."""
        if len(self.subscriptions) == MOST_SUBSCRIPTIONS and self.waiting[-1][2] is None:
            return
        attempt, terms, renews = self.waiting.pop(which if which < 0 else which % len(self.waiting))
        at = self.tick()
        for _ in range(deliveries):
            orders.paid(make.pay(attempt, at=at), at=at)
        self.paid.append(attempt)
        self.cash += terms.price
        self.world.take_in(terms.price)
        self.world.open(terms, at, renews)
        if renews is None:
            self.subscriptions.append(Subscription.objects.latest("pk"))

    @precondition(lambda self: self.paid)
    @rule(act=st.sampled_from(["hear", "pay", "form"]), which=number)
    def do_it_again(self, act: str, which: int) -> None:
        if act == "hear":
            self.hear_of_a_payment_again(which)
        elif act == "pay":
            self.pay_a_second_time_for_the_same(which)
        elif self.requests:
            self.send_an_old_form_again(which)

    def hear_of_a_payment_again(self, which: int) -> None:
        attempt = self.paid[which % len(self.paid)]
        orders.paid(make.pay(attempt, at=self.tick()), at=self.now)
        assert orders.catch_up(self.now) == 0

    def pay_a_second_time_for_the_same(self, which: int) -> None:
        """In two tabs, say: the money waits to be given back, and opens nothing."""
        first = self.paid[which % len(self.paid)]
        second = attempts.charge(
            first.reference, first.money, provider="test", payer=None, at=self.tick()
        )
        orders.paid(make.pay(second, at=self.now), at=self.now)
        self.cash += first.minor
        self.world.take_in(first.minor)

    @precondition(lambda self: self.subscriptions)
    @rule(which=number, now=st.sampled_from([True, True, True, False]))
    def renew(self, which: int, now: bool) -> None:
        """A renewal is asked for as long as it may be; its money may come in late (7, 10)."""
        # Rather one that is read in grace: there is more to go wrong.
        grace = [n for n, one in enumerate(self.world.subscriptions) if one.grace_owed]
        subscription, account = self.one(grace[which % len(grace)] if grace else which)
        last = Term.objects.filter(subscription=subscription).latest("sequence")
        wanted = account.terms[-1].terms
        standing_order = Order.objects.filter(renews=last, cancelled_at=None).exists()
        if account.stopped or account.ended or standing_order or not wanted.price:
            return
        of = last.order
        order = Order.objects.create(
            kind="renewal", version=last.version, payer=of.payer, reader=of.reader,
            subscription=subscription, renews=last, minor=of.minor, currency="EUR",
            parts=of.parts, with_print=of.with_print, country=of.country, provider="test",
            agreed_to="It renews.", request=uuid.uuid4(), ordered_at=self.tick(),
        )  # fmt: skip
        attempt = attempts.charge(
            order.reference, order.money, provider="test", payer=of.payer, at=self.now
        )
        self.waiting.append((attempt, wanted, account))
        if now:
            self.pay(-1, 1)

    @rule()
    def payers_are_reminded(self) -> None:
        """Whoever is due soon is told; what letters do beside that is told elsewhere."""
        for one in renewals.due(self.stage.title, at=self.tick()):
            if one.quote and not one.notice:
                Notice.objects.create(
                    subscription=one.subscription, term=one.last, kind="renewal",
                    occasion=one.occasion, sent_at=self.now, words="…",
                )  # fmt: skip

    @precondition(lambda self: self.subscriptions)
    @rule(which=number)
    def charge_who_is_due(self, which: int) -> None:
        """Nobody is charged who did not agree, was not told in time, or has stopped (7)."""
        subscription, account = self.one(which)
        try:
            order, attempt = renewals.renew(subscription, at=self.tick())
        except renewals.CannotRenew:
            return
        row = Subscription.objects.get(pk=subscription.pk)
        assert (row.stopped_at, row.ended_at) == (None, None)
        assert order.agreed_to == "It renews."
        told = Notice.objects.filter(
            term=order.renews, kind="renewal", occasion__endswith=f":EUR{order.minor}"
        )
        assert told.filter(sent_at__lte=self.now - timedelta(days=7)).exists()
        if attempt is None:
            self.world.open(account.terms[-1].terms, self.now, account)
        else:
            self.waiting.append((attempt, account.terms[-1].terms, account))
            self.pay(-1, 1)

    # Serving

    @precondition(lambda self: len(self.world.issues) < len(self.stage.issues))
    @rule(
        each=st.lists(st.sampled_from([1, 1, 1, 2, 0]), min_size=1, max_size=3),
        in_time=st.sampled_from([True, True, True, False]),
    )
    def issues_come_out(self, each: list[int], in_time: bool) -> None:
        for counts in each[: len(self.stage.issues) - len(self.world.issues)]:
            self.put_on_sale(counts, in_time)

    def put_on_sale(self, counts: int, in_time: bool) -> None:
        issue = self.stage.issues[len(self.world.issues)]
        self.tick()
        fields = {"state": "on_sale", "live": True, "on_sale_at": self.now, "counts_as": counts}
        # What else putting on sale does is the editors' and not of interest here.
        Issue.objects.filter(pk=issue.pk).update(**fields)
        for name, value in fields.items():
            setattr(issue, name, value)
        self.world.put_on_sale(issue.sequence, counts, self.now)
        if in_time:
            self.serve(issue)

    @precondition(lambda self: self.world.issues)
    @rule(which=number)
    def serve_again(self, which: int) -> None:
        """Run any issue again: late, out of order, or for nobody (6)."""
        self.tick()
        self.serve(self.stage.issues[which % len(self.world.issues)])

    def serve(self, issue: Issue) -> None:
        serving.serve(issue, at=self.now)
        self.world.serve(issue.sequence, self.now)

    @rule(hours=st.sampled_from([7, 24, 13 * 24, 14 * 24, 30 * 24, 59 * 24, 60 * 24]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(again=st.booleans())
    def a_night_passes(self, again: bool) -> None:
        """What has passed of terms that are a time is earned, once (9, 11)."""
        self.tick()
        earning.earn(self.stage.title, at=self.now)
        self.world.earn(self.now)
        if again:
            assert earning.earn(self.stage.title, at=self.now) == 0

    @precondition(lambda self: self.subscriptions)
    @rule(which=number, copies=st.integers(1, 3))
    def add_copies(self, which: int, copies: int) -> None:
        """For a claim, or as a kindness: nobody owes money for them (12)."""
        subscription, account = self.one(which)
        Extension.objects.create(
            subscription=subscription, copies=copies, reason="Claim", at=self.tick()
        )
        account.added += copies

    @precondition(lambda self: self.subscriptions)
    @rule(
        which=number,
        wait=st.integers(0, 20),
        days=st.one_of(st.none(), st.integers(0, 40)),
        lift=st.booleans(),
    )
    def pause(self, which: int, wait: int, days: int | None, lift: bool) -> None:
        if lift and any(one.pauses for one in self.world.subscriptions):
            self.lift_all_pauses()
            return
        subscription, account = self.one(which)
        starts = self.world.day(self.tick()) + timedelta(days=wait)
        ends = None if days is None else starts + timedelta(days=days)
        hold = Hold.objects.create(
            subscription=subscription, starts_on=starts, ends_on=ends, asked_at=self.now
        )
        account.pauses.append(reference.Pause(starts, ends, hold.asked_at))

    def lift_all_pauses(self) -> None:
        at = self.tick()
        Hold.objects.filter(lifted_at=None).update(lifted_at=at)
        for account in self.world.subscriptions:
            for pause in account.pauses:
                pause.lifted = pause.lifted or at

    @precondition(lambda self: any(one.grace_owed for one in self.world.subscriptions))
    @rule()
    def write_off_grace(self) -> None:
        for subscription, account in zip(self.subscriptions, self.world.subscriptions, strict=True):
            if copies := self.world.write_off(account):
                Deduction.objects.create(
                    subscription=subscription, kind="written-off", copies=copies,
                    occasion=str(uuid.uuid4()), at=self.tick(),
                )  # fmt: skip

    # Ending

    @precondition(lambda self: self.subscriptions)
    @rule(
        how=st.sampled_from(["stop", "cancel", "money back", "withdraw"]),
        which=number,
        clicks=times,
        when=st.sampled_from(["now", "just in time", "just too late"]),
    )
    def end(self, how: str, which: int, clicks: int, when: str) -> None:
        if how == "stop":
            self.stop(which)
        elif how == "cancel":
            self.cancel(which, clicks)
        elif how == "withdraw":
            self.withdraw(which, clicks, when)
        else:
            self.ask_for_the_money_back(which, clicks, when)

    def stop(self, which: int) -> None:
        subscription, account = self.one(which)
        expected = not (account.stopped or account.ended)
        assert succeeds(lambda: endings.stop(subscription, at=self.tick())) is expected
        account.stopped = account.stopped or expected

    def cancel(self, which: int, clicks: int) -> None:
        """It pays back exactly what was not served (14)."""
        subscription, account = self.one(which)
        self.tick()

        def act(request: uuid.UUID) -> list[Refund]:
            return endings.cancel(subscription, request=request, at=self.now)

        expected = None if account.ended else self.world.cancel(account, self.now)
        self.click(act, clicks, expected)

    def ask_for_the_money_back(self, which: int, clicks: int, when: str) -> None:
        """It pays everything, once, up to the last moment on earth and not after it (13)."""
        subscription, account = self.one(which)
        ends = [self.world.guaranteed_until(account, term) for term in account.terms]
        self.wait_for([end for end in ends if end and end.year < 9999], when)
        expected = self.world.give_money_back(account, self.now)

        def act(request: uuid.UUID) -> list[Refund]:
            return endings.give_money_back(subscription, request=request, at=self.now)

        self.click(act, clicks, expected)

    def withdraw(self, which: int, clicks: int, when: str) -> None:
        subscription, account = self.one(which)
        self.wait_for([self.world.withdrawable_until(account)], when)
        expected = self.world.withdraw(account, self.now)

        def act(request: uuid.UUID) -> list[Refund]:
            return endings.withdraw(subscription, request=request, at=self.now)

        self.click(act, clicks, expected)

    def wait_for(self, ends: list[datetime], when: str) -> None:
        self.tick()
        coming = [end for end in ends if end > self.now]
        if coming and when != "now":
            self.now = max(coming) - timedelta(seconds=when == "just in time")

    def click(self, act: Any, clicks: int, expected: list[int] | None) -> None:
        request = uuid.uuid4()
        if expected is None:
            assert not succeeds(lambda: act(request))
            return
        refunds = act(request)
        assert [one.minor for one in refunds] == expected
        for _ in range(clicks - 1):
            assert act(request) == refunds
        self.requests.append((lambda: act(request), refunds))
        # Another form may be open in another tab: with another key there is nothing to have.
        assert not succeeds(lambda: act(uuid.uuid4()))

    def send_an_old_form_again(self, which: int) -> None:
        """One refund for each form, whenever it is sent (5)."""
        act, refunds = self.requests[which % len(self.requests)]
        self.tick()
        assert act() == refunds

    @precondition(lambda self: self.subscriptions)
    @rule(
        which=number,
        which_term=number,
        share=st.one_of(st.integers(1, 120), st.just(100)),
        clicks=times,
    )
    def give_goodwill(self, which: int, which_term: int, share: int, clicks: int) -> None:
        """A part comes back and the copies stay owed; never more than was paid (5)."""
        subscription, account = self.one(which)
        self.tick()
        at = which_term % len(account.terms)
        term = Term.objects.get(subscription=subscription, sequence=at + 1)
        left = sum(net + tax for net, tax in account.terms[at].refundable().values())
        money, request = Money(max(1, left * share // 100), "EUR"), uuid.uuid4()

        def act() -> Refund:
            return endings.give_goodwill(term, money, request=request, at=self.now, by=None)

        if account.ended or money.minor > left:
            assert not succeeds(act)
            return
        refund = act()
        for _ in range(clicks - 1):
            assert act() == refund
        split = {one["component"]: (one["minor"] - one["tax"], one["tax"]) for one in refund.parts}
        assert sum(net + tax for net, tax in split.values()) == refund.minor == money.minor
        self.world.give_goodwill(account.terms[at], split)
        self.requests.append((act, refund))

    @rule(which=number, deliveries=times)
    def send_money_back(self, which: int, deliveries: int) -> None:
        due = list(Attempt.objects.filter(kind="refund").order_by("pk"))
        if not due:
            return
        attempt = due[which % len(due)]
        for _ in range(deliveries):
            make.pay(attempt, at=self.tick())
        if attempt not in self.sent_back:
            self.sent_back.append(attempt)
            self.out += attempt.minor
            self.world.send_back(attempt.minor)

    # What holds at all times

    @invariant()
    def the_books_come_to_the_same(self) -> None:
        """Accounts are those of the second opinion, to the cent (2, 4, 9, 11, 12)."""
        expected = {name: minor for name, minor in self.world.books.items() if minor and name}
        assert {name: minor for (name, _eur), minor in journal.balances().items()} == expected
        assert sum(expected.values()) == 0

    @invariant()
    def the_same_copies_were_served(self) -> None:
        """One copy of an issue each, in the same terms, for the same reason (1, 6, 8, 16)."""
        rows = ServiceRecord.objects.values_list(
            "subscription", "issue__sequence", "kind", "copies", "term__sequence"
        )
        mine = [
            (self.subscriptions[one.subscription].pk, one.issue, one.kind, one.copies, one.term)
            for one in self.world.served
        ]
        assert Counter(rows) == Counter(mine)


def parts_of(order: Order, country: str) -> dict[str, reference.Part]:
    """Return what an order is for, its taxes added up anew: to the nearest cent, as exact sums."""
    found = {}
    for part in order.parts:
        rate = RATES[part["component"]] if country == "DE" else 0
        exact = Fraction(part["minor"] * rate, 10_000 + rate)
        assert abs(part["tax"] - exact) <= Fraction(1, 2)
        owed_at = "liabilities:tax:DE:mwst" if part["tax"] else ""
        found[part["component"]] = reference.Part(part["minor"] - part["tax"], part["tax"], owed_at)
    return found


def succeeds(act: Any) -> bool:
    """Say whether an act is done; what readers are told of one that is not is no failure."""
    try:
        act()
    except (endings.CannotStop, endings.CannotCancel, endings.CannotGiveBack):
        return False
    return True


def search(of: type[Play], examples: int, **more: Any) -> None:
    run_state_machine_as_test(
        of,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )
