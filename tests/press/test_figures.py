"""Figures are drawn as what they are, or not at all."""

import pytest

from masthead.press.figures import shares


@pytest.mark.parametrize(
    ("before", "now", "language", "drawn"),
    [
        ("1,250", "2,500", "en", (0.5, 1)),
        ("1.250", "2.500", "de", (0.5, 1)),
        ("1 250,5", "2 501", "fr", (0.5, 1)),
        ("١٢", "٢٤", "ar", (0.5, 1)),
        # Where a region writes them otherwise than its language does elsewhere.
        ("1,250", "2.5", "es-MX", (1, 0.002)),
        ("1.250", "2,5", "es", (1, 0.002)),
        ("1’250", "2’500", "de-CH", (0.5, 1)),
        ("1'250", "2’500", "de-CH", (0.5, 1)),
        ("1,00,000", "2,00,000", "en-IN", (0.5, 1)),
        ("1,250", "2,500", "en-x-lantern", (0.5, 1)),
    ],
)
def test_figures_are_read_as_their_readers_write_them(before, now, language, drawn):
    assert shares(before, now, language) == pytest.approx(drawn)


@pytest.mark.parametrize(
    ("before", "now"),
    [("", "5"), ("five", "5"), ("-5", "5"), ("0", "0"), ("NaN", "5"), ("5", "NaN"),
     ("5", "inf"), ("1e999", "5"), ("1.25.0", "5")],
)  # fmt: skip
def test_what_cannot_be_compared_is_not_drawn(before, now):
    assert shares(before, now, "en") is None


@pytest.mark.parametrize("language", ["", "tlh", "-", "en_"])
def test_in_a_language_that_nobody_has_described_nothing_is_drawn(language):
    assert shares("1", "2", language) in (None, (0.5, 1))
