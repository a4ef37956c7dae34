"""What editorial does when one of its pages comes out."""

from __future__ import annotations

from typing import Any

from masthead.editorial import manuscripts


def article_published(instance: Any, **_signal: Any) -> None:
    """Note which topics the article names."""
    manuscripts.record_mentions(instance)
