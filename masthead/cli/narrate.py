"""Read an article, or every article of an issue, aloud.

For each article an MP3, its captions (WebVTT) and the moment at which each sentence is heard
(JSON). A sentence that was said before is not said again: after an edit it takes a moment.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from masthead.cli import django_, press
from masthead.cli.terminal import Stop, say, working

NAME = "narrate"
HELP = "read an article, or every article of an issue, aloud"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is read and where it goes."""
    parser.add_argument(
        "what", metavar="WHAT", help="an article's slug; or an issue's slug, number or sequence"
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the folder to put the files in (default: here)",
    )


def run(options: argparse.Namespace) -> None:
    """Read one article after another; one that cannot be read is told of, and the rest are read."""
    django_.start()
    from masthead.production import narrations

    articles = _find(options.what)
    options.out.mkdir(parents=True, exist_ok=True)
    silent = []
    try:
        engine = narrations.chosen_engine()
    except narrations.CannotNarrate as refusal:
        raise Stop(str(refusal), "Nothing was read aloud.") from refusal
    for article in articles:
        try:
            with working(f"Reading “{article.title}” aloud"):
                narration = narrations.read_aloud(
                    article, options.out, at=datetime.now(UTC), engine=engine
                )
        except narrations.CannotNarrate as refusal:
            silent.append(str(refusal))
            continue
        made = narration.recording
        minutes, seconds = divmod(round(made.seconds), 60)
        say(f"{made.file}: {minutes}:{seconds:02}, {made.file.stat().st_size / 1e6:.1f} MB")
        if narration.note:
            say(narration.note)
    if silent:
        raise Stop("\n".join(silent), "Their files were left as they were.")


def _find(named: str) -> list[Any]:
    """Return the article of that slug, else those of the issue called so, in their order."""
    from masthead.editorial.models import Article
    from masthead.production.gathering import CannotPress, places_of

    found = list(Article.objects.with_copy().filter(slug=named))
    if len(found) > 1:
        raise Stop(f"Several articles are called {named}.", "Name the issue that it stands in.")
    if found:
        return found
    try:
        return [place.article for place in places_of(press.find(named))]
    except CannotPress as refusal:
        raise Stop(str(refusal), "There is nothing to read aloud.") from refusal
