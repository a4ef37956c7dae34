"""Cuts the faces that share cards are set in; run it by bin/fonts.

What draws the cards cannot read web fonts, nor choose a weight along an axis, and whole
families would be megabytes. So a face holds one weight of what its card needs: the letters
of Europe or those of Arabic, and the features that join, place and kern them. The same
packages give the same bytes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from cut import LATIN, LATIN_MORE, PACKAGES, ROOT
from fontTools import merge, subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FACES = ROOT / "masthead/newsstand/fonts"

ARABIC = frozenset(
    {*range(0x621, 0x656), *range(0x660, 0x66A), *range(0x6F0, 0x6FA)}
    | {*map(ord, "،؛؟ـ٪ٰٱپچژکگی«» \u00a0\u200c\u200d\u200e\u200f")}
)
AMONG_ARABIC = frozenset(map(ord, ".:!()[]-–—…/%“”‘’+0123456789,;?'\""))

SETTING = ("ccmp", "kern", "liga", "locl", "mark")
JOINING = ("ccmp", "curs", "fina", "init", "isol", "mark", "medi", "mkmk", "rlig")


def part(
    package: str, file: str, letters: Collection[int], features: Collection[str], **axes: float
) -> TTFont:
    """Return what is needed of one file of a package, at one point of its axes."""
    font = TTFont(PACKAGES / package / "files" / f"{package}-{file}.woff2", recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, axes)
    font.flavor = None
    options = subset.Options(
        hinting=False,
        layout_features=list(features),
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
    )
    options.drop_tables += ["STAT", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    return font


def save(to: Path, *parts: TTFont) -> None:
    """Write parts of one design as one face."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, one in enumerate(parts):
            files.append(str(Path(folder, f"{number}.ttf")))
            one.save(files[-1])
        face = merge.Merger().merge(files) if len(files) > 1 else TTFont(files[0])
    # Merging writes down the present moment, which would make every file a new one.
    face["head"].created = face["head"].modified = parts[0]["head"].created
    face.recalcTimestamp = False
    to.parent.mkdir(parents=True, exist_ok=True)
    face.save(to)
    print(f"{to.name:40} {to.stat().st_size:6,} bytes")


def lay_licences(folder: Path) -> None:
    """Lay the licences of the faces beside them."""
    for package in ("piazzolla", "sofia-sans-extra-condensed", "markazi-text"):
        licence = (PACKAGES / package / "LICENSE").read_text(encoding="utf-8")
        (folder / f"OFL-{package}.txt").write_text(licence, encoding="utf-8")


def main() -> int:
    """Cut every face and lay the licences beside them."""
    save(
        FACES / "Piazzolla-Black.ttf",
        part("piazzolla", "latin-opsz-normal", LATIN, SETTING, wght=900, opsz=30),
        part("piazzolla", "latin-ext-opsz-normal", LATIN_MORE, SETTING, wght=900, opsz=30),
    )
    save(
        FACES / "SofiaSansExtraCondensed-Bold.ttf",
        part("sofia-sans-extra-condensed", "latin-wght-normal", LATIN, ("ccmp",), wght=700),
    )
    save(
        FACES / "MarkaziText-Bold.ttf",
        part("markazi-text", "arabic-wght-normal", ARABIC, JOINING, wght=700),
        part("markazi-text", "latin-wght-normal", AMONG_ARABIC, JOINING, wght=700),
    )
    lay_licences(FACES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
