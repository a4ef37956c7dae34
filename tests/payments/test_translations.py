"""What payers are told, on paper and on pages, in the languages there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages import mofile, pofile

from masthead import payments
from masthead.payments.models import Attempt

ROOM = Path(payments.__file__).parent
# What the other modules say is for the office.
TO_PAYERS = ("papers", "methods", "providers/by_hand", "providers/transfer")
TO_OWNERS = {"Write %(option)s under [payments.%(way)s]."}


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_whatever_payers_are_told_is_translated(language: str) -> None:
    code = "".join((ROOM / f"{name}.py").read_text() for name in TO_PAYERS)
    said = {*re.findall(r'(?<!\w)_\(\s*"([^"]+)"', code), "Card", "Payment"} - TO_OWNERS
    with (ROOM / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        written = pofile.read_po(file, locale=language)
    with (ROOM / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = mofile.read_mo(file)
    words = {one.id: one.string for one in written if one.id}
    assert said - words.keys() == set()
    assert {str(state.label) for state in Attempt.State} - words.keys() == set()
    assert words == {one.id: one.string for one in compiled if one.id}
    assert list(written.check()) == []
