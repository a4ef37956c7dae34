"""List the voices that can read articles aloud, with their languages and licences.

They are those of the engine that [speech] in masthead.toml names. What it lacks is said, with
what to do about it.
"""

from __future__ import annotations

import argparse

from masthead.cli.terminal import Stop, refuse, say
from masthead.config.starting import start

NAME = "voices"
HELP = "list the voices that can read aloud, with their licences"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take a language to look for."""
    parser.add_argument(
        "--language",
        metavar="TAG",
        default="",
        help="only those that would read this language, such as en-GB",
    )


def run(options: argparse.Namespace) -> int:
    """Name the engine, then its voices."""
    start()
    from masthead.press.speech.engines import Unavailable
    from masthead.production import narrations, voices

    try:
        with narrations.engine_at_hand() as engine:
            say(f"{engine.id} reads aloud.")
            there = voices.of(engine)
    except (narrations.CannotNarrate, Unavailable) as refusal:
        raise Stop(str(refusal), "Until then no article is read as it should be.") from refusal
    wanted = options.language.split("-")[0].lower()
    for one in there:
        if one.language.split("-")[0].lower() == wanted or not wanted:
            licence = one.licence or "licence unknown: look where you got it from"
            say(f"{one.language:12} {one.id:32} {one.label} ({licence})")
    missing = voices.missing()
    for lacked in missing:
        refuse("Warning: something is missing.", lacked)
    return 1 if missing else 0
