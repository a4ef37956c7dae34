"""What somebody typed into the search field, understood: words, "phrases", -excluded.

Whatever is typed has a meaning, if only that of nothing: no sign reaches a database but
within a word. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from masthead.editorial.archive import words

LONGEST = 200
"""Signs that are read; nobody asks for more, and programs may be cut short."""

MOST = 12
"""Terms that are looked for."""

_TERM = re.compile(r'(?P<minus>(?:^|(?<=\s))[-\u2212])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow one another, mostly one; or must not, where it is excluded."""

    words: tuple[str, ...]
    excluded: bool = False

    def stems(self, stemmers: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """Return the stems that stand for it in the languages of an archive."""
        ways = {tuple(words.stem(word, name) for word in self.words) for name in stemmers}
        # Who has no accents on the keyboard means the same word.
        plain = [words.fold(word) for word in self.words]
        ways |= {tuple(words.stem(word, name) for word in plain) for name in stemmers}
        return tuple(sorted(ways))


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: ``text`` as it was typed, and its terms."""

    text: str = ""
    terms: tuple[Term, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that an article must have."""
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        """The terms that it must not have."""
        return tuple(term for term in self.terms if term.excluded)


def read(typed: str) -> Question:
    """Return the question that somebody typed; any text is one."""
    text = " ".join(words.normal(typed[:LONGEST]).replace("\x00", " ").split())
    terms = []
    for found in _TERM.finditer(text.translate(_QUOTES)):
        named = words.words(found["phrase"] or found["word"] or "")
        if named:
            terms.append(Term(tuple(named), excluded=bool(found["minus"])))
    return Question(text, tuple(dict.fromkeys(terms))[:MOST])


def replaced(question: Question, corrections: dict[str, str]) -> str:
    """Return the question as it is typed with some words spelt otherwise."""
    said = []
    for term in question.terms:
        spelt = " ".join(corrections.get(word, word) for word in term.words)
        phrase = f'"{spelt}"' if len(term.words) > 1 else spelt
        said.append(f"-{phrase}" if term.excluded else phrase)
    return " ".join(said)
