"""Fold a title: what is left of its subscriptions moves to another title, or is paid back.

Without --execute nothing is written: a table says how many subscriptions would move, for what sums,
and which are paid back. With it nothing more of the title is sold or charged, and the worker writes
to its payers, who choose until a day; whoever does not gets what --usual says. --close does that now
for titles whose day is over, as the worker does every night.
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, timedelta
from typing import Any

from masthead.cli.terminal import Stop, say, working
from masthead.config.starting import start

NAME = "fold"
HELP = "fold a title into another, or pay back what is left of it"
USUALLY = timedelta(days=30)
"""How long payers have to choose, if nobody says otherwise."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take which title, what it folds into, and how."""
    parser.add_argument(
        "title", metavar="TITLE", nargs="?", help="the name of the title that stops"
    )
    parser.add_argument(
        "--into",
        metavar="OFFER",
        help="the address of the offer of another title, as in /subscribe/<address>/",
    )
    parser.add_argument(
        "--copies",
        choices=("value", "same"),
        default="value",
        help="as many as what is left is worth there, or one for each (default: value)",
    )
    parser.add_argument(
        "--usual",
        choices=("moves", "paid-back"),
        default="moves",
        help="what is done for who does not choose (default: moves)",
    )
    parser.add_argument(
        "--until",
        metavar="DAY",
        type=date.fromisoformat,
        help="the last day of choosing, such as 2027-03-31 (default: in thirty days)",
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--dry-run", action="store_true", help="only look (that is the default)")
    act.add_argument("--execute", action="store_true", help="begin it, and have payers written to")
    act.add_argument("--close", action="store_true", help="settle what nobody has chosen in time")


def run(options: argparse.Namespace) -> None:
    """Look, begin or close."""
    start()
    from masthead.circulation import fold_plans, folds

    now = datetime.now(UTC)
    if options.close:
        with working("Settling what nobody has chosen"):
            done = folds.close(at=now)
        say(f"{done} subscriptions and gifts were settled.")
        return
    title, into = _title(options.title), _offer(options.into)
    counts, usual = fold_plans.Counts(options.copies), fold_plans.Choice(options.usual)
    with working(f"Looking through {title.name}") as tell:
        plan = fold_plans.plan(
            title, into, counts, usual, at=now,
            progress=lambda count: tell(f"{count:,} subscriptions"),
        )  # fmt: skip
    _show(title, into, plan)
    if not options.execute:
        say("Nothing was written. Begin it with --execute.")
        return
    until = options.until or title.day(now) + USUALLY
    try:
        fold = folds.begin(title, into, counts=counts, usual=usual, choose_until=until, at=now)
    except folds.CannotFold as refusal:
        raise Stop(str(refusal), "Nothing was changed.") from refusal
    say(f"{title.name} folds. Its payers are written to, and choose until {fold.choose_until}.")


def _title(name: str | None) -> Any:
    from masthead.editorial.models import Title

    title = Title.objects.filter(name=name).first()
    if title is None:
        names = ", ".join(Title.objects.order_by("name").values_list("name", flat=True))
        raise Stop("Name the title that stops.", f"There are: {names}.")
    return title


def _offer(slug: str | None) -> Any:
    from masthead.circulation import offers
    from masthead.circulation.models import Offer

    offer = Offer.objects.filter(slug=slug or "").select_related("title").first()
    found = (
        [one for one in offers.on_sale(offer.title) if one.offer_id == offer.pk] if offer else []
    )
    if not found:
        raise Stop(
            "Name an offer of another title that is on sale: --into year.",
            "Its address stands in the office under Offers.",
        )
    return found[0]


def _show(title: Any, into: Any, plan: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "subscriptions", "copies", "sum")
    table.add_row("would move", str(plan.moving), str(plan.copies), _sums(plan.sums))
    table.add_row("would be paid back", str(plan.paid_back), "", _sums(plan.sums_back))
    for why, count in sorted(plan.hindrances.items()):
        table.add_row(f"– {why}", str(count), "", "")
    table.add_row("have had everything", str(plan.empty), "", "")
    table.add_row("gifts not begun, paid back", str(plan.gifts), "", "")
    say(f"{title.name} into {into.offer.title.name}: {into.deal.name}")
    Console(highlight=False).print(table)


def _sums(sums: list[Any]) -> str:
    return ", ".join(str(money) for money in sums) or "0"
