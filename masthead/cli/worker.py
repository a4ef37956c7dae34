"""Do the work that waits in the queue, and what the schedule asks for.

`masthead serve` runs a worker already. Run more of them on a busy magazine, on this machine or,
with PostgreSQL, on others. Where masthead.toml names a Redis they are Celery's, one process a lane.
"""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Iterable

from masthead.cli import processes, serve, static
from masthead.cli.terminal import say
from masthead.config.installation import here
from masthead.config.starting import start

NAME = "worker"
HELP = "do the work that waits in the queue"

LANES = ("clock", "press", "canary", "rest")

# How long the task at hand may take to end once the worker has been told to stop; what is
# not done by then is lost to its lease and done again.
PATIENCE_SECONDS = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take two switches."""
    parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
    parser.add_argument(
        "--lane",
        choices=LANES,
        help="serve only this lane: the clock, the press, the canary, or the rest",
    )


def run(options: argparse.Namespace) -> int | None:
    """Work until told to stop."""
    installation = here()
    start()
    serve.require_migrated()
    if options.once:
        _work_once()
        return None
    # On a machine that serves nothing itself nobody else has gathered what pages name.
    static.gather(installation)
    from masthead.production import press_runs

    if options.lane in (None, "press"):
        press_runs.look_at_the_type()
    if not installation.redis.url:
        _work([options.lane] if options.lane else LANES)
        return None
    if options.lane:
        return _work_with_celery(options.lane)
    return _keep_lanes()


def _work_once() -> None:
    from django.utils import timezone

    from masthead.production.lanes import left_to_others
    from masthead.production.worker import Worker, recover_lost_work

    recover_lost_work(at=timezone.now())
    worker = Worker(never=left_to_others())
    done = 0
    while worker.work_once():
        done += 1
    say(f"{done} tasks done.")


def _work(names: Iterable[str]) -> None:
    """Serve lanes side by side in this process."""
    from masthead.production import lanes

    stop = processes.until_told()
    served = [lanes.LANES[name] for name in names]
    threads = [
        threading.Thread(target=lane.worker().work, args=(stop, lane.tick), daemon=True)
        for lane in served
    ]
    for thread in threads:
        thread.start()
    say("The worker is ready.")
    stop.wait()
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    if any(thread.is_alive() for thread in threads):
        # A thread in the middle of a task cannot be ended; its process can.
        say("A task took too long to end; it will be done again.")
        os._exit(0)


def _work_with_celery(lane: str) -> int:
    """Serve a lane in this process, woken by Redis."""
    from masthead.production import celery_tasks

    say(f"The worker of the lane {lane} is ready.")
    celery_tasks.work(lane, threading.Event())
    return 0


def _keep_lanes() -> int:
    """Have every lane served by a process of its own: one of Celery's serves all its queues alike."""
    from django.db import connections

    connections.close_all()
    stop = processes.until_told()
    commands = {f"lane {name}": ("masthead.cli", "worker", "--lane", name) for name in LANES}
    running = {name: processes.start(command) for name, command in commands.items()}
    say("The worker is ready.")
    return processes.keep(commands, running, stop)
