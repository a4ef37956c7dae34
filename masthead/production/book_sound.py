"""What can be heard of an issue's articles, as its book wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from masthead.editorial.models import Article
from masthead.press.epub.book import Narrated
from masthead.production import audio
from masthead.production.models import Narration
from masthead.production.on_disk import on_disk


def recordings_of(articles: Sequence[Article]) -> Mapping[str, Narrated]:
    """Return what readers hear of articles, as far as it belongs to the words that they have now.

    A person's recording in which no sentence was found belongs to no words, and has no times. Two
    queries, however many articles there are. One whose file was lost is silent.
    """
    heard = {
        one.pk: one for one in audio.heard_of(articles).values() if one.fits or one.revision is None
    }
    times = dict(Narration.objects.filter(pk__in=heard).values_list("pk", "times"))
    return {
        str(one.article.key): Narrated(
            on_disk(one.file),
            one.seconds,
            times[one.pk] if one.fits else (),
            one.narrator,
            one.sha256,
        )
        for one in heard.values()
        if one.file.name and one.file.storage.exists(one.file.name)
    }
