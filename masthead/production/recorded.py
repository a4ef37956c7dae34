"""An article that a person has read: their recording made fit to hand out, and its sentences found."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from masthead.editorial.models import Attachment
from masthead.press.shelf import Shelf
from masthead.press.speech import align, person, recording
from masthead.press.speech.engines import Stumbled, Unavailable
from masthead.press.speech.espeak import Espeak
from masthead.press.speech.times import Timed
from masthead.production import narrations

REVISION = "1"
"""Raised when recordings are to be dealt with anew."""
SENTENCES_NAMED = 3
"""Of those in doubt, so many are told of."""


def made_from(given: Attachment, narrator: str, copy: narrations.Copy) -> str:
    """Return what tells two files apart that were made of recordings: equal when they would be."""
    return copy.digest(given.sha256, narrator, REVISION)


def read(given: Attachment, narrator: str, copy: narrations.Copy, out: Path) -> narrations.Reading:
    """Write a person's recording of an article as every other is, and find its sentences in it.

    Where they cannot be found there are no times, and the note says why: it is heard nevertheless,
    and nothing is highlighted.

    Args:
        given: the recording.
        narrator: who reads.
        copy: what is printed of it, see `narrations.copy_of`.
        out: the file to write.

    Raises:
        CannotNarrate: the file is no recording.
    """
    with tempfile.TemporaryDirectory(prefix="masthead-voice-") as folder:
        file = Path(folder, "given")
        try:
            with given.file.open("rb") as there, file.open("wb") as here:
                shutil.copyfileobj(there, here)
        except OSError as lost:
            raise narrations.CannotNarrate(
                _("The recording of “%(title)s” is lost. Choose it once more.")
                % {"title": copy.headline}
            ) from lost
        tags = copy.tags | {"performer": narrator}
        try:
            made = person.delivered(file, out, tags=tags, cover=copy.cover)
        except person.NoRecording as refusal:
            raise narrations.CannotNarrate(
                f"“{copy.headline}”: {_in_words(refusal.why)}"
            ) from refusal
        timed, note = _found(copy, made.file, Path(folder, "machine.mp3"))
    whole = recording.Recording(made.file, made.seconds, timed, made.level, 0)
    return narrations.Reading(whole, "", note)


def _found(copy: narrations.Copy, by_person: Path, beside: Path) -> tuple[list[Timed], str]:
    """Return when each sentence is heard, or none and why not."""
    espeak = Espeak()
    try:
        by_machine = recording.read_aloud(
            copy.said, espeak, partial(narrations.voice, espeak), beside,
            tags={}, shelf=Shelf(settings.INSTALLATION.cache / narrations.FOLDER),
        )  # fmt: skip
        found = align.aligned(by_machine.timed, by_machine.file, by_person)
    except recording.Nothing:
        return [], _("The article has no words that could be followed.")
    except (Unavailable, Stumbled) as failed:
        return [], _("Its words cannot be followed: %(why)s") % {"why": failed}
    finally:
        espeak.stop()
    return found.timed, _told(found)


def _told(found: align.Aligned) -> str:
    """Return what an editor should know of how a recording fits; empty where it does."""
    if found.why_not == align.ANOTHER:
        return _(
            "This seems to be a recording of another article. It is heard as it is; listen to it, and "
            "choose another file if it is the wrong one."
        )
    words = [one.sentence.text or one.sentence.spoken for one in found.doubtful]
    named = " ".join(f"“{text[:80]}”" for text in words[:SENTENCES_NAMED])
    if found.why_not == align.PARTLY:
        return _(
            "Parts of the article are missing from the recording or were read differently. It is heard "
            "as it is, and its words are not followed. Listen to: %(sentences)s"
        ) % {"sentences": named}
    if named:
        return _("Listen whether this was read as it is printed: %(sentences)s") % {
            "sentences": named
        }
    return ""


def _in_words(why: str) -> str:
    return {
        person.NO_SOUND: _(
            "There is no sound in the file. Choose a recording, such as an MP3, M4A, WAV or FLAC."
        ),
        person.FILM: _(
            "The file is a film. Save its sound as a file of its own, such as an MP3, and choose that."
        ),
        person.TOO_LONG: _("The recording is longer than %(hours)d hours. Cut it to the article.")
        % {"hours": person.LONGEST_HOURS},
        person.SILENT: _(
            "There is nothing to be heard in the recording. Look whether the microphone was on."
        ),
        person.BROKEN: _(
            "The file is damaged: much of it cannot be played. Save it anew, and choose that."
        ),
    }[why]
