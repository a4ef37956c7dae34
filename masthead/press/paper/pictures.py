"""Pictures as the two PDF editions want them: light for a screen, inks for a press."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import IO, cast

from PIL import Image, ImageChops, ImageCms, ImageOps

from masthead.press.paper.specification import Specification

MILLIMETRES_PER_INCH = 25.4
SCREEN_PIXELS_PER_INCH = 150
SCREEN_QUALITY = 82
PRINT_PIXELS_PER_INCH = 350
"""More than a press can show: what is finer only makes the file heavy."""
PRINT_QUALITY = 92
DRAWN_QUALITY = 97
"""Drawings have edges, at which a stronger packing would show."""

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
    shown = _at_most(light, page_mm, SCREEN_PIXELS_PER_INCH, fills)
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


def for_print(
    file: IO[bytes], specification: Specification, beside: Path, *, fills: bool = False
) -> Path:
    """Write a picture upright and in the inks of the press; return its file.

    What is black and white is printed in black alone, so that it has no cast. What comes in
    four inks already, without saying of which press, is left as it is.

    Args:
        file: open for reading.
        specification: whose profile it is converted to.
        beside: where it goes, but for the ending.
        fills: it fills a page, which cuts off what stands over.

    Raises:
        Unreadable: it is no picture.
    """
    picture, drawn = _upright(file)
    width, height = (side + 2 * specification.bleed for side in specification.trim)
    fine_enough = _at_most(picture, (width, height), PRINT_PIXELS_PER_INCH, fills)
    inked = _in_inks(fine_enough, specification)
    out = beside.with_suffix(".jpg")
    inked.save(out, quality=DRAWN_QUALITY if drawn else PRINT_QUALITY, subsampling=0)
    return out


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


def _upright(file: IO[bytes]) -> tuple[Image.Image, bool]:
    """Return a picture the right way up, and whether it was drawn rather than taken."""
    try:
        with Image.open(file) as opened:
            drawn = opened.format in ("PNG", "GIF")
            upright = ImageOps.exif_transpose(opened)
            upright.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unreadable(str(error)) from error
    if upright.mode.startswith("I"):
        # Sixteen bits of grey. Pillow would cut off what is brighter than eight can say.
        upright = upright.convert("I").point(lambda value: value / 257).convert("L")
    return upright, drawn


def _at_most(
    picture: Image.Image, page_mm: tuple[float, float], pixels_per_inch: int, fills: bool
) -> Image.Image:
    """Return a picture no finer than that where it is as wide as the page, or fills it."""
    wanted = [side / MILLIMETRES_PER_INCH * pixels_per_inch for side in page_mm]
    shares = [most / has for most, has in zip(wanted, picture.size, strict=True)]
    share = max(shares) if fills else shares[0]
    if share >= 1:
        return picture
    if picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    width, height = (max(1, round(has * share)) for has in picture.size)
    return picture.resize((width, height))


def _in_light(picture: Image.Image, mode: str) -> Image.Image:
    if given := _own_profile(picture):
        return _converted(picture, given, _srgb(), "RGB").convert(mode)
    return picture.convert(mode)


def _in_inks(picture: Image.Image, specification: Specification) -> Image.Image:
    if picture.mode in ("1", "L", "LA"):
        none = Image.new("L", picture.size, 0)
        return Image.merge("CMYK", (none, none, none, ImageChops.invert(_on_paper(picture, "L"))))
    press = ImageCms.ImageCmsProfile(BytesIO(specification.profile))
    if picture.mode == "CMYK":
        own = _own_profile(picture)
        return _converted(picture, own, press, "CMYK") if own else picture
    return _converted(_on_paper(picture, "RGB"), _srgb(), press, "CMYK")


def _on_paper(picture: Image.Image, mode: str) -> Image.Image:
    """Return a picture in screen colours, on white paper where one could see through it."""
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert(mode)
    return _in_light(picture, mode)


def _own_profile(picture: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """Return what a picture says of its colours; None if nothing, or nothing that can be read."""
    own = picture.info.get("icc_profile")
    if not own or picture.mode not in ("RGB", "CMYK"):
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(own))
    except OSError:
        return None
    fits = profile.profile.xcolor_space.strip() == picture.mode
    return profile if fits else None


def _converted(
    picture: Image.Image,
    given: ImageCms.ImageCmsProfile,
    wanted: ImageCms.ImageCmsProfile,
    mode: str,
) -> Image.Image:
    turned = ImageCms.profileToProfile(
        picture,
        given,
        wanted,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode=mode,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    # Nothing comes back only when it is asked to work in place.
    return cast("Image.Image", turned)


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
