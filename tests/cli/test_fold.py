"""`masthead fold` looks first, and folds once."""

from __future__ import annotations

import pytest

from masthead.circulation.models import Fold, Folded, Subscription
from masthead.cli import main
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return editorial.magazine(name="The Gazette")


@pytest.fixture
def into(title):
    return make.version(editorial.magazine(name="The Other"))


def fold(title, into, *more: str) -> int:
    return main.main(["fold", title.name, "--into", into.offer.slug, *more])


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_without_execute_it_counts_and_writes_nothing(title, into, capsys, more):
    make.subscription(make.version(title))
    assert fold(title, into, *more) == 0
    said = capsys.readouterr().out
    assert "60.00 EUR" in said
    assert "Nothing was written" in said
    assert not Fold.objects.exists()
    assert Subscription.objects.get().stopped_at is None


def test_with_execute_it_folds_and_again_changes_nothing(title, into, capsys):
    make.subscription(make.version(title))
    assert fold(title, into, "--execute", "--usual", "paid-back", "--copies", "same") == 0
    first = Fold.objects.get()
    assert (first.usual, first.counts) == ("paid-back", "same")
    assert main.main(["fold", "--close"]) == 0
    assert not Folded.objects.exists()
    assert "0 subscriptions" in capsys.readouterr().out


def test_what_is_not_there_is_said_with_what_to_do(title, into, capsys):
    assert main.main(["fold", "Nothing", "--into", into.offer.slug]) == 2
    assert "There are: The Gazette, The Other." in capsys.readouterr().err
    assert main.main(["fold", title.name, "--into", "nothing"]) == 2
    assert main.main(["fold", title.name]) == 2
    assert fold(title, make.version(title), "--execute") == 2
    assert not Fold.objects.exists()
