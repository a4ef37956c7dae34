"""Say how many copies of each issue were paid, given away and sent, as auditors ask for it.

Without days, of the twelve months up to today. The figures were frozen when each issue was served;
the same question has the same answer at any time. --csv writes them with the net price of a copy,
countries, source keys and lengths of terms.
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from masthead.cli.terminal import Stop, say
from masthead.config.starting import start

NAME = "statement"
HELP = "say how many copies of each issue were paid, given away and sent"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the days, the title, and where the file goes."""
    parser.add_argument(
        "--from", dest="first", metavar="DAY", type=_day, help="issues on sale from then"
    )
    parser.add_argument(
        "--through", dest="last", metavar="DAY", type=_day, help="issues on sale until then"
    )
    parser.add_argument("--title", metavar="NAME", help="of several titles, this one")
    parser.add_argument("--csv", metavar="OUT.csv", type=Path, help="write all of it to a file")


def run(options: argparse.Namespace) -> None:
    """Print the statement, or write it."""
    last = options.last or datetime.now(UTC).date()
    first = options.first or last - timedelta(days=365)
    if first > last:
        raise Stop(f"{first} is after {last}.", "Name the earlier day with --from.")
    start()
    from rich.console import Console
    from rich.table import Table

    from masthead.circulation import statements
    from masthead.editorial.models import Title

    titles = Title.objects.order_by("pk")
    title = titles.filter(name=options.title).first() if options.title else titles.first()
    if title is None:
        raise Stop(
            f"There is no title called {options.title}.", "Leave --title out to see the first."
        )
    figures = statements.between(title, first, last)
    if not figures:
        raise Stop(
            f"No issue of {title.name} went on sale from {first} to {last}.", "Ask for other days."
        )
    if options.csv:
        # RFC 4180 ends lines by itself.
        options.csv.write_text(statements.as_csv(figures), encoding="utf-8", newline="")
        say(f"{len(figures)} issues of {title.name} are in {options.csv}.")
        return
    means = statements.averages(figures)
    table = Table("", *[f"No. {one.issue.number}" for one in figures], "Average", title=title.name)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, words in statements.ROWS:
        table.add_row(words, *[f"{getattr(one, name):,}" for one in figures], f"{means[name]:,}")
    Console().print(table)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write 2026-11-24.") from None
