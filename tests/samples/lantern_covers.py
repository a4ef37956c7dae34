"""The covers of The Lantern: what is fixed on all of them, and the year of them.

Fixed: a flat head with the date, the number, one rule and the nameplate; the picture from a
fifth downward; a black plate at the foot with one line and its explanation. The ground rotates
by number, so neighbours never match. Free: the picture, with the lamp in it somewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from PIL import Image

from tests.samples import lantern_cover_places as places
from tests.samples import lantern_cover_things as things
from tests.samples.engraving import INK, LAMP, PAPER, Colour, Plate, box
from tests.samples.lantern_portraits import BRICK, NIGHT_BLUE, VERDIGRIS
from tests.samples.lettering import letter, width_of

WIDE, TALL, MARGIN = 1200, 1600, 56
HEAD = TALL / 5
GROUNDS = (VERDIGRIS, LAMP, NIGHT_BLUE, BRICK)
"""By the remainder of the number divided by four."""

NAMEPLATE = {"face": "text", "weight": 900, "tracking": -0.032}
DISPLAY = {"face": "text", "weight": 900, "tracking": -0.02, "apart": 0.08}

NUMBER_17 = date(2026, 9, 8)


@dataclass(frozen=True)
class Cover:
    """What changes from one cover to the next."""

    number: int
    line: str
    explanation: str
    picture: Callable[[Plate, Colour], None]

    @property
    def ground(self) -> Colour:
        """The ground, one of four."""
        return GROUNDS[self.number % 4]

    @property
    def ink(self) -> Colour:
        """What is printed on the ground: black on the lamp, paper on the dark ones."""
        return INK if self.ground == LAMP else PAPER

    @property
    def day(self) -> str:
        """The date on the head: The Lantern comes out every second Tuesday."""
        day = NUMBER_17 + timedelta(weeks=2 * (self.number - 17))
        return f"{day.day} {day:%B %Y}"


def cover(number: int, scale: float = 1.0) -> Plate:
    """Draw the cover of a number."""
    one = YEAR[number - 1]
    plate = Plate(WIDE, TALL, scale, ground=one.ground)
    one.picture(plate, one.ground)
    _head(plate, one)
    _foot(plate, one)
    return plate


def _head(plate: Plate, one: Cover) -> None:
    plate.flat(box(-10, -10, WIDE + 10, HEAD), one.ground)
    letter(plate, one.day, MARGIN, 92, 58, colour=one.ink, weight=600)
    letter(
        plate, f"No. {one.number}", WIDE - MARGIN, 92, 84, colour=one.ink, weight=800, stand="end"
    )
    plate.rule([(MARGIN, 116), (WIDE - MARGIN, 116)], 7, one.ink)
    size = 100 * (WIDE - 2 * MARGIN + 10) / width_of("The Lantern", 100, **NAMEPLATE)
    letter(plate, "The Lantern", MARGIN - 6, 284, size, colour=one.ink, **NAMEPLATE)


def _foot(plate: Plate, one: Cover) -> None:
    inner = WIDE - 2 * MARGIN - 72
    lines, size = _fitted(one.line, inner)
    top = TALL - MARGIN - 96 - 0.94 * size * len(lines)
    plate.flat(box(MARGIN - 7, top - 7, WIDE - MARGIN + 7, TALL - MARGIN + 7), one.ground)
    plate.flat(box(MARGIN, top, WIDE - MARGIN, TALL - MARGIN))
    for k, words in enumerate(lines):
        letter(
            plate, words, MARGIN + 34, top + size * (0.94 * k + 0.9), size,
            colour=PAPER, **DISPLAY,
        )  # fmt: skip
    small = min(50.0, 50 * inner / width_of(one.explanation, 50, weight=500))
    letter(plate, one.explanation, MARGIN + 36, TALL - MARGIN - 32, small, weight=500, colour=PAPER)


def _fitted(words: str, wide: float) -> tuple[list[str], float]:
    """The line as large as it will go: on one line if it is short, else on two."""

    def size(lines: list[str]) -> float:
        widest = max(width_of(line, 100, **DISPLAY) for line in lines)
        return min(136.0, 100 * wide / widest)

    parts = words.split()
    breaks = [[" ".join(parts[:k]), " ".join(parts[k:])] for k in range(1, len(parts))]
    one, two = [words], max(breaks, key=size, default=[words])
    best = one if size(one) >= 104 else two
    return best, size(best)


YEAR: tuple[Cover, ...] = (
    Cover(1, "Somebody has to light it", "Why a country of four lighthouses needs a magazine", things.lantern),
    Cover(2, "Where old songs sleep", "A hill in the north keeps every tune we have forgotten", places.songs),
    Cover(3, "The oldest office in town", "Eleven ministries met here. It was a coffee table", things.coffee),
    Cover(4, "Who lends the rain?", "Insurers have begun to buy the weather by the hour", things.rain),
    Cover(5, "The train that was early", "It left four minutes before its time, and a town noticed", places.train),
    Cover(6, "Everybody is awake", "What a census of bedroom windows found", places.street),
    Cover(7, "The price of quiet", "Three parishes have sold the right to ring", things.bell_at_night),
    Cover(8, "What the deep owes us", "A bill for light, sent to the bottom of the sea", things.lamp_fish),
    Cover(9, "Ballast", "A free balloon, a tied budget and nine bags of sand", things.balloon),
    Cover(10, "Money stands about", "Half the nation’s coins have not moved since spring", things.coins),
    Cover(11, "The room next door", "Where it is decided what will be decided", places.corridor),
    Cover(12, "Who has the key?", "A vault, two governments and one locksmith", things.keyhole),
    Cover(13, "What got out", "The office of secrets counts its cages", things.birdcage),
    Cover(14, "Keeper wanted", "No experience, no neighbours, no end of weather", places.keeper),
    Cover(15, "Second fiddle", "The orchestra that dismissed everyone else", things.fiddle),
    Cover(16, "Who may sign for a place where nobody lives?", "An island leases itself", places.fingerprint),
    Cover(17, "Who owns the tide?", "A harbour town, a forty-year lease and half a line of small print", places.tide),
    Cover(18, "It was in the tin", "The missing annex of the Averell lease turns up in a kitchen", things.tin),
    Cover(19, "The long queue", "Who is waiting, for what, and at which window", places.queue),
    Cover(20, "Ten past two", "One night, one house and an hour that came twice", things.clock_at_night),
    Cover(21, "The quiet ballot", "Why turnout rises where the polling station is a bakery", things.ballot),
    Cover(22, "The price of ice", "Nine tenths of the contract lies below the line", places.ice),
    Cover(23, "Counting the counters", "A census of those who take the census", things.counters),
    Cover(24, "The long way home", "Twenty-four numbers, and what became of everybody", places.homeward),
)  # fmt: skip


def contact_sheet(path: Path, wide: int = 222, gap: int = 12, columns: int = 8) -> None:
    """All covers of the year side by side, small, to see whether they are a family."""
    tall = wide * TALL // WIDE
    rows = -(-len(YEAR) // columns)
    size = (columns * (wide + gap) + gap, rows * (tall + gap) + gap)
    sheet = Image.new("RGB", size, PAPER)
    for k, one in enumerate(YEAR):
        large = Image.fromarray(cover(one.number).pixels.round().clip(0, 255).astype("uint8"))
        place = (gap + k % columns * (wide + gap), gap + k // columns * (tall + gap))
        sheet.paste(large.resize((wide, tall), Image.Resampling.LANCZOS), place)
    sheet.quantize(40, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
