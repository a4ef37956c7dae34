"""What the head of an article's page tells machines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from masthead.editorial.models import Article, Issue, Topic
from masthead.manuscript import nodes, walk
from masthead.manuscript.gate import Decision
from masthead.manuscript.press_document import Body, PressDocument
from masthead.newsstand import share_cards, structured_data
from masthead.newsstand.metadata import full, head, locale, share_card_url
from masthead.newsstand.pages import ArticlePage, IssueCard, Link, ShareImage
from masthead.newsstand.structured_data import Subject


def described(
    values: ArticlePage, article: Article, document: PressDocument, decision: Decision
) -> ArticlePage:
    """Return an article's page with its head filled in, of words that its reader may have."""
    chrome = values.chrome
    if chrome.preview or not chrome.site_url:
        return head(values)
    bodies = document.whole.open(decision) if decision.parts == "full" else (document.lead,)
    first = full(chrome, document.url)
    about = set(document.front.topics)
    mentioned = _mentioned(bodies) - about
    subjects = _subjects(document, about | mentioned)
    image = _share_image(values, document, str(article.key))
    issue = article.issue()
    figure = document.front.lead_figure
    lead_picture = structured_data.picture(
        chrome, document.pictures.get(figure.picture) if figure else None
    )
    card = structured_data.image(image.url, image.width, image.height)
    modified_at = last_change(article, document)
    node = structured_data.article(
        values,
        url=first,
        word_count=document.word_count,
        free=values.access == "open" or document.lead_is_whole,
        images=[lead_picture, card] if lead_picture else [card],
        about=[subjects[key] for key in document.front.topics if key in subjects],
        mentions=[subjects[key] for key in sorted(mentioned) if key in subjects],
        sources=[source for body in bodies for source in body.sources],
        issue=_issue_card(issue) if issue and issue.live else None,
        modified_at=modified_at,
    )
    parts = dict(enumerate((link.url for link in values.parts), 1))
    return head(
        values,
        node,
        url=full(chrome, parts.get(values.part, document.url)),
        kind="article",
        title=values.headline,
        trail=[*filter(None, [values.section]), Link(values.headline, document.url)],
        image=image,
        locale=locale(values.language),
        published_at=values.published_at,
        revised_at=modified_at,
        section=values.section.name if values.section else "",
        authors=tuple(full(chrome, one.url) for one in values.bylines if one.url and not one.role),
        topics=tuple(topic.name for topic in values.topics),
        previous_url=full(chrome, parts.get(values.part - 1, "")),
        next_url=full(chrome, parts.get(values.part + 1, "")),
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


def _share_image(values: ArticlePage, document: PressDocument, key: str) -> ShareImage:
    card = share_cards.of_article(document, values.chrome.publication)
    url = share_card_url(values.chrome.site_url, key, card.digest)
    return ShareImage(url, share_cards.WIDTH, share_cards.HEIGHT, values.headline)


def _issue_card(issue: Issue) -> IssueCard:
    return IssueCard(
        number=issue.number,
        sequence=issue.sequence or 0,
        name=issue.title,
        url=issue.url or "",
        volume=issue.volume,
        cover_date=issue.cover_date,
    )
