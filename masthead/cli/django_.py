"""Run one of Django's own commands in this magazine, such as `masthead django shell`."""

from __future__ import annotations

import argparse

from masthead.config.starting import start

NAME = "django"
HELP = "run one of Django's own commands"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take whatever stands on the line."""
    parser.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="…", help="the command for Django"
    )


def run(options: argparse.Namespace) -> None:
    """Hand the line to Django."""
    start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["masthead django", *options.rest])
