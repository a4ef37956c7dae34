"""Nodes as JSON: what goes in comes out, and nothing unknown is taken for known."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given

from masthead.manuscript import codec
from masthead.manuscript.codec import CannotDecode, decode, encode
from masthead.manuscript.gate import LEAD_ONLY, GateClosed, Gated
from masthead.manuscript.nodes import Crop, Heading, Manuscript, Paragraph, Table, Text
from masthead.manuscript.press_document import (
    AudioCard,
    Body,
    Card,
    CorrectionCard,
    PictureCard,
    PictureSource,
)
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.manuscript import strategies


def through_json(node):
    return decode(json.loads(json.dumps(encode(node))), type(node))


@strategies.PATIENT
@given(strategies.manuscripts)
def test_any_manuscript_comes_back_as_it_was(manuscript):
    assert through_json(manuscript) == manuscript


def test_the_golden_manuscript_comes_back_as_it_was():
    assert through_json(golden.MANUSCRIPT) == golden.MANUSCRIPT


@pytest.mark.parametrize(
    "node",
    [
        Body((Paragraph(id="p", children=(Text("Words"),)),)),
        Card("Harbour Board", "/topics/board/", "organisation"),
        PictureCard(3, 2, (PictureSource("/a.jpg", 3, "image/jpeg"),), "Seen", "M. Lind"),
        AudioCard("/a.mp3", "audio/mpeg"),
        CorrectionCard("Correction", "It was nine.", datetime(2026, 3, 3, tzinfo=UTC)),
    ],
    ids=lambda node: type(node).__name__,
)
def test_pieces_of_a_press_document_come_back_as_they_were(node):
    assert through_json(node) == node


def test_every_kind_can_be_written_under_its_own_name():
    for name, kind in codec.kinds().items():
        assert "node" not in kind.__dataclass_fields__, name


def test_what_holds_its_default_is_not_written():
    assert encode(Heading(id="h", level=2, children=())) == {
        "version": codec.VERSION,
        "node": "Heading",
        "id": "h",
        "level": 2,
        "children": [],
    }


PARAGRAPH = {"version": codec.VERSION, "node": "Paragraph", "id": "p", "children": []}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"node": "Hologram"}, "unknown kind 'Hologram'"),
        ({"node": None}, "unknown kind None"),
        ({"node": ["Paragraph"]}, "unknown kind"),
        ({"mood": "grim"}, "unknown field 'mood'"),
        ({"id": 7}, "/Paragraph.id: 7"),
        ({"id": None}, "/Paragraph.id: None"),
        ({"children": "words"}, "/Paragraph.children: 'words'"),
        ({"children": [{"node": "Heading", "id": "h", "level": 2, "children": []}]}, "children[0]"),
        ({"children": [{"node": "Text"}]}, "the field 'text' is missing"),
        ({"editions": ["radio"]}, "/Paragraph.editions[0]: 'radio'"),
        ({"version": 99}, "Written in version 99"),
        ({"version": None}, "Written in version None"),
    ],
)
def test_what_this_version_does_not_know_is_refused_with_its_place(changes, told):
    with pytest.raises(CannotDecode) as refusal:
        decode({**PARAGRAPH, **changes}, Paragraph)
    assert told in str(refusal.value)


@pytest.mark.parametrize("values", [None, [], "Paragraph", 1])
def test_what_is_no_object_is_refused(values):
    with pytest.raises(CannotDecode, match="Expected an object"):
        decode(values, Paragraph)


def test_another_node_than_was_asked_for_is_refused():
    with pytest.raises(CannotDecode, match="Expected Manuscript, found Paragraph"):
        decode(PARAGRAPH, Manuscript)


def test_days_and_numbers_of_the_wrong_kind_are_refused():
    source = {"version": codec.VERSION, "node": "Source", "id": "a", "title": "A"}
    for day in ("yesterday", 20260302, "2026-13-01"):
        with pytest.raises(CannotDecode, match="is no date"):
            decode({**source, "published_on": day}, object)
    crop = encode(Crop(0, 0, 1, 1))
    assert decode(crop, Crop) == Crop(0.0, 0.0, 1.0, 1.0)
    with pytest.raises(CannotDecode):
        decode({**crop, "left": True}, Crop)
    heading = encode(Heading(id="h", level=2, children=()))
    with pytest.raises(CannotDecode, match="True does not belong here"):
        decode({**heading, "level": True}, Heading)


def test_a_table_keeps_its_cells():
    table = Table(id="t", rows=(((Text("a"),), ()),), alignments=("start", "end"))
    assert through_json(table) == table


def test_neither_gated_words_nor_decisions_nor_whole_documents_can_be_stored():
    with pytest.raises(GateClosed):
        encode(Gated("the whole"))
    for shut in (LEAD_ONLY, pressed(golden.MANUSCRIPT)):
        with pytest.raises(TypeError):
            encode(shut)
    with pytest.raises(CannotDecode, match="unknown kind 'Decision'"):
        decode({"version": codec.VERSION, "node": "Decision", "parts": "full", "rule": "x"}, object)
