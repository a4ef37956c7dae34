"""Bugs of gifts and of print in mid-term, to be planted as those in `planted.py` are."""

from __future__ import annotations

import uuid
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from masthead.circulation import deals, presents, refundable, standing, terms, upgrades
from masthead.circulation.deals import Part
from masthead.circulation.models import Deduction, Order, Present, Refund, Subscription, Term
from masthead.people.models import User
from tests.circulation.planted import Bug


def book_a_gift_only_once_it_is_taken(plant: pytest.MonkeyPatch) -> None:
    real = presents.take_in

    def take_in(order: Order, **how: Any) -> Present:
        with pytest.MonkeyPatch.context() as instead:
            instead.setattr(terms, "book_sale", lambda *args, **how: None)
            return real(order, **how)

    plant.setattr(presents, "take_in", take_in)


def begin_a_gift_beside_what_runs(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(presents, "waits_for", lambda present, reader, at: None)


def begin_a_gift_in_line_with_the_issue_to_come(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(presents, "_after_the_last", lambda present: None)


def let_a_gift_be_taken_by_anybody_again(plant: pytest.MonkeyPatch) -> None:
    real = presents.redeem

    def redeem(present: Present, reader: User, *, at: datetime) -> Present:
        try:
            return real(present, reader, at=at)
        except presents.CannotRedeem:
            return present

    plant.setattr(presents, "redeem", redeem)


def have_the_recipient_paid_for(plant: pytest.MonkeyPatch) -> None:
    real = terms._subscribe

    def subscribe(order: Order, at: datetime) -> Subscription:
        made = real(order, at)
        Subscription.objects.filter(pk=made.pk).update(payer=made.reader)
        return made

    plant.setattr(terms, "_subscribe", subscribe)


def leave_an_old_link_good(plant: pytest.MonkeyPatch) -> None:
    real = presents.change

    def change(present: Present, **to: Any) -> Present:
        digest = Present.objects.get(pk=present.pk).token_sha256
        changed = real(present, **to)
        Present.objects.filter(pk=present.pk).update(token_sha256=digest)
        return changed

    plant.setattr(presents, "change", change)


def give_a_gift_back_that_has_begun(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(presents, "_has_begun", lambda present: False)


def give_a_gift_back_at_each_click(plant: pytest.MonkeyPatch) -> None:
    real = presents.give_back

    def give_back(present: Present, *, request: Any, at: datetime) -> list[Refund]:
        Present.objects.filter(pk=present.pk).update(returned_at=None)
        return real(present, request=uuid.uuid4(), at=at)

    plant.setattr(presents, "give_back", give_back)


def give_grace_while_a_gift_waits(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(standing.Account, "has_gifts", lambda self, at: self.reads_gift(at))


def give_grace_while_a_gift_of_months_is_read(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        standing.Account, "reads_gift", lambda self, at: any(one.left for one in self.given)
    )


def serve_what_was_added_while_a_gift_is_read(plant: pytest.MonkeyPatch) -> None:
    real = standing.Account.reads_gift
    plant.setattr(standing.Account, "has_gifts", lambda self, at: self.in_line or real(self, at))
    plant.setattr(standing.Account, "reads_gift", lambda self, at: False)


def charge_the_whole_of_print_in_mid_term(plant: pytest.MonkeyPatch) -> None:
    real = upgrades._of
    plant.setattr(upgrades, "_of", lambda part, minor: real(part, part.minor))


def credit_what_was_earned(plant: pytest.MonkeyPatch) -> None:
    real = terms._go_over

    def go_over(order: Order, subscription: Subscription, at: datetime) -> Term:
        with pytest.MonkeyPatch.context() as instead:
            instead.setattr(terms, "unearned", lambda balance: balance.term.components)
            return real(order, subscription, at)

    plant.setattr(terms, "_go_over", go_over)


def leave_the_old_copies_owed(plant: pytest.MonkeyPatch) -> None:
    def create(**fields: Any) -> Deduction:
        if fields["kind"] == Deduction.Kind.MOVED:
            fields["copies"] -= 1
        made: Deduction = Deduction.objects.create(**fields)
        return made

    fake = SimpleNamespace(Kind=Deduction.Kind, objects=SimpleNamespace(create=create))
    plant.setattr(terms, "Deduction", fake)


def pay_all_back_with_the_last_payment(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(refundable, "paid_for", lambda term, parts: parts)


def let_print_renew_without_a_word(plant: pytest.MonkeyPatch) -> None:
    real = terms._go_over

    def go_over(order: Order, subscription: Subscription, at: datetime) -> Term:
        term = real(order, subscription, at)
        Subscription.objects.filter(pk=subscription.pk).update(stopped_at=None)
        return term

    plant.setattr(terms, "_go_over", go_over)


def take_goodwill_of_the_old_term_off_what_went_over(plant: pytest.MonkeyPatch) -> None:
    def of(term: Term) -> tuple[Part, ...]:
        left = []
        refunds = list(Refund.objects.filter(term__in=refundable.paid_by(term)))
        for part in term.components:
            gone = [
                one
                for refund in refunds
                for one in deals.parts_from_json(refund.parts)
                if one.component == part.component
            ]
            minor, tax = sum(one.minor for one in gone), sum(one.tax for one in gone)
            left.append(Part(part.component, part.minor - minor, part.tax - tax, part.tax_account))
        return tuple(left)

    plant.setattr(refundable, "of", of)


BUGS_OF_GIFTS: dict[Bug, str] = {
    book_a_gift_only_once_it_is_taken: "given, and taken by two",
    begin_a_gift_beside_what_runs: "given to who reads, with grace",
    begin_a_gift_in_line_with_the_issue_to_come: "given to who reads, and a worker that slept",
    let_a_gift_be_taken_by_anybody_again: "given, and taken by two",
    have_the_recipient_paid_for: "given, and taken by two",
    leave_an_old_link_good: "given, corrected, and back",
    give_a_gift_back_that_has_begun: "given, and back too late",
    give_a_gift_back_at_each_click: "given, corrected, and back",
    give_grace_while_a_gift_waits: "given to who reads, and a worker that slept",
    give_grace_while_a_gift_of_months_is_read: "given a month, beside copies with grace",
    serve_what_was_added_while_a_gift_is_read: "given a month, beside copies with grace",
    charge_the_whole_of_print_in_mid_term: "print added",
    credit_what_was_earned: "print added",
    leave_the_old_copies_owed: "print added",
    pay_all_back_with_the_last_payment: "print added, and cancelled",
    let_print_renew_without_a_word: "print added, not agreed to",
    take_goodwill_of_the_old_term_off_what_went_over: "print added, and goodwill of both",
}
"""Each with the play that finds it."""
