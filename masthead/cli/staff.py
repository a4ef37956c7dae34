"""Appoint somebody to the office, or take a lost second proof from them.

Whoever can run this owns the machine, and vouches for whom they name.
"""

from __future__ import annotations

import argparse

from masthead.cli import serve
from masthead.cli.terminal import Stop, say
from masthead.config.starting import start

NAME = "staff"
HELP = "appoint somebody to the office, or help them back in"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take an act and a mail address."""
    acts = parser.add_subparsers(metavar="ACT", required=True)
    appoint = acts.add_parser("appoint", help="let somebody into the office")
    appoint.add_argument("mail", metavar="MAIL", help="their mail address")
    appoint.add_argument("--group", default="Editors", help="Editors (default) or Authors")
    appoint.set_defaults(act=_appoint)
    reset = acts.add_parser("reset", help="take a second proof that was lost from somebody")
    reset.add_argument("mail", metavar="MAIL", help="their mail address")
    reset.set_defaults(act=_reset)


def run(options: argparse.Namespace) -> None:
    """Do it, and say what comes next."""
    start()
    serve.require_migrated()
    options.act(options)


def _appoint(options: argparse.Namespace) -> None:
    from django.contrib.auth.models import Group

    from masthead.people import staff

    try:
        user = staff.appoint(options.mail, group=options.group)
    except Group.DoesNotExist as none:
        names = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
        raise Stop(f"There is no group called {options.group}.", f"There are: {names}.") from none
    say(f"{user.email} may come into the office, by a mailed code and a second proof.")


def _reset(options: argparse.Namespace) -> None:
    from masthead.people import second_factor
    from masthead.people.models import User

    user = User.objects.with_mail(options.mail)
    if user is None:
        raise Stop(f"Nobody here has the mail address {options.mail}.", "Look at how it is spelt.")
    count = second_factor.reset(user, by=None)
    say(f"{user.email} had {count} second proofs and has none now, and is signed out everywhere.")
    say("The next time they open the office, they set up a new one.")
