"""Several give the front orders at once, and none takes back what another has just ordered."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection
from django.utils import timezone

from masthead.circulation import shown
from masthead.edge.orders import Orders
from masthead.newsstand import canary
from masthead.production import page_store
from masthead.production.depot import Depot
from tests.factories import circulation as let
from tests.factories import editorial as make

NETWORK = "192.0.2.0/24"


@pytest.fixture(params=["store", "depot"])
def told(request, monkeypatch):
    """Return the store of one machine, and the depot of several."""
    if request.param == "store":
        return request.getfixturevalue("store")
    depot = Depot(patience=0.2)
    monkeypatch.setattr(page_store, "here", lambda: depot)
    return depot


@pytest.mark.django_db(transaction=True)
def test_a_gate_that_is_shut_while_networks_are_told_stays_shut(told, monkeypatch) -> None:
    let.institution(make.magazine(), networks=(NETWORK,))

    def shut():
        canary.shut(leads_only=True)
        connection.close()

    canary_saw_a_leak = threading.Thread(target=shut)

    def meanwhile(orders, **changes):
        canary_saw_a_leak.start()
        canary_saw_a_leak.join(0.5)
        return replace(orders, **changes)

    monkeypatch.setattr(shown, "replace", meanwhile)
    shown.tell_the_front(at=timezone.now())
    canary_saw_a_leak.join()
    assert told.orders() == Orders(leads_only=True, networks=(NETWORK,))


@pytest.mark.django_db
def test_whoever_orders_hears_whether_that_is_new(told) -> None:
    assert [canary.shut(leads_only=one) for one in (False, True, True, False)] == [
        False, True, False, True,
    ]  # fmt: skip
