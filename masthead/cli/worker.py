"""Do the work that waits in the queue, and what the schedule asks for.

`masthead serve` runs a worker already. Run more of them on a busy magazine.
"""

from __future__ import annotations

import argparse
import os
import signal
import threading

from masthead.cli import django_, serve
from masthead.cli.terminal import say

NAME = "worker"
HELP = "do the work that waits in the queue"

# How long the task at hand may take to end once the worker has been told to stop; what is
# not done by then is lost to its lease and done again.
PATIENCE_SECONDS = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take one switch."""
    parser.add_argument("--once", action="store_true", help="do what is due now, then stop")


def run(options: argparse.Namespace) -> int | None:
    """Work until told to stop."""
    django_.start()
    serve.require_migrated()
    from django.utils import timezone

    from masthead.production import press_runs, schedule
    from masthead.production.press_runs import PRESS_QUEUE
    from masthead.production.worker import CLOCK_QUEUE, Worker, recover_lost_work

    if options.once:
        recover_lost_work(at=timezone.now())
        worker = Worker()
        done = 0
        while worker.work_once():
            done += 1
        say(f"{done} tasks done.")
        return None
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    press_runs.look_at_the_type()
    lanes = (
        (Worker(only=[CLOCK_QUEUE]), lambda: schedule.strike(at=timezone.now())),
        (Worker(only=[PRESS_QUEUE]), lambda: None),
        (Worker(never=[CLOCK_QUEUE, PRESS_QUEUE]), lambda: None),
    )
    threads = [
        threading.Thread(target=worker.work, args=(stop, tick), daemon=True)
        for worker, tick in lanes
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
    return None
