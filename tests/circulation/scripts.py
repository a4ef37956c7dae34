"""Plays that are written: short ones, each about one thing that has gone wrong somewhere."""

from __future__ import annotations

from typing import Any

Act = tuple[str, dict[str, Any]]


def sold(**fields: Any) -> Act:
    usual = {
        "copies": 2, "months": 0, "price": 1000, "weights": (3, 1), "extra": None, "takes_print": True, "price_may_change": False, "grace": 0, "renews": True,
        "starts": "next", "country": "DE", "guarantee": 14, "clock": "payment",
        "of_renewals": False, "pays": 1,
    }  # fmt: skip
    return "order", {"offer": usual | fields}


def out(*each: int) -> Act:
    return "issues_come_out", {"each": list(each), "in_time": True}


def ends(how: str, when: str = "now", clicks: int = 1, which: int = 0) -> Act:
    return "end", {"how": how, "which": which, "clicks": clicks, "when": when}


RENEWED: Act = ("renew", {"which": 0, "now": True})
RENEWAL_ASKED_FOR: Act = ("renew", {"which": 0, "now": False})
PAID: Act = ("pay", {"which": 0, "deliveries": 2})
HEARD_OF_AGAIN: Act = ("do_it_again", {"act": "hear", "which": 0})
RUN_AGAIN: Act = ("serve_again", {"which": 0})
PAUSED: Act = ("pause", {"which": 0, "wait": 0, "days": None, "lift": False})
GOES_ON: Act = ("pause", {"which": 0, "wait": 0, "days": None, "lift": True})
ADDED: Act = ("add_copies", {"which": 0, "copies": 1})
WRITTEN_OFF: Act = ("write_off_grace", {})
A_MONTH: Act = ("time_passes", {"hours": 30 * 24})
A_WEEK: Act = ("time_passes", {"hours": 7 * 24})
GOODWILL: Act = ("give_goodwill", {"which": 0, "which_term": 0, "share": 40, "clicks": 2})

TOLD: Act = ("payers_are_reminded", {})
CHARGED: Act = ("charge_who_is_due", {"which": 0})
AGREED: Act = ("payers_agree", {})
A_NIGHT: Act = ("a_night_passes", {"again": True})


def a_time(**fields: Any) -> Act:
    return sold(copies=0, months=1, price=3100, **fields)


def new_price(price: int = 1200, days: int = 0) -> Act:
    return "change_the_price", {"which": 0, "price": price, "days": days}


def paused(days: int | None) -> Act:
    return "pause", {"which": 0, "wait": 0, "days": days, "lift": False}


SCRIPTS: dict[str, list[Act]] = {
    "served to the end": [sold(copies=3, price=1000), out(1), RUN_AGAIN, HEARD_OF_AGAIN, out(1, 1)],
    "sold in one year and in the next": [sold(), *[A_MONTH] * 9, sold()],
    "renewed early": [sold(copies=3), out(1), RENEWED, out(1, 1, 1)],
    "renewed late": [sold(copies=1), out(1, 1), RENEWED, out(1)],
    "renewed in grace": [sold(copies=2, grace=2), out(1, 1, 1), RENEWED, out(1, 1)],
    "grace that nobody pays for": [sold(copies=1, grace=1), out(1, 1), WRITTEN_OFF, out(1)],
    "stopped": [sold(copies=1, grace=2), out(1), ends("stop"), out(1)],
    "a double issue at the end": [sold(copies=1), out(2), ADDED, out(2), ADDED, out(1)],
    "paused": [sold(copies=3), PAUSED, out(1), RUN_AGAIN, GOES_ON, RUN_AGAIN, out(1)],
    "cancelled": [sold(copies=3), out(1), ends("cancel", clicks=2), ("do_it_again", {"act": "form", "which": 0})],
    "goodwill": [sold(copies=3), GOODWILL, out(1), ends("cancel")],
    "much goodwill": [sold(copies=3), GOODWILL, GOODWILL, ends("cancel")],
    "goodwill and all of it back": [sold(copies=3), GOODWILL, out(1), ends("money back")],
    "in time": [sold(guarantee=14), ends("money back", "just in time")],
    "too late": [sold(guarantee=14), ends("money back", "just too late")],
    "an old term and a new one": [
        sold(guarantee=14, of_renewals=True), out(1), A_MONTH, RENEWED, ends("money back")
    ],
    "told and charged": [sold(copies=2), out(1), TOLD, CHARGED, A_WEEK, A_WEEK, CHARGED, CHARGED, out(1, 1)],
    "told, and stopped": [sold(copies=2), out(1), TOLD, A_WEEK, A_WEEK, ends("stop"), CHARGED, out(1, 1)],
    "a new price, told and agreed to": [
        sold(copies=2), out(1), new_price(), TOLD, AGREED, A_WEEK, A_WEEK, CHARGED, out(1, 1), CHARGED
    ],
    "a new price, told and not agreed to": [sold(copies=2), out(1), new_price(), TOLD, A_WEEK, A_WEEK, CHARGED],
    "a new price, agreed to when it was ordered": [
        sold(copies=2, price_may_change=True), out(1), new_price(), TOLD, A_WEEK, A_WEEK, CHARGED, out(1, 1)
    ],
    "a new price, told too long ago": [
        sold(copies=2), out(1), new_price(), TOLD, AGREED, A_MONTH, A_WEEK, CHARGED
    ],
    "a new price, not told": [sold(copies=2), out(1), TOLD, A_WEEK, A_WEEK, new_price(), AGREED, CHARGED],
    "a new price, from a day that is to come": [
        sold(copies=2), out(1), TOLD, new_price(days=40), A_WEEK, A_WEEK, CHARGED, out(1, 1)
    ],
    "a month, told and charged": [a_time(), A_WEEK, TOLD, A_WEEK, A_WEEK, CHARGED, A_MONTH, A_NIGHT],
    "a month": [a_time(), out(1), A_NIGHT, A_MONTH, A_NIGHT, out(1), A_MONTH, A_NIGHT, out(1)],
    "a month, and out": [a_time(), A_WEEK, A_NIGHT, A_WEEK, ends("cancel", clicks=2), A_MONTH, A_NIGHT],
    "a month, and the money back": [a_time(), A_WEEK, A_MONTH, ends("money back")],
    "a month, renewed early": [a_time(), A_WEEK, RENEWED, A_MONTH, A_NIGHT, out(1), ends("cancel")],
    "a month, paused": [
        a_time(), A_WEEK, paused(4), out(1), A_WEEK, out(1), A_MONTH, A_NIGHT, ends("cancel")
    ],
    "a month, paused for good": [
        a_time(), A_WEEK, PAUSED, A_MONTH, A_NIGHT, GOES_ON, out(1), A_WEEK, ends("cancel")
    ],
    "a month, renewed and paused": [
        a_time(), RENEWED, paused(9), A_MONTH, A_NIGHT, out(1), A_WEEK, out(1), A_MONTH, ends("cancel")
    ],
    "a month, renewed in grace": [
        a_time(grace=14), A_MONTH, A_WEEK, out(1), RENEWED, out(1), A_WEEK, ends("cancel")
    ],
    "a month, renewed late": [
        a_time(grace=2), A_MONTH, A_WEEK, out(1), RENEWED, out(1), A_WEEK, ends("cancel")
    ],
    "a month, stopped": [a_time(grace=14), ends("stop"), A_MONTH, A_WEEK, out(1)],
    "paid after the end": [sold(), RENEWAL_ASKED_FOR, ends("cancel"), PAID],
}  # fmt: skip


def given(deliveries: int = 1, **fields: Any) -> Act:
    """A gift is paid for; its donor is the next who has ordered nothing yet."""
    return "give", {"offer": sold(**fields)[1]["offer"], "deliveries": deliveries}


def taken(who: int, which: int = 0, clicks: int = 2) -> Act:
    """Somebody takes a gift: 0 has the first subscription, 4 has nothing."""
    return "take", {"which": which, "who": who, "clicks": clicks}


def print_added(agrees: bool = True, now: bool = True, country: str = "DE") -> Act:
    return "add_print", {"which": 0, "country": country, "agrees": agrees, "now": now}


def without_print(**fields: Any) -> Act:
    return sold(extra=3600, takes_print=False, **fields)


def goodwill(which_term: int, share: int) -> Act:
    return "give_goodwill", {"which": 0, "which_term": which_term, "share": share, "clicks": 2}


IN_LINE: Act = ("gifts_in_line_begin", {"again": True})
CORRECTED: Act = ("correct", {"which": 0})
HAD_BACK: Act = ("have_back", {"which": 0, "clicks": 2})

SCRIPTS_OF_GIFTS: dict[str, list[Act]] = {
    "given, and taken by two": [
        sold(copies=1), given(2, copies=2), out(1), taken(4), taken(0), out(1), RUN_AGAIN, out(1, 1)
    ],
    "given, and taken by its donor": [sold(), given(copies=2), taken(1), taken(4)],
    "given, corrected, and back": [sold(), given(copies=3), CORRECTED, HAD_BACK, taken(4), HAD_BACK],
    "given, and back too late": [sold(), given(copies=3), taken(4), HAD_BACK, CORRECTED, out(1)],
    "given, and money back to who paid": [sold(), given(copies=3), taken(4), out(1), ends("cancel", which=1)],
    "given to who reads, with grace": [
        sold(copies=2, grace=2), given(copies=2), taken(0), out(1), IN_LINE, out(1), IN_LINE, out(1, 1, 1)
    ],
    "given to who reads, and a worker that slept": [
        sold(copies=1, grace=2), given(copies=3), taken(0), out(1, 1, 1), IN_LINE, out(1)
    ],
    "given to who reads, and back in line": [
        sold(copies=2), given(copies=3), taken(0), out(1), HAD_BACK, taken(0), out(1), IN_LINE
    ],
    "given twice, one after the other": [
        sold(copies=1), given(copies=2), given(copies=1, starts="current"), taken(0), taken(0, which=1),
        out(1), IN_LINE, out(1, 1), IN_LINE, out(1)
    ],
    "given a month, beside copies with grace": [
        sold(copies=1, grace=2), given(copies=0, months=1), taken(0), out(1), IN_LINE, out(1), ADDED, out(1)
    ],
    "given copies, beside some that were added": [
        sold(copies=1), out(1), given(copies=2), taken(0), ADDED, out(1, 1), out(1)
    ],
    "print added": [
        without_print(copies=4), out(1), print_added(), out(1, 1), RUN_AGAIN, HEARD_OF_AGAIN, RENEWED, out(1, 1)
    ],
    "print added in another country": [without_print(copies=5), out(1, 1), print_added(country="US"), out(1, 1, 1)],
    "print added, and cancelled": [without_print(copies=5), out(1), print_added(), out(1), ends("cancel", clicks=2)],
    "print added, and the money back": [
        without_print(copies=5), out(1), A_WEEK, print_added(), A_WEEK, ends("money back", "just too late"), out(1)
    ],
    "print added, and the money back in time": [
        without_print(copies=5), out(1), A_WEEK, print_added(), ends("money back", "just in time")
    ],
    "print added, and goodwill of both": [
        without_print(copies=4), out(1), print_added(), goodwill(0, 100), goodwill(1, 50), ends("cancel")
    ],
    "print added, and goodwill of all that it is worth": [
        without_print(copies=4), out(1), print_added(), goodwill(1, 100), goodwill(0, 100), ends("cancel")
    ],
    "print added, not agreed to": [without_print(copies=3), print_added(agrees=False), out(1, 1), TOLD, A_WEEK],
    "print paid for when nothing is left": [without_print(copies=1), print_added(now=False), out(1), PAID],
    "print paid for an issue later": [without_print(copies=3), print_added(now=False), out(1), PAID, out(1, 1)],
    "print that costs less than a cent, and its renewal": [
        sold(copies=5, price=10, weights=(1, 2), extra=1, takes_print=False), out(1), print_added(), RENEWED, out(1, 1)
    ],
    "print that costs nothing": [sold(copies=5, price=1000, extra=0, takes_print=False), print_added(), out(1)],
}  # fmt: skip
