"""The article page: the one place where the gate's answer becomes HTML."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import mark_safe

from masthead.circulation import viewers
from masthead.editorial import manuscripts
from masthead.editorial.models import Article, Dossier
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import FrontMatter
from masthead.manuscript.press_document import PressDocument
from masthead.newsstand.cards import link_to
from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.pages import ArticlePage, BylineCard, CorrectionLine, Link
from masthead.newsstand.phrases import phrases_in
from masthead.press import plain, web


def article(
    page: Article, request: HttpRequest, *, preview: str, previewing: bool, part: int = 1
) -> HttpResponse | tuple[str, ArticlePage]:
    """Return an article, or what of it this reader may have."""
    now = timezone.now()
    decision = (
        viewers.decide_preview(request, page, preview, now)
        if previewing
        else viewers.decide(request, page, now)
    )
    if decision.parts == "none":
        raise Http404
    if preview == "plain":
        document = manuscripts.resolve(page, "plain", at=now)
        text = plain.render(document, decision, phrases_in(page.language))
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    document = manuscripts.resolve(page, "web", at=now)
    if part > 1 and (decision.parts != "full" or part > document.parts_count):
        raise Http404
    return "article", _page(page, document, decision, part, request, previewing)


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
        access=page.access,
        part=part,
        parts=_parts(document, decision),
    )


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


def _parts(document: PressDocument, decision: Decision) -> tuple[Link, ...]:
    if document.parts_count < 2 or decision.parts != "full":
        return ()
    titles = web.part_titles(document, decision)
    return tuple(
        Link(title, document.url if number == 1 else f"{document.url}{number}/")
        for number, title in enumerate(titles, 1)
    )
