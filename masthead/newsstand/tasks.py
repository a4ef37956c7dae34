"""What the newsstand does when no reader is waiting."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from masthead.editorial import press_documents
from masthead.editorial.models import Article
from masthead.newsstand import share_cards


@task()
def draw_share_card(pk: int) -> str:
    """Draw the card of an article that has come out; return its digest."""
    article = Article.objects.filter(pk=pk, live=True).first()
    if article is None:
        return ""
    document = press_documents.resolve(article, "web", at=timezone.now())
    card = share_cards.of_article(document, article.publication().name)
    share_cards.stored(article.key, card)
    return card.digest
