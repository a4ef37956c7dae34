"""Match bank statements, write down what came by hand, and see what does not agree."""

from __future__ import annotations

import argparse
from pathlib import Path

from masthead.cli import django_, serve
from masthead.cli.terminal import Stop, say

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
    look = acts.add_parser("look", help="look at what is not settled, and compare everything")
    look.set_defaults(act=_look)


def run(options: argparse.Namespace) -> int | None:
    """Do it, and say what came of it."""
    django_.start()
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

    from masthead.payments import by_hand, references
    from masthead.payments.models import Attempt
    from masthead.payments.provider import NotReady

    wanted = options.reference.replace(" ", "").upper()
    attempt = Attempt.objects.filter(provider_ref=wanted).first()
    if attempt is None:
        why = "" if references.is_right(wanted) else " Its digits do not fit together."
        raise Stop(f"There is nothing under that reference.{why}", "Look at how it is written.")
    try:
        attempt = by_hand.moved(attempt, at=timezone.now())
    except (by_hand.NotByHand, NotReady) as refusal:
        raise Stop(str(refusal)) from refusal
    say(f"{attempt}: {attempt.get_state_display()}.")


def _look(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from masthead.payments import reconciliation, sweeping
    from masthead.payments.models import Attempt, Difference

    now = timezone.now()
    sweeping.sweep(at=now)
    reconciliation.compare(at=now)
    say(f"{Attempt.objects.unsettled().count()} payments are not settled.")
    there = list(Difference.objects.open())
    for one in there:
        say(f"{one.found_at:%Y-%m-%d} {one.provider}: {one} {one.says}".rstrip())
    say(f"{len(there)} differences are open.")
    return 1 if there else 0
