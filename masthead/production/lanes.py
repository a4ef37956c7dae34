"""Lanes: which queues are served side by side, so that nothing that takes long delays a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from masthead.production import schedule
from masthead.production.press_runs import PRESS_QUEUE
from masthead.production.worker import BACKUPS_QUEUE, CANARY_QUEUE, CLOCK_QUEUE, Worker


@dataclass(frozen=True, slots=True)
class Lane:
    """Some queues: only these, or all but these; and what is done between their tasks."""

    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    tick: Callable[[], object] = lambda: None

    def worker(self) -> Worker:
        """Return somebody who serves it, as far as this machine does."""
        return Worker(only=self.only, never=(*self.never, *left_to_others()))


REST = "rest"
LANES = {
    "clock": Lane(only=(CLOCK_QUEUE,), tick=lambda: schedule.strike(at=timezone.now())),
    "press": Lane(only=(PRESS_QUEUE,)),
    "canary": Lane(only=(CANARY_QUEUE,)),
    REST: Lane(never=(CLOCK_QUEUE, PRESS_QUEUE, CANARY_QUEUE)),
}


def lane_of(queue: str) -> str:
    """Return the lane in which a queue is served."""
    return next((name for name, lane in LANES.items() if queue in lane.only), REST)


def left_to_others() -> tuple[str, ...]:
    """Return the queues that nobody on this machine serves, whatever the lane."""
    return () if settings.INSTALLATION.backups.keep else (BACKUPS_QUEUE,)
