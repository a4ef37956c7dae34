"""Make a package for a designer who works in InDesign.

A ZIP with an InCopy file of each article in named styles, the pictures as they were brought,
a list of their captions and credits, and a README for the designer.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from masthead.cli import press
from masthead.cli.terminal import Stop, say, working
from masthead.config.starting import start

NAME = "package"
HELP = "make a package of an issue for a designer who works in InDesign"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the issue, the article and where the package goes."""
    parser.add_argument("issue", metavar="ISSUE", help="its slug, its number or its sequence")
    parser.add_argument(
        "--article", metavar="SLUG", default="", help="one of its articles (default: all)"
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="the folder to put it in (default: here)",
    )


def run(options: argparse.Namespace) -> None:
    """Make the package, and put it in its place when it is whole."""
    start()
    from masthead.press.paper.engine import put
    from masthead.production import packages
    from masthead.production.gathering import CannotPress

    issue = press.find(options.issue)
    name = packages.name_of(issue, options.article)
    out = options.out / name
    with tempfile.TemporaryDirectory(prefix="masthead-package-") as folder:
        made = Path(folder, name)
        try:
            with working(f"Packing {issue.title}"):
                count = packages.make(issue, made, at=datetime.now(UTC), only=options.article)
        except CannotPress as refusal:
            raise Stop(
                f"{issue.title} was not packed:\n{refusal}", f"{name} was left as it was."
            ) from refusal
        options.out.mkdir(parents=True, exist_ok=True)
        put(made, out)
    stories = "1 story" if count == 1 else f"{count} stories"
    say(f"{out}: {stories}, {out.stat().st_size / 1e6:.1f} MB")
