"""What the books say of single copies: on accounts of their own, beside those of terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from masthead.circulation.models import SingleCopy
from masthead.money import Money
from masthead.payments import journal
from masthead.payments.journal import Line


def account(edition: str) -> str:
    """Return under which name single copies of an edition stand in the books, beside terms."""
    return f"single-{edition}"


def sold(copy: SingleCopy, at: datetime) -> None:
    """Write in the books that money received is owed as a copy now; once, however often."""
    lines = [journal.debit(journal.RECEIVED, copy.money)]
    for part in copy.components:
        net = Money(part.net, copy.currency)
        lines.append(journal.credit(journal.deferred(account(part.component)), net))
        if part.tax:
            lines.append(journal.credit(part.tax_account, Money(part.tax, copy.currency)))
    journal.post(copy.reference, lines, kind="sold", at=at, memo=copy.number)


def earned(copies: Iterable[SingleCopy], key: str, at: datetime) -> None:
    """Write in the books that copies were delivered; once for a key."""
    sums: Counter[tuple[str, str]] = Counter()
    for copy in copies:
        for part in copy.components:
            sums[part.component, copy.currency] += part.net
    lines: list[Line] = []
    for (component, currency), minor in sums.items():
        lines += journal.earned(account(component), Money(minor, currency))
    if any(line.money for line in lines):
        journal.post(key, lines, kind="served", at=at)
