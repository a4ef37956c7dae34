"""Where sentences begin and end."""

from __future__ import annotations

import re

import sentencex

_NEVER_LAST = re.compile(
    r"(?:^|\s)(?:M|Mme|Mlle|Dr|Mr|Mrs|Ms|Mx|Prof|Gen|Lt|Col|Sgt|Rev|Sen|Rep|Gov|Capt|Cllr|Hon|St|"
    r"No|Nr|Jan|Feb|Aug|Sept|Sep|Oct|Nov|Dec|approx|vs|Fig|Art|pp|p|vol|ca|z\.B|d\.h|bzw)\.$"
)
"""Titles and abbreviations that something always follows, in the languages that we know."""


def split(text: str, language: str) -> list[tuple[int, int]]:
    """Return the beginning and end of each sentence that has a letter or a figure in it.

    The spaces around a sentence are none of it.

    Args:
        text: as displayed.
        language: a BCP 47 tag.
    """
    found: list[tuple[int, int]] = []
    for boundary in sentencex.get_sentence_boundaries(language.split("-")[0].lower(), text):
        start, end = boundary["start_index"], boundary["end_index"]
        if found and _NEVER_LAST.search(text[found[-1][0] : found[-1][1]].rstrip()):
            start = found.pop()[0]
        found.append((start, end))
    return [_trimmed(text, start, end) for start, end in found if re.search(r"\w", text[start:end])]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    said = text[start:end]
    return start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())
