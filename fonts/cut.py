"""Cuts the themes' font files from the packages named in package.json; run it by bin/fonts.

A file holds the letters of one range, upright or italic, with one axis: weight. Where a
typeface also has optical sizes, each weight gets the size it is used at (text is light and
small, headlines are heavy and large, or the reverse), which halves the file and keeps both
drawings. The same packages give the same bytes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.designspaceLib import AxisDescriptor, DesignSpaceDocument, SourceDescriptor
from fontTools.ttLib import TTFont
from fontTools.varLib import build, instancer

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = Path(__file__).parent / "node_modules/@fontsource-variable"
LAMP = ROOT / "masthead/newsstand/static/newsstand/fonts"
QUARTERLY = ROOT / "themes/quiet-quarterly/masthead_quiet_quarterly/static/quiet_quarterly/fonts"

FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "pnum", "tnum"]

# English and its neighbours: what nearly every page needs, and nothing that few pages do.
LATIN = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x152, 0x153, 0x2009, 0x200B, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C),
    *(0x201D, 0x201E, 0x2022, 0x2026, 0x202F, 0x2039, 0x203A, 0x20AC, 0x2116, 0x2190, 0x2192),
    0x2212,
}
# Central and northern Europe, Turkey, the Baltic; fetched only by a page that has such a letter.
LATIN_MORE = {*range(0x100, 0x180), *range(0x218, 0x21C), 0x1E9E} - LATIN


@dataclass(frozen=True)
class Cut:
    """One file: where from, which letters, and at which optical size each weight is drawn."""

    package: str
    file: str
    letters: frozenset[int]
    sizes_by_weight: dict[int, float | None]
    to: Path


def cut(order: Cut) -> None:
    """Write one file."""
    source = PACKAGES / order.package / "files" / order.file
    designs = DesignSpaceDocument()
    weights = sorted(order.sizes_by_weight)
    designs.addAxis(
        AxisDescriptor(
            name="Weight", tag="wght", minimum=weights[0], default=weights[0], maximum=weights[-1]
        )
    )
    for weight in weights:
        font = TTFont(source, recalcTimestamp=False)
        # Alternatives that a feature brings in differ between weights; those we keep do not.
        chosen = subset.Subsetter(_options())
        chosen.populate(unicodes=order.letters)
        chosen.subset(font)
        size = order.sizes_by_weight[weight]
        place = {"wght": weight, **({"opsz": size} if size else {})}
        font = instancer.instantiateVariableFont(font, place)
        del font["STAT"]
        designs.addSource(
            SourceDescriptor(
                font=font,
                location={"Weight": weight},
                familyName=order.package,
                styleName=str(weight),
            )
        )
    made, _, _ = build(designs)
    made.recalcTimestamp = False
    made.flavor = "woff2"
    order.to.parent.mkdir(parents=True, exist_ok=True)
    made.save(order.to)
    print(f"{order.to.name:40} {order.to.stat().st_size:6,} bytes")


def _options() -> subset.Options:
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["DSIG"]
    return options


def orders() -> list[Cut]:
    """Return every file there is."""
    small_to_large: dict[int, float | None] = {400: 14, 900: 30}
    italic: dict[int, float | None] = {400: 14, 700: 30}
    light_is_large: dict[int, float | None] = {300: 72, 400: 14, 650: 14}
    one_size: dict[int, float | None] = {400: None, 800: None}
    piazzolla, sofia = "piazzolla", "sofia-sans-extra-condensed"
    made = []
    for name, letters in (("latin", LATIN), ("latin-ext", LATIN_MORE)):
        ending = "" if name == "latin" else "-more"
        chosen = frozenset(letters)
        made += [
            Cut(piazzolla, f"piazzolla-{name}-opsz-normal.woff2", chosen, small_to_large, LAMP / f"piazzolla{ending}.woff2"),
            Cut(piazzolla, f"piazzolla-{name}-opsz-italic.woff2", chosen, italic, LAMP / f"piazzolla-italic{ending}.woff2"),
            Cut(sofia, f"{sofia}-{name}-wght-normal.woff2", chosen, one_size, LAMP / f"{sofia}{ending}.woff2"),
        ]  # fmt: skip
    latin = frozenset(LATIN)
    made += [
        Cut("newsreader", "newsreader-latin-opsz-normal.woff2", latin, light_is_large, QUARTERLY / "newsreader.woff2"),
        Cut("newsreader", "newsreader-latin-opsz-italic.woff2", latin, {300: 72, 400: 14}, QUARTERLY / "newsreader-italic.woff2"),
    ]  # fmt: skip
    return made


def main() -> int:
    """Cut every file and lay the licences beside them."""
    for order in orders():
        cut(order)
    for package, folder in (
        ("piazzolla", LAMP),
        ("sofia-sans-extra-condensed", LAMP),
        ("newsreader", QUARTERLY),
    ):
        licence = (PACKAGES / package / "LICENSE").read_text(encoding="utf-8")
        (folder / f"OFL-{package}.txt").write_text(licence, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
