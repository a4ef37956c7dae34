"""An article's page for one reader: its forme, the gate's decision, and what stands around."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.safestring import mark_safe

from masthead.circulation import entitlements, gifts
from masthead.circulation.entitlements import Work
from masthead.manuscript.gate import Decision
from masthead.newsstand.article_metadata import described
from masthead.newsstand.formes import Forme
from masthead.newsstand.offer_cards import OfferCard
from masthead.newsstand.pages import ArticlePage, Chrome, Link, Listening, MeterNotice


def page_of(
    forme: Forme,
    decision: Decision,
    *,
    chrome: Chrome,
    work: Work,
    at: datetime,
    part: int = 1,
    meter: MeterNotice | None = None,
    offers: tuple[OfferCard, ...] = (),
) -> ArticlePage:
    """Return the values of an article's page; nothing is asked of the database.

    Args:
        forme: of the article.
        decision: what of it this reader may have; parts after the first need the whole.
        chrome: what stands around this page.
        work: what the gate decided on.
        at: the moment of reading.
        part: which part of the article, from 1.
        meter: set where this reading was just counted.
        offers: what would open it; they stand below a lead.

    Raises:
        GateClosed: a later part was asked for by who may have the lead only.
        IndexError: there is no such part.
    """
    parts = _parts(forme, decision)
    access = entitlements.lock_of(work, at).access
    is_gated = decision.parts != "full" and not forme.lead_is_whole
    values = ArticlePage(
        chrome=chrome,
        headline=forme.headline,
        kicker=forme.kicker,
        standfirst=forme.standfirst,
        bylines=forme.bylines,
        dateline_place=forme.dateline_place,
        published_at=forme.published_at,
        revised_at=forme.revised_at,
        section=forme.section,
        issue=forme.issue,
        lead_figure=mark_safe(forme.lead_figure),  # noqa: S308 - press.web escapes every value.
        body=mark_safe(_copy(forme, decision, part)),  # noqa: S308 - likewise.
        language=forme.language,
        direction=forme.direction,
        reading_minutes=forme.reading_minutes,
        topics=forme.topics,
        dossiers=forme.dossiers,
        corrections=forme.corrections,
        gated=is_gated,
        access=access,
        rule=decision.rule,
        meter=meter,
        gift_url=_gift_url(forme, decision, access),
        part=part,
        next_part=part + 1 if part < len(parts) else 0,
        parts=parts,
        is_retracted=forme.is_retracted,
        onward=forme.onward,
        listening=_listening(forme, decision),
        offers=offers if is_gated else (),
    )
    return described(values, forme, decision)


def _copy(forme: Forme, decision: Decision, part: int) -> str:
    if decision.parts == "full" or part > 1:
        return forme.whole.open(decision).parts[part - 1].html
    return forme.lead.html


def _parts(forme: Forme, decision: Decision) -> tuple[Link, ...]:
    if forme.parts_count < 2 or decision.parts != "full":
        return ()
    return tuple(
        Link(part.title, forme.url if number == 1 else f"{forme.url}{number}/")
        for number, part in enumerate(forme.whole.open(decision).parts, 1)
    )


def _gift_url(forme: Forme, decision: Decision, access: str) -> str:
    """Return where this reader can give the article away, or nothing."""
    if access == "open" or decision.rule not in gifts.OF_SUBSCRIBERS or not forme.url:
        return ""
    return reverse("account_give", args=[forme.key])


def _listening(forme: Forme, decision: Decision) -> Listening | None:
    return forme.whole.open(decision).sound if decision.parts == "full" else None
