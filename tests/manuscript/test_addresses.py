"""Which addresses may stand in a manuscript."""

from __future__ import annotations

import pytest

from masthead.manuscript import addresses


@pytest.mark.parametrize(
    "address",
    ["https://a.example/b?c#d", "http://a.example", "HTTPS://A.EXAMPLE", "mailto:a@b.example"],
)
def test_readers_can_follow_the_web_and_mail(address):
    assert addresses.is_public(address)
    assert addresses.may_be_linked(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "\x00javascript:alert(1)",
        " javascript:alert(1)",
        "\u200bjavascript:alert(1)",
        "\u202ejavascript:alert(1)",
        "data:text/html,<b>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://a.example/1",
        "ftp://a.example",
        "intent://a#Intent;end",
    ],
)
def test_whatever_runs_or_reaches_elsewhere_may_not_be_linked(address):
    assert not addresses.is_public(address)
    assert not addresses.may_be_linked(address)


@pytest.mark.parametrize(
    "address", ["", "/articles/x/", "#note-1", "a.jpg", "../b", "//a.example/b"]
)
def test_a_relative_address_may_be_linked_but_is_not_public(address):
    assert not addresses.is_public(address)
    assert addresses.may_be_linked(address)


@pytest.mark.parametrize("kind", sorted(addresses.KINDS_OF_KEY))
def test_a_key_is_the_house_s_own(kind):
    assert addresses.is_key(f"{kind}:1")
    assert addresses.may_be_linked(f"{kind}:1")
    assert not addresses.is_public(f"{kind}:1")


def test_space_around_an_address_makes_it_none_to_follow():
    assert not addresses.is_public(" https://a.example")
    assert not addresses.is_public("https://a.example\n")


def test_no_kind_of_key_is_a_scheme_that_browsers_know():
    known = {"http", "https", "mailto", "javascript", "data", "blob", "file", "ftp", "tel", "about"}
    assert not addresses.KINDS_OF_KEY & known
