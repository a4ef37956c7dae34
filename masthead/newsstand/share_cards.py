"""The picture that stands for an article wherever somebody passes on its address.

A nameplate, a kicker, a headline and the lead picture, drawn in the house's type. Only
front matter goes in, which anybody may read. What a card is made of gives its digest, the
digest its address; so a changed headline has another address, and nothing has to be told
to forget the old one.
"""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont, ImageOps, features

from masthead.editorial.models import Issue, Picture, Title
from masthead.manuscript import languages
from masthead.manuscript.press_document import PressDocument

WIDTH, HEIGHT = 1200, 630
SQUARE = 1500
"""Pixels a side of the square ones; directories of podcasts take 1400 to 3000."""
DRAWING = 2
"""Raised whenever cards are drawn differently, so that all get new addresses."""

FONTS = Path(__file__).parent / "fonts"
DISPLAY = "Piazzolla-Black.ttf"
LABEL = "SofiaSansExtraCondensed-Bold.ttf"
ARABIC = "MarkaziText-Bold.ttf"

PAPER, INK, LAMP = "#ffffff", "#14171a", "#ffc20e"
MARGIN = 56
PICTURE_WIDTH = 480
LARGEST_HELD = 4 * WIDTH
"""Pixels a side; enough for a card of a quarter of a picture."""
LAMP_HEIGHT = 28
HEADLINE_SIZES = range(104, 39, -4)
SQUARE_SIZES = range(208, 79, -8)
LEADING = 0.94
# Piazzolla's black weight is set tight; the theme opens its words by as much.
WORD_SPACE = 0.09


class CannotSet(Exception):
    """Nothing in the house can set these words: the picture has to speak for itself."""


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What a card shows.

    ``picture`` is the SHA-256 of a picture, ``crop`` the part of it that may be seen (left,
    top, width, height) and ``focus`` the point of the whole that must stay in view, all in
    fractions.
    """

    nameplate: str
    headline: str
    language: str
    kicker: str = ""
    picture: str = ""
    focus: tuple[float, float] | None = None
    crop: tuple[float, float, float, float] | None = None

    @property
    def digest(self) -> str:
        """The name of the finished card: 32 hexadecimal digits."""
        made_of = json.dumps([DRAWING, *astuple(self)], ensure_ascii=True)
        return hashlib.sha256(made_of.encode()).hexdigest()[:32]


def of_article(document: PressDocument, nameplate: str) -> ShareCard:
    """Return the card of an article: its front matter, and its lead picture if it may be used."""
    front = document.front
    figure = front.lead_figure
    shown = figure if figure and figure.picture in document.pictures else None
    crop = shown.part if shown else None
    return ShareCard(
        nameplate=nameplate,
        headline=front.headline,
        language=front.language,
        kicker=front.kicker,
        picture=shown.picture.partition(":")[2] if shown else "",
        focus=shown.focal_point if shown else None,
        crop=(crop.left, crop.top, crop.width, crop.height) if crop else None,
    )


def of_title(title: Title) -> ShareCard:
    """Return the card of the magazine itself, for pages that have none of their own."""
    return ShareCard(title.name, title.tagline or title.name, title.language)


def of_issue(issue: Issue) -> ShareCard:
    """Return the card of an issue: its name and its cover, if that may stand on the web."""
    title = issue.publication
    cover = issue.cover
    shown = cover if cover and not cover.refusal("web", title.day(timezone.now())) else None
    return ShareCard(title.name, issue.title, title.language, picture=shown.sha256 if shown else "")


def stored(key: Any, card: ShareCard, *, square: bool = False) -> bytes:
    """Return the card of the work with that key as PNG: drawn once, then kept.

    What was drawn for the same work before is thrown away.
    """
    storage = storages["private"]
    folder, name = _folder(key, square), f"{card.digest}.png"
    with suppress(FileNotFoundError), storage.open(f"{folder}/{name}") as file:
        return bytes(file.read())
    data = (draw_square if square else draw)(card, _picture(card.picture))
    # Two readers may ask at once; the second finds the file there and leaves it.
    if not storage.exists(f"{folder}/{name}"):
        storage.save(f"{folder}/{name}", ContentFile(data))
    for old in storage.listdir(folder)[1]:
        if old != name:
            storage.delete(f"{folder}/{old}")
    return data


def is_drawn(key: Any, card: ShareCard, *, square: bool = False) -> bool:
    """Say whether the card of that work is there already."""
    return storages["private"].exists(f"{_folder(key, square)}/{card.digest}.png")


def _folder(key: Any, square: bool) -> str:
    return f"share/{key}/square" if square else f"share/{key}"


def draw(card: ShareCard, picture: Image.Image | None = None) -> bytes:
    """Return a card as PNG; the same card and picture always give the same bytes."""
    return _drawn(card, picture, (WIDTH, HEIGHT), _with_words)


def draw_square(card: ShareCard, picture: Image.Image | None = None) -> bytes:
    """Return a card as a square, which stands for what can be heard; PNG, always the same bytes."""
    return _drawn(card, picture, (SQUARE, SQUARE), _squarely)


def _drawn(
    card: ShareCard,
    picture: Image.Image | None,
    size: tuple[int, int],
    how: Callable[[ShareCard, Image.Image | None], Image.Image],
) -> bytes:
    card = replace(
        card,
        nameplate=_plain(card.nameplate),
        headline=_plain(card.headline),
        kicker=_plain(card.kicker),
    )
    try:
        image = how(card, picture)
    except CannotSet:
        image = _fitted(picture, size, card) if picture else Image.new("RGB", size, LAMP)
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()


def _squarely(card: ShareCard, picture: Image.Image | None) -> Image.Image:
    mirrored = languages.direction(card.language) == "rtl"
    image = Image.new("RGB", (SQUARE, SQUARE), PAPER)
    pen = ImageDraw.Draw(image)
    margin = 2 * MARGIN
    start, room = SQUARE - margin if mirrored else margin, SQUARE - 2 * margin
    line = _Line(pen, start, room, card.language, mirrored=mirrored, sizes=SQUARE_SIZES)
    top = margin - 24
    bottom = SQUARE - 4 * LAMP_HEIGHT
    if not picture:
        pen.rectangle((0, bottom, SQUARE, SQUARE), fill=LAMP)
    if not picture and card.headline == card.nameplate:
        # A magazine without a tagline says its name once, as large as it fits.
        line.sizes = range(400, 99, -20)
        line.set_headline(card.headline, top, bottom - 40)
        return image
    for size in range(200, 59, -10):
        if line.width(card.nameplate, face := line.face(card.nameplate, size)) <= room:
            break
    line.set(card.nameplate, top, face)
    top += 280
    pen.rectangle((margin, top, SQUARE - margin, top + 9), fill=INK)
    top += 60
    if picture:
        # The name on a few lines, and the cover across the rest.
        face = line.face(card.headline, 96)
        line.set(line.fitted(card.headline, face), top, face)
        top += 180
        image.paste(_fitted(picture, (SQUARE, SQUARE - top), card), (0, top))
        return image
    line.set_headline(card.headline, top, bottom - 40)
    return image


def _with_words(card: ShareCard, picture: Image.Image | None) -> Image.Image:
    mirrored = languages.direction(card.language) == "rtl"
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    edge = 0
    if picture:
        place = _fitted(picture, (PICTURE_WIDTH, HEIGHT), card)
        image.paste(place, (0 if mirrored else WIDTH - PICTURE_WIDTH, 0))
        edge = PICTURE_WIDTH
    else:
        pen.rectangle((0, HEIGHT - LAMP_HEIGHT, WIDTH, HEIGHT), fill=LAMP)
    start, end = (WIDTH - MARGIN, edge + MARGIN) if mirrored else (MARGIN, WIDTH - edge - MARGIN)
    line = _Line(pen, start, abs(end - start), card.language, mirrored=mirrored)
    left, right = sorted((start, end))

    top = MARGIN - 8
    for size in range(46, 23, -2):
        if line.width(card.nameplate, face := line.face(card.nameplate, size)) <= line.room:
            break
    line.set(card.nameplate, top, face)
    top += 66
    pen.rectangle((left, top, right, top + 5), fill=INK)
    top += 28
    if card.kicker:
        face = line.face(card.kicker, 38, LABEL)
        kicker = line.fitted(card.kicker, face)
        wide = line.width(kicker, face) + 24
        tile = (start - wide, start) if mirrored else (start, start + wide)
        pen.rectangle((tile[0], top, tile[1], top + 50), fill=LAMP)
        line.set(kicker, top + 3, face, indent=12)
        top += 50 + 22
    bottom = HEIGHT - MARGIN + 14 if picture else HEIGHT - LAMP_HEIGHT - 16
    line.set_headline(card.headline, top, bottom)
    return image


@dataclass
class _Line:
    """Sets lines of words from one margin, in the direction of their language."""

    pen: ImageDraw.ImageDraw
    start: int
    room: int
    language: str
    mirrored: bool
    sizes: range = HEADLINE_SIZES

    def face(self, words: str, size: int, wanted: str = DISPLAY) -> ImageFont.FreeTypeFont:
        """Return a face that has every letter of these words.

        Raises:
            CannotSet: there is none, or letters would not be joined as they must be.
        """
        for name in (wanted, DISPLAY, ARABIC):
            if all(_has(name, letter) for letter in set(words)):
                if (name == ARABIC or self.mirrored) and not features.check("raqm"):
                    break
                return _font(name, size)
        raise CannotSet(words)

    def width(self, words: str, face: ImageFont.FreeTypeFont) -> float:
        """Return how wide these words stand."""
        return float(
            face.getlength(words, **self._how(words)) + words.count(" ") * self._more(face)
        )

    def set(self, words: str, top: float, face: ImageFont.FreeTypeFont, indent: int = 0) -> None:
        """Set one line of words."""
        if _is_arabic(face):
            edge = self.start - indent if self.mirrored else self.start + indent
            anchor = "ra" if self.mirrored else "la"
            self.pen.text((edge, top), words, INK, face, anchor, **self._how(words))
            return
        # Word by word, for the wider spaces between them.
        wide = self.width(words, face)
        x = float(self.start - indent - wide if self.mirrored else self.start + indent)
        for word in words.split(" "):
            self.pen.text((x, top), word, INK, face, "la")
            x += face.getlength(word + " ") + self._more(face)

    def set_headline(self, words: str, top: int, bottom: int) -> None:
        """Set a headline as large as it fits; one too long even for that is cut."""
        lines: list[str] = []
        for size in self.sizes:
            face = self.face(words, size)
            lines = self._broken(words, face)
            fits_across = all(self.width(line, face) <= self.room for line in lines)
            if fits_across and len(lines) * size * LEADING <= bottom - top:
                break
        else:
            lines = lines[: int((bottom - top) / (size * LEADING))]
            lines = [self.fitted(line, face) for line in lines[:-1]] + [
                self.fitted(f"{lines[-1]} …", face)
            ]
        for number, line in enumerate(lines):
            self.set(line, top + number * size * LEADING, face)

    def fitted(self, words: str, face: ImageFont.FreeTypeFont) -> str:
        """Return words that fit on one line, cut at the end if they do not."""
        cut = words
        while cut and self.width(cut, face) > self.room - 24:
            cut = cut.rstrip("… ")[:-1].rstrip() + "…"
        return cut

    def _broken(self, words: str, face: ImageFont.FreeTypeFont) -> list[str]:
        lines = [""]
        for word in words.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.width(longer, face) > self.room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _how(self, words: str) -> dict[str, Any]:
        if not features.check("raqm"):
            return {}
        return {"direction": "rtl" if self.mirrored else "ltr", "language": self.language}

    def _more(self, face: ImageFont.FreeTypeFont) -> float:
        return 0 if _is_arabic(face) else WORD_SPACE * face.size


def _plain(words: str) -> str:
    """Return words without the signs that only tell others how to set them."""
    return " ".join(unicodedata.normalize("NFC", words).translate(_SIGNS).split())


# No-break space and hyphen, which few faces have; lines of a card break at spaces only.
_SIGNS = str.maketrans({"\u202f": "\u00a0", "\u2011": "-", "\u00ad": None, "\u200b": None})


def _fitted(picture: Image.Image, size: tuple[int, int], card: ShareCard) -> Image.Image:
    """Return what may be seen of a picture, on paper and in that size."""
    rich = ImageOps.exif_transpose(picture).convert("RGBA")
    left, top, width, height = card.crop or (0, 0, 1, 1)
    right, bottom = (left + width) * rich.width, (top + height) * rich.height
    seen = rich.crop(
        (round(left * rich.width), round(top * rich.height), round(right), round(bottom))
    )
    flat = Image.new("RGB", seen.size, PAPER)
    flat.paste(seen, mask=seen.getchannel("A"))
    x, y = card.focus or (left + width / 2, top + height / 2)
    centre = (min(max((x - left) / width, 0), 1), min(max((y - top) / height, 0), 1))
    return ImageOps.fit(flat, size, Image.Resampling.LANCZOS, centering=centre)


def _picture(sha256: str) -> Image.Image | None:
    """Return the picture of that key; None where it or its file is lost."""
    row = Picture.objects.filter(sha256=sha256).first() if sha256 else None
    if row is None:
        return None
    try:
        with row.file.open("rb") as file, Image.open(file) as image:
            # A JPEG is read at the size it is needed in, which is many times faster.
            image.draft("RGB", (WIDTH, HEIGHT))
            # Anything else is unpacked whole; only a little of that is held while drawing.
            image.thumbnail((LARGEST_HELD, LARGEST_HELD))
            return image.copy()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # What Pillow raises at a file that is lost, broken or boundless.
        return None


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size)


def _is_arabic(face: ImageFont.FreeTypeFont) -> bool:
    return Path(str(face.path)).name == ARABIC


@cache
def _has(name: str, letter: str) -> bool:
    """Say whether a face has a letter: what it has not, it shows as what nobody has."""
    face = ImageFont.truetype(FONTS / name, 40, layout_engine=ImageFont.Layout.BASIC)
    return letter == " " or bytes(face.getmask(letter)) != bytes(face.getmask("\uffff"))
