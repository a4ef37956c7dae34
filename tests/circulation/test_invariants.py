"""Whatever happens, in whatever order: copies and money are neither lost nor made.

Hypothesis plays acts to the real verbs and to a second opinion (`reference.py`), and both have to
come to the same. At the end of each play the invariants are worked out once more from the rows
alone. Then bugs are planted in the verbs, and each of them has to be found: a test of this test.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import Phase, seed, settings

from tests.circulation.planted import BUGS, FOUND_BY_SEARCH
from tests.circulation.planted_gifts import BUGS_OF_GIFTS
from tests.circulation.plays import ISSUES, STARTS, Play, Stage, search
from tests.circulation.scripts import SCRIPTS, SCRIPTS_OF_GIFTS, Act

pytestmark = pytest.mark.django_db


@pytest.fixture
def play() -> type[Play]:
    """Return plays upon a stage of their own."""
    return type("Play", (Play,), {"stage": Stage(ISSUES)})


@pytest.fixture
def short_play() -> type[Play]:
    """Return plays upon one with few issues, which is built sooner."""
    return type("Play", (Play,), {"stage": Stage(6)})


@pytest.mark.parametrize("part", [1, 2, 3])
def test_copies_and_money_are_neither_lost_nor_made(play, part):
    # In parts, so that workers share them: as many as a search looks at, three times over.
    if settings().derandomize:
        play = seed(part)(play)
    search(play, settings().max_examples)


def perform(of: type[Play], script: list[Act]) -> None:
    """Play what is written, and look at everything after each act, as a search does."""
    play = of()
    try:
        play.begin(start=STARTS[0], zone="UTC", offer=script[0][1]["offer"])
        for act, how in script[1:]:
            getattr(play, act)(**how)
            play.the_books_come_to_the_same()
            play.the_same_copies_were_served()
    except BaseException:
        transaction.set_rollback(True)
        play.savepoint.__exit__(None, None, None)
        raise
    play.teardown()


ALL_SCRIPTS = SCRIPTS | SCRIPTS_OF_GIFTS


@pytest.mark.parametrize("name", ALL_SCRIPTS)
def test_it_goes_as_it_is_written(name, short_play):
    perform(short_play, ALL_SCRIPTS[name])


ALL_BUGS = BUGS | BUGS_OF_GIFTS


@pytest.mark.parametrize("bug", ALL_BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug, short_play, monkeypatch):
    bug(monkeypatch)
    with pytest.raises(Exception) as found:  # noqa: PT011 - an assertion, or the database's own
        perform(short_play, ALL_SCRIPTS[ALL_BUGS[bug]])
    assert not isinstance(found.value, AttributeError | NameError | TypeError)


@pytest.mark.skipif(settings().max_examples < 1000, reason="takes long: bin/test --thorough")
@pytest.mark.parametrize("bug", FOUND_BY_SEARCH, ids=lambda bug: bug.__name__)
def test_a_search_finds_the_bug_by_itself(bug, play, monkeypatch):
    bug(monkeypatch)
    with pytest.raises(Exception) as found:  # noqa: PT011 - an assertion, or the database's own
        # The same plays each time, and none made smaller: it only has to be found.
        search(play, 3000, derandomize=True, database=None, phases=[Phase.generate])
    assert not isinstance(found.value, AttributeError | NameError | TypeError)
