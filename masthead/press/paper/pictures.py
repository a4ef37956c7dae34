"""Pictures as editions want them: light for a screen or a book, inks for a press."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, cast

import PIL
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageOps, features

from masthead.manuscript.nodes import Crop
from masthead.press.paper.specification import Specification

MILLIMETRES_PER_INCH = 25.4
SCREEN = b"sRGB"
"""Instead of an ICC profile: the colours of any screen."""
SCREEN_PIXELS_PER_INCH = 150
SCREEN_QUALITY = 82
PRINT_PIXELS_PER_INCH = 350
"""More than a press can show: what is finer only makes the file heavy."""
DRAWN_PIXELS_PER_INCH = 700
"""Drawings have edges, which a press shows finer than anything else."""
READING_PIXELS = 1600
"""Along the longer side of a picture in a book."""
LET_BE = 1.15
"""What is no more than this much finer is let be: it would lose sharpness and stay as heavy."""
PRINT_QUALITY = 92
DRAWN_QUALITY = 97
"""Drawings have edges, at which a stronger packing would show."""

_LYING = range(5, 9)
"""What a camera says of a picture that it took on its side (Exif, Orientation)."""

SPOTS_OVER_LIMIT = 0.001
"""The share of a picture that may take more ink than the limit: packing makes a few such pixels."""


class Unreadable(Exception):
    """The file holds no picture that can be decoded; says why, in the decoder's words."""


def for_screen(
    file: IO[bytes], page_mm: tuple[float, float], beside: Path, *, fills: bool = False
) -> Path:
    """Write a picture upright, in screen colours and no larger than a page; return its file.

    Args:
        file: open for reading.
        page_mm: how wide and how high a page is.
        beside: where it goes, but for the ending, which tells of the format chosen.
        fills: it fills a page, which cuts off what stands over.

    Raises:
        Unreadable: it is no picture.
    """
    picture, drawn = _upright(file)
    light = _in_light(picture, "RGBA" if drawn else "RGB")
    return _packed(_at_most(light, page_mm, SCREEN_PIXELS_PER_INCH, fills), beside, drawn=drawn)


def for_reading(file: IO[bytes], beside: Path, crop: Crop | None = None) -> Path:
    """Write a picture, or a part of it, upright and fit for a book; return its file.

    Args:
        file: open for reading.
        beside: where it goes, but for the ending, which tells of the format chosen.
        crop: the part that is shown; all of it if left out.

    Raises:
        Unreadable: it is no picture.
    """
    picture, drawn = _upright(file)
    light = _in_light(picture, "RGBA" if drawn else "RGB")
    if crop:
        left, top = crop.left * light.width, crop.top * light.height
        wide, high = crop.width * light.width, crop.height * light.height
        light = light.crop((round(left), round(top), round(left + wide), round(top + high)))
    share = READING_PIXELS / max(light.size)
    return _packed(light if share >= 1 else _scaled(light, share), beside, drawn=drawn)


def for_print(
    file: IO[bytes], specification: Specification, beside: Path, *, width_mm: float
) -> Path:
    """Write a picture upright, in the inks of the press, as fine as its place wants; return its file.

    What is black and white is printed in black alone, so that it has no cast. What comes in
    four inks already, without saying of which press, is left as it is.

    Args:
        file: open for reading.
        specification: whose profile it is converted to.
        beside: where it goes, but for the ending.
        width_mm: how wide all of it stands on the page, with what is cut off.

    Raises:
        Unreadable: it is no picture.
    """
    picture, drawn = _upright(file)
    finest: float = PRINT_PIXELS_PER_INCH
    if drawn:
        # As many as it would have across a page.
        across = specification.trim[0] + 2 * specification.bleed
        finest = min(DRAWN_PIXELS_PER_INCH, max(finest, finest * across / width_mm))
    wanted = width_mm / MILLIMETRES_PER_INCH * finest
    if picture.width > wanted * LET_BE:
        picture = _scaled(picture, wanted / picture.width)
    inked = _in_inks(picture, specification)
    out = beside.with_suffix(".jpg")
    inked.save(out, quality=DRAWN_QUALITY if drawn else PRINT_QUALITY, subsampling=0)
    return out


def size_of(file: IO[bytes]) -> tuple[int, int]:
    """Return how wide and how high an upright picture is, in pixels, without decoding it.

    Raises:
        Unreadable: it is no picture.
    """
    with _opened(file) as picture:
        width, height = picture.size
        lies = picture.getexif().get(ExifTags.Base.Orientation, 1) in _LYING
    return (height, width) if lies else (width, height)


@cache
def made_by() -> str:
    """Return what makes pictures here; another version may make others of the same original."""
    libraries = [f"{name} {features.version(name)}" for name in ("jpg", "zlib", "littlecms2")]
    own = sha256(Path(__file__).read_bytes()).hexdigest()
    return " ".join([own, f"pillow {PIL.__version__}", *libraries])


def most_ink(picture: Image.Image) -> float:
    """Return how much ink a picture of four inks lays on one spot, in per cent of one ink.

    A thousandth of the picture may have more: packing leaves a few such pixels.
    """
    cyan, magenta, yellow, black = picture.split()
    halves = ImageChops.add(cyan, magenta, scale=2), ImageChops.add(yellow, black, scale=2)
    counts = ImageChops.add(*halves, scale=2).histogram()
    left = SPOTS_OVER_LIMIT * sum(counts)
    quarter = len(counts) - 1
    while quarter and counts[quarter] <= left:
        left -= counts[quarter]
        quarter -= 1
    return 400 * quarter / 255


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Image.Image]:
    try:
        with Image.open(file) as opened:
            yield opened
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(str(error)) from error


def _upright(file: IO[bytes]) -> tuple[Image.Image, bool]:
    """Return a picture the right way up, and whether it was drawn rather than taken."""
    with _opened(file) as opened:
        drawn = opened.format in ("PNG", "GIF")
        opened.load()
        ImageOps.exif_transpose(opened, in_place=True)
    if opened.mode.startswith("I"):
        # Sixteen bits of grey. Pillow would cut off what is brighter than eight can say.
        return opened.convert("I").point(lambda value: value / 257).convert("L"), drawn
    return opened, drawn


def _at_most(
    picture: Image.Image, page_mm: tuple[float, float], pixels_per_inch: int, fills: bool
) -> Image.Image:
    """Return a picture no finer than that where it is as wide as the page, or fills it."""
    wanted = [side / MILLIMETRES_PER_INCH * pixels_per_inch for side in page_mm]
    shares = [most / has for most, has in zip(wanted, picture.size, strict=True)]
    share = max(shares) if fills else shares[0]
    return picture if share >= 1 else _scaled(picture, share)


def _packed(shown: Image.Image, beside: Path, *, drawn: bool) -> Path:
    if drawn:
        # Drawings of a few flat inks keep their edges, and weigh a quarter in a palette.
        out = beside.with_suffix(".png")
        shown.quantize(256, method=Image.Quantize.FASTOCTREE).save(
            out, optimize=True, icc_profile=None
        )
    else:
        out = beside.with_suffix(".jpg")
        shown.save(out, quality=SCREEN_QUALITY)
    return out


def _scaled(picture: Image.Image, share: float) -> Image.Image:
    if picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    width, height = (max(1, round(has * share)) for has in picture.size)
    return picture.resize((width, height))


def _in_light(picture: Image.Image, mode: str) -> Image.Image:
    if own := _own_profile(picture):
        picture = _converted(picture, own, SCREEN, "RGB")
    return picture if picture.mode == mode else picture.convert(mode)


def _in_inks(picture: Image.Image, specification: Specification) -> Image.Image:
    if picture.mode in ("1", "L", "LA"):
        none = Image.new("L", picture.size, 0)
        return Image.merge("CMYK", (none, none, none, ImageChops.invert(_on_paper(picture, "L"))))
    if picture.mode == "CMYK":
        own = _own_profile(picture)
        return _converted(picture, own, specification.profile, "CMYK") if own else picture
    return _converted(_on_paper(picture, "RGB"), SCREEN, specification.profile, "CMYK")


def _on_paper(picture: Image.Image, mode: str) -> Image.Image:
    """Return a picture in screen colours, on white paper where one could see through it."""
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert(mode)
    return _in_light(picture, mode)


def _own_profile(picture: Image.Image) -> bytes:
    """Return what a picture says of its colours; empty if nothing, or nothing that can be read."""
    own: bytes = picture.info.get("icc_profile") or b""
    if not own or picture.mode not in ("RGB", "CMYK"):
        return b""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(own))
    except OSError:
        return b""
    fits = profile.profile.xcolor_space.strip() == picture.mode
    return own if fits else b""


def _converted(picture: Image.Image, given: bytes, wanted: bytes, mode: str) -> Image.Image:
    # Nothing comes back only when it is asked to work in place.
    turned = ImageCms.applyTransform(picture, _transform(given, wanted, picture.mode, mode))
    return cast("Image.Image", turned)


@lru_cache(maxsize=4)
def _transform(
    given: bytes, wanted: bytes, from_mode: str, mode: str
) -> ImageCms.ImageCmsTransform:
    """Return what turns colours into others: reckoned out once for all pictures of an issue."""
    return ImageCms.buildTransform(
        _profile(given),
        _profile(wanted),
        from_mode,
        mode,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _profile(told: bytes) -> ImageCms.ImageCmsProfile:
    if told == SCREEN:
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return ImageCms.ImageCmsProfile(BytesIO(told))
