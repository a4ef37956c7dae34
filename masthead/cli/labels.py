"""Freeze the labels of an issue, and write their file for the mail house.

The main run holds everybody who is owed a printed copy, at the address of that moment; freezing
it again changes nothing and writes the same file. With --supplemental a further run holds who
came after it, and copies that are sent again. --dry-run counts and writes nothing.

Once the copies are with the post, say so with --dispatched: claims are counted from then. With
--came-back and --spares nothing is frozen.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from masthead.cli import press
from masthead.cli.terminal import Stop, say, working
from masthead.config.starting import start

NAME = "labels"
HELP = "freeze the labels of an issue and write their file for the mail house"
SHOWN = 20
"""How many of those left out are named; the run keeps all."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the issue, which run, and where its file goes."""
    parser.add_argument("issue", metavar="ISSUE", help="its slug, its number or its sequence")
    parser.add_argument(
        "--supplemental", action="store_true", help="a further run, for who came after the main one"
    )
    parser.add_argument(
        "--run",
        dest="number",
        metavar="NUMBER",
        type=int,
        help="a run that is frozen already; freezes nothing",
    )
    parser.add_argument("--file", metavar="OUT.csv", type=Path, help="where its file goes")
    parser.add_argument(
        "--dispatched",
        metavar="COPIES",
        type=int,
        help="write down that so many copies of the run were handed to the post",
    )
    parser.add_argument(
        "--came-back",
        metavar="SERIAL",
        type=int,
        help="the post brought this label back: nothing more goes to its address",
    )
    parser.add_argument(
        "--why",
        choices=("unknown", "moved", "refused", "incomplete"),
        default="unknown",
        help="what the post says of it (default: unknown)",
    )
    parser.add_argument(
        "--spares",
        metavar="COPIES",
        type=int,
        help="write down how many printed copies of the issue lie in the store",
    )
    parser.add_argument("--dry-run", action="store_true", help="count; write nothing")


def run(options: argparse.Namespace) -> None:
    """Freeze or find the run, and do with it what was asked for."""
    start()
    from masthead.circulation import label_runs

    issue = press.find(options.issue)
    if options.came_back is not None or options.spares is not None:
        _write_down(issue, options)
        return
    try:
        if options.dry_run:
            _plan(issue, options.supplemental)
            return
        found = (
            _find(issue, options.number) if options.number else _freeze(issue, options.supplemental)
        )
        if found is None:
            say("Nobody is waiting for a label beyond those frozen before.")
            return
        labels = found.labels.values_list("kind", "country")
        _tell(f"{found.issue.title}: {found.get_kind_display()}, number {found.number}",
              list(labels), found.left_out)  # fmt: skip
        if options.file:
            _write(found, options.file)
        if options.dispatched is not None:
            label_runs.dispatch(found, quantity=options.dispatched, at=datetime.now(UTC))
            say(f"Dispatched: {options.dispatched} copies.")
    except (label_runs.CannotFreeze, label_runs.CannotDispatch) as refusal:
        raise Stop(str(refusal), "Nothing was changed.") from refusal


def _write_down(issue: Any, options: argparse.Namespace) -> None:
    """Keep what the post brought back, and what lies in the store."""
    from masthead.circulation import stock, undelivered
    from masthead.circulation.models import Label, Undelivered

    now = datetime.now(UTC)
    if options.came_back is not None:
        label = Label.objects.filter(issue=issue, pk=options.came_back).first()
        if label is None:
            raise Stop(
                f"{issue.title} has no label {options.came_back}.", "Nothing was written down."
            )
        try:
            stopped = undelivered.came_back(label, Undelivered.Why(options.why), at=now)
        except undelivered.NothingToStop as refusal:
            raise Stop(str(refusal), "Nothing was written down.") from refusal
        told = undelivered.tell(stopped, at=now)
        say(f"{label.sale}: nothing more is sent to that address.")
        say(
            "Its reader was told." if told else "The letter did not go out; the worker tries again."
        )
    if options.spares is not None:
        if options.spares < 0:
            raise Stop("There are no fewer than 0 copies.", "Nothing was written down.")
        stock.count(issue, options.spares, at=now)
        say(f"{issue.title}: {options.spares} copies lie in the store.")


def _plan(issue: Any, supplemental: bool) -> None:
    from masthead.circulation import label_runs

    with working(f"Counting labels of {issue.title}") as tell:
        found = label_runs.plan(
            issue,
            at=datetime.now(UTC),
            supplemental=supplemental,
            progress=lambda count: tell(f"{count:,} subscriptions"),
        )
    labels = [(label.kind, label.country) for label in found.labels]
    _tell(f"{issue.title}: {found.kind.label}, not frozen", labels, found.left_out)


def _freeze(issue: Any, supplemental: bool) -> Any:
    from masthead.circulation import label_runs

    with working(f"Freezing labels of {issue.title}") as tell:
        return label_runs.freeze(
            issue,
            at=datetime.now(UTC),
            supplemental=supplemental,
            progress=lambda count: tell(f"{count:,} subscriptions"),
        )


def _find(issue: Any, number: int) -> Any:
    found = issue.label_runs.filter(number=number).first()
    if found is None:
        there = ", ".join(str(run.number) for run in issue.label_runs.all())
        raise Stop(f"{issue.title} has no run {number}.", f"There are: {there or 'none yet'}.")
    return found


def _tell(heading: str, labels: list[tuple[str, str]], left_out: list[dict[str, str]]) -> None:
    """Print a table of labels by kind and country, and who is left out."""
    from rich.console import Console
    from rich.table import Table

    kinds = Counter(kind for kind, _country in labels)
    say(heading)
    table = Table("country", *kinds, "labels")
    by_country = Counter(country for _kind, country in labels)
    both = Counter(labels)
    for country, count in by_country.most_common():
        table.add_row(country, *(str(both[kind, country]) for kind in kinds), str(count))
    table.add_section()
    table.add_row("all", *(str(count) for count in kinds.values()), str(len(labels)))
    Console(highlight=False).print(table)
    if left_out:
        say(f"Owed a copy and without a label: {len(left_out)}.")
        for one in left_out[:SHOWN]:
            say(f"  {one['subscription']}: {one['why']}")
        if len(left_out) > SHOWN:
            say(f"  and {len(left_out) - SHOWN} more; the run lists them all.")


def _write(found: Any, file: Path) -> None:
    from masthead.circulation import label_files

    # Nobody else reads where readers live, and nobody ever finds half of the file.
    beside = file.with_name(f".{file.name}.part")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as part:
            part.write(label_files.file_of(found))
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    say(f"{file}: {found.rows} rows, SHA-256 {found.sha256}")
    if not label_files.is_as_frozen(found):
        say(
            "Somebody in it was erased since; their rows are blank, and the SHA-256 no longer fits."
        )
