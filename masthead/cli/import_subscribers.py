"""Take over a list of subscribers with what they are still owed: `masthead import subscribers`.

With --dry-run nothing is written, and what would be is told line by line. Nobody gets a letter
unless --welcome asks for it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from masthead.cli import magazine, serve
from masthead.cli.terminal import Stop, say
from masthead.config.starting import start

if TYPE_CHECKING:
    from masthead.exchange.importers.subscribers import Report

SHOWN = 20
"""Lines of each outcome that are printed; those that were refused are all in their file."""


def arguments(formats: Any) -> None:
    """Take the file and how it is read."""
    parser = formats.add_parser(
        "subscribers",
        help="a list of subscribers, with the copies they are owed",
        description="Take over a list of subscribers of another system (CSV), with what they are "
        "still owed. The same list again changes nothing.",
    )
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="the list")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen, and change nothing"
    )
    parser.add_argument(
        "--column", metavar="OURS=THEIRS", action="append", default=[], type=_pair,
        help="what the list calls a column, such as mail=email",
    )  # fmt: skip
    parser.add_argument(
        "--default", metavar="OURS=VALUE", action="append", default=[], type=_pair,
        help="what stands in a column where the list has nothing, such as offer=a-year",
    )  # fmt: skip
    parser.add_argument(
        "--refused", metavar="FILE", type=Path,
        help="where refused lines go, with reasons (default: beside the list)",
    )  # fmt: skip
    parser.add_argument(
        "--way", metavar="NAME", help="the way to pay by which staff send money back"
    )
    parser.add_argument("--title", metavar="NAME", help="of several titles, this one")
    parser.add_argument("--welcome", action="store_true", help="write to those who are new")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.set_defaults(act=run)


def run(options: argparse.Namespace) -> int:
    """Take the list over and print the report; return 1 where lines were refused."""
    if not options.file.is_file():
        raise Stop(f"There is no file {options.file}.", "Look at its name, or name another.")
    start()
    serve.require_migrated()
    from django.utils import timezone

    from masthead.exchange.importers import subscribers

    refused = options.refused or options.file.with_suffix(".refused.csv")
    try:
        with _progress() as progress:
            report = subscribers.run(
                options.file,
                title=_title(options.title),
                now=timezone.now(),
                way=_way(options.way),
                names=dict(options.column),
                defaults=dict(options.default),
                dry_run=options.dry_run,
                welcome=options.welcome,
                refused=refused,
                progress=progress,
            )
    except subscribers.CannotRead as refusal:
        raise Stop(f"{options.file}: {refusal}", "Nobody was taken over.") from refusal
    if options.json:
        say(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _tell(report, refused, dry_run=options.dry_run)
    return 1 if report.counts["refused"] else 0


def _title(name: str | None) -> Any:
    from masthead.editorial.models import Title

    if name is None:
        return magazine.of_this_installation()
    found = Title.objects.filter(name=name).first()
    if found is None:
        raise Stop(f"There is no title called {name}.", "Nobody was taken over.")
    return found


def _way(name: str | None) -> str:
    """Return the way by which money goes back that was paid elsewhere."""
    from masthead.payments import ways

    known = [one.name for one in ways.by_hand()]
    if name in known or (name is None and len(known) == 1):
        return name or known[0]
    if not known:
        raise Stop(
            "There is no way to pay by hand, by which staff could send money back that was paid elsewhere.",
            'Add one to masthead.toml: [payments.transfer] with part = "transfer", say.',
        )
    said = f"There is no way by hand called {name}." if name else "There are several ways by hand."
    raise Stop(said, f"Name one with --way: {', '.join(known)}.")


def _tell(report: Report, refused: Path, *, dry_run: bool) -> None:
    from masthead.money import Money

    if dry_run:
        say("Nothing was changed. This is what would be:")
    for outcome, count in report.counts.items():
        say(f"{outcome.capitalize() + ':':<10}{count}")
    owed = ", ".join(str(Money(minor, one)) for one, minor in sorted(report.owed.items()))
    say(f"{'Owed:':<10}{report.copies} copies, {owed or 'nothing'} by opening entries")
    if report.letters:
        say(f"{'Letters:':<10}{report.letters}")
    for outcome, sign in (("new", "+"), ("changed", "~"), ("refused", "!")):
        rows = report.of(outcome)
        if outcome == "new" and not dry_run:
            continue
        for row in rows[:SHOWN]:
            say(f"{sign} line {row.line}: {row.number} {row.says}".rstrip())
        if len(rows) > SHOWN:
            say(f"{sign} and {len(rows) - SHOWN} more")
    if report.counts["refused"]:
        say(f"Refused lines are in {refused}, each with its reason.")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar to whoever watches; say it plainly when nobody does."""
    if not sys.stderr.isatty():
        sys.stderr.write("Taking the list over …\n")
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("Taking the list over", total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)


def _pair(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not (ours and equals and theirs):
        raise argparse.ArgumentTypeError(f"{text!r} is no pair such as mail=email")
    return ours.strip(), theirs.strip()
