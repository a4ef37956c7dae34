"""What a BCP 47 language tag tells about the words under it."""

from __future__ import annotations

from typing import Literal

Direction = Literal["ltr", "rtl"]

# Unicode's own data: languages whose usual script, and scripts that, run from the right.
_LANGUAGES = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)
_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})


def direction(language: str) -> Direction:
    """Return which way a language is written; a script in the tag has the last word."""
    primary, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), "")
    runs_from_the_right = script in _SCRIPTS if script else primary in _LANGUAGES
    return "rtl" if runs_from_the_right else "ltr"
