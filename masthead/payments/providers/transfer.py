"""Bank transfer: the payer sends money to an account, under a reference that finds the order.

Nobody is asked: the reference follows from the attempt's key, and a statement says what came
(`payments.statements`). Money goes back by hand, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from masthead.payments import references
from masthead.payments.provider import (
    Ability,
    Hint,
    NotReady,
    Observed,
    PayLike,
    Refused,
    Urls,
    Wanted,
    Way,
)

LONGEST_HOLDER = 70


class Transfer:
    """The provider; see `payments.provider.Provider`."""

    abilities: frozenset[Ability] = frozenset({"by-hand", "refunds"})

    def __init__(self, way: Way) -> None:
        """Make it of its table; raises NotReady."""
        self.name, self.way = way.name, way
        for option in ("holder", "iban"):
            if not way.options.get(option):
                raise NotReady(
                    _("Write %(option)s under [payments.%(way)s].")
                    % {"option": option, "way": way.name}
                )
        self.holder = str(way.options["holder"])
        self.iban = str(way.options["iban"]).replace(" ", "").upper()
        self.bic = str(way.options.get("bic") or "")

    @property
    def label(self) -> str:
        """What readers know it by."""
        return self.way.options.get("label") or _("Bank transfer")

    def warnings(self) -> list[str]:
        """Return what the owner should know: nothing."""
        return []

    def begin(self, wanted: Wanted, urls: Urls) -> PayLike:
        """Return what the payer writes on the transfer."""
        ref = references.of(wanted.key)
        steps = [
            (_("To"), self.holder),
            (_("IBAN"), references.in_fours(self.iban)),
            *([(_("BIC"), self.bic)] if self.bic else []),
            (_("Amount"), wanted.money.in_words_of(wanted.language)),
            (_("Reference"), references.in_fours(ref)),
        ]
        return PayLike(
            ref, tuple(steps), qr=self._payload(wanted, ref), expires_at=self._until(wanted)
        )

    def charge(self, wanted: Wanted) -> Observed:
        """Refuse: nothing can be taken from an account without its owner."""
        raise Refused("A transfer is made by the payer.", "needs-payer")

    def refund(self, wanted: Wanted) -> Observed:
        """Wait for a member of staff to send it back."""
        return Observed(references.of(wanted.key), "refund", "waiting", wanted.money, wanted.key)

    def observe(self, ref: str) -> None:
        """Return nothing: a statement says what came."""

    def hint(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Hint | None:
        """Return nothing: no bank sends notices here."""

    def list_since(self, since: datetime) -> Iterable[Observed]:
        """Yield nothing: a statement says what came."""
        return ()

    def forget(self, customer: str) -> None:
        """Do nothing: nobody is known by name."""

    def _until(self, wanted: Wanted) -> datetime | None:
        days = timedelta(days=int(self.way.options.get("days", 30)))
        return wanted.at + days if wanted.at else None

    def _payload(self, wanted: Wanted, ref: str) -> str:
        """Return what a QR code says to a banking app: version 2 of the EPC's guidelines 069-12."""
        if wanted.money.currency != "EUR" or not 1 <= wanted.money.minor <= 99_999_999_999:
            return ""
        lines = [
            "BCD", "002", "1", "SCT", self.bic, self.holder[:LONGEST_HOLDER], self.iban,
            f"EUR{wanted.money.amount:.2f}", "", ref,
        ]  # fmt: skip
        return "\n".join(lines)
