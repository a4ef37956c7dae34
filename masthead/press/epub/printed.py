"""On which printed page an article's paragraphs begin, found on the pages themselves.

What was printed is read back, so a folio in a book is where it is on paper. Each paragraph is
looked for by its first letters; lines, hyphens and columns may fall where they like.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from masthead.manuscript.nodes import Block, Heading, PageBreak, Paragraph
from masthead.press.epub.book import Turn
from masthead.press.paper import completeness
from masthead.press.speech.script import displayed

ENOUGH = 24
"""How many letters tell a paragraph from others on the pages of its article."""
WORDS_ENOUGH = 12
"""How many words do, where letters come back in the order in which they are seen."""
_AFTER_INITIAL = 3
"""An initial may stand by itself; the letters after it are in a row."""


def turns(
    blocks: Sequence[Block], pages: Sequence[int], text: dict[int, str], *, begins: bool = True
) -> list[Turn]:
    """Return where in an article a printed page begins, by the block that is first on it.

    A page on which no block begins is given with the next that does.

    Args:
        blocks: of the article, in order.
        pages: those that it stands on, by their folios.
        text: what stands on each, as `text_of` reads it.
        begins: whether its first page begins with it; one before may have begun it.
    """
    if not pages:
        return []
    found = [Turn(str(pages[0]))] if begins else []
    here = 0
    for block in blocks:
        words = _words_of(block)
        there = next(
            (at for at in range(here, len(pages)) if _begins(words, text.get(pages[at], ""))), here
        )
        found += [Turn(str(page), block.id) for page in pages[here + 1 : there + 1]]
        here = there
    return found


def text_of(pdf: Path, *, first: int = 1) -> dict[int, str]:
    """Return the letters on each page of a file, by its folio.

    Args:
        pdf: the file.
        first: the folio of its first page.
    """
    return dict(enumerate(completeness.letters_on_pages(pdf), first))


def _begins(words: str, page: str) -> bool:
    """Say whether words begin on a page; nobody can say so of very few."""
    if not completeness.RIGHT_TO_LEFT.search(words):
        letters = completeness.letters_of(words)[_AFTER_INITIAL : _AFTER_INITIAL + ENOUGH]
        return len(letters) == ENOUGH and letters in page
    first = [completeness.letters_of(word) for word in words.split()[:WORDS_ENOUGH]]
    return len(first) == WORDS_ENOUGH and all(word in page or word[::-1] in page for word in first)


def _words_of(block: Block) -> str:
    if isinstance(block, Paragraph | Heading):
        return displayed(block.children)
    return block.title if isinstance(block, PageBreak) else ""
