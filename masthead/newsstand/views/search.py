"""Searching the archive, and what browsers need to do it from their own field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.circulation import entitlements, viewers
from masthead.circulation.entitlements import Viewer
from masthead.editorial.archive import excerpts, questions, searching, vocabulary
from masthead.editorial.archive.questions import Question
from masthead.editorial.archive.searching import Found, Hit
from masthead.editorial.models import Article, FrontPage, Title
from masthead.newsstand import filters, media_types, turnstile
from masthead.newsstand.cards import article_cards
from masthead.newsstand.chrome import chrome_for, front_page_of, site_url_of
from masthead.newsstand.metadata import head, here
from masthead.newsstand.pages import Link
from masthead.newsstand.search_pages import Piece, SearchHit, SearchPage
from masthead.newsstand.xml_writer import XmlWriter

PER_PAGE = 20
MOST_SUGGESTED = 240
"""Suggestions a stranger has in a minute: browsers ask with every letter."""

KEPT = 5 * 60
"""Seconds that suggestions are kept."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Return the form, and what answers the question."""
    front, now = _front(request), timezone.now()
    question = questions.read(request.GET.get("q", ""))
    chosen = filters.read(request.GET.dict(), front)
    asked = bool(question.wanted or chosen)
    if asked and (refusal := turnstile.turned_away(request, "search")):
        return refusal
    page = _page(request, front.publication, question, chosen, asked=asked, at=now)
    heading = _("Search")
    page = head(page, title=heading, trail=[here(page.chrome, heading)])
    response = render(request, "newsstand/search.html", {"page": page})
    if asked or question.text:
        # What can be asked has no end, and an index of an index is no page.
        response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return how what was typed may go on, as browsers' own fields ask for it (OpenSearch)."""
    front = _front(request)
    if refusal := turnstile.turned_away(request, "suggestions", most=MOST_SUGGESTED):
        return refusal
    typed = request.GET.get("q", "")[: questions.LONGEST]
    before, _space, last = questions.read(typed).text.rpartition(" ")
    words = vocabulary.beginning_with(front.publication, last)
    said = [f"{before} {word}".strip() for word in words]
    response = JsonResponse([typed, said], safe=False, content_type=media_types.SUGGESTIONS)
    # Everybody is told the same.
    patch_cache_control(response, public=True, max_age=KEPT)
    return response


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Return how a browser searches the magazine (OpenSearch 1.1)."""
    front = _front(request)
    site = site_url_of(request, front)
    where, offered = (
        f"{urljoin(site, reverse(f'newsstand:{name}'))}?q={{searchTerms}}"
        for name in ("search", "search-suggestions")
    )
    xml = XmlWriter()
    with xml.within("OpenSearchDescription", {"xmlns": "http://a9.com/-/spec/opensearch/1.1/"}):
        name = front.publication.name
        xml.say("ShortName", name[:16])
        xml.say("LongName", name[:48])
        xml.say("Description", _("Search %(name)s") % {"name": name})
        xml.say("InputEncoding", "UTF-8")
        xml.say("Url", "", type="text/html", template=where)
        xml.say("Url", "", type=media_types.SUGGESTIONS, template=offered)
    response = HttpResponse(xml.data.getvalue(), content_type=media_types.OPENSEARCH)
    patch_cache_control(response, public=True, no_cache=True)
    return response


def _front(request: HttpRequest) -> FrontPage:
    front = front_page_of(request)
    if front is None:
        raise Http404
    return front


def _page(
    request: HttpRequest,
    title: Title,
    question: Question,
    chosen: list[filters.Chosen],
    *,
    asked: bool,
    at: datetime,
) -> SearchPage:
    path = reverse("newsstand:search")
    heading = _("Search")
    chrome = chrome_for(
        request,
        address=path,
        description=_("Search every article of %(name)s.") % {"name": title.name},
    )
    if not asked:
        return SearchPage(
            chrome=chrome,
            heading=heading,
            question=question.text,
            words=tuple(section.name for section in chrome.sections),
        )
    viewer = viewers.viewer_of(request, at)
    marks = [one.mark for one in chosen]
    found = searching.search(title, question, marks=marks, keys=viewer.keys, at=at)
    instead = ""
    if not found.hits and question.wanted:
        instead, found, question = _as_it_was_meant(title, question, marks, viewer, at)
    typed = question.text

    def at_page(number: int) -> str:
        return filters.url(path, typed, chosen, page=number if number > 1 else "")

    pages = max(1, -(-len(found.hits) // PER_PAGE))
    number = min(_number(request.GET.get("page", "")), pages)
    shown = found.hits[(number - 1) * PER_PAGE : number * PER_PAGE]
    return SearchPage(
        chrome=chrome,
        heading=heading,
        question=questions.read(request.GET.get("q", "")).text,
        asked=True,
        count=len(found.hits),
        many=found.more,
        instead=instead,
        hits=_hits(shown, question, viewer, at),
        filters=filters.groups(
            found.counts(), chosen, lambda one: filters.url(path, typed, [*chosen, one])
        ),
        chosen=filters.without(path, typed, chosen),
        kept=tuple(Link(one.name, one.value) for one in chosen),
        number=number,
        pages=pages,
        previous_url=at_page(number - 1) if number > 1 else "",
        next_url=at_page(number + 1) if number < pages else "",
    )


def _number(given: str) -> int:
    """Return which page is asked for; the first, where that is no number."""
    known = given.isascii() and given.isdigit() and len(given) < 5
    return max(1, int(given)) if known else 1


def _as_it_was_meant(
    title: Title, question: Question, marks: list[str], viewer: Viewer, at: datetime
) -> tuple[str, Found, Question]:
    """Return how a question without an answer may have been meant, and what answers it then."""
    named = [word for term in question.wanted for word in term.words]
    corrections = vocabulary.corrections(title, named)
    if corrections:
        meant = questions.read(questions.replaced(question, corrections))
        found = searching.search(title, meant, marks=marks, keys=viewer.keys, at=at)
        if found.hits:
            return meant.text, found, meant
    return "", Found(), question


def _hits(
    hits: Sequence[Hit], question: Question, viewer: Viewer, at: datetime
) -> tuple[SearchHit, ...]:
    """Return what is shown of the articles that were found: a few queries, however many.

    The gate is asked once more, about each as it stands now. What was found by more than this reader
    may have, because somebody changed it a moment ago, is left out.
    """
    by_pk = (
        Article.objects.filter(pk__in=[hit.article for hit in hits]).public().with_cards().in_bulk()
    )
    rows = [(hit, by_pk[hit.article]) for hit in hits if hit.article in by_pk]
    works = viewers.works_of([article for _hit, article in rows])
    may_have = {
        hit.number: entitlements.may_read(viewer, work, at).parts
        for (hit, _article), work in zip(rows, works, strict=True)
    }
    rows = [
        (hit, article)
        for hit, article in rows
        if article.live and (not hit.reads_whole or may_have[hit.number] == "full")
    ]
    cards = article_cards([article for _hit, article in rows])
    texts = searching.excerpts_of([hit for hit, _article in rows], question)
    made = []
    for (hit, _article), card in zip(rows, cards, strict=True):
        stems = searching.asked_stems(question, hit.stemmer)
        excerpt = texts.get(hit.number, ())
        made.append(
            SearchHit(
                card=card,
                headline=_pieces(excerpts.marked(card.headline, stems, hit.stemmer)),
                standfirst=_pieces(excerpts.marked(card.standfirst, stems, hit.stemmer)),
                excerpt=_pieces(excerpt) if any(one.marked for one in excerpt) else (),
            )
        )
    return tuple(made)


def _pieces(pieces: Sequence[excerpts.Piece]) -> tuple[Piece, ...]:
    return tuple(Piece(one.text, one.marked) for one in pieces)
