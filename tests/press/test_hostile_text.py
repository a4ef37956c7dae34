"""Whatever stands in a manuscript is words: markup in it is shown, and no address runs."""

from __future__ import annotations

import dataclasses
import typing

import pytest

from masthead.manuscript import addresses, codec, nodes, press_document
from masthead.manuscript.gate import Decision
from masthead.manuscript.rewrite import rewrite
from masthead.press import web
from masthead.press.phrases import Phrases
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.press import page

FULL = Decision("full", "test")
MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;<!--"
RUNS = [
    "javascript:alert(1)",
    "JaVa\tScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
]
# Which text fields the web says nothing of, and why.
UNSEEN = {
    ("KeyFigure", "spoken"): "it is for the ear",
    ("Card", "kind"): "it is for templates",
    ("Card", "name"): "the article names the topic in words of its own",
    ("Source", "id"): "a name for the machine",
    ("Citation", "source"): "likewise",
    ("FootnoteReference", "note"): "likewise",
    ("Footnote", "id"): "likewise",
    ("Figure", "picture"): "likewise",
    ("Audio", "audio"): "likewise",
    ("Embed", "picture"): "likewise",
    ("Link", "href"): "an address is followed or left out, never shown",
    ("Attribution", "url"): "likewise",
    ("Excerpt", "url"): "likewise",
    ("Statement", "url"): "likewise",
    ("KeyFigure", "url"): "likewise",
    ("Embed", "url"): "likewise",
    ("Source", "url"): "likewise",
    ("PictureCard", "alternative"): "the figures of the golden manuscript have their own",
    ("PictureCard", "credit"): "likewise",
    ("PressDocument", "url"): "the page around the body links to itself",
}
AROUND = {
    kind.__name__
    for kind in (
        *(nodes.Manuscript, nodes.FrontMatter, nodes.FrontVariant, nodes.Byline, nodes.Dateline),
        press_document.CorrectionCard,
    )
}
"""Kinds that the page's template prints, not the press."""

FIELDS = sorted(
    (name, field.name)
    for name, kind in codec.kinds().items()
    if name not in AROUND
    for field in dataclasses.fields(kind)
    if typing.get_type_hints(kind)[field.name] is str
)


def pressed_with(kind, field, text):
    """Return the HTML of the golden manuscript with `text` in one field of each node of a kind."""

    def spoil(node):
        if type(node).__name__ == kind:
            return dataclasses.replace(node, **{field: text})
        return node

    document = pressed(rewrite(golden.MANUSCRIPT, spoil))
    document = dataclasses.replace(
        document,
        **{
            name: {key: rewrite(card, spoil) for key, card in cards.items()}
            for name, cards in vars_of(document).items()
            if name in ("pictures", "audio", "cards")
        },
    )
    parts = range(1, document.parts_count + 1)
    bodies = [web.render(document, FULL, part) for part in parts]
    return [web.render_lead_figure(document) + bodies[0], *bodies[1:]]


def vars_of(document):
    return {field.name: getattr(document, field.name) for field in dataclasses.fields(document)}


def test_there_are_fields_to_spoil():
    assert len(FIELDS) > 50
    assert ("Text", "text") in FIELDS


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_markup_in_any_field_is_words(kind, field):
    shown = False
    for html in pressed_with(kind, field, MARKUP):
        body = page.check(html)  # A script, a handler or a comment fails here.
        attributes = [value for one in body.inside() for value in one.attributes.values()]
        shown = shown or any(MARKUP in text for text in [body.text(), *attributes])
    expected = (kind, field) not in UNSEEN and field != "id"
    assert shown == expected, "Print it, or say in UNSEEN why not."


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_an_address_that_runs_is_never_one_to_follow(kind, field):
    for html in (html for address in RUNS for html in pressed_with(kind, field, address)):
        for element in page.read(html).inside():
            for name in ("href", "cite"):
                value = element.attributes.get(name, "")
                assert addresses.scheme(value) in ("", "http", "https", "mailto"), value


def test_the_phrases_of_a_translation_are_words_too():
    spoilt = Phrases(**{field.name: MARKUP for field in dataclasses.fields(Phrases)})
    document = pressed(golden.MANUSCRIPT)
    for part in (1, 2):
        page.check(web.render(document, FULL, part, spoilt))
