"""Bad input gets a clear message; nothing is lost and nothing breaks."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from masthead.editorial import manuscripts
from masthead.editorial.models import Article, Picture
from masthead.manuscript import walk
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, django_user_model):
    make.magazine()
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    return client


def upload(client, name: str, content: bytes, media_type: str = "image/jpeg"):
    return client.post(
        "/office/images/add/",
        {
            "title": "Test",
            "file": SimpleUploadedFile(name, content, media_type),
            "collection": 1,
            "tags": "",
            "description": "x",
        },
    )


def drawn(size: tuple[int, int], kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", size).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("words.jpg", b"These are words, not a picture."),
        ("empty.png", b""),
        ("cut.jpg", drawn((300, 300), "JPEG")[:400]),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.html", b"<script>alert(1)</script>"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_with_a_reason(editor, name, content) -> None:
    answer = upload(editor, name, content)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not Picture.objects.exists()


def test_a_picture_of_fifty_megapixels_is_refused_with_a_reason(editor) -> None:
    answer = upload(editor, "huge.png", drawn((10_000, 5_001)))
    assert answer.status_code == 200
    assert "pixel" in str(answer.context["form"].errors["file"])
    assert not Picture.objects.exists()


def content_state(html_as_text: str) -> str:
    """Return what the text editor posts for one paragraph of these very characters."""
    block = {"key": "aaaaa", "text": html_as_text, "type": "unstyled", "depth": 0,
             "inlineStyleRanges": [], "entityRanges": []}  # fmt: skip
    return json.dumps({"blocks": [block], "entityMap": {}})


def form(title, **changed):
    """Return what the browser posts for a new article with one text."""
    data = {
        "title": "Pasted", "slug": "pasted", "kicker": "", "standfirst": "",
        "section": make.section(title).pk, "access": "open", "release": "when_ready",
        "language": "en", "dateline_place": "", "dateline_on": "", "published_at": "",
        "revised_at": "", "seo_title": "", "search_description": "",
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "text",
        "body-0-id": "", "body-0-value-text": content_state("Words."), "lead_figure-count": "0",
        "action-publish": "1",
    } | changed  # fmt: skip
    for rows in (
        "bylines",
        "notes",
        "sources",
        "topic_links",
        "front_variants",
        "sayings",
        "comments",
    ):
        data |= {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0",
                 f"{rows}-MIN_NUM_FORMS": "0", f"{rows}-MAX_NUM_FORMS": "1000"}  # fmt: skip
    return data


def post_article(editor, **changed):
    title = make.Title.objects.get()
    shelf = make.shelf(make.ArticleIndex, title)
    return editor.post(f"/office/pages/add/editorial/article/{shelf.pk}/", form(title, **changed))


def test_pasted_html_with_scripts_becomes_harmless_words(editor, client) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    entity = {
        "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(3)"}}
    }
    state = json.loads(content_state(hostile))
    state["blocks"][0]["entityRanges"] = [{"offset": 0, "length": 8, "key": 0}]
    state["entityMap"] = entity
    answer = post_article(editor, **{"body-0-value-text": json.dumps(state)})
    assert answer.status_code == 302, answer.context["form"].errors
    article = Article.objects.get(slug="pasted")
    page = client.get(article.url).content.decode()
    # One holds data for machines, which no browser runs; the other is ours, from this host.
    assert re.findall(r"<script[^>]*>", page) == [
        '<script type="application/ld+json">',
        '<script type="module" src="/static/newsstand/listening-bar.js">',
    ]
    assert "<img src=x" not in page
    assert "javascript:" not in page.lower()
    assert "&lt;script&gt;" in page


def test_an_article_of_thirty_thousand_words_is_kept_to_the_last(editor, client) -> None:
    words = " ".join(f"word{number}" for number in range(30_000))
    answer = post_article(editor, **{"body-0-value-text": content_state(words)})
    assert answer.status_code == 302
    article = Article.objects.get(slug="pasted")
    assert walk.word_count(manuscripts.to_manuscript(article)) == 30_000
    page = client.get(article.url)
    assert page.status_code == 200
    assert "word29999" in page.content.decode()


def test_a_draft_may_be_saved_half_done(editor) -> None:
    data = {"section": "", "body-0-type": "audio", "body-0-value-recording": "",
            "body-0-value-title": "", "body-0-value-seconds": "", "body-0-value-credit": "",
            "body-0-value-transcript-count": "0"}  # fmt: skip
    title = make.Title.objects.get()
    shelf = make.shelf(make.ArticleIndex, title)
    fields = form(title, **data)
    del fields["action-publish"], fields["body-0-value-text"]
    answer = editor.post(f"/office/pages/add/editorial/article/{shelf.pk}/", fields)
    assert answer.status_code == 302, answer.context["form"].errors
    article = Article.objects.get(slug="pasted")
    assert editor.get(f"/office/pages/{article.pk}/edit/").status_code == 200


def test_an_article_cannot_be_placed_in_two_issues_from_the_office(editor) -> None:
    title = make.Title.objects.get()
    article = make.article(title)
    make.issue(title, article)
    other = make.issue(title)
    fields = {
        "title": other.title, "slug": other.slug, "number": "2", "volume": "", "kind": "regular",
        "counts_as": "1", "cover_date": "2026-05-01", "cover_date_text": "",
        "planned_on_sale_at": "", "cover": "", "editors_note": content_state(""),
        "seo_title": "", "search_description": "",
        "contents-0-id": "", "contents-0-ORDER": "1", "contents-0-DELETE": "",
        "contents-0-article": article.pk, "contents-0-department": "", "contents-0-page_hint": "",
    }  # fmt: skip
    for rows, count in (("contents", "1"), ("cover_lines", "0"), ("comments", "0")):
        fields |= {f"{rows}-TOTAL_FORMS": count, f"{rows}-INITIAL_FORMS": "0",
                   f"{rows}-MIN_NUM_FORMS": "0", f"{rows}-MAX_NUM_FORMS": "1000"}  # fmt: skip
    answer = editor.post(f"/office/pages/{other.pk}/edit/", fields)
    assert answer.status_code == 200
    assert "stands in another issue" in answer.content.decode()
