"""What an article keeps and what it answers to."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError

from masthead.editorial.models import ArticleByline, Note, Section
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


def test_a_copy_is_another_thing_even_when_its_old_revisions_are_published(title) -> None:
    article = make.article(title)
    article.save_revision()
    copy = article.copy(update_attrs={"title": "B", "slug": "b"}, copy_revisions=True)
    copy.get_latest_revision().publish()
    copy.refresh_from_db()
    article.refresh_from_db()
    assert copy.key != article.key


def test_moving_an_article_to_another_section_keeps_its_address(title, client) -> None:
    article = make.article(title, access="open")
    before = article.url
    article.section = make.section(title, "Culture")
    article.save_revision().publish()
    article.refresh_from_db()
    assert article.url == before == f"/articles/{article.slug}/"


def test_a_changed_slug_leaves_a_redirect(
    title, client, django_capture_on_commit_callbacks
) -> None:
    article = make.article(title, access="open")
    before = article.url
    with django_capture_on_commit_callbacks(execute=True):
        article.slug = "a-better-name"
        article.save_revision().publish()
    answer = client.get(before)
    assert (answer.status_code, answer["Location"]) == (301, "/articles/a-better-name/")


def test_a_section_cannot_take_an_address_of_the_house(title) -> None:
    for slug in ("issues", "office", "subscribe"):
        with pytest.raises(ValidationError, match="Masthead itself uses"):
            make.front_of(title).add_child(instance=Section(title="X", slug=slug))


def test_a_byline_names_somebody() -> None:
    with pytest.raises(ValidationError, match="guest"):
        ArticleByline().clean()


def test_a_note_without_a_key_is_given_one() -> None:
    note = Note(key=None, text="<p>x</p>")
    note.clean()
    assert isinstance(note.key, uuid.UUID)


def test_the_language_is_a_language_tag(title) -> None:
    article = make.article(title)
    article.language = "English, please"
    with pytest.raises(ValidationError, match="language tag"):
        article.full_clean()
