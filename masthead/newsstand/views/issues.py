"""Issues: one with its contents, and all of them on the newsstand."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from masthead.circulation import single_copies
from masthead.editorial.models import Issue, IssueIndex
from masthead.newsstand import structured_data
from masthead.newsstand.cards import article_cards, department_of, issue_cards, placed_in
from masthead.newsstand.catalogues import has_catalogue
from masthead.newsstand.chrome import chrome_for, front_page_of
from masthead.newsstand.issue_pages import Department, IssuePage, NewsstandPage, Year
from masthead.newsstand.metadata import full, head, here, share_image, shelf
from masthead.newsstand.views import reader
from masthead.newsstand.views.listen import listen
from masthead.production import audio


def issue(
    page: Issue,
    request: HttpRequest,
    *,
    previewing: bool,
    way: str = "",
    slug: str = "",
    part: int = 1,
    **_how: Any,
) -> HttpResponse | tuple[str, Any]:
    """Return an issue as a cover and its contents, to be listened to, or read through.

    Only one on sale; see `Issue.route` for the ways.
    """
    if page.state != Issue.State.ON_SALE and not previewing:
        raise Http404
    if way == "listen":
        return listen(page, request)
    if way == "read":
        return reader.article(page, request, slug, part) if slug else reader.front(page, request)
    placed = placed_in(page)
    cards = article_cards(article for _entry, article in placed)
    departments: dict[str, list[tuple[Any, int | None]]] = {}
    for (entry, article), card in zip(placed, cards, strict=True):
        departments.setdefault(department_of(entry, article), []).append((card, entry.page_hint))
    on_sale = Issue.objects.filter(publication=page.publication_id).on_sale()
    neighbours = [
        on_sale.filter(sequence__lt=page.sequence or 0).first(),
        on_sale.filter(sequence__gt=page.sequence or 0).last(),
    ]
    shown, *beside = issue_cards([page, *(other for other in neighbours if other)])
    older = beside.pop(0) if neighbours[0] else None
    sold = single_copies.on_sale(page)
    values = IssuePage(
        chrome=chrome_for(
            request, page=page, description=page.search_description, preview=previewing
        ),
        issue=shown,
        editors_note=mark_safe(expand_db_html(page.editors_note)),  # noqa: S308 - Wagtail's own whitelist.
        departments=tuple(
            Department(name, tuple(entries)) for name, entries in departments.items()
        ),
        older=older,
        newer=beside[0] if beside else None,
        read_url=f"{page.url}read/" if placed else "",
        listen_url=f"{page.url}listen/"
        if audio.heard_of(article for _entry, article in placed)
        else "",
        buy_url=reverse("newsstand:single-copies", args=[page.key]) if sold else "",
        prices=tuple(
            money.in_words_of(page.publication.language) for one in sold for money in one.prices
        ),
    )
    chrome = values.chrome
    return "issue", head(
        values,
        structured_data.issue(values),
        title=shown.name,
        trail=[shelf(chrome, "issues_url"), here(chrome, shown.name)],
        podcast=True,
        image=share_image(chrome, shown.cover),
        previous_url=full(chrome, older.url if older else ""),
        next_url=full(chrome, values.newer.url if values.newer else ""),
    )


def newsstand(page: IssueIndex, request: HttpRequest, **_how: Any) -> tuple[str, NewsstandPage]:
    """Return every issue on sale, by year, newest first."""
    issues = list(Issue.objects.child_of(page).on_sale().prefetch_related("cover_lines"))
    issues.sort(key=lambda issue: (issue.cover_date.year, issue.sequence), reverse=True)
    cards = issue_cards(issues)
    years = groupby(cards, key=lambda card: card.cover_date.year)
    values = NewsstandPage(
        chrome=chrome_for(request, page=page),
        heading=_("Issues"),
        years=tuple(Year(year, tuple(group)) for year, group in years),
    )
    trail = [here(values.chrome, values.heading)]
    front = front_page_of(request, page)
    catalogue = front is not None and has_catalogue(front)
    return "newsstand", head(values, title=values.heading, trail=trail, catalogue=catalogue)
