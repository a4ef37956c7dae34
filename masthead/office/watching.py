"""Watching: what staff should see to now, and by night a letter to publishers about what is new."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from masthead.circulation.founding import PUBLISHERS
from masthead.office.models import Raised
from masthead.people import alarms
from masthead.people.alarms import Alarm
from masthead.people.letters import as_html
from masthead.people.models import User

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """An alarm as the office shows it: its sentence, since when, and where something is done."""

    words: str
    since: datetime | None
    url: str


def now(*, at: datetime) -> list[Shown]:
    """Return what staff should see to: what is so this moment, and what last night's look found.

    How many queries that takes depends on how many looks there are, and on nothing else.
    """
    found = [Shown(one.words, one.since, _url(one.to, one.args)) for one in alarms.raised(at=at)]
    by_night = Raised.objects.filter(is_slow=True, gone_at=None)
    found += [Shown(one.words, one.since, _url(one.to, tuple(one.args))) for one in by_night]
    return sorted(found, key=lambda one: one.since or at)


def watch(*, at: datetime) -> list[Raised]:
    """Look at everything, remember what there is, and mail what is new; return what was new.

    A letter that nobody took is written again the next night.
    """
    with translation.override(settings.LANGUAGE_CODE):
        quick = alarms.raised(at=at)
        names = {one.name for one in quick}
        every = alarms.raised(at=at, with_slow=True)
        for alarm in every:
            _remember(alarm, is_slow=alarm.name not in names, at=at)
        there = {alarm.name[:200] for alarm in every}
        Raised.objects.filter(gone_at=None).exclude(name__in=there).update(gone_at=at)
        fresh = list(Raised.objects.filter(gone_at=None, mailed_at=None))
        if fresh and _mail(fresh):
            Raised.objects.filter(pk__in=[one.pk for one in fresh]).update(mailed_at=at)
    return fresh


def _remember(alarm: Alarm, *, is_slow: bool, at: datetime) -> None:
    said = {"words": alarm.words, "to": alarm.to, "args": list(alarm.args), "is_slow": is_slow}
    row, made = Raised.objects.get_or_create(
        name=alarm.name[:200], defaults={**said, "since": alarm.since or at}
    )
    if made:
        return
    if row.gone_at:
        # It had gone, and is back: that is news.
        said |= {"since": alarm.since or at, "mailed_at": None, "gone_at": None}
    Raised.objects.filter(pk=row.pk).update(**said)


def _mail(fresh: list[Raised]) -> bool:
    """Write to the publishers; say whether the mail server took a letter."""
    publishers = User.objects.filter(
        groups__name=PUBLISHERS, is_active=True, erased_at=None
    ).distinct()
    magazine = settings.INSTALLATION.magazine
    known = {
        "magazine": magazine.name,
        "alarms": [one.words for one in fresh],
        "page": f"{magazine.address}{reverse('office:alarms')}",
    }
    subject = " ".join(render_to_string("office/letters/alarms_subject.txt", known).split())
    text = render_to_string("office/letters/alarms.txt", known).strip() + "\n"
    taken = 0
    for publisher in publishers:
        letter = EmailMultiAlternatives(subject, text, to=[publisher.email])
        letter.attach_alternative(as_html(text), "text/html")
        try:
            taken += letter.send()
        except Exception:  # Each provider raises its own.
            logger.exception("The letter about alarms was not sent.")
    return bool(taken)


def _url(name: str, args: tuple[int | str, ...]) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        logger.error("There is no page %s for an alarm.", name)
        return reverse("office:alarms")
