"""What has to hold once a play is over, worked out from the rows alone, without the second opinion.

Numbers in comments are those of the invariants in the specification of circulation.
"""

from __future__ import annotations

from collections import Counter

from django.db.models import Sum

from masthead.circulation import standing
from masthead.circulation.models import (
    Deduction,
    EarnedTime,
    Order,
    Present,
    Refund,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.payments import journal
from masthead.payments.models import Attempt, Entry, Invoice, Posting
from tests.circulation import reference


class Audits:
    """Looks at everything that a play has left behind."""

    subscriptions: list[Subscription]
    world: reference.World
    cash: int
    out: int

    def audit(self) -> None:
        """Work the invariants out from the rows, without the second opinion; and what is shown."""
        self.copies_are_conserved()
        self.money_is_conserved()
        self.invoices_say_what_was_paid()
        self.donors_pay_and_recipients_read()
        self.upgrades_conserve_value()
        self.every_account_stands_where_it_should()

    def copies_are_conserved(self) -> None:
        served = ServiceRecord.objects.exclude(kind="replacement")
        pairs = list(served.values_list("subscription", "issue"))
        assert len(pairs) == len(set(pairs))  # 6
        assert not any(served.exclude(kind="paid").values_list("earned", flat=True))  # 12
        of_term: dict[int, list[ServiceRecord]] = {}
        for record in served.filter(kind="paid"):
            of_term.setdefault(record.term_id or 0, []).append(record)
        taken = dict(Deduction.objects.order_by().values_list("term").annotate(sum=Sum("copies")))
        for term in Term.objects.all():
            records = of_term.get(term.pk, [])
            copies = sum(record.copies for record in records)
            assert 0 <= copies + taken.get(term.pk, 0) <= term.copies  # 1
            if term.starts_at:
                self.days_are_conserved(term)
            elif copies == term.copies:  # 9
                earned: Counter[str] = Counter()
                for record in records:
                    earned.update(record.earned)
                assert earned == Counter({one.component: one.net for one in term.components})
        # Grace is owed, made up for or written off, and nothing else becomes of it (8).
        graced = served.filter(kind="grace").aggregate(sum=Sum("copies"))["sum"] or 0
        settled = Deduction.objects.filter(kind__in=["recouped", "written-off"]).aggregate(
            sum=Sum("copies")
        )["sum"]
        owed = sum(account.grace_owed for account in standing.of(self.subscriptions))
        assert graced == owed + (settled or 0)

    def days_are_conserved(self, term: Term) -> None:
        """What is earned of a time never falls, and is its price once all of its days are over."""
        rows = list(EarnedTime.objects.filter(term=term).order_by("through"))
        sums = [sum(row.earned.values()) for row in rows]
        assert sums == sorted(sums)
        net = sum(one.net for one in term.components)
        assert not sums or sums[-1] <= net
        account = standing.of_one(term.subscription)
        balance = next(one for one in account.balances if one.term.pk == term.pk)
        assert balance.time
        assert balance.earned_days <= balance.time.days
        if balance.earned_days == balance.time.days:
            assert sums[-1] == net  # 9

    def money_is_conserved(self) -> None:
        uneven = Posting.objects.order_by().values("entry", "currency").annotate(sum=Sum("minor"))
        assert not uneven.exclude(sum=0).exists()  # 2
        assert Posting.objects.values("entry").distinct().count() == Entry.objects.count()
        done = Attempt.objects.filter(state="succeeded")
        charged = done.filter(kind="charge").aggregate(sum=Sum("minor"))["sum"] or 0
        back = done.filter(kind="refund").aggregate(sum=Sum("minor"))["sum"] or 0
        assert journal.balance("assets", "EUR").minor == charged - back  # 3
        assert (charged, back) == (self.cash, self.out)
        for minor, promised in done.filter(kind="charge").values_list(
            "minor", Sum("refunds__minor")
        ):
            assert 0 <= (promised or 0) <= minor  # 5
        assert journal.balance("liabilities:received", "EUR").minor == sold() - charged  # 10
        renewals = Term.objects.exclude(renews=None).values_list("renews", flat=True)
        assert len(renewals) == len(set(renewals))  # 10

    def invoices_say_what_was_paid(self) -> None:
        """Without a gap in any year, and in sum what was sold less what was promised back (19)."""
        years: dict[str, list[int]] = {}
        for year, number in Invoice.objects.order_by("number").values_list("series", "number"):
            years.setdefault(year, []).append(number)
        for numbers in years.values():
            assert numbers == list(range(1, len(numbers) + 1))
        sums = dict(Invoice.objects.order_by().values_list("kind").annotate(sum=Sum("minor")))
        back = Refund.objects.aggregate(sum=Sum("minor"))["sum"] or 0
        assert (sums.get("invoice", 0), sums.get("credit-note", 0)) == (sold(), back)

    def donors_pay_and_recipients_read(self) -> None:
        """And what comes back goes to the payment that it was paid with (20)."""
        for present in Present.objects.exclude(order__term=None).select_related("order"):
            reads = present.order.subscription
            payer = present.order.payer
            assert (reads.payer, reads.reader) == (payer, present.recipient or payer)
            assert present.recipient != payer
        for refund in Refund.objects.exclude(attempt=None).select_related("attempt__charge"):
            assert refund.attempt.charge.reference == refund.term.order.reference
            assert refund.attempt.payer in (None, refund.term.order.payer)

    def upgrades_conserve_value(self) -> None:
        """The old term's rest and the charge are what the new one is worth (21)."""
        for term in Term.objects.filter(order__kind="upgrade").select_related("renews", "order"):
            earned: Counter[str] = Counter()
            for record in ServiceRecord.objects.filter(term=term.renews):
                earned.update(record.earned)
            recouped = term.renews.deductions.filter(kind="recouped").aggregate(n=Sum("copies"))[
                "n"
            ]
            worth = Counter({one.component: one.net for one in term.components})
            old = Counter({one.component: one.net for one in term.renews.components})
            paid = sum(one["minor"] - one["tax"] for one in term.order.parts)
            if not recouped:
                assert worth.total() == old.total() - earned.total() + paid
            left = term.renews.deductions.get(kind="moved")
            assert term.minor == left.minor + term.order.minor
            assert term.copies == left.copies

    def every_account_stands_where_it_should(self) -> None:
        for real, account in zip(
            standing.of(self.subscriptions), self.world.subscriptions, strict=True
        ):
            assert [one.left for one in real.balances] == [one.left for one in account.terms]
            assert real.grace_owed == account.grace_owed
            assert real.extensions_left == account.added - account.added_served
            row = Subscription.objects.get(pk=real.subscription.pk)
            assert (row.ended_why, bool(row.stopped_at)) == (account.ended, account.stopped)


def sold() -> int:
    """Return what was asked for orders that are paid: their terms are open, or their gifts wait."""
    opened = Order.objects.exclude(term=None).aggregate(sum=Sum("minor"))["sum"] or 0
    owed = Present.objects.owed().aggregate(sum=Sum("order__minor"))["sum"] or 0
    return int(opened + owed)
