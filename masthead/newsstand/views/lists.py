"""Lists of articles: the front page, a section, everything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from masthead.editorial.models import Article, ArticleIndex, FrontPage, Issue, Section
from masthead.newsstand import structured_data
from masthead.newsstand.cards import article_cards, issue_cards, page_of
from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.metadata import head, here
from masthead.newsstand.pages import HomePage, ListPage

ON_THE_FRONT = 13


def home(page: FrontPage, request: HttpRequest, **_how: Any) -> tuple[str, HomePage]:
    """Return the front page: what an editor picked, then the newest."""
    picked = [pick.article_id for pick in page.picks.all()]
    of_title = Article.objects.descendant_of(page).published().with_cards()
    chosen = {article.pk: article for article in of_title.filter(pk__in=picked)}
    articles = [chosen[pk] for pk in picked if pk in chosen]
    articles += list(of_title.exclude(pk__in=chosen)[: ON_THE_FRONT - len(articles)])
    cards = article_cards(articles)
    newest = Issue.objects.descendant_of(page).on_sale().prefetch_related("cover_lines")[:1]
    values = HomePage(
        chrome=chrome_for(request, page=page, description=page.introduction),
        lead=cards[0] if cards else None,
        articles=cards[1:],
        issue=next(iter(issue_cards(newest)), None),
        introduction=page.introduction,
    )
    return "home", head(values, structured_data.website(values.chrome))


def section(page: Section, request: HttpRequest, **_how: Any) -> tuple[str, ListPage]:
    """Return a section's front, newest first."""
    articles = Article.objects.filter(section=page).published().with_cards()
    return "section", _list(page, request, page.title, page.introduction, articles, feeds=True)


def all_articles(page: ArticleIndex, request: HttpRequest, **_how: Any) -> tuple[str, ListPage]:
    """Return every article, newest first."""
    articles = Article.objects.child_of(page).published().with_cards()
    return "articles", _list(page, request, _("All articles"), "", articles)


def _list(
    page: Any,
    request: HttpRequest,
    heading: str,
    introduction: str,
    articles: Any,
    *,
    feeds: bool = False,
) -> ListPage:
    rows, pager = page_of(articles, request)
    values = ListPage(
        chrome=chrome_for(request, page=page, description=introduction),
        heading=heading,
        introduction=introduction,
        articles=article_cards(rows),
        pager=pager,
    )
    trail = [here(values.chrome, heading)]
    return head(values, title=heading, trail=trail, pager=pager, feeds=feeds, podcast=feeds)
