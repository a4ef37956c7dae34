"""Keys, secrets and card numbers stand nowhere: not in logs, not in the database, not on pages."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from django.apps import apps
from django.core import serializers

from masthead.payments import attempts, notices, reconciliation, sweeping, ways
from masthead.payments.provider import NotSigned
from masthead.testing.payment_providers import NOW
from tests.payments.conftest import Till

pytestmark = pytest.mark.django_db

KEY, SECRET = "sk_test_canary7h2k", "whsec_canary9f3d"


@pytest.fixture
def told(till: Till, settings, caplog) -> Till:
    """Do everything, let everything go wrong once, and keep every word that is logged."""
    caplog.set_level(logging.DEBUG)
    card, bank = settings.INSTALLATION.ways
    secrets = {"key": KEY, "webhook_secret": SECRET}
    settings.INSTALLATION = replace(
        settings.INSTALLATION, ways=(replace(card, secrets=secrets), bank)
    )
    till.service.secret = SECRET
    before = till.paid()
    for fault in (
        {"kind": "drop"},
        {"kind": "refuse"},
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 500},
    ):
        till.service.order("fault", **fault)
        till.send(till.renew(before))
    till.charges_later(before.provider_ref, "hard")
    till.send(till.renew(before))
    till.send(till.refund(before, 100))
    for headers, body in till.notices(NOW):
        notices.receive("card", headers, body, at=NOW)
        with pytest.raises(NotSigned):
            notices.receive("card", headers, body + b" ", at=NOW)
    sweeping.sweep(at=NOW)
    reconciliation.compare(at=NOW)
    return till


def test_logs_name_no_key_and_no_secret(told, caplog):
    logged = [record.getMessage() for record in caplog.get_records("setup")]
    assert any("Nobody knows yet" in one for one in logged)
    for word in (KEY, SECRET):
        assert not [one for one in logged if word in one]


def test_the_database_holds_no_key_no_secret_and_no_card_number(told):
    rows = [
        row
        for model in apps.get_models()
        if model._meta.app_label in ("payments", "django_tasks_db")
        for row in model._default_manager.all()
    ]
    dump = serializers.serialize("json", rows)
    assert "•••• 4242" in dump or "\\u2022\\u2022\\u2022\\u2022 4242" in dump
    for word in (KEY, SECRET):
        assert word not in dump
    assert not re.search(r"(?<!\d)4\d{15}(?!\d)", dump)


def test_what_is_printed_of_ways_and_the_installation_holds_no_secret(told, settings):
    for thing in (settings.INSTALLATION, ways._table("card"), settings.INSTALLATION.ways):
        assert KEY not in repr(thing)
        assert SECRET not in repr(thing)


def test_an_error_page_of_the_notices_tells_nothing(told, client):
    answer = client.post("/payments/card/notices/", b"x", content_type="application/json")
    assert answer.status_code == 400
    assert KEY not in answer.content.decode()


def test_the_provider_is_told_no_more_than_it_needs(told):
    asked = attempts._wanted(told.begin())
    assert asked.email
    assert not {"name", "address", "phone"} & {*asked.__dataclass_fields__}
