import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from masthead.config import checks, machines
from masthead.newsstand.theme import LAMP, Theme
from masthead.production.models import Stroke


@pytest.fixture
def installed(settings, tmp_path):
    """Return a function that changes the installation for one test."""

    def change(**sections):
        installation = settings.INSTALLATION
        for name, changes in sections.items():
            value = (
                replace(getattr(installation, name), **changes)
                if isinstance(changes, dict)
                else changes
            )
            installation = replace(installation, **{name: value})
        settings.INSTALLATION = installation

    change(home=tmp_path, secret_key="abcdefghijklmnopqrstuvwxyz" * 2)
    for folder in ("media", "private", "backups"):
        (tmp_path / folder).mkdir()
    return change


PUBLIC = {
    "server": {"production": True, "behind_proxy": True},
    "magazine": {"address": "https://lantern.news"},
}


def ids(messages) -> list[str]:
    for message in messages:
        assert message.hint, "A complaint without a remedy."
        yield message.id


def test_a_sound_installation_draws_no_complaint(installed):
    installed(**PUBLIC, mail={"host": "mail.lantern.news"})
    for check in (checks.folders, checks.secret, checks.production):
        assert list(check()) == []


def test_a_theme_without_its_files_is_told_of(settings, tmp_path):
    assert list(checks.theme_files()) == []
    found = json.loads((LAMP.folder / "tokens.json").read_text())
    found["ornaments"]["end"] = "fog/end.svg"
    found["fonts"]["text"]["files"][0]["file"] = "fog/fog.woff2"
    (tmp_path / "tokens.json").write_text(json.dumps(found))
    settings.THEME = Theme(tmp_path)
    told = list(checks.theme_files())
    assert list(ids(told)) == ["masthead.E014"] * 2
    assert [name in str(told) for name in ("fog/end.svg", "fog/fog.woff2")] == [True, True]


def test_a_public_magazine_says_whom_to_tell_of_a_weakness_and_until_when(
    installed, time_machine
) -> None:
    time_machine.move_to(datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert list(checks.security_contact()) == []
    installed(**PUBLIC)
    assert list(ids(checks.security_contact())) == ["masthead.W012"]
    contact = {"security": "mailto:security@lantern.news"}
    installed(**PUBLIC, contact=contact)
    assert list(ids(checks.security_contact())) == ["masthead.W012"]
    installed(**PUBLIC, contact=contact | {"security_until": "2026-06-02"})
    assert list(ids(checks.security_contact())) == ["masthead.W013"]
    installed(**PUBLIC, contact=contact | {"security_until": "2026-06-03"})
    assert list(checks.security_contact()) == []


def test_a_missing_folder_is_told(installed, tmp_path):
    (tmp_path / "private").rmdir()
    assert list(ids(checks.folders())) == ["masthead.E001"]


@pytest.mark.parametrize("key", ["short", "a" * 60])
def test_a_weak_secret_is_an_error_in_production_and_a_warning_on_a_desk(installed, key):
    installed(secret_key=key)
    assert [m.is_serious() for m in checks.secret()] == [False]
    installed(**PUBLIC)
    assert [m.is_serious() for m in checks.secret()] == [True]


def test_secrets_that_others_can_read_are_told(installed, tmp_path):
    (tmp_path / ".env").touch()
    (tmp_path / ".env").chmod(0o644)
    assert list(ids(checks.secret())) == ["masthead.W003"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://lantern.example", ["masthead.E004", "masthead.W015"]),
        ("http://lantern.news", ["masthead.E005"]),
        ("http://localhost", ["masthead.E004", "masthead.E005"]),
    ],
)
def test_a_public_magazine_needs_a_real_address_and_https(installed, address, expected):
    installed(
        server={"production": True},
        magazine={"address": address},
        mail={"host": "mail.lantern.news"},
    )
    assert list(ids(checks.production())) == expected


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({"hsts_preload": True}, ["masthead.W016"]),
        ({"hsts_preload": True, "hsts_subdomains": True, "hsts_days": 30}, ["masthead.W016"]),
        ({"hsts_preload": True, "hsts_subdomains": True}, []),
    ],
)
def test_a_wish_that_browsers_makers_will_not_grant_is_told(installed, wishes, expected):
    installed(
        server={"production": True, "behind_proxy": True} | wishes,
        magazine={"address": "https://lantern.news"},
        mail={"host": "mail.lantern.news"},
    )
    assert list(ids(checks.production())) == expected


@pytest.mark.django_db
def test_an_up_to_date_database_draws_no_complaint(installed):
    assert list(checks.database()) == []


@pytest.mark.django_db
def test_pending_migrations_are_told(installed):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="production").delete()
    assert list(ids(checks.database())) == ["masthead.E008"]


def test_a_database_that_does_not_answer_is_told(installed, monkeypatch):
    from django.db import OperationalError

    def refuse(connection):
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(checks, "MigrationExecutor", refuse)
    assert list(ids(checks.database())) == ["masthead.E007"]


@pytest.mark.django_db
def test_work_that_failed_for_good_is_told(installed):
    from tests.production import errands

    result = errands.stumble.enqueue()
    DBTaskResult.objects.get(pk=result.id).set_failed(ValueError("x"))
    assert list(ids(checks.database())) == ["masthead.W009"]


@pytest.mark.django_db
def test_a_public_magazine_without_worker_or_backup_is_told(installed, tmp_path):
    installed(**PUBLIC)
    assert list(ids(checks.database())) == ["masthead.W010", "masthead.W011"]
    Stroke.objects.create(entry="x", struck_for=timezone.now() - timedelta(minutes=1))
    (tmp_path / "backups" / "nightly-2030-01-01.tar.gz").touch()
    assert list(checks.database()) == []


def test_settings_follow_from_the_installation():
    assert not settings.DEBUG
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None


def test_what_django_may_not_say_is_listed_with_reasons_and_no_longer_than_that():
    assert set(settings.SILENCED_SYSTEM_CHECKS) == {
        "auth.E003", "auth.W004",  # A mail address is unique by a constraint of ours.
        "security.W005", "security.W021",  # The owner's choice, in masthead.toml.
    }  # fmt: skip


def test_an_object_storage_and_a_redis_that_do_not_answer_are_told(installed, settings):
    assert list(checks.what_machines_share()) == []
    nowhere = {"bucket": "lantern", "endpoint": "http://127.0.0.1:1"}
    installed(storage=nowhere, redis={"url": "redis://127.0.0.1:1/0"})
    settings.STORAGES = {**settings.STORAGES, **machines.storages(settings.INSTALLATION)}
    settings.CACHES = {**settings.CACHES, "default": machines.cache(settings.INSTALLATION)}
    assert list(ids(checks.what_machines_share())) == ["masthead.E023", "masthead.W024"]
