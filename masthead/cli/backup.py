"""Put the whole magazine into one file, while it runs.

The file holds the database, pictures, documents and settings, but no secrets. A worker
makes one every night, into backups/.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from masthead.cli.terminal import Stop, say, working
from masthead.config.installation import here
from masthead.config.starting import start

NAME = "backup"
HELP = "put the whole magazine into one file"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file's name."""
    parser.add_argument(
        "--out", metavar="FILE", type=Path, help="the file to make (default: in backups/)"
    )


def run(options: argparse.Namespace) -> None:
    """Make the backup and read it once through."""
    installation = here()
    start()
    from masthead.production import backups

    now = datetime.now(UTC)
    archive = options.out or installation.backups_folder / f"masthead-{now:%Y-%m-%d-%H%M%S}.tar.gz"
    try:
        with working("Backing up"):
            contents = backups.make(
                installation.home, archive, at=now, database_url=installation.database.url
            )
    except backups.CannotBackUp as error:
        raise Stop(str(error)) from error
    say(
        f"{archive}: {contents.files} files, {contents.bytes / 1e6:.1f} MB, read through and sound."
    )
    say(f"Try it: masthead restore {archive} a-new-folder")
