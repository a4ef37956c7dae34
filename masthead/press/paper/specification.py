"""What a printer asks of the files: sizes, inks, pages to a sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import ImageCms

POINTS_PER_MILLIMETRE = 72 / 25.4

COATED = Path(__file__).parent / "profiles" / "FOGRA39L.icc"
"""Offset on coated paper; see the README beside it."""

# Where an ICC profile says what kind of thing it describes, and in which inks (ICC.1, 7.2).
_KIND, _INKS = slice(12, 16), slice(16, 20)


class UnfitProfile(ValueError):
    """The profile does not describe a press with four inks; says what to do."""


@dataclass(frozen=True)
class Specification:
    """What one printer asks for. Sizes are in millimetres, inks in per cent.

    Raises:
        UnfitProfile: `profile` is none of a press with four inks.
    """

    trim: tuple[float, float]
    """Width and height of a page when it has been cut."""
    bleed: float = 3
    """How far what touches the edge goes on beyond it."""
    marks: bool = True
    """Whether to draw where the page is cut."""
    multiple: int = 4
    """Pages come in multiples of this many; those of a cover apart do not count."""
    cover_apart: bool = False
    """Whether the cover, outside and inside, is printed on a paper of its own."""
    leaf: float = 0.1
    """How thick a leaf of the inner paper is, which makes the spine."""
    ink_limit: int = 300
    """The most ink that the paper takes on one spot, of four hundred."""
    profile: bytes = field(default_factory=COATED.read_bytes, repr=False)
    """The ICC profile of the press."""
    condition: str = "FOGRA39"
    """What the printing condition is called in the ICC's registry."""
    least_resolution: int = 200
    """Pixels per inch below which a picture is refused."""
    good_resolution: int = 300
    """Pixels per inch below which somebody should know of it."""

    def spine(self, inner: int) -> float:
        """Return how wide the spine around so many inner pages is, in millimetres."""
        return round(inner / 2 * self.leaf, 1)

    def __post_init__(self) -> None:
        """See that the profile is one that pictures can be converted to."""
        check_profile(self.profile)


def check_profile(profile: bytes) -> None:
    """See that pictures can be converted to the inks of this ICC profile.

    Raises:
        UnfitProfile: they cannot.
    """
    unfit = UnfitProfile(
        "This is no ICC profile of a press with four inks. Ask the printer for the output "
        "profile (CMYK) of the paper."
    )
    if profile[_KIND] != b"prtr" or profile[_INKS] != b"CMYK":
        raise unfit
    try:
        press = ImageCms.ImageCmsProfile(BytesIO(profile))
        ImageCms.buildTransform(ImageCms.createProfile("sRGB"), press, "RGB", "CMYK")
    except (OSError, ImageCms.PyCMSError) as error:
        raise unfit from error
