"""Who may have the lead gets the lead: nothing behind it, and nothing that tells of it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.manuscript import walk
from masthead.manuscript.gate import LEAD_ONLY, Decision, GateClosed
from masthead.manuscript.nodes import EDITIONS, LeadMarker, Paragraph, Text
from masthead.manuscript.rewrite import rewrite
from masthead.press import plain, web
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.manuscript import strategies

CANARY = "kept-for-subscribers"
NOT_WORDS = {"id", "picture", "audio", "topic", "source", "note"}


def what_strangers_get(manuscript, edition="web"):
    document = pressed(manuscript, edition)
    return (
        web.render_lead_figure(document),
        web.render(document, LEAD_ONLY),
        plain.render(document, LEAD_ONLY),
    )


def sung(node):
    """Return a node with a canary in each of its texts."""
    texts = {
        field.name: f"{getattr(node, field.name)}{CANARY}"
        for field in fields(node)
        if field.name not in NOT_WORDS and isinstance(getattr(node, field.name), str)
    }
    return replace(node, **texts)


def with_canaries_behind_the_lead(manuscript):
    marker = manuscript.body.index(LeadMarker(id="lead-ends"))
    seen = {note.id for note in walk.lead(manuscript).notes}
    return replace(
        manuscript,
        body=(*manuscript.body[:marker], *rewrite(manuscript.body[marker:], sung)),
        notes=tuple(note if note.id in seen else rewrite(note, sung) for note in manuscript.notes),
        sources=rewrite(manuscript.sources, sung),
    )


def test_no_word_behind_the_lead_is_printed():
    manuscript = with_canaries_behind_the_lead(golden.MANUSCRIPT)
    document = pressed(manuscript)
    whole = "".join(web.render(document, Decision("full", "test"), part) for part in (1, 2))
    assert whole.count(CANARY) > 60, "The canaries are not where the words are."
    for edition in EDITIONS:
        assert CANARY not in "".join(what_strangers_get(manuscript, edition))


@strategies.PATIENT
@given(strategies.manuscripts, st.sampled_from(EDITIONS))
def test_what_strangers_get_does_not_depend_on_what_is_behind_the_lead(manuscript, edition):
    here = walk.for_edition(manuscript, edition)
    first = walk.parts_of(here.body)[0]
    lead = walk.lead(here).blocks
    marker = LeadMarker(id="here-it-ends")
    markers = [block for block in first if isinstance(block, LeadMarker)]
    long = Paragraph(id="other", children=(Text("other words " * 40),))
    if markers:
        assert first[: len(lead) + 1] == (*lead, markers[0])
    marked = replace(here, body=(*lead, marker, *here.body[len(lead) :]))
    other = replace(here, body=(*lead, marker, long))
    assert what_strangers_get(marked, edition) == what_strangers_get(other, edition)
    assert what_strangers_get(here, edition) == what_strangers_get(marked, edition)


def test_whoever_may_have_nothing_gets_nothing():
    document = pressed(golden.MANUSCRIPT)
    nothing = Decision("none", "test")
    with pytest.raises(IndexError):
        web.render(document, nothing)
    with pytest.raises(IndexError):
        plain.render(document, nothing)


def test_the_names_of_parts_are_behind_the_gate():
    document = pressed(golden.MANUSCRIPT)
    with pytest.raises(GateClosed):
        web.part_titles(document, LEAD_ONLY)
    with pytest.raises(IndexError):
        web.render(document, LEAD_ONLY, 2)
    assert web.part_titles(document, Decision("full", "test")) == (
        "The harbour that moved",
        "The town that followed",
    )
