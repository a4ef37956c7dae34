"""Every sentence that is heard can be pointed at, wherever marks begin and end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.manuscript import nodes
from masthead.manuscript.nodes import (
    Aside,
    BlockQuotation,
    Citation,
    Emphasis,
    Excerpt,
    Footnote,
    FootnoteReference,
    KeyFigure,
    LanguageSpan,
    Link,
    Paragraph,
    Quotation,
    Source,
    Text,
)
from masthead.press import web
from masthead.press.epub import elements, overlay, sentences
from masthead.press.epub.book import Narrated
from masthead.press.epub.sentences import Par
from masthead.press.speech import script
from tests.press.epub import books


def parted(html, *bounds):
    root = elements.read(html)
    (element,) = root
    sentences.part(element, [(start, end, f"s{at}") for at, (start, end) in enumerate(bounds, 1)])
    return root.inner()


def test_a_sentence_gets_a_span_and_the_space_between_two_belongs_to_none():
    assert parted("<p>One. Two.</p>", (0, 4), (5, 9)) == (
        '<p><span id="s1">One.</span> <span id="s2">Two.</span></p>'
    )


def test_a_mark_that_goes_on_is_parted_and_keeps_its_id_once():
    assert parted('<p><em id="e">One. Two.</em></p>', (0, 4), (5, 9)) == (
        '<p><span id="s1"><em id="e">One.</em></span> <span id="s2"><em>Two.</em></span></p>'
    )


def test_quotation_marks_stand_where_a_quotation_begins_and_ends():
    assert parted("<p>He: <q>One. Two. Three.</q></p>", (0, 8), (9, 13), (14, 20)) == (
        '<p><span id="s1">He: <q class="goes-on">One.</q></span> '
        '<span id="s2"><q class="continued goes-on">Two.</q></span> '
        '<span id="s3"><q class="continued">Three.</q></span></p>'
    )


def test_the_number_of_a_note_goes_with_the_sentence_before_it():
    html = '<p>One.<sup class="note-ref"><a href="#n">1</a></sup> Two.</p>'
    assert parted(html, (0, 4), (5, 9)) == (
        '<p><span id="s1">One.<sup class="note-ref"><a href="#n">1</a></sup></span> '
        '<span id="s2">Two.</span></p>'
    )


def test_a_line_break_is_one_character():
    assert parted("<p>One.<br>Two.</p>", (0, 4), (5, 9)) == (
        '<p><span id="s1">One.</span><br/><span id="s2">Two.</span></p>'
    )


MARKS = st.sampled_from(["em", "strong", "q", "sup", "code"])
WORDS = st.text(st.sampled_from("ab .&<"), min_size=1, max_size=6)
HTML = st.recursive(
    WORDS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")) | st.just("<br>"),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", MARKS, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def plain(element):
    own = "\n" if element.tag == "br" else ""
    return own + element.text + "".join(plain(child) + child.tail for child in element)


@given(st.lists(HTML, max_size=4), st.lists(st.integers(0, 30), max_size=6, unique=True))
def test_no_character_is_lost_or_moved_however_it_is_parted(parts, edges):
    html = f"<p>{''.join(parts)}</p>"
    before = plain(elements.read(html))
    edges = sorted(edge for edge in edges if edge <= len(before))
    bounds = list(zip(edges[::2], edges[1::2], strict=False))
    after = elements.read(parted(html, *bounds).replace("<br/>", "<br>"))
    assert plain(after) == before
    spans = {one.get("id"): plain(one) for one in after.iter("span")}
    for number, (start, end) in enumerate(bounds, 1):
        if before[start:end].strip():
            assert spans[f"s{number}"] == before[start:end]


# --- In a chapter -----------------------------------------------------------


def heard(*body, speech=None, notes=(), sources=()):
    """Return the chapter's element and its pieces, by their ids."""
    document = books.article(*body)
    if notes or sources:
        front = document.front
        manuscript = nodes.Manuscript(
            key=document.key, front=front, body=body, notes=notes, sources=sources, access="open"
        )
        document = books.pressed(manuscript, "epub")
    said = script.of_article(speech or document, books.FULL)
    times = [
        {"id": one.id, "block": one.block, "start": one.start, "end": one.end, "t0": at, "t1": at + 0.5}
        for at, one in enumerate(said)
    ]  # fmt: skip
    root = elements.read(
        f'<h1 id="headline">{document.front.headline}</h1>' + web.render(document, books.FULL)
    )
    shown = script.of_article(document, books.FULL)
    pars = sentences.marked(root, shown, Narrated(None, len(said), times))
    return root, pars


def targets(pars):
    return [par.target for par in pars]


def words(text):
    return (Text(text),)


def test_each_sentence_has_one_piece_in_the_order_of_the_page():
    marked = (
        Text("One "),
        Emphasis(words("two. Three")),
        Text(" "),
        LanguageSpan("fr", words("quatre")),
        Text(". "),
        Quotation(words("Five. Six.")),
        FootnoteReference("n"),
        Text(" "),
        Citation("s", words("Seven. Eight"), "p. 1"),
        Text(" "),
        Link("https://a.example", words("nine")),
        Text("."),
    )
    root, pars = heard(
        Paragraph(id="p", children=marked),
        notes=(Footnote("n", words("A note.")),),
        sources=(Source("s", "A source"),),
    )
    assert targets(pars) == ["headline-s1", *(f"p-s{n}" for n in range(1, 7))]
    said = {one.get("id"): one for one in root.iter("span") if one.get("id")}
    assert [plain(said[name]) for name in targets(pars)[1:]][:4] == [
        "One two.",
        "Three quatre.",
        "Five.",
        "Six.1",
    ]


def test_a_clip_goes_on_through_the_pause_so_that_none_is_left_out():
    _root, pars = heard(Paragraph(id="p", children=words("One. Two.")))
    assert pars == [Par("headline-s1", 0, 1), Par("p-s1", 1, 2), Par("p-s2", 2, 2.5)]


def test_who_speaks_points_to_all_that_is_said():
    quoted = BlockQuotation(
        id="b",
        blocks=(Paragraph(id="bp", children=words("We go.")),),
        attribution=nodes.Attribution(speaker="Ilse Marn"),
    )
    _root, pars = heard(quoted)
    assert targets(pars) == ["headline-s1", "b-b", "bp-s1"]


def test_the_end_of_an_excerpt_that_ends_in_no_paragraph_has_a_place_after_it():
    listed = nodes.List(
        id="l", items=(nodes.ListItem((Paragraph(id="lp", children=words("A.")),)),)
    )
    excerpt = Excerpt(id="e", blocks=(listed,), title="A book")
    root, pars = heard(excerpt)
    assert targets(pars) == ["headline-s1", "b-e", "b-l", "lp-s1", "l-end-said"]
    order = [one.get("id") for one in root.iter() if one.get("id")]
    assert order.index("l-end-said") > order.index("lp-s1")


def test_a_figure_and_the_title_of_a_box_are_pointed_at():
    _root, pars = heard(
        KeyFigure(id="k", label="Meters", value="41"),
        Aside(id="a", title="How", blocks=(Paragraph(id="ap", children=words("So.")),)),
    )
    assert targets(pars) == ["headline-s1", "b-k", "a-title-said", "ap-s1"]


def test_a_key_figure_first_in_an_excerpt_is_heard_twice_in_two_places():
    excerpt = Excerpt(id="e", blocks=(KeyFigure(id="k", label="Meters", value="41"),), title="T")
    _root, pars = heard(excerpt)
    assert len(set(targets(pars))) == len(pars)


def test_a_block_that_is_said_in_other_words_is_one_piece():
    book = Paragraph(id="p", children=words("One. Two. Three."))
    after = Paragraph(id="q", children=words("Four."))
    speech = books.article(replace(book, children=words("All three. At once.")), after)
    _root, pars = heard(book, after, speech=speech)
    assert targets(pars) == ["headline-s1", "b-p", "q-s1"]
    assert (pars[1].begins, pars[1].ends) == (1, 3)


def test_what_the_book_does_not_show_has_no_piece_and_no_clip_runs_into_it():
    one, two = (Paragraph(id=name, children=words(f"{name}.")) for name in ("one", "two"))
    speech = books.article(one, Paragraph(id="x", children=words("Only said.")), two)
    _root, pars = heard(one, two, speech=speech)
    assert targets(pars) == ["headline-s1", "one-s1", "two-s1"]
    assert pars[1].ends <= 2
    assert pars[2].begins == 3


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (0, "0:00:00.000"),
        (61.2345, "0:01:01.234"),
        (3599.9996, "1:00:00.000"),
        (0.0005, "0:00:00.000"),
    ],
)
def test_a_clock_is_exact_to_the_millisecond(moment, told):
    assert overlay.clock(moment) == told


def test_the_sum_of_clips_is_that_of_what_is_written():
    pars = [Par("a", 0.0004, 1.0006), Par("b", 1.0006, 2.0004)]
    assert overlay.seconds(pars) == 2.0
