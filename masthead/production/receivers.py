"""What production does when a page comes out."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from masthead.production import renditions


def page_published(instance: Any, **_signal: Any) -> None:
    """Have the pictures of a page made in every size, once it is really out."""
    transaction.on_commit(partial(renditions.make_for_page.enqueue, instance.pk))
