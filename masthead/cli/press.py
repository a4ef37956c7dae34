"""Turn an issue into files.

Screen is an accessible PDF of the whole issue, print the PDF that goes to a printer, cover its
cover laid flat, epub a book, and audio one recording with chapters; what of these two nobody has
read aloud yet is read first. The issue is pressed as its contents stand now, whether it is on
sale or not; the office keeps each version. With --register a PDF that a designer finished becomes
the print edition instead, once it has been looked at as a printer would.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from masthead.cli.terminal import Stop, say, working
from masthead.config.starting import start

NAME = "press"
HELP = "turn an issue into files: PDFs for screens and for the printer, a book, a recording"
EDITIONS = ("screen", "print", "cover", "epub", "audio")
HEARD = ("epub", "audio")
"""Those in which articles are heard."""


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
        "--register",
        metavar="FILE",
        type=Path,
        help="a PDF finished elsewhere, to be kept as the print edition; presses nothing",
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
    start()
    issue = find(options.issue)
    if options.register:
        _register(issue, options.register)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for edition in wanted:
        _press(issue, edition, options.out)


def _press(issue: Any, form: str, folder: Path) -> None:
    """Press one edition, and put its file into a folder."""
    from masthead.press.paper.engine import put
    from masthead.production import pressings
    from masthead.production.models import Edition
    from masthead.production.on_disk import on_disk

    if form in HEARD:
        _read_aloud(issue)
    with working(f"Pressing {issue.title} for {form}") as tell:
        edition = pressings.press_now(
            issue, Edition.Form(form), by=None, at=datetime.now(UTC), tell=tell
        )
    out = folder / edition.file_name
    if edition.state == Edition.State.REFUSED:
        raise Stop(
            f"{issue.title} was not pressed for {form}:\n{edition.notes}",
            f"{out.name} was left as it was.",
        )
    if edition.notes:
        say(edition.notes)
    kept = pressings.newest(issue, Edition.Form(form)) or edition
    put(on_disk(kept.file), out)
    pages = f"{kept.pages} pages, " if kept.has_pages else ""
    say(f"{out}: version {kept.version}, {pages}{kept.size / 1e6:.1f} MB")


def _read_aloud(issue: Any) -> None:
    """Have what is out of an issue read aloud, where the worker has not come to it yet."""
    from masthead.editorial.models import Article
    from masthead.production import audio

    waiting = Article.objects.live().filter(placement__issue=issue)
    with working(f"Reading {issue.title} aloud") as tell:
        for narration in audio.ask_of(waiting, at=datetime.now(UTC)):
            tell(str(narration.article))
            audio.make(narration, at=datetime.now(UTC))


def _register(issue: Any, file: Path) -> None:
    """Keep a PDF that was finished elsewhere as the print edition, if a printer can take it."""
    from masthead.production import registering
    from masthead.production.models import Edition

    try:
        with working(f"Looking at {file.name} as a printer would"):
            edition = registering.register(
                issue, file, name=file.name, by=None, at=datetime.now(UTC)
            )
    except registering.CannotRegister as refusal:
        raise Stop(str(refusal), "Nothing was kept.") from refusal
    if edition.state == Edition.State.REFUSED:
        raise Stop(
            f"A printer could not take {file.name}:\n{edition.notes}",
            "Nothing was kept. Mend it where it was made, and register it again.",
        )
    say(edition.notes)
    if edition.state == Edition.State.SOUND:
        say(f"Kept as version {edition.version} of the print edition, {edition.pages} pages.")


def find(named: str) -> Any:
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
