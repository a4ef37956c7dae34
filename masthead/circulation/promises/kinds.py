"""The kinds of promises there are, and what each of them has to be able to say.

kinds.register(MyPromise())        in an app's ready()
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django import forms

from masthead.circulation.deals import Deal
from masthead.circulation.models import Subscription
from masthead.editorial.models import Title

DAY = timedelta(days=1)
"""What the worker has to keep a promise in, before it counts as broken."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that shows that a promise was kept, or that it was not."""

    words: str
    at: datetime | None = None
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A look at how a promise is kept by the whole magazine: how much was looked at, what is wrong.

    ``words`` say what was looked at, in figures; each of ``failures`` is a sentence for staff.
    """

    looked_at: int
    words: str
    failures: list[str] = field(default_factory=list)


class Kind(Protocol):
    """A promise that an offer can make. Sentences are in the language that is active.

    ``fields`` are what the editor of an offer fills in, by the name it has in the promise's spec.
    One that ``is_for_payers`` says nothing to who is given a subscription.
    """

    name: str
    is_for_payers: bool
    label: Any
    fields: Mapping[str, forms.Field]

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so, nothing if it can."""

    def missing(self, title: Title) -> str:
        """Return what is missing here to keep it, nothing if it can be kept."""

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return what shows that it is kept for one subscription, newest first."""

    def look(self, title: Title, at: datetime) -> Look:
        """Look at how it is kept for everybody."""


class UnknownKind(LookupError):
    """Nobody here knows how to keep that."""


class AlreadyRegistered(Exception):
    """Two kinds want the same name."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of promise one that offers can make.

    Raises:
        AlreadyRegistered: another one has that name.
    """
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise AlreadyRegistered(f"There is a promise called “{kind.name}” already.")


def every() -> tuple[Kind, ...]:
    """Return all kinds, in the order in which they were entered."""
    return tuple(_kinds.values())


def named(name: str) -> Kind:
    """Return the kind of that name.

    Raises:
        UnknownKind: see the class.
    """
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"Nothing installed here knows how to keep “{name}”.") from None
