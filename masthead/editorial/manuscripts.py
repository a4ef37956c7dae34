"""An article as a manuscript, a manuscript as an article, and the press document of either.

`to_manuscript()` and `store()` are the two directions; `resolve()` answers every key a
manuscript names and hands editions the one thing they are made from.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from masthead.editorial import checks, pictures
from masthead.editorial.conversion import reading, register, rich_text
from masthead.editorial.conversion.register import Register
from masthead.editorial.conversion.writing import Writer
from masthead.editorial.models import (
    Article,
    ArticleByline,
    ArticleTopic,
    Attachment,
    Contributor,
    FrontPage,
    FrontVariant,
    Note,
    Picture,
    Section,
    Source,
    Title,
    Topic,
)
from masthead.editorial.models.article import Mention
from masthead.manuscript import addresses, languages, nodes, walk
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


# --- Article to manuscript ----------------------------------------------------


def to_manuscript(article: Article) -> Manuscript:
    """Return the article as it stands in memory, draft or published.

    The number of queries does not depend on the length of the article.
    """
    return to_manuscripts([article])[0]


def to_manuscripts(articles: Sequence[Article]) -> list[Manuscript]:
    """Return several articles as manuscripts, in their order.

    Of articles fetched `with_copy()` the number of queries depends neither on how many
    they are nor on how long.
    """
    known = register.for_streams(*(_streams(article) for article in articles))
    topics = Topic.objects.in_bulk(
        {link.topic_id for article in articles for link in article.topic_links.all()}
    )
    titles = _titles_of(articles)
    return [_manuscript(one, known, topics, titles.get(one.pk)) for one in articles]


def _streams(article: Article) -> list[Any]:
    """Return everything of an article that may refer to pictures, recordings and pages."""
    return [
        article.body.get_prep_value(),
        article.lead_figure.get_prep_value(),
        [variant.lead_figure.get_prep_value() for variant in article.front_variants.all()],
        [note.text for note in article.notes.all()],
    ]


def _titles_of(articles: Sequence[Article]) -> dict[int | None, Title]:
    """Return the title of each article that has a place, by the article's primary key."""
    placed = [article for article in articles if article.path]
    fronts = list(FrontPage.objects.select_related("publication")) if placed else []
    return {
        article.pk: front.publication
        for article in placed
        for front in fronts
        if article.path.startswith(front.path)
    }


def _manuscript(
    article: Article, known: Register, topics: dict[int, Topic], title: Title | None
) -> Manuscript:
    front = nodes.FrontMatter(
        headline=article.title,
        kicker=article.kicker,
        standfirst=article.standfirst,
        language=article.language,
        bylines=tuple(_byline(byline) for byline in article.bylines.all()),
        section=article.section.slug if article.section else "",
        topics=tuple(
            register.key_of(topics[link.topic_id])
            for link in article.topic_links.all()
            if link.topic_id in topics
        ),
        dateline=nodes.Dateline(article.dateline_place, article.dateline_on),
        published_at=article.published_at,
        updated_at=article.revised_at,
        lead_figure=_lead_figure(article.lead_figure.get_prep_value(), known),
        variants=tuple(
            nodes.FrontVariant(
                editions=tuple(variant.editions),
                kicker=variant.kicker or None,
                headline=variant.headline or None,
                standfirst=variant.standfirst or None,
                lead_figure=_lead_figure(variant.lead_figure.get_prep_value(), known),
            )
            for variant in article.front_variants.all()
        ),
    )
    return Manuscript(
        key=str(article.key),
        front=front,
        body=reading.read_stream(article.body.get_prep_value(), known),
        notes=tuple(
            nodes.Footnote(str(note.key), rich_text.read_words(note.text, known))
            for note in article.notes.all()
        ),
        sources=tuple(
            nodes.Source(
                id=source.handle,
                title=source.title,
                author=source.author,
                outlet=source.outlet,
                published_on=source.published_on,
                url=source.url,
                note=source.note,
            )
            for source in article.sources.all()
        ),
        access=cast("nodes.Access", article.access),
        lead_words=title.lead_words if title else 80,
    )


def _byline(byline: ArticleByline) -> nodes.Byline:
    contributor = register.key_of(byline.contributor) if byline.contributor else ""
    return nodes.Byline(byline.printed_name, contributor, byline.role)


def _lead_figure(stream: Any, known: Register) -> nodes.Figure | None:
    if not stream:
        return None
    return reading.read_figure(stream[0]["value"], str(stream[0].get("id") or "lead"), known)


# --- Manuscript to article ----------------------------------------------------


def store(article: Article, manuscript: Manuscript) -> list[str]:
    """Write a manuscript into an article, in memory; the caller saves it.

    Returns:
        What the article could not take, a line each: a picture that is not in the
        library, a contributor nobody knows, a box nested deeper than the form goes.
    """
    known = register.for_keys(walk.keys(manuscript))
    writer = Writer(known)
    front = manuscript.front
    article.title = front.headline
    article.kicker = front.kicker
    article.standfirst = front.standfirst
    article.language = front.language
    article.dateline_place = front.dateline.place
    article.dateline_on = front.dateline.written_on
    article.published_at = front.published_at
    article.revised_at = front.updated_at
    article.access = manuscript.access
    article.body = writer.stream(manuscript.body)
    article.lead_figure = _figure_stream(front.lead_figure, writer)
    article.front_variants = [
        FrontVariant(
            sort_order=order,
            editions=list(variant.editions),
            kicker=variant.kicker or "",
            headline=variant.headline or "",
            standfirst=variant.standfirst or "",
            lead_figure=_figure_stream(variant.lead_figure, writer),
        )
        for order, variant in enumerate(front.variants)
    ]
    article.bylines = [
        _store_byline(byline, order, known, writer) for order, byline in enumerate(front.bylines)
    ]
    article.topic_links = [
        ArticleTopic(sort_order=order, topic_id=known.page_by_key[key])
        for order, key in enumerate(front.topics)
        if key in known.page_by_key
    ]
    writer.lost += [
        f"The topic {key} is not known." for key in front.topics if key not in known.page_by_key
    ]
    article.notes = [
        Note(sort_order=order, key=uuid.UUID(note.id), text=writer.words(note.children))
        for order, note in enumerate(manuscript.notes)
    ]
    article.sources = [
        Source(
            sort_order=order,
            handle=source.id,
            title=source.title,
            author=source.author,
            outlet=source.outlet,
            published_on=source.published_on,
            url=source.url,
            note=source.note,
        )
        for order, source in enumerate(manuscript.sources)
    ]
    _store_section(article, front.section, writer)
    return writer.lost


def rich_text_of(blocks: Iterable[nodes.Block]) -> str:
    """Return blocks as the rich text of a field of its own, such as an issue's editor's note.

    Only paragraphs, headings and plain lists fit there; the others are left out.
    """
    blocks = tuple(blocks)
    known = register.for_keys(
        word.href
        for block in walk.blocks(blocks)
        for run in walk.runs(block)
        for word in walk.inlines(run)
        if isinstance(word, nodes.Link) and addresses.is_key(word.href)
    )
    return rich_text.write_blocks(filter(rich_text.fits, blocks), known)


def _store_section(article: Article, slug: str, writer: Writer) -> None:
    if not slug:
        return
    sections = Section.objects.filter(slug=slug)
    if article.path:
        sections = sections.sibling_of(article.get_parent(), inclusive=True)
    section = sections.first()
    if section is None:
        writer.lost.append(f"There is no section “{slug}”.")
    else:
        article.section = section


def _store_byline(
    byline: nodes.Byline, order: int, known: Register, writer: Writer
) -> ArticleByline:
    pk = known.page_by_key.get(byline.contributor)
    if byline.contributor and pk is None:
        writer.lost.append(f"The contributor {byline.contributor} is not known; the name was kept.")
    contributor = Contributor.objects.filter(pk=pk).first() if pk else None
    name = "" if contributor and contributor.title == byline.name else byline.name
    return ArticleByline(sort_order=order, contributor=contributor, name=name, role=byline.role)


def _figure_stream(figure: nodes.Figure | None, writer: Writer) -> list[dict[str, Any]]:
    value = writer.figure(figure) if figure else None
    return [{"type": "figure", "value": value, "id": figure.id}] if figure and value else []


# --- Press documents ----------------------------------------------------------


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
    titles = _titles_of(articles)
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
    chosen = Picture.objects.filter(sha256__in=_values(keys, "picture"))
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


def pictures_of(article: Article) -> list[Picture]:
    """Return every picture that the article names, in whatever edition."""
    keys = walk.keys(to_manuscript(article))
    return list(Picture.objects.filter(sha256__in=_values(keys, "picture")))


def record_mentions(article: Article) -> None:
    """Write down which topics the text names, for the topics' own pages."""
    mentioned = _values(walk.keys(to_manuscript(article)), "topic")
    topics = Topic.objects.filter(key__in=mentioned)
    Mention.objects.filter(article=article).exclude(topic__in=topics).delete()
    Mention.objects.bulk_create(
        [Mention(article=article, topic=topic) for topic in topics], ignore_conflicts=True
    )


def _values(keys: Any, kind: str) -> list[str]:
    return [key.partition(":")[2] for key in keys if key.startswith(f"{kind}:")]


def _pictures(keys: Any) -> dict[str, Picture]:
    named = Picture.objects.filter(sha256__in=_values(keys, "picture"))
    return {picture.picture_key: picture for picture in pictures.with_renditions(named)}


def _recordings(keys: Any) -> dict[str, Attachment]:
    named = Attachment.objects.filter(sha256__in=_values(keys, "audio"))
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


def findings(article: Article, *, at: datetime | None = None) -> list[checks.Finding]:
    """Return what an editor should look at before `article` goes out."""
    manuscript = to_manuscript(article)
    keys = walk.keys(manuscript)
    day = article.publication().day(at or timezone.now())
    chosen = {
        picture.picture_key: picture
        for picture in Picture.objects.filter(sha256__in=_values(keys, "picture"))
    }
    topics = Topic.objects.filter(key__in=_values(keys, "topic")).values_list("key", flat=True)
    return checks.check(
        manuscript,
        lambda key, edition: chosen[key].refusal(edition, day) if key in chosen else "",
        frozenset(f"topic:{key}" for key in topics),
    )
