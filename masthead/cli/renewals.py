"""Look who is due for renewal, and charge them.

Without --execute nothing is charged and nobody is written to: a table says who would be charged,
with the sums, and why the others wait. The worker does the same every morning. --stop stops all
renewals of the magazine at once, until --go-on.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from masthead.cli.terminal import Stop, say, working
from masthead.config.starting import start

NAME = "renewals"
HELP = "look who is due for renewal, and charge them"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is to be done, and for how many."""
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--dry-run", action="store_true", help="only look (that is the default)")
    act.add_argument("--execute", action="store_true", help="write the letters and charge")
    act.add_argument("--stop", metavar="WHY", help="charge nobody until --go-on")
    act.add_argument("--go-on", action="store_true", help="let renewals go on")
    parser.add_argument("--most", metavar="N", type=int, help="charges at most (default: 500)")
    parser.add_argument("--title", metavar="NAME", help="of several titles, this one")


def run(options: argparse.Namespace) -> None:
    """Do it for each title, or for the one that is named."""
    if options.most is not None and options.most < 1:
        raise Stop("--most takes a number from 1 up.", "Nobody was charged.")
    start()
    from masthead.circulation import brakes
    from masthead.editorial.models import Title

    titles = Title.objects.order_by("name")
    if options.title:
        titles = titles.filter(name=options.title)
        if not titles:
            raise Stop(f"There is no title called {options.title}.", "Nobody was charged.")
    now = datetime.now(UTC)
    for title in titles:
        if options.stop:
            brakes.pull(title, why=options.stop, at=now)
            say(f"{title.name}: renewals are stopped.")
        elif options.go_on:
            was = brakes.release(title, at=now)
            say(
                f"{title.name}: renewals go on." if was else f"{title.name}: they were not stopped."
            )
        elif options.execute:
            _execute(title, now, options.most)
        else:
            _plan(title, now, options.most)


def _plan(title: Any, now: datetime, most: int | None) -> None:
    from masthead.circulation import renewals

    with working(f"Looking through {title.name}"):
        plan = renewals.plan(title, at=now)
    table = _table("", "subscriptions", "sum")
    table.add_row("would be charged", str(len(plan.charges)), _sums(plan.sums))
    for number, old, new in plan.changed:
        table.add_row(f"  at a new price ({old} until now)", str(number), f"{new} each")
    for reason, count in plan.reasons.most_common():
        table.add_row(reason, str(count), "")
    say(title.name)
    _print(table)
    if plan.brake:
        say(f"Renewals are stopped: {plan.brake}")
    if most is not None and len(plan.charges) > most:
        say(f"With --most {most}, {len(plan.charges) - most} of them are left for later.")


def _execute(title: Any, now: datetime, most: int | None) -> None:
    from masthead.circulation import brakes, dunning, renewals
    from masthead.payments import ways

    if why := brakes.reason(title):
        raise Stop(f"Renewals of {title.name} are stopped: {why}", "Let them go on with --go-on.")
    with working(f"Renewing {title.name}"):
        done = dunning.run(title, at=now, named=ways.named, most=most or renewals.MOST)
    table = _table("", "number")
    for what, count in sorted(done.items()):
        table.add_row(what, str(count))
    say(title.name if done else f"{title.name}: nothing was to be done.")
    if done:
        _print(table)


def _table(*columns: str) -> Any:
    from rich.table import Table

    return Table(*columns)


def _print(table: Any) -> None:
    from rich.console import Console

    Console(highlight=False).print(table)


def _sums(sums: list[Any]) -> str:
    return ", ".join(str(money) for money in sums) or "0"
