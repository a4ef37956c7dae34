"""Changing nodes wherever they stand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from masthead.manuscript import walk
from masthead.manuscript.nodes import (
    Emphasis,
    Figure,
    Heading,
    Link,
    Manuscript,
    Paragraph,
    Strong,
    Text,
)
from masthead.manuscript.rewrite import rewrite
from masthead.testing import golden
from tests.manuscript import strategies


@strategies.PATIENT
@given(strategies.manuscripts)
def test_changing_nothing_changes_nothing(manuscript):
    assert rewrite(manuscript, lambda node: node) == manuscript


def test_every_node_is_reached_wherever_it_stands():
    def shout(node):
        return Text(node.text.upper()) if isinstance(node, Text) else node

    loud = rewrite(golden.MANUSCRIPT, shout)
    texts = [word.text for word in walk.words(loud) if isinstance(word, Text)]
    assert texts == [
        word.text.upper() for word in walk.words(golden.MANUSCRIPT) if isinstance(word, Text)
    ]
    assert loud.front.lead_figure.caption[0].text == "THE PIER ON THE MORNING OF THE VOTE."
    assert golden.MANUSCRIPT.front.lead_figure.caption[0].text.startswith("The pier")


def test_inner_nodes_are_changed_before_those_they_stand_in():
    seen = []

    def note(node):
        seen.append(type(node))
        return node

    rewrite(Paragraph(id="p", children=(Emphasis((Strong((Text("a"),)),)),)), note)
    assert seen == [Text, Strong, Emphasis, Paragraph]


def test_a_tuple_stands_in_the_place_of_one_node():
    words = (Text("see "), Link("https://a.example/", (Text("it"), Text(" now"))), Text("."))

    def unlink(node):
        return node.children if isinstance(node, Link) else node

    assert rewrite(words, unlink) == (Text("see "), Text("it"), Text(" now"), Text("."))


def test_an_empty_tuple_takes_a_node_away():
    body = (Heading(id="h", level=2, children=()), Paragraph(id="p", children=()))
    assert rewrite(body, lambda node: () if isinstance(node, Heading) else node) == body[1:]


def test_a_single_field_is_changed_too():
    def blur(node):
        return replace(node, alternative="") if isinstance(node, Figure) else node

    changed = rewrite(golden.MANUSCRIPT, blur)
    assert isinstance(changed, Manuscript)
    assert changed.front.lead_figure.alternative == ""
