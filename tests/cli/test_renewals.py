"""`masthead renewals` looks first, and charges when told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.circulation import renewal_letters
from masthead.circulation.models import Order
from masthead.cli import main
from masthead.payments import ways
from tests.circulation import renewing
from tests.circulation.renewing import Till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(monkeypatch):
    till = Till()
    monkeypatch.setattr(ways, "named", till.named)
    return till


@pytest.fixture
def title():
    title = renewing.title()
    renewing.subscriber(renewing.version(title))
    renewing.subscriber(renewing.version(title), with_card=False)
    renewing.out(title, 3)
    renewal_letters.remind(title, at=datetime.now(UTC) - timedelta(days=10))
    return title


def test_looking_tells_sums_and_reasons_and_charges_nobody(title, till, capsys):
    assert main.main(["renewals"]) == 0
    said = capsys.readouterr().out
    assert "60.00 EUR" in said
    assert "no way to pay was left" in said
    assert not till.asked
    assert not Order.objects.filter(kind="renewal").exists()


def test_executing_charges_those_who_are_due(title, till, capsys):
    assert main.main(["renewals", "--execute", "--most", "1"]) == 0
    assert "charged" in capsys.readouterr().out
    assert len(till.asked) == 1


def test_a_stopped_magazine_charges_nobody_until_it_goes_on(title, till, capsys):
    assert main.main(["renewals", "--stop", "A wrong price"]) == 0
    assert main.main(["renewals", "--execute"]) == 2
    assert "A wrong price" in capsys.readouterr().err
    assert not till.asked
    assert main.main(["renewals", "--go-on"]) == 0
    assert main.main(["renewals", "--execute"]) == 0
    assert len(till.asked) == 1


def test_a_number_that_is_none_is_refused(title, till):
    assert main.main(["renewals", "--execute", "--most", "0"]) == 2
    assert not till.asked
