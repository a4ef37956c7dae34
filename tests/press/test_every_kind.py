"""Every kind of node has its renderer in every edition there is."""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest

from masthead.manuscript import nodes, walk
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import Crop, Figure, LeadMarker, PullQuote
from masthead.manuscript.press_document import PictureCard, PictureSource
from masthead.press import html_pieces, plain, web, web_words
from masthead.testing import golden
from masthead.testing.press_documents import pressed

FULL = Decision("full", "test")
KINDS_OF_BLOCK = set(typing.get_args(nodes.Block))
KINDS_OF_WORD = set(typing.get_args(nodes.Inline))


def test_there_are_kinds_to_look_for():
    assert len(KINDS_OF_BLOCK) >= 18
    assert len(KINDS_OF_WORD) >= 14


@pytest.mark.parametrize(
    ("renderers", "kinds"),
    [
        (web.BLOCKS, KINDS_OF_BLOCK),
        (web_words.WORDS, KINDS_OF_WORD),
        (plain.BLOCKS, KINDS_OF_BLOCK),
        (plain.WORDS, KINDS_OF_WORD),
    ],
    ids=["blocks of the web", "words of the web", "plain blocks", "plain words"],
)
def test_each_kind_has_a_renderer(renderers, kinds):
    assert set(renderers) == kinds


def test_each_block_of_the_golden_manuscript_can_be_found_on_the_web_by_its_id():
    document = pressed(golden.MANUSCRIPT)
    html = "".join(web.render(document, FULL, part) for part in (1, 2))
    here = walk.for_edition(golden.MANUSCRIPT, "web")
    missing = [
        block
        for block in walk.blocks(here.body)
        if f'id="b-{block.id}"' not in html and not isinstance(block, LeadMarker)
    ]
    assert missing == []


def test_each_word_of_the_golden_manuscript_stands_in_the_plain_edition():
    here = walk.for_edition(golden.MANUSCRIPT, "plain")
    text = plain.render(pressed(golden.MANUSCRIPT, "plain"), FULL)
    lifted = {
        word.text
        for block in here.body
        if isinstance(block, PullQuote)
        for word in walk.inlines(block.children)
    }
    missing = [
        word.text
        for word in walk.words(here)
        if isinstance(word, nodes.Text | nodes.CodeSpan) and word.text not in text
    ]
    assert set(missing) == lifted


def test_a_cropped_picture_shows_that_part_of_it_and_no_more():
    figure = next(b for b in walk.blocks(golden.MANUSCRIPT.body) if isinstance(b, Figure))
    crop = Crop(left=0.25, top=0.1, width=0.5, height=0.8)
    card = PictureCard(1000, 500, (PictureSource("/a.jpg", 1000, "image/jpeg"),))
    html = html_pieces.picture(card, "A pier", replace(figure, crop=crop))
    # Half as wide and four fifths as high: twice and 1.25 times as large in a smaller frame.
    assert 'class="crop" style="aspect-ratio: 500 / 400"' in html
    assert "width: 200.00%; height: 125.00%; left: -50.00%; top: -12.50%" in html
