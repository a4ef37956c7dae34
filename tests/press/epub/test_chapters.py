"""A chapter has every word of its article, and nothing that a book cannot hold."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

import pytest
from lxml import etree

from masthead.manuscript import nodes, walk
from masthead.manuscript.nodes import LeadMarker, Paragraph, Text
from masthead.manuscript.press_document import Card, CorrectionCard
from masthead.press.epub import adapting, faces
from masthead.press.epub.book import Chapter, Topic
from masthead.press.paper.engine import FONTS
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.factories.editorial import THEN
from tests.press.epub import books

XHTML = "{http://www.w3.org/1999/xhtml}"
ARTICLE = f"EPUB/text/{golden.MANUSCRIPT.key}.xhtml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("books")


@pytest.fixture(scope="module")
def golden_book(folder):
    return zipfile.ZipFile(books.bound(books.book(books.everything()), folder))


@pytest.fixture(scope="module")
def chapter(golden_book):
    return etree.fromstring(golden_book.read(ARTICLE))


def chapter_of(document, folder, *others, **changes):
    one = books.book(Chapter(document, books.FULL), *others, **({"pages_of": ""} | changes))
    with zipfile.ZipFile(books.bound(one, folder, "one.epub")) as zipped:
        return etree.fromstring(zipped.read(f"EPUB/text/{document.key}.xhtml"))


def paragraph(*words, block_id="p"):
    return Paragraph(id=block_id, children=words)


def test_each_block_can_be_found_by_its_id(chapter):
    here = walk.for_edition(golden.MANUSCRIPT, "epub")
    ids = set(chapter.xpath("//@id"))
    missing = [
        block.id
        for block in walk.blocks(here.body)
        if f"b-{block.id}" not in ids and not isinstance(block, LeadMarker)
    ]
    assert missing == []


def test_each_word_stands_in_the_chapter(chapter):
    text = "".join(chapter.itertext())
    words = walk.words(walk.for_edition(golden.MANUSCRIPT, "epub"))
    kinds = nodes.Text | nodes.CodeSpan
    assert [one.text for one in words if isinstance(one, kinds) and one.text not in text] == []
    front = golden.MANUSCRIPT.front
    for words in (
        front.headline,
        front.standfirst,
        "Photographs by Jon Reed",
        "Northquay, 1 March",
    ):
        assert words in text


def test_what_is_meant_for_books_stands_in_them_and_what_is_not_does_not(folder):
    both = (
        replace(paragraph(Text("For books."), block_id="a"), editions=("epub",)),
        replace(paragraph(Text("For paper."), block_id="b"), editions=("paper",)),
    )
    front = nodes.FrontMatter(
        headline="One", variants=(nodes.FrontVariant(("epub",), headline="One, as a book"),)
    )
    manuscript = nodes.Manuscript(key=golden.MANUSCRIPT.key, front=front, body=both)
    text = "".join(chapter_of(pressed(manuscript, "epub"), folder).itertext())
    assert "For books." in text
    assert "For paper." not in text
    assert "One, as a book" in text


def test_nothing_is_fetched_from_elsewhere_and_nothing_runs(golden_book, chapter):
    for name in ("script", "audio", "video", "iframe", "object", "source", "link"):
        found = [one for one in chapter.iter(f"{XHTML}{name}") if one.get("rel") != "stylesheet"]
        assert found == []
    there = golden_book.namelist()
    for image in chapter.iter(f"{XHTML}img"):
        assert f"EPUB/{image.get('src').removeprefix('../')}" in there


def test_a_cropped_picture_is_a_file_of_its_own_and_has_no_frame(chapter):
    assert not chapter.xpath("//*[contains(@class, 'crop')]")
    (cropped,) = chapter.xpath("//h:figure[@id='b-f1']//h:img/@src", namespaces={"h": XHTML[1:-1]})
    (lead,) = chapter.xpath(
        "//h:figure[@id='b-lead-figure']//h:img/@src", namespaces={"h": XHTML[1:-1]}
    )
    assert cropped != lead


def test_a_recording_leaves_its_transcript_and_says_where_it_is_heard(chapter):
    (figure,) = chapter.xpath("//*[@id='b-r1']")
    assert "Waves, and then none." in "".join(figure.itertext())
    assert figure.xpath(".//@href")[-1].startswith("https://lantern.example/articles/")


def test_links_stay_in_the_book_where_they_can_and_are_whole_elsewhere(folder, chapter):
    assert "https://lantern.example/article/33333333-3333-4333-8333-333333333333/" in set(
        chapter.xpath("//@href")
    )
    other = books.article(
        paragraph(Text("Here.")), key="33333333-3333-4333-8333-333333333333", headline="Other"
    )
    together = chapter_of(pressed(golden.MANUSCRIPT, "epub"), folder, Chapter(other, books.FULL))
    links = set(together.xpath("//@href"))
    assert "33333333-3333-4333-8333-333333333333.xhtml" in links
    assert "topics.xhtml#topic-22222222-2222-4222-8222-222222222222" in links


def test_the_index_has_people_first_by_the_name_they_are_looked_up_by(folder):
    people = [
        Topic(f"topic:{number}", name, kind, sorts)
        for number, name, kind, sorts in (
            (1, "Zoe Abel", "person", "Abel, Zoe"),
            (2, "Ada Zink", "person", "Zink, Ada"),
            (3, "Averell", "place", "Averell"),
            (4, "Nobody", "person", "Nobody"),
        )
    ]
    document = books.article(paragraph(Text("Words.")), topics=("topic:2", "topic:3", "topic:1"))
    document = replace(document, cards={one.key: Card(one.name) for one in people[:3]})
    one = books.book(Chapter(document, books.FULL), topics=people, pages_of="")
    with zipfile.ZipFile(books.bound(one, folder, "index.epub")) as zipped:
        page = etree.fromstring(zipped.read("EPUB/text/topics.xhtml"))
    named = ["".join(one.itertext()) for one in page.iter(f"{XHTML}h2", f"{XHTML}span")]
    assert named == ["People", "Abel, Zoe", "Zink, Ada", "Places", "Averell"]


def test_corrections_of_an_article_and_of_earlier_issues_are_told(folder, golden_book):
    assert "It has two arches." in golden_book.read("EPUB/text/corrections.xhtml").decode()
    document = replace(
        books.article(paragraph(Text("Words."))),
        corrections=(CorrectionCard("Correction", "It was forty.", THEN),),
    )
    text = "".join(chapter_of(document, folder).itertext())
    assert "Correction, May 4, 2026: It was forty." in text


def test_words_that_xml_cannot_hold_do_no_harm(folder):
    hostile = 'A\x00B\x0b <script>&amp; "quoted" \ufffe end'
    document = books.article(
        paragraph(Text(hostile)), nodes.Code(id="c", text="\na < b\x07"), headline=hostile
    )
    text = "".join(chapter_of(document, folder).itertext())
    assert 'A B  <script>&amp; "quoted"   end' in text
    assert "a < b " in text


def test_a_picture_that_nobody_described_is_not_said_to_be(folder):
    document = pressed(golden.MANUSCRIPT, "epub")
    assert adapting.described(document, books.FULL)
    bare = {key: replace(card, alternative="") for key, card in document.pictures.items()}
    (first, *rest) = golden.MANUSCRIPT.body
    undescribed = nodes.Figure(id="u", picture=golden.PICTURE)
    manuscript = replace(golden.MANUSCRIPT, body=(first, undescribed, *rest))
    document = replace(pressed(manuscript, "epub"), pictures=bare)
    assert not adapting.described(document, books.FULL)


# --- Faces ------------------------------------------------------------------


def letters_in(face, tmp_path):
    from fontTools.ttLib import TTFont

    file = tmp_path / "face.ttf"
    file.write_bytes(face.data)
    return set(TTFont(file).getBestCmap())


def test_faces_have_the_letters_that_are_set_and_no_more(tmp_path):
    found = faces.cut(books.TOKENS, [FONTS], ["Quay"])
    assert {face.family for face in found} == {"Piazzolla", "Sofia Sans Extra Condensed"}
    for face in found:
        letters = letters_in(face, tmp_path)
        assert set(map(ord, "Quay")) <= letters
        assert ord("z") not in letters


def test_faces_have_the_letters_of_contents_and_colophon_too(folder, tmp_path):
    chapter = Chapter(
        books.article(paragraph(Text("Words.")), kicker="Here"), books.FULL, department="Ÿser"
    )
    one = books.bound(
        books.book(chapter, publisher="Ŵave", pages_of="", cover=""), folder, "faces.epub"
    )
    with zipfile.ZipFile(one) as zipped:
        data = zipped.read("EPUB/faces/Piazzolla-Regular.ttf")
    face = faces.Face("Piazzolla", 400, "normal", "", data)
    assert set(map(ord, "ŸŴ")) <= letters_in(face, tmp_path)


def test_a_face_for_arabic_comes_along_where_there_is_any(tmp_path):
    found = faces.cut(books.TOKENS, [FONTS], ["Quay قهوة"])
    arabic = [face for face in found if face.family == faces.ARABIC]
    assert len(arabic) == 2
    assert ord("ق") in letters_in(arabic[0], tmp_path)


def test_a_face_is_called_by_a_name_that_is_good_in_any_address(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    for number, file in enumerate(FONTS.glob("Piazzolla-*.ttf")):
        ending = ".otf" if number else ".ttf"
        (folder / f"Näme & more {number}{ending}").write_bytes(file.read_bytes())
    found = faces.cut(books.TOKENS, [folder], ["Quay"])
    assert {face.media_type for face in found} <= {"font/ttf", "font/otf"}
    assert "font/otf" in {face.media_type for face in found}
    assert all(re.fullmatch(r"faces/N-me-more-\d\.(ttf|otf)", face.path) for face in found)


def test_a_face_under_another_licence_stays_out():
    tokens = {**books.TOKENS, "fonts": dict(books.TOKENS["fonts"])}
    tokens["fonts"]["text"] = {**tokens["fonts"]["text"], "licence": "LicenseRef-Ours"}
    assert {face.family for face in faces.cut(tokens, [FONTS], ["Quay"])} == {
        "Sofia Sans Extra Condensed"
    }


def test_the_colophon_names_the_faces_and_their_licence(golden_book):
    text = golden_book.read("EPUB/text/colophon.xhtml").decode()
    assert "Set in Piazzolla, Sofia Sans Extra Condensed (SIL Open Font License 1.1)" in text
    assert "ISSN 1234-5679" in text
    assert "Page numbers are those of: The Lantern, No. 18, print edition" in text
