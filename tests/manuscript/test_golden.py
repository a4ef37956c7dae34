"""The golden manuscript holds one of everything; whoever adds a kind adds it there."""

from __future__ import annotations

import dataclasses
import typing

import pytest

from masthead.manuscript import codec, nodes, walk
from masthead.manuscript.rewrite import rewrite
from masthead.testing import golden

KINDS = {name: kind for name, kind in codec.kinds().items() if kind.__module__ == nodes.__name__}
FIELDS = sorted(
    (name, field.name)
    for name, kind in KINDS.items()
    if kind is not nodes.Manuscript  # There is one, for subscribers, as most are.
    for field in dataclasses.fields(kind)
)


def everything(manuscript):
    """Return every node of a manuscript, by the name of its kind."""
    found: dict[str, list[object]] = {name: [] for name in KINDS}

    def note(node):
        found[type(node).__name__].append(node)
        return node

    rewrite(manuscript, note)
    return found


FOUND = everything(golden.MANUSCRIPT)


def test_every_kind_of_the_unions_is_looked_for():
    union = {*typing.get_args(nodes.Block), *typing.get_args(nodes.Inline)}
    assert union <= set(KINDS.values())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_it_holds_every_kind(kind):
    assert FOUND[kind]


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_it_says_something_in_every_field(kind, field):
    declared = next(one for one in dataclasses.fields(KINDS[kind]) if one.name == field)
    # Scope and variants are every block's: one block that has them stands for all.
    shared = issubclass(KINDS[kind], nodes.BlockBase) and field in ("editions", "variants")
    nodes_of_kind = [one for name in KINDS for one in FOUND[name]] if shared else FOUND[kind]
    held = [getattr(one, field, declared.default) for one in nodes_of_kind]
    assert any(value != declared.default for value in held)


def test_it_limits_blocks_cuts_one_and_puts_others_in_place_of_one():
    variants = [one for block in walk.blocks(golden.MANUSCRIPT.body) for one in block.variants]
    assert any(block.editions for block in walk.blocks(golden.MANUSCRIPT.body))
    assert any(not variant.blocks for variant in variants)
    assert any(variant.blocks for variant in variants)


def test_its_blocks_have_ids_of_their_own():
    ids = [block.id for block in walk.blocks(golden.MANUSCRIPT.body, variants=False)]
    assert len(ids) == len(set(ids))


def test_its_references_lead_somewhere():
    words = list(walk.words(golden.MANUSCRIPT))
    notes = {word.note for word in words if isinstance(word, nodes.FootnoteReference)}
    sources = {word.source for word in words if isinstance(word, nodes.Citation)}
    assert notes == {note.id for note in golden.MANUSCRIPT.notes}
    assert sources == {source.id for source in golden.MANUSCRIPT.sources}
