"""Alarms: what somebody of the staff should see to, told by the department that knows of it.

A department enters its looks in `ready()`:

    alarms.register("disputes", alarms_of.disputes)

The office shows what they find, and mails publishers what is new. A look finds one alarm for a
sort of thing, however many there are, and takes the same few queries each time. One that has to go
through all books is entered as slow, and looked at by night.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to see to: a sentence, since when, and the page where something is done about it.

    ``name`` is the same for as long as it is the same alarm: who was told of it is not told again.
    ``to`` is the name of an address, with its ``args``.
    """

    name: str
    words: str
    since: datetime | None
    to: str
    args: tuple[int | str, ...] = ()


Look = Callable[[datetime], Iterable[Alarm]]


class AlreadyRegistered(Exception):
    """Two different looks want the same name."""


_looks: dict[str, tuple[Look, bool]] = {}


def register(name: str, look: Look, *, is_slow: bool = False) -> None:
    """Enter a look.

    Args:
        name: of the look, for logs.
        look: takes the moment and yields alarms.
        is_slow: whether it is for the night, and not for every page.

    Raises:
        AlreadyRegistered: the name is taken by another look.
    """
    if _looks.setdefault(name, (look, is_slow)) != (look, is_slow):
        raise AlreadyRegistered(
            f"There is a look called {name!r} already; name this one otherwise."
        )


def raised(*, at: datetime, with_slow: bool = False) -> list[Alarm]:
    """Return every alarm there is, the oldest first. A look that fails is an alarm, too."""
    found: list[Alarm] = []
    for name, (look, is_slow) in _looks.items():
        if is_slow and not with_slow:
            continue
        try:
            found += look(at)
        except Exception:  # One look must not hide what the others see.
            logger.exception("The look %s failed.", name)
            words = _("Nobody knows about “%(look)s”: looking into it failed. The log says why.")
            found.append(Alarm(f"failed:{name}", words % {"look": name}, at, "wagtailadmin_home"))
    return sorted(found, key=lambda one: (one.since or at, one.name))


def slow() -> set[str]:
    """Return the names of the looks that are for the night."""
    return {name for name, (_look, is_slow) in _looks.items() if is_slow}
