"""Letters that no face has: found before the pages are set, and told with where they stand.

The typesetter sets an empty box for such a letter and says nothing, unless it is asked for an
accessible file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from masthead.press.paper import completeness

# What our own faces have for certain: Latin, and what is printed between its letters.
_SURE = re.compile("[\\s!-~\u00a0-\u017f\u2010-\u2015\u2018-\u201e\u2026]+")
_JOINER = "\u200d"
_SKINS = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def unsure(values: Mapping[str, Any]) -> list[str]:
    """Return the letters of an issue that a face may lack, each with its marks, once."""
    texts = [text for _headline, _block, text in _everything(values)]
    return sorted({letter for text in texts for letter in _clusters(text)})


def where(values: Mapping[str, Any], letters: Iterable[str]) -> list[str]:
    """Return where letters stand that no face has, a sentence for each place."""
    told = []
    for letter in letters:
        named = f"“{letter}” ({' '.join(f'U+{ord(one):04X}' for one in letter)})"
        places = {
            f"“{headline}”, block {block}" if block else f"“{headline}”"
            for headline, block, text in _everything(values)
            if letter in text
        }
        told += [
            f"{place}: no face on paper has {named}. Write it in another way."
            for place in sorted(places) or [f"“{values['title']}”"]
        ]
    return told


def _everything(values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the headline, the block and the text of everything that an issue sets."""
    for name in ("title", "publication", "number-and-date"):
        yield values["title"], "", values[name]
    for line in values["colophon"]:
        yield values["title"], "", line
    for article in [*values["before"], *values["articles"]]:
        yield article["headline"], "", article["layout"]["department"]
        for block, text in completeness.passages(article):
            yield article["headline"], block, text


def _clusters(text: str) -> Iterator[str]:
    """Yield what is one letter to a reader: a sign, its marks, and what is joined to it."""
    cluster = ""
    for sign in _SURE.sub(" ", text) + " ":
        joins = unicodedata.category(sign) in ("Mn", "Me", "Cf") or sign in _SKINS
        joined = joins or cluster.endswith(_JOINER)
        if not (joined and cluster):
            if cluster and any(unicodedata.category(one) not in ("Cf", "Zs") for one in cluster):
                yield cluster
            cluster = ""
        if sign != " ":
            cluster += sign
