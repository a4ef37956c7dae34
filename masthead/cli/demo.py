"""Make and serve The Lantern, the demonstration magazine.

Run it again and it serves what is there. It never touches a folder it did not make.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from masthead.cli import django_, import_, migrate, new, serve
from masthead.cli.terminal import Stop, say
from masthead.config import installation

NAME = "demo"
HELP = "make and serve the demonstration magazine"

MARKER = ".lantern"
CONTENT = Path(__file__).parent / "lantern"
HOUSE_ADVERTISEMENT = CONTENT / "artwork" / "close-your-eyes.pdf"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder and the port."""
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        type=Path,
        default=Path("lantern"),
        help="where to make it (default: ./lantern)",
    )
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (8000)")
    parser.add_argument("--no-serve", action="store_true", help="make it, but do not serve it")


def run(options: argparse.Namespace) -> int | None:
    """Make the magazine if it is not there yet, then serve it."""
    home = options.folder.expanduser().resolve()
    if not (home / MARKER).exists():
        if home.exists() and any(home.iterdir()):
            raise Stop(
                f"{home} holds something that is not the demonstration magazine.",
                "Name another folder: masthead demo my-lantern",
            )
        lay_out(home, port=options.port)
    os.environ["MASTHEAD_HOME"] = str(home)
    os.environ.pop("MASTHEAD_DATABASE_URL", None)
    django_.start()
    migrate.apply()
    new.found()
    _bring_in_content()
    _take_in_artwork()
    _ask_for_editions()
    say(f"The Lantern is ready in {home}.")
    new.introduce_editor()
    if options.no_serve:
        say(f"Serve it with: masthead demo {options.folder}")
        return None
    return serve.serve(installation.here(), port=options.port, with_worker=True)


def lay_out(home: Path, *, port: int) -> None:
    """Make the folder of the demonstration magazine with its settings, and mark it as ours."""
    new.lay_out(
        home,
        magazine={
            "name": "The Lantern",
            "address": f"http://localhost:{port}",
            "language": "en-GB",
        },
        server={"port": port},
        backups={"keep": 2},
        # Two minutes to a running magazine: name and password will do on one's own machine.
        office={"second_factor": False},
    )
    (home / MARKER).write_text("`masthead demo` made this folder and may work in it.\n")


def _bring_in_content() -> None:
    """Import the articles of The Lantern, which changes nothing the second time."""
    report = import_.bring_in(CONTENT)
    for line in report.not_carried:
        # What an editor changed since is theirs; the import says so and leaves it alone.
        say(f"{line.file}: {line.reason}")


def _take_in_artwork() -> None:
    """Let the house advertisement in wherever a page of print is left over, once."""
    from django.core.files import File
    from django.utils import timezone

    from masthead.editorial.models import Issue, Title
    from masthead.production import artworks, pressings
    from masthead.production.models import Artwork, Insertion

    if Artwork.objects.exists():
        return
    title = Title.objects.get()
    artwork = Artwork(title=title, name="Close your eyes", kind=Artwork.Kind.HOUSE)
    size = Artwork.Size.FULL
    asked = artworks.asked_of(title, size, pressings.furnished(timezone.now()))
    with HOUSE_ADVERTISEMENT.open("rb") as file:
        artworks.note(artwork, artworks.look_at(file, asked, size))
        artwork.file.save(HOUSE_ADVERTISEMENT.name, File(file), save=False)
    artwork.save()
    Insertion.objects.bulk_create(
        Insertion(issue=issue, artwork=artwork, where=Insertion.Where.SPARE)
        for issue in Issue.objects.filter(publication=title)
    )


def _ask_for_editions() -> None:
    """Have the worker press what readers fetch of each issue on sale, once."""
    from django.utils import timezone

    from masthead.editorial.models import Issue
    from masthead.production import pressings, renewal
    from masthead.production.models import Edition

    if Edition.objects.exists():
        return
    for issue in Issue.objects.on_sale():
        for form in renewal.FOLLOWING:
            pressings.ask(issue, form, by=None, at=timezone.now())
