"""Months, as books and reports count them."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format


def up_to(last: date, count: int) -> list[date]:
    """Return the first days of so many months, the last one that of a day."""
    number = last.year * 12 + last.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - count + 1, number + 1)]


def after(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def name(month: date) -> str:
    """Return it as a label, such as “Nov 26”."""
    return date_format(month, "M y")
