"""What may enter the library: every file is looked at, whichever door it came through.

The models ask before they write anything down, so that the office with all its forms, an
importer and a programme get the same answer. A file must be what its ending says, must not
unpack to more than the machine can hold, and must not run anything. Nothing here fetches
anything, and nothing is unpacked that was not measured first.
"""

from __future__ import annotations

import codecs
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

PICTURES = {
    "avif": "AVIF",
    "gif": "GIF",
    "jpeg": "JPEG",
    "jpg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
}
"""Endings of pictures, and what Pillow calls what must be inside."""

FORMATS = sorted(set(PICTURES.values()))

ANIMATED = ("AVIF", "GIF", "PNG", "WEBP")
MOST_FRAMES = 1000
"""Of an animated picture; readers get the first."""

RECORDINGS = (".flac", ".m4a", ".mp3", ".ogg", ".opus", ".wav")

LARGEST_ATTACHMENT_BYTES = 500_000_000
MOST_UNPACKED_BYTES = 2_000_000_000
MOST_TIMES_SMALLER = 200
"""What deflate makes of a text full of repetitions; a bomb is packed a thousand times smaller."""
ALWAYS_UNPACKED_BYTES = 50_000_000
"""Too little to harm anybody, however small it was packed."""
MOST_MEMBERS = 20_000


class Refused(ValidationError):
    """The file stays outside. Says which and why, and what to do; fit to show to whoever brought it."""

    def __str__(self) -> str:
        """Return the reason as a sentence."""
        return str(self.message)


def bound_decoding() -> None:
    """Let Pillow decode nothing larger than a picture may be, whoever asks it to.

    Wagtail unpacks a picture to learn its size before it asks whether that is allowed.
    """
    # Pillow warns at this many pixels and refuses at twice as many.
    Image.MAX_IMAGE_PIXELS = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 2


def look_at_picture(file: IO[bytes], name: str) -> None:
    """See that a file is a whole picture of a kind that readers can be given.

    Args:
        file: open for reading; left at its beginning.
        name: whose ending says what is inside.

    Raises:
        Refused: it is not.
    """
    ending, shown = _ending(name), os.path.basename(name)
    if ending == "svg":
        raise Refused(
            _("“%(name)s” is an SVG, which can carry programs. Export it as PNG.") % {"name": shown}
        )
    if ending not in PICTURES:
        raise _no_picture(shown)
    if _was_looked_at(file, ending):
        return
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            _measure(image, image.width * image.height, shown)
            there = _kind(image)
            if there != PICTURES[ending]:
                raise Refused(
                    _("“%(name)s” is a picture of another kind: %(kind)s. Give it that ending.")
                    % {"name": shown, "kind": there}
                )
            _look_at_every_pixel(image, shown)
        _note_that_looked_at(file, ending)
    except Image.DecompressionBombError as bomb:
        raise _too_large(shown) from bomb
    except (OSError, SyntaxError, ValueError) as damage:
        raise _no_picture(shown) from damage
    finally:
        file.seek(0)


def kind_of_picture(file: IO[bytes]) -> str:
    """Return the ending that fits what is in a picture; empty if it is none."""
    _size, kind = _head_of(file)
    # Of two endings the last is the usual one: jpg.
    return next((ending for ending in reversed(PICTURES) if PICTURES[ending] == kind), "")


def size_of(file: IO[bytes]) -> tuple[int, int] | tuple[None, None]:
    """Return width and height as a picture's first bytes tell them; Nones if it is none."""
    return _head_of(file)[0] or (None, None)


def _head_of(file: IO[bytes]) -> tuple[tuple[int, int] | None, str]:
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            return image.size, _kind(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None, ""
    finally:
        file.seek(0)


def _kind(image: Image.Image) -> str:
    # A camera may put a second, smaller view into a JPEG; Pillow calls that MPO.
    return "JPEG" if image.format == "MPO" else str(image.format)


def _measure(image: Image.Image, pixels: int, shown: str) -> None:
    if pixels > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise _too_large(shown)


def _look_at_every_pixel(image: Image.Image, shown: str) -> None:
    """Decode a picture frame by frame, never more pixels of it than are allowed."""
    try:
        for frame in range(MOST_FRAMES if image.format in ANIMATED else 1):
            image.seek(frame)
            _measure(image, image.width * image.height * (frame + 1), shown)
            image.load()
        if image.format in ANIMATED:
            image.seek(MOST_FRAMES)
            raise Refused(
                _("“%(name)s” has more than %(most)d frames. Export one of them.")
                % {"name": shown, "most": MOST_FRAMES}
            )
    except EOFError:  # After the last frame.
        if not frame:
            raise _damaged(shown, _("it ends too early")) from None
    except (OSError, SyntaxError, ValueError) as damage:
        raise _damaged(shown, damage) from damage


def _damaged(shown: str, damage: Any) -> Refused:
    return Refused(
        _("“%(name)s” is damaged (%(damage)s). Export it once more and try again.")
        % {"name": shown, "damage": damage}
    )


def _no_picture(shown: str) -> Refused:
    return Refused(
        _("“%(name)s” is no picture that can be read; there are %(kinds)s. Export it once more.")
        % {"name": shown, "kinds": ", ".join(FORMATS)}
    )


def _too_large(shown: str) -> Refused:
    return Refused(
        _("“%(name)s” has more than %(most)d megapixels, all frames counted. Make it smaller.")
        % {"name": shown, "most": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000}
    )


def look_at_attachment(file: IO[bytes], name: str) -> None:
    """See that a file which is no picture is what its ending says.

    Args:
        file: open for reading; left at its beginning.
        name: whose ending says what is inside.

    Raises:
        Refused: it is not, or nobody has a use for that kind.
    """
    ending, shown = _ending(name), os.path.basename(name)
    look = ATTACHMENTS.get(ending)
    if look is None:
        raise Refused(
            _("“%(name)s” is of a kind that is not taken; there are %(kinds)s.")
            % {"name": shown, "kinds": ", ".join(ATTACHMENTS)}
        )
    if _was_looked_at(file, ending):
        return
    if _size(file) > LARGEST_ATTACHMENT_BYTES:
        raise Refused(
            _("“%(name)s” has more than %(most)d megabytes. Make it smaller.")
            % {"name": shown, "most": LARGEST_ATTACHMENT_BYTES // 1_000_000}
        )
    file.seek(0)
    try:
        fits = look(file, shown)
    finally:
        file.seek(0)
    if not fits:
        raise Refused(
            _("“%(name)s” does not hold what its ending says. Export it once more.")
            % {"name": shown}
        )
    _note_that_looked_at(file, ending)


def _was_looked_at(file: Any, ending: str) -> bool:
    """Say whether this very file was found good before: a form asks, and then the model does."""
    return getattr(file, "found_good_as", "") == ending


def _note_that_looked_at(file: Any, ending: str) -> None:
    with suppress(AttributeError):  # Python's own files remember nothing.
        file.found_good_as = ending


Look = Callable[[IO[bytes], str], bool]


def _begins(*marks: bytes, at: int = 0) -> Look:
    def look(file: IO[bytes], shown: str) -> bool:
        file.seek(at)
        return file.read(16).startswith(marks)

    return look


def _mp3(file: IO[bytes], shown: str) -> bool:
    head = file.read(3)
    # A tag, or the eleven bits with which every frame of MPEG audio begins.
    return head == b"ID3" or (len(head) == 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)


def _wav(file: IO[bytes], shown: str) -> bool:
    head = file.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"WAVE"


def _text(file: IO[bytes], shown: str) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(1 << 20):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Refused(_("“%(name)s” is not UTF-8. Save it as UTF-8.") % {"name": shown}) from error
    return True


def _pack(needed: str = "", says: bytes = b"") -> Look:
    """Return what looks into a ZIP file: a member it must have, and what `mimetype` must say."""

    def look(file: IO[bytes], shown: str) -> bool:
        if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
            return False
        try:
            with zipfile.ZipFile(file) as pack:
                members = pack.infolist()
                _weigh(members, _size(file), shown)
                _refuse_what_runs(members, shown)
                names = {member.filename for member in members}
                if says:
                    # Its size was not measured by us, so no more is read than can be right.
                    with pack.open("mimetype") as said:
                        return said.read(len(says) + 1).strip() == says
                return not needed or needed in names
        except (
            zipfile.BadZipFile,
            KeyError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ):
            return False

    return look


def _weigh(members: list[zipfile.ZipInfo], packed: int, shown: str) -> None:
    """Refuse what unpacks to far more than it weighs; what its own list says is enough for that.

    Who unpacks it stops at the sizes listed, or finds that the list lies.
    """
    unpacked = sum(member.file_size for member in members)
    bomb = unpacked > ALWAYS_UNPACKED_BYTES and unpacked > packed * MOST_TIMES_SMALLER
    if bomb or unpacked > MOST_UNPACKED_BYTES or len(members) > MOST_MEMBERS:
        raise Refused(
            _("“%(name)s” would unpack to far more than it weighs. Send its files one by one.")
            % {"name": shown}
        )


def _refuse_what_runs(members: list[zipfile.ZipInfo], shown: str) -> None:
    """Refuse macros, and members that would be unpacked elsewhere than where one unpacks."""
    for member in members:
        path = member.filename.replace("\\", "/").lower()
        steps = path.split("/")
        if steps[-1].startswith("vbaproject") or steps[0] in ("basic", "scripts"):
            raise Refused(
                _("“%(name)s” holds macros, which are programs. Save it without them.")
                % {"name": shown}
            )
        if ".." in steps or path.startswith("/") or ":" in steps[0]:
            raise Refused(
                _("“%(name)s” holds a file that would land outside of its folder. Pack it anew.")
                % {"name": shown}
            )


ATTACHMENTS: dict[str, Look] = {
    "csv": _text,
    "docx": _pack("word/document.xml"),
    "epub": _pack(says=b"application/epub+zip"),
    "flac": _begins(b"fLaC"),
    "m4a": _begins(b"ftyp", at=4),
    "md": _text,
    "mp3": _mp3,
    "odt": _pack(says=b"application/vnd.oasis.opendocument.text"),
    "ogg": _begins(b"OggS"),
    "opus": _begins(b"OggS"),
    "pdf": _begins(b"%PDF-"),
    "rtf": _begins(b"{\\rtf"),
    "txt": _text,
    "wav": _wav,
    "xlsx": _pack("xl/workbook.xml"),
    "zip": _pack(),
}
"""Endings of attachments, and what looks whether they hold what these say."""


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lstrip(".").lower()


def _size(file: IO[bytes]) -> int:
    here = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(here)
    return size
