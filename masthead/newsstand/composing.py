"""Composing: from the rows of an article to its forme, which is kept for as long as it holds.

What a reader may have is not decided here, and not by what is kept: each page asks the gate anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min, Q

from masthead.circulation import entitlements, viewers
from masthead.circulation.entitlements import Viewer
from masthead.editorial import press_documents, titles
from masthead.editorial.models import (
    Article,
    Correction,
    Dossier,
    FrontPage,
    Issue,
    Picture,
    Title,
    Topic,
)
from masthead.editorial.models.article import ArticleQuerySet
from masthead.manuscript import nodes, walk
from masthead.manuscript.gate import LEAD_ONLY, Decision, Gated
from masthead.manuscript.press_document import Body, PressDocument
from masthead.newsstand import formes, share_cards
from masthead.newsstand.cards import article_cards, contents_of, link_to
from masthead.newsstand.chrome import described_as
from masthead.newsstand.formes import MADE_WITH, SCHEMA, UNDERSTOOD, Forme, Lead, Part, Whole
from masthead.newsstand.listening import sound_of
from masthead.newsstand.pages import ArticleCard, BylineCard, CorrectionLine, IssueCard, Link
from masthead.newsstand.phrases import phrases_in
from masthead.newsstand.structured_data import Subject
from masthead.press import web
from masthead.production import audio, overhearing
from masthead.production import formes as keeping
from masthead.production.changes import READ_ON
from masthead.production.formes import Kept

logger = logging.getLogger(__name__)

UNHEARD = frozenset(
    {
        "wagtailcore.site", "wagtailcore.locale", "contenttypes.contenttype", "editorial.rendition",
        overhearing.TURNS,
    }
)  # fmt: skip
"""Rows that are read for every page, and change for none; and what is no row."""


def forme_of(article: Article, *, at: datetime) -> Forme:
    """Return the forme of a published article: the kept one if it still holds, else a new one."""
    return formes_of([article], at=at)[0]


def formes_of(articles: Sequence[Article], *, at: datetime) -> list[Forme]:
    """Return the formes of published articles, in their order: those that are kept take one query.

    A press run that listens hears what they were made from, as if it were read anew.
    """
    made = _at_hand.get()
    lacking = [article.pk for article in articles if article.pk not in made]
    kept = keeping.kept(lacking, at=at, with_tags=overhearing.is_listening()) if lacking else {}
    return [
        _read(made.get(article.pk) or kept.get(article.pk)) or compose(article, at=at)
        for article in articles
    ]


def _read(kept: Kept | None) -> Forme | None:
    if kept is None or kept.schema not in UNDERSTOOD:
        return None
    overhearing.hear(kept.tags)
    with suppress(formes.NotUnderstood):
        return formes.read(kept.data)
    return None


_at_hand: ContextVar[Mapping[int, Kept]] = ContextVar("at_hand", default={})  # noqa: B039 - never written to


@contextmanager
def at_hand(made: Mapping[int, Kept]) -> Iterator[None]:
    """Have formes used that a press run has made, though the changes that it presses still wait."""
    token = _at_hand.set(made)
    try:
        yield
    finally:
        _at_hand.reset(token)


def ready(articles: Iterable[int], *, at: datetime, version: int) -> dict[int, Kept]:
    """Return formes of articles by primary key, as this version of Masthead makes them.

    Those that are kept and hold take two queries for all; others are made, and kept from now on.

    Args:
        articles: primary keys; of whichever cannot be composed, nothing is returned.
        at: the moment at which they are to hold.
        version: of the press run.
    """
    wanted = set(articles)
    found = {
        pk: kept
        for pk, kept in keeping.kept(wanted, at=at, with_tags=True).items()
        if kept.made_with == MADE_WITH
    }
    made = {}
    lacking = sorted(wanted - set(found))
    # A front page is read to know whose article it is; nothing of its own is in a forme.
    fronts = FrontPage.objects.values_list("pk", flat=True) if lacking else ()
    unheard = {f"page:{front}" for front in fronts}
    for pk in lacking:
        try:
            made[pk] = _made(pk, at, unheard)
        except Exception:
            # The house answers for it, and says what is wrong.
            logger.exception("Article %s cannot be made ready for the press.", pk)
    if made:
        keeping.keep(made, version=version)
    return found | made


def _made(pk: int, at: datetime, unheard: Set[str]) -> Kept:
    with overhearing.listening() as heard:
        article = Article.objects.with_copy().get(pk=pk)
        title = titles.titles_of([article]).get(pk)
        data = formes.written(compose(article, at=at), _ours(article, title, at))
    return Kept(
        SCHEMA,
        MADE_WITH,
        data,
        frozenset(worth_hearing(heard) - unheard),
        min(turns(heard, title, at), default=None),
    )


def worth_hearing(heard: Iterable[str]) -> set[str]:
    """Return the tags without those of rows that change nothing."""
    return {one for one in heard if one.partition(":")[0] not in UNHEARD}


def turns(heard: set[str], title: Title | None, at: datetime) -> Iterator[datetime]:
    """Yield the moments at which what was made from these looks different, though nobody changes it.

    A lock turns, or the right to show a picture begins or ends.
    """
    yield from overhearing.turns(heard, at=at)
    pictures = [int(one.partition(":")[2]) for one in heard if one.startswith("editorial.picture:")]
    if not pictures or title is None:
        return
    today = title.day(at)
    shown = Picture.objects.filter(pk__in=pictures)
    last = shown.filter(usable_until__gte=today).aggregate(day=Min("usable_until"))["day"]
    first = shown.filter(usable_from__gt=today).aggregate(day=Min("usable_from"))["day"]
    for day in filter(None, [last and last + timedelta(days=1), first]):
        yield datetime.combine(day, time.min, ZoneInfo(title.time_zone))


def _ours(article: Article, title: Title | None, at: datetime) -> Decision:
    """Return what the house may have of an article: all of it."""
    work = viewers.work_of(article, title)
    return entitlements.may_read(Viewer(reads_everything=True), work, at)


def compose(article: Article, *, at: datetime) -> Forme:
    """Return the forme of an article as it stands in memory, draft or published.

    Args:
        article: any article.
        at: the moment whose day decides on the licences of pictures.
    """
    title = titles.titles_of([article]).get(article.pk)
    document = press_documents.resolve(article, "web", at=at)
    front = document.front
    phrases = phrases_in(front.language)
    ours = _ours(article, title, at)
    bodies = document.whole.open(ours)
    about = set(front.topics)
    in_lead, in_whole = _mentioned([document.lead]) - about, _mentioned(bodies) - about
    subjects = _subjects(document, about | in_lead | in_whole)
    issue = article.issue()
    figure = front.lead_figure
    narration = audio.heard(article)
    return Forme(
        key=str(article.key),
        url=document.url,
        headline=front.headline,
        kicker=front.kicker,
        standfirst=front.standfirst,
        description=front.standfirst or described_as(article, title),
        bylines=_bylines(article, front),
        dateline_place=front.dateline.place,
        published_at=front.published_at,
        revised_at=front.updated_at,
        modified_at=last_change(article, document),
        section=link_to(article.section),
        issue=link_to(issue),
        issue_card=_issue_card(issue) if issue and issue.live else None,
        lead_figure=web.render_lead_figure(document, phrases),
        lead_picture=document.pictures.get(figure.picture) if figure else None,
        language=front.language,
        direction=document.direction,
        reading_minutes=document.reading_minutes,
        word_count=document.word_count,
        topics=tuple(
            Link(card.name, card.url)
            for key in front.topics
            if (card := document.cards.get(key)) is not None
        ),
        about=tuple(subjects[key] for key in front.topics if key in subjects),
        dossiers=_dossiers(article),
        corrections=tuple(
            CorrectionLine(record.kind, record.text, record.made_at)
            for record in document.corrections
        ),
        is_retracted=any(
            record.kind == Correction.Kind.RETRACTION for record in article.corrections.all()
        ),
        onward=_onward(article, issue),
        share_card=share_cards.of_article(document, title.name if title else "").digest,
        lead_is_whole=document.lead_is_whole,
        parts_count=document.parts_count,
        lead=Lead(
            html=web.render(document, LEAD_ONLY, 1, phrases),
            mentions=_chosen(subjects, in_lead),
            sources=document.lead.sources,
        ),
        whole=Gated(
            Whole(
                parts=tuple(
                    Part(title=name, html=web.render(document, ours, number, phrases))
                    for number, name in enumerate(web.part_titles(document, ours, phrases), 1)
                ),
                mentions=_chosen(subjects, in_whole),
                sources=tuple(source for body in bodies for source in body.sources),
                sound=sound_of(article, narration) if narration else None,
            )
        ),
    )


def last_change(article: Article, document: PressDocument) -> datetime | None:
    """Return the last moment at which something happened that readers were told of."""
    moments = [article.published_at or article.first_published_at, article.revised_at]
    moments += [record.made_at for record in document.corrections]
    return max(filter(None, moments), default=None)


def _mentioned(bodies: Iterable[Body]) -> set[str]:
    """Return the keys of the topics that these words name."""
    return {
        word.topic
        for body in bodies
        for block in walk.blocks(body.blocks)
        for run in walk.runs(block)
        for word in walk.inlines(run)
        if isinstance(word, nodes.Mention)
    }


def _subjects(document: PressDocument, keys: set[str]) -> dict[str, Subject]:
    """Return topics that readers can look up, by key: one query."""
    cards = {key: card for key, card in document.cards.items() if key in keys}
    topics = Topic.objects.filter(key__in=[key.partition(":")[2] for key in cards])
    facts = {f"topic:{topic.key}": topic for topic in topics}
    return {
        key: Subject(card.name, card.url, facts[key].kind, facts[key].reference)
        for key, card in cards.items()
        if key in facts
    }


def _chosen(subjects: dict[str, Subject], keys: set[str]) -> tuple[Subject, ...]:
    return tuple(subjects[key] for key in sorted(keys) if key in subjects)


def _bylines(article: Article, front: nodes.FrontMatter) -> tuple[BylineCard, ...]:
    cards = []
    for row, byline in zip(article.bylines.all(), front.bylines, strict=True):
        link = link_to(row.contributor)
        note = row.contributor.biography if row.contributor and link else ""
        cards.append(
            BylineCard(byline.name, link.url if link else "", byline.role, note.split("\n\n")[0])
        )
    return tuple(cards)


def _dossiers(article: Article) -> tuple[Link, ...]:
    if not article.pk:
        return ()
    found = Dossier.objects.live().filter(entries__article=article).distinct()
    return tuple(Link(dossier.title, dossier.url or "") for dossier in found)


def _issue_card(issue: Issue) -> IssueCard:
    return IssueCard(
        number=issue.number,
        sequence=issue.sequence or 0,
        name=issue.title,
        url=issue.url or "",
        volume=issue.volume,
        cover_date=issue.cover_date,
    )


def _onward(article: Article, issue: Issue | None) -> tuple[ArticleCard, ...]:
    """Return what to read next: on in the issue, in the same dossiers, in the same section."""
    if not article.pk:
        return ()
    found: list[int] = []
    if issue:
        overhearing.hear([f"contents:{issue.pk}"])
        pages = [entry.article_id for entry in contents_of(issue)]
        after = pages.index(article.pk) + 1 if article.pk in pages else 0
        found += [*pages[after:], *pages[:after]][:1]
    # Its siblings: every article of the same title.
    others = Article.objects.sibling_of(article, inclusive=False).published()
    of_dossiers = others.filter(dossier_entries__dossier__entries__article=article).distinct()
    found += of_dossiers.values_list("pk", flat=True)[:READ_ON]
    found += _before(article, others)
    chosen = [pk for pk in dict.fromkeys(found) if pk != article.pk][:READ_ON]
    by_pk = others.with_cards().in_bulk(chosen)
    return article_cards(by_pk[pk] for pk in chosen if pk in by_pk)


def _before(article: Article, others: ArticleQuerySet) -> list[int]:
    """Return what came before an article in its section; in a young one, what came after it, too.

    So what comes out changes nothing below the many that came out long before it. Those of one moment
    came out by their numbers: so `changes` tells who names whom.
    """
    of_section = others.filter(section_id=article.section_id).order_by("-published_at", "-pk")
    at = article.published_at
    if at is None:  # A draft stands where it will come out.
        return list(of_section.values_list("pk", flat=True)[:READ_ON])
    older = Q(published_at__lt=at) | Q(published_at=at, pk__lt=article.pk)
    found = list(of_section.filter(older).values_list("pk", flat=True)[:READ_ON])
    if len(found) < READ_ON:
        later = of_section.exclude(older).order_by("published_at", "pk")
        found += later.values_list("pk", flat=True)[: READ_ON - len(found)]
        overhearing.hear([f"list:{article.section_id or _front_of(article)}"])
    return found


def _front_of(article: Article) -> int | None:
    """Return the front page of an article, whose list it stands in whatever its section."""
    fronts = FrontPage.objects.ancestor_of(article).values_list("pk", flat=True)
    return fronts.first()
