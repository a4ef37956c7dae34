"""What a page tells of an article that its reader may hear."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from masthead.editorial.models import Article
from masthead.manuscript.gate import Decision
from masthead.newsstand.pages import Listening
from masthead.production.models import Narration


def listening(
    article: Article, narration: Narration | None, decision: Decision, place: float | None
) -> Listening | None:
    """Return how a reader hears an article; None where there is nothing for them to hear.

    Args:
        article: whose page or line it is.
        narration: what is heard of it, if anything.
        decision: what of it the reader may have.
        place: where the reader stopped, in seconds; None for who is not signed in.
    """
    if narration is None or decision.parts != "full":
        return None
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
        place=round(place or 0.0, 1),
        place_url=_if(place is not None, "newsstand:listening-place", [article.key]),
    )


def _if(there: bool, name: str, addressed: list[Any]) -> str:
    return reverse(name, args=addressed) if there else ""
