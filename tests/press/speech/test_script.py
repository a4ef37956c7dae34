"""What is heard of an article: its words, in their order, and nothing that is only looked at."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.manuscript import nodes
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import Text
from masthead.press.speech import script, sentences
from masthead.press.speech.lexicon import Lexicon
from masthead.press.speech.script import Sentence
from masthead.press.speech.spoken import spoken
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.factories.paper import FULL, paragraph, written

LEAD = Decision("lead", "test")


def said_of(piece: nodes.Manuscript, decision: Decision = FULL, **asked) -> list[Sentence]:
    return script.of_article(pressed(piece, "speech"), decision, **asked)


def heard(piece: nodes.Manuscript, **asked) -> str:
    return " | ".join(one.spoken for one in said_of(piece, **asked))


def test_everything_that_is_only_looked_at_is_never_said():
    whole = heard(golden.MANUSCRIPT)
    for unheard in (
        "Photograph", "M. Lind", "The count.", "A harbour is a promise", "moor(ship)", "example.",
        "http", "Ward", "Harbour Board minutes",
    ):  # fmt: skip
        assert unheard not in whole.replace("Photographs by Jon Reed", "")


def test_it_begins_with_headline_standfirst_names_and_where_it_is_from():
    whole = heard(golden.MANUSCRIPT, opening="The Gazette, No. 7.")
    expected = [
        "The harbour that moved", "When the sea went out for good", "Ada Okafor. Photographs by",
        "The Gazette, number seven.", "The water left slowly",
    ]  # fmt: skip
    places = [whole.index(one) for one in expected]
    assert places == sorted(places)


def test_nobody_hears_more_than_they_may_read():
    closed = written(
        paragraph("Open words.", "a"), nodes.LeadMarker(id="m"), paragraph("Paid.", "b")
    )
    assert "Paid" in heard(closed)
    lead = " | ".join(one.spoken for one in said_of(closed, LEAD))
    assert "Open words." in lead
    assert "Paid" not in lead


def test_every_sentence_says_where_its_words_stand():
    piece = golden.MANUSCRIPT
    texts = {
        block.id: script.displayed(block.children)
        for block in _paragraphs(pressed(piece, "speech").whole.open(FULL))
    }
    shown = [one for one in said_of(piece) if one.block in texts]
    assert shown
    for one in shown:
        assert texts[one.block][one.start : one.end] == one.text
    for block in texts:
        ends = [(one.start, one.end) for one in shown if one.block == block]
        assert all(first[1] <= second[0] for first, second in pairwise(ends))


def _paragraphs(bodies):
    from masthead.manuscript import walk

    for body in bodies:
        for block in walk.blocks(body.blocks):
            if isinstance(block, nodes.Paragraph):
                yield block


def test_no_two_sentences_have_the_same_id():
    keys = [one.id for one in said_of(golden.MANUSCRIPT)]
    assert len(keys) == len(set(keys))


def test_words_of_others_are_heard_to_begin_and_end():
    quoted = nodes.Excerpt(
        id="e",
        title="The moving coast",
        author="L. Brandt",
        outlet="Coastal Review",
        blocks=(paragraph("It came early. It stayed.", "q"),),
    )
    whole = heard(written(paragraph("Before.", "a"), quoted, paragraph("After.", "b")))
    assert "Quote: It came early. | It stayed. End quote. | After." in whole


def test_a_denial_is_told_with_who_denies():
    denied = nodes.BlockQuotation(
        id="d",
        denies=True,
        attribution=nodes.Attribution(speaker="Ilse Marn", role="harbour master"),
        blocks=(paragraph("We moved nothing.", "q"),),
    )
    assert "Denial. Ilse Marn, harbour master: | We moved nothing." in heard(written(denied))


def test_a_key_figure_is_said_as_its_editor_wants_it():
    figure = nodes.KeyFigure(id="k", label="Households", value="41", unit="%", spoken="four in ten")
    assert "Households: four in ten." in heard(written(figure))
    bare = nodes.KeyFigure(id="k", label="Households", value="41", unit="%")
    assert "Households: forty-one per cent." in heard(written(bare))


def test_the_marks_of_notes_and_sources_are_not_heard():
    note = nodes.Footnote(id="n", children=(Text("Nobody hears this."),))
    source = nodes.Source(id="s", title="The register")
    piece = written(
        paragraph(
            "It is so",
            "a",
            nodes.FootnoteReference(note="n"),
            Text(", "),
            nodes.Citation(source="s", locator="p. 3", children=(Text("they say"),)),
            Text("."),
        ),
        notes=(note,),
        sources=(source,),
    )
    assert heard(piece).endswith("It is so, they say.")


def test_a_paragraph_in_another_language_is_said_in_that_language():
    french = nodes.LanguageSpan(language="fr", children=(Text("La mer est loin."),))
    (one,) = [
        one
        for one in said_of(written(nodes.Paragraph(id="f", children=(french,))))
        if one.block == "f"
    ]
    assert one.language == "fr"


def test_headings_and_dividers_are_heard_as_silence():
    piece = written(
        paragraph("One.", "a"),
        nodes.Divider(id="d"),
        paragraph("Two.", "b"),
        nodes.Heading(id="h", level=2, children=(Text("Three"),)),
        paragraph("Four. Five.", "c"),
    )
    pauses = {one.id: one.pause for one in said_of(piece)}
    assert pauses["b-s1"] == script.PAUSE_DIVIDER
    assert pauses["h-s1"] == script.PAUSE_BEFORE_HEADING
    assert pauses["c-s1"] == script.PAUSE_PARAGRAPH
    assert pauses["c-s2"] == script.PAUSE_SENTENCE


# --- Words ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dr. Amina came on Sept. 11. She left.", ["Dr. Amina came on Sept. 11.", "She left."]),
        ("It rained. Ms. Okonkwo left.", ["It rained.", "Ms. Okonkwo left."]),
        ("The U.S. Navy came. It left.", ["The U.S. Navy came.", "It left."]),
        ("It cost $4.50. Really?! Yes.", ["It cost $4.50.", "Really?!", "Yes."]),
        ("“Who?” he said. Nobody knew.", ["“Who?” he said.", "Nobody knew."]),
        ("At 5 p.m. the bell rang.", ["At 5 p.m. the bell rang."]),
        ("No. 10 is open. * * *", ["No. 10 is open."]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text, parts):
    assert [text[start:end] for start, end in sentences.split(text, "en-GB")] == parts


def test_a_title_ends_no_sentence_in_french_either():
    text = "M. Dupont est venu. Il part."
    assert [text[start:end] for start, end in sentences.split(text, "fr")] == [
        "M. Dupont est venu.",
        "Il part.",
    ]


@given(st.text(max_size=300))
def test_no_letter_is_lost_between_sentences(text):
    spans = sentences.split(text, "en")
    kept = "".join(text[start:end] for start, end in spans)
    assert [one for one in text if one.isalnum()] == [one for one in kept if one.isalnum()]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_the_lexicon_has_the_last_word_and_knows_whole_words_only():
    lexicon = Lexicon.of(
        {
            "Averell": "AY-vrell",
            "WHO": "the health people",
            "Port Averell": "the port",
            "Port": "harbour",
        }
    )
    assert spoken("Averell’s WHO is 3.", "en", lexicon) == "AY-vrell’s the health people is three."
    assert spoken("Port Averell", "en", lexicon) == "the port"
    assert spoken("Averells", "en", lexicon) == "Averells"
    assert spoken("Port of Averell", "en", lexicon) == "harbour of AY-vrell"


def test_figures_of_other_languages_are_put_into_their_words():
    assert spoken("Il y a 21 bateaux.", "fr") == "Il y a vingt et un bateaux."
    assert spoken("Es sind 21 Boote.", "de-CH") == "Es sind einundzwanzig Boote."
    assert spoken("21", "tlh") == "21"


@given(st.text(max_size=200))
def test_whatever_is_written_can_be_said(text):
    said = spoken(text, "en", Lexicon.of({"x": "ex"}))
    assert said == " ".join(said.split())
