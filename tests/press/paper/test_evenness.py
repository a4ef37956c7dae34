"""Columns are set evenly: no holes between words, no ladders of hyphens."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import masthead
from masthead.manuscript.markdown import from_markdown
from masthead.press.paper import engine
from masthead.testing.press_documents import pressed
from tests.factories.paper import AT, issue_of
from tests.press.paper import word_spaces

ARTICLES = Path(masthead.__file__).parent / "cli" / "lantern" / "articles"


@pytest.fixture(scope="module")
def lantern(tmp_path_factory):
    """Return all articles of The Lantern as an issue, and a picture for each of theirs."""
    folder = tmp_path_factory.mktemp("pictures")
    Image.new("CMYK", (600, 400), (120, 40, 60, 20)).save(folder / "pier.jpg")
    texts = [file.read_text("utf-8") for file in sorted(ARTICLES.glob("*/index.md"))]
    manuscripts = [from_markdown(text) for text in texts]
    keys = {key for one in manuscripts for key in pressed(one, "paper").pictures}
    values = {**issue_of(*manuscripts), "inks": True, "bleed": 3}
    return values, dict.fromkeys(keys, folder / "pier.jpg")


@pytest.mark.parametrize("columns", [2, 3])
def test_words_stand_close_and_lines_end_without_ladders(lantern, tmp_path, columns):
    values, pictures = lantern
    for article in values["articles"]:
        article["layout"]["columns"] = columns
    engine.typeset(values, pictures, tmp_path / "issue.pdf", at=AT, accessible=False)
    even = word_spaces.of(tmp_path / "issue.pdf", values["tokens"]["scale"]["paper"]["text"])
    assert even.lines > 700
    assert even.mean <= 0.30
    assert even.loose <= (0.005 if columns == 2 else 0.02)
    assert even.longest_run <= 4
