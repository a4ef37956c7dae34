"""Look at the magazine from outside, as each kind of reader, for words behind the gate.

Asks for the newest closed article by the public address: as a subscriber, as a stranger, with a
forged, an expired and a foreign pass, and as one who only says that they come from an institution's
network; and for the feeds. Ends with 1 if anything is wrong.
The worker does the same every minute where `canary` in masthead.toml says so.
"""

from __future__ import annotations

import argparse

from masthead.cli.terminal import refuse, say
from masthead.config.starting import start

NAME = "canary"
HELP = "look from outside whether the gate holds, and shut it at once if it does not"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take where to look, and what to do."""
    parser.add_argument("--address", default="", help="look there instead, such as behind a CDN")
    parser.add_argument(
        "--guard",
        action="store_true",
        help="on a leak seen twice, show all leads only from then on",
    )
    parser.add_argument("--shut", action="store_true", help="show everybody leads only, now")
    parser.add_argument("--open", action="store_true", help="let readers have the whole again")


def run(options: argparse.Namespace) -> int:
    """Look, or turn the switch."""
    start()
    from django.utils import timezone

    from masthead.editorial.models import Title
    from masthead.newsstand import canary

    if options.shut or options.open:
        changed = canary.shut(leads_only=options.shut)
        state = "leads only" if options.shut else "what their readers may have"
        say(f"Closed articles {'now show' if changed else 'show'} {state}.")
        return 0
    wrong, leaky, is_shut = 0, False, False
    for title in Title.objects.order_by("name"):
        at = timezone.now()
        seen = canary.look(title, at=at, ask=canary.over_the_wire, address=options.address)
        canary.remember(seen, at=at)
        if not seen.asked and not seen.faults:
            say(f"{title.name}: no article is closed; nothing to look at.")
            continue
        for sentence in [*seen.leaks, *seen.faults]:
            refuse(f"{title.name}: {sentence}")
        if seen.leaks and options.guard:
            leaky = True
            asked = {"ask": canary.over_the_wire, "address": options.address}
            is_shut |= canary.guard(title, **asked)
        wrong += len(seen.leaks) + len(seen.faults)
        say(f"{title.name}: {seen.asked} pages asked for at {seen.address}.")
    if leaky and not is_shut:
        refuse("A second look found no leak, so nothing was shut. Look again in a while.")
    elif is_shut:
        refuse(
            "Closed articles now show leads only, to everybody.",
            "Look at what stands between readers and the magazine; then: masthead canary --open",
        )
    elif not wrong:
        say("The gate holds.")
    return 1 if wrong else 0
