"""What the newsstand does when an article comes out, or a reader signs out."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from masthead.newsstand import passes, tasks


def article_published(instance: Any, **_signal: Any) -> None:
    """Have the article's share card drawn, once it is really out."""
    transaction.on_commit(partial(tasks.draw_share_card.enqueue, instance.pk))


def signed_out(request: Any, **_signal: Any) -> None:
    """Have the answer tell the browser to forget what it keeps, such as issues for a journey."""
    if request is not None:
        passes.forget_what_is_kept(request)
