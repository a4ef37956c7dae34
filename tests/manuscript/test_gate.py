"""The gate's values: shut without a decision, in whatever way one tries."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from django.template import Context, Template
from django.utils.html import conditional_escape

from masthead.manuscript.gate import LEAD_ONLY, Decision, GateClosed, Gated
from masthead.manuscript.press_document import Body
from masthead.testing import golden
from masthead.testing.press_documents import pressed

SECRET = "kept for subscribers"


def test_only_a_full_decision_opens():
    assert Gated(SECRET).open(Decision("full", "test")) == SECRET


@pytest.mark.parametrize(
    "decision",
    [LEAD_ONLY, Decision("lead", "x", offer=True), Decision("none", "x"), None, True, "full"],
)
def test_nothing_else_does(decision):
    with pytest.raises(GateClosed):
        Gated(SECRET).open(decision)


@pytest.mark.parametrize(
    "slip",
    [
        str,
        "{}".format,
        lambda gated: f"{gated}",
        lambda gated: "".join([gated]),
        list,
        len,
        json.dumps,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        conditional_escape,
        lambda gated: Template("{{ gated }}").render(Context({"gated": gated})),
        lambda gated: gated.value,
        lambda gated: gated.__value,
        vars,
    ],
)
def test_gated_words_slip_out_in_no_way(slip):
    with pytest.raises((GateClosed, TypeError, AttributeError)) as refusal:
        slip(Gated(SECRET))
    assert SECRET not in str(refusal.value)


def test_looking_at_a_document_in_a_log_shows_no_gated_word():
    shown = repr(pressed(golden.MANUSCRIPT))
    assert "The water left" in shown
    assert "Nobody looked back" not in shown
    assert repr(Gated(SECRET)) == "<Gated>"
    assert f"{Gated(SECRET)!r}" == "<Gated>"


def test_gated_words_cannot_be_guessed_by_comparing():
    assert Gated(SECRET) != Gated(SECRET)
    assert Gated(SECRET) != SECRET


@pytest.mark.parametrize("parts", ["full", "lead", "none"])
def test_a_decision_is_neither_yes_nor_no(parts):
    with pytest.raises(TypeError, match="look at its parts"):
        bool(Decision(parts, "x"))


def test_a_decision_cannot_be_changed():
    with pytest.raises(AttributeError):
        LEAD_ONLY.parts = "full"


def test_a_document_gives_each_reader_what_the_decision_says():
    document = pressed(golden.MANUSCRIPT)
    full = Decision("full", "x")
    assert isinstance(document.body(full), Body)
    assert document.body(LEAD_ONLY) == document.lead
    assert document.body(full).blocks[: len(document.lead.blocks)] == document.lead.blocks
    assert document.body(full, 2).blocks[0].id == "part-2"
    for decision, part in ((LEAD_ONLY, 2), (Decision("none", "x"), 1), (full, 3), (full, 0)):
        with pytest.raises(IndexError):
            document.body(decision, part)
