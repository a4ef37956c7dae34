"""Match bank statements, write down what came by hand, and see what does not agree."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from masthead.cli import serve
from masthead.cli.terminal import Stop, say
from masthead.config.starting import start

if TYPE_CHECKING:
    from masthead.payments.models import Attempt

NAME = "payments"
HELP = "match bank statements, and see what does not agree"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take an act."""
    acts = parser.add_subparsers(metavar="ACT", required=True)
    match = acts.add_parser("match", help="take in a bank statement")
    match.add_argument("file", metavar="FILE", type=Path, help="a CSV file of the bank's")
    match.add_argument(
        "--way", metavar="NAME", default="transfer", help="whose account it is (transfer)"
    )
    match.add_argument(
        "--currency", metavar="CODE", default="EUR", help="of lines that name none (EUR)"
    )
    match.set_defaults(act=_match)
    moved = acts.add_parser("moved", help="write down that money came or went by hand")
    moved.add_argument("reference", metavar="REFERENCE", help="as the payer was told it")
    moved.set_defaults(act=_moved)
    assign = acts.add_parser("assign", help="have a line of a statement pay for an order")
    assign.add_argument("line", metavar="NUMBER", type=int, help="as `payments look` lists it")
    assign.add_argument(
        "reference", metavar="REFERENCE", help="of the order, as the payer was told it"
    )
    assign.set_defaults(act=_assign)
    seen = acts.add_parser("seen", help="say that something was seen to")
    seen.add_argument("what", choices=["line", "difference"], help="what sort of thing")
    seen.add_argument("number", metavar="NUMBER", type=int, help="as `payments look` lists it")
    seen.set_defaults(act=_seen)
    look = acts.add_parser("look", help="look at what is not settled, and compare everything")
    look.set_defaults(act=_look)


def run(options: argparse.Namespace) -> int | None:
    """Do it, and say what came of it."""
    start()
    serve.require_migrated()
    code: int | None = options.act(options)
    return code


def _match(options: argparse.Namespace) -> int:
    from django.utils import timezone
    from rich.console import Console
    from rich.table import Table

    from masthead.payments import statement_files, statements, ways
    from masthead.payments.models import BankLine

    if options.way not in ways.names():
        raise Stop(
            f"There is no [payments.{options.way}] in masthead.toml.",
            f"There are: {', '.join(ways.names()) or 'none'}.",
        )
    try:
        lines = statement_files.read(options.file.read_bytes(), options.currency)
    except statement_files.NotAStatement as refusal:
        raise Stop(str(refusal), "Nothing was taken in.") from refusal
    found = statements.match(options.way, lines, at=timezone.now())
    table = Table(box=None, pad_edge=False)
    for heading in ("Day", "Amount", "What became of it"):
        table.add_column(heading, no_wrap=True)
    for heading in ("From", "Words"):
        table.add_column(heading, overflow="fold")
    for one in found:
        line = one.line
        said = line.get_state_display() if one.is_new else "Read before"
        table.add_row(str(line.booked_on), str(line.money), said, line.sender, line.text)
    Console(highlight=False, markup=False).print(table)
    waiting = BankLine.objects.to_see_to().filter(way=options.way).count()
    say(f"{sum(one.is_new for one in found)} new lines; {waiting} wait for somebody.")
    return 1 if waiting else 0


def _moved(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from masthead.payments import by_hand
    from masthead.payments.provider import NotReady

    try:
        attempt = by_hand.moved(_under(options.reference), at=timezone.now())
    except (by_hand.NotByHand, NotReady) as refusal:
        raise Stop(str(refusal)) from refusal
    say(f"{attempt}: {attempt.get_state_display()}.")


def _assign(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from masthead.payments import statements
    from masthead.payments.models import BankLine

    line = BankLine.objects.filter(pk=options.line).first()
    if line is None:
        raise Stop(f"There is no line {options.line}.", "List them with: masthead payments look")
    try:
        statements.assign(line, _under(options.reference), at=timezone.now())
    except statements.CannotAssign as refusal:
        raise Stop(str(refusal)) from refusal
    say(f"{line.money} pay for that order.")


def _seen(options: argparse.Namespace) -> None:
    from django.utils import timezone

    from masthead.payments.models import BankLine, Difference

    now = timezone.now()
    if options.what == "line":
        count = BankLine.objects.to_see_to().filter(pk=options.number).update(seen_at=now)
    else:
        count = Difference.objects.open().filter(pk=options.number).update(settled_at=now)
    if not count:
        raise Stop(
            f"No {options.what} {options.number} waits for anybody.",
            "List them with: masthead payments look",
        )
    say("It will not be listed any more.")


def _under(reference: str) -> Attempt:
    """Return the payment that a payer was told a reference of."""
    from masthead.payments import references
    from masthead.payments.models import Attempt

    wanted = reference.replace(" ", "").upper()
    attempt = Attempt.objects.filter(provider_ref=wanted).first()
    if attempt is None:
        why = "" if references.is_right(wanted) else " Its digits do not fit together."
        raise Stop(f"There is nothing under that reference.{why}", "Look at how it is written.")
    return attempt


def _look(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from masthead.payments import by_hand, reconciliation, sweeping
    from masthead.payments.models import Attempt, BankLine, Difference

    now = timezone.now()
    sweeping.sweep(at=now)
    reconciliation.compare(at=now)
    say(f"{Attempt.objects.unsettled().count()} payments are not settled.")
    differences, lines = list(Difference.objects.open()), list(BankLine.objects.to_see_to())
    for one in differences:
        say(
            f"difference {one.pk}: {one.found_at:%Y-%m-%d} {one.provider} {one} {one.says}".rstrip()
        )
    for line in lines:
        said = f"{line} {line.text}".rstrip()
        say(f"line {line.pk}: {line.booked_on} {said} ({line.get_state_display()})")
    to_send = by_hand.to_be_sent()
    for refund in to_send:
        senders = [one.sender for one in refund.charge.bank_lines.all()] if refund.charge else []
        to = " ".join([*senders, refund.payer.email if refund.payer else ""]).strip()
        say(f"to send: {refund.money} to {to}, {refund.provider} {refund.provider_ref}")
    say(f"{len(differences)} differences and {len(lines)} lines of statements wait for somebody.")
    return 1 if differences or lines or to_send else 0
