"""What a payment provider is asked, and what it answers: plain values, no rows, no requests.

A provider is a part that a package announces under `masthead.payment_providers`; ours come
through the same door. It reports facts; `payments.attempts` writes them down. The contract that
every provider keeps is in `masthead.testing.payment_providers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from masthead.money import Money

Kind = Literal["charge", "refund"]
Status = Literal["waiting", "succeeded", "failed"]
Ability = Literal["hosted", "off-session", "refunds", "notices", "lists", "by-hand"]

HARD, SOFT, NEEDS_PAYER = "hard", "soft", "needs-payer"
"""Ways to decline: for good, for now, and until the payer has confirmed it."""


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A card or mandate that the provider keeps for next time."""

    ref: str
    customer: str = ""
    label: str = ""
    expires: tuple[int, int] | None = None
    """Year and month."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A movement of money that is asked for. ``key`` makes asking twice the same as asking once.

    ``email`` and ``language`` are the payer's, ``description`` what their bank statement or the
    payment page may say. ``charge_ref`` names what a refund gives back; ``method`` what a charge
    without the payer is taken from. ``keep_method`` asks for a way to charge again.
    """

    key: UUID
    kind: Kind
    money: Money
    description: str = ""
    email: str = ""
    language: str = "en"
    charge_ref: str = ""
    method: SavedMethod | None = None
    keep_method: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """What a provider says of one movement of money, now.

    ``key`` is the attempt's, where the provider was given one: what has none is not ours.
    ``problem`` is one of `HARD`, `SOFT` and `NEEDS_PAYER` where it failed; ``detail`` the
    provider's own code for it, fit for staff.
    """

    ref: str
    kind: Kind
    status: Status
    money: Money
    key: UUID | None = None
    at: datetime | None = None
    charge_ref: str = ""
    method: SavedMethod | None = None
    problem: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class GoTo:
    """The payer goes on at the provider's own page, until it expires."""

    url: str
    ref: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PayLike:
    """The payer does it by themselves: what to write where, in order, and what a QR code says."""

    ref: str
    steps: tuple[tuple[str, str], ...]
    qr: str = ""
    expires_at: datetime | None = None


Next = GoTo | PayLike | Observed


@dataclass(frozen=True, slots=True)
class Urls:
    """Where a payer comes back to."""

    done: str
    given_up: str


@dataclass(frozen=True, slots=True)
class Hint:
    """A notice that is signed: its id, its kind and the references to look at."""

    id: str
    kind: str
    points_at: tuple[str, ...] = field(default=())


class Unknown(Exception):
    """There was no answer, or none to go by: it may have happened. Never told as a failure."""


class Refused(Exception):
    """The provider understood and will not: it has not happened. ``problem`` says in what way."""

    def __init__(self, message: str, problem: str = HARD, detail: str = "") -> None:
        """Say why, how final it is, and what the provider calls it."""
        super().__init__(message)
        self.problem = problem
        self.detail = detail


class NotSigned(Exception):
    """A notice is not the provider's, is too old, or from the future."""


class Provider(Protocol):
    """A way to move money. Every call may raise `Unknown`; none of them is made in a transaction."""

    name: str
    abilities: frozenset[Ability]

    def begin(self, wanted: Wanted, urls: Urls) -> Next:
        """Have the payer pay: where they go, what they do, or what has happened already."""

    def charge(self, wanted: Wanted) -> Observed:
        """Take money without the payer; raises Refused."""

    def refund(self, wanted: Wanted) -> Observed:
        """Give money back; raises Refused."""

    def observe(self, ref: str) -> Observed | None:
        """Return what is so of a reference, None where there is no such thing. Changes nothing."""

    def hint(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Hint | None:
        """Return what a notice points at, None if it is none of ours; raises NotSigned."""

    def list_since(self, since: datetime) -> Iterable[Observed]:
        """Yield every charge and refund since a moment, those begun elsewhere too."""

    def forget(self, customer: str) -> None:
        """Have the provider forget a payer, as far as its own duties let it."""
