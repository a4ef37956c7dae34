"""How names and words are said that a voice would mispronounce.

An entry may be a word, several, or a whole sentence, which is then said otherwise altogether.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache


@dataclass(frozen=True)
class Entry:
    """How one thing that is written is said."""

    written: str
    said: str
    """In letters that any voice reads rightly."""
    ipa: str = ""
    """The same in the International Phonetic Alphabet, for programs that read it."""
    language: str = ""
    """A BCP 47 tag, which stands for its regions too; empty for every language."""
    whole_words: bool = True
    """Whether it is left alone within a longer word."""
    case_matters: bool = True

    def is_for(self, language: str) -> bool:
        """Say whether it holds for words of a language."""
        own, other = self.language.lower(), language.lower()
        return not own or other == own or other.startswith(f"{own}-")


@dataclass(frozen=True)
class Lexicon:
    """Entries; of two that would fit, the longer is taken, then the one that comes first."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Lexicon:
        """Return a lexicon of what is said by what is written, for every language."""
        return cls(tuple(Entry(written, one) for written, one in said.items()))

    def for_language(self, language: str) -> Found | None:
        """Return what looks for its entries in words of a language; None where there are none."""
        those = tuple(
            sorted(
                (one for one in self.entries if one.written.strip() and one.is_for(language)),
                key=lambda one: -len(one.written),
            )
        )
        return _found(those) if those else None


@dataclass(frozen=True)
class Found:
    """Looks for entries in a text."""

    entries: tuple[Entry, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return a pattern with a group for each entry, in their order."""
        return re.compile("|".join(f"({_written(one)})" for one in self.entries))

    def said(self, match: re.Match[str]) -> str:
        """Return how what was found is said."""
        return self.entries[(match.lastindex or 1) - 1].said


@lru_cache(maxsize=64)
def _found(entries: tuple[Entry, ...]) -> Found:
    return Found(entries)


def _written(entry: Entry) -> str:
    """Return a pattern for what is written, however its spaces and apostrophes are."""
    words = r"\s+".join(re.escape(word) for word in entry.written.split())
    words = re.sub("['’]", "['’]", words)
    if entry.whole_words:
        words = rf"(?<!\w){words}(?!\w)"
    return words if entry.case_matters else f"(?i:{words})"


def as_pls(entries: Iterable[Entry], language: str) -> str:
    """Return those entries that hold for a language as a Pronunciation Lexicon (W3C PLS 1.0).

    Args:
        entries: see `Lexicon`; where two are written alike, the first is taken.
        language: a BCP 47 tag. A file of this kind is in one language.
    """
    taken: dict[str, Entry] = {}
    for one in entries:
        if one.is_for(language) and one.written.strip():
            taken.setdefault(" ".join(one.written.split()), one)
    lexemes = "".join(_lexeme(written, one) for written, one in sorted(taken.items()))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" '
        f'xml:lang="{html.escape(language)}">\n{lexemes}</lexicon>\n'
    )


def _lexeme(written: str, entry: Entry) -> str:
    lines: Sequence[tuple[str, str]] = (
        ("grapheme", written),
        # The first that is there is the one that is wanted.
        ("phoneme", entry.ipa),
        ("alias", entry.said),
    )
    told = "".join(
        f"    <{name}>{html.escape(_for_xml(value), quote=False)}</{name}>\n"
        for name, value in lines
        if value.strip()
    )
    return f"  <lexeme>\n{told}  </lexeme>\n"


def _for_xml(value: str) -> str:
    """Return words without the signs that XML cannot hold."""
    kept = re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", value)
    return " ".join(kept.split())
