"""Look the installation over: settings, secret, folders, database, failed work.

Ends with 0 when all is well; warnings do not count, unless --strict is given.
"""

from __future__ import annotations

import argparse

from masthead.cli.terminal import refuse, say
from masthead.config.starting import start

NAME = "check"
HELP = "look the installation over and say what to mend"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take one switch."""
    parser.add_argument("--strict", action="store_true", help="let warnings count as errors")


def run(options: argparse.Namespace) -> int:
    """Run Django's system checks, ours among them."""
    start()
    from django.conf import settings
    from django.core import checks

    found = [
        message
        for message in checks.run_checks(include_deployment_checks=True, databases=["default"])
        if not message.is_silenced()
        # Django's advice for the public internet is only noise on a desk.
        and (settings.INSTALLATION.server.production or not str(message.id).startswith("security."))
    ]
    for message in sorted(found, key=lambda one: -one.level):
        kind = "Error" if message.level >= checks.ERROR else "Warning"
        refuse(f"{kind}: {message.msg}", f"{message.hint or ''} ({message.id})".strip())
    errors = [one for one in found if one.level >= checks.ERROR or options.strict]
    if not found:
        say("All is well.")
    elif not errors:
        say("Nothing that stops the magazine.")
    return 1 if errors else 0
