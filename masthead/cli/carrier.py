"""Bring pressed pages from the depot to this machine, where several serve one magazine.

`masthead serve` runs it where [nodes] says so.
"""

from __future__ import annotations

import argparse

from masthead.cli import processes
from masthead.cli.terminal import Stop, say
from masthead.config.installation import here
from masthead.config.starting import start

NAME = "carrier"
HELP = "bring pressed pages to this machine (`masthead serve` does)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(options: argparse.Namespace) -> None:
    """Bring what is new until told to stop.

    Raises:
        Stop: only this machine serves.
    """
    installation = here()
    if not installation.nodes.several:
        raise Stop(
            "Only this machine serves the magazine: its pages are pressed into place.",
            "Set several under [nodes] in masthead.toml where there are more.",
        )
    start()
    from masthead.edge.carried import CarriedStore
    from masthead.production.carriers import Carrier

    stop = processes.until_told()
    carrier = Carrier(CarriedStore(installation.pages, writable=True), name=installation.place)
    say("The carrier is under way.")
    carrier.work(stop)
    carrier.leave()
