"""By hand: a cheque, cash, an agency that settles later. Staff say when money came or went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from masthead.payments import references
from masthead.payments.provider import Ability, Hint, Observed, PayLike, Refused, Urls, Wanted, Way


class ByHand:
    """The provider; see `payments.provider.Provider`."""

    abilities: frozenset[Ability] = frozenset({"by-hand", "refunds"})

    def __init__(self, way: Way) -> None:
        """Make it of its table."""
        self.name, self.way = way.name, way

    @property
    def label(self) -> str:
        """What readers know it by."""
        return self.way.options.get("label") or _("By arrangement")

    def warnings(self) -> list[str]:
        """Return what the owner should know: nothing."""
        return []

    def begin(self, wanted: Wanted, urls: Urls) -> PayLike:
        """Return what the payer is told to do."""
        ref = references.of(wanted.key)
        says = str(self.way.options.get("says") or "")
        steps = [
            *([(_("How"), says)] if says else []),
            (_("Amount"), wanted.money.in_words_of(wanted.language)),
            (_("Reference"), references.in_fours(ref)),
        ]
        return PayLike(ref, tuple(steps), expires_at=self._until(wanted))

    def charge(self, wanted: Wanted) -> Observed:
        """Refuse: nothing can be taken without the payer."""
        raise Refused("It is paid by hand.", "needs-payer")

    def refund(self, wanted: Wanted) -> Observed:
        """Wait for a member of staff to give it back."""
        return Observed(references.of(wanted.key), "refund", "waiting", wanted.money, wanted.key)

    def observe(self, ref: str) -> None:
        """Return nothing: staff say what came."""

    def hint(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Hint | None:
        """Return nothing: nobody sends notices."""

    def list_since(self, since: datetime) -> Iterable[Observed]:
        """Yield nothing: staff say what came."""
        return ()

    def forget(self, customer: str) -> None:
        """Do nothing: nobody is known by name."""

    def _until(self, wanted: Wanted) -> datetime | None:
        days = timedelta(days=int(self.way.options.get("days", 30)))
        return wanted.at + days if wanted.at else None
