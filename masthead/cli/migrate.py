"""Bring the database to the shape this version of Masthead needs.

Run it after installing and after every upgrade. Make a backup before an upgrade.
"""

from __future__ import annotations

import argparse

from masthead.cli.terminal import say, working
from masthead.config.starting import start

NAME = "migrate"
HELP = "bring the database up to date"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(options: argparse.Namespace) -> None:
    """Apply what is pending."""
    start()
    count = apply()
    say(f"Done: {count} changes to the database." if count else "The database is up to date.")


def apply() -> int:
    """Apply pending migrations in a started Django; return how many there were."""
    from django.core.management import call_command

    count = len(pending())
    if count:
        with working(f"Changing the database ({count} steps)"):
            call_command("migrate", verbosity=0, interactive=False)
    return count


def pending() -> list[str]:
    """Return the names of migrations that have not been applied."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
