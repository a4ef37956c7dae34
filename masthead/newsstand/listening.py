"""What a page tells of an article that its reader may hear."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from masthead.editorial.models import Article
from masthead.newsstand.pages import Listening
from masthead.production.models import Narration


def sound_of(article: Article, narration: Narration) -> Listening:
    """Return how an article is heard, by any reader who may have the whole of it."""
    addressed = [article.key, narration.sha256]
    return Listening(
        key=str(article.key),
        url=reverse("newsstand:narration", args=addressed),
        captions_url=_if(narration.fits, "newsstand:narration-captions", addressed),
        times_url=_if(narration.fits, "newsstand:narration-times", addressed),
        seconds=round(narration.seconds, 1),
        minutes=max(1, round(narration.seconds / 60)),
        size=narration.size,
        file_name=f"{article.slug}.mp3",
        narrator=narration.narrator,
    )


def _if(there: bool, name: str, addressed: list[Any]) -> str:
    return reverse(name, args=addressed) if there else ""
