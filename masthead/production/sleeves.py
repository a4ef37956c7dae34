"""The small picture in a recording's file, which players show: the cover of its issue."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image, ImageOps, UnidentifiedImageError

from masthead.editorial.models import Issue

LONGEST_SIDE = 480
QUALITY = 80


def of(issue: Issue, day: date) -> bytes:
    """Return the cover of an issue as a small JPEG.

    Empty where there is none, where it cannot be read, or where it may not be used on that day.
    """
    cover = issue.cover
    if cover is None or cover.refusal("speech", day):
        return b""
    out = io.BytesIO()
    try:
        with cover.file.storage.open(cover.file.name) as file, Image.open(file) as picture:
            # A JPEG is read no larger than it is needed.
            picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            small = ImageOps.exif_transpose(picture).convert("RGB")
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            small.save(out, "JPEG", quality=QUALITY)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return b""
    return out.getvalue()
