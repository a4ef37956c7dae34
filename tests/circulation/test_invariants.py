"""Whatever happens, in whatever order: copies and money are neither lost nor made.

Hypothesis plays acts to the real verbs and to a second opinion (`reference.py`), and both have to
come to the same. At the end of each play the invariants are worked out once more from the rows
alone. Then bugs are planted in the verbs, and each of them has to be found: a test of this test.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, seed, settings

from tests.circulation.planted import BUGS, FOUND_BY_SEARCH
from tests.circulation.plays import ISSUES, STARTS, Play, Stage, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def play() -> type[Play]:
    """Return plays upon a stage of their own."""
    return type("Play", (Play,), {"stage": Stage(ISSUES)})


@pytest.fixture
def short_play() -> type[Play]:
    """Return plays upon one with few issues, which is built sooner."""
    return type("Play", (Play,), {"stage": Stage(6)})


@pytest.mark.parametrize("part", [1, 2, 3])
def test_copies_and_money_are_neither_lost_nor_made(play, part):
    # Three hundred, and three thousand where searches are thorough; in parts, so that workers share them.
    if settings().derandomize:
        play = seed(part)(play)
    search(play, settings().max_examples)


Act = tuple[str, dict[str, Any]]


def sold(**fields: Any) -> Act:
    usual = {
        "copies": 2, "months": 0, "price": 1000, "weights": (3, 1), "extra": None, "grace": 0, "renews": True,
        "starts": "next", "country": "DE", "guarantee": 14, "clock": "payment",
        "of_renewals": False, "pays": 1,
    }  # fmt: skip
    return "order", {"offer": usual | fields}


def out(*each: int) -> Act:
    return "issues_come_out", {"each": list(each), "in_time": True}


def ends(how: str, when: str = "now", clicks: int = 1) -> Act:
    return "end", {"how": how, "which": 0, "clicks": clicks, "when": when}


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
A_NIGHT: Act = ("a_night_passes", {"again": True})


def a_time(**fields: Any) -> Act:
    return sold(copies=0, months=1, price=3100, **fields)


def paused(days: int | None) -> Act:
    return "pause", {"which": 0, "wait": 0, "days": days, "lift": False}


SCRIPTS: dict[str, list[Act]] = {
    "served to the end": [sold(copies=3, price=1000), out(1), RUN_AGAIN, HEARD_OF_AGAIN, out(1, 1)],
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


def perform(of: type[Play], script: list[Act]) -> None:
    """Play what is written, and look at everything after each act, as a search does."""
    play = of()
    try:
        play.begin(start=STARTS[0], zone="UTC", offer=script[0][1]["offer"])
        for act, how in script[1:]:
            getattr(play, act)(**how)
            play.the_books_come_to_the_same()
            play.the_same_copies_were_served()
    except BaseException:
        transaction.set_rollback(True)
        play.savepoint.__exit__(None, None, None)
        raise
    play.teardown()


def test_it_goes_as_it_is_written(short_play):
    for script in SCRIPTS.values():
        perform(short_play, script)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug, short_play, monkeypatch):
    bug(monkeypatch)
    with pytest.raises(Exception) as found:  # noqa: PT011 - an assertion, or the database's own
        test_it_goes_as_it_is_written(short_play)
    assert not isinstance(found.value, AttributeError | NameError | TypeError)


@pytest.mark.skipif(settings().max_examples < 1000, reason="takes long: bin/test --thorough")
@pytest.mark.parametrize("bug", FOUND_BY_SEARCH, ids=lambda bug: bug.__name__)
def test_a_search_finds_the_bug_by_itself(bug, play, monkeypatch):
    bug(monkeypatch)
    with pytest.raises(Exception) as found:  # noqa: PT011 - an assertion, or the database's own
        # The same plays each time, and none made smaller: it only has to be found.
        search(play, 3000, derandomize=True, database=None, phases=[Phase.generate])
    assert not isinstance(found.value, AttributeError | NameError | TypeError)
