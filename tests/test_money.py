"""Money is whole minor units; shares and taxes add up to what they were made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.money import Money, half_even, is_known, shared_out, tax_within


def test_amounts_are_said_in_the_units_of_their_currency():
    assert str(Money(1250, "EUR")) == "12.50 EUR"
    assert str(Money(1250, "JPY")) == "1250 JPY"
    assert str(Money(1250, "KWD")) == "1.250 KWD"


def test_what_an_amount_means_does_not_depend_on_how_people_write_prices():
    # Babel gave the forint two digits until 2.18 and none from 2.19 on; the books stay as they are.
    assert str(Money(1250, "HUF")) == "12.50 HUF"
    assert "12.50" in Money(1250, "HUF").in_words_of("en")
    assert "12,50" in Money(1250, "IDR").in_words_of("de")
    assert "1.250" in Money(1250, "IQD").in_words_of("en")


def test_readers_see_amounts_as_their_language_writes_them():
    assert Money(1250, "EUR").in_words_of("en") == "€12.50"
    assert Money(1250, "EUR").in_words_of("fr") == "12,50\xa0€"
    assert Money(1250, "EUR").in_words_of("x-nowhere") == "€12.50"


def test_two_currencies_do_not_add_up():
    with pytest.raises(ValueError, match="add up"):
        Money(1, "EUR") + Money(1, "USD")


def test_currencies_are_known_by_their_three_capitals():
    assert is_known("EUR")
    assert not is_known("eur")
    assert not is_known("XQX")


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=6))
def test_shares_add_up_and_are_near_their_weights(minor, weights):
    if sum(weights) == 0:
        with pytest.raises(ValueError, match="nought"):
            shared_out(minor, weights)
        return
    parts = shared_out(minor, weights)
    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - minor * weight / sum(weights)) < 1


@pytest.mark.parametrize(
    ("minor", "rate", "tax"),
    # Reckoned by hand: 107.00 at 7 % holds 7.00; 119.00 at 19 % holds 19.00.
    [
        (10700, 700, 700),
        (11900, 1900, 1900),
        (999, 700, 65),
        (0, 1900, 0),
        (5, 10_000, 2),
        (7, 10_000, 4),
    ],
)
def test_a_price_contains_its_tax(minor, rate, tax):
    assert tax_within(minor, rate) == tax


@pytest.mark.parametrize(
    ("top", "bottom", "near"), [(1, 2, 0), (3, 2, 2), (5, 2, 2), (7, 4, 2), (5, 4, 1)]
)
def test_halves_go_to_the_even_neighbour(top, bottom, near):
    assert half_even(top, bottom) == near
