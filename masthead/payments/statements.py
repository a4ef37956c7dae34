"""Matching statements: a transfer that names its reference pays for it, the rest waits for staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from masthead.payments import attempts, references
from masthead.payments.models import Attempt, BankLine
from masthead.payments.provider import Observed
from masthead.payments.statement_files import Line

State = BankLine.State


class CannotAssign(Exception):
    """The line is settled already, or does not fit the payment. Fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of a line; ``is_new`` says that no statement had it before."""

    line: BankLine
    is_new: bool


def match(way: str, lines: Iterable[Line], *, at: datetime) -> list[Matched]:
    """Take in the lines of a statement; a line that an earlier one had changes nothing.

    Args:
        way: the way to pay whose account it is, by its name in the settings.
        lines: see `statement_files.read()`.
        at: the moment.
    """
    return [_taken_in(way, line, at) for line in lines]


@transaction.atomic
def assign(line: BankLine, attempt: Attempt, *, at: datetime) -> BankLine:
    """Have a line pay for what staff found that it is for.

    Raises:
        CannotAssign: see the class.
    """
    line = BankLine.objects.select_for_update().get(pk=line.pk)
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if line.state == State.VALID:
        raise CannotAssign(_("That money has paid for something already."))
    if attempt.state == Attempt.State.SUCCEEDED or attempt.kind != Attempt.Kind.CHARGE:
        raise CannotAssign(_("That is paid already."))
    if line.money != attempt.money:
        raise CannotAssign(
            _("%(came)s came, and %(asked)s was asked for.")
            % {"came": line.money, "asked": attempt.money}
        )
    _settle(attempt, line, at)
    line.state, line.attempt, line.seen_at = State.VALID, attempt, at
    line.save(update_fields=["state", "attempt", "seen_at"])
    return line


@transaction.atomic
def _taken_in(way: str, line: Line, at: datetime) -> Matched:
    row, is_new = BankLine.objects.get_or_create(
        way=way,
        bank_id=line.bank_id,
        defaults={
            "booked_on": line.booked_on,
            "minor": line.money.minor,
            "currency": line.money.currency,
            "text": line.text,
            "sender": line.sender,
            "state": State.NO_MATCH,
            "read_at": at,
        },
    )
    if not is_new:
        return Matched(row, is_new=False)
    named = Attempt.objects.select_for_update().filter(
        kind=Attempt.Kind.CHARGE, provider=way, provider_ref__in=references.found_in(line.text)
    )
    found = list(named)
    if len(found) > 1:
        row.state = State.ERROR
    elif found:
        [row.attempt] = found
        row.state = _state(row, row.attempt)
        if row.state == State.VALID:
            _settle(row.attempt, row, at)
    row.save(update_fields=["state", "attempt"])
    return Matched(row, is_new=True)


def _state(line: BankLine, attempt: Attempt) -> State:
    if attempt.state == Attempt.State.SUCCEEDED:
        return State.DUPLICATE
    return State.VALID if line.money == attempt.money else State.ERROR


def _settle(attempt: Attempt, line: BankLine, at: datetime) -> None:
    ref = attempt.provider_ref or references.of(attempt.key)
    seen = Observed(ref, "charge", "succeeded", line.money, attempt.key)
    attempts.settle(attempt, seen, at=at, by_way_of="statement")
