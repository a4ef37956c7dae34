"""The contents of a book, for people and for reading systems: articles, printed pages, landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from masthead.press.epub import markup
from masthead.press.epub.book import Book
from masthead.press.epub.markup import told


@dataclass(frozen=True)
class Entry:
    """A line of the contents. ``href`` is where it leads; ``department`` what it stands under."""

    title: str
    href: str
    department: str = ""
    language: str = ""
    direction: str = "ltr"


@dataclass(frozen=True)
class Landmark:
    """A place that a reading system has a button for; ``kind`` as the vocabulary of books has it."""

    kind: str
    title: str
    href: str


def nav(
    book: Book,
    entries: Sequence[Entry],
    pages: Sequence[tuple[str, str]],
    landmarks: Sequence[Landmark],
) -> str:
    """Return the navigation document.

    Args:
        book: the book.
        entries: in the order of the book; those of one department that follow one another
            stand under it.
        pages: the folio of each printed page and where it begins.
        landmarks: see the class.
    """
    said = book.phrases
    rows = []
    for department, found in groupby(entries, key=lambda one: one.department):
        lines = "\n".join(map(_line, found))
        if department:
            heading = f"<span>{told(department)}</span>"
            lines = f"<li>{heading}\n<ol>\n{lines}\n</ol></li>"
        rows.append(lines)
    inner = "\n".join(rows)
    body = (
        f'<nav epub:type="toc" role="doc-toc" id="toc" aria-labelledby="toc-heading">\n'
        f'<h1 id="toc-heading">{told(said.contents)}</h1>\n<ol>\n{inner}\n</ol></nav>'
    )
    if pages:
        listed = "".join(
            f'<li><a href="{told(href)}">{told(folio)}</a></li>\n' for folio, href in pages
        )
        body += (
            '\n<nav epub:type="page-list" role="doc-pagelist" hidden="hidden"'
            f' aria-label="{told(said.pages)}">\n<ol>\n{listed}</ol></nav>'
        )
    marks = "".join(
        f'<li><a epub:type="{one.kind}" href="{told(one.href)}">{told(one.title)}</a></li>\n'
        for one in landmarks
    )
    body += (
        f'\n<nav epub:type="landmarks" hidden="hidden" aria-label="{told(said.landmarks)}">\n'
        f"<ol>\n{marks}</ol></nav>"
    )
    return markup.page(said.contents, body, book.language, book.direction, "frontmatter", depth=0)


def _line(entry: Entry) -> str:
    language = f' lang="{told(entry.language)}" dir="{entry.direction}"' if entry.language else ""
    return f'<li><a href="{told(entry.href)}"{language}>{told(entry.title)}</a></li>'
