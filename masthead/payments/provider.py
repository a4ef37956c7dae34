"""What a payment provider is asked, and what it answers: plain values, no rows, no requests.

A provider is a class that a package announces under `masthead.payment_providers`; ours come
through the same door. It is made of a `Way`, a table of `masthead.toml`. It reports facts, and
`payments.attempts` writes them down. The contract that every provider keeps is in
`masthead.testing.payment_providers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from masthead.money import Money

Kind = Literal["charge", "refund", "dispute"]
Status = Literal["waiting", "succeeded", "failed"]
Ability = Literal[
    "hosted", "off-session", "refunds", "notices", "lists", "keeps-methods", "by-hand", "pretends"
]
"""What a provider can do.

`hosted`: the payer pays at its page. `off-session`: it charges without them. `refunds`: it sends
money back by itself. `notices`: it tells what happened. `lists`: it can be asked for everything
since a day. `keeps-methods`: a payer can leave another card with it. `by-hand`: money comes and
goes outside of it, and a statement or a member of staff says when.
"""

HARD, SOFT, NEEDS_PAYER = "hard", "soft", "needs-payer"
"""Ways to decline: for good, for now, and until the payer has confirmed it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to pay, as the settings have it.

    ``options`` are its table, ``secrets`` what the variables said that the table names (`key` for
    `key_env`); a variable that is not set is left out. ``place`` tells this installation on this
    machine from any copy of it; ``magazine`` is its host name, for accounts that several share.
    """

    name: str
    part: str
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    place: str = ""
    magazine: str = ""


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

    ``at`` is when it was written down, the same each time that it is asked for. ``email`` and ``language`` are the payer's, ``description`` what their bank statement or the
    payment page may say. ``reference`` is what for, in our words, for the provider to keep beside
    the key. ``charge_ref`` names what a refund gives back; ``method`` what a charge without the
    payer is taken from. ``keep_method`` asks for a way to charge again.
    """

    key: UUID
    kind: Kind
    money: Money
    at: datetime | None = None
    reference: str = ""
    description: str = ""
    email: str = ""
    language: str = "en"
    charge_ref: str = ""
    method: SavedMethod | None = None
    keep_method: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """What a provider says of one movement of money, now.

    ``key`` and ``reference`` are the attempt's, where the provider was given them: a charge that
    has no key is not ours. ``problem`` is one of `HARD`, `SOFT` and `NEEDS_PAYER` where it failed;
    ``detail`` the provider's own code for it, fit for staff.

    Of a dispute ``money`` is what is held back of the charge, which may be nothing yet; `waiting`
    is open, `succeeded` means that the payer got it, `failed` that it came back to us.
    """

    ref: str
    kind: Kind
    status: Status
    money: Money
    key: UUID | None = None
    reference: str = ""
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


class NotReady(Exception):
    """A way to pay cannot be used as the settings have it; nobody was asked. Fit to show to staff."""


class NotSigned(Exception):
    """A notice is not the provider's, is too old, or from the future."""


class Provider(Protocol):
    """A way to move money. Every call may raise `Unknown`; none of them is made in a transaction.

    Making one asks nobody, and raises `NotReady` where a key or an option is missing.
    """

    name: str
    abilities: frozenset[Ability]

    def __init__(self, way: Way) -> None:
        """Make it of its table in the settings."""

    @property
    def label(self) -> str:
        """What readers know it by, in their language."""

    def warnings(self) -> list[str]:
        """Return what the owner should know, a sentence each, such as that no money moves."""

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


class KeepsMethods(Protocol):
    """What a provider also does that says `keeps-methods`."""

    def begin_keeping(
        self, key: UUID, email: str, customer: str, language: str, urls: Urls
    ) -> GoTo:
        """Have the payer leave a card without paying; ``customer`` is who they are there already."""

    def kept(self, ref: str) -> SavedMethod | None:
        """Return what a payer left there, None as long as they have not."""
