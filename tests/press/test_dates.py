"""Days stand in the article's language, as its readers write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from masthead.manuscript.gate import Decision
from masthead.press import plain, web
from masthead.press.dates import day_in, moment_in
from masthead.testing import golden
from masthead.testing.press_documents import pressed

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-GB", "2 March 2026"),
        ("en-US", "March 2, 2026"),
        ("it", "2 marzo 2026"),
        ("de", "2. März 2026"),
        ("de-1996", "2. März 2026"),
        ("ar", "2 مارس 2026"),
        ("fr-CH", "2 mars 2026"),
        ("ja", "2026年3月2日"),
    ],
)
def test_a_day_reads_as_in_its_language(language, words):
    assert day_in(language, DAY) == words


@pytest.mark.parametrize("language", ["tlh", "", "-", "no such language", "../../etc"])
def test_in_a_language_that_nobody_described_a_day_is_numbers(language):
    assert day_in(language, DAY) == "2026-03-02"


def test_a_moment_names_its_zone():
    moment = datetime(2026, 3, 3, 18, 5, tzinfo=UTC)
    assert moment_in("it", moment) == "3 marzo 2026, 18:05 UTC"
    east = moment.astimezone(timezone(timedelta(hours=1), "CET"))
    assert moment_in("de", east) == "3. März 2026, 19:05 CET"


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("it", "2 marzo 2026", "3 marzo 2026, 18:05 UTC"),
        ("de", "2. März 2026", "3. März 2026, 18:05 UTC"),
        ("ar", "2 مارس 2026", "3 مارس 2026"),
    ],
)
def test_an_article_has_no_month_of_another_language(language, day, moment):
    front = replace(golden.MANUSCRIPT.front, language=language)
    document = pressed(replace(golden.MANUSCRIPT, front=front))
    full = Decision("full", "test")
    printed = web.render(document, full), plain.render(document, full)
    for text in printed:
        assert day in text
        assert moment in text
        # The key figure's "March 2026" is the author's, and so is the note's "March".
        assert "2 March" not in text
        assert "January" not in text
