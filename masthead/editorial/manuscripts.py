"""An article as a manuscript, and a manuscript as an article.

`to_manuscript()` and `store()` are the two directions; what editions are made from is
resolved in `press_documents`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from masthead.editorial import checks
from masthead.editorial.audiences import audience_of
from masthead.editorial.conversion import reading, register, rich_text
from masthead.editorial.conversion.register import Register
from masthead.editorial.conversion.writing import Writer
from masthead.editorial.models import (
    Article,
    ArticleByline,
    ArticleTopic,
    Contributor,
    FrontVariant,
    Note,
    Picture,
    Section,
    Source,
    Title,
    Topic,
)
from masthead.editorial.models.article import Mention
from masthead.editorial.titles import titles_of
from masthead.manuscript import addresses, nodes, walk
from masthead.manuscript.nodes import Manuscript

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
    titles = titles_of(articles)
    return [_manuscript(one, known, topics, titles.get(one.pk)) for one in articles]


def _streams(article: Article) -> list[Any]:
    """Return everything of an article that may refer to pictures, recordings and pages."""
    return [
        article.body.get_prep_value(),
        article.lead_figure.get_prep_value(),
        [variant.lead_figure.get_prep_value() for variant in article.front_variants.all()],
        [note.text for note in article.notes.all()],
    ]


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
        access=audience_of(article, title).access,
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


# --- What an article names ---------------------------------------------------


def pictures_of(article: Article) -> list[Picture]:
    """Return every picture that the article names, in whatever edition."""
    keys = walk.keys(to_manuscript(article))
    return list(Picture.objects.filter(sha256__in=keys_of_kind(keys, "picture")))


def record_mentions(article: Article) -> None:
    """Write down which topics the text names, for the topics' own pages."""
    mentioned = keys_of_kind(walk.keys(to_manuscript(article)), "topic")
    topics = Topic.objects.filter(key__in=mentioned)
    Mention.objects.filter(article=article).exclude(topic__in=topics).delete()
    for topic in topics:  # Saved one by one: the press hears of those that are new.
        Mention.objects.get_or_create(article=article, topic=topic)


def keys_of_kind(keys: Iterable[str], kind: str) -> list[str]:
    """Return what follows the colon in the keys of one kind."""
    return [key.partition(":")[2] for key in keys if key.startswith(f"{kind}:")]


def findings(article: Article, *, at: datetime | None = None) -> list[checks.Finding]:
    """Return what an editor should look at before `article` goes out."""
    manuscript = to_manuscript(article)
    keys = walk.keys(manuscript)
    day = article.publication().day(at or timezone.now())
    chosen = {
        picture.picture_key: picture
        for picture in Picture.objects.filter(sha256__in=keys_of_kind(keys, "picture"))
    }
    topics = Topic.objects.filter(key__in=keys_of_kind(keys, "topic")).values_list("key", flat=True)
    return checks.check(
        manuscript,
        lambda key, edition: chosen[key].refusal(edition, day) if key in chosen else "",
        frozenset(f"topic:{key}" for key in topics),
    )
