"""Whether everything that went into the typesetter has come out on a page.

The typesetter can lose a thing without a word, so every edition is read back before it is
given to anybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from masthead.press.paper import pdfium

PLAIN = (
    *("said", "permission", "by", "label", "value", "unit", "facts", "source", "title", "see"),
    *("credit", "text", "denial", "quote"),
)
"""The values of a block that are plain text and printed."""

SHORTEST = 8
"""How many letters a piece of a passage needs to be no accident."""

UNSURE = 0.02
"""The share of joined letters that may come back from a page as others than they were."""

NAMED = 60
"""How many characters of a lost passage are told: enough to find it by."""

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def lost(values: Mapping[str, Any], pdf: Path) -> list[str]:
    """Return what is missing from the pages, a sentence for each; empty if nothing is.

    Every paragraph, heading, caption, note, quotation, item and cell is looked for by its
    letters alone: lines, hyphens and pages may fall where they like. Of writing that runs
    from right to left, which comes back from a page in the order in which it is seen, an
    article's letters are counted instead; where they do not come to what they should, because
    another article has the same letters, its words are looked for one by one in both directions.
    """
    page_text = letters_of("\n".join(_texts_of(pdf)))
    left_over = Counter(RIGHT_TO_LEFT.findall(page_text))
    missing = [
        f"The correction of {one['about']} is on no page."
        for one in values["corrections"]
        for words in one.values()
        if not _stands_but_for_the_right(letters_of(words), page_text)
    ]
    for article in [*values["before"], *values["articles"]]:
        named = f"“{article['headline']}”"
        # What stands in the contents stands on two pages.
        again = (article[name] for name in ("kicker", "headline", "standfirst"))
        wanted = Counter(RIGHT_TO_LEFT.findall(letters_of("".join(again))))
        words: set[str] = set()
        for block, passage in passages(article):
            letters = letters_of(passage)
            wanted.update(RIGHT_TO_LEFT.findall(letters))
            words |= {"".join(RIGHT_TO_LEFT.findall(letters_of(one))) for one in passage.split()}
            if not _stands_but_for_the_right(letters, page_text):
                told = passage[:NAMED].strip()
                where = f", block {block}" if block else ""
                missing.append(f"{named}{where}: these words are on no page: “{told}”.")
        short = (wanted - left_over).total()
        seen = all(word in page_text or word[::-1] in page_text for word in words)
        if short > UNSURE * wanted.total() and not seen:
            missing.append(f"{named}: {short} letters of {wanted.total()} are on no page.")
        left_over -= wanted
    return missing


def letters_on_pages(pdf: Path) -> list[str]:
    """Return the letters on each page, as `letters_of` has them."""
    return [letters_of(text) for text in _texts_of(pdf)]


def _texts_of(pdf: Path) -> list[str]:
    with pdfium.opened(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def letters_of(text: str) -> str:
    """Return the letters and figures of a text in one form, without marks or spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _stands_but_for_the_right(letters: str, page_text: str) -> bool:
    """Say whether all of a passage is there that is not written from the right."""
    return all(_stands_in(piece, page_text) for piece in RIGHT_TO_LEFT.split(letters))


def _stands_in(letters: str, page_text: str) -> bool:
    """Say whether a passage is there whole, or in pieces between which a page ended."""
    if not letters or letters in page_text:
        return True
    # What stands at the foot of a page, or a picture, may cut a passage: every piece of it
    # must still be there, and be long enough to be no accident.
    start = 0
    while start < len(letters):
        end = start + min(SHORTEST, len(letters) - start)
        if letters[start:end] not in page_text:
            return False
        while end < len(letters) and letters[start : end + 1] in page_text:
            end += 1
        start = end
    return True


def passages(article: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the block and the words of everything that an article sets."""
    for name in ("kicker", "headline", "standfirst", "place"):
        yield "", article[name]
    if article["sources"]:
        yield "", article["words"]["sources"]
    for name in ("bylines", "sources", "corrections"):
        for line in article[name]:
            yield "", line
    blocks = [*filter(None, [article["figure"]]), *article["blocks"]]
    for block in blocks:
        yield from _of_block(block)


def _of_block(block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = block["id"]
    for key in PLAIN:
        if isinstance(block.get(key), str):
            yield name, block[key]
    for key in ("words", "caption"):
        for run in _runs(block.get(key, [])):
            yield name, run
    for row in [block.get("header", []), *block.get("rows", [])]:
        for cell in row:
            for run in _runs(cell):
                yield name, run
    for note in block.get("notes", []):
        for run in _runs(note["words"]):
            yield name, run
    for inner in [*block.get("blocks", []), *block.get("figures", [])]:
        yield from _of_block(inner)
    for item in block.get("items", []):
        for inner in item:
            yield from _of_block(inner)


def _runs(words: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the text of words, whole; and that of each note, which stands elsewhere."""
    whole: list[str] = []
    notes: list[Mapping[str, Any]] = []
    _gather(words, whole, notes)
    # A note's number stands between the words that it parts.
    yield from "".join(whole).split("\0")
    for note in notes:
        yield from _runs(note["words"])


def _gather(
    words: list[Mapping[str, Any]], whole: list[str], notes: list[Mapping[str, Any]]
) -> None:
    for word in words:
        if word["kind"] == "note":
            whole.append("\0")
            notes.append(word)
        elif word["kind"] == "note_again":
            whole.append("\0")
        elif word["kind"] == "break":
            whole.append(" ")
        elif "text" in word:
            whole.append(word["text"])
        else:
            _gather(word["words"], whole, notes)
