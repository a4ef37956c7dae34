"""Amounts of money: whole minor units and an ISO 4217 currency."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """So many cents (or yen, or fils) of one currency; amounts are never fractions."""

    minor: int
    currency: str
