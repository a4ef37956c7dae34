"""Stories, pictures, a list of captions and a few words for the designer, in one ZIP.

The same stories and pictures give the same bytes, on any day.
"""

from __future__ import annotations

import csv
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from masthead.press.indesign.story import Shown
from masthead.press.indesign.styles import Mark, Style

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o644 << 16
_LONGEST_NAME = 48
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = ("file", "article", "caption", "credit", "alternative text")


@dataclass(frozen=True)
class Captioned:
    """A picture where it stands: its file within the package, the headline, what is said of it."""

    file: str
    headline: str
    shown: Shown


def safe_name(text: str, otherwise: str) -> str:
    """Return text as part of a file's name: letters and digits of ASCII, and hyphens."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST_NAME].strip("-") or otherwise


class Package:
    """A ZIP that is being filled; every path in it is made of safe names."""

    def __init__(self, out: Path, folder: str) -> None:
        """Begin a package in the file `out`, whose files all stand in `folder`."""
        self._zip = zipfile.ZipFile(out, "w")
        self._folder = folder
        self._names: set[str] = set()

    def __enter__(self) -> Package:
        """Return the package itself."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """Finish the file."""
        self._zip.close()

    def put(self, name: str, data: bytes | str, *, packed: bool = True) -> None:
        """Put a file into the package.

        Args:
            name: its path within the folder.
            data: what is in it; text becomes UTF-8.
            packed: whether packing makes it smaller. Pictures are packed already.

        Raises:
            ValueError: the path leads elsewhere, or there is such a file already.
        """
        path = f"{self._folder}/{name}"
        if name in self._names or not re.fullmatch(r"[\w-]+(/[\w-]+)*(\.\w+)+", path, re.ASCII):
            raise ValueError(path)
        self._names.add(name)
        told = zipfile.ZipInfo(path, _FIXED_TIME)
        told.external_attr, told.create_system = _FILE_MODE, 3
        told.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        self._zip.writestr(told, data)


def captions(pictures: Iterable[Captioned]) -> bytes:
    """Return the list of pictures as CSV, in UTF-8, which no spreadsheet will calculate with."""
    out = StringIO(newline="")
    sheet = csv.writer(out)
    sheet.writerow(COLUMNS)
    for one in pictures:
        shown = one.shown
        row = (one.file, one.headline, shown.caption, shown.credit, shown.alternative)
        sheet.writerow([_harmless(cell) for cell in row])
    # Spreadsheets know UTF-8 by this mark.
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_STARTS_A_FORMULA) else cell


def read_me(title: str, stories: Sequence[tuple[str, str]]) -> str:
    """Return the words for the designer.

    Args:
        title: what the package holds.
        stories: the path of each story and its headline, in their order.
    """
    contents = "\n".join(f"  {path}\n      {headline}" for path, headline in stories)
    return README.format(
        title=title,
        contents=contents,
        styles=", ".join(Style),
        marks=", ".join(Mark),
    ).replace("\n", "\r\n")


README = """\
{title}
For Adobe InDesign (CS6 and later)

WHAT IS WHERE
{contents}

  Each story (.icml) is an InCopy file with the whole article: headline, standfirst, byline,
  text, captions, pull quotes, notes and sources. The pictures of an article stand in the folder
  "pictures" beside it, as fine as they were brought, without what cameras wrote into them.
  pictures.csv lists every picture with its caption and credit. Where a cell begins with an
  apostrophe before = + - or @, the apostrophe is not part of the words.

HOW TO PLACE A STORY
  1. In InDesign choose File > Place and pick the .icml file. Hold Shift as you click to let the
     text flow through as many pages as it needs.
  2. Choose "Unlink" in the Links panel if the story is to live in your document alone. Linked,
     it takes a new version of the file, and what you changed by hand is lost.
  3. Give the styles their look. They keep their names from issue to issue: with your own template,
     which has styles of the same names, they should look right at once.
  4. A paragraph in the style "Picture" names the file that belongs there. Place the picture, cut
     the caption and the credit that follow into a frame of their own if you wish, and delete the
     paragraph with the name.

GOOD TO KNOW
  Footnotes are InDesign's own and number themselves. Notes to a table stand below it, with
  letters. Links are InDesign hyperlinks. Bullets and numbers of lists come from their styles.
  The fonts are yours: a style asks for "Bold" or "Italic" of whatever face you give it.

WHEN YOU ARE DONE
  Export PDF/X-4 as the printer asks for, and hand the file back to the editors. They register it
  as the print edition; it is looked at first.

PARAGRAPH STYLES
  {styles}

CHARACTER STYLES
  {marks}
"""
