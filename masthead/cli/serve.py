"""Serve the magazine: web and worker together, until ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import socket
import threading
import time
from collections.abc import Mapping, Sequence

from masthead.cli import migrate, processes, static
from masthead.cli.terminal import Stop, say
from masthead.config.installation import Installation, here
from masthead.config.starting import start

NAME = "serve"
HELP = "serve the magazine"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the port and whether to work."""
    parser.add_argument(
        "--port", type=int, help="the port to listen on (default: as in masthead.toml)"
    )
    parser.add_argument(
        "--no-worker", action="store_true", help="only the web; run `masthead worker` elsewhere"
    )


def run(options: argparse.Namespace) -> int:
    """Look whether all is ready, then serve."""
    installation = here()
    start()
    require_migrated()
    return serve(
        installation,
        port=options.port or installation.server.port,
        with_worker=not options.no_worker,
    )


def require_migrated() -> None:
    """See that the database fits this version.

    Raises:
        Stop: it does not.
    """
    if waiting := migrate.pending():
        raise Stop(
            f"The database is not up to date: {len(waiting)} changes are waiting.",
            "Make a backup if it holds a magazine, then run: masthead migrate",
        )


def serve(
    installation: Installation,
    *,
    port: int,
    with_worker: bool,
    beside: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Serve until told to stop; return the exit code. Django must have been started.

    Args:
        installation: whose magazine.
        port: to listen on.
        with_worker: whether to work, too.
        beside: commands of `masthead` to run beside it, by a name for what they do.

    Raises:
        Stop: the port is taken.
    """
    require_free(installation.server.host, port)
    static.gather(installation)
    from django.db import connections

    connections.close_all()
    stop = processes.until_told()
    installation.pages.mkdir(mode=0o700, exist_ok=True)
    commands: dict[str, tuple[str, ...]] = {
        "house": (
            "granian", "--interface", "wsgi", "--uds", str(installation.house_socket),
            "--uds-permissions", "0600", "--workers", str(installation.server.processes),
            "--blocking-threads", str(installation.server.threads), "--respawn-failed-workers",
            "--no-ws", "--log-level", "warning", "masthead.config.wsgi:application",
        ),
        "front": ("masthead.cli", "front", "--port", str(port)),
    }  # fmt: skip
    if installation.nodes.several:
        commands["carrier"] = ("masthead.cli", "carrier")
    if with_worker:
        commands["worker"] = ("masthead.cli", "worker")
    for name, command in (beside or {}).items():
        commands[name] = ("masthead.cli", *command)

    def make_room(name: str) -> None:
        # What a house that was killed left in its place keeps the next one from it.
        if name == "house":
            installation.house_socket.unlink(missing_ok=True)

    make_room("house")
    running = {name: processes.start(command) for name, command in commands.items()}
    _greet(installation, running, port, stop)
    code = processes.keep(commands, running, stop, first="front", before=make_room)
    say("Stopped.")
    return code


def require_free(host: str, port: int) -> None:
    """See that nobody listens on the port.

    Raises:
        Stop: somebody does, or only the system's owner may.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Stop(
                f"Only the system's owner may listen on port {port}.",
                "Choose a port above 1023 and put a web server in front.",
            ) from None
        except OverflowError:
            raise Stop(f"There is no port {port}.", "Choose one from 1 to 65535.") from None
        except OSError as error:
            raise Stop(
                f"Port {port} on {host} cannot be used: {error.strerror}.",
                f"Stop the program that uses it, or choose another: --port {port + 1}",
            ) from None


def _greet(
    installation: Installation,
    running: Mapping[str, processes.Process],
    port: int,
    stop: threading.Event,
) -> None:
    """Say where the magazine is, once somebody answers there."""
    everywhere = ("0.0.0.0", "::")  # noqa: S104
    host = installation.server.host
    host = "127.0.0.1" if host in everywhere else host
    deadline = time.monotonic() + 60
    while _run(running) and not stop.is_set() and time.monotonic() < deadline:
        try:
            with socket.socket(socket.AF_UNIX) as house:
                house.connect(str(installation.house_socket))
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            stop.wait(0.1)
            continue
        say()
        say(f"    {installation.magazine.name}: http://localhost:{port}/")
        say(f"    The office: http://localhost:{port}/office/")
        say()
        say("Press ctrl-C to stop.")
        return


def _run(running: Mapping[str, processes.Process]) -> bool:
    return all(running[name].poll() is None for name in ("front", "house"))
