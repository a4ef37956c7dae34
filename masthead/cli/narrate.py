"""Read an article, or every article of an issue, aloud; or see what readers cannot hear.

For each article an MP3, its captions (WebVTT) and the moment at which each sentence is heard
(JSON). A sentence that was said before is not said again: after an edit it takes a moment.

What readers hear is made by the worker when an article comes out, and is not touched by this.
`--exceptions` lists the published articles that have none of their present words, `--missing`
and `--anew` have the worker make it.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from masthead.cli import press
from masthead.cli.terminal import Stop, say, working
from masthead.config.starting import start

NAME = "narrate"
HELP = "read an article, or every article of an issue, aloud"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is read and where it goes."""
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="?",
        help="an article's slug; or an issue's slug, number or sequence",
    )
    parser.add_argument(
        "--exceptions",
        action="store_true",
        help="list the published articles that readers cannot hear as they are now, and why",
    )
    parser.add_argument("--json", action="store_true", help="list them as JSON")
    parser.add_argument(
        "--missing",
        action="store_true",
        help="have the worker read aloud what is missing or failed",
    )
    parser.add_argument(
        "--anew",
        action="store_true",
        help="have the worker read every published article anew, after another voice was chosen",
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
    """Do the one thing that was asked for."""
    if options.json and not options.exceptions:
        raise Stop("--json goes with --exceptions.", "Nothing was read aloud.")
    asked = [options.exceptions, options.missing, options.anew, options.what is not None]
    if sum(asked) != 1:
        raise Stop(
            "Name an article or an issue; or give one of --exceptions, --missing and --anew.",
            "Nothing was read aloud.",
        )
    start()
    if options.exceptions:
        _list_unheard(as_json=options.json)
    elif options.what is None:
        _ask(anew=options.anew)
    else:
        _read(options)


def _list_unheard(*, as_json: bool) -> None:
    from masthead.production import audio

    found = audio.unheard()
    if as_json:
        say(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        reason = f": {one.reason}" if one.reason else ""
        say(f"{one.article.slug}: {one.state}{reason}")
    if not found:
        say("Every published article can be heard.")


def _plain(one: Any) -> dict[str, Any]:
    return {
        "key": str(one.article.key),
        "slug": one.article.slug,
        "headline": one.article.title,
        "state": one.state,
        "reason": one.reason,
        "heard": one.heard,
    }


def _ask(*, anew: bool) -> None:
    from masthead.production import audio

    now = datetime.now(UTC)
    number = audio.ask_anew(at=now) if anew else audio.ask_for_missing(at=now)
    say(f"Asked for: {number}. The worker reads them one after another.")


def _read(options: argparse.Namespace) -> None:
    """Read one article after another; one that cannot be read is told of, and the rest are read."""
    from masthead.production import narrations

    issue, articles = _find(options.what)
    if options.together and issue is None:
        raise Stop(f"{options.what} is one article.", "Only an issue is read together.")
    options.out.mkdir(parents=True, exist_ok=True)
    read, silent = [], []
    try:
        with narrations.engine_at_hand() as engine:
            for article in articles:
                try:
                    with working(f"Reading “{article.title}” aloud"):
                        reading = narrations.read_aloud(
                            article, options.out, at=datetime.now(UTC), engine=engine
                        )
                except narrations.CannotNarrate as refusal:
                    silent.append(str(refusal))
                    continue
                made = reading.recording
                read.append((article, made.file))
                _tell(made.file, made.seconds)
                if reading.note:
                    say(reading.note)
    except narrations.CannotNarrate as refusal:
        raise Stop(str(refusal), "Nothing was read aloud.") from refusal
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
