"""The ground that the other tests stand on."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.db import connection
from wagtail.models import Page


@pytest.mark.django_db
def test_the_database_comes_migrated():
    assert Page.objects.filter(depth=1).count() == 1


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_test_with_real_transactions_leaves_a_whole_database(turn):
    Page.objects.get(depth=1)


def test_files_go_to_a_folder_of_the_workers_own():
    assert "masthead-tests-" in settings.STORAGES["public"]["OPTIONS"]["location"].parent.name


@pytest.mark.django_db
def test_sqlite_waits_for_writers_and_survives_a_power_cut():
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db(transaction=True)
def test_a_thread_keeps_its_connection_from_one_request_to_the_next_for_a_minute():
    Page.objects.first()
    opened = connection.connection
    request_finished.send(None)
    Page.objects.first()
    assert connection.connection is opened
    connection.close_at = connection.close_at - 60
    request_finished.send(None)
    assert connection.connection is None


def test_a_command_gets_a_magazine_of_its_own(magazine: Path):
    assert (magazine / "masthead.sqlite3").stat().st_size > 100_000


def test_each_worker_has_a_database_of_its_own(worker_id: str):
    name = str(connection.settings_dict["NAME"])
    expected = "alone" if worker_id == "master" else worker_id
    assert f"masthead-tests-{expected}-" in name or f"masthead_test_{expected}_" in name
