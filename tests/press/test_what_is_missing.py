"""What an edition may not use is left out, or its words are printed alone."""

from __future__ import annotations

from dataclasses import replace

from masthead.manuscript.gate import Decision
from masthead.press import plain, web
from masthead.press.dates import duration
from masthead.testing import golden
from masthead.testing.press_documents import PICTURE, pressed
from tests.press import page

FULL = Decision("full", "test")


def golden_without(**answers):
    document = replace(pressed(golden.MANUSCRIPT), **answers)
    return document, page.check(web.render(document, FULL))


def names(body):
    return {name for one in body.inside() for name in one.attributes.get("class", "").split()}


def test_a_picture_without_an_answer_takes_its_figure_along():
    document, body = golden_without(pictures={})
    assert not [one for one in body.inside() if one.tag == "img"]
    assert not {"figure", "gallery"} & names(body)
    assert web.render_lead_figure(document) == ""
    assert "[Picture" not in plain.render(document, FULL)
    assert "A. Maker" not in plain.render(document, FULL)


def test_a_gallery_keeps_the_pictures_that_may_be_used():
    _document, body = golden_without(pictures={golden.MAP: PICTURE})
    gallery = next(one for one in body.inside() if one.attributes.get("class") == "gallery")
    assert len([one for one in gallery.inside() if one.tag == "img"]) == 1


def test_an_embed_keeps_its_words_and_its_link_without_its_picture():
    _document, body = golden_without(pictures={})
    embed = next(one for one in body.inside() if one.attributes.get("class") == "embed")
    assert "The map shows the sea retreating." in embed.text()
    assert [one.attributes["href"] for one in embed.inside() if one.tag == "a"] == [
        "https://maps.example/quay"
    ]


def test_a_recording_without_an_answer_leaves_its_transcript():
    _document, body = golden_without(audio={})
    assert not [one for one in body.inside() if one.tag == "audio"]
    assert "Waves, and then none." in body.text()


def test_a_topic_or_article_without_an_answer_leaves_its_words():
    _document, body = golden_without(cards={})
    assert "mention" not in names(body)
    assert "Harbour Board" in body.text()
    assert "in our own" in body.text()


def test_a_topic_without_a_page_leaves_its_words():
    document = pressed(golden.MANUSCRIPT)
    cards = {key: replace(card, url="") for key, card in document.cards.items()}
    _document, body = golden_without(cards=cards)
    assert "mention" not in names(body)


def test_an_attribution_is_linked_even_where_only_the_speaker_is_known():
    said = golden.SAID
    for known in (said, replace(said, outlet=""), replace(said, outlet="", said_on=None)):
        document = pressed(
            replace(
                golden.MANUSCRIPT,
                body=tuple(
                    replace(block, attribution=known) if block.id == "b1" else block
                    for block in golden.MANUSCRIPT.body
                ),
            )
        )
        body = page.check(web.render(document, FULL))
        quotation = next(one for one in body.inside() if one.attributes.get("id") == "b-b1")
        assert [one.attributes["href"] for one in quotation.inside() if one.tag == "a"] == [
            said.url
        ]


def test_the_safest_file_of_a_picture_is_the_one_any_browser_gets():
    body = page.read(web.render_lead_figure(pressed(golden.MANUSCRIPT)))
    image = next(one for one in body.inside() if one.tag == "img")
    assert image.attributes["src"] == "/media/pier-1200.jpg"
    source = next(one for one in body.inside() if one.tag == "source")
    assert source.attributes["srcset"] == "/media/pier-600.avif 600w, /media/pier-1200.avif 1200w"


def test_lengths_read_as_on_a_player():
    assert [duration(seconds) for seconds in (0, 187, 3765)] == ["0:00", "3:07", "1:02:45"]
