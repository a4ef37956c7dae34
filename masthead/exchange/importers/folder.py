"""The files of a folder that somebody handed in: which there are, and how they are reached.

Nobody vouches for the folder. Nothing outside of it is ever opened, whatever its files
and links say, and nothing that would not fit into memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from masthead.exchange.importers.report import Report

ENDINGS = (".md", ".markdown")
LARGEST_TEXT_BYTES = 5_000_000
"""A novel has a million characters; more is no article."""


class OutOfBounds(Exception):
    """The path leads out of the folder. Fit to show to whoever wrote it."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text as it lies in the folder.

    ``path`` is what reports call it, relative to the folder and parted by slashes. ``name``
    is what other files call it: the file's name without its ending, or for an ``index.md``
    that of its folder. ``folder`` is where its pictures lie.
    """

    path: str
    name: str
    folder: Path
    text: str


def texts(directory: Path, report: Report) -> list[TextFile]:
    """Return the Markdown files of a folder, by path; what cannot be read is reported."""
    found = []
    for path in sorted(_paths(directory, report)):
        shown = path.relative_to(directory).as_posix()
        if (text := _text(directory, path, shown, report)) is not None:
            in_bundle = path.stem.lower() == "index" and path.parent != directory
            name = path.parent.name if in_bundle else path.stem
            found.append(TextFile(shown, name, path.parent, text))
    return found


def inside(directory: Path, folder: Path, name: str) -> Path:
    """Return where `name`, written in a file of `folder`, leads within `directory`.

    The file need not be there.

    Raises:
        OutOfBounds: it leads out of `directory`, by dots, by a root or by a link.
    """
    if "\0" in name or Path(name).is_absolute():
        raise OutOfBounds(f"“{_short(name)}” is not a path within the folder; it was not opened.")
    path = folder / name
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError) as error:  # A name too long, or links in a circle.
        raise OutOfBounds(f"“{_short(name)}” cannot be followed; it was not opened.") from error
    if not resolved.is_relative_to(directory.resolve()):
        raise OutOfBounds(f"“{_short(name)}” leads out of the folder; it was not opened.")
    return resolved


def _short(name: str) -> str:
    return name if len(name) <= 120 else f"{name[:119]}…"


def _paths(directory: Path, report: Report) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        shown = Path(str(error.filename)).relative_to(directory).as_posix()
        report.add(shown, f"The folder cannot be read ({error.strerror}).")

    for here, folders, files in os.walk(directory, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            link = Path(here, name)
            if link.is_symlink():
                shown = link.relative_to(directory).as_posix()
                report.add(shown, "This is a link to a folder; put the files themselves here.")
        for name in files:
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield Path(here, name)


def _text(directory: Path, path: Path, shown: str, report: Report) -> str | None:
    try:
        resolved = inside(directory, path.parent, path.name)
        if not resolved.is_file():
            report.add(shown, "This is not a file.")
            return None
        size = resolved.stat().st_size
        if size > LARGEST_TEXT_BYTES:
            report.add(
                shown,
                f"The file has {size / 1e6:.1f} MB; a text may have "
                f"{LARGEST_TEXT_BYTES / 1e6:.0f} MB. Split it.",
            )
            return None
        text = resolved.read_bytes().decode("utf-8-sig")
    except OutOfBounds as refusal:
        report.add(shown, str(refusal))
    except UnicodeDecodeError as error:
        report.add(
            shown,
            f"The file is not UTF-8 (byte {error.start + 1}). Save it as UTF-8 and import again.",
        )
    except OSError as error:
        report.add(shown, f"The file cannot be read ({error.strerror}).")
    else:
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return None
