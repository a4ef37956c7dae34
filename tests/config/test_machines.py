"""What a magazine needs that has outgrown one machine, and what stays as it is where it has not."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string

from masthead.config import machines, together
from masthead.config.installation import BrokenInstallation, Installation, read
from masthead.config.storage import NoAddress

SECRET = {"MASTHEAD_SECRET_KEY": "x" * 50}
ALL = """
[database]
url = "postgresql://magazine@db.internal/magazine"
[storage]
bucket = "lantern"
endpoint = "http://127.0.0.1:1"
[redis]
url = "redis://127.0.0.1:1/0"
[nodes]
several = true
"""


@pytest.fixture
def home(tmp_path):
    return tmp_path


def installed(home, text="", **environment) -> Installation:
    (home / "masthead.toml").write_text(text)
    return read(home, {**SECRET, **environment})


def faults(home, text) -> list[str]:
    with pytest.raises(BrokenInstallation) as broken:
        installed(home, text)
    return [str(fault) for fault in broken.value.faults]


def without(key: str) -> str:
    return "\n".join(line for line in ALL.splitlines() if not line.startswith(key))


def test_one_machine_needs_none_of_it(home):
    alone = installed(home)
    assert set(machines.storages(alone)) == {"public", "private", "default"}
    assert machines.storages(alone)["private"]["BACKEND"].endswith("PrivateStorage")
    assert machines.cache(alone)["BACKEND"].endswith("SharedCache")
    assert machines.tasks(alone)["BACKEND"] == "django_tasks_db.DatabaseBackend"


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ('url = "postgresql', "[database] url"),
        ("bucket", "[storage] bucket"),
        ('url = "redis', "[redis] url"),
    ],
)
def test_several_machines_need_a_database_a_bucket_and_redis_and_each_is_named(home, key, where):
    (fault,) = faults(home, without(key))
    assert where in fault
    assert fault.endswith(".")


def test_workers_elsewhere_cannot_reach_sqlite(home):
    (fault,) = faults(home, '[redis]\nurl = "redis://127.0.0.1/0"\n')
    assert "SQLite" in fault


def test_what_is_not_installed_is_named_with_how_to_install_it(home, monkeypatch):
    monkeypatch.setattr(together, "find_spec", lambda name: None)
    assert sum("pip install 'masthead[nodes]'" in one for one in faults(home, ALL)) == 3


@pytest.mark.parametrize(
    "wrong",
    ['[redis]\nurl = "localhost"\n', '[storage]\nendpoint = "s3.example"\n', "[nodes]\npatience_seconds = 1\n"],
)  # fmt: skip
def test_slips_of_the_pen_are_told(home, wrong):
    assert len(faults(home, wrong)) == 1


def test_secrets_come_from_the_environment_and_are_printed_nowhere(home):
    several = installed(
        home,
        without('url = "redis'),
        MASTHEAD_REDIS_URL="rediss://:secret-of-redis@redis.internal/0",
        MASTHEAD_STORAGE_KEY="the-key",
        MASTHEAD_STORAGE_SECRET="secret-of-storage",
    )
    options = machines.storages(several)["private"]["OPTIONS"]
    assert (options["access_key"], options["secret_key"]) == ("the-key", "secret-of-storage")
    assert machines.cache(several)["LOCATION"] == "rediss://:secret-of-redis@redis.internal/0"
    assert "secret-of-storage" not in repr(several)


def test_each_kind_of_file_has_a_part_of_the_bucket_and_only_words_may_be_written_twice(home):
    kinds = machines.storages(installed(home, ALL))
    parts = {name: kind["OPTIONS"]["location"] for name, kind in kinds.items()}
    assert parts == {
        "public": "media",
        "private": "private",
        "default": "private",
        "pages": "pages",
    }
    twice = [name for name, kind in kinds.items() if kind["OPTIONS"]["file_overwrite"]]
    assert twice == ["pages"]


def test_nothing_in_the_bucket_has_an_address_around_the_house(home):
    kinds = machines.storages(installed(home, ALL))
    made = {name: import_string(kind["BACKEND"])(**kind["OPTIONS"]) for name, kind in kinds.items()}
    assert made["public"].url("pictures/a b.png") == "/media/pictures/a%20b.png"
    for name in ("private", "default", "pages"):
        with pytest.raises(NoAddress):
            made[name].url("originals/a.png")


def test_while_redis_is_away_nothing_is_remembered_and_nobody_is_refused(home):
    chosen = machines.cache(installed(home, ALL))
    cache = import_string(chosen["BACKEND"])(chosen["LOCATION"], {"OPTIONS": chosen["OPTIONS"]})
    cache.set("a", 1)
    assert cache.get("a") is None
    assert cache.get("a", "else") == "else"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True
    assert cache.incr("a") == 1
    assert cache.delete("a") is False
