"""Bring in what comes from elsewhere: a folder of Markdown files, or a list of subscribers.

Doing it again with the same files changes nothing. What could not be carried is told.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from masthead.cli import import_subscribers, magazine, serve
from masthead.cli.terminal import Stop, say
from masthead.config.starting import start

if TYPE_CHECKING:
    from masthead.exchange.importers.markdown import Progress
    from masthead.exchange.importers.report import Report

NAME = "import"
HELP = "bring in articles or subscribers from elsewhere"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to bring in and how."""
    formats = parser.add_subparsers(metavar="FORMAT", required=True)
    markdown = formats.add_parser(
        "markdown",
        help="a folder of Markdown files",
        description="Bring in a folder of Markdown files with their pictures.",
    )
    markdown.add_argument("folder", metavar="DIR", type=Path, help="the folder")
    markdown.add_argument("--json", action="store_true", help="print the report as one JSON object")
    markdown.add_argument(
        "--dry-run", action="store_true", help="say what would happen, and change nothing"
    )
    markdown.add_argument(
        "--media",
        metavar="DIR",
        type=Path,
        help="where pictures lie that are named without a path or by an address",
    )
    markdown.add_argument(
        "--directives",
        metavar="NAME",
        help="the house whose own marks the files have, such as free-software-magazine",
    )

    markdown.set_defaults(act=_markdown)
    import_subscribers.arguments(formats)


def run(options: argparse.Namespace) -> int | None:
    """Bring it in and print the report."""
    done: int | None = options.act(options)
    return done


def _markdown(options: argparse.Namespace) -> None:
    _require_folder(options.folder)
    if options.media:
        _require_folder(options.media)
    start()
    serve.require_migrated()
    report = bring_in(
        options.folder,
        media=options.media,
        directives=options.directives,
        dry_run=options.dry_run,
    )
    if options.json:
        say(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        return
    _tell(report, dry_run=options.dry_run)


def bring_in(
    folder: Path,
    *,
    media: Path | None = None,
    directives: str | None = None,
    dry_run: bool = False,
) -> Report:
    """Bring a folder of Markdown into the magazine of a started Django; show how far it is.

    Raises:
        Stop: no magazine is founded here, or nobody announces those directives.
    """
    from django.utils import timezone

    from masthead import plugins
    from masthead.exchange.importers import markdown

    try:
        house = plugins.load("directives", directives) if directives else None
    except plugins.UnknownPart as unknown:
        raise Stop(str(unknown)) from unknown
    try:
        with _progress() as progress:
            return markdown.run(
                folder,
                title=magazine.of_this_installation(),
                now=timezone.now(),
                dry_run=dry_run,
                media=media,
                directives=house,
                progress=progress,
            )
    except markdown.NotFounded as missing:
        raise Stop(str(missing), magazine.FOUND_ONE) from missing


def _require_folder(path: Path) -> None:
    if not path.exists():
        raise Stop(f"There is no folder {path}.", "Look at its name, or name another.")
    if not path.is_dir():
        raise Stop(f"{path} is a file.", "Name the folder that holds the files.")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar to whoever watches; say it plainly when nobody does."""
    if not sys.stderr.isatty():
        sys.stderr.write("Importing …\n")
        yield lambda _path, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("Importing", total=None)

        def show(path: str, done: int, total: int) -> None:
            what = f"Importing {Path(path).parent.name or path}" if path else "Bringing out"
            bar.update(line, description=what, completed=done, total=total)

        yield show


def _tell(report: Report, *, dry_run: bool) -> None:
    if dry_run:
        say("Nothing was changed. This is what would be there:")
    said: dict[str, Any] = {
        "articles": f"{report.published} published, {report.scheduled} scheduled, "
        f"{report.draft} drafts",
        "contributors": report.contributors,
        "issues": report.issues,
        "pictures": report.pictures,
    }
    for what, count in said.items():
        say(f"{what.capitalize() + ':':<14}{count}")
    if not report.not_carried:
        say("Everything was carried.")
        return
    say()
    say(f"Not carried ({len(report.not_carried)}):")
    files: dict[str, list[str]] = {}
    for line in sorted(report.not_carried):
        files.setdefault(line.reason, []).append(line.file)
    for reason, where in files.items():
        say(f"- {reason}")
        for file in where:
            say(f"    {file}")
