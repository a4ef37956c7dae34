"""The Lantern is our own sample: it must show everything, and show it properly."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import masthead
from masthead.manuscript import markdown, nodes, walk
from masthead.manuscript.nodes import Embed, Figure, Manuscript, Paragraph

LANTERN = Path(masthead.__file__).parent / "cli" / "lantern"
ARTICLES = sorted((LANTERN / "articles").glob("*/index.md"))
OTHERS = sorted(set(LANTERN.rglob("*.md")) - set(ARTICLES))
NODE_KINDS = {*typing.get_args(nodes.Block), *typing.get_args(nodes.Inline)}


def front_of(path: Path) -> dict[str, Any]:
    return markdown.split(path.read_text("utf-8"))[0]


def manuscript_of(path: Path) -> Manuscript:
    return markdown.read(*markdown.split(path.read_text("utf-8"))).manuscript


def named(path: Path) -> str:
    return str(path.relative_to(LANTERN).with_suffix("")).removesuffix("/index")


def figures_of(manuscript: Manuscript) -> Iterator[Figure]:
    if manuscript.front.lead_figure:
        yield manuscript.front.lead_figure
    for block in walk.blocks(manuscript.body):
        if isinstance(block, Figure):
            yield block


def kinds_in(manuscripts: list[Manuscript]) -> set[type]:
    return {
        type(node)
        for manuscript in manuscripts
        for node in (*walk.blocks(manuscript.body), *walk.words(manuscript))
    }


@pytest.mark.parametrize("path", [*ARTICLES, *OTHERS], ids=named)
def test_nothing_in_it_is_lost_in_reading(path):
    front, body = markdown.split(path.read_text("utf-8"))
    assert markdown.read({"title": path.stem, **front}, body).lost == ()


def test_every_kind_of_block_and_word_stands_somewhere_in_it():
    used = kinds_in([manuscript_of(path) for path in ARTICLES])
    assert {kind.__name__ for kind in NODE_KINDS - used} == set()


def test_a_kind_that_is_used_nowhere_would_be_noticed():
    plain = Manuscript(
        key="1",
        front=nodes.FrontMatter(headline="Plain"),
        body=(Paragraph(id="p", children=(nodes.Text("Words."),)),),
    )
    assert kinds_in([plain]) == {Paragraph, nodes.Text}


@pytest.mark.parametrize("path", ARTICLES, ids=named)
def test_every_picture_says_what_is_to_be_seen_and_who_made_it(path):
    manuscript = manuscript_of(path)
    pictures = list(figures_of(manuscript))
    assert pictures
    for figure in pictures:
        assert figure.alternative, figure.picture
        assert figure.credit, figure.picture
    for block in walk.blocks(manuscript.body):
        if isinstance(block, Embed) and block.picture:
            assert block.alternative, block.picture


@pytest.mark.parametrize("path", [*ARTICLES, *OTHERS], ids=named)
def test_the_rights_of_every_picture_are_written_down(path):
    front = front_of(path)
    beside = {file.name for file in path.parent.glob("*.png")}
    used = beside if path.name == "index.md" else {front.get("picture") or front.get("cover")}
    for file in used - {None}:
        rights = front["pictures"][file]
        assert rights["credit"]
        assert rights["licensor"]
        assert path.name == "index.md" or rights["alt"]


@pytest.mark.parametrize("path", ARTICLES, ids=named)
def test_every_file_that_an_article_names_lies_beside_it_and_none_lies_unused(path):
    manuscript = manuscript_of(path)
    named_files = {figure.picture for figure in figures_of(manuscript)}
    for block in walk.blocks(manuscript.body):
        named_files |= {getattr(block, "picture", ""), getattr(block, "audio", "")}
    beside = {file.name for file in path.parent.iterdir()} - {"index.md"}
    assert named_files - {""} == beside


@pytest.mark.parametrize("path", ARTICLES, ids=named)
def test_every_topic_section_note_and_source_that_is_named_exists(path):
    front, manuscript = front_of(path), manuscript_of(path)
    topics = {file.stem for file in (LANTERN / "topics").glob("*.md")}
    words = list(walk.words(manuscript))
    mentioned = {word.topic for word in words if isinstance(word, nodes.Mention)}
    cited = {word.source for word in words if isinstance(word, nodes.Citation)}
    noted = {word.note for word in words if isinstance(word, nodes.FootnoteReference)}
    assert mentioned | set(manuscript.front.topics) <= topics
    assert cited == {source.id for source in manuscript.sources}
    assert noted == {note.id for note in manuscript.notes}
    assert (LANTERN / "sections" / f"{front['section']}.md").exists()
    assert (LANTERN / "issues" / f"{front['issue']}.md").exists()


def test_it_shows_every_way_in_and_every_kind_of_topic():
    access = Counter(manuscript_of(path).access for path in ARTICLES)
    assert access == {"open": 5, "registered": 2, "metered": 3, "subscribers": 8}
    kinds = {front_of(path)["type"] for path in (LANTERN / "topics").glob("*.md")}
    assert kinds == {"person", "organisation", "place", "event", "theme"}
    assert any(front_of(path).get("release") == "with_issue" for path in ARTICLES)
    assert any(front_of(path).get("corrections") for path in ARTICLES)


def test_it_has_an_archive_an_issue_in_the_making_and_three_languages():
    issues = {path.stem: front_of(path) for path in (LANTERN / "issues").glob("*.md")}
    assert {name for name, front in issues.items() if front.get("on_sale")} == {"no-17", "no-18"}
    assert {name for name, front in issues.items() if front.get("planned")} == {"no-19"}
    for path in ARTICLES:
        assert bool(front_of(path).get("draft")) == (front_of(path)["issue"] == "no-19"), path
    assert {front_of(path)["language"] for path in ARTICLES} == {"en-GB", "fr", "ar"}


def test_the_contents_of_each_issue_name_every_article_of_it_once_and_where_it_stands():
    for path in (LANTERN / "issues").glob("*.md"):
        listed = [(entry["article"], entry["page"]) for entry in front_of(path)["contents"]]
        of_it = [one for one in ARTICLES if front_of(one)["issue"] == path.stem]
        assert sorted(listed) == sorted((one.parent.name, front_of(one)["page"]) for one in of_it)
        assert len({page for _, page in listed}) == len(listed)


@pytest.mark.parametrize("path", ARTICLES, ids=named)
def test_what_anybody_may_read_of_an_article_is_a_beginning(path):
    manuscript = manuscript_of(path)
    assert any(isinstance(block, nodes.LeadMarker) for block in manuscript.body)
    assert 50 <= walk.word_count(walk.lead(manuscript).blocks) <= 160


def test_a_story_is_followed_over_more_than_one_issue():
    followed = front_of(LANTERN / "dossiers" / "leased-coasts.md")["entries"]
    days = [entry["date"] for entry in followed]
    assert len(days) >= 8
    assert days == sorted(days)
    told = {entry["article"] for entry in followed if "article" in entry}
    assert {front_of(LANTERN / "articles" / name / "index.md")["issue"] for name in told} == {
        "no-17",
        "no-18",
    }


def test_every_edition_differs_somewhere():
    manuscripts = [manuscript_of(path) for path in ARTICLES]
    blocks = [block for one in manuscripts for block in walk.blocks(one.body)]
    assert any(block.editions for block in blocks)
    assert any(block.variants for block in blocks)
    assert any(one.front.variants for one in manuscripts)
    assert any(len(walk.parts(one)) > 1 for one in manuscripts)


@pytest.mark.parametrize("path", ARTICLES, ids=named)
def test_an_article_is_long_enough_to_say_something_and_short_enough_to_be_read(path):
    assert 500 <= walk.word_count(manuscript_of(path)) <= 1800


def test_the_pictures_are_sharp_and_the_whole_is_light():
    files = [path for path in LANTERN.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 6_000_000
    for path in ARTICLES:
        lead = manuscript_of(path).front.lead_figure
        assert lead is not None
        file = path.parent / lead.picture
        assert file.stat().st_size < 400_000
        with Image.open(file) as picture:
            assert picture.width >= 1800
