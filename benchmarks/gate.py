"""How many decisions of the gate, and how many checks of passes, there are in a second.

The peers: Django's own signed values with the same payload, for passes; Django's
`has_perm` of a user whose permissions have been fetched, for decisions.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core import signing  # noqa: E402

from masthead.circulation.entitlements import (  # noqa: E402
    Facts,
    Reading,
    Work,
    keys_of,
    lock_of,
    may_read,
    viewer_with,
)
from masthead.edge import locks  # noqa: E402
from masthead.edge.passes import Keyring, Pass  # noqa: E402

ROUNDS, SECONDS = 7, 0.25
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
TITLE = str(uuid.uuid4())


def a_second(work: Callable[[], object]) -> float:
    """Return how often `work` is done in a second, by one short measurement."""
    end, done = time.perf_counter() + SECONDS, 0
    began = time.perf_counter()
    while time.perf_counter() < end:
        for _each in range(100):
            work()
        done += 100
    return done / (time.perf_counter() - began)


def measure(peer: tuple[str, Callable[[], object]], ours: dict[str, Callable[[], object]]) -> None:
    """Print what each does in a second, and how many times that is what the peer does."""
    everything = {peer[0]: peer[1], **ours}
    rates: dict[str, list[float]] = {name: [] for name in everything}
    for _round in range(ROUNDS):
        for name, work in everything.items():
            rates[name].append(a_second(work))
    for name, found in rates.items():
        ratios = sorted(a / b for a, b in zip(found, rates[peer[0]], strict=True))
        print(
            f"{name:<58} {statistics.median(found):>12,.0f}/s"
            f"   x{statistics.median(ratios):.2f}  [{ratios[0]:.2f} to {ratios[-1]:.2f}]"
        )


def main() -> None:
    """Measure both."""
    reading = Reading("grant", TITLE, NOW - timedelta(days=1), NOW + timedelta(days=300))
    facts = Facts(signed_in=True, readings=(reading,))
    viewer = viewer_with(facts, NOW)
    work = Work("article", "subscribers", TITLE, issue=7, free_from=NOW + timedelta(days=60))
    lock = lock_of(work, NOW)
    keyring = Keyring([b"s" * 32])
    given = Pass(keys_of(facts, NOW), int(NOW.timestamp()) + 900, "0" * 32)
    shown = keyring.sign(given)
    at = NOW.timestamp()

    def check() -> str | None:
        found = keyring.read(shown)
        assert found is not None
        assert not found.is_over(at)
        return locks.opened_by(lock, found.keys, at)

    def check_anew() -> str | None:
        keyring._genuine.clear()
        return check()

    assert check() == check_anew() == may_read(viewer, work, NOW).rule == "grant"
    payload = {"e": given.expires, "s": given.session, "k": [
        {"w": key.rule, "t": key.title, "c": sorted(key.classes), "u": key.until}
        for key in given.keys
    ]}  # fmt: skip
    signed = signing.dumps(payload)
    person = get_user_model()(email="reader@example.org", is_active=True)
    person._perm_cache = {"editorial.change_title"}  # type: ignore[attr-defined]
    person._user_perm_cache = person._group_perm_cache = set()  # type: ignore[attr-defined]

    print("Passes: is it genuine, in time, and does a key fit?")
    measure(
        (
            "Django: signing.loads() of the same payload",
            lambda: signing.loads(signed, max_age=None),
        ),
        {
            "a pass seen before in this process, and its lock": check,
            "a pass never seen before, and its lock": check_anew,
        },
    )
    print("Decisions: who may read this?")
    measure(
        ("Django: has_perm(), permissions in memory", lambda: person.has_perm("editorial.x")),
        {"may_read(), with the lock made anew": lambda: may_read(viewer, work, NOW)},
    )


if __name__ == "__main__":
    main()
