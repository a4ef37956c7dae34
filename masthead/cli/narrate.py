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
    parser.add_argument(
        "--together",
        action="store_true",
        help="of an issue, also one file with a chapter for each article",
    )


def run(options: argparse.Namespace) -> None:
    """Read one article after another; one that cannot be read is told of, and the rest are read."""
    django_.start()
    from masthead.production import narrations

    issue, articles = _find(options.what)
    if options.together and issue is None:
        raise Stop(f"{options.what} is one article.", "Only an issue is read together.")
    options.out.mkdir(parents=True, exist_ok=True)
    read, silent = [], []
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
        read.append((article, made.file))
        _tell(made.file, made.seconds)
        if narration.note:
            say(narration.note)
    if silent:
        raise Stop("\n".join(silent), "Their files were left as they were.")
    if options.together:
        with working(f"Putting {issue.title} together"):
            whole, seconds = narrations.put_together(issue, read, options.out)
        _tell(whole, seconds)


def _tell(file: Path, seconds: float) -> None:
    minutes, rest = divmod(round(seconds), 60)
    say(f"{file}: {minutes}:{rest:02}, {file.stat().st_size / 1e6:.1f} MB")


def _find(named: str) -> tuple[Any, list[Any]]:
    """Return no issue and the article of that slug, else the issue called so and its articles."""
    from masthead.editorial.models import Article
    from masthead.production.gathering import CannotPress, places_of

    found = list(Article.objects.with_copy().filter(slug=named))
    if len(found) > 1:
        raise Stop(f"Several articles are called {named}.", "Name the issue that it stands in.")
    if found:
        return None, found
    issue = press.find(named)
    try:
        return issue, [place.article for place in places_of(issue)]
    except CannotPress as refusal:
        raise Stop(str(refusal), "There is nothing to read aloud.") from refusal
