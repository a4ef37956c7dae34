"""References that payers write on transfers: short, and wrong digits are noticed.

They are creditor references as banks know them (ISO 11649): RF, two check digits, and sixteen
digits that follow from the key of an attempt. With letters among them, not every wrong one
would be noticed.
"""

from __future__ import annotations

import re
from uuid import UUID

LENGTH = 16
_WRITTEN = re.compile(r"(?<![A-Z0-9])RF(?:[\s.\-/]?[0-9]){18}(?![A-Z0-9])")


def of(key: UUID) -> str:
    """Return the reference of an attempt: the same one each time."""
    body = f"{key.int % 10**LENGTH:0{LENGTH}d}"
    return f"RF{98 - _left_of(body + 'RF00'):02d}{body}"


def is_right(ref: str) -> bool:
    """Say whether the check digits of a reference fit."""
    return bool(re.fullmatch(r"RF\d{2}[A-Z0-9]+", ref)) and _left_of(ref[4:] + ref[:4]) == 1


def found_in(text: str) -> list[str]:
    """Return the references that stand in the words of a transfer, however they are spaced.

    One whose digits do not fit is left out.
    """
    written = [re.sub(r"[^A-Z0-9]", "", one) for one in _WRITTEN.findall(text.upper())]
    return list(dict.fromkeys(one for one in written if is_right(one)))


def in_fours(text: str) -> str:
    """Return it as people copy it, in groups of four."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _left_of(text: str) -> int:
    return int("".join(str(int(one, 36)) for one in text)) % 97
