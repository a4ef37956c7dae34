"""Reading a bank's statement: a CSV file, whatever the bank calls its columns."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from masthead.money import Money, is_known, minor_digits

LARGEST = 20_000_000

COLUMNS = {
    "id": ("id", "transaction id", "transaction reference", "bank reference", "entry reference",
           "transaktions-id", "umsatz-id"),
    "date": ("date", "booked on", "booking date", "buchungstag", "buchungsdatum", "datum",
             "date comptable", "date opération"),
    "amount": ("amount", "credit", "betrag", "umsatz", "betrag (eur)", "montant", "crédit"),
    "currency": ("currency", "währung", "waehrung", "devise"),
    "text": ("reference", "text", "details", "description", "purpose", "remittance information",
             "verwendungszweck", "buchungstext", "libellé", "référence"),
    "sender": ("name", "sender", "payer", "counterparty", "auftraggeber", "zahlungspflichtiger",
               "beguenstigter/zahlungspflichtiger", "name zahlungsbeteiligter", "payeur"),
}  # fmt: skip
"""What banks call the columns, in small letters; of the text there may be several."""


class NotAStatement(Exception):
    """The file cannot be read, with its line; nothing of it was taken. Fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Line:
    """Money that came in; ``bank_id`` tells it from any other, in whatever file it stands."""

    bank_id: str
    booked_on: date
    money: Money
    text: str
    sender: str


def read(data: bytes, currency: str = "EUR") -> list[Line]:
    """Return the money that came in by a statement; what went out is left away.

    Args:
        data: a CSV file with a line of headings, in UTF-8 or as Windows writes it.
        currency: of lines that name none.

    Raises:
        NotAStatement: see the class.
    """
    if len(data) > LARGEST:
        raise NotAStatement(_("The file is too large for a statement."))
    rows = _rows(_text(data))
    headings, lines = _headings(rows)
    alike: Counter[str] = Counter()
    found = []
    for number, row in lines:
        if line := _line(row, headings, number, currency, alike):
            found.append(line)
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    best: list[tuple[int, list[str]]] = []
    for delimiter in (";", ",", "\t"):
        reader = csv.reader(text.splitlines(), delimiter=delimiter)
        try:
            rows = [(reader.line_num, row) for row in reader if any(row)]
        except csv.Error as error:
            raise NotAStatement(_("This is no CSV file: %(why)s.") % {"why": error}) from None
        if _known(rows) > _known(best):
            best = rows
    return best


def _known(rows: list[tuple[int, list[str]]]) -> int:
    return max((len(_named(row)) for _number, row in rows[:30]), default=0)


def _named(row: list[str]) -> dict[str, list[int]]:
    """Return which columns have a heading that is known."""
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(row):
        written = heading.strip().strip('"').lower()
        for name, called in COLUMNS.items():
            if written in called:
                found.setdefault(name, []).append(place)
    return found


def _headings(
    rows: list[tuple[int, list[str]]],
) -> tuple[dict[str, list[int]], list[tuple[int, list[str]]]]:
    for place, (_number, row) in enumerate(rows[:30]):
        named = _named(row)
        if {"date", "amount", "text"} <= named.keys():
            return named, rows[place + 1 :]
    raise NotAStatement(
        _("There is no line of headings with a date, an amount and a text: %(known)s.")
        % {"known": ", ".join(COLUMNS[one][0] for one in ("date", "amount", "text"))}
    )


def _line(
    row: list[str], headings: dict[str, list[int]], number: int, currency: str, alike: Counter[str]
) -> Line | None:
    def of(name: str) -> str:
        cells = [row[place].strip() for place in headings.get(name, []) if place < len(row)]
        return " ".join(cell for cell in cells if cell)

    if not of("amount"):
        return None
    money = _money(of("amount"), of("currency").upper() or currency, number)
    if money.minor <= 0:
        return None
    booked_on = _day(of("date"), number)
    bank_id = of("id")
    if not bank_id:
        # Without an id of the bank's: the same words twice on one statement are two payments,
        # the same words on two statements that overlap are one.
        words = "\x00".join([booked_on.isoformat(), str(money), of("text"), of("sender")])
        alike[words] += 1
        bank_id = hashlib.sha256(f"{words}\x00{alike[words]}".encode()).hexdigest()[:40]
    return Line(bank_id[:100], booked_on, money, of("text"), of("sender")[:200])


def _money(written: str, currency: str, number: int) -> Money:
    if not is_known(currency):
        raise NotAStatement(
            _("Line %(line)s: “%(what)s” is no currency.") % {"line": number, "what": currency}
        )
    digits = minor_digits(currency)
    plain = re.sub(r"[\s'’\u00a0+]", "", written).replace("−", "-")
    # What stands last and has the currency's own number of digits behind it is the decimal mark.
    match = re.fullmatch(rf"(-?)([0-9.,]*?)(?:[.,]([0-9]{{1,{max(digits, 1)}}}))?(-?)", plain)
    whole = match[2] if match else ""
    groups = re.split(r"[.,]", whole)
    if (
        not match
        or not whole
        or len(set(re.findall(r"[.,]", whole))) > 1
        or not all(len(group) == 3 for group in groups[1:])
        or (digits == 0 and match[3])
    ):
        raise NotAStatement(
            _("Line %(line)s: “%(what)s” is no amount.") % {"line": number, "what": written}
        )
    amount = Decimal(f"{''.join(groups)}.{match[3] or '0'}").scaleb(digits)
    sign = -1 if match[1] or match[4] else 1
    return Money(sign * int(amount), currency)


def _day(written: str, number: int) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y%m%d"):
        try:
            return datetime.strptime(written[:10], form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    raise NotAStatement(
        _("Line %(line)s: “%(what)s” is no day.") % {"line": number, "what": written}
    )
