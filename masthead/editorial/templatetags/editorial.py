"""What the office's templates ask of an article: its findings, a block pressed for the web."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from masthead.editorial import checks, manuscripts, press_documents
from masthead.editorial.models import Article

register = template.Library()


@register.simple_tag
def findings_of(article: Article) -> list[checks.Finding]:
    """Return what an editor should look at before `article` goes out."""
    return manuscripts.findings(article)


@register.simple_tag
def pressed(stream: list[dict[str, Any]]) -> SafeString:
    """Return blocks as the web shows them."""
    return mark_safe(press_documents.press_blocks(stream))  # noqa: S308 - the press escapes.
