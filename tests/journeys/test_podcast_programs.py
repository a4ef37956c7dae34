"""Podcast programs that others wrote subscribe to a magazine and fetch what they hear of."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from tests.journeys.conftest import a_lantern, free_port, masthead, serving

MISSING = [program for program in ("gpo", "newsboat") if not shutil.which(program)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs Debian's {', '.join(MISSING)}")

PREPARE = """
from datetime import timedelta
from django.utils import timezone
from wagtail.models import Site
from masthead.circulation import grants, private_feeds
from masthead.editorial.models import Article
from masthead.people.models import User
from masthead.production import audio
site = Site.objects.get()
site.hostname, site.port = "localhost", PORT
site.save()
now = timezone.now()
shut, free = Article.objects.live().order_by("-published_at", "pk")[:2]
Article.objects.update(read_aloud=False)
for article, access in ((shut, "subscribers"), (free, "open")):
    article.access, article.read_aloud = access, True
    article.save_revision().publish()
    narration = audio.ask(Article.objects.get(pk=article.pk), at=now)
    assert audio.make_in_turn.func(narration.pk) == "ready"
reader = User.objects.create_user("ada@example.org")
title = shut.publication()
grants.give(reader, title, reason="A test", at=now, ends_at=now + timedelta(days=9))
print("told", private_feeds.make(reader, "listening", at=now)[1], free.key, shut.key)
"""


@dataclass(frozen=True)
class Stand:
    """A magazine that is served, with one open article and one closed, and its own feeds."""

    public: str
    private: str
    free: str
    shut: str


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, for_all_workers: Path) -> Iterator[Stand]:
    folder, _password = a_lantern(tmp_path_factory, for_all_workers)
    port = free_port()
    script = PREPARE.replace("PORT", str(port))
    said = masthead("--home", folder, "django", "shell", "-v0", "-c", script)
    _told, token, free, shut = next(
        line.split() for line in said.splitlines() if line.startswith("told ")
    )
    with serving(folder, port) as address:
        yield Stand(
            f"{address}/feeds/podcast.xml", f"{address}/listen/{token}/podcast.xml", free, shut
        )


def seconds_of(file: Path) -> float:
    with av.open(file) as opened:
        assert opened.duration is not None
        return opened.duration / av.time_base


@pytest.mark.parametrize("which", ["public", "private"])
def test_gpodder_subscribes_and_downloads_what_it_was_told_of(stand, tmp_path, which) -> None:
    feed = getattr(stand, which)
    heard = {f"urn:uuid:{stand.free}"} | (
        {f"urn:uuid:{stand.shut}"} if which == "private" else set()
    )
    surroundings = os.environ | {"GPODDER_HOME": str(tmp_path), "HOME": str(tmp_path)}

    def gpo(*words: str) -> str:
        done = subprocess.run(
            ["gpo", "-q", *words], env=surroundings, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    gpo("subscribe", feed)
    gpo("download", feed)
    with sqlite3.connect(tmp_path / "Database") as database:
        rows = database.execute(
            "select guid, file_size, total_time, download_filename from episode"
        ).fetchall()
    assert {guid for guid, *_rest in rows} == heard
    for _guid, size, told, name in rows:
        (file,) = (tmp_path / "Downloads").rglob(name)
        assert file.stat().st_size == size
        assert abs(seconds_of(file) - told) <= 1


@pytest.mark.parametrize("which", ["public", "private"])
def test_newsboat_reads_the_same_episodes(stand, tmp_path, which) -> None:
    (tmp_path / "urls").write_text(f"{getattr(stand, which)}\n")
    (tmp_path / "config").write_text("podcast-auto-enqueue yes\n")
    options = [f"-{letter}{tmp_path / name}" for letter, name in
               (("u", "urls"), ("c", "cache"), ("C", "config"))]  # fmt: skip
    subprocess.run(
        ["newsboat", *options, "-x", "reload"],
        env=os.environ | {"HOME": str(tmp_path)}, check=True, timeout=120,
    )  # fmt: skip
    with sqlite3.connect(tmp_path / "cache") as cache:
        rows = cache.execute("select guid, enclosure_url, enclosure_type from rss_item").fetchall()
    heard = {stand.free} | ({stand.shut} if which == "private" else set())
    assert {guid for guid, *_rest in rows} == {f"urn:uuid:{key}" for key in heard}
    assert all(url.endswith(".mp3") and kind == "audio/mpeg" for _guid, url, kind in rows)
