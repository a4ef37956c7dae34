"""What every test stands on: an installation of its own and a real, migrated database.

Each worker gets a copy of `tests/installation` in a temporary folder, so database, media
and private files are nobody else's. What takes long to make is cast in `tests/moulds.py`
once, and copied from there.

`MASTHEAD_TEST_DATABASE=postgresql://user@host/postgres` runs the same tests on
PostgreSQL; the user must be allowed to create databases.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as searches

from masthead.config.starting import start
from masthead.edge.store import Store
from tests import moulds
from tests.moulds import CACHE, INSTALLATION, ROOT, SECRET, SERVER

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
HOME = Path(tempfile.mkdtemp(prefix=f"masthead-tests-{WORKER}-"))

# Whole folders, those that take longest first: of two workers, one should not begin upon a
# journey when the other has nothing left to do.
LONGEST_FIRST = ("journeys", "cli", "house")

# Each run looks at other examples, so that many runs see many; the thorough ones look far.
searches.register_profile("ordinary", max_examples=50, deadline=None)
searches.register_profile("thorough", max_examples=1000, deadline=None)
searches.load_profile(os.environ.get("MASTHEAD_TEST_SEARCHES", "ordinary"))


def _keep_bytecode() -> None:
    """Have the processes that tests start read Django compiled, rather than compile it each time.

    Where the environment asks for no such files beside the sources, they are kept in `.cache/`.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        sys.dont_write_bytecode = False
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(CACHE / "bytecode")


def _enter_installation() -> None:
    """Point Django at this worker's own installation, before anything imports a model."""
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)
    shutil.copy(INSTALLATION, HOME)
    os.environ |= {
        "MASTHEAD_HOME": str(HOME),
        "MASTHEAD_SECRET_KEY": SECRET,
        "DJANGO_SETTINGS_MODULE": "masthead.config.settings",
    }
    os.environ.pop("MASTHEAD_DEBUG", None)
    os.environ.pop("MASTHEAD_DATABASE_URL", None)
    if SERVER:
        os.environ["MASTHEAD_DATABASE_URL"] = moulds.on_server(
            f"masthead_test_{WORKER}_{os.getpid()}"
        )

    from django.conf import settings

    # A slow hash protects passwords; here it would only cost time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests ask for style sheets that nobody has gathered into one folder.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    HOME.joinpath("static").mkdir()
    start()

    from masthead.newsstand import turnstile

    # All tests come from one address, and do more in a minute than any stranger.
    turnstile.MOST = 1_000_000

    from django.test import TransactionTestCase

    # After a test with real transactions the database is poured anew, below. Emptying its tables
    # first would only take time; and those of the books refuse to be emptied.
    TransactionTestCase._fixture_teardown = lambda self: None
    # Workers inherit the environment of the process that starts them; finding this there,
    # pytest-django would start Django in that process's installation.
    del os.environ["DJANGO_SETTINGS_MODULE"]


_keep_bytecode()
_enter_installation()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker) -> Iterator[None]:
    """Give this worker its migrated database, in place of pytest-django's own making."""
    with django_db_blocker.unblock():
        _pour()
    yield
    if SERVER:
        from django.db import connection

        with django_db_blocker.unblock():
            connection.close()
            moulds.administer(f'DROP DATABASE IF EXISTS "{connection.settings_dict["NAME"]}"')


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest; within a folder the order stays.

    On a server, what asks no database is left out: it is what it was on SQLite.
    """
    if SERVER:
        config.hook.pytest_deselected(items=[one for one in items if not _asks_the_database(one)])
        items[:] = [one for one in items if _asks_the_database(one)]

    def folder(item: pytest.Item) -> int:
        name = item.path.relative_to(ROOT / "tests").parts[0]
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=folder)


WITH_TRANSACTIONS = ("transactional_db", "live_server")


def _asks_the_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or _has(
        item, "db", "django_db_setup", *WITH_TRANSACTIONS
    )


def _has(item: pytest.Item, *fixtures: str) -> bool:
    return not set(fixtures).isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[object]:
    """Pour the database anew after a test with real transactions.

    Emptying every table, as Django would, takes the root page and the locale along that Wagtail's
    migrations made.
    """
    result = yield
    marker = item.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or _has(item, *WITH_TRANSACTIONS):
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            _pour()
    return result


@pytest.fixture(autouse=True)
def forget_what_is_kept() -> None:
    """Forget what other tests were answered, and have counted against this machine's one address."""
    _empty_caches()


@pytest.fixture(scope="session")
def for_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of this run, in which its workers share what they cast."""
    own = tmp_path_factory.getbasetemp()
    return own if WORKER == "alone" else own.parent


@pytest.fixture
def magazine(tmp_path: Path) -> Path:
    """Return the folder of a fresh installation on SQLite, migrated and empty.

    For tests of commands and servers, which run as processes of their own.
    """
    home = tmp_path / "magazine"
    home.mkdir()
    for folder in ("media", "private", "backups"):
        (home / folder).mkdir()
    shutil.copy(INSTALLATION, home)
    secrets = home / ".env"
    secrets.write_text(f"MASTHEAD_SECRET_KEY={SECRET}\n")
    secrets.chmod(0o600)
    shutil.copy(moulds.migrated(), home / "masthead.sqlite3")
    return home


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Return an empty page store, which everything is pressed into."""
    from masthead.production import page_store

    opened = Store(tmp_path / "pages", writable=True)
    monkeypatch.setattr(page_store, "here", lambda: opened)
    yield opened
    opened.close()


def _pour() -> None:
    """Fill this worker's database with a copy of the migrated one."""
    from django.db import connections

    connections.close_all()
    _empty_caches()
    _forget_remembered_rows()
    if SERVER:
        name = connections["default"].settings_dict["NAME"]
        template = moulds.migrated_on_server()
        moulds.administer(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
        )
    else:
        target = Path(connections["default"].settings_dict["NAME"])
        for leftover in (f"{target}-wal", f"{target}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.copy(moulds.migrated(), target)


def _empty_caches() -> None:
    from django.core.cache import caches

    for kept in caches.all(initialized_only=True):
        kept.clear()


def _forget_remembered_rows() -> None:
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Site

    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
