"""Whom an article is for: itself, its issue, its section, its title, in this order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from masthead.editorial.audiences import audience_of
from masthead.editorial.models import Article, Issue, Title
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

DAYS = ("free_after_days", "subscribers_first_days")


@pytest.fixture
def title():
    return make.magazine()


def placed(title: Title, **fields) -> Article:
    """Return an article that says nothing itself, in a section and an issue."""
    article = make.article(title)
    Article.objects.filter(pk=article.pk).update(access="", **fields)
    make.issue(title, article)
    return Article.objects.get(pk=article.pk)


def fresh(article: Article) -> Article:
    return Article.objects.with_copy().get(pk=article.pk)


def audience(article: Article):
    return audience_of(fresh(article), Title.objects.get())


def test_an_article_about_which_nobody_says_anything_is_for_subscribers(title) -> None:
    assert audience_of(Article(title="New"), None).access == "subscribers"
    assert audience(placed(title)).access == "subscribers"


def test_the_nearest_that_says_something_decides(title) -> None:
    article = placed(title)
    told = [(Title.objects.all(), "registered"), (type(article.section).objects.all(), "metered"),
            (Issue.objects.all(), "open"), (Article.objects.all(), "subscribers")]  # fmt: skip
    for rows, access in told:
        rows.update(access=access)
        assert audience(article).access == access


@pytest.mark.parametrize(
    ("days", "moment"), list(zip(DAYS, ("free_from", "subscribers_until"), strict=True))
)
def test_embargoes_come_from_the_nearest_that_names_one_and_none_can_be_said(
    title, days, moment
) -> None:
    article = placed(title)
    assert getattr(audience(article), moment) is None
    Title.objects.update(**{days: 30})
    assert getattr(audience(article), moment) == make.THEN + timedelta(days=30)
    Issue.objects.update(**{days: 7})
    assert getattr(audience(article), moment) == make.THEN + timedelta(days=7)
    Article.objects.update(**{days: 0})
    assert getattr(audience(article), moment) is None


def test_a_draft_without_a_day_of_publication_opens_at_no_moment(title) -> None:
    Title.objects.update(free_after_days=1)
    article = make.article(title, live=False, published_at=None)
    assert audience(article).free_from is None


def test_asking_for_whom_many_articles_are_costs_one_query(
    title, django_assert_num_queries
) -> None:
    from masthead.circulation import viewers

    for _each in range(4):
        placed(title)
    articles = list(Article.objects.published().with_cards())
    with django_assert_num_queries(1):
        assert len(viewers.works_of(articles)) == 4


def test_an_article_that_says_nothing_is_written_out_as_what_holds(title) -> None:
    from masthead.editorial import manuscripts

    Title.objects.update(access="registered")
    assert manuscripts.to_manuscript(fresh(placed(title))).access == "registered"
