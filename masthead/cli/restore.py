"""Lay a backup out as a magazine in a new folder.

All of the file is verified before anything is written. The magazine gets a new secret
key, so everybody has to sign in again.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from masthead.cli import new
from masthead.cli.terminal import Stop, say, working

NAME = "restore"
HELP = "lay a backup out in a new folder"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file and the folder."""
    parser.add_argument("archive", metavar="FILE", type=Path, help="made by `masthead backup`")
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that is not there yet")


def run(options: argparse.Namespace) -> None:
    """Verify, lay out, give a new secret."""
    from masthead.production import backups

    home = options.folder.expanduser().resolve()
    try:
        with working("Restoring"):
            contents = backups.restore(
                options.archive, home, database_url=os.environ.get("MASTHEAD_DATABASE_URL", "")
            )
    except backups.CannotRestore as error:
        raise Stop(str(error)) from error
    new.write_secret(home)
    (home / "backups").mkdir(exist_ok=True)
    say(f"The magazine of {contents.made_at:%d %B %Y, %H:%M} UTC is back in {home}.")
    say(f"Look it over and start it: cd {options.folder} && masthead check && masthead serve")
