"""What the head of an article's page tells machines."""

from __future__ import annotations

from masthead.manuscript.gate import Decision
from masthead.newsstand import share_cards, structured_data
from masthead.newsstand.formes import Forme
from masthead.newsstand.metadata import full, head, locale, share_card_url
from masthead.newsstand.pages import ArticlePage, Link, ShareImage


def described(values: ArticlePage, forme: Forme, decision: Decision) -> ArticlePage:
    """Return an article's page with its head filled in, of words that its reader may have."""
    chrome = values.chrome
    if chrome.preview or not chrome.site_url:
        return head(values)
    said = forme.whole.open(decision) if decision.parts == "full" else forme.lead
    first = full(chrome, forme.url)
    image = _share_image(values, forme)
    lead_picture = structured_data.picture(chrome, forme.lead_picture)
    card = structured_data.image(image.url, image.width, image.height)
    node = structured_data.article(
        values,
        url=first,
        word_count=forme.word_count,
        free=values.access == "open" or forme.lead_is_whole,
        images=[lead_picture, card] if lead_picture else [card],
        about=forme.about,
        mentions=said.mentions,
        sources=said.sources,
        issue=forme.issue_card,
        modified_at=forme.modified_at,
    )
    parts = dict(enumerate((link.url for link in values.parts), 1))
    return head(
        values,
        node,
        url=full(chrome, parts.get(values.part, forme.url)),
        kind="article",
        title=values.headline,
        trail=[*filter(None, [values.section]), Link(values.headline, forme.url)],
        image=image,
        locale=locale(values.language),
        published_at=values.published_at,
        revised_at=forme.modified_at,
        section=values.section.name if values.section else "",
        authors=tuple(full(chrome, one.url) for one in values.bylines if one.url and not one.role),
        topics=tuple(topic.name for topic in values.topics),
        previous_url=full(chrome, parts.get(values.part - 1, "")),
        next_url=full(chrome, parts.get(values.part + 1, "")),
    )


def _share_image(values: ArticlePage, forme: Forme) -> ShareImage:
    url = share_card_url(values.chrome.site_url, forme.key, forme.share_card)
    return ShareImage(url, share_cards.WIDTH, share_cards.HEIGHT, values.headline)
