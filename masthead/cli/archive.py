"""Build the index by which readers search the archive anew.

Nobody needs to: articles are filed as they are published, and the worker files whatever is missing,
500 a minute. It is for who will not wait for that, and for a database that was written to by hand.
Meanwhile the search finds what it has come to, the newest articles first.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from masthead.cli.terminal import say, working
from masthead.config.starting import start

NAME = "archive"
HELP = "build the index by which readers search the archive anew"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(options: argparse.Namespace) -> None:
    """Build it, and say how many articles are in it."""
    start()
    from masthead.editorial.archive import filing

    with working("Filing articles") as tell:
        count = filing.build(
            at=datetime.now(UTC), tell=lambda done, of: tell(f"{done:,} of {of:,}")
        )
    say(f"Articles in the archive: {count:,}.")
