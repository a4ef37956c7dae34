"""The article page: the one place where the gate's answer becomes HTML."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from masthead.circulation import entitlements, gifts, places, viewers
from masthead.editorial import press_documents, titles
from masthead.editorial.models import Article, Correction, Dossier, Issue
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import FrontMatter
from masthead.manuscript.press_document import PressDocument
from masthead.newsstand import offering
from masthead.newsstand.article_metadata import described
from masthead.newsstand.cards import article_cards, contents_of, link_to
from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.listening import listening
from masthead.newsstand.pages import (
    ArticleCard,
    ArticlePage,
    BylineCard,
    CorrectionLine,
    Link,
    Listening,
    MeterNotice,
)
from masthead.newsstand.phrases import phrases_in
from masthead.press import plain, web
from masthead.press.phrases import Phrases
from masthead.production import audio

ONWARD = 3
"""How many articles to read next are named below one."""


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
        if gifts.PARAMETER in request.GET:
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
    document = press_documents.resolve(page, "web", at=now)
    if part > document.parts_count:
        # Said before anything is counted: what is not there costs nobody an article.
        raise Http404
    stands = None
    if decision.rule == "countable" and title and _is_read_now(request):
        decision, stands = viewers.count(request, page, title, work, now)
    if part > 1 and decision.parts != "full":
        raise Http404
    values = _page(page, document, decision, part, request, previewing)
    access = entitlements.lock_of(work, now).access
    return "article", described(
        replace(
            values,
            access=access,
            rule=decision.rule,
            meter=MeterNotice(stands.read, stands.allowed) if stands else None,
            gift_url=_gift_url(page, decision, access),
            listening=None if previewing else _listening(page, decision, request),
            offers=offering.cards(title, now) if values.gated and title else (),
        ),
        page,
        document,
        decision,
    )


def _is_read_now(request: HttpRequest) -> bool:
    """Say whether somebody is about to read, and no browser is merely fetching ahead."""
    ahead = ("Sec-Purpose", "Purpose", "X-Moz")
    return request.method == "GET" and not any(
        "prefetch" in request.headers.get(name, "") for name in ahead
    )


def _listening(page: Article, decision: Decision, request: HttpRequest) -> Listening | None:
    if decision.parts != "full" or (narration := audio.heard(page)) is None:
        return None
    user: Any = request.user
    known = user.is_authenticated
    place = places.of_all(user, [page]).get(page.pk, 0.0) if known else None
    return listening(page, narration, decision, place)


def _gift_url(page: Article, decision: Decision, access: str) -> str:
    """Return where this reader can give the article away, or nothing."""
    if access == "open" or decision.rule not in gifts.OF_SUBSCRIBERS or not page.pk:
        return ""
    return reverse("account_give", args=[page.key])


def _page(
    page: Article,
    document: PressDocument,
    decision: Decision,
    part: int,
    request: HttpRequest,
    previewing: bool,
) -> ArticlePage:
    front = document.front
    phrases = phrases_in(front.language)
    parts = _parts(document, decision, phrases)
    figure = web.render_lead_figure(document, phrases)
    gated = decision.parts != "full" and not document.lead_is_whole
    issue = page.issue()
    return ArticlePage(
        chrome=chrome_for(request, page=page, description=front.standfirst, preview=previewing),
        headline=front.headline,
        kicker=front.kicker,
        standfirst=front.standfirst,
        bylines=_bylines(page, front),
        dateline_place=front.dateline.place,
        published_at=front.published_at,
        revised_at=front.updated_at,
        section=link_to(page.section),
        issue=link_to(issue),
        lead_figure=mark_safe(figure),  # noqa: S308 - press.web escapes every value it is given.
        body=mark_safe(web.render(document, decision, part, phrases)),  # noqa: S308 - likewise.
        language=front.language,
        direction=document.direction,
        reading_minutes=document.reading_minutes,
        topics=tuple(
            Link(card.name, card.url)
            for key in front.topics
            if (card := document.cards.get(key)) is not None
        ),
        dossiers=tuple(
            Link(dossier.title, dossier.url or "")
            for dossier in Dossier.objects.live().filter(entries__article=page).distinct()
        )
        if page.pk
        else (),
        corrections=tuple(
            CorrectionLine(record.kind, record.text, record.made_at)
            for record in document.corrections
        ),
        gated=gated,
        part=part,
        next_part=part + 1 if part < len(parts) else 0,
        parts=parts,
        is_retracted=any(
            record.kind == Correction.Kind.RETRACTION for record in page.corrections.all()
        ),
        onward=_onward(page, issue),
    )


def _onward(page: Article, issue: Issue | None) -> tuple[ArticleCard, ...]:
    """Return what to read next: on in the issue, in the same dossiers, in the same section."""
    if not page.pk:
        return ()
    found: list[int] = []
    if issue:
        pages = [entry.article_id for entry in contents_of(issue)]
        after = pages.index(page.pk) + 1 if page.pk in pages else 0
        found += [*pages[after:], *pages[:after]][:1]
    # Its siblings: every article of the same title.
    others = Article.objects.sibling_of(page, inclusive=False).published()
    of_dossiers = others.filter(dossier_entries__dossier__entries__article=page).distinct()
    found += of_dossiers.values_list("pk", flat=True)[:ONWARD]
    of_section = others.filter(section_id=page.section_id)
    found += of_section.values_list("pk", flat=True)[:ONWARD]
    chosen = [pk for pk in dict.fromkeys(found) if pk != page.pk][:ONWARD]
    by_pk = others.with_cards().in_bulk(chosen)
    return article_cards(by_pk[pk] for pk in chosen if pk in by_pk)


def _bylines(page: Article, front: FrontMatter) -> tuple[BylineCard, ...]:
    rows = list(page.bylines.all())
    cards = []
    for row, byline in zip(rows, front.bylines, strict=True):
        link = link_to(row.contributor)
        note = row.contributor.biography if row.contributor and link else ""
        cards.append(
            BylineCard(byline.name, link.url if link else "", byline.role, note.split("\n\n")[0])
        )
    return tuple(cards)


def _parts(document: PressDocument, decision: Decision, phrases: Phrases) -> tuple[Link, ...]:
    if document.parts_count < 2 or decision.parts != "full":
        return ()
    titles = web.part_titles(document, decision, phrases)
    return tuple(
        Link(title, document.url if number == 1 else f"{document.url}{number}/")
        for number, title in enumerate(titles, 1)
    )
