"""An issue to be listened to: its articles one after another, by section."""

from __future__ import annotations

import math

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.circulation import viewers
from masthead.editorial.models import Issue
from masthead.newsstand.cards import article_cards, department_of, placed_in
from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.issue_pages import Heard, HeardDepartment, ListenPage
from masthead.newsstand.listening import sound_of
from masthead.newsstand.metadata import head, here, shelf
from masthead.newsstand.pages import Link
from masthead.production import audio


def listen(page: Issue, request: HttpRequest) -> tuple[str, ListenPage]:
    """Return the articles of an issue on sale that are read aloud, with what this reader may hear."""
    every = placed_in(page)
    heard = audio.heard_of(article for _entry, article in every)
    placed = [(entry, article) for entry, article in every if article.pk in heard]
    articles = [article for _entry, article in placed]
    if not articles:
        raise Http404
    now = timezone.now()
    departments: dict[str, list[Heard]] = {}
    works = viewers.works_of(articles)
    cards = article_cards(articles)
    for (entry, article), card, work in zip(placed, cards, works, strict=True):
        decision = viewers.decide(request, work, now)
        told = sound_of(article, heard[article.pk]) if decision.parts == "full" else None
        departments.setdefault(department_of(entry, article), []).append(Heard(card, told))
    told_of = [one.listening for department in departments.values() for one in department]
    mine = [one for one in told_of if one]
    chrome = chrome_for(request, page=page, address=f"{page.url}listen/")
    values = ListenPage(
        chrome=chrome,
        issue=Link(page.title, page.url or ""),
        departments=tuple(HeardDepartment(*one) for one in _tupled(departments)),
        minutes=math.ceil(sum(one.seconds for one in mine) / 60),
        closed=len(told_of) - len(mine),
    )
    title = _("Listen to %(issue)s") % {"issue": page.title}
    trail = [shelf(chrome, "issues_url"), values.issue, here(chrome, _("Listen"))]
    return "listen", head(values, title=title, trail=trail)


def _tupled(departments: dict[str, list[Heard]]) -> list[tuple[str, tuple[Heard, ...]]]:
    return [(name, tuple(entries)) for name, entries in departments.items()]
