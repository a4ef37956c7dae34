"""Plays: acts in any order, to the real verbs and to a second opinion, and what has to hold.

Hypothesis makes them up (`search()`), and `test_invariants.py` has some that are written. Numbers
in comments are those of the invariants in the specification of circulation.
"""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from masthead.circulation import earning, serving
from masthead.circulation.models import Deduction, Extension, Hold, ServiceRecord
from masthead.editorial.models import Issue, Title
from masthead.payments import journal
from tests.circulation import reference
from tests.circulation.acts import STARTS, STEPS, ZONES, Stage, number
from tests.circulation.audits import Audits
from tests.circulation.changing import Changing
from tests.circulation.charging import Charging
from tests.circulation.giving import Giving
from tests.circulation.leaving import Leaving
from tests.circulation.reference_values import Pause
from tests.circulation.selling import offers

__all__ = ["ISSUES", "STARTS", "Play", "Stage", "search"]

ISSUES = 24


class Play(Audits, Giving, Charging, Changing, Leaving):
    """One play: acts in any order, to the real thing and to the second opinion."""

    @initialize(start=st.sampled_from(STARTS), zone=st.sampled_from(ZONES), offer=offers)
    def begin(self, start: datetime, zone: str, offer: dict[str, Any]) -> None:
        self.now = start
        self.world = reference.World(zone)
        Title.objects.filter(pk=self.stage.title.pk).update(time_zone=zone)
        self.stage.title.time_zone = zone
        for issue in self.stage.issues:
            issue.publication = self.stage.title
        self.place(offer)

    def teardown(self) -> None:
        try:
            if not transaction.get_connection().needs_rollback:
                self.audit()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

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
        account.pauses.append(Pause(starts, ends, hold.asked_at))

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
