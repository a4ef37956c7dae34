"""Articles read aloud: a recording, and when each sentence of it is heard."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property, partial
from importlib.metadata import entry_points
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from masthead.editorial import lexicon, press_documents
from masthead.editorial.models import Article, Issue
from masthead.manuscript.gate import Decision
from masthead.press import lines
from masthead.press.paper.engine import put
from masthead.press.shelf import Shelf
from masthead.press.speech import issue as whole
from masthead.press.speech import recording, script, times
from masthead.press.speech.command import Command
from masthead.press.speech.engines import Engine, Stumbled, Unavailable, voice_for
from masthead.press.speech.espeak import Espeak
from masthead.press.speech.piper import Piper
from masthead.production import pressings, sleeves

ENGINES = "masthead.speech_engines"
"""The entry points under which packages offer engines."""
FOLDER = "speech"
"""In the installation's cache: sentences that were said before."""


class CannotNarrate(Exception):
    """An article cannot be read aloud: a sentence fit to show to an editor."""


def chosen_engine() -> Engine:
    """Return the engine that `masthead.toml` names.

    Raises:
        CannotNarrate: there is none of that name.
    """
    speech = settings.INSTALLATION.speech
    if speech.engine == Command.id:
        return Command(speech.command, speech.languages)
    if speech.engine == Piper.id:
        return Piper(settings.INSTALLATION.home / speech.voice)
    offered = {one.name: one for one in entry_points(group=ENGINES)}
    if speech.engine not in offered:
        known = ", ".join(sorted([Command.id, Piper.id, *offered]))
        raise CannotNarrate(
            _(
                "There is no engine called “%(name)s”. Under [speech] in masthead.toml, name one of: %(known)s."
            )
            % {"name": speech.engine, "known": known}
        )
    engine: Engine = offered[speech.engine].load()()
    return engine


@contextmanager
def engine_at_hand() -> Iterator[Engine]:
    """Have the engine that `masthead.toml` names, for as long as there is something to say.

    Raises:
        CannotNarrate: there is none of that name.
    """
    engine = chosen_engine()
    try:
        yield engine
    finally:
        engine.stop()


@dataclass(frozen=True)
class Copy:
    """What is read aloud of an article, and what is written into the file."""

    headline: str
    said: list[script.Sentence]
    tags: dict[str, str]
    of_issue: tuple[Issue, date] | None = None
    """Whose cover players show, and the day on which its licence has to hold."""

    @cached_property
    def cover(self) -> bytes:
        """Return what players show: only a file needs it, and a preview makes none."""
        return sleeves.of(*self.of_issue) if self.of_issue else b""

    def made_from(self, engine: Engine) -> str:
        """Return what tells two recordings apart: equal when the files would be.

        Raises:
            Unavailable: the engine cannot be used.
        """
        return self.digest(engine.id, engine.revision)

    def digest(self, *by: str) -> str:
        """Return a digest of all that goes into a file, and of who reads it and how."""
        cover = hashlib.sha256(self.cover).hexdigest()
        told = [[asdict(one) for one in self.said], self.tags, cover, *by]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Reading:
    """An article that was read aloud."""

    recording: recording.Recording
    voice: str
    """The engine's name."""
    note: str = ""
    """What somebody should know, such as that another voice had to step in."""


def copy_of(article: Article, *, at: datetime, decision: Decision | None = None) -> Copy:
    """Return what is read aloud of an article as it is kept at a moment, timezone-aware.

    Args:
        article: as it stands in memory.
        at: the moment.
        decision: what of it may be said; the whole, as the house says, if left out.

    Raises:
        GateClosed: the house says that somebody may not have the article whole.
    """
    house = pressings.furnished(at)
    (resolved,) = press_documents.resolve_all([article], "speech", at=at)
    document = resolved.document
    front, issue = document.front, article.issue()
    publication = article.publication()
    told = ". ".join(filter(None, [publication.name, issue.title if issue else ""]))
    said = script.of_article(
        document,
        house.decide(article) if decision is None else decision,
        house.phrases_in(front.language),
        opening=told,
        lexicon=lexicon.of_article(article),
    )
    tags = {
        "title": front.headline,
        "artist": ", ".join(lines.byline(one) for one in front.bylines) or publication.name,
        "album": told,
    }
    if front.published_at:
        tags["date"] = front.published_at.date().isoformat()
    of_issue = (issue, publication.day(at)) if issue else None
    return Copy(front.headline, said, tags, of_issue)


def read(copy: Copy, out: Path, engine: Engine, *, opus: bool = False) -> Reading:
    """Write a recording of an article, and if asked for the same as Opus; see `read_aloud`.

    Raises:
        CannotNarrate: see the class.
    """
    try:
        return _said_by(engine, copy, out, opus)
    except recording.Nothing as nothing:
        raise CannotNarrate(
            _("“%(title)s” has no words to read aloud.") % {"title": copy.headline}
        ) from nothing
    except (Unavailable, Stumbled) as failed:
        raise CannotNarrate(f"“{copy.headline}”: {failed}") from failed


def read_aloud(article: Article, folder: Path, *, at: datetime, engine: Engine) -> Reading:
    """Write an article's recording, its captions (WebVTT) and its times (JSON).

    Where `masthead.toml` says so, the recording comes as Opus, too, with the same times.

    The files are called by the article's slug. The same words give the same bytes. Where the engine
    cannot read all of it, the voice that is always there reads all of it instead: never two voices.

    Args:
        article: in any state; its newest words as they are kept.
        folder: where the files go. What stands there stays unless all is well.
        at: a moment, timezone-aware.
        engine: what says it.

    Raises:
        CannotNarrate: see the class.
        GateClosed: the house says that somebody may not have the article whole.
    """
    out = folder / f"{article.slug}.mp3"
    opus = settings.INSTALLATION.speech.opus
    made = read(copy_of(article, at=at), out, engine, opus=opus)
    out.with_suffix(".vtt").write_text(times.as_vtt(made.recording.timed), "utf-8")
    out.with_suffix(".json").write_text(times.as_json(made.recording.timed), "utf-8")
    return made


def put_together(
    issue: Issue, read: Sequence[tuple[Article, Path]], folder: Path
) -> tuple[Path, float]:
    """Write an issue's articles as one file with chapters, and these as JSON; return its seconds.

    Args:
        issue: the files are called by its slug.
        read: its articles in their order, and the recording of each.
        folder: where the files go.
    """
    publication = issue.publication.name
    out = folder / f"{issue.slug}.mp3"
    with tempfile.TemporaryDirectory(prefix="masthead-voice-") as inner:
        made = Path(inner, "made.mp3")
        chapters = whole.join(
            [(article.title, file) for article, file in read],
            made,
            {
                "title": f"{publication}, {issue.title}",
                "artist": publication,
                "album": publication,
                "date": issue.cover_date.isoformat(),
            },
            sleeves.of(issue, issue.cover_date),
        )
        put(made, out)
    out.with_name(f"{issue.slug}-chapters.json").write_text(whole.as_json(chapters), "utf-8")
    return out, chapters[-1].ends


def _said_by(engine: Engine, copy: Copy, out: Path, opus: bool) -> Reading:
    """Return what the engine reads, or else the voice that is always there, and why it had to."""
    shelf = Shelf(settings.INSTALLATION.cache / FOLDER)

    def by(one: Engine) -> recording.Recording:
        return recording.read_aloud(
            copy.said,
            one,
            partial(voice, one),
            out,
            tags=copy.tags,
            cover=copy.cover,
            shelf=shelf,
            opus=opus,
        )

    try:
        return Reading(by(engine), engine.id)
    except (Unavailable, Stumbled) as failed:
        if engine.id == Espeak.id:
            raise
        note = _("%(why)s It was read by eSpeak NG instead.") % {"why": failed}
    always_there = Espeak()
    try:
        return Reading(by(always_there), Espeak.id, note)
    finally:
        always_there.stop()


def voice(engine: Engine, language: str) -> str:
    """Return the name of an engine's voice for a language.

    Raises:
        Unavailable: it has none.
    """
    if found := voice_for(engine.voices(), language):
        return found.id
    raise Unavailable(
        _("The engine “%(engine)s” has no voice for the language “%(language)s”.")
        % {"engine": engine.id, "language": language}
    )
