"""What circulation tells readers, in the languages there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages import mofile, pofile

from masthead import circulation

ROOM = Path(circulation.__file__).parent
# What the other modules say is for the office.
TO_READERS = (
    "fold_plans",
    "folds",
    "claims",
    "credit_orders",
    "gifts",
    "pauses",
    "presents",
    "receivers",
    "single_copies",
    "single_returns",
)


def catalogue(language: str, kind: str):
    path = ROOM / "locale" / language / "LC_MESSAGES" / f"django.{kind}"
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language) if kind == "po" else mofile.read_mo(file)


def words(catalogue) -> dict[str, tuple[str, ...]]:
    """Return what each text is in that language, one after the other where it has a plural."""
    return {
        one.id if isinstance(one.id, str) else one.id[0]: (
            (one.string,) if isinstance(one.string, str) else tuple(one.string)
        )
        for one in catalogue
        if one.id
    }


@pytest.mark.parametrize("language", sorted(path.name for path in (ROOM / "locale").iterdir()))
def test_whatever_readers_are_told_is_translated(language: str) -> None:
    code = "".join((ROOM / f"{name}.py").read_text() for name in TO_READERS)
    folder = ROOM / "templates/circulation/letters"
    letters = "".join(path.read_text() for path in sorted(folder.glob("*.txt")))
    blocks = re.findall(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate", letters)
    said = {
        *re.findall(r'(?<!\w)_\(\s*"([^"]+)"', code),
        *re.findall(r'{% translate "([^"]+)"', letters),
        *(re.sub(r"{{ (\w+) }}", r"%(\1)s", block) for block in blocks),
    }
    written, compiled = catalogue(language, "po"), catalogue(language, "mo")
    assert len(said) > 45
    assert said - words(written).keys() == set()
    assert words(written) == words(compiled)
    assert list(written.check()) == []
