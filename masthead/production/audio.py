"""The audio of every article: asked for when it comes out, made by a worker, kept, and counted.

Publishing never waits for it. Until a new recording is ready the one before is heard; a file stays
where it is for a month after another has taken its place, since players and podcast programs come
back to an address.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from masthead.editorial.models import Article, Attachment
from masthead.press.speech import times
from masthead.press.speech.engines import Unavailable
from masthead.production import narrations, recorded, rows
from masthead.production.models import Narration

KEPT = timedelta(days=30)
"""How long a file stays after another has taken its place."""
LOST = timedelta(hours=2)
"""After which a narration under way counts as lost with whoever made it."""

State = Narration.State
logger = logging.getLogger(__name__)


def ask(article: Article, *, at: datetime) -> Narration | None:
    """Have a published article read aloud; return the record, which a worker will finish.

    Returns:
        The one that waits already, if one does: it will read the newest words. None where an
        editor wants no audio, or the article is not out.
    """
    if not article.live or not article.read_aloud:
        return None
    try:
        with transaction.atomic():
            narration = Narration.objects.create(article=article, asked_at=at)
    except IntegrityError:
        return Narration.objects.get(article=article, state=State.WAITING)
    transaction.on_commit(partial(make_in_turn.enqueue, narration.pk))
    return narration


@task()
def make_in_turn(pk: int) -> str:
    """Read aloud what was asked for; return the state that it came to."""
    narration = Narration.objects.under_way().select_related("article").filter(pk=pk).first()
    return make(narration, at=timezone.now()).state if narration else ""


def make(narration: Narration, *, at: datetime) -> Narration:
    """Read an article aloud as it is now, and finish the record.

    Where the file would be the same as the one that is heard, that one goes on being heard. What
    cannot be read aloud is told in ``notes``; no half file is kept.
    """
    narration.state = State.MAKING
    narration.save(update_fields=["state"])
    article = Article.objects.with_copy().get(pk=narration.article_id)
    # Taken before the words are: who publishes in between is asked for once more.
    narration.revision = article.live_revision_id
    try:
        _make(narration, article, at)
    except narrations.CannotNarrate as refusal:
        _finish(narration, State.FAILED, str(refusal), at)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            _give_up(narration, at)
            raise
        full = _(
            "The disk is full. Make room where the magazine is kept; it is tried again at night."
        )
        _finish(narration, State.FAILED, full, at)
    except Exception:
        _give_up(narration, at)
        raise
    return narration


def heard(article: Article) -> Narration | None:
    """Return what readers hear of an article (one query); None where there is nothing."""
    return heard_of([article]).get(article.pk)


def heard_of(articles: Iterable[Article]) -> dict[int, Narration]:
    """Return what readers hear of each of several articles, by its number; one query.

    Articles that are not out, or that an editor wants no audio of, have nothing.
    """
    wanted = {one.pk: one for one in articles if one.pk and one.live and one.read_aloud}
    if not wanted:
        return {}
    found: dict[int, Narration] = {}
    ready = Narration.objects.ready().filter(article__in=wanted)
    for narration in ready.defer("times", "captions"):
        if narration.article_id not in found:
            narration.article = wanted[narration.article_id]
            found[narration.article_id] = narration
    return found


def at_address(article: Article, sha256: str) -> Narration | None:
    """Return the recording of an article that has this SHA-256: the present one, or one of late."""
    return Narration.objects.ready().filter(article=article, sha256=sha256).first()


@dataclass(frozen=True)
class Unheard:
    """A published article that readers cannot hear as it is now, though they should."""

    article: Article
    state: str
    """``waiting``, ``making``, ``failed``, or ``missing`` where nobody asked for it."""
    reason: str
    heard: bool
    """Whether an earlier recording can be heard meanwhile."""


def unheard() -> list[Unheard]:
    """Return every published article without audio of its present words, unless by choice.

    An article that an editor wants no audio of is none.
    """
    found = []
    articles = Article.objects.live().filter(read_aloud=True).order_by("-published_at", "-pk")
    last = _last_of_each()
    ready = set(Narration.objects.ready().order_by().values_list("article", flat=True).distinct())
    for article in articles.defer("body").iterator():
        state, reason = last.get(article.pk, ("missing", _("Nobody asked for it yet.")))
        if state not in (State.READY, State.UNCHANGED):
            found.append(Unheard(article, str(state), reason, article.pk in ready))
    return found


@task()
def catch_up() -> int:
    """Ask for what is missing or failed, and forget files that nobody comes back for.

    Returns:
        How many articles were asked for.
    """
    now = timezone.now()
    forget_superseded(at=now)
    for narration in Narration.objects.under_way().filter(asked_at__lt=now - LOST):
        _finish(narration, State.FAILED, _("Whoever read it aloud was stopped."), now)
    return ask_for_missing(at=now)


def ask_for_missing(*, at: datetime) -> int:
    """Ask for every article that nobody asked for, or that failed; return how many."""
    again = ("missing", State.FAILED)
    return sum(ask(one.article, at=at) is not None for one in unheard() if one.state in again)


def ask_of(articles: Iterable[Article], *, at: datetime) -> list[Narration]:
    """Ask for those of some articles that cannot be heard as they are now; return the records."""
    wanted = {one.pk for one in articles}
    asked = [ask(one.article, at=at) for one in unheard() if one.article.pk in wanted]
    return [one for one in asked if one]


def ask_anew(*, at: datetime) -> int:
    """Ask for every published article, such as after another voice was chosen; return how many.

    What would be the same is not made again.
    """
    articles = Article.objects.live().filter(read_aloud=True).order_by("-published_at", "-pk")
    return sum(ask(article, at=at) is not None for article in rows.in_turn(articles.defer("body")))


def forget_superseded(*, at: datetime) -> int:
    """Delete records a month after another took their place, with their files; return how many."""
    forgotten = 0
    last: set[int] = set()
    taken_over: dict[int, datetime] = {}
    records = Narration.objects.exclude(finished_at=None).order_by("-pk")
    for narration in rows.in_turn(records.defer("times", "captions")):
        article, ended = narration.article_id, narration.finished_at or at
        newest = article not in last
        last.add(article)
        if narration.state == State.READY:
            since = taken_over.get(article)
            taken_over[article] = ended
        else:
            since = None if newest else ended
        if since is None or since > at - KEPT:
            continue
        if narration.file:
            narration.file.delete(save=False)
        narration.delete()
        forgotten += 1
    return forgotten


# --- A record, from asking to the end ---------------------------------------


def _make(narration: Narration, article: Article, at: datetime) -> None:
    copy = narrations.copy_of(article, at=at)
    if article.recorded:
        _make_by_a_person(narration, article, article.recorded, copy, at)
    else:
        _make_by_a_machine(narration, article, copy, at)


def _make_by_a_machine(
    narration: Narration, article: Article, copy: narrations.Copy, at: datetime
) -> None:
    with narrations.engine_at_hand() as engine, tempfile.TemporaryDirectory() as folder:
        try:
            narration.made_from = copy.made_from(engine)
        except Unavailable:
            narration.made_from = ""
        if _is_heard_already(narration, article, at):
            return
        made = narrations.read(copy, Path(folder, "made.mp3"), engine)
        if made.note:
            # Another voice stepped in. The next time, the one that was chosen is tried again.
            logger.warning("“%s” was read by another voice: %s", article.title, made.note)
            narration.made_from = ""
        narration.voice = made.voice
        _take(narration, made)
    _finish(narration, State.READY, made.note, at)


def _make_by_a_person(
    narration: Narration, article: Article, given: Attachment, copy: narrations.Copy, at: datetime
) -> None:
    narration.made_from = recorded.made_from(given, article.narrator, copy)
    if _is_heard_already(narration, article, at):
        return
    with tempfile.TemporaryDirectory() as folder:
        made = recorded.read(given, article.narrator, copy, Path(folder, "made.mp3"))
        narration.narrator = article.narrator
        if not made.recording.timed:
            # Nothing can be followed in it: its times belong to no words.
            narration.revision = None
        _take(narration, made)
    _finish(narration, State.READY, made.note, at)


def _is_heard_already(narration: Narration, article: Article, at: datetime) -> bool:
    """Finish the record where the file would be the one that is heard; say whether it would."""
    last = heard(article)
    if not last or not narration.made_from or last.made_from != narration.made_from:
        return False
    (
        Narration.objects.filter(pk=last.pk)
        .exclude(revision=None)
        .update(revision=narration.revision)
    )
    _finish(narration, State.UNCHANGED, "", at)
    return True


def _take(narration: Narration, made: narrations.Reading) -> None:
    narration.seconds = made.recording.seconds
    narration.times = times.values(made.recording.timed)
    narration.captions = times.as_vtt(made.recording.timed)
    _keep(narration, made.recording.file)


def _keep(narration: Narration, made: Path) -> None:
    with made.open("rb") as file:
        narration.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        # The number makes the name its own: nothing else can be lost with it.
        name = f"{narration.article.key}-{narration.pk}.mp3"
        try:
            narration.file.save(name, File(file), save=False)
        except OSError:
            # What was written of it is no recording.
            narration.file.storage.delete(narration.file.field.generate_filename(narration, name))
            raise
    narration.size = made.stat().st_size


def _finish(narration: Narration, state: Narration.State, notes: str, at: datetime) -> None:
    narration.state, narration.notes, narration.finished_at = state, notes, at
    narration.save()


def _give_up(narration: Narration, at: datetime) -> None:
    sorry = _("Something went wrong that nobody foresaw. It is in the log of the server.")
    _finish(narration, State.FAILED, sorry, at)


def _last_of_each() -> dict[int, tuple[str, str]]:
    """Return state and notes of the last record of each article, by its number."""
    rows = Narration.objects.order_by("pk").values_list("article", "state", "notes")
    return {article: (state, notes) for article, state, notes in rows}
