"""The gate: closed to begin with, and opened by facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.circulation.entitlements import (
    ANONYMOUS,
    EVERY_CLASS,
    METERED,
    Facts,
    Reading,
    Single,
    Viewer,
    Work,
    keys_of,
    lock_of,
    may_read,
    viewer_with,
)
from masthead.edge import locks
from masthead.edge.passes import Keyring, Pass
from masthead.manuscript.gate import Decision, GateClosed, Gated
from masthead.manuscript.nodes import ACCESS_KINDS

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
GAZETTE, HERALD = "gazette", "herald"

moments = st.integers(-40, 40).map(lambda hours: NOON + timedelta(hours=hours))
maybe = st.none() | moments
issues = st.none() | st.integers(1, 9)
ranges = st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9))
titles = st.sampled_from([GAZETTE, HERALD])
articles = st.sampled_from(["bridge", "tunnel", "ferry"])

works = st.builds(
    Work,
    key=articles,
    access=st.sampled_from(ACCESS_KINDS),
    title=titles,
    issue=issues,
    published=st.booleans(),
    free_from=maybe,
    subscribers_until=maybe,
    strangers_counted=st.booleans(),
)
readings = st.builds(
    Reading,
    rule=st.sampled_from(["grant", "institution", "seat"]),
    title=titles,
    starts_at=moments,
    ends_at=maybe,
    issues=ranges,
    without_ads=st.booleans(),
    opens=st.booleans(),
)
singles = st.builds(
    Single,
    rule=st.just("gift"),
    title=st.sampled_from([GAZETTE, HERALD, locks.ANY_TITLE]),
    article=articles,
    classes=st.sampled_from([EVERY_CLASS, METERED]),
    ends_at=moments,
)
facts = st.builds(
    Facts,
    signed_in=st.booleans(),
    reads_everything=st.booleans(),
    readings=st.lists(readings, max_size=3).map(tuple),
    singles=st.lists(singles, max_size=3).map(tuple),
)


def ought_to_read(known: Facts, work: Work, at: datetime) -> bool:
    """Say the same once more, from the rules as a publisher would tell them."""
    if known.reads_everything:
        return True
    if not work.published:
        return False
    if work.free_from and at >= work.free_from:
        return True
    early = bool(work.subscribers_until and at < work.subscribers_until)
    access = "subscribers" if early else work.access
    if access == "open" or (access == "registered" and known.signed_in):
        return True
    for reading in known.readings:
        in_time = reading.starts_at <= at and (reading.ends_at is None or at < reading.ends_at)
        low, high = reading.issues or (0, 0)
        in_range = reading.issues is None or (work.issue is not None and low <= work.issue <= high)
        if reading.opens and reading.title == work.title and in_time and in_range:
            return True
    return any(
        single.article == work.key
        and single.title in (work.title, locks.ANY_TITLE)
        and at < single.ends_at
        and access in single.classes
        for single in known.singles
    )


@given(facts, works, moments)
def test_a_reader_gets_the_whole_exactly_when_the_rules_say_so(known, work, at) -> None:
    decision = may_read(viewer_with(known, at), work, at)
    assert (decision.parts == "full") is ought_to_read(known, work, at)
    assert decision.rule


@given(facts, works, moments, st.integers(0, 14 * 60))
def test_a_pass_opens_a_lock_exactly_when_the_gate_would_have(known, work, at, later) -> None:
    """Keys that fit a lock and `may_read()` never disagree, through the pass and back."""
    keyring = Keyring([b"s" * 32])
    shown = keyring.read(keyring.sign(Pass(keys_of(known, at), int(at.timestamp()) + 900)))
    assert shown is not None
    lock, now = lock_of(work, at), at + timedelta(seconds=later)
    opened = locks.opened_by(lock, shown.keys, now.timestamp())
    if not lock.holds(now.timestamp()):
        # The work has another lock by now: whoever has only the old one has to ask.
        assert opened is None
        return
    if not work.published or known.reads_everything:
        return  # No page of it is stored; and staff carry their own key.
    facts_now = may_read(viewer_with(known, at), work, now)
    assert (opened is not None) is (facts_now.parts == "full")
    if opened is not None:
        assert opened == facts_now.rule


@given(facts, works, moments)
def test_a_key_never_opens_more_than_facts_of_that_very_moment(known, work, at) -> None:
    """A key that was handed out earlier may not outlive what it was made of by more than a pass."""
    later = at + timedelta(minutes=15)
    early = viewer_with(known, at)
    if may_read(early, work, later).parts == "full" and not known.reads_everything:
        assert ought_to_read(known, work, later)


@given(facts, works, moments, st.permutations(range(3)))
def test_the_order_in_which_facts_are_known_changes_nothing(known, work, at, order) -> None:
    shuffled = replace(
        known,
        readings=tuple(known.readings[i] for i in order if i < len(known.readings)),
        singles=tuple(known.singles[i] for i in order if i < len(known.singles)),
    )
    twice = replace(shuffled, readings=(*shuffled.readings, *known.readings))
    assert (
        may_read(viewer_with(known, at), work, at).parts
        == may_read(viewer_with(shuffled, at), work, at).parts
        == may_read(viewer_with(twice, at), work, at).parts
    )


@pytest.mark.parametrize("access", [kind for kind in ACCESS_KINDS if kind != "open"])
def test_whatever_is_not_open_gives_strangers_the_lead_and_the_offer(access: str) -> None:
    decision = may_read(ANONYMOUS, Work("k", access), NOON)
    assert (decision.parts, decision.offer) == ("lead", True)


@pytest.mark.parametrize(
    ("access", "signed_in", "strangers_counted", "rule"),
    [
        ("registered", False, False, "sign-up"),
        ("metered", False, False, "sign-up"),
        ("metered", False, True, "countable"),
        ("metered", True, False, "countable"),
        ("subscribers", False, False, "closed"),
        ("subscribers", True, False, "closed"),
    ],
)
def test_a_closed_door_says_what_would_open_it(access, signed_in, strangers_counted, rule) -> None:
    work = Work("k", access, strangers_counted=strangers_counted)
    decision = may_read(viewer_with(Facts(signed_in=signed_in), NOON), work, NOON)
    assert (decision.parts, decision.rule) == ("lead", rule)


def test_who_signed_up_reads_what_is_for_them() -> None:
    decision = may_read(viewer_with(Facts(signed_in=True), NOON), Work("k", "registered"), NOON)
    assert (decision.parts, decision.rule) == ("full", "signed-up")


def test_an_open_work_is_everybodys() -> None:
    assert may_read(ANONYMOUS, Work("k", "open"), NOON).parts == "full"


def test_permitted_staff_read_what_is_not_out_and_nobody_else_does() -> None:
    draft = Work("k", "open", published=False)
    assert may_read(Viewer(True, reads_everything=True), draft, NOON).parts == "full"
    assert may_read(Viewer(True), draft, NOON).parts == "none"


def test_a_work_opens_for_everybody_at_its_second() -> None:
    work = Work("k", "subscribers", free_from=NOON)
    assert may_read(ANONYMOUS, work, NOON - SECOND).parts == "lead"
    assert may_read(ANONYMOUS, work, NOON).rule == "open"


def test_an_open_work_may_be_for_subscribers_first() -> None:
    work = Work("k", "open", GAZETTE, subscribers_until=NOON)
    subscriber = viewer_with(Facts(readings=(Reading("grant", GAZETTE, NOON - DAY),)), NOON)
    early = NOON - SECOND
    assert may_read(ANONYMOUS, work, early).parts == "lead"
    assert may_read(viewer_with(Facts(signed_in=True), early), work, early).parts == "lead"
    assert may_read(subscriber, work, early).parts == "full"
    assert may_read(ANONYMOUS, work, NOON).parts == "full"


def test_a_lock_says_until_when_it_holds() -> None:
    work = Work("k", "registered", subscribers_until=NOON, free_from=NOON + DAY)
    first = lock_of(work, NOON - SECOND)
    then = lock_of(work, NOON)
    last = lock_of(work, NOON + DAY)
    assert (first.access, first.not_after) == ("subscribers", NOON.timestamp())
    assert (then.access, then.not_before, then.not_after) == (
        "registered", NOON.timestamp(), (NOON + DAY).timestamp(),
    )  # fmt: skip
    assert (last.access, last.not_before, last.not_after) == (
        "open",
        (NOON + DAY).timestamp(),
        None,
    )


def test_what_ends_within_a_second_ends_early_and_what_opens_opens_late() -> None:
    half = NOON + timedelta(milliseconds=500)
    reading = Reading("grant", GAZETTE, NOON - DAY, ends_at=half)
    viewer = viewer_with(Facts(readings=(reading,)), NOON - SECOND)
    assert may_read(viewer, Work("k", "subscribers", GAZETTE), NOON).parts == "lead"
    assert may_read(ANONYMOUS, Work("k", "metered", free_from=half), half).parts == "lead"


def test_asking_without_a_time_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        may_read(ANONYMOUS, Work("k", "open"), NOON.replace(tzinfo=None))


def test_a_decision_passes_for_neither_yes_nor_no() -> None:
    with pytest.raises(TypeError):
        bool(Decision("lead", "closed"))


def test_gated_words_open_for_a_decision_of_full_and_for_nothing_else() -> None:
    gated = Gated("paid words")
    assert gated.open(Decision("full", "open")) == "paid words"
    for key in (Decision("lead", "closed"), Decision("none", "not-out"), None, True):
        with pytest.raises(GateClosed):
            gated.open(key)  # type: ignore[arg-type]
    for way_out in (
        str,
        lambda g: f"{g}",
        lambda g: g.__html__(),
        lambda g: __import__("pickle").dumps(g),
    ):
        with pytest.raises(GateClosed):
            way_out(gated)
    assert "paid" not in repr(gated)


@given(facts, titles, moments)
def test_advertisements_are_kept_away_exactly_where_terms_in_force_promise_it(known, title, at):
    keys = keys_of(known, at)
    promised = any(
        reading.without_ads
        and reading.title == title
        and reading.starts_at <= at
        and (reading.ends_at is None or at < reading.ends_at)
        for reading in known.readings
    )
    away = locks.keep_advertisements_away(keys, title, at.timestamp())
    # Keys end on the whole second before: an advertisement a moment early is no promise broken.
    last_second = any(
        reading.ends_at and at.timestamp() >= int(reading.ends_at.timestamp())
        for reading in known.readings
    )
    assert away is promised or last_second
    keyring = Keyring([b"s" * 32])
    shown = keyring.read(keyring.sign(Pass(keys, int(at.timestamp()) + 900)))
    assert shown is not None
    assert locks.keep_advertisements_away(shown.keys, title, at.timestamp()) is away
