"""Reconciling: by night some pages are made anew from nothing that was kept, and compared.

Pages are pressed again when something that they were made from changes. Whether everything was heard
that they are made from cannot be seen from within; so a sample is drawn as if it had never been, and
where it comes out otherwise, a change was missed and everything is made anew.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django_tasks import task

from masthead.edge import bodies
from masthead.edge.bodies import PressedPage
from masthead.edge.records import QUIET, Record
from masthead.production import changes, formes, page_store, press_runs
from masthead.production.models import Change
from masthead.production.press_runs import PRESS_QUEUE, Address

logger = logging.getLogger(__name__)

SAMPLE = 100
"""Pages of a night."""


@task(queue_name=PRESS_QUEUE)
def reconcile_some() -> int:
    """Compare the night's pages; return how many were not as they should be."""
    return len(reconcile(at=timezone.now()))


def reconcile(*, at: datetime, sample: int = SAMPLE, seed: str = "") -> list[Address]:
    """Make some pages anew, and return the addresses of those that come out otherwise.

    If there is any, everything is pressed anew. Which advertisement stands on a page is a matter of
    the minute, so pages are compared as those get them who get none.

    Args:
        at: the moment; another day, another sample.
        sample: how many pages, at most.
        seed: which of them, where it is not by the day.
    """
    if Change.objects.exists():
        return []  # What is about to be pressed need not be as it was.
    store = page_store.here()
    pages = [one for one in store.records() if one.variants and _is_a_page(one)]
    chosen = random.Random(seed or f"{at:%Y-%m-%d}")  # noqa: S311 - a sample, and no secret.
    some = chosen.sample(pages, min(sample, len(pages)))
    formes.lay_aside(
        tag.replace("own:", "page:") for one in some for tag in one.tags if tag.startswith("own:")
    )
    made = press_runs.made([(one.host, one.path) for one in some], version=store.begin_run(), at=at)
    wrong = [
        (one.host, one.path)
        for one in some
        if (one.host, one.path) not in made or _anew(made[one.host, one.path], one) != _names(one)
    ]
    if wrong:
        logger.error("%d of %d pages were not as they should be: %s", len(wrong), len(some), wrong)
        formes.lay_all_aside()
        press_runs.ask([changes.EVERYTHING])
    return wrong


def _is_a_page(record: Record) -> bool:
    return any(tag.startswith("own:") for tag in record.tags)


def _names(record: Record) -> dict[str, str]:
    """Return what the variants' bytes are called, each as it is without advertisements."""
    return _quiet({name: one.digest for name, one in record.variants.items()})


def _anew(page: PressedPage, record: Record) -> dict[str, str]:
    """Return what they would be called now, packed as hard as before."""
    return _quiet(
        {
            name: bodies.digest(one.body, is_gated=one.is_gated, effort=record.effort)
            for name, one in page.variants.items()
        }
    )


def _quiet(names: Mapping[str, str]) -> dict[str, str]:
    own = {name for name in names if not name.endswith(QUIET)}
    return {name: names.get(f"{name}{QUIET}", names[name]) for name in own}
