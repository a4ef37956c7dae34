"""What every test stands on: an installation of its own and a real, migrated database.

Each worker gets a copy of `tests/installation` in a temporary folder, so database, media
and private files are nobody else's. Migrating takes many seconds; it is done once for
each state of the migrations and kept in `.cache/`, from where workers copy it.

`MASTHEAD_TEST_DATABASE=postgresql://user@host/postgres` runs the same tests on
PostgreSQL; the user must be allowed to create databases.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import settings as searches

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "test-databases"
SERVER = os.environ.get("MASTHEAD_TEST_DATABASE", "")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
HOME = Path(tempfile.mkdtemp(prefix=f"masthead-tests-{WORKER}-"))
SECRET = "only-for-tests-and-for-the-tools-of-developers"

searches.register_profile("thorough", max_examples=1000, deadline=None)
searches.load_profile(os.environ.get("MASTHEAD_TEST_SEARCHES", "default"))


def _enter_installation() -> None:
    """Point Django at this worker's own installation, before anything imports a model."""
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)
    shutil.copy(ROOT / "tests/installation/masthead.toml", HOME)
    os.environ |= {
        "MASTHEAD_HOME": str(HOME),
        "MASTHEAD_SECRET_KEY": SECRET,
        "DJANGO_SETTINGS_MODULE": "masthead.config.settings",
    }
    os.environ.pop("MASTHEAD_DEBUG", None)
    os.environ.pop("MASTHEAD_DATABASE_URL", None)
    if SERVER:
        os.environ["MASTHEAD_DATABASE_URL"] = _on_server(f"masthead_test_{WORKER}_{os.getpid()}")

    import django
    from django.conf import settings

    # A slow hash protects passwords; here it would only cost time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests ask for style sheets that nobody has gathered into one folder.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    HOME.joinpath("static").mkdir()
    django.setup()

    from masthead.newsstand import turnstile

    # All tests come from one address, and do more in a minute than any stranger.
    turnstile.MOST = 1_000_000
    # Workers inherit the environment of the process that starts them; finding this there,
    # pytest-django would start Django in that process's installation.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def _on_server(database: str) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


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
            _administer(f'DROP DATABASE IF EXISTS "{connection.settings_dict["NAME"]}"')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[object]:
    """Pour the database anew after a test with real transactions.

    pytest-django empties every table then, among them the root page and the locale that
    Wagtail's migrations made.
    """
    result = yield
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    if (
        (marker and marker.kwargs.get("transaction"))
        or "transactional_db" in fixtures
        or "live_server" in fixtures
    ):
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            _pour()
    return result


@pytest.fixture(autouse=True)
def forget_who_knocked() -> None:
    """Forget what other tests have counted against this machine's one address."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def magazine(tmp_path: Path) -> Path:
    """Return the folder of a fresh installation on SQLite, migrated and empty.

    For tests of commands and servers, which run as processes of their own.
    """
    home = tmp_path / "magazine"
    home.mkdir()
    for folder in ("media", "private", "backups"):
        (home / folder).mkdir()
    shutil.copy(ROOT / "tests/installation/masthead.toml", home)
    secrets = home / ".env"
    secrets.write_text(f"MASTHEAD_SECRET_KEY={SECRET}\n")
    secrets.chmod(0o600)
    shutil.copy(_template(), home / "masthead.sqlite3")
    return home


def _pour() -> None:
    """Fill this worker's database with a copy of the migrated one."""
    from django.core.cache import caches
    from django.db import connections

    connections.close_all()
    for kept in caches.all(initialized_only=True):
        kept.clear()
    _forget_remembered_rows()
    if SERVER:
        name = connections["default"].settings_dict["NAME"]
        template = _template_on_server()
        _administer(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
        )
    else:
        target = Path(connections["default"].settings_dict["NAME"])
        for leftover in (f"{target}-wal", f"{target}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.copy(_template(), target)


def _forget_remembered_rows() -> None:
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Site

    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()


def _state() -> str:
    """Return a name for the migrations and packages as they are now."""
    digest = hashlib.sha256()
    for migration in sorted((ROOT / "masthead").glob("*/migrations/*.py")):
        digest.update(str(migration.relative_to(ROOT)).encode() + migration.read_bytes())
    for package in sorted(f"{one.name}=={one.version}" for one in distributions()):
        digest.update(package.encode())
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _template() -> Path:
    """Return the migrated SQLite file, made now if nobody has made it yet."""
    path = CACHE / f"{_state()}.sqlite3"
    with _alone():
        if not path.exists():
            with tempfile.TemporaryDirectory() as home:
                _migrate(Path(home))
                shutil.move(Path(home, "masthead.sqlite3"), path)
            for old in sorted(CACHE.glob("*.sqlite3"), key=lambda one: one.stat().st_mtime)[:-6]:
                old.unlink()
    return path


def _template_on_server() -> str:
    """Return the name of the migrated database on the server, made now if it is missing."""
    name = f"masthead_template_{_state()}"
    with _alone():
        if not _administer(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608
            _administer(f'DROP DATABASE IF EXISTS "{name}_new"', f'CREATE DATABASE "{name}_new"')
            with tempfile.TemporaryDirectory() as home:
                _migrate(Path(home), MASTHEAD_DATABASE_URL=_on_server(f"{name}_new"))
            _administer(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


def _migrate(home: Path, **environment: str) -> None:
    """Migrate the database of an installation in `home`, in a process of its own."""
    shutil.copy(ROOT / "tests/installation/masthead.toml", home)
    inherited = {name: one for name, one in os.environ.items() if name != "MASTHEAD_DATABASE_URL"}
    subprocess.run(
        [sys.executable, "-m", "masthead.cli", "migrate"],
        env={**inherited, **environment, "MASTHEAD_HOME": str(home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _administer(*statements: str) -> list[tuple[object, ...]]:
    """Run statements on the PostgreSQL server itself; return the rows of the last, if any."""
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as server:
        for statement in statements:
            cursor = server.execute(statement)
        return cursor.fetchall() if cursor.description else []
