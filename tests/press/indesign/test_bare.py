"""A designer gets pictures to the pixel, and nothing that a camera wrote beside them."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from masthead.press.indesign import bare

PLACE, CAMERA = 34853, 271
SECRET = b"secret-place"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def drawn(mode: str = "RGB") -> Image.Image:
    picture = Image.effect_noise((60, 40), 90).convert(mode)
    picture.putpixel((3, 5), 7 if mode == "L" else (200, 3, 9, 90)[: len(picture.getbands())])
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[CAMERA] = SECRET.decode()
    told[0x0112] = orientation
    told.get_ifd(PLACE)[1] = "N"
    return told


def packed(kind: str, **more) -> bytes:
    out = io.BytesIO()
    drawn(more.pop("mode", "RGB")).save(out, kind, icc_profile=PROFILE, **more)
    return out.getvalue()


def notes() -> PngImagePlugin.PngInfo:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SECRET.decode())
    return told


def xmp() -> bytes:
    return b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"


FILES = {
    "jpg": lambda: packed("JPEG", exif=exif(), comment=SECRET, xmp=xmp(), quality=90),
    "progressive": lambda: packed("JPEG", exif=exif(), progressive=True, quality=90),
    "inks": lambda: packed("JPEG", mode="CMYK", exif=exif(), quality=90),
    "png": lambda: packed("PNG", exif=exif(), pnginfo=notes()),
    "webp": lambda: packed("WEBP", exif=exif(), xmp=xmp(), lossless=True),
    "avif": lambda: packed("AVIF", exif=exif(), xmp=xmp(), quality=90),
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_left_of_the_notes_and_everything_of_the_picture(name):
    data = FILES[name]()
    assert SECRET in data
    left, ending = bare.of(data)
    assert SECRET not in left
    assert b"Exif" not in left
    with Image.open(io.BytesIO(data)) as old, Image.open(io.BytesIO(left)) as new:
        assert new.convert(old.mode).tobytes() == old.tobytes()
        assert new.info["icc_profile"] == PROFILE
        assert dict(new.getexif()) == {}
        assert new.format == {"jpg": "JPEG"}.get(ending, ending.upper())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [3, 6])
def test_a_picture_that_lay_on_its_side_is_still_shown_upright(kind, orientation):
    more = {"lossless": True} if kind == "WEBP" else {}
    data = packed(kind, exif=exif(orientation), **more)
    left, _ending = bare.of(data)
    assert SECRET not in left
    with Image.open(io.BytesIO(data)) as old, Image.open(io.BytesIO(left)) as new:
        upright = ImageOps.exif_transpose(old)
        assert ImageOps.exif_transpose(new).tobytes() == upright.tobytes()
        assert set(new.getexif()) <= {0x0112}


def test_what_hangs_on_behind_a_jpeg_is_left_out():
    # Cameras append a preview, with notes of its own.
    data = FILES["jpg"]()
    assert bare.of(data + packed("JPEG", exif=exif()))[0] == bare.of(data)[0]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\x00\x01", b"RIFF\x04\0\0\0WEBP", b"GIF89a", b"%PDF-1.4"],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(bare.Unreadable):
        bare.of(data)
