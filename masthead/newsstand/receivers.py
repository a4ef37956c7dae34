"""What the newsstand does when an article comes out."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from masthead.newsstand import tasks


def article_published(instance: Any, **_signal: Any) -> None:
    """Have the article's share card drawn, once it is really out."""
    transaction.on_commit(partial(tasks.draw_share_card.enqueue, instance.pk))
