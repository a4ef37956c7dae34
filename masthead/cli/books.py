"""Hand the books to another program, look whether they agree, or close them up to a day."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from masthead.cli import serve
from masthead.cli.terminal import Stop, say
from masthead.config.starting import start

NAME = "books"
HELP = "export, check or close the books"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take an act and its days."""
    acts = parser.add_subparsers(metavar="ACT", required=True)
    export = acts.add_parser("export", help="write the journal out for another program")
    export.add_argument("--format", choices=("hledger", "csv"), default="hledger")
    export.add_argument(
        "--from", dest="since", metavar="DAY", type=_day, help="the first day (YYYY-MM-DD)"
    )
    export.add_argument("--to", dest="through", metavar="DAY", type=_day, help="the last day")
    export.set_defaults(act=_export)
    check = acts.add_parser("check", help="look whether books, sales and service agree")
    check.set_defaults(act=_check)
    close = acts.add_parser("close", help="let nothing be booked up to a day any more")
    close.add_argument("--through", metavar="DAY", type=_day, required=True, help="the last day")
    close.set_defaults(act=_close)


def run(options: argparse.Namespace) -> int:
    """Do it; return 1 where the books do not agree."""
    start()
    serve.require_migrated()
    done: int = options.act(options)
    return done


def _export(options: argparse.Namespace) -> int:
    from masthead.payments import exports

    written = exports.hledger if options.format == "hledger" else exports.rows
    for piece in written(options.since, options.through):
        sys.stdout.write(piece)
    return 0


def _check(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from masthead.circulation import auditing

    complaints = auditing.complaints(timezone.now())
    for complaint in complaints:
        say(complaint)
    if complaints:
        return 1
    counted = ", ".join(f"{count} {what}" for what, count in auditing.counts().items())
    say(f"The books agree with what was sold, served and paid back ({counted}).")
    return 0


def _close(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from masthead.payments import journal

    try:
        journal.close(options.through, at=timezone.now())
    except journal.CannotClose as refusal:
        raise Stop(str(refusal), "Name a later day that is over.") from refusal
    say(
        f"The books are closed up to {options.through}. What comes to light later is booked after it."
    )
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-12-31") from None
