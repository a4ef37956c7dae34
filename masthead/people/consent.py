"""What people agreed to, in which words, and since when.

A record is never changed: withdrawing writes another. No network address is kept with it.
Departments enter what they ask consent for in `ready()`:

    consent.register(Purpose("renewal", _("Automatic renewal"), _("…"), version="2026-11"))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from masthead.people.models import Consent, User


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something a person may agree to.

    ``words`` are what they read before they agreed; who changes the words gives them a new
    ``version``. Letters are purposes, too, since a letter nobody asked for is none of ours.
    """

    key: str
    title: Any
    words: Any
    version: str
    is_letter: bool = False


EDITORS_LETTER = Purpose(
    "editors-letter",
    _("The editors’ letter"),
    _("What stands in the magazine and how it came about, from the editors, as issues come out."),
    version="2026-11",
    is_letter=True,
)
OFFERS = Purpose(
    "offers",
    _("Offers"),
    _("Offers for subscriptions and single issues, a few times a year."),
    version="2026-11",
    is_letter=True,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands with one purpose; ``since`` is empty when they were never asked."""

    purpose: Purpose
    is_given: bool
    version: str = ""
    since: datetime | None = None


class UnknownPurpose(Exception):
    """Nobody asks for consent to that."""


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    """Make `purpose` something that people can agree to."""
    _purposes[purpose.key] = purpose


def standing(user: User) -> list[Standing]:
    """Return where `user` stands with every purpose there is."""
    latest = {record.purpose: record for record in Consent.objects.filter(user=user)}
    found = []
    for purpose in _purposes.values():
        record = latest.get(purpose.key)
        found.append(
            Standing(purpose, record.is_given, record.version, record.at)
            if record
            else Standing(purpose, is_given=False)
        )
    return found


def has_given(user: User, key: str) -> bool:
    """Say whether the consent of `user` to the purpose `key` stands."""
    last = Consent.objects.filter(user=user, purpose=key).last()
    return last is not None and last.is_given


@transaction.atomic
def give(user: User, key: str, *, at: datetime, channel: Consent.Channel) -> None:
    """Write down that `user` agreed to the present words of a purpose.

    Args:
        user: who agreed.
        key: the purpose's.
        at: the moment of agreeing, timezone-aware.
        channel: where they were asked.

    Raises:
        UnknownPurpose: nobody asks for that.
    """
    purpose = _known(key)
    last = Consent.objects.filter(user=user, purpose=key).last()
    if last is None or not last.is_given or last.version != purpose.version:
        _write(user, purpose, is_given=True, at=at, channel=channel)


@transaction.atomic
def withdraw(user: User, key: str, *, at: datetime, channel: Consent.Channel) -> None:
    """Write down that `user` no longer agrees; nothing where they never did.

    Raises:
        UnknownPurpose: nobody asks for that.
    """
    purpose = _known(key)
    if has_given(user, key):
        _write(user, purpose, is_given=False, at=at, channel=channel)


@transaction.atomic
def choose_letters(user: User, keys: set[str], *, at: datetime, channel: Consent.Channel) -> None:
    """Have exactly those letters of all there are sent to `user`."""
    for purpose in _purposes.values():
        if purpose.is_letter:
            act = give if purpose.key in keys else withdraw
            act(user, purpose.key, at=at, channel=channel)


def _known(key: str) -> Purpose:
    try:
        return _purposes[key]
    except KeyError:
        raise UnknownPurpose(f"Nobody asks for consent to “{key}”.") from None


def _write(
    user: User, purpose: Purpose, *, is_given: bool, at: datetime, channel: Consent.Channel
) -> None:
    Consent.objects.create(
        user=user,
        purpose=purpose.key,
        version=purpose.version,
        words=str(purpose.words),
        is_given=is_given,
        at=at,
        channel=channel,
    )
