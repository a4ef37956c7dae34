"""Turn an issue into files.

So far two editions: screen, an accessible PDF of the whole issue, and print, the PDF that goes
to a printer. The issue is pressed as its contents stand now, whether it is on sale or not.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from masthead.cli import django_
from masthead.cli.terminal import Stop, say, working

NAME = "press"
HELP = "turn an issue into PDFs, for screens and for the printer"
EDITIONS = ("screen", "print")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the issue, the editions and where they go."""
    parser.add_argument("issue", metavar="ISSUE", help="its slug, its number or its sequence")
    parser.add_argument(
        "--edition",
        metavar="EDITIONS",
        default="screen",
        help=f"which, with commas between: {', '.join(EDITIONS)} (default: screen)",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the folder to put them in (default: here)",
    )


def run(options: argparse.Namespace) -> None:
    """Press the editions, one after the other."""
    wanted = dict.fromkeys(name.strip() for name in options.edition.split(","))
    if unknown := [name for name in wanted if name not in EDITIONS]:
        raise Stop(
            f"There is no edition called {', '.join(unknown)}.",
            f"Choose from: {', '.join(EDITIONS)}.",
        )
    django_.start()
    from masthead.circulation import entitlements, viewers
    from masthead.newsstand.phrases import phrases_in
    from masthead.newsstand.theme import LAMP
    from masthead.production import editions
    from masthead.production.models import printer_of

    now = datetime.now(UTC)
    issue = _find(options.issue)
    options.out.mkdir(parents=True, exist_ok=True)
    viewer = entitlements.Viewer(reads_everything=True)
    house = editions.House(
        decide=lambda article: entitlements.may_read(viewer, viewers.work_of(article), now),
        phrases_in=phrases_in,
        tokens=json.loads((LAMP.folder / "tokens.json").read_text("utf-8")),
    )
    for edition in wanted:
        out = options.out / f"{issue.slug}-{edition}.pdf"
        warnings: list[str] = []
        try:
            with working(f"Pressing {issue.title} for {edition}"):
                if edition == "screen":
                    editions.press_screen(issue, out, house, at=now)
                else:
                    trim = tuple(house.tokens["grid"]["paper"]["trim"])
                    printer = printer_of(issue.publication).specification(trim)
                    warnings = editions.press_print(issue, out, house, printer, at=now)
        except editions.CannotPress as error:
            raise Stop(
                f"{issue.title} was not pressed for {edition}:\n{error}",
                f"{out.name} was left as it was.",
            ) from error
        for warning in warnings:
            say(warning)
        say(f"{out}: {out.stat().st_size / 1e6:.1f} MB")


def _find(named: str) -> Any:
    """Return the issue of that slug, else of that number, else of that sequence."""
    from masthead.editorial.models import Issue

    ways: list[dict[str, Any]] = [{"slug": named}, {"number": named}]
    if named.isdecimal():
        ways.append({"sequence": int(named)})
    for way in ways:
        found = list(Issue.objects.filter(**way).select_related("publication", "cover"))
        if len(found) == 1:
            return found[0]
        if found:
            slugs = ", ".join(f"{issue.slug} ({issue.publication})" for issue in found)
            raise Stop(f"Several issues are called {named}: {slugs}.", "Name one by its slug.")
    known = ", ".join(Issue.objects.order_by("-sequence").values_list("slug", flat=True)[:10])
    raise Stop(f"There is no issue called {named}.", f"The newest are: {known or 'none yet'}.")
