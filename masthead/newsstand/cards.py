"""Rows into cards, a constant number of queries however long the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest
from django.utils import timezone
from wagtail.models import Page

from masthead.circulation import entitlements, viewers
from masthead.editorial import pictures
from masthead.editorial.models import Article, ContentsEntry, Issue, Picture
from masthead.manuscript import languages
from masthead.manuscript.press_document import PictureCard
from masthead.newsstand.pages import ArticleCard, CoverLine, IssueCard, Link, Pager

PER_PAGE = 24


def article_cards(articles: Iterable[Article]) -> tuple[ArticleCard, ...]:
    """Return cards of articles fetched `with_cards()`: three more queries, however many."""
    articles = list(articles)
    now = timezone.now()
    locks = [entitlements.lock_of(work, now) for work in viewers.works_of(articles)]
    chosen = {article.pk: _lead_picture(article) for article in articles}
    by_pk = picture_cards(pk for pk in chosen.values() if pk)
    return tuple(
        _article_card(article, by_pk.get(chosen[article.pk] or 0), closed=lock.access != "open")
        for article, lock in zip(articles, locks, strict=True)
    )


def picture_cards(pks: Iterable[int]) -> dict[int, PictureCard]:
    """Return the cards of pictures by primary key, without those that may not be on the web."""
    wanted = Picture.objects.filter(pk__in=set(pks))
    zone = ZoneInfo(settings.INSTALLATION.magazine.time_zone)
    today = timezone.now().astimezone(zone).date()
    made = {}
    for picture in pictures.with_renditions(wanted):
        if not picture.refusal("web", today) and (card := pictures.card(picture)):
            made[picture.pk] = card
    return made


def issue_cards(issues: Iterable[Issue]) -> tuple[IssueCard, ...]:
    """Return cards of issues whose `cover_lines` were prefetched."""
    issues = list(issues)
    covers = picture_cards(issue.cover_id for issue in issues if issue.cover_id)
    return tuple(
        IssueCard(
            number=issue.number,
            sequence=issue.sequence or 0,
            name=issue.title,
            url=issue.url or "",
            volume=issue.volume,
            cover_date=issue.cover_date,
            cover_date_text=issue.cover_date_text,
            cover=covers.get(issue.cover_id or 0),
            cover_lines=tuple(
                CoverLine(line.text, line.explanation) for line in issue.cover_lines.all()
            ),
        )
        for issue in issues
    )


def page_of(rows: Any, request: HttpRequest) -> tuple[Sequence[Any], Pager]:
    """Return the rows of the page that `request` asks for, and the pager.

    Raises:
        Http404: there is no such page.
    """
    paginator = Paginator(rows, PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", "1"))
    except (PageNotAnInteger, EmptyPage) as mistake:
        raise Http404 from mistake
    return list(page.object_list), Pager(
        number=page.number,
        count=paginator.num_pages,
        newer_url=_page_url(request, page.number - 1) if page.has_previous() else "",
        older_url=_page_url(request, page.number + 1) if page.has_next() else "",
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a plain text, split at empty lines."""
    return tuple(part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip())


def link_to(page: Page | None) -> Link | None:
    """Return the link to a page that readers can see; None for others."""
    return Link(page.title, page.url or "") if page is not None and page.live else None


def contents_of(issue: Issue) -> list[ContentsEntry]:
    """Return an issue's contents that readers can see, in order: two queries.

    What an editor keeps for some, by Wagtail's *Privacy*, is read at its own address alone.
    """
    out = Article.objects.live().public().filter(placement__issue=issue)
    entries = ContentsEntry.objects.filter(issue=issue, article__in=out)
    return list(entries.order_by("sort_order", "pk"))


def placed_in(issue: Issue) -> list[tuple[ContentsEntry, Article]]:
    """Return an issue's contents that readers can see with their articles, fit for cards, in order."""
    entries = contents_of(issue)
    found = Article.objects.filter(pk__in=[entry.article_id for entry in entries]).with_cards()
    by_pk = {article.pk: article for article in found}
    return [(one, by_pk[one.article_id]) for one in entries if one.article_id in by_pk]


def department_of(entry: ContentsEntry, article: Article) -> str:
    """Return the heading that an article stands under in the contents; empty if none."""
    return entry.department or (article.section.title if article.section else "")


def _page_url(request: HttpRequest, number: int) -> str:
    return request.path if number == 1 else f"{request.path}?page={number}"


def _lead_picture(article: Article) -> int | None:
    stream = article.lead_figure.get_prep_value()
    return stream[0]["value"].get("picture") if stream else None


def _article_card(article: Article, picture: PictureCard | None, *, closed: bool) -> ArticleCard:
    return ArticleCard(
        headline=article.title,
        url=article.url or "",
        kicker=article.kicker,
        standfirst=article.standfirst,
        bylines=tuple(
            Link(byline.printed_name, link.url if link else "")
            for byline in article.bylines.all()
            for link in [link_to(byline.contributor)]
        ),
        section=link_to(article.section),
        published_at=article.published_at,
        picture=picture,
        language=article.language,
        direction=languages.direction(article.language),
        closed=closed,
    )
