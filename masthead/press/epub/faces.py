"""The faces of a book, cut down to the letters that stand in it.

Only faces under the SIL Open Font License are brought along: it allows cutting and embedding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

OPEN = ("OFL-1.1", "OFL-1.0", "OFL-1.1-RFN", "OFL-1.1-no-RFN")
"""Names of the licence under which a face may be cut and embedded (SPDX)."""
NEAR = 150
"""How far the weight of a face may be from the one that is wanted."""
ARABIC = "Markazi Text"
"""Of ours, for letters that most faces do not have."""
_ALWAYS = "\u0020\u00a0\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u2026"
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_NOT_IN_NAMES = re.compile("[^A-Za-z0-9-]+")
_LICENCE = (13, 14)
_ITALIC = 1
# A face cut from one of many weights is at times still called by the lightest.
_WEIGHTS = re.compile(
    "( (Thin|ExtraLight|Light|Regular|Medium|SemiBold|Bold|ExtraBold|Black|Italic))+$"
)


@dataclass(frozen=True)
class Face:
    """A face that the book brings along."""

    family: str
    weight: int
    style: str
    path: str
    """Where it is in the book."""
    data: bytes

    @property
    def media_type(self) -> str:
        """Return what its file is, as the package document names it."""
        return "font/otf" if self.path.endswith(".otf") else "font/ttf"


def cut(tokens: Mapping[str, Any], folders: Sequence[Path], letters: Iterable[str]) -> list[Face]:
    """Return the faces of a look, each with those of the letters that it has.

    The same letters give the same bytes. A face that is under another licence, or in none of the
    folders, stays out: readers then see one that their system has.

    Args:
        tokens: the look, as a theme's `tokens.json` has it.
        folders: where the files are; what the first has is taken from there.
        letters: everything that is to be set.
    """
    texts = "".join(letters)
    wanted = {*map(ord, texts), *map(ord, _ALWAYS)}
    headline = tokens["weights"]["headline"]
    asked = [
        (tokens["fonts"][role]["family"], weight, style)
        for role, weight, style in (
            ("text", 400, "normal"),
            ("text", 400, "italic"),
            ("text", 700, "normal"),
            ("text", headline, "normal"),
            ("label", 700, "normal"),
        )
        if tokens["fonts"][role]["licence"] in OPEN
    ]
    if _ARABIC.search(texts):
        asked += [(ARABIC, 400, "normal"), (ARABIC, 700, "normal")]
    found: dict[Path, Face] = {}
    for family, weight, style in asked:
        if file := _nearest(tuple(folders), family, weight, style):
            own = _told(file)[1]
            # A face that steps in for others needs no more than what they lack.
            letters_of_it = map(ord, _ARABIC.findall(texts)) if family == ARABIC else wanted
            cutting = _cut(file, frozenset(letters_of_it))
            found[file] = Face(family, own, style, _path(file), cutting)
    return list(found.values())


def families(faces: Iterable[Face]) -> list[str]:
    """Return the name of each family once."""
    return list(dict.fromkeys(face.family for face in faces))


def _path(file: Path) -> str:
    """Return where a face is in the book: under a name that is good in any address."""
    return f"faces/{_NOT_IN_NAMES.sub('-', file.stem)}{file.suffix.lower()}"


@cache
def _nearest(folders: tuple[Path, ...], family: str, weight: int, style: str) -> Path | None:
    """Return the file of that family and style whose weight is nearest, if it is near."""
    there: dict[int, Path] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.?tf")):
            named, own, slant = _told(file)
            if (named, slant) == (family, style) and abs(own - weight) <= NEAR:
                there.setdefault(own, file)
    return there[min(there, key=lambda own: abs(own - weight))] if there else None


@cache
def _told(file: Path) -> tuple[str, int, str]:
    """Return the family, weight and style of a face."""
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        names = font["name"]
        family = names.getDebugName(_TYPOGRAPHIC_FAMILY) or names.getDebugName(_FAMILY) or ""
        style = "italic" if font["OS/2"].fsSelection & _ITALIC else "normal"
        return _WEIGHTS.sub("", family), font["OS/2"].usWeightClass, style


# An issue that is pressed again mostly has the letters that it had.
@lru_cache(maxsize=32)
def _cut(file: Path, letters: frozenset[int]) -> bytes:
    # Half a second, which no process should take to start that makes no book.
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options()
    options.layout_features = [*options.layout_features, "smcp"]
    # Whose it is and under which licence goes along.
    options.name_IDs = [*options.name_IDs, *_LICENCE]
    options.notdef_outline = True
    # What sharpens letters on coarse screens; nobody reads books on those.
    options.hinting = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    out = BytesIO()
    with TTFont(file, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        cutter.subset(font)
        font.save(out, reorderTables=None)
    return out.getvalue()
