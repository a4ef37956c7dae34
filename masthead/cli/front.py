"""Answer readers with pressed pages, and ask the house for everything else.

`masthead serve` runs it, with the house behind it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from masthead.config.installation import Installation, here
from masthead.config.starting import start

if TYPE_CHECKING:
    from masthead.edge.front import Front

NAME = "front"
HELP = "answer readers with pressed pages (`masthead serve` does)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the port."""
    parser.add_argument("--port", type=int, help="the port to listen on")


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    installation = here()
    start()
    from masthead.edge import server
    from masthead.edge.relay import House

    house = House(str(installation.house_socket), proxies=installation.server.trusted_proxies)
    listening = server.socket_at(installation.server.host, options.port or installation.server.port)
    # Who draws pages wants to see them drawn anew each time.
    folder = None if installation.debug else installation.pages
    server.serve(front_of(installation), folder, house, listening)
    return 0


def front_of(installation: Installation) -> Front:
    """Return the front of an installation. Django must have been started."""
    from django.conf import settings

    from masthead.circulation import passes
    from masthead.edge.front import Front

    return Front(
        keyring=passes.keyring(),
        pass_cookie=settings.PASS_COOKIE,
        asks=(settings.SESSION_COOKIE_NAME, settings.TICKET_COOKIE),
        session_cookie=settings.SESSION_COOKIE_NAME,
        patience=installation.nodes.patience_seconds if installation.nodes.several else 0,
    )
