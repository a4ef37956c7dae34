"""An article is a manuscript and a manuscript is an article, without loss."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.editorial import manuscripts, press_documents
from masthead.editorial.models import Article, ArticleIndex, Attachment, Picture
from masthead.editorial.models.article import Mention
from masthead.manuscript import codec, nodes, walk
from masthead.manuscript.gate import Decision, GateClosed
from masthead.testing import golden
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


def with_rows(manuscript: nodes.Manuscript, title) -> nodes.Manuscript:
    """Return the manuscript with every key replaced by that of a row made for it."""
    swaps = {}
    for key in sorted(walk.keys(manuscript)):
        kind = key.partition(":")[0]
        if kind == "picture":
            swaps[key] = make.picture(name="p.png", credit="", description="").picture_key
        elif kind == "audio":
            sound = Attachment.objects.create(
                title="s", file=ContentFile(b"ID3" + key.encode(), name="sound.mp3")
            )
            swaps[key] = f"audio:{sound.sha256}"
        elif kind == "contributor":
            name = next(b.name for b in manuscript.front.bylines if b.contributor == key)
            swaps[key] = f"contributor:{make.contributor(title, name).key}"
        elif kind == "topic":
            swaps[key] = f"topic:{make.topic(title).key}"
        elif kind == "article":
            swaps[key] = make.article(title).article_key
        elif kind == "issue":
            swaps[key] = f"issue:{make.issue(title).key}"
    return codec.decode(_swapped(codec.encode(manuscript), swaps), nodes.Manuscript)


def _swapped(value, swaps):
    if isinstance(value, dict):
        return {name: _swapped(inner, swaps) for name, inner in value.items()}
    if isinstance(value, list):
        return [_swapped(inner, swaps) for inner in value]
    return swaps.get(value, value) if isinstance(value, str) else value


def through_the_database(manuscript: nodes.Manuscript, title) -> nodes.Manuscript:
    """Return what comes out after storing, saving, publishing and reading afresh."""
    make.section(title, "Politics")
    article = Article(key=manuscript.key, live=True, section=make.section(title, "Politics"))
    lost = manuscripts.store(article, manuscript)
    assert lost == []
    make.shelf(ArticleIndex, title).add_child(instance=article)
    article.save_revision().publish()
    return manuscripts.to_manuscript(Article.objects.get(pk=article.pk))


def test_the_golden_manuscript_comes_back_as_it_went_in(title) -> None:
    went_in = with_rows(golden.MANUSCRIPT, title)
    went_in = replace(went_in, front=replace(went_in.front, section="politics"))
    came_back = through_the_database(went_in, title)
    again = through_the_database(replace(came_back, key=str(make.uuid.uuid4())), title)
    assert replace(again, key="") == replace(came_back, key="")
    assert came_back.front == went_in.front
    assert came_back.notes == went_in.notes
    assert came_back.sources == went_in.sources
    assert came_back.access == went_in.access
    assert [_bare(block) for block in came_back.body] == [_bare(block) for block in went_in.body]


def _bare(block):
    """Return a block as JSON without ids: those of lists are made anew."""
    return _without_ids(codec.encode(block))


def _without_ids(value):
    if isinstance(value, dict):
        return {name: _without_ids(inner) for name, inner in value.items() if name != "id"}
    if isinstance(value, list):
        return [_without_ids(inner) for inner in value]
    return value


def test_ids_of_blocks_last_through_storing_again_and_again(title) -> None:
    first = through_the_database(with_rows(golden.MANUSCRIPT, title), title)
    second = through_the_database(replace(first, key=str(make.uuid.uuid4())), title)
    assert [b.id for b in walk.blocks(first.body)] == [b.id for b in walk.blocks(second.body)]
    assert len({b.id for b in walk.blocks(first.body)}) > 20


def test_the_lead_of_a_press_document_needs_no_decision_and_the_rest_does(title) -> None:
    article = make.article(
        title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), make.paragraph("Paid.")
    )
    document = press_documents.resolve(article)
    assert walk.plain_text(document.lead.blocks).strip() == "Lead."
    with pytest.raises(GateClosed):
        document.whole.open(Decision("lead", "closed"))
    assert not document.lead_is_whole


def test_what_is_limited_to_paper_is_not_on_the_web(title) -> None:
    article = make.article(
        title,
        replace(make.paragraph("On paper."), editions=("paper",)),
        make.paragraph("Everywhere."),
        access="open",
    )
    opened = press_documents.resolve(article).whole.open(Decision("full", "open"))
    assert "On paper." not in walk.plain_text(opened[0].blocks)
    paper = press_documents.resolve(article, "paper").whole.open(Decision("full", "open"))
    assert "On paper." in walk.plain_text(paper[0].blocks)


def test_a_post_is_dated_by_the_clocks_of_the_magazines_home(title) -> None:
    title.time_zone = "Asia/Tokyo"
    title.save()
    posted = datetime(2026, 3, 3, 18, 5, tzinfo=UTC)
    inner = nodes.Statement(id="s", posted_at=posted, blocks=(make.paragraph("Posted."),))
    article = make.article(title, nodes.Aside(id="a", blocks=(inner,)), access="open")
    (body,) = press_documents.resolve(article).whole.open(Decision("full", "open"))
    (statement,) = [b for b in walk.blocks(body.blocks) if isinstance(b, nodes.Statement)]
    assert statement.posted_at == posted
    assert statement.posted_at.strftime("%d %H:%M") == "04 03:05"


def test_a_picture_without_rights_for_an_edition_is_left_out_and_named(title) -> None:
    picture = make.picture(title="Agency photo", permitted_editions=["web"])
    article = make.article(title, nodes.Figure(id="f", picture=picture.picture_key))
    assert picture.picture_key in press_documents.resolve(article).pictures
    paper = press_documents.resolve_and_report(article, "paper")
    assert picture.picture_key not in paper.document.pictures
    assert "Agency photo" in paper.refused[0]


def test_a_picture_that_is_not_in_the_library_is_reported(title) -> None:
    article = Article()
    figure = nodes.Figure(id="f", picture="picture:" + "0" * 64)
    lost = manuscripts.store(article, make.manuscript(make.paragraph("Kept."), figure))
    assert "not in the library" in lost[0]
    assert "Kept." in str(article.body.get_prep_value())


def test_a_box_nested_too_deep_loses_its_frame_and_not_its_words(title) -> None:
    inner = nodes.Aside(id="c", title="Third", blocks=(make.paragraph("Deep words."),))
    middle = nodes.Aside(id="b", title="Second", blocks=(inner,))
    outer = nodes.Aside(id="a", title="First", blocks=(middle,))
    article = Article()
    lost = manuscripts.store(article, make.manuscript(outer))
    assert len(lost) == 1
    assert "Deep words." in str(article.body.get_prep_value())


def test_reading_an_article_takes_as_many_queries_however_long_it_is(title) -> None:
    counts = []
    for length in (1, 6):
        body = []
        for _ in range(length):
            topic, picture = make.topic(title), make.picture()
            mention = nodes.Mention(f"topic:{topic.key}", (nodes.Text("them"),))
            link = nodes.Link(make.article(title).article_key, (nodes.Text("there"),))
            body.append(nodes.Paragraph(id=f"p{make._count}", children=(mention, link)))
            body.append(nodes.Figure(id=f"f{picture.pk}", picture=picture.picture_key))
        pk = make.article(title, *body).pk
        article = Article.objects.get(pk=pk)
        with CaptureQueriesContext(connection) as queries:
            manuscripts.to_manuscript(article)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_mentions_are_recorded_at_publication_and_forgotten_with_the_words(title) -> None:
    topic = make.topic(title)
    mention = nodes.Mention(f"topic:{topic.key}", (nodes.Text("them"),))
    article = make.article(title, nodes.Paragraph(id="p", children=(mention,)))
    assert Mention.objects.filter(article=article, topic=topic).exists()
    manuscripts.store(article, make.manuscript(make.paragraph("Nobody.")))
    article.save_revision().publish()
    assert not Mention.objects.filter(article=article).exists()


def test_every_block_that_editors_can_add_has_a_preview_that_is_the_real_thing(
    title, client, django_user_model
) -> None:
    from masthead.editorial.blocks.body import Body

    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    shown = 0
    for block in Body().child_blocks.values():
        if not block.is_previewable:
            continue
        answer = client.get(f"/office/block-preview/?id={block.definition_prefix}")
        assert answer.status_code == 200, block.name
        assert "copy" in answer.content.decode()
        shown += 1
    assert shown >= 10


def test_the_same_file_twice_in_an_article_is_one_picture(title) -> None:
    picture = make.picture()
    make.article(
        title,
        nodes.Figure(id="a", picture=picture.picture_key),
        nodes.Figure(id="b", picture=picture.picture_key),
    )
    assert Picture.objects.count() == 1
