"""What an edition sees of a manuscript, and what everything in it adds up to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.manuscript import walk
from masthead.manuscript.nodes import (
    EDITIONS,
    Aside,
    Audio,
    Block,
    BlockQuotation,
    Citation,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
    FrontMatter,
    FrontVariant,
    Gallery,
    Heading,
    Inline,
    KeyFigure,
    LeadMarker,
    LineBreak,
    Link,
    List,
    ListItem,
    Manuscript,
    Mention,
    PageBreak,
    Paragraph,
    PullQuote,
    Quotation,
    Source,
    Table,
    Text,
    Variant,
)
from masthead.manuscript.rewrite import rewrite
from masthead.testing import golden
from tests.manuscript import strategies


def paragraph(name, text="", *more, **common):
    """Return a paragraph of a text and further words; without any, its name is the text."""
    children = (Text(text), *more) if text else more or (Text(name),)
    return Paragraph(id=name, children=children, **common)


def article(*body, **others):
    front = others.pop("front", FrontMatter(headline="Any"))
    return Manuscript(key="any", front=front, body=body, **others)


def ids(body):
    return [block.id for block in walk.blocks(body)]


# --- One edition --------------------------------------------------------------


def test_a_block_is_seen_only_by_the_editions_it_is_limited_to():
    body = (paragraph("all"), paragraph("some", editions=("paper", "epub")))
    seen = {edition: ids(walk.for_edition(article(*body), edition).body) for edition in EDITIONS}
    assert [edition for edition in EDITIONS if "some" in seen[edition]] == ["paper", "epub"]
    assert all("all" in names for names in seen.values())


def test_a_variant_stands_in_the_place_of_its_block_under_its_id():
    instead = (paragraph("x", "short"), paragraph("y", "and more"))
    body = article(paragraph("a", "long", variants=(Variant(("letter",), instead),)))
    found = walk.for_edition(body, "letter").body
    assert found == (paragraph("a", "short"), paragraph("y", "and more"))
    assert walk.for_edition(body, "web").body == (paragraph("a", "long"),)


def test_a_variant_without_blocks_cuts():
    body = article(paragraph("a", variants=(Variant(("speech",)),)), paragraph("b"))
    assert ids(walk.for_edition(body, "speech").body) == ["b"]


def test_variants_within_variants_are_followed():
    inner = paragraph("i", "inner", variants=(Variant(("paper",), (paragraph("j", "deepest"),)),))
    body = article(paragraph("a", variants=(Variant(("paper", "epub"), (inner,)),)))
    assert walk.plain_text(walk.for_edition(body, "paper")) == "deepest"
    assert walk.plain_text(walk.for_edition(body, "epub")) == "inner"
    assert walk.plain_text(walk.for_edition(body, "web")) == "a"


def test_where_variants_overlap_the_first_wins():
    variants = (Variant(("web",), (paragraph("x"),)), Variant(("web",), (paragraph("y"),)))
    assert (
        walk.plain_text(walk.for_edition(article(paragraph("a", variants=variants)), "web")) == "x"
    )


def test_a_box_that_loses_all_it_held_is_gone():
    gone = {"editions": ("paper",)}
    boxes = (
        Aside(id="aside", blocks=(paragraph("p1", **gone),)),
        List(id="list", items=(ListItem((paragraph("p2", **gone),)),)),
        Gallery(id="gallery", figures=(Figure(id="f", picture="picture:a", **gone),)),
        BlockQuotation(
            id="outer", blocks=(BlockQuotation(id="inner", blocks=(paragraph("p3", **gone),)),)
        ),
    )
    assert walk.for_edition(article(*boxes), "web").body == ()
    assert len(walk.for_edition(article(*boxes), "paper").body) == len(boxes)
    empty = Aside(id="empty", blocks=())
    assert walk.for_edition(article(empty), "web").body == (empty,)


def test_a_recording_stays_without_its_transcript():
    sound = Audio(
        id="r", audio="audio:a", title="T", transcript=(paragraph("p", editions=("epub",)),)
    )
    assert walk.for_edition(article(sound), "web").body == (replace(sound, transcript=()),)


def test_notes_and_sources_of_words_that_are_another_edition_s_stay_behind():
    notes = (
        Footnote("kept", (Text("kept"),)),
        Footnote("paper-only", (Citation("deep", (Text("rests on"),)),)),
        Footnote("nobody-s", (Text("an orphan"),)),
    )
    sources = tuple(Source(name, name) for name in ("kept", "paper-only", "deep", "uncited"))
    manuscript = article(
        paragraph("a", "A", FootnoteReference("kept"), Citation("kept", (Text("c"),))),
        paragraph(
            *("b", "B", FootnoteReference("paper-only"), Citation("paper-only", (Text("c"),))),
            editions=("paper",),
        ),
        notes=notes,
        sources=sources,
    )
    web, paper = (walk.for_edition(manuscript, edition) for edition in ("web", "paper"))
    assert [note.id for note in web.notes] == ["kept", "nobody-s"]
    assert [source.id for source in web.sources] == ["kept", "uncited"]
    assert (paper.notes, paper.sources) == (notes, sources)


def test_front_matter_differs_by_edition_and_the_first_variant_wins():
    figure = Figure(id="l", picture="picture:a", variants=(Variant(("speech",)),))
    front = FrontMatter(
        headline="Long headline",
        kicker="Kicker",
        lead_figure=figure,
        variants=(
            FrontVariant(("paper",), headline="Short"),
            FrontVariant(("paper", "letter"), headline="Shorter", kicker=""),
        ),
    )
    web, paper, speech = (walk.front_for_edition(front, one) for one in ("web", "paper", "speech"))
    assert (web.headline, web.kicker, web.lead_figure.picture) == (
        *("Long headline", "Kicker", "picture:a"),
    )
    assert (paper.headline, paper.kicker) == ("Short", "")
    assert speech.lead_figure is None
    assert web.variants == ()
    assert web.lead_figure.variants == ()


@strategies.PATIENT
@given(strategies.manuscripts, st.sampled_from(EDITIONS))
def test_what_an_edition_sees_is_the_same_when_looked_at_twice(manuscript, edition):
    once = walk.for_edition(manuscript, edition)
    assert walk.for_edition(once, edition) == once
    assert all(not block.editions and not block.variants for block in walk.blocks(once.body))
    assert walk.keys(once) <= walk.keys(manuscript)


# --- Everything in it ---------------------------------------------------------


def test_keys_name_everything_outside_in_every_edition():
    manuscript = replace(
        golden.MANUSCRIPT,
        body=(
            *golden.MANUSCRIPT.body,
            paragraph(
                *("x", "", Mention("topic:other", (Text("deep"),))),
                variants=(Variant(("paper",), (Figure(id="y", picture="picture:other"),)),),
            ),
        ),
    )
    assert walk.keys(manuscript) == {
        *(golden.PICTURE, golden.MAP, golden.RECORDING, golden.WRITER, golden.BOARD, golden.OTHER),
        *("topic:other", "picture:other"),
    }


def test_walking_meets_every_block_and_word_there_is():
    met = []

    def note(node):
        met.append(node)
        return node

    rewrite(golden.MANUSCRIPT, note)
    figures = [golden.MANUSCRIPT.front.lead_figure, golden.MANUSCRIPT.front.variants[1].lead_figure]
    walked = [*walk.blocks((*figures, *golden.MANUSCRIPT.body)), *walk.words(golden.MANUSCRIPT)]
    there = [node for node in met if isinstance(node, Block | Inline)]
    assert sorted(map(repr, walked)) == sorted(map(repr, there))


def test_words_are_found_in_captions_notes_and_within_others():
    found = {word.text for word in walk.words(golden.MANUSCRIPT) if isinstance(word, Text)}
    assert {
        "The pier on the morning of the vote.",  # the lead figure
        "Two quays, one morning",  # a gallery
        "Harbour Board",  # a mention in a quotation
        "West",  # a cell
        "Because of the sea",  # a list in a quotation
        "Waves, and then none.",  # a transcript
        "Said aloud in short.",  # a variant
        "March",  # a note
    } <= found


def test_blocks_can_be_walked_without_variants():
    block = paragraph("a", variants=(Variant(("paper",), (paragraph("b"),)),))
    assert ids((block,)) == ["a", "b"]
    assert [one.id for one in walk.blocks((block,), variants=False)] == ["a"]
    box = Aside(id="box", blocks=(block,))
    assert [one.id for one in walk.blocks((box,), variants=False)] == ["box", "a"]


# --- Measures -----------------------------------------------------------------


def test_plain_text_is_the_words_alone():
    manuscript = article(
        Heading(id="h", level=2, children=(Text("Head"),)),
        paragraph("p", "Said ", Quotation((Emphasis((Text("so"),)),)), FootnoteReference("n")),
        PullQuote(id="q", children=(Text("so"),)),
        KeyFigure(id="k", label="Berths", value="12", unit="quays"),
        Table(id="t", rows=(((Text("a"),), (Text("b"),)),), caption=(Text("Cap"),)),
        paragraph("l", "One", LineBreak(), Text("two")),
        notes=(Footnote("n", (Text("note"),)),),
    )
    assert walk.plain_text(manuscript) == (
        "Head\n\nSaid “so”\n\nBerths: 12 quays\n\nCap\n\na\n\nb\n\nOne\ntwo"
    )
    assert walk.word_count(manuscript) == 11
    assert walk.plain_text((Text("a "), Text("b"))) == "a b"
    assert walk.word_count(()) == 0


@pytest.mark.parametrize(
    ("words", "minutes"), [(0, 1), (1, 1), (230, 1), (231, 2), (460, 2), (2300, 10)]
)
def test_reading_takes_at_least_a_minute(words, minutes):
    assert walk.reading_minutes(words) == minutes


# --- Lead and parts -----------------------------------------------------------


def long(name, count):
    return paragraph(name, "word " * count)


def test_the_lead_ends_at_its_marker_wherever_that_is():
    body = (long("a", 5), long("b", 500), LeadMarker(id="m"), long("c", 5))
    assert ids(walk.lead(article(*body)).blocks) == ["a", "b"]
    assert walk.lead(article(LeadMarker(id="m"), long("a", 5))).blocks == ()


def test_without_a_marker_it_ends_with_the_paragraph_that_reaches_the_number():
    body = [long(name, 30) for name in "abcdefghij"]
    assert ids(walk.lead(article(*body, lead_words=80)).blocks) == ["a", "b", "c"]
    assert ids(walk.lead(article(*body, lead_words=90)).blocks) == ["a", "b", "c"]
    assert ids(walk.lead(article(*body, lead_words=91)).blocks) == ["a", "b", "c", "d"]


def test_it_ends_at_a_paragraph_not_amidst_what_follows_one():
    heading = Heading(id="h", level=2, children=(Text("Head"),))
    body = (long("a", 30), heading, long("b", 400), long("c", 900))
    assert ids(walk.lead(article(*body)).blocks) == ["a", "h", "b"]
    assert ids(walk.lead(article(*body[:3])).blocks) == ["a"]


def test_a_short_article_is_not_given_away_whole():
    assert ids(walk.lead(article(long("a", 20), long("b", 30))).blocks) == ["a"]
    assert walk.lead(article(long("a", 40), long("b", 20))).blocks == ()
    assert walk.lead(article(long("only", 500))).blocks == ()


def test_it_never_goes_beyond_the_first_part():
    body = (long("a", 10), PageBreak(id="2"), long("b", 500), LeadMarker(id="m"), long("c", 500))
    assert ids(walk.lead(article(*body)).blocks) == ["a"]


def test_a_marker_within_a_box_ends_nothing():
    box = Aside(id="box", blocks=(LeadMarker(id="m"),))
    body = (long("a", 90), box, long("b", 90), long("c", 90))
    assert ids(walk.lead(article(*body)).blocks) == ["a"]


def test_the_lead_brings_the_notes_and_sources_it_cites_and_no_others():
    manuscript = walk.for_edition(golden.MANUSCRIPT, "web")
    lead = walk.lead(manuscript)
    assert (lead.notes, lead.sources) == ((), ())
    cited = paragraph(
        "x", "", FootnoteReference(golden.SECOND_NOTE), Citation("audit", (Text("c"),))
    )
    lead = walk.lead(replace(manuscript, body=(cited, *manuscript.body)))
    assert [note.id for note in lead.notes] == [golden.SECOND_NOTE]
    assert [source.id for source in lead.sources] == ["audit"]


@strategies.PATIENT
@given(strategies.manuscripts)
def test_the_lead_is_the_beginning_of_the_first_part(manuscript):
    lead, first = walk.lead(manuscript).blocks, walk.parts(manuscript)[0].blocks
    assert lead == first[: len(lead)]
    marked = any(isinstance(block, LeadMarker) for block in walk.parts_of(manuscript.body)[0])
    assert marked or 2 * walk.word_count(lead) <= walk.word_count(manuscript)


@strategies.PATIENT
@given(strategies.manuscripts)
def test_the_notes_of_the_lead_have_the_same_numbers_for_everybody(manuscript):
    numbers = list(walk.note_numbers(manuscript))
    lead = [note.id for note in walk.lead(manuscript).notes]
    assert lead == numbers[: len(lead)]


@strategies.PATIENT
@given(strategies.manuscripts)
def test_the_parts_are_the_whole(manuscript):
    together = [block for part in walk.parts(manuscript) for block in part.blocks]
    assert together == [one for one in manuscript.body if not isinstance(one, LeadMarker)]


def test_a_part_begins_at_each_break_of_the_top_level_and_keeps_it():
    body = (
        *(PageBreak(id="0"), paragraph("a"), Aside(id="box", blocks=(PageBreak(id="no"),))),
        *(PageBreak(id="2"), PageBreak(id="2b"), paragraph("b"), PageBreak(id="3")),
    )
    found = [[block.id for block in part.blocks] for part in walk.parts(article(*body))]
    assert found == [["0", "a", "box"], ["2", "2b", "b"], ["3"]]
    assert len(walk.parts(article())) == 1


def test_notes_follow_each_part_that_refers_to_them():
    notes = tuple(Footnote(name, (Text(name),)) for name in ("unused", "one", "two"))
    body = (
        paragraph("a", "A", FootnoteReference("two")),
        PageBreak(id="break"),
        paragraph("b", "B", FootnoteReference("one"), FootnoteReference("two")),
    )
    first, second = walk.parts(article(*body, notes=notes))
    assert [note.id for note in first.notes] == ["two"]
    assert [note.id for note in second.notes] == ["one", "two"]
    assert walk.note_numbers(article(*body, notes=notes)) == {"two": 1, "one": 2}


def test_numbers_begin_in_the_lead_figure_and_notes_of_notes_come_right_after():
    figure = Figure(id="l", picture="picture:a", caption=(FootnoteReference("caption"),))
    manuscript = article(
        paragraph("a", "A", FootnoteReference("outer"), FootnoteReference("last")),
        front=FrontMatter(headline="Any", lead_figure=figure),
        notes=(
            Footnote("last", (Text("last"),)),
            Footnote("inner", (Text("inner"), FootnoteReference("outer"))),
            Footnote("outer", (Text("outer"), FootnoteReference("inner"))),
            Footnote("caption", (Text("caption"),)),
        ),
    )
    assert walk.note_numbers(manuscript) == {"caption": 1, "outer": 2, "inner": 3, "last": 4}


def test_sources_come_with_their_part_and_uncited_ones_with_the_last():
    sources = tuple(Source(name, name) for name in ("uncited", "first", "second"))
    body = (
        paragraph("a", "", Citation("first", (Text("c"),))),
        PageBreak(id="break"),
        paragraph("b", "", Link("https://a.example", (Citation("second", (Text("c"),)),))),
    )
    first, second = walk.parts(article(*body, sources=sources))
    assert [source.id for source in first.sources] == ["first"]
    assert [source.id for source in second.sources] == ["second", "uncited"]


def test_a_reference_to_nothing_is_no_note():
    manuscript = article(paragraph("a", "A", FootnoteReference("x"), Citation("y", (Text("c"),))))
    assert walk.note_numbers(manuscript) == {}
    assert walk.parts(manuscript)[0].sources == ()
