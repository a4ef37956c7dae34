"""The web edition as a whole page: well-formed, its ids its own, usable without sight or mouse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.manuscript.gate import LEAD_ONLY, Decision
from masthead.manuscript.nodes import (
    EDITIONS,
    Citation,
    Figure,
    Footnote,
    FootnoteReference,
    FrontMatter,
    Heading,
    Link,
    Manuscript,
    PageBreak,
    Paragraph,
    PullQuote,
    Source,
    Text,
)
from masthead.manuscript.rewrite import rewrite
from masthead.press import plain, web
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.manuscript import strategies
from tests.press import page

FULL = Decision("full", "test")


def words(text, *more):
    return (Text(text), *more)


def article(*body, **others):
    front = others.pop("front", FrontMatter(headline="Any"))
    return Manuscript(key="any", front=front, body=body, **others)


def pages(manuscript, decision=FULL, edition="web"):
    """Return the HTML of every part, the first with its lead figure, as a template prints it."""
    document = pressed(manuscript, edition)
    count = document.parts_count if decision is FULL else 1
    bodies = [web.render(document, decision, part) for part in range(1, count + 1)]
    return [web.render_lead_figure(document) + bodies[0], *bodies[1:]]


def referring(manuscript):
    """Return the manuscript with each reference leading to one of its notes or sources."""
    # The same each time, so that a failure can be repeated.
    notes = [note.id for note in manuscript.notes]
    sources = [source.id for source in manuscript.sources]

    def lead(node):
        if isinstance(node, FootnoteReference) and notes:
            return FootnoteReference(notes[ord(node.note[0]) % len(notes)])
        if isinstance(node, Citation) and sources:
            return replace(node, source=sources[len(node.source) % len(sources)])
        return node

    return rewrite(manuscript, lead)


@pytest.mark.parametrize("decision", [FULL, LEAD_ONLY], ids=lambda decision: decision.parts)
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_part_of_the_golden_manuscript_is_a_sound_page(edition, decision):
    for html in pages(golden.MANUSCRIPT, decision, edition):
        page.check(html)


@strategies.PATIENT
@given(strategies.manuscripts, st.sampled_from(EDITIONS))
def test_every_part_of_any_manuscript_is_a_sound_page(manuscript, edition):
    for decision in (FULL, LEAD_ONLY):
        for html in pages(referring(manuscript), decision, edition):
            page.check(html)


@strategies.PATIENT
@given(strategies.manuscripts, st.sampled_from(EDITIONS))
def test_any_manuscript_has_a_plain_edition(manuscript, edition):
    document = pressed(referring(manuscript), edition)
    for decision in (FULL, LEAD_ONLY):
        assert document.front.headline in plain.render(document, decision)


def test_a_note_stands_on_the_page_of_each_part_that_refers_to_it():
    manuscript = article(
        Paragraph(id="a", children=words("One", FootnoteReference("x"))),
        PageBreak(id="b"),
        Paragraph(id="c", children=words("Two", FootnoteReference("y"), FootnoteReference("x"))),
        notes=(Footnote("x", words("First note")), Footnote("y", words("Second note"))),
    )
    first, second = pages(manuscript)
    assert "First note" in first
    assert "Second note" not in first
    assert "First note" in second
    assert "Second note" in second
    assert [li.attributes["value"] for li in page.check(second).inside() if li.tag == "li"] == [
        *("1", "2")
    ]


def test_a_note_leads_back_to_its_first_reference_and_to_none_that_cannot_be_reached():
    noted = (FootnoteReference("x"),)
    manuscript = article(
        PullQuote(id="q", children=words("Seen large", *noted)),
        Paragraph(id="a", children=(Link("https://a.example/", words("linked", *noted)),)),
        notes=(Footnote("x", words("The note")),),
    )
    assert "#note-ref" not in pages(manuscript)[0]
    reachable = replace(
        manuscript, body=(*manuscript.body, Paragraph(id="b", children=words("Here", *noted)))
    )
    assert 'href="#note-ref-1"' in pages(reachable)[0]
    page.check(pages(reachable)[0])


def test_the_lead_figure_and_the_text_may_share_a_note_and_an_id():
    figure = Figure(
        id="same", picture="picture:a", caption=words("Seen", FootnoteReference("x")), credit="M."
    )
    manuscript = article(
        Paragraph(id="same", children=words("Told", FootnoteReference("x"))),
        front=FrontMatter(headline="Any", lead_figure=figure),
        notes=(Footnote("x", words("The note")),),
    )
    page.check(pages(manuscript)[0])


def test_sources_keep_one_number_through_all_parts():
    cites = [Citation(name, words(f"says {name}")) for name in ("b", "a", "b")]
    manuscript = article(
        Paragraph(id="p1", children=(cites[0],)),
        PageBreak(id="break"),
        Paragraph(id="p2", children=(cites[1], cites[2])),
        sources=(Source("a", "Source A"), Source("b", "Source B")),
    )
    first, second = pages(manuscript)
    assert ">[1]</a>" in first
    assert [a.text() for a in page.check(second).inside() if a.tag == "a"] == ["[2]", "[1]"]


def test_headings_skip_no_level_and_siblings_stay_siblings():
    levels = [4, 4, 2, 4, 4, 3]
    manuscript = article(
        *(
            Heading(id=f"h{i}", level=level, children=words(f"Heading {i}"))
            for i, level in enumerate(levels)
        )
    )
    found = [one.tag for one in page.check(pages(manuscript)[0]).inside()]
    assert found == ["h2", "h2", "h2", "h3", "h3", "h3"]


def test_two_sources_or_blocks_of_one_name_do_not_make_two_ids():
    manuscript = article(
        Paragraph(id="one", children=words("A", Citation("s", words("cited")))),
        Paragraph(id="one", children=words("B")),
        sources=(Source("s", "First"), Source("s", "Second"), Source("t", "T"), Source("t", "T")),
    )
    page.check(pages(manuscript)[0])


def test_different_ids_stay_different():
    manuscript = article(
        *(Paragraph(id=one, children=words(one)) for one in ("a b", "a_20", "a_20_", "a\u5f20"))
    )
    ids = [one.attributes["id"] for one in page.check(pages(manuscript)[0]).inside()]
    assert len(set(ids)) == 4


@pytest.mark.parametrize("part", [0, -1, 3])
def test_there_are_no_other_parts_than_there_are(part):
    document = pressed(golden.MANUSCRIPT)
    assert document.parts_count == 2
    with pytest.raises(IndexError):
        web.render(document, FULL, part)
