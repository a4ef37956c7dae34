"""Articles become pages on which nothing is missing and nothing is obeyed."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from masthead.manuscript import nodes
from masthead.manuscript.gate import Decision, GateClosed
from masthead.manuscript.nodes import Figure, Footnote, FootnoteReference, Text
from masthead.press.paper import completeness, content, engine
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.factories.paper import AT, FULL, issue_of, paragraph, written


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> dict[str, Path]:
    file = tmp_path_factory.mktemp("pictures") / "pier.png"
    Image.new("RGB", (600, 400), (20, 90, 88)).save(file)
    return dict.fromkeys((golden.PICTURE, golden.MAP), file)


@pytest.fixture
def typeset(tmp_path, pictures):
    def make(values: dict) -> Path:
        out = tmp_path / "issue.pdf"
        engine.typeset(values, pictures, out, at=AT)
        return out

    return make


def pages_of(pdf: Path) -> list[str]:
    document = pypdfium2.PdfDocument(str(pdf))
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


def test_each_kind_of_block_and_word_has_its_place_on_paper():
    assert set(content.BLOCKS) == set(typing.get_args(nodes.Block))
    assert set(content.WORDS) == set(typing.get_args(nodes.Inline))


def test_paper_has_no_lead_to_show():
    with pytest.raises(GateClosed):
        content.of_article(pressed(golden.MANUSCRIPT, "paper"), Decision("lead", "test"))


def test_everything_in_the_golden_manuscript_stands_on_a_page(typeset):
    values = issue_of(golden.MANUSCRIPT)
    assert completeness.lost(values, typeset(values)) == []


def test_what_is_on_no_page_is_named_with_its_article_and_block(typeset):
    values = issue_of(written(paragraph("The tide came in at noon.")))
    pdf = typeset(values)
    values["articles"][0]["blocks"].append(
        {"kind": "paragraph", "id": "b7", "words": [{"kind": "text", "text": "Never printed."}]}
    )
    (told,) = completeness.lost(values, pdf)
    assert "The pier" in told
    assert "b7" in told
    assert "Never printed." in told


UNPRINTED = {
    *("id", "kind", "language", "direction", "alternative", "picture", "address", "article"),
    *("alignments", "opener", "department", "layout"),
}
"""What belongs to an article's values and is no word of it."""


def printed(value: object, key: str = "") -> Iterator[tuple[dict | list, str | int, str]]:
    """Yield every text of an article that readers see: where it stands, and its name."""
    places = value.items() if isinstance(value, dict) else enumerate(value)
    for at, inner in places:
        name = at if isinstance(at, str) else key
        if name in UNPRINTED:
            continue
        if isinstance(inner, str) and inner.strip():
            yield value, at, name
        elif isinstance(inner, (dict, list)):
            yield from printed(inner, name)


def test_whatever_is_on_no_page_is_missed_wherever_it_stands(typeset, monkeypatch):
    note = Footnote(id="n", children=(Text("Rebuilt after the flood."),))
    caption = (Text("Afloat"), FootnoteReference("n"))
    afloat = Figure(id="f", picture=golden.PICTURE, alternative="A pier", caption=caption)
    all_kinds = replace(
        golden.MANUSCRIPT,
        body=(*golden.MANUSCRIPT.body, afloat),
        notes=(*golden.MANUSCRIPT.notes, note),
    )
    article = {**issue_of(all_kinds)["articles"][0], "corrections": ["It was a Monday."]}
    values = {**issue_of(written(paragraph("A word from us."))), "articles": [article]}
    values["before"] = issue_of(written(paragraph("A word from us.")))["articles"]
    pdf = typeset(values)
    pages = pages_of(pdf)
    monkeypatch.setattr(completeness, "_texts_of", lambda _pdf: pages)
    assert completeness.lost(values, pdf) == []
    texts = list(printed([values["before"][0]["blocks"], *values["articles"]]))
    assert len(texts) > 80
    for holder, at, name in texts:
        was, holder[at] = holder[at], "Walrus and umbrella"
        assert completeness.lost(values, pdf), f"Nobody misses this {name}: {was}"
        holder[at] = was


def test_letters_that_happen_to_stand_on_the_page_are_no_words(typeset):
    values = issue_of(written(paragraph("The tide came in at noon.")))
    pdf = typeset(values)
    values["articles"][0]["blocks"][0]["words"][0]["text"] = "The moon can dine at ten."
    assert completeness.lost(values, pdf)


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd") #import "x.typ"',
        "*not bold* _not italic_ $x^2$ `code` <label> @reference",
        "= no heading, - no item, + none either, // no comment",
        "\\ ~ -- --- ... 'single' \"double\"",
        "#panic() ]} #[",
    ],
)
def test_what_looks_like_markup_is_printed(typeset, words):
    values = issue_of(written(paragraph(words), headline=words))
    pdf = typeset(values)
    assert completeness.lost(values, pdf) == []
    text = "".join("".join(pages_of(pdf)).split())
    for sign in "#*_$`<@=\\~]}[":
        if sign in words:
            assert sign in text


def test_control_characters_are_left_out_and_the_rest_is_kept(typeset):
    values = issue_of(written(paragraph("The\x00 ti\x07de\x1b[0m rose.")))
    assert "The tide[0m rose." in typeset_text(typeset(values))


def typeset_text(pdf: Path) -> str:
    return " ".join("\n".join(pages_of(pdf)).split())


def test_a_note_called_from_something_afloat_is_not_lost(typeset):
    note = Footnote(id="n", children=(Text("Rebuilt after the flood."),))
    figure = Figure(
        id="f",
        picture=golden.PICTURE,
        alternative="A pier",
        caption=(Text("The pier"), FootnoteReference("n")),
    )
    values = issue_of(written(figure, paragraph("Words."), notes=(note,)))
    pdf = typeset(values)
    assert completeness.lost(values, pdf) == []
    assert typeset_text(pdf).count("Rebuilt after the flood.") == 1


def test_the_contents_name_the_page_on_which_an_article_begins(typeset):
    long = [paragraph(f"Sentence {n} of a long report. " * 12, f"p{n}") for n in range(40)]
    values = issue_of(
        written(*long, headline="A long report"), written(paragraph("Short."), headline="Brief")
    )
    pages = pages_of(typeset(values))
    starts = [number for number, text in enumerate(pages, 1) if "Short." in text]
    contents = " ".join(pages[1].split())
    assert "A long report 3" in contents
    assert f"Brief {starts[0]}" in contents
    assert starts[0] > 4


def test_the_foot_of_a_page_names_the_article_on_that_page(typeset):
    long = [paragraph(f"Sentence {n} of a long report. " * 12, f"p{n}") for n in range(40)]
    values = issue_of(
        written(*long, headline="A long report"), written(*long, headline="Another one")
    )
    pages = pages_of(typeset(values))
    begins = next(n for n, text in enumerate(pages) if n > 2 and "Another one" in text)
    on_right = [n for n in range(2, len(pages)) if n % 2 == 0]
    assert len(on_right) > 2
    for number in on_right:
        named = "Another one" if number >= begins else "A long report"
        other = "A long report" if number >= begins else "Another one"
        assert named in pages[number]
        assert other not in pages[number]


def test_an_arabic_article_is_set_from_right_to_left(typeset):
    values = issue_of(written(paragraph("وصل المد عند الظهر."), headline="الرصيف", language="ar"))
    assert values["articles"][0]["direction"] == "rtl"
    pdf = typeset(values)
    assert completeness.lost(values, pdf) == []
    never = {"kind": "text", "text": "لم تطبع هذه الجملة قط."}
    values["articles"][0]["blocks"].append({"kind": "paragraph", "id": "b", "words": [never]})
    (told,) = completeness.lost(values, pdf)
    assert "الرصيف" in told


def test_a_few_arabic_words_are_not_missed_for_what_an_arabic_article_has_lost(typeset):
    # Of the long one some letters come back as others; the short one may not pay for them.
    long = written(
        *[paragraph("وصل المد لا عند الظهر.", f"p{n}") for n in range(80)], language="ar"
    )
    short = written(paragraph("They call it المد there."), headline="A word")
    values = issue_of(long, short)
    pdf = typeset(values)
    values["articles"][0]["blocks"][0]["words"][0]["text"] += " مدد"
    assert completeness.lost(values, pdf) == []
    values["articles"][1]["blocks"][0]["words"][0]["text"] = "They call it زورق there."
    (told,) = completeness.lost(values, pdf)
    assert "A word" in told


def test_the_same_issue_gives_the_same_bytes(typeset):
    values = issue_of(golden.MANUSCRIPT)
    first = typeset(values).read_bytes()
    assert typeset(values).read_bytes() == first


def test_headings_skip_no_level():
    value = content.of_article(
        pressed(
            written(
                nodes.Heading(id="a", level=4, children=(Text("Deep"),)),
                nodes.Heading(id="b", level=3, children=(Text("Less deep"),)),
                nodes.Heading(id="c", level=2, children=(Text("Flat"),)),
            ),
            "paper",
        ),
        FULL,
    )
    assert [block["level"] for block in value["blocks"]] == [2, 3, 2]


@pytest.mark.parametrize("fault", ["font", "picture", "time"])
def test_a_fault_is_told_and_what_stood_there_before_is_untouched(
    tmp_path, pictures, monkeypatch, fault
):
    out = tmp_path / "issue.pdf"
    out.write_bytes(b"the last good one")
    values = issue_of(golden.MANUSCRIPT)
    there = pictures
    if fault == "font":
        values["tokens"]["fonts"]["text"] = {"family": "No Such Face"}
    elif fault == "picture":
        there = {}
    else:
        monkeypatch.setattr(engine, "LONGEST_SECONDS", 0.01)
    with pytest.raises(engine.CannotTypeset) as told:
        engine.typeset(values, there, out, at=AT)
    expected = {"font": "no such face", "picture": "picture", "time": "longer than"}
    assert expected[fault] in str(told.value)
    assert out.read_bytes() == b"the last good one"
    assert list(tmp_path.iterdir()) == [out]


def test_a_correction_stands_above_the_text_that_it_corrects(typeset):
    from masthead.manuscript.press_document import CorrectionCard

    document = pressed(written(paragraph("The pier is 90 metres long.")), "paper")
    record = CorrectionCard("Correction", "An earlier version said 80.", AT)
    values = issue_of()
    values["articles"] = [content.of_article(replace(document, corrections=(record,)), FULL)]
    text = typeset_text(typeset(values))
    assert text.index("An earlier version") < text.index("The pier is 90")


def test_a_correction_of_an_earlier_issue_that_is_on_no_page_is_told(typeset):
    values = issue_of(written(paragraph("Words.")))
    record = {"about": "The lamp, Number 6", "text": "It stands on the left of the pier."}
    pdf = typeset({**values, "corrections": [record]})
    assert completeness.lost({**values, "corrections": [record]}, pdf) == []
    other = {**record, "text": "It stands on the right of the pier."}
    (told,) = completeness.lost({**values, "corrections": [other]}, pdf)
    assert "The lamp, Number 6" in told


def test_the_pictures_of_a_gallery_stand_in_their_order(typeset):
    figures = tuple(
        Figure(
            id=f"g{number}",
            picture=golden.PICTURE,
            alternative="A pier",
            caption=(Text(f"State {number}."),),
        )
        for number in range(1, 5)
    )
    body = [paragraph("The pier was mended in a night. " * 30, f"p{number}") for number in range(6)]
    gallery = nodes.Gallery(id="g", figures=figures, caption=(Text("Four states of a pier."),))
    text = typeset_text(typeset(issue_of(written(body[0], gallery, *body[1:]))))
    places = [text.index(f"State {number}.") for number in range(1, 5)]
    assert places == sorted(places)
    assert places[-1] < text.index("Four states of a pier.")


def test_a_reference_to_a_source_is_not_parted_between_lines():
    source = nodes.Source(id="s", title="The register")
    word = nodes.Citation(source="s", locator="p. 14", children=(Text("as it says"),))
    piece = written(paragraph("It is so, ", "p", word), sources=(source,))
    article = content.of_article(pressed(piece, "paper"), FULL)
    assert article["blocks"][0]["words"][-1]["text"] == "\u00a0[1,\u00a0p.\u00a014]"


def test_what_somebody_did_stands_before_the_name():
    piece = written(paragraph("Words."))
    by = nodes.Byline(name="Edda Vail", role="Engravings by")
    piece = replace(piece, front=replace(piece.front, bylines=(by,)))
    assert content.of_article(pressed(piece, "paper"), FULL)["bylines"] == [
        "Engravings by Edda Vail"
    ]
