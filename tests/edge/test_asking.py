"""What browsers ask for in their headers, by RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.edge import asking

PACKED = ("", "gzip", "br")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, ""),
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0.5, br; q=0.5", "br"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
        ("identity, gzip;q=0.1", ""),
        ("br;q=0, gzip;q=0", ""),
        ("br;q=many", ""),
        ("deflate", ""),
    ],
)
def test_a_page_travels_in_the_coding_that_the_browser_likes_best(accepted, coding):
    assert asking.coding(accepted, PACKED) == coding


def test_what_is_not_packed_is_not_promised():
    assert asking.coding("br, gzip", ("", "gzip")) == "gzip"
    assert asking.coding("br, gzip", ("",)) == ""


@pytest.mark.parametrize(
    ("known", "has_it"),
    [
        (None, False),
        ("", False),
        ("*", True),
        ('"a-br"', True),
        ('W/"a-br"', True),
        ('"x", W/"y" , "a-br"', True),
        ('"a-gzip"', False),
        ("a-br", False),
    ],
)
def test_a_validator_is_found_among_those_a_browser_names(known, has_it):
    assert asking.has_it(known, '"a-br"') is has_it


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, None),
        ("items=0-1", None),
        ("bytes=0-1,5-6", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-3", None),
        ("bytes=x-3", None),
        ("bytes=٣-٥", None),
        (f"bytes=0-{'1' * 4301}", None),
        (f"bytes={'1' * 4301}-", None),
        (f"bytes=-{'1' * 4301}", None),
        ("bytes=0-99", (0, 100)),
        ("bytes=100-", (100, 1000)),
        ("bytes=-10", (990, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=1000-", False),
        ("bytes=-0", False),
    ],
)
def test_one_part_of_a_page_can_be_asked_for(asked, part):
    assert asking.byte_range(asked, 1000) == part


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(1, 2000))
def test_a_part_lies_within_the_page(first, last, size):
    part = asking.byte_range(f"bytes={first}-{last}", size)
    if isinstance(part, tuple):
        assert 0 <= part[0] < part[1] <= size
        assert part[0] == first


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (None, ""),
        ("", ""),
        ("pass=abc", "abc"),
        ("a=b; pass=abc; c=d", "abc"),
        ("pass=first; pass=second", "first"),
        ("xpass=abc", ""),
        ("pass2=abc; other=pass", ""),
        ("pass", ""),
        ("pass=a=b", "a=b"),
    ],
)
def test_a_cookie_is_found_by_exactly_its_name(header, value):
    assert asking.cookie(header, "pass") == value


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", ""),
        ("utm_source=letter&utm_medium=mail", ""),
        ("fbclid=1", ""),
        ("page=2&utm_source=letter", "page=2"),
        ("utm", "utm"),
        ("gift=abc", "gift=abc"),
    ],
)
def test_what_others_append_for_their_counting_is_not_heard(query, left):
    assert asking.without_noise(query, frozenset({"utm_*", "fbclid"})) == left
