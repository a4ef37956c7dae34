"""What a browser without an account brings along: gifts it opened, articles counted on it.

A signed cookie. It can be thrown away, so nothing is sold on the strength of it; it can
not be made up, and what it names is looked up again each time.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.core import signing

SALT = "masthead.circulation.ticket"
MOST_GIFTS = 12
MOST_COUNTED = 60
"""Of each kind, so that the cookie stays small; the oldest make room."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Keys of gifts opened; and of articles counted, each with its title and its month.

    ``counted`` holds (title, month such as "2026-05", article), all as text.
    """

    gifts: tuple[str, ...] = ()
    counted: tuple[tuple[str, str, str], ...] = ()

    def with_gift(self, key: uuid.UUID) -> Ticket:
        """Return the ticket with one more gift on it."""
        others = tuple(gift for gift in self.gifts if gift != key.hex)
        return replace(self, gifts=(*others, key.hex)[-MOST_GIFTS:])

    def with_counted(self, title: str, month: str, article: str) -> Ticket:
        """Return the ticket with one more article counted; other months are forgotten."""
        kept = tuple(
            entry
            for entry in self.counted
            if not (entry[0] == title and entry[1] != month) and entry != (title, month, article)
        )
        return replace(self, counted=(*kept, (title, month, article))[-MOST_COUNTED:])

    def counted_in(self, title: str, month: str) -> set[str]:
        """Return the articles counted for a title in a month."""
        return {article for one, when, article in self.counted if (one, when) == (title, month)}


NO_TICKET = Ticket()


def write(ticket: Ticket) -> str:
    """Return the ticket as text for a cookie."""
    counted: dict[str, dict[str, list[str]]] = {}
    for title, month, article in ticket.counted:
        counted.setdefault(title, {}).setdefault(month, []).append(_short(article))
    return signing.dumps({"g": ticket.gifts, "m": counted}, salt=SALT, compress=True)


def read(text: str) -> Ticket:
    """Return the ticket in a cookie; an empty one for anything that is not ours."""
    try:
        values = signing.loads(text, salt=SALT)
        return Ticket(
            gifts=tuple(uuid.UUID(hex=gift).hex for gift in values["g"]),
            counted=tuple(
                (title, month, str(uuid.UUID(bytes=signing.b64_decode(short.encode()))))
                for title, months in values["m"].items()
                for month, articles in months.items()
                for short in articles
            ),
        )
    except (signing.BadSignature, ValueError, KeyError, TypeError, AttributeError):
        return NO_TICKET


def _short(article: str) -> str:
    """Return a UUID in 22 letters; sixty in 36 would not fit into a cookie."""
    return signing.b64_encode(uuid.UUID(article).bytes).decode()
