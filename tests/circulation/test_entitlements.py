"""The gate begins closed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.circulation.entitlements import ANONYMOUS, Viewer, Work, may_read
from masthead.manuscript.gate import Decision, GateClosed, Gated
from masthead.manuscript.nodes import ACCESS_KINDS

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

viewers = st.builds(Viewer, signed_in=st.booleans(), reads_everything=st.booleans())
works = st.builds(
    Work, key=st.uuids().map(str), access=st.sampled_from(ACCESS_KINDS), published=st.booleans()
)


@pytest.mark.parametrize("access", [kind for kind in ACCESS_KINDS if kind != "open"])
def test_whatever_is_not_open_gives_readers_the_lead_and_the_offer(access: str) -> None:
    for viewer in (ANONYMOUS, Viewer(signed_in=True)):
        decision = may_read(viewer, Work("k", access), NOON)
        assert (decision.parts, decision.offer) == ("lead", True)


def test_an_open_work_is_everybodys() -> None:
    assert may_read(ANONYMOUS, Work("k", "open"), NOON).parts == "full"


def test_permitted_staff_read_what_is_not_out_and_nobody_else_does() -> None:
    draft = Work("k", "open", published=False)
    assert may_read(Viewer(True, reads_everything=True), draft, NOON).parts == "full"
    assert may_read(Viewer(True), draft, NOON).parts == "none"


@given(viewers, works)
def test_full_is_given_only_for_an_open_published_work_or_to_permitted_staff(
    viewer: Viewer, work: Work
) -> None:
    decision = may_read(viewer, work, NOON)
    allowed = viewer.reads_everything or (work.published and work.access == "open")
    assert (decision.parts == "full") is allowed
    assert decision.rule


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
