"""What a printer asks of the files: sizes, inks, pages to a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

POINTS_PER_MILLIMETRE = 72 / 25.4

COATED = Path(__file__).parent / "profiles" / "FOGRA39L.icc"
"""Offset on coated paper; see the README beside it."""

# Where an ICC profile says what kind of thing it describes, and in which inks (ICC.1, 7.2).
_KIND, _INKS = slice(12, 16), slice(16, 20)


class UnfitProfile(ValueError):
    """The profile does not describe a press with four inks; says what to do."""


@dataclass(frozen=True)
class Specification:
    """What one printer asks for. Sizes are in millimetres, inks in per cent."""

    trim: tuple[float, float]
    """Width and height of a page when it has been cut."""
    bleed: float = 3
    """How far what touches the edge goes on beyond it."""
    multiple: int = 4
    """Pages come in multiples of this many."""
    ink_limit: int = 300
    """The most ink that the paper takes on one spot, of four hundred."""
    profile_file: Path = COATED
    condition: str = "FOGRA39"
    """What the printing condition is called in the ICC's registry."""
    least_resolution: int = 200
    """Pixels per inch below which a picture is refused."""
    good_resolution: int = 300
    """Pixels per inch below which somebody should know of it."""

    @cached_property
    def profile(self) -> bytes:
        """Return the ICC profile of the press.

        Raises:
            UnfitProfile: it is none of a press with four inks.
        """
        profile = self.profile_file.read_bytes()
        if profile[_KIND] != b"prtr" or profile[_INKS] != b"CMYK":
            raise UnfitProfile(
                f"{self.profile_file.name} is no ICC profile of a press with four inks. "
                "Ask the printer for the output profile (CMYK) of the paper."
            )
        return profile
