"""Cuts the faces that paper is set in; run it by bin/fonts.

The typesetter reads neither web fonts nor two files as one face, so each face is one weight
with all the letters of Europe, or those of Arabic, and with the features of good setting:
true small capitals, figures of every kind. It embeds only the letters that a page uses, so
the size of these files never reaches a reader. The same packages give the same bytes.
"""

from __future__ import annotations

import re
import sys

from cut import LATIN, LATIN_MORE, ROOT
from cut_cards import AMONG_ARABIC, ARABIC, JOINING, lay_licences, part, save
from fontTools.ttLib import TTFont

FACES = ROOT / "masthead/press/paper/fonts"
QUARTERLY = ROOT / "themes/quiet-quarterly/masthead_quiet_quarterly/paper"
SETTING = (
    *("ccmp", "kern", "liga", "locl", "mark", "mkmk"),
    *("smcp", "c2sc", "onum", "lnum", "pnum", "tnum", "sups", "subs", "case"),
)
PIAZZOLLA = (
    ("Piazzolla-Regular.ttf", "normal", {"wght": 400, "opsz": 14}),
    ("Piazzolla-Bold.ttf", "normal", {"wght": 700, "opsz": 14}),
    ("Piazzolla-Black.ttf", "normal", {"wght": 900, "opsz": 30}),
    ("Piazzolla-Italic.ttf", "italic", {"wght": 400, "opsz": 14}),
    ("Piazzolla-BoldItalic.ttf", "italic", {"wght": 700, "opsz": 14}),
)
# Small and sturdy for text and labels, fine and large for headlines.
NEWSREADER = (
    ("Newsreader-Light.ttf", "normal", {"wght": 300, "opsz": 60}),
    ("Newsreader-Regular.ttf", "normal", {"wght": 400, "opsz": 14}),
    ("Newsreader-SemiBold.ttf", "normal", {"wght": 600, "opsz": 10}),
    ("Newsreader-Italic.ttf", "italic", {"wght": 400, "opsz": 14}),
)
SOFIA = (("Regular", 400), ("Bold", 700), ("ExtraBold", 800))
MARKAZI = (("Regular", 400), ("Bold", 700))


def main() -> int:
    """Cut every face and lay the licences beside them."""
    ranges = (("latin", LATIN), ("latin-ext", LATIN_MORE))
    for package, folder, faces in (
        ("piazzolla", FACES, PIAZZOLLA),
        ("newsreader", QUARTERLY, NEWSREADER),
    ):
        for name, style, axes in faces:
            parts = [
                part(package, f"{place}-opsz-{style}", letters, SETTING, **axes)
                for place, letters in ranges
            ]
            for one in parts:
                _without_size(one)
            save(folder / name, *parts)
    for name, weight in SOFIA:
        package = "sofia-sans-extra-condensed"
        parts = [
            part(package, f"{place}-wght-normal", letters, SETTING, wght=weight)
            for place, letters in ranges
        ]
        save(FACES / f"SofiaSansExtraCondensed-{name}.ttf", *parts)
    for name, weight in MARKAZI:
        save(
            FACES / f"MarkaziText-{name}.ttf",
            part("markazi-text", "arabic-wght-normal", ARABIC, JOINING, wght=weight),
            part("markazi-text", "latin-wght-normal", AMONG_ARABIC, JOINING, wght=weight),
        )
    lay_licences(FACES)
    return 0


def _without_size(face: TTFont) -> None:
    """Call a face by its family alone, which some have as the family at one optical size."""
    for record in face["name"].names:
        if record.nameID in (1, 4):
            record.string = re.sub(r" \d+pt", "", str(record))


if __name__ == "__main__":
    sys.exit(main())
