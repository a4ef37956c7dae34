"""A story for InDesign holds every word of an article, once, in styles that it declares."""

from __future__ import annotations

import typing
from dataclasses import replace

import pytest
from lxml import etree

from masthead.manuscript import nodes, walk
from masthead.manuscript.gate import Decision, GateClosed
from masthead.manuscript.nodes import (
    Emphasis,
    Footnote,
    FootnoteReference,
    LanguageSpan,
    Link,
    Quotation,
    Strong,
    Table,
    Text,
)
from masthead.press.indesign import story, words
from masthead.press.indesign.styles import Mark, Style
from masthead.testing import golden
from masthead.testing.press_documents import pressed

FULL = Decision("full", "test")


def named(key: str) -> str:
    return f"pictures/{key[8:12]}.jpg"


def made(manuscript: nodes.Manuscript) -> story.Made:
    return story.of_article(pressed(manuscript, "paper"), FULL, named)


def read(one: story.Made) -> etree._Element:
    # Without a network, and without entities: what we write has none.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(one.icml.encode(), parser)


def written(*body: nodes.Block, language: str = "en", **fields) -> nodes.Manuscript:
    front = nodes.FrontMatter(headline="The pier", language=language)
    return nodes.Manuscript(key="a" * 32, front=front, body=body, **fields)


def paragraph(*children: nodes.Inline, block_id: str = "p") -> nodes.Paragraph:
    return nodes.Paragraph(id=block_id, children=children)


def paragraphs(document: etree._Element) -> list[tuple[str, str]]:
    """Return the style and the letters of each paragraph, those of notes and cells apart."""
    found = []
    for one in document.iter("ParagraphStyleRange"):
        letters = "".join(
            content.text or "" if not len(content) else ""
            for content in one.iter("Content")
            if next(content.iterancestors("ParagraphStyleRange")) is one
        )
        style = one.get("AppliedParagraphStyle").partition("/")[2]
        found.append((style, letters))
    return found


@pytest.fixture(scope="module")
def whole():
    return read(made(golden.MANUSCRIPT))


def test_every_kind_of_block_and_word_has_its_method():
    assert set(story.BLOCKS) == set(typing.get_args(nodes.Block))
    assert set(words.WORDS) == set(typing.get_args(nodes.Inline))


def test_a_story_begins_with_what_indesign_looks_for_and_is_well_formed(whole):
    head = made(golden.MANUSCRIPT).icml.splitlines()[:3]
    assert head == [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        '<?aid style="50" type="snippet" readerVersion="6.0" featureSet="513" product="8.0(370)" ?>',
        '<?aid SnippetType="InCopyInterchange"?>',
    ]
    assert (whole.tag, whole.get("DOMVersion")) == ("Document", "8.0")
    assert [child.tag for child in whole][:5] == [
        "RootCharacterStyleGroup",
        "RootParagraphStyleGroup",
        "RootCellStyleGroup",
        "RootTableStyleGroup",
        "Story",
    ]


def test_every_text_of_the_golden_manuscript_stands_in_it_once(whole):
    here = walk.for_edition(golden.MANUSCRIPT, "paper")
    runs = [content.text for content in whole.iter("Content") if content.text]
    texts = [word.text for word in walk.words(here) if isinstance(word, nodes.Text)]
    assert len(texts) > 60
    wrong = {text: count for text in texts if (count := _times(text, runs)) != texts.count(text)}
    assert wrong == {}


def _times(text: str, runs: list[str]) -> int:
    return sum(run.strip("\t") == text for run in runs)


def test_what_stands_around_the_text_is_there_too(whole):
    found = paragraphs(whole)
    front = walk.front_for_edition(golden.MANUSCRIPT.front, "paper")
    for style, words_ in (
        (Style.KICKER, front.kicker),
        (Style.HEADLINE, front.headline),
        (Style.STANDFIRST, front.standfirst),
        (Style.BYLINE, "Photographs by Jon Reed"),
        (Style.DATELINE, "Northquay"),
        (Style.CREDIT, "Northquay, M. Lind"),
        (Style.CREDIT, "The hall, A. Maker"),
        (Style.CAPTION, "The count."),
        (Style.PULL_QUOTE, "A harbour is a promise to ships."),
        (Style.ASIDE_TITLE, "How the count works"),
        (Style.KEY_FIGURE, "41 per cent"),
        (Style.CODE, "for ship in ships:\u2028    moor(ship)"),
        (Style.PART_TITLE, "The town that followed"),
        (Style.PICTURE, "pictures/aaaa.jpg"),
        (Style.DIVIDER, "* * *"),
    ):
        assert (style, words_) in found
    letters = "\n".join(text for _style, text in found)
    for told in ("Denial", "harbour master", "By permission of the publisher", "@port",
                 "Harbour Board", "63", "The last tide", "1. Court of Audit"):  # fmt: skip
        assert told in letters


def test_every_style_that_is_applied_is_declared_once_and_by_its_name(whole):
    declared = [
        one.get("Self")
        for one in whole.iter("ParagraphStyle", "CharacterStyle", "CellStyle", "TableStyle")
    ]
    assert len(declared) == len(set(declared))
    applied = {
        value
        for one in whole.find("Story").iter()
        if isinstance(one.tag, str)
        for name, value in one.attrib.items()
        if name.startswith("Applied") and name.endswith("Style") and name != "AppliedTOCStyle"
    }
    assert len(applied) > 30
    assert applied <= set(declared)
    assert {one.get("Name") for one in whole.iter("ParagraphStyle")} >= {
        "Headline", "Standfirst", "Kicker", "Byline", "Body", "Body first", "Subheading",
        "Pull quote", "Quotation", "Attribution", "Caption", "Credit", "List item",
        "Numbered item", "Table text", "Aside title", "Footnote", "Source",
    }  # fmt: skip


def test_keys_are_told_apart(whole):
    keys = [one.get("Self") for one in whole.iter() if isinstance(one.tag, str) and one.get("Self")]
    assert len(keys) == len(set(keys))


def test_the_first_paragraph_and_those_below_a_heading_have_no_indent_of_their_own():
    heading = nodes.Heading(id="h", level=3, children=(Text("Below"),))
    body = (paragraph(Text("A")), paragraph(Text("B")), heading, paragraph(Text("C")))
    assert paragraphs(read(made(written(*body))))[1:] == [
        ("Body first", "A"),
        ("Body", "B"),
        ("Subheading 2", "Below"),
        ("Body first", "C"),
    ]


def test_a_footnote_is_indesigns_own_and_stands_where_it_is_called():
    note = Footnote("n", (Text("Told "), Emphasis((Text("twice"),))))
    call = FootnoteReference("n")
    body = (paragraph(Text("Said"), call, Text(" and "), call),)
    document = read(made(written(*body, notes=(note,))))
    (footnote,) = document.iter("Footnote")
    assert footnote.getparent().get("Position") == "Superscript"
    (number,) = footnote.xpath(".//processing-instruction()")
    assert (number.target, number.text) == ("ACE", "4")
    assert "".join(footnote.itertext("Content")) == "\tTold twice"
    styles = [one.get("AppliedParagraphStyle") for one in footnote]
    assert styles == ["ParagraphStyle/Footnote"]
    # Called again, it is the number alone.
    assert paragraphs(document)[1] == ("Body first", "Said and 1")


def test_a_note_in_a_table_stands_below_it_with_a_letter():
    table = Table(
        id="t",
        rows=(((Text("Ships"), FootnoteReference("n")), (Text("7"),)),),
        alignments=("start", "end"),
    )
    document = read(made(written(table, notes=(Footnote("n", (Text("All of them"),)),))))
    assert not list(document.iter("Footnote"))
    assert ("Table text", "Shipsa") in paragraphs(document)
    assert ("Table note", "a All of them") in paragraphs(document)


def test_a_table_has_its_rows_columns_and_cells(whole):
    table = next(whole.iter("Table"))
    facts = [table.get(name) for name in ("HeaderRowCount", "BodyRowCount", "ColumnCount")]
    assert facts == ["1", "2", "2"]
    cells = {cell.get("Name"): "".join(cell.itertext("Content")) for cell in table.iter("Cell")}
    assert cells == {
        "0:0": "Quay", "1:0": "Berths", "0:1": "East", "1:1": "12", "0:2": "West", "1:2": "7",
    }  # fmt: skip
    styles = [
        one.get("AppliedParagraphStyle").partition("/")[2]
        for one in table.iter("ParagraphStyleRange")
    ]
    assert styles == [*["Table heading"] * 3, "Table text", "Table heading", "Table text"]
    last = next(cell for cell in table.iter("Cell") if cell.get("Name") == "1:2")
    assert last[0].get("Justification") == "RightAlign"


def test_a_link_leads_to_its_address_and_one_that_is_no_public_one_is_words_alone():
    away = Link("https://quay.example/?a=1&b=2", (Text("away"), Strong((Text(" and far"),))))
    body = paragraph(away, Text(" "), away, Link("javascript:alert(1)", (Text("never"),)))
    document = read(made(written(body)))
    sources = {one.get("Self"): one for one in document.iter("HyperlinkTextSource")}
    assert ["".join(one.itertext("Content")) for one in sources.values()] == ["away and far"] * 2
    targets = {
        one.get("Self"): one.get("DestinationURL")
        for one in document.iter("HyperlinkURLDestination")
    }
    links = list(document.iter("Hyperlink"))
    assert {one.get("Source") for one in links} == set(sources)
    assert [targets[one.findtext("Properties/Destination")] for one in links] == [
        "https://quay.example/?a=1&b=2"
    ] * 2
    assert len({one.get("Name") for one in links}) == 2
    assert "javascript" not in etree.tostring(document).decode()


def test_words_with_several_marks_keep_all_of_them():
    both = Strong((Emphasis((Text("both"),)), nodes.SmallCaps((Text("ss"),))))
    document = read(made(written(paragraph(both))))
    found = {one.findtext("Content"): one.attrib for one in document.iter("CharacterStyleRange")}
    assert found["both"]["AppliedCharacterStyle"] == Mark.STRONG_EMPHASIS.key
    assert found["ss"]["AppliedCharacterStyle"] == Mark.STRONG.key
    assert found["ss"]["Capitalization"] == "SmallCaps"


def test_another_language_is_told_and_has_its_own_quotation_marks():
    said = LanguageSpan("de", (Quotation((Text("Moin"),)),))
    document = read(made(written(paragraph(said, Quotation((Text("Hi"),))))))
    letters = paragraphs(document)[1][1]
    assert letters == "„Moin““Hi”"
    found = {one.findtext("Content"): one.attrib for one in document.iter("CharacterStyleRange")}
    assert found["Moin"]["AppliedLanguage"] == "$ID/German: 2006 Reform"
    assert "AppliedLanguage" not in found["Hi"]


def test_a_story_that_runs_from_the_right_says_so():
    document = read(made(written(paragraph(Text("سلام")), language="fa")))
    body = next(one for one in document.iter("ParagraphStyle") if one.get("Name") == "Body")
    assert body.get("ParagraphDirection") == "RightToLeftDirection"
    assert document.find("Story/StoryPreference").get("StoryDirection") == "RightToLeftDirection"


def test_numbers_of_a_list_begin_where_they_should_and_once():
    items = tuple(nodes.ListItem((paragraph(Text(word)),)) for word in ("three", "four"))
    document = read(made(written(nodes.List(id="l", items=items, ordered=True, start=3))))
    told = [
        (one.get("NumberingContinue"), one.get("NumberingStartAt"))
        for one in document.iter("ParagraphStyleRange")
        if one.get("AppliedParagraphStyle") == Style.NUMBERED_ITEM.key
    ]
    assert told == [("false", "3"), (None, None)]


def test_paragraphs_are_divided_by_breaks_and_none_stands_at_the_end(whole):
    story_ = whole.find("Story")
    own = story_.findall("ParagraphStyleRange")
    broken = [bool(len(one) and one[-1].find("Br") is not None) for one in own]
    assert broken == [True] * (len(own) - 1) + [False]


def test_what_looks_like_markup_and_what_xml_cannot_hold_do_no_harm():
    hostile = '</Content><?ACE 4?>&amp;"\x00\x0b\ufffe\ud800]]>'
    front = nodes.FrontMatter(headline=hostile, kicker=hostile)
    manuscript = replace(written(paragraph(Text(hostile))), front=front)
    document = read(made(manuscript))
    assert paragraphs(document) == [
        (style, '</Content><?ACE 4?>&amp;"]]>') for style in ("Kicker", "Headline", "Body first")
    ]


def test_captions_and_credits_are_handed_out_in_the_order_of_the_pictures():
    shown = made(golden.MANUSCRIPT).shown
    assert [one.caption for one in shown[:2]] == [
        "The pier on the morning of the vote.",
        "The count.",
    ]
    assert shown[1].credit == "The hall, A. Maker"
    assert shown[3].alternative == ""  # A picture that only decorates.


def test_a_picture_that_there_is_none_of_is_told():
    document = replace(pressed(golden.MANUSCRIPT, "paper"), pictures={})
    assert story.of_article(document, FULL, named).missing == ["lead-figure", "f1", "g1a", "g1b"]


@pytest.mark.parametrize("parts", ["lead", "none"])
def test_a_closed_gate_opens_for_no_designer(parts):
    with pytest.raises(GateClosed):
        story.of_article(pressed(golden.MANUSCRIPT, "paper"), Decision(parts, "test"), named)


def test_the_same_article_gives_the_same_bytes():
    assert made(golden.MANUSCRIPT).icml == made(golden.MANUSCRIPT).icml
