"""Share cards at their addresses."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from masthead.circulation import entitlements, viewers
from masthead.editorial import press_documents
from masthead.editorial.models import Article, Issue, Title
from masthead.newsstand import share_cards, turnstile
from masthead.newsstand.share_cards import ShareCard

A_MONTH = 30 * 24 * 60 * 60


@require_safe
def share_card(request: HttpRequest, key: uuid.UUID, digest: str) -> HttpResponse:
    """Return the card of an article or a title; an old digest leads to the present card."""
    card = _card(key)
    if card.digest != digest:
        return redirect("newsstand:share-card", key, card.digest)
    if not share_cards.is_drawn(key, card) and (refusal := turnstile.turned_away(request, "card")):
        return refusal
    return _kept(share_cards.stored(key, card))


@require_safe
def square_card(request: HttpRequest, key: uuid.UUID, digest: str) -> HttpResponse:
    """Return the square card of a title or an issue on sale, as `share_card` does."""
    issue = Issue.objects.on_sale().public().filter(key=key).first()
    if issue:
        card = share_cards.of_issue(issue)
    else:
        card = share_cards.of_title(get_object_or_404(Title, key=key))
    if card.digest != digest:
        return redirect("newsstand:square-card", key, card.digest)
    drawn = share_cards.is_drawn(key, card, square=True)
    if not drawn and (refusal := turnstile.turned_away(request, "card")):
        return refusal
    return _kept(share_cards.stored(key, card, square=True))


def _kept(picture: bytes) -> HttpResponse:
    response = HttpResponse(picture, content_type="image/png")
    patch_cache_control(response, public=True, max_age=A_MONTH, immutable=True)
    return response


def _card(key: uuid.UUID) -> ShareCard:
    if title := Title.objects.filter(key=key).first():
        return share_cards.of_title(title)
    article = get_object_or_404(Article.objects.public(), key=key)
    now = timezone.now()
    decision = entitlements.may_read(entitlements.ANONYMOUS, viewers.work_of(article), now)
    if decision.parts == "none":
        raise Http404
    document = press_documents.resolve(article, "web", at=now)
    return share_cards.of_article(document, article.publication().name)
