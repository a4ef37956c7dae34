"""English is said as people say it: every line of english.tsv."""

from __future__ import annotations

from pathlib import Path

import pytest

from masthead.press.speech import english

LINES = (Path(__file__).parent / "english.tsv").read_text("utf-8").splitlines()
CASES = [tuple(line.split("\t")) for line in LINES if line and not line.startswith("#")]


def test_the_table_is_as_long_as_it_ought_to_be():
    assert len(CASES) >= 150
    assert len({printed for printed, _said in CASES}) == len(CASES)


@pytest.mark.parametrize(("printed", "said"), CASES, ids=[printed for printed, _said in CASES])
def test_it_is_said(printed, said):
    assert english.spoken(printed) == said
