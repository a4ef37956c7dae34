"""What staff should see to about advertisements: bookings whose copy is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext

from masthead.advertising import bookings
from masthead.editorial.models import Title
from masthead.people import alarms
from masthead.people.alarms import Alarm


def register() -> None:
    """Enter it."""
    alarms.register("copy-deadlines", late)


def late(at: datetime) -> Iterator[Alarm]:
    """Yield how many bookings of each title are past their copy deadline with nothing to show."""
    for title in Title.objects.order_by("pk"):
        lacks = bookings.lacking_copy(title, title.day(at))
        if not lacks:
            continue
        words = ngettext(
            "%(number)d advertisement is past its copy deadline and has nothing approved to show.",
            "%(number)d advertisements are past their copy deadline and have nothing approved to show.",
            len(lacks),
        )
        first = lacks[0].booking.copy_deadline_on + timedelta(days=1)
        since = datetime.combine(first, time.min, ZoneInfo(title.time_zone))
        name = f"copy-deadlines:{title.pk}:{max(one.booking.pk for one in lacks)}"
        yield Alarm(name, words % {"number": len(lacks)}, since, "office:bookings")
