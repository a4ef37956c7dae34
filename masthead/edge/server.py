"""The front's own process: opens the store, listens, and goes without dropping anybody."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import uvloop

from masthead.edge.front import READY, Answer, Asked, Front, plain
from masthead.edge.heads import Heads
from masthead.edge.relay import House
from masthead.edge.store import Store
from masthead.edge.wire import Connection

logger = logging.getLogger(__name__)

BACKLOG = 2048
PATIENCE_SECONDS = 30
"""How long those who are being answered are waited for when the front is to go."""


NO_STORE = HTTPStatus.SERVICE_UNAVAILABLE, "The page store cannot be read.\n"
WITHOUT_STORE = HTTPStatus.OK, "Ready; there is no page store yet.\n"


def reader(front: Front, folder: Path | None) -> Callable[..., Answer | None]:
    """Return what looks pages up in the store at a folder, at the moment of asking.

    Without a folder, while there is no store, and if it is damaged, everything is asked for at
    the house. Whether this machine is ready for readers is answered here.
    """
    open_store: list[Store] = []

    def look_up(asked: Asked, *, alone: bool = False) -> Answer | None:
        of_balancer = asked.path == READY and asked.method == "GET"
        if folder is None or not (open_store or (folder / "data.mdb").exists()):
            if not of_balancer:
                return None
            return plain(*(NO_STORE if front.patience else WITHOUT_STORE))
        try:
            if not open_store:
                open_store.append(Store(folder))
            with open_store[0].view() as view:
                if of_balancer:
                    return front.readiness(view, time.time())
                return front.look_up(asked, view, time.time(), alone=alone)
        except Exception:
            logger.exception("The page store could not be read; the house is asked.")
            return plain(*NO_STORE) if of_balancer else None

    return look_up


def serve(front: Front, folder: Path | None, house: House, listening: socket.socket) -> None:
    """Serve on a socket until told to stop (SIGTERM, SIGINT), then see everybody out."""
    uvloop.run(_serve(front, folder, house, listening))


async def _serve(front: Front, folder: Path | None, house: House, listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    open_now: set[Connection] = set()
    heads, look_up = Heads(), reader(front, folder)
    server = await loop.create_server(
        lambda: Connection(look_up, house, heads, open_now), sock=listening, backlog=BACKLOG
    )
    tidying = asyncio.create_task(_tidy(open_now))
    await stop.wait()
    server.close()
    tidying.cancel()
    await _see_out(open_now)


async def _tidy(open_now: set[Connection]) -> None:
    """Hang up where nothing comes any more, or nothing is taken."""
    while True:
        await asyncio.sleep(5)
        now = time.monotonic()
        for connection in list(open_now):
            connection.tidy(now)


async def _see_out(open_now: set[Connection]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while open_now and time.monotonic() < deadline:
        for connection in [one for one in open_now if not one.is_busy()]:
            connection.close()
        await asyncio.sleep(0.05)


def socket_at(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a socket that listens there; several processes may share the port.

    Raises:
        OSError: somebody else listens there, or nobody may.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.bind((host, port))
    made.setblocking(False)
    return made
