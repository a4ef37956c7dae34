"""Post that came back: the address is used no more, and its reader is told.

Print waits until the reader writes another address; the digital edition goes on.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import letters
from masthead.circulation.models import Label, Undelivered
from masthead.people.models import User


class NothingToStop(Exception):
    """The address of that label is gone already. Fit to show to staff."""


@transaction.atomic
def came_back(
    label: Label, why: Undelivered.Why, *, at: datetime, by: User | None = None
) -> Undelivered:
    """Send nothing more to the address of a label; the same one again changes nothing.

    The reader is told after the commit, by `tell()`.

    Raises:
        NothingToStop: see the class.
    """
    if label.address is None:
        raise NothingToStop(_("Nobody lives at the address of this label any more."))
    stopped, made = Undelivered.objects.get_or_create(
        address=label.address, defaults={"label": label, "why": why, "at": at, "by": by}
    )
    if made:
        data = {"label": label.serial, "why": str(why)}
        log(label.sale, "masthead.address.undelivered", user=by, data=data)
    return stopped


def tell(stopped: Undelivered, *, at: datetime) -> bool:
    """Write to the reader that their post came back, once; say whether they know now."""
    if stopped.told_at:
        return True
    reader = stopped.address.user
    titles = {one.title.name for one in reader.subscriptions.running().select_related("title")}
    sent = letters.send("post-came-back", reader, {"title": ", ".join(sorted(titles))})
    if sent is None:
        return False
    Undelivered.objects.filter(pk=stopped.pk, told_at=None).update(told_at=at)
    return True


def tell_all(*, at: datetime) -> int:
    """Tell every reader who does not know yet that post came back; return how many were told."""
    waiting = Undelivered.objects.filter(told_at=None, address__retired_at=None)
    return sum(tell(one, at=at) for one in waiting.select_related("address__user"))
