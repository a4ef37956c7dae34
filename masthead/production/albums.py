"""An issue as one recording: its articles one after another, each a chapter.

Nothing is read aloud here: it is put together from what readers hear of the articles.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from masthead.editorial.models import Issue
from masthead.press import lines
from masthead.press.epub.book import Narrated
from masthead.press.paper.engine import put
from masthead.press.speech import issue as whole
from masthead.production import books, gathering, sleeves
from masthead.production.gathering import CannotPress, Tell


@dataclass(frozen=True)
class Copy:
    """What an issue's recording is put together from."""

    tracks: list[tuple[str, str, Narrated]]
    """Key, headline and recording of each article that is heard, in the order of the issue."""
    silent: list[str]
    """The headlines of those that are not."""
    tags: Mapping[str, str]
    cover: bytes

    def made_from(self) -> dict[str, Any]:
        """Return what tells two editions apart, as `gathering.Copy.made_from` does."""
        return {
            "articles": [[key, title, heard.sha256] for key, title, heard in self.tracks],
            "issue": [dict(self.tags), hashlib.sha256(self.cover).hexdigest()],
            "look": "",
            "engine": [f"av {importlib.metadata.version('av')}"],
        }


def gather(issue: Issue, *, at: datetime, recordings: books.Recordings | None = None) -> Copy:
    """Return what the recording of an issue is put together from, as its contents stand now.

    Args:
        issue: in any state.
        at: the moment whose day decides on the licence of its cover, timezone-aware.
        recordings: what can be heard, instead of what is kept.

    Raises:
        CannotPress: there are no articles, or none can be heard.
    """
    articles = [place.article for place in gathering.places_of(issue)]
    heard = (recordings or books.kept_recordings)(articles)
    tracks = [
        (str(one.key), lines.clean(one.title), heard[str(one.key)])
        for one in articles
        if str(one.key) in heard
    ]
    if not tracks:
        raise CannotPress(
            _(
                "Nothing of %(issue)s can be heard yet. Articles are read aloud once they are out; "
                "`masthead narrate --exceptions` lists what is missing."
            )
            % {"issue": issue.title}
        )
    publication = lines.clean(issue.publication.name)
    tags = {
        "title": f"{publication}, {lines.clean(issue.title)}",
        "artist": publication,
        "album": publication,
        "date": issue.cover_date.isoformat(),
    }
    silent = [lines.clean(one.title) for one in articles if str(one.key) not in heard]
    return Copy(tracks, silent, tags, sleeves.of(issue, issue.publication.day(at)))


def press_album(copy: Copy, out: Path, tell: Tell) -> list[str]:
    """Write the recording of an issue, and return what somebody should know, a sentence each.

    The same copy gives the same bytes, on any day.

    Args:
        copy: see `gather`.
        out: the file to write. Nothing changes there unless all of it is there.
        tell: see `gathering.Tell`.

    Raises:
        CannotPress: a recording is missing or damaged.
    """
    tell(_("Putting the recordings together"))
    with tempfile.TemporaryDirectory(prefix="masthead-album-") as folder:
        made = Path(folder, "made.mp3")
        for _key, title, heard in copy.tracks:
            if not heard.file.is_file():
                raise CannotPress(
                    _(
                        "The recording of “%(title)s” is lost. Publish the article again to have it read."
                    )
                    % {"title": title}
                )
        whole.join(
            [(title, heard.file) for _key, title, heard in copy.tracks], made, copy.tags, copy.cover
        )
        put(made, out)
    return [
        _("“%(title)s” cannot be heard yet, and is not in it.") % {"title": title}
        for title in copy.silent
    ]
