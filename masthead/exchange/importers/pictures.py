"""The pictures and recordings that lie beside a text, on their way into the library.

A file is known by its SHA-256. What the library knows about a picture already is never
overwritten: an import fills gaps and reports what it would have said otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files import File
from django.core.files.images import ImageFile

from masthead.editorial import intake
from masthead.editorial.models import Attachment, Picture
from masthead.exchange.importers import folder
from masthead.exchange.importers.report import Report
from masthead.exchange.importers.sheets import Sheet
from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript.markdown import CannotRead

RIGHTS = {
    "alt": "description",
    "credit": "credit",
    "licensor": "licensor",
    "place": "place",
    "editions": "permitted_editions",
    "from": "usable_from",
    "expires": "usable_until",
    "note": "rights_note",
}
"""What front matter calls the rights of a picture, and what the library calls them."""


class CannotTake(Exception):
    """A picture or recording stays outside. Says which and why; fit for the report."""


@dataclass
class Library:
    """Takes in files for one import. ``used`` counts the pictures of texts that came along."""

    directory: Path
    media: Path | None
    report: Report
    used: set[str] = field(default_factory=set)
    _shown: set[str] = field(default_factory=set)
    _digests: dict[Path, str] = field(default_factory=dict)
    _written: list[File[Any]] = field(default_factory=list)

    def picture(self, sheet: Sheet, reference: str) -> str:
        """Return the key of the picture that a text names, taken in now if it is new.

        Raises:
            CannotTake: it is nowhere, no picture, damaged or too large.
        """
        if reference.startswith("picture:"):
            digest = reference.partition(":")[2]
            if not Picture.objects.filter(sha256=digest).exists():
                raise CannotTake(f"The picture {reference} is not in the library.")
        else:
            path = self.find(sheet, reference)
            digest = self._digest(path, "picture", settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
            there = Picture.objects.filter(sha256=digest).first()
            rights = self._rights(sheet, path)
            if there:
                self._fill_gaps(sheet, there, rights)
            else:
                self._take_picture(path, rights)
        self._shown.add(digest)
        return f"picture:{digest}"

    def picture_row(self, sheet: Sheet, reference: str) -> Picture:
        """Return the picture that a text names; see `picture`.

        Raises:
            CannotTake: see `picture`.
        """
        return Picture.objects.get(sha256=self.picture(sheet, reference).partition(":")[2])

    def key_of(self, sheet: Sheet, reference: str) -> str:
        """Return the key of a file that was looked at before, or nothing."""
        try:
            return f"picture:{self._digests.get(self.find(sheet, reference), '')}"
        except CannotTake:
            return ""

    def recording(self, sheet: Sheet, reference: str, title: str) -> str:
        """Return the key of the recording that a text names, taken in now if it is new.

        Raises:
            CannotTake: it is nowhere, no recording, or too large.
        """
        if reference.startswith("audio:"):
            if not Attachment.objects.filter(sha256=reference.partition(":")[2]).exists():
                raise CannotTake(f"The recording {reference} is not in the library.")
            return reference
        path = self.find(sheet, reference)
        if path.suffix.lower() not in intake.RECORDINGS:
            endings = ", ".join(intake.RECORDINGS)
            raise CannotTake(f"“{path.name}” is no recording; there are {endings}.")
        digest = self._digest(path, "recording", intake.LARGEST_ATTACHMENT_BYTES)
        if not Attachment.objects.filter(sha256=digest).exists():
            with path.open("rb") as file, _told():
                given = File(file, name=path.name)
                intake.look_at_attachment(given, path.name)
                made = Attachment(title=title[:255] or path.stem, file=given)
                made.save()
            self._written.append(made.file)
        return f"audio:{digest}"

    def find(self, sheet: Sheet, reference: str) -> Path:
        """Return the file that a text means, in the folder or among the media.

        Raises:
            CannotTake: there is none, or it lies outside.
        """
        parts = urlsplit(reference)
        elsewhere = bool(parts.scheme or parts.netloc)
        if elsewhere and parts.scheme not in ("http", "https", ""):
            raise CannotTake(f"“{reference[:80]}” is no picture’s address; it was left out.")
        name = unquote(parts.path)
        try:
            for root, start, written in self._places(sheet, name, elsewhere):
                path = folder.inside(root, start, written)
                if path.is_file():
                    return path
        except folder.OutOfBounds as refusal:
            raise CannotTake(str(refusal)) from refusal
        if elsewhere:
            raise CannotTake(
                f"“{reference[:80]}” lies on another host, and nothing is fetched. Put the file "
                "into a folder and name that with --media."
            )
        raise CannotTake(f"The file “{reference[:80]}” is missing.")

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Take back, where the work inside fails, every file that it wrote."""
        before, self._shown = len(self._written), set()
        try:
            yield
            self.used |= self._shown
        except BaseException:
            self._remove(self._written[before:])
            del self._written[before:]
            raise

    def take_back(self) -> None:
        """Remove every file that was written: nothing was meant in earnest."""
        self._remove(self._written)
        self._written.clear()

    def _remove(self, files: list[File[Any]]) -> None:
        for file in files:
            file.storage.delete(file.name)  # type: ignore[attr-defined]

    def _places(self, sheet: Sheet, name: str, elsewhere: bool) -> Iterator[tuple[Path, Path, str]]:
        """Yield where a file may lie: the bounds, the folder within them, the path from there."""
        from_the_top = name.lstrip("/")
        if not from_the_top:
            return
        if not elsewhere and not name.startswith("/"):
            yield self.directory, sheet.folder, name
        elif not elsewhere:
            # An address such as /media/x.jpg: a site's own, from the top of its folder.
            yield self.directory, self.directory, from_the_top
        if self.media:
            yield self.media, self.media, from_the_top
            yield self.media, self.media, PurePosixPath(from_the_top).name

    def _digest(self, path: Path, what: str, limit: int) -> str:
        if path not in self._digests:
            size = path.stat().st_size
            if size > limit:
                raise CannotTake(
                    f"The {what} “{path.name}” has {size / 1e6:.0f} MB; "
                    f"{limit / 1e6:.0f} MB are allowed. Make it smaller."
                )
            with path.open("rb") as file:
                self._digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._digests[path]

    def _take_picture(self, path: Path, rights: dict[str, Any]) -> None:
        with path.open("rb") as file, _told():
            # An archive is full of pictures whose endings are those of another kind.
            kind = intake.kind_of_picture(file)
            name = f"{path.stem}.{kind}" if kind else path.name
            given = ImageFile(file, name=name)
            intake.look_at_picture(given, name)
            made = Picture(title=path.stem[:255], file=given, **rights)
            made.save()
        self._written.append(made.file)

    def _fill_gaps(self, sheet: Sheet, there: Picture, rights: Mapping[str, Any]) -> None:
        filled = []
        for name, value in rights.items():
            known = getattr(there, name)
            if value and not known:
                setattr(there, name, value)
                filled.append(name)
            elif value and known != value:
                said = next(ours for ours, theirs in RIGHTS.items() if theirs == name)
                self.report.add(
                    sheet.path,
                    f"The library knows another “{said}” for the picture “{there.title}”; "
                    "that stands. Change it in the library.",
                )
        if filled:
            there.save(update_fields=filled)

    def _rights(self, sheet: Sheet, path: Path) -> dict[str, Any]:
        """Return what front matter says of a picture, as fields of the library."""
        given: Any = {}
        for reference, said in (sheet.front.get("pictures") or {}).items():
            try:
                if self.find(sheet, str(reference)) == path:
                    given = said or {}
            except CannotTake:
                continue
        if not isinstance(given, dict):
            raise CannotTake(f"The rights of “{path.name}” must be “key: value” pairs.")
        for name in given.keys() - RIGHTS.keys():
            self.report.add(sheet.path, f"pictures: “{name}” is not understood.")
        rights: dict[str, Any] = {}
        for name in RIGHTS.keys() & given.keys():
            try:
                rights[RIGHTS[name]] = self._right(sheet, name, given[name])
            except CannotRead as refusal:
                self.report.add(sheet.path, f"pictures, “{path.name}”: {refusal}")
        if sheet.rights_note and not rights.get("rights_note"):
            rights["rights_note"] = sheet.rights_note
        return rights

    def _right(self, sheet: Sheet, name: str, value: Any) -> str | date | list[str] | None:
        if name == "editions":
            return list(front_matter.editions_of(value))
        if name in ("from", "expires"):
            return front_matter.day_of(value)
        words = front_matter.text_of(value)
        most = Picture._meta.get_field(RIGHTS[name]).max_length
        if most and len(words) > most:
            raise CannotRead(f"“{name}” has {len(words)} characters; {most} are allowed.")
        return words


@contextmanager
def _told() -> Iterator[None]:
    """Tell of a file that may not enter as this import tells of everything.

    Raises:
        CannotTake: instead of what the library says.
    """
    try:
        yield
    except intake.Refused as refusal:
        raise CannotTake(str(refusal)) from refusal
