"""Write pressed pages as files, for nginx or for a plain file server.

nginx then answers readers by itself, subscribers among them, and asks Masthead for everything else; it
needs its module njs. With --open-only only what everybody may read is written, for any file server.
All pages of an edition switch at once. Run again, it writes what has changed since.
"""

from __future__ import annotations

import argparse
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from masthead.cli.front import front_of
from masthead.cli.terminal import Stop, refuse, say
from masthead.config.installation import Installation, here
from masthead.config.starting import start

if TYPE_CHECKING:
    from masthead.edge.export import Export
    from masthead.edge.store import Store

NAME = "export"
HELP = "write pressed pages as files for nginx, or for a plain file server"

PAUSE_SECONDS = 0.5
"""Between two looks at the page store; to look costs next to nothing."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder, and what it is for."""
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, help="where to write; made if missing"
    )
    parser.add_argument(
        "--watch", action="store_true", help="go on, and write each edition as it comes out"
    )
    parser.add_argument(
        "--open-only", action="store_true", help="only what everybody may read, for a file server"
    )
    parser.add_argument(
        "--house",
        metavar="URL",
        default="",
        help="where nginx asks Masthead (default: where `masthead serve` listens)",
    )


def run(options: argparse.Namespace) -> int | None:
    """Write once, or until told to stop."""
    installation = here()
    start()
    from masthead.edge.export import CannotExport, Export
    from masthead.edge.store import Store

    if not (installation.pages / "data.mdb").exists():
        raise Stop(
            "No page has been pressed yet.",
            "Run `masthead serve`, or `masthead worker --once`, and then this again.",
        )
    _refuse_what_is_served(options.folder, installation)
    server = installation.server
    house = options.house or f"http://{_host(server.host)}:{server.port}"
    try:
        export = Export(
            options.folder, front_of(installation), open_only=options.open_only, house=house
        )
    except CannotExport as cannot:
        raise Stop(str(cannot)) from cannot
    store = Store(installation.pages)
    if not options.watch:
        _write(export, store, is_watched=False)
        return None
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    say(f"Watching for new editions. Press ctrl-C to stop: {_AFTERWARDS[options.open_only]}")
    while not stop.is_set():
        try:
            _write(export, store, is_watched=True)
        except OSError as error:
            # The disk is full, or was taken away: readers keep the last edition for a minute, and it is
            # tried again.
            refuse(f"The edition could not be written: {error}", "It will be tried again.")
        stop.wait(PAUSE_SECONDS)
    return None


_AFTERWARDS = {
    False: "a minute later nginx asks Masthead for everything.",
    True: "what is there stays.",
}


def _write(export: Export, store: Store, *, is_watched: bool) -> None:
    exported = export.publish(store, time.time(), is_watched=is_watched)
    if exported is not None:
        say(f"Edition {exported.number}: {exported.pages} pages.")


def _host(listens_on: str) -> str:
    """Return where this machine reaches who listens there, as it stands in an address."""
    if listens_on in ("0.0.0.0", "::"):  # noqa: S104
        return "127.0.0.1"
    return f"[{listens_on}]" if ":" in listens_on else listens_on


def _refuse_what_is_served(folder: Path, installation: Installation) -> None:
    """See that nobody could fetch the export by an address.

    Raises:
        Stop: somebody could.
    """
    for served in (installation.media, installation.static):
        if folder.resolve().is_relative_to(served.resolve()):
            raise Stop(
                f"Anybody may fetch what lies in {served}.", "Name a folder that nobody serves."
            )
