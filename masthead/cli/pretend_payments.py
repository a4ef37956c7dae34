"""Serve a pretend payment service on this machine: it answers like Stripe and moves no money.

For trying things out; `[payments.card]` in masthead.toml points at it with base_url.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from masthead.cli.terminal import Stop, say

NAME = "pretend-payments"
HELP = "serve a payment service that moves no money, for trying things out"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the port, and where to keep and tell things."""
    parser.add_argument("--port", type=int, default=8012, help="the port to listen on (8012)")
    parser.add_argument(
        "--state", metavar="FILE", type=Path, help="keep what was paid there, for the next time"
    )
    parser.add_argument(
        "--notices-to",
        metavar="URL",
        default="",
        help="tell the magazine, such as http://localhost:8000/payments/card/notices/",
    )


def run(options: argparse.Namespace) -> None:
    """Serve until told to stop."""
    from masthead.payments.pretend import serving

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with serving.opened(
            options.port, state_file=options.state, notices_to=options.notices_to
        ) as service:
            say(f"Pretend payments: {service.address}. No money moves. Ctrl-C stops it.")
            threading.Event().wait()
    except (OSError, OverflowError) as error:
        raise Stop(
            f"Port {options.port} cannot be used: {getattr(error, 'strerror', None) or error}.",
            "Choose another with --port.",
        ) from None
    except ValueError as error:
        raise Stop(str(error), "Name an address of this machine.") from None
