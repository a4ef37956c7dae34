"""Articles read aloud: a recording, and when each sentence of it is heard."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from masthead.editorial import press_documents
from masthead.editorial.models import Article
from masthead.press import lines
from masthead.press.shelf import Shelf
from masthead.press.speech import recording, script, times
from masthead.press.speech.engines import Engine, Stumbled, Unavailable
from masthead.press.speech.espeak import Espeak, voice_for
from masthead.production import pressings

FOLDER = "speech"
"""In the installation's cache: sentences that were said before."""


class CannotNarrate(Exception):
    """An article cannot be read aloud: a sentence fit to show to an editor."""


def read_aloud(
    article: Article, folder: Path, *, at: datetime, engine: Engine | None = None
) -> recording.Recording:
    """Write an article's recording, its captions (WebVTT) and its times (JSON).

    The files are called by the article's slug. The same words give the same bytes.

    Args:
        article: in any state; its newest words as they are kept.
        folder: where the files go. What stands there stays unless all is well.
        at: a moment, timezone-aware.
        engine: what says it; the voice that is always there if none is named.

    Raises:
        CannotNarrate: see the class.
        GateClosed: the house says that somebody may not have the article whole.
    """
    house = pressings.furnished(at)
    (resolved,) = press_documents.resolve_all([article], "speech", at=at)
    document = resolved.document
    front, issue = document.front, article.issue()
    publication = article.publication()
    told = ". ".join(filter(None, [publication.name, issue.title if issue else ""]))
    said = script.of_article(
        document, house.decide(article), house.phrases_in(front.language), opening=told
    )
    tags = {
        "title": front.headline,
        "artist": ", ".join(lines.byline(one) for one in front.bylines) or publication.name,
        "album": told,
    }
    if front.published_at:
        tags["date"] = front.published_at.date().isoformat()
    out = folder / f"{article.slug}.mp3"
    try:
        made = recording.read_aloud(
            said, engine or Espeak(), _voice, out, tags=tags, shelf=_shelf()
        )
    except recording.Nothing as nothing:
        raise CannotNarrate(
            _("“%(title)s” has no words to read aloud.") % {"title": front.headline}
        ) from nothing
    except (Unavailable, Stumbled) as failed:
        raise CannotNarrate(f"“{front.headline}”: {failed}") from failed
    out.with_suffix(".vtt").write_text(times.as_vtt(made.timed), "utf-8")
    out.with_suffix(".json").write_text(times.as_json(made.timed), "utf-8")
    return made


def _voice(language: str) -> str:
    if voice := voice_for(language):
        return voice
    raise Unavailable(
        _("There is no voice for the language “%(language)s” yet.") % {"language": language}
    )


def _shelf() -> Shelf:
    return Shelf(settings.INSTALLATION.cache / FOLDER)
