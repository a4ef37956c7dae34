"""Pictures as editions want them, each converted once and kept for the next pressing."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from masthead.editorial.models import Picture
from masthead.manuscript.nodes import Crop
from masthead.press.paper import pictures, position_only
from masthead.press.paper.specification import Specification
from masthead.press.shelf import Shelf

FOLDER = "pictures"
"""In the installation's cache."""


def for_screen(
    picture: Picture, file: IO[bytes], beside: Path, page_mm: tuple[float, float], *, fills: bool
) -> Path:
    """Write a picture as `pictures.for_screen` does; return its file."""

    def make() -> Path:
        return pictures.for_screen(file, page_mm, beside, fills=fills)

    return _once(picture, ["screen", page_mm, fills], beside, make)


def for_print(
    picture: Picture, file: IO[bytes], beside: Path, specification: Specification, width_mm: float
) -> Path:
    """Write a picture as `pictures.for_print` does; return its file."""

    def make() -> Path:
        return pictures.for_print(file, specification, beside, width_mm=width_mm)

    profile = sha256(specification.profile).hexdigest()
    told = ["print", profile, specification.trim, specification.bleed, width_mm]
    return _once(picture, told, beside, make)


def for_reading(picture: Picture, file: IO[bytes], beside: Path, crop: Crop | None) -> Path:
    """Write a picture as `pictures.for_reading` does; return its file."""

    def make() -> Path:
        return pictures.for_reading(file, beside, crop)

    return _once(picture, ["reading", repr(crop)], beside, make)


def stand_in(picture: Picture, file: IO[bytes], beside: Path) -> Path:
    """Write what keeps the place of a picture until it is printed; return its file."""
    key = picture.picture_key
    return position_only.stand_in(file, key, beside.with_name(f"{beside.name}-stand-in"))


def _once(picture: Picture, told: list[Any], beside: Path, make: Callable[[], Path]) -> Path:
    whole = json.dumps([picture.sha256, pictures.made_by(), *told])
    return Shelf(settings.INSTALLATION.cache / FOLDER).fetch(whole, beside, make)
