"""A key opens what it was made for, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from masthead.edge.locks import ANY_TITLE, Key, Lock, fits, opened_by

NOW = 1_780_000_000
LOCK = Lock(title="gazette", access="subscribers", article="bridge", issue=7)
KEY = Key("grant", "gazette", frozenset({"registered", "metered", "subscribers"}))


def test_a_key_opens_its_title_and_no_other() -> None:
    assert fits(KEY, LOCK, NOW)
    assert not fits(replace(KEY, title="herald"), LOCK, NOW)
    assert fits(replace(KEY, title=ANY_TITLE), LOCK, NOW)


def test_a_key_opens_only_its_classes() -> None:
    assert not fits(replace(KEY, classes=frozenset({"registered"})), LOCK, NOW)
    assert fits(replace(KEY, classes=frozenset({"subscribers"})), LOCK, NOW)


@pytest.mark.parametrize(
    ("issue", "opens"), [(6, False), (7, True), (8, True), (9, False), (None, False)]
)
def test_a_key_for_issues_opens_those_and_nothing_outside_of_issues(issue, opens) -> None:
    assert fits(replace(KEY, issues=(7, 8)), replace(LOCK, issue=issue), NOW) is opens


def test_a_key_for_all_issues_opens_what_stands_in_none() -> None:
    assert fits(KEY, replace(LOCK, issue=None), NOW)


def test_a_key_for_one_article_opens_no_other() -> None:
    key = replace(KEY, article="bridge")
    assert fits(key, LOCK, NOW)
    assert not fits(key, replace(LOCK, article="tunnel"), NOW)


def test_a_key_ends_at_its_second_and_not_after() -> None:
    key = replace(KEY, until=NOW)
    assert fits(key, LOCK, NOW - 0.001)
    assert not fits(key, LOCK, NOW)


def test_an_open_lock_needs_no_key() -> None:
    assert opened_by(replace(LOCK, access="open"), (), NOW) == "open"


def test_a_lock_outside_its_time_opens_for_nobody_not_even_when_it_says_open() -> None:
    for lock in (replace(LOCK, not_before=NOW + 1), replace(LOCK, not_after=NOW)):
        assert opened_by(lock, [KEY], NOW) is None
        assert opened_by(replace(lock, access="open"), [KEY], NOW) is None


def test_the_rule_of_the_first_key_that_fits_is_told() -> None:
    keys = [replace(KEY, rule="gift", article="tunnel"), KEY, replace(KEY, rule="institution")]
    assert opened_by(LOCK, keys, NOW) == "grant"
    assert opened_by(replace(LOCK, title="herald"), keys, NOW) is None
