"""The article page: the one place where the gate's answer becomes HTML."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from masthead.circulation import gifts, viewers
from masthead.editorial import press_documents, titles
from masthead.editorial.models import Article
from masthead.newsstand import composing, offering
from masthead.newsstand.article_pages import page_of
from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.pages import ArticlePage, MeterNotice
from masthead.newsstand.phrases import phrases_in
from masthead.press import plain


def article(
    page: Article, request: HttpRequest, *, preview: str, previewing: bool, part: int = 1
) -> HttpResponse | tuple[str, ArticlePage]:
    """Return an article, or what of it this reader may have."""
    now = timezone.now()
    title = titles.titles_of([page]).get(page.pk)
    work = viewers.work_of(page, title)
    if previewing:
        decision = viewers.decide_preview(request, page, work, preview, now)
    else:
        decision = viewers.decide(request, work, now)
        if gifts.PARAMETER in request.GET and _is_opened(request):
            token = request.GET[gifts.PARAMETER]
            if decision.parts == "full" or not viewers.open_gift(request, page, token, now):
                # Readers of the whole need no gift, and a link that opens nothing is only noise.
                return HttpResponseRedirect(request.path)
            decision = viewers.decide(request, work, now)
    if decision.parts == "none":
        raise Http404
    if preview == "plain":
        document = press_documents.resolve(page, "plain", at=now)
        text = plain.render(document, decision, phrases_in(page.language))
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    forme = (composing.compose if previewing else composing.forme_of)(page, at=now)
    if part > forme.parts_count:
        # Said before anything is counted: what is not there costs nobody an article.
        raise Http404
    stands = None
    if decision.rule == "countable" and title and _is_read_now(request):
        decision, stands = viewers.count(request, page, title, work, now)
    if part > 1 and decision.parts != "full":
        raise Http404
    values = page_of(
        forme,
        decision,
        chrome=chrome_for(request, page=page, description=forme.description, preview=previewing),
        work=work,
        at=now,
        part=part,
        meter=MeterNotice(stands.read, stands.allowed) if stands else None,
        offers=offering.cards(title, now) if title and decision.parts != "full" else (),
    )
    # A recording is of what is out, not of what an editor is looking at.
    return "article", replace(values, listening=None) if previewing else values


def _is_opened(request: HttpRequest) -> bool:
    """Say whether somebody is about to read this as a page of its own.

    What scripts and frames fetch is for previews of links: they have the lead, and no gift of
    so many readings is used up by them. Old browsers do not say what they fetch a page for.
    """
    wanted = request.headers.get("Sec-Fetch-Dest", "document")
    # Where our service worker stands between, a page that is opened is wanted for nothing.
    if wanted == "empty" and request.headers.get("Sec-Fetch-Mode") == "navigate":
        wanted = "document"
    return wanted == "document" and _is_read_now(request)


def _is_read_now(request: HttpRequest) -> bool:
    """Say whether somebody is about to read, and no browser is merely fetching ahead."""
    ahead = ("Sec-Purpose", "Purpose", "X-Moz")
    return request.method == "GET" and not any(
        "prefetch" in request.headers.get(name, "") for name in ahead
    )
