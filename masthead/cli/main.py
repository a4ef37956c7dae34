"""The `masthead` command: reads the line, runs one module, turns errors into sentences.

Every subcommand is a module beside this one with four names: `NAME`, `HELP`,
`arguments(parser)` and `run(options)`, which returns an exit code or nothing. None of
them imports Django before it runs, so that help comes at once.
"""

from __future__ import annotations

import argparse
import errno
import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from types import ModuleType

from masthead.cli.terminal import Stop, refuse
from masthead.config.installation import BrokenInstallation

COMMANDS = (
    "new",
    "demo",
    "serve",
    "front",
    "export",
    "carrier",
    "migrate",
    "worker",
    "check",
    "canary",
    "backup",
    "restore",
    "import_",
    "press",
    "package",
    "narrate",
    "voices",
    "lexicon",
    "archive",
    "fold",
    "labels",
    "renewals",
    "staff",
    "statement",
    "books",
    "payments",
    "pretend_payments",
    "django_",
)
USER_ERROR = 2

_ANY_FILE = "Look at that file or folder, or name another."
_REMEDIES = {
    errno.ENOSPC: "The disk is full. Make room and run the command again.",
    errno.EDQUOT: "Your share of the disk is used up. Make room and run the command again.",
    errno.EACCES: "You may not do that here. Run the command as the owner of the folder.",
    errno.EPERM: "You may not do that here. Run the command as the owner of the folder.",
    errno.EROFS: "The disk is read-only. Choose another folder.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 for a failure, or 2 for something the user can mend.

    Args:
        arguments: what stood after `masthead`; the process's own when left out.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.home:
        os.environ["MASTHEAD_HOME"] = options.home
    try:
        return options.run(options) or 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if options.traceback:
            raise
        return _explain(error)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser with all subcommands, as the reference page documents it."""
    parser = argparse.ArgumentParser(
        prog="masthead", description="A subscription magazine from one package."
    )
    parser.add_argument("--version", action="version", version=f"masthead {version('masthead')}")
    parser.add_argument(
        "--home", metavar="DIR", help="the magazine's folder, when it is not the current one"
    )
    parser.add_argument(
        "--traceback", action="store_true", help="show where in the program an error arose"
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in commands():
        subparser = subparsers.add_parser(
            command.NAME, help=command.HELP, description=command.__doc__.strip()
            if command.__doc__ else None, formatter_class=argparse.RawDescriptionHelpFormatter,
            # Everything after `masthead django` belongs to Django, --help included.
            add_help=command.NAME != "django",
        )  # fmt: skip
        command.arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def commands() -> list[ModuleType]:
    """Return the module of every subcommand."""
    return [import_module(f"masthead.cli.{name}") for name in COMMANDS]


def _explain(error: Exception) -> int:
    """Say what went wrong and what to do; return the exit code."""
    if isinstance(error, Stop):
        refuse(error.what, error.mend)
        return USER_ERROR
    if isinstance(error, BrokenInstallation):
        for fault in error.faults:
            refuse(f"{fault.where}: {fault.what}", fault.mend)
        return USER_ERROR
    if isinstance(error, OSError) and error.errno:
        where = f" ({error.filename})" if error.filename else ""
        refuse(f"{error.strerror}{where}.", _REMEDIES.get(error.errno, _ANY_FILE))
        return USER_ERROR
    if isinstance(error, sqlite3.Error) or type(error).__name__ in ("OperationalError",):
        refuse(f"The database said: {error}.", "Look for what is wrong with: masthead check")
        return 1
    refuse(
        f"Something went wrong that should not have: {type(error).__name__}: {error}",
        "Run it again as `masthead --traceback …` and send us what it prints.",
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
