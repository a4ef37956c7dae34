"""What production does when a page comes out, or a correction is made."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from masthead.editorial.models import Article, Correction, Issue
from masthead.production import audio, renditions, renewal
from masthead.production.models import Narration


def page_published(instance: Any, **_signal: Any) -> None:
    """Have the pictures of a page made in every size, once it is really out.

    An article is read aloud. The screen edition of the issue that it is, or stands in, follows it.
    """
    transaction.on_commit(partial(renditions.make_for_page.enqueue, instance.pk))
    if isinstance(instance, Issue):
        _renew(instance.pk)
    elif isinstance(instance, Article):
        audio.ask(instance, at=timezone.now())
        if place := getattr(instance, "placement", None):
            _renew(place.issue_id)


def correction_made(instance: Correction, **_signal: Any) -> None:
    """Have the edition made anew in which the corrected article stands."""
    if place := getattr(instance.article, "placement", None):
        _renew(place.issue_id)


def narration_finished(instance: Narration, **_signal: Any) -> None:
    """Have the book made anew in which the article stands, once there is something to hear."""
    finished = (Narration.State.READY, Narration.State.UNCHANGED)
    if instance.state in finished and (place := getattr(instance.article, "placement", None)):
        _renew(place.issue_id)


def _renew(issue: int) -> None:
    if renewal.follows(issue):
        transaction.on_commit(partial(renewal.renew_issue.enqueue, issue))
