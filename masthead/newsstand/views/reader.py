"""An issue to be read from cover to cover, and to be kept for when there is no network."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.circulation import editions, viewers
from masthead.editorial.models import Article, Issue
from masthead.newsstand import theme
from masthead.newsstand.cards import article_cards, department_of, issue_cards, placed_in
from masthead.newsstand.chrome import chrome_for, front_page_of
from masthead.newsstand.issue_pages import Department, Download, ReaderPage
from masthead.newsstand.metadata import head, here, shelf
from masthead.newsstand.pages import ArticlePage, InIssue, Link
from masthead.newsstand.views import articles
from masthead.production import audio, for_readers
from masthead.production.models import Edition

WORKER = "newsstand/service-worker.js"


def front(page: Issue, request: HttpRequest) -> tuple[str, ReaderPage]:
    """Return the cover and the contents of an issue on sale, each article within the reader."""
    placed = placed_in(page)
    now = timezone.now()
    shown = [article for _entry, article in placed]
    decisions = [viewers.decide(request, work, now) for work in viewers.works_of(shown)]
    departments: dict[str, list[tuple[Any, int | None]]] = {}
    for (entry, article), card in zip(placed, article_cards(shown), strict=True):
        inside = replace(card, url=_address(page, article), closed=False)
        departments.setdefault(department_of(entry, article), []).append((inside, entry.page_hint))
    heard = audio.heard_of(
        article for article, one in zip(shown, decisions, strict=True) if one.parts == "full"
    )
    told = [
        [str(article.key), article.live_revision_id, decision.parts, _sha256(heard, article)]
        for article, decision in zip(shown, decisions, strict=True)
    ]
    (cover,) = issue_cards([page])
    values = ReaderPage(
        chrome=chrome_for(request, page=page, address=f"{page.url}read/"),
        issue=cover,
        departments=tuple(Department(name, tuple(one)) for name, one in departments.items()),
        reader=_tag(request),
        key=str(page.key),
        digest=hashlib.sha256(repr([told, theme.stylesheet()]).encode()).hexdigest()[:16],
        closed=sum(one.parts != "full" for one in decisions),
        sound_size=sum(one.size for one in heard.values()),
        downloads=_downloads(page, request),
    )
    title = _("Read %(issue)s") % {"issue": page.title}
    trail = [
        shelf(values.chrome, "issues_url"),
        Link(page.title, page.url or ""),
        here(values.chrome, _("Read")),
    ]
    return "reader", head(values, title=title, trail=trail)


def article(
    page: Issue, request: HttpRequest, slug: str, part: int
) -> HttpResponse | tuple[str, ArticlePage]:
    """Return an article of an issue within the reader, with the one before and the one after."""
    placed = [one for _entry, one in placed_in(page)]
    number = next((at for at, one in enumerate(placed) if one.slug == slug), None)
    if number is None:
        raise Http404
    chosen = Article.objects.get(pk=placed[number].pk)
    face = articles.article(chosen, request, preview="", previewing=False, part=part)
    if isinstance(face, HttpResponse):
        return face
    _template, values = face
    before = placed[number - 1] if number else None
    after = placed[number + 1] if number + 1 < len(placed) else None
    own = Link(chosen.title, _address(page, chosen))
    return "reader_article", replace(
        values,
        in_issue=InIssue(
            issue=Link(page.title, f"{page.url}read/"),
            number=number + 1,
            count=len(placed),
            previous=_part(own, part - 1) if part > 1 else _link(page, before),
            next=_part(own, values.next_part) if values.next_part else _link(page, after),
            reader=_tag(request),
            key=str(page.key),
        ),
    )


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return what answers for kept issues where there is no network."""
    file = finders.find(WORKER)
    if not isinstance(file, str):
        raise Http404
    with open(file, encoding="utf-8") as script:
        response = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Return what a device that installs the magazine needs to know (W3C Web Application Manifest)."""
    chrome = chrome_for(request)
    if front_page_of(request) is None:
        raise Http404
    colours = theme.current().tokens().colours
    paper = colours["paper"].light
    return JsonResponse(
        {
            "id": chrome.home_url,
            "name": chrome.publication,
            "short_name": chrome.publication[:12],
            "description": chrome.description,
            "lang": chrome.language,
            "dir": chrome.direction,
            "start_url": chrome.issues_url or chrome.home_url,
            "scope": chrome.home_url,
            "display": "standalone",
            "background_color": paper,
            "theme_color": paper,
            "icons": [
                {"src": static("newsstand/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
            ],
        },
        content_type="application/manifest+json",
    )


def _downloads(page: Issue, request: HttpRequest) -> tuple[Download, ...]:
    """Return the files of an issue that this reader may have whole."""
    now = timezone.now()
    user: Any = request.user
    reader = user if user.is_authenticated else None
    viewer = viewers.viewer_of(request, now)
    names = {
        Edition.Form.SCREEN: _("PDF"),
        Edition.Form.EPUB: _("Book (EPUB)"),
        Edition.Form.AUDIO: _("Recording (MP3)"),
    }
    found = []
    for edition in for_readers.newest([page]).get(page.pk, ()):
        edition.issue = page
        if editions.may_have(viewer, reader, edition, now):
            ending = for_readers.FORMATS[edition.form].ending
            url = reverse("newsstand:edition", args=[page.key, edition.sha256, ending])
            name = names[Edition.Form(edition.form)]
            found.append(
                Download(name=name, url=url, size=edition.size, file_name=edition.file_name)
            )
    return tuple(found)


def _address(page: Issue, article: Article) -> str:
    return f"{page.url}read/{article.slug}/"


def _link(page: Issue, article: Article | None) -> Link | None:
    return Link(article.title, _address(page, article)) if article else None


def _part(own: Link, number: int) -> Link:
    """Return the link to a part of the article that is open."""
    name = _("%(title)s, part %(number)d") % {"title": own.name, "number": number}
    return Link(name, own.url if number == 1 else f"{own.url}{number}/")


def _sha256(heard: dict[int, Any], article: Article) -> str:
    return heard[article.pk].sha256 if article.pk in heard else ""


def _tag(request: HttpRequest) -> str:
    """Return what tells one reader's kept pages from another's, and names nobody."""
    user: Any = request.user
    if not user.is_authenticated:
        return "stranger"
    return salted_hmac("masthead.newsstand.reader", str(user.key), algorithm="sha256").hexdigest()[
        :16
    ]
