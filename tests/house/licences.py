"""Refuse dependencies whose licence would bind a magazine's own code.

Run by `bin/lint`. Looks at every package installed in this environment. GPL and AGPL are
refused; LGPL is accepted only for what nobody is made to install: the extras, and what
only tests need, each named below with its reason.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions

ACCEPTED = {
    "espeakng-loader": "holds GPL; only with the extra masthead[voice], and only run as a program",
    "num2words": "LGPL; only with the extra masthead[voice], unmodified and replaceable",
    "piper-tts": "GPL; only with the extra masthead[piper], and only run as a program",
    "psycopg": "LGPL; only with the extra masthead[postgresql], unmodified and replaceable",
    "psycopg-binary": "LGPL; only with the extra masthead[postgresql], unmodified and replaceable",
}

_STRONG = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
_WEAK = re.compile(r"LGPL|GNU (Lesser|Library)", re.IGNORECASE)


def licence(package: Distribution) -> str:
    """Return what a package says of its licence, in the best words it has."""
    told = package.metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    classifiers = [
        line.split(" :: ")[-1]
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::") and line.count("::") > 1
    ]
    # Some put the whole text of the licence into this field; its first line is its name.
    return "; ".join(classifiers) or str(told.get("License") or "").strip().split("\n")[0]


def complaint(name: str, words: str) -> str | None:
    """Return why a package with that licence cannot be used, or nothing."""
    if name in ACCEPTED:
        return None
    if not words:
        return "names no licence"
    # "A OR B" lets us choose the better one; "-or-later" is part of a name.
    choices = re.split(r"(?<!-)\bor\b(?!-)", words, flags=re.IGNORECASE)
    if all(_STRONG.search(choice) or _WEAK.search(choice) for choice in choices):
        return f"is under {words}"
    return None


def complaints() -> Iterator[str]:
    """Yield one line for each package that cannot be used."""
    for package in sorted(distributions(), key=lambda one: one.name.lower()):
        if why := complaint(package.name.lower().replace("_", "-"), licence(package)):
            yield f"{package.name} {package.version} {why}."


if __name__ == "__main__":
    found = list(complaints())
    for line in found:
        print(line)
    if found:
        print("Choose another package, or accept it with a reason in tests/house/licences.py.")
    sys.exit(bool(found))
