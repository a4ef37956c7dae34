"""Pictures without what cameras and programs wrote into them, their pixels untouched.

Photographs carry places, names and serial numbers. A designer gets each one as fine as it was
brought, colours and all, and nothing of that. JPEG, PNG and WebP are not packed anew: the parts
that hold such notes are left out. Other kinds are, without loss.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps

_PNG = b"\x89PNG\r\n\x1a\n"
_KEPT_OF_PNG = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
     b"cICP", b"bKGD", b"pHYs", b"hIST", b"acTL", b"fcTL", b"fdAT")
)  # fmt: skip
_KEPT_OF_WEBP = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_FLAGS_OF_NOTES = 0b0000_1100
"""In VP8X: the file has EXIF, or XMP."""

_AFTER_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_START_OF_SCAN, _END, _APP0, _APP2, _APP14, _APP15, _COMMENT = (
    0xDA, 0xD9, 0xE0, 0xE2, 0xEE, 0xEF, 0xFE,
)  # fmt: skip
_ORIENTATION = 0x0112


class Unreadable(Exception):
    """The file holds no picture; says why."""


def of(data: bytes) -> tuple[bytes, str]:
    """Return a picture's file without its notes, and the ending that fits it.

    Which way up it is to be shown stays said, where it was.

    Raises:
        Unreadable: it is no picture, or a damaged one.
    """
    try:
        if data.startswith(b"\xff\xd8"):
            return b"".join(_jpeg(data)), "jpg"
        if data.startswith(_PNG) and not _turned(data):
            return b"".join(_png(data)), "png"
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and not _turned(data):
            return _webp(data), "webp"
        return _packed_anew(data)
    except (
        OSError,
        ValueError,
        LookupError,
        SyntaxError,
        struct.error,
        Image.DecompressionBombError,
    ) as error:
        raise Unreadable(str(error) or "it is damaged") from error


def _turned(data: bytes) -> int:
    """Return how a picture is to be turned, as EXIF says; 0 if not at all."""
    with Image.open(BytesIO(data)) as image:
        said = image.getexif().get(_ORIENTATION, 1)
    return said if isinstance(said, int) and 1 < said <= 8 else 0


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    if turned := _turned(data):
        yield _only_turned(turned)
    at = 2
    while True:
        # Any number of 0xFF may fill up before a marker.
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        if data[at] != 0xFF:
            raise ValueError("it is damaged")
        marker = data[at + 1]
        if marker == _END:
            # What comes after is another picture, or a note.
            yield data[at : at + 2]
            return
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if not _is_note_of_jpeg(marker, data[at + 4 : at + 16]):
            yield data[at:end]
        at = end
        if marker == _START_OF_SCAN:
            found = _AFTER_SCAN.search(data, at)
            if found is None:
                # It breaks off. So does what we hand on, and both look alike.
                yield data[at:]
                return
            yield data[at : found.start(1) - 1]
            at = found.start(1) - 1


def _is_note_of_jpeg(marker: int, begins: bytes) -> bool:
    if marker == _COMMENT:
        return True
    if marker == _APP2:
        return not begins.startswith(b"ICC_PROFILE\0")
    return _APP0 < marker <= _APP15 and marker != _APP14


def _only_turned(orientation: int) -> bytes:
    """Return the part of a JPEG that says how to turn it, and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    told = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    at = 8
    while True:
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise ValueError("it breaks off")
        if kind in _KEPT_OF_PNG:
            yield data[at:end]
        if kind == b"IEND":
            return
        at = end


def _webp(data: bytes) -> bytes:
    kept = []
    at, end = 12, min(len(data), 8 + struct.unpack("<I", data[4:8])[0])
    while at + 8 <= end:
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        until = at + 8 + length + length % 2
        if kind == b"VP8X":
            flags = data[at + 8] & ~_FLAGS_OF_NOTES
            kept.append(data[at : at + 8] + bytes([flags]) + data[at + 9 : until])
        elif kind in _KEPT_OF_WEBP:
            kept.append(data[at:until])
        at = until
    if not kept:
        raise ValueError("there is no picture in it")
    inner = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def _packed_anew(data: bytes) -> tuple[bytes, str]:
    """Return the first frame as PNG, which loses nothing of eight bits."""
    with Image.open(BytesIO(data)) as image:
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
        out = BytesIO()
        fresh = upright if upright.mode in ("L", "LA", "RGB", "RGBA", "P", "I;16") else None
        shown = fresh or upright.convert("RGBA")
        shown.info = {k: v for k, v in shown.info.items() if k == "transparency"}
        shown.save(out, "PNG", icc_profile=profile)
    return out.getvalue(), "png"
