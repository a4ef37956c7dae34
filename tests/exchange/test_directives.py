"""The marks of other houses, and a real magazine that has them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from masthead import plugins
from masthead.editorial import manuscripts
from masthead.editorial.models import Article
from masthead.exchange.directives import Translation
from masthead.exchange.directives.free_software_magazine import translate
from masthead.manuscript import markdown, nodes, walk
from tests.exchange.conftest import article, everything, reasons

REAL = Path(__file__).resolve().parents[3] / "shared/data/markdown/free-software-magazine"


def blocks(body: str, **front: str) -> list[nodes.Block]:
    """Return the blocks that the house's text becomes."""
    translation = translate({"title": "T", **front}, body)
    assert translation.lost == ()
    reading = markdown.read(translation.front, translation.body)
    assert reading.lost == ()
    return list(reading.manuscript.body)


def test_an_image_is_a_figure_with_its_caption():
    (figure,) = blocks('=IMAGE=pier.jpg=A _pier_ = "P", with <p> tags=')
    assert isinstance(figure, nodes.Figure)
    assert figure.picture == "pier.jpg"
    assert walk.plain_text(figure.caption) == 'A pier = "P", with <p> tags'
    (bare,) = blocks("=IMAGE=pier.jpg=")
    assert bare.caption == ()


def test_a_zoom_is_a_pull_quote():
    (quote,) = blocks("=ZOOM=A harbour is a promise=")
    assert isinstance(quote, nodes.PullQuote)
    assert walk.plain_text(quote.children) == "A harbour is a promise"


def test_a_text_box_is_an_aside_with_all_that_is_in_it():
    box, after = blocks(
        '=TEXTBOX_START=In "short"=\nWords.\n\n=CODE_START=\n::::\n=CODE_END=\n'
        "=IMAGE=a.jpg=\n=TEXTBOX_END=\nAfter."
    )
    assert isinstance(box, nodes.Aside)
    assert box.title == 'In "short"'
    assert [type(one) for one in box.blocks] == [nodes.Paragraph, nodes.Code, nodes.Figure]
    assert isinstance(after, nodes.Paragraph)


def test_code_is_kept_to_the_character():
    text = "  if (a < b) {\n\n\t=IMAGE=x=\n```\n<!--pagebreak-->\n | |\n-|-|\n"
    (code,) = blocks(f"=CODE_START=\n\n{text}\n=CODE_END=")
    assert isinstance(code, nodes.Code)
    assert code.text == text.rstrip("\n")


def test_a_table_gets_the_caption_below_it():
    (table,) = blocks(
        " | |\n-|-|\nQuay | Berths | \nEast | 12 | \n\n=TABLE_CAPTION=Berths, by quay=\n"
    )
    assert isinstance(table, nodes.Table)
    assert table.header == ()
    assert [[walk.plain_text(cell) for cell in row] for row in table.rows] == [
        ["Quay", "Berths"],
        ["East", "12"],
    ]
    assert walk.plain_text(table.caption) == "Berths, by quay"


def test_a_page_break_parts_and_tags_in_words_are_words():
    first, between, second = blocks("Write <br> and `<p>`.\n\n<!--pagebreak-->\n\nMore.")
    assert walk.plain_text((first,)) == "Write <br> and <p>."
    assert isinstance(between, nodes.PageBreak)
    assert isinstance(second, nodes.Paragraph)


def test_what_makes_no_sense_is_told_and_its_words_kept():
    translation = translate(
        {"title": "A&#x2014;B", "main_image": "hide.jpg"},
        "=TEXTBOX_END=\n=TABLE_CAPTION=No table=\n=TEXTBOX_START=Open=\nWords.\n=CODE_START=\nx",
    )
    assert translation.front == {"title": "A—B"}
    assert len(translation.lost) == 5
    assert "No table" in translation.body
    assert "Words." in translation.body


def test_other_lines_with_equals_signs_are_left_alone():
    (paragraph,) = blocks("=UNKNOWN=thing=")
    assert walk.plain_text((paragraph,)) == "=UNKNOWN=thing="


@pytest.mark.django_db
def test_a_house_may_bring_its_own_directives(lay, bring_in):
    def shout(front, body):
        return Translation({**front, "title": "LOUD"}, body.upper(), ("a mark was lost",))

    lay("a.md", "title: A\ndate: 2026-01-01")
    report = bring_in(directives=shout)
    assert article("a").title == "LOUD"
    assert reasons(report) == "a mark was lost"
    assert walk.plain_text(manuscripts.to_manuscript(article("a"))) == "SOME WORDS."


def test_the_house_we_bring_is_announced():
    assert plugins.load("directives", "free-software-magazine") is translate


@pytest.mark.skipif(not REAL.exists(), reason="the real magazine is not on this machine")
@pytest.mark.django_db
def test_a_real_magazine_comes_in_whole_and_twice_the_same(bring_in, title):
    sources = {path.parent.name: path for path in REAL.glob("articles/*/index.md")}
    texts = {
        name: path.read_text(encoding="utf-8").replace("\r\n", "\n")
        for name, path in sources.items()
    }
    report = bring_in(directory=REAL, directives=translate)

    assert report.published == len(texts)
    assert report.issues == len(_said(texts, r"^issue: (\S+)"))
    assert report.contributors == len(_said(texts, r"^authors: (.+)$"))
    shown = {
        (sources[name].parent / file).read_bytes()
        for name, text in texts.items()
        for file in re.findall(r"^=IMAGE=([^=\n]+)=", text, re.MULTILINE)
    }
    assert report.pictures == len(shown)
    # A blank picture, and two files of the old site that are not among the articles.
    assert all(re.search("hide.jpg|downloads.tgz", line.reason) for line in report.not_carried)

    wanted = Counter({nodes.Figure: "IMAGE", nodes.PullQuote: "ZOOM", nodes.Aside: "TEXTBOX_START"})
    for name, text in texts.items():
        body = list(walk.blocks(manuscripts.to_manuscript(article(name)).body))
        kinds = Counter(type(block) for block in body)
        for kind, mark in wanted.items():
            assert kinds[kind] == len(re.findall(rf"^={mark}=", text, re.MULTILINE)), name
        assert kinds[nodes.PageBreak] == text.count("<!--pagebreak-->"), name
        assert not _words(text) - _words(_all_words(name)), name

    before = everything()
    assert bring_in(directory=REAL, directives=translate) == report
    assert everything() == before


def _said(texts: dict[str, str], pattern: str) -> set[str]:
    return {found for text in texts.values() for found in re.findall(pattern, text, re.MULTILINE)}


def _all_words(name: str) -> str:
    manuscript = manuscripts.to_manuscript(Article.objects.get(slug=name))
    pieces = []
    for block in walk.blocks(manuscript.body):
        pieces += [walk.plain_text(run) for run in walk.runs(block)]
        pieces += [getattr(block, "text", ""), getattr(block, "title", "")]
    return "\n".join(pieces)


def _words(text: str) -> Counter[str]:
    """Return how often each word stands in a text, addresses, marks and list numbers aside."""
    body = text.split("\n---\n", 1)[-1]
    body = re.sub(r"^=IMAGE=[^=]*=|^=[A-Z_]+=|<!--pagebreak-->", " ", body, flags=re.MULTILINE)
    body = re.sub(r"\]\(\S*?\)|^\s*\d+\. ", "] ", body, flags=re.MULTILINE)
    return Counter(re.findall(r"\w+", body.replace("_", " ")))
