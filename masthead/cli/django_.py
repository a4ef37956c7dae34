"""Run one of Django's own commands in this magazine, such as `masthead django shell`."""

from __future__ import annotations

import argparse
import os

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


def start() -> None:
    """Start Django in the installation this process belongs to.

    Raises:
        BrokenInstallation: there is none, or something in it is wrong.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
    import django

    django.setup()
