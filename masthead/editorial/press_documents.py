"""The press document of an article: the one thing that editions are made from.

`resolve()` answers every key that a manuscript names, as far as an edition may use it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from masthead.editorial import pictures
from masthead.editorial.conversion import reading, register, rich_text
from masthead.editorial.manuscripts import keys_of_kind, to_manuscripts
from masthead.editorial.models import Article, Attachment, Issue, Picture, Title
from masthead.editorial.titles import titles_of
from masthead.manuscript import languages, nodes, walk
from masthead.manuscript.gate import Decision, Gated
from masthead.manuscript.nodes import Edition, Manuscript
from masthead.manuscript.press_document import (
    AudioCard,
    Body,
    Card,
    CorrectionCard,
    PressDocument,
)
from masthead.manuscript.rewrite import rewrite
from masthead.press import web

ALLOWED_IN_PREVIEW = Decision("lead", "block-preview")


@dataclass
class Resolved:
    """A press document, and what this edition had to do without, a sentence each."""

    document: PressDocument
    refused: list[str] = field(default_factory=list)


def resolve(
    article: Article, edition: Edition = "web", *, at: datetime | None = None
) -> PressDocument:
    """Return the article's press document for one edition; see `resolve_and_report`."""
    return resolve_and_report(article, edition, at=at).document


def resolve_and_report(
    article: Article, edition: Edition = "web", *, at: datetime | None = None
) -> Resolved:
    """Answer every key that the article names, as far as this edition may use it.

    Args:
        article: draft or published, as it stands in memory.
        edition: which edition's scope and variants apply.
        at: the moment whose day decides on the licences of pictures; now if left out.
    """
    return resolve_all([article], edition, at=at)[0]


def resolve_all(
    articles: Sequence[Article], edition: Edition = "web", *, at: datetime | None = None
) -> list[Resolved]:
    """Do the same for several articles, in their order, asking the database once for all.

    Of articles fetched `with_copy()` the number of queries depends neither on how many
    they are nor on how long.
    """
    titles = titles_of(articles)
    manuscripts = [
        _in_zone(walk.for_edition(manuscript, edition), titles.get(article.pk))
        for article, manuscript in zip(articles, to_manuscripts(articles), strict=True)
    ]
    keys = {key for manuscript in manuscripts for key in walk.keys(manuscript)}
    answers = _Answers(_pictures(keys), _recordings(keys), _cards(keys))
    return [
        _resolve(article, manuscript, edition, answers, _day(titles.get(article.pk), at))
        for article, manuscript in zip(articles, manuscripts, strict=True)
    ]


@dataclass(frozen=True)
class _Answers:
    """What the keys of several manuscripts stand for, looked up for all at once."""

    pictures: dict[str, Picture]
    recordings: dict[str, Attachment]
    cards: dict[str, Card]


def _day(title: Title | None, at: datetime | None) -> date:
    if title is None:
        return date.today()  # noqa: DTZ011 - an unplaced article has no zone.
    return title.day(at or timezone.now())


def _resolve(
    article: Article, manuscript: Manuscript, edition: Edition, answers: _Answers, day: date
) -> Resolved:
    words = walk.word_count(manuscript)
    keys = walk.keys(manuscript)
    parts = walk.parts(manuscript)
    lead = walk.lead(manuscript)
    named = [answers.pictures[key] for key in keys if key in answers.pictures]
    refusals = {picture.picture_key: picture.refusal(edition, day) for picture in named}
    document = PressDocument(
        edition=edition,
        key=str(article.key),
        url=(article.url or "") if article.path else "",
        front=manuscript.front,
        direction=languages.direction(article.language),
        lead=lead,
        whole=Gated(parts),
        parts_count=len(parts),
        word_count=words,
        reading_minutes=walk.reading_minutes(words),
        pictures=pictures.cards(one for one in named if not refusals[one.picture_key]),
        audio=_players(keys, answers, str(article.key)),
        cards={key: answers.cards[key] for key in keys if key in answers.cards},
        corrections=tuple(
            CorrectionCard(record.get_kind_display(), record.text, record.made_at)
            for record in (article.corrections.all() if article.pk else ())
        ),
        lead_is_whole=len(parts) == 1 and lead.blocks == parts[0].blocks,
    )
    return Resolved(document, [reason for reason in refusals.values() if reason])


def _in_zone(manuscript: Manuscript, title: Title | None) -> Manuscript:
    """Return the manuscript with the moments of statements as clocks showed them at home."""
    if title is None:
        return manuscript
    zone = ZoneInfo(title.time_zone)

    def change(node: Any) -> Any:
        if isinstance(node, nodes.Statement) and node.posted_at:
            return replace(node, posted_at=node.posted_at.astimezone(zone))
        return node

    return rewrite(manuscript, change)


def press_blocks(stream: list[dict[str, Any]]) -> str:
    """Return a few blocks pressed for the web, as the block picker shows them."""
    known = register.for_streams(stream)
    blocks = reading.read_stream(stream, known)
    manuscript = Manuscript(
        key=str(uuid.uuid4()), front=nodes.FrontMatter(headline=""), body=blocks, access="open"
    )
    keys = walk.keys(manuscript)
    chosen = Picture.objects.filter(sha256__in=keys_of_kind(keys, "picture"))
    document = PressDocument(
        edition="web",
        key=manuscript.key,
        url="",
        front=manuscript.front,
        direction="ltr",
        lead=Body(blocks),
        whole=Gated((Body(blocks),)),
        parts_count=1,
        word_count=0,
        reading_minutes=0,
        pictures=pictures.cards(pictures.with_renditions(chosen)),
        cards=_cards(keys),
    )
    return web.render(document, ALLOWED_IN_PREVIEW)


def of_editors_note(issue: Issue, headline: str, edition: Edition) -> PressDocument | None:
    """Return the editor's note of an issue, which is open to everybody; None if there is none."""
    known = register.for_keys(())
    blocks = tuple(rich_text.read_blocks(issue.editors_note, "note", known))
    if not blocks:
        return None
    language = issue.publication.language
    return PressDocument(
        edition=edition,
        key=str(issue.key),
        url="",
        front=nodes.FrontMatter(headline=headline, language=language),
        direction=languages.direction(language),
        lead=Body(blocks),
        whole=Gated((Body(blocks),)),
        parts_count=1,
        word_count=0,
        reading_minutes=0,
        lead_is_whole=True,
    )


def _pictures(keys: Any) -> dict[str, Picture]:
    named = Picture.objects.filter(sha256__in=keys_of_kind(keys, "picture"))
    return {picture.picture_key: picture for picture in pictures.with_renditions(named)}


def _recordings(keys: Any) -> dict[str, Attachment]:
    named = Attachment.objects.filter(sha256__in=keys_of_kind(keys, "audio"))
    return {f"audio:{attachment.sha256}": attachment for attachment in named}


def _players(keys: Any, answers: _Answers, article: str) -> dict[str, AudioCard]:
    cards = {}
    for key in keys:
        if attachment := answers.recordings.get(key):
            # The address is the newsstand's, which asks the gate before it plays anything.
            url = reverse("newsstand:recording", args=[article, attachment.sha256])
            cards[key] = AudioCard(url, attachment.media_type)
    return cards


def _cards(keys: Any) -> dict[str, Card]:
    known = register.for_keys(key for key in keys if key.split(":")[0] in (*register.KEYED, "page"))
    live = Page.objects.filter(pk__in=known.pages).live() if known.pages else ()
    cards = {}
    for page in live:
        key = known.pages[page.pk]
        cards[key] = Card(name=page.title, url=page.url or "", kind=key.partition(":")[0])
    return cards
