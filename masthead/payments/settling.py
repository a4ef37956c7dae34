"""Settling by hand: statements, lines, cheques and differences, each with who did it and why.

The verbs underneath (`statements`, `by_hand`) move money in the books; here it is written down
beside them, in the same transaction, which person of the staff said so.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from masthead.payments import by_hand, references, statement_files, statements, ways
from masthead.payments.models import Attempt, BankLine, Difference, HandNote
from masthead.payments.statements import Matched
from masthead.people.models import User

Act = HandNote.Act
MOST_FOUND = 20


class CannotSettle(Exception):
    """It was settled already, or nobody said why. Fit to show to staff."""


@transaction.atomic
def take_in(way: str, data: bytes, currency: str, *, at: datetime, by: User) -> list[Matched]:
    """Take in a bank statement: all of it or nothing.

    Args:
        way: the way to pay whose account it is.
        data: the bank's CSV file.
        currency: of lines that name none.
        at: the moment, timezone-aware.
        by: who of the staff.

    Raises:
        NotAStatement: the file cannot be read.
    """
    lines = statement_files.read(data, currency)
    found = statements.match(way, lines, at=at)
    new = sum(one.is_new for one in found)
    _write(f"way:{way}", Act.STATEMENT, f"{len(found)} lines, {new} new", at, by)
    return found


@transaction.atomic
def assign(line: BankLine, attempt: Attempt, *, at: datetime, by: User) -> BankLine:
    """Have a line of a statement pay for what staff found that it is for.

    Raises:
        CannotAssign: it has paid for something, or does not fit.
    """
    line = statements.assign(line, attempt, at=at)
    _write(f"line:{line.pk}", Act.ASSIGNED, attempt.reference, at, by)
    return line


@transaction.atomic
def set_aside(line: BankLine, note: str, *, at: datetime, by: User) -> None:
    """Take a line off the list that pays for nothing, such as one that was sent back.

    Raises:
        CannotSettle: see the class.
    """
    _ask_why(note)
    if not BankLine.objects.to_see_to().filter(pk=line.pk).update(seen_at=at):
        raise CannotSettle(_("Somebody has seen to that line already."))
    _write(f"line:{line.pk}", Act.SET_ASIDE, note, at, by)


@transaction.atomic
def moved(attempt: Attempt, note: str, *, at: datetime, by: User) -> Attempt:
    """Write down that money came, or that a refund went, where no provider can say so.

    Raises:
        NotByHand: a provider says so by itself, or it is settled.
    """
    attempt = by_hand.moved(attempt, at=at)
    _write(f"attempt:{attempt.key}", Act.MOVED, note, at, by)
    return attempt


@transaction.atomic
def settle(difference: Difference, note: str, *, at: datetime, by: User) -> None:
    """Say that somebody has seen to a difference, and how. What is found again is told again.

    Raises:
        CannotSettle: see the class.
    """
    _ask_why(note)
    if not Difference.objects.open().filter(pk=difference.pk).update(settled_at=at):
        raise CannotSettle(_("Somebody has seen to that already."))
    _write(f"difference:{difference.pk}", Act.SETTLED, note, at, by)


def waiting_by_hand(asked: str = "") -> QuerySet[Attempt]:
    """Return the charges that wait for money by hand; those that a reference or mail address finds."""
    waiting = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE,
        provider__in=[way.name for way in ways.by_hand()],
        state__in=Attempt.OPEN,
    )
    return _found(waiting, asked).select_related("payer").order_by("created_at", "pk")


def candidates(line: BankLine, asked: str = "") -> list[Attempt]:
    """Return what a line may be for: unpaid charges of its sum, or those that are looked for."""
    unpaid: QuerySet[Attempt] = Attempt.objects.filter(
        kind=Attempt.Kind.CHARGE, provider=line.way
    ).exclude(state=Attempt.State.SUCCEEDED)
    if asked:
        unpaid = _found(unpaid, asked)
    else:
        unpaid = unpaid.filter(minor=line.minor, currency=line.currency)
    return list(unpaid.select_related("payer").order_by("-created_at", "-pk")[:MOST_FOUND])


def _found(among: QuerySet[Attempt], asked: str) -> QuerySet[Attempt]:
    if not asked:
        return among
    written = asked.replace(" ", "").upper()
    by_reference = Q(provider_ref=written) | Q(provider_ref__in=references.found_in(asked))
    return among.filter(
        by_reference | Q(payer__email__icontains=asked) | Q(description__icontains=asked)
    )


def _ask_why(note: str) -> None:
    if not note.strip():
        raise CannotSettle(_("Write down what was done about it."))


def _write(about: str, act: HandNote.Act, note: str, at: datetime, by: User) -> None:
    HandNote.objects.create(about=about, act=act, note=note.strip()[:300], at=at, by=by)
