"""A proxy that caches, in front of a magazine: nobody gets what somebody else may read.

The proxy is a real nginx, as a publisher would set it up, in front of a magazine that granian
serves. It keeps whatever it is not told to forget.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.journeys.conftest import House, free_port, wait_for
from tests.moulds import masthead

NGINX = os.environ.get("MASTHEAD_NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"

CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {address};
      proxy_cache pages;
      # What says nothing of itself is kept for ten minutes, errors among it.
      proxy_cache_valid any 10m;
      proxy_cache_revalidate on;
      add_header X-Kept $upstream_cache_status always;
    }}
  }}
}}
"""

CANARIES = {"words": "canarywords1x", "sound": "canarysound1x", "caption": "canarycaption1x"}

ARTICLE = """---
title: A closed article
date: 2026-01-01
access: {access}
---

Everybody may read the lead.

::lead

The rest says {words}.

![x](field.png "Under it stands {caption}.")

:::audio {{audio="sound.mp3" title="Waves"}}
What is heard.
:::

"""


@dataclass(frozen=True)
class Proxied:
    """A magazine behind a proxy: its address there, an article, and a subscriber’s session."""

    address: str
    session: str
    article: str = "/articles/closed/"

    def get(self, path: str, *, subscriber: bool = False, **headers: str) -> Answer:
        """Ask the proxy, as a stranger or as a subscriber."""
        host = urlsplit(self.address)
        connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=30)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if subscriber:
            given["Cookie"] = f"sessionid={self.session}"
        connection.request("GET", path, headers=given)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)


@dataclass(frozen=True)
class Answer:
    """What came through the proxy."""

    status: int
    headers: dict[str, str]
    body: str

    def canaries(self) -> set[str]:
        """Return the closed words in it."""
        return {canary for canary in CANARIES.values() if canary in self.body}


def need_nginx() -> None:
    """Skip where there is no nginx and none could be installed; never where changes are judged."""
    if not Path(NGINX).exists():
        said = "nginx is missing: bin/setup installs it where it may, or name it in MASTHEAD_NGINX."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)


@pytest.fixture(scope="module")
def behind_proxy(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """Bring a closed article into the magazine, and put nginx in front."""
    need_nginx()
    folder = tmp_path_factory.mktemp("proxy")
    session = bring_in(house, folder / "copy")
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            folder=folder, port=port, address=house.address,
            user="user root;" if os.geteuid() == 0 else "",
        )
    )  # fmt: skip
    server = subprocess.Popen(
        [NGINX, "-c", str(configuration), "-p", str(folder), "-e", str(folder / "error.log")]
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/robots.txt", seconds=20)
        yield Proxied(address, session)
    finally:
        server.terminate()
        server.wait(timeout=20)


def bring_in(house: House, copy: Path) -> str:
    """Import a closed and an open article; return the key of a subscriber’s session."""
    copy.mkdir()
    Image.new("RGB", (90, 60), "teal").save(copy / "field.png")
    (copy / "sound.mp3").write_bytes(b"ID3" + CANARIES["sound"].encode())
    (copy / "closed.md").write_text(ARTICLE.format(access="subscribers", **CANARIES))
    masthead("--home", house.folder, "import", "markdown", copy)
    script = (
        "from datetime import timedelta\n"
        "from django.test import Client\n"
        "from django.utils import timezone\n"
        "from masthead.circulation import grants\n"
        "from masthead.editorial.models import Title\n"
        "from masthead.people.mail_addresses import person_at\n"
        "now = timezone.now()\n"
        "reader = person_at('subscriber@example.org', at=now)\n"
        "grants.give(reader, Title.objects.get(), reason='Proxy', at=now, ends_at=now + timedelta(days=9))\n"
        "client = Client()\n"
        "client.force_login(reader)\n"
        "print('session', client.cookies['sessionid'].value)\n"
    )
    said = masthead("--home", house.folder, "django", "shell", "-v", "0", "-c", script)
    return said.rpartition("session ")[2].strip()


@pytest.fixture
def surfaces(behind_proxy: Proxied) -> dict[str, str]:
    """Return the addresses of everything that differs by who asks, as a subscriber finds them."""
    page = behind_proxy.get(behind_proxy.article, subscriber=True)
    assert page.status == 200, page.body[:500]
    recording = page.body.partition('src="/recordings/')[2].partition('"')[0]
    assert recording, page.body
    return {"page": behind_proxy.article, "recording": f"/recordings/{recording}"}


@pytest.mark.parametrize("first", ["subscriber", "stranger"])
def test_neither_gets_what_the_other_was_given(
    behind_proxy: Proxied, surfaces: dict[str, str], first: str
) -> None:
    for name, path in surfaces.items():
        # Each turn has addresses of its own, so that nothing is kept from before.
        path = f"{path}?turn={first}"
        order = [True, False] if first == "subscriber" else [False, True]
        for subscriber in [*order, *order]:
            answer = behind_proxy.get(path, subscriber=subscriber)
            if subscriber:
                assert answer.status == 200, name
                assert answer.canaries(), name
            else:
                assert answer.canaries() == set(), name
                assert answer.status == (200 if name == "page" else 404), name
                assert "set-cookie" not in answer.headers, name
            assert answer.headers["x-kept"] != "HIT", name


def test_feeds_say_the_same_to_everybody(behind_proxy: Proxied, surfaces: dict[str, str]) -> None:
    for form in ("rss.xml", "atom.xml", "feed.json"):
        seen = [
            behind_proxy.get(f"/feeds/{form}", subscriber=subscriber)
            for subscriber in (True, False)
        ]
        for answer in seen:
            assert "Everybody may read the lead." in answer.body
            assert answer.canaries() == set()
            assert "set-cookie" not in answer.headers
        assert seen[0].body == seen[1].body


def test_what_holds_a_closed_part_is_kept_by_nobody(
    behind_proxy: Proxied, surfaces: dict[str, str]
) -> None:
    for path in surfaces.values():
        answer = behind_proxy.get(path, subscriber=True)
        control = {part.strip() for part in answer.headers["cache-control"].split(",")}
        assert {"private", "no-cache"} <= control or "no-store" in control, path
    for subscriber in (True, False):
        page = behind_proxy.get(surfaces["page"], subscriber=subscriber)
        assert "cookie" in page.headers["vary"].lower()


def test_a_date_or_a_validator_of_one_kind_of_reader_is_no_answer_to_another(
    behind_proxy: Proxied, surfaces: dict[str, str]
) -> None:
    tomorrow = "Fri, 01 Jan 2100 00:00:00 GMT"
    for name, path in surfaces.items():
        for subscriber in (True, False):
            dated = behind_proxy.get(path, subscriber=subscriber, If_Modified_Since=tomorrow)
            assert dated.status != 304, name
            other = behind_proxy.get(path, subscriber=not subscriber)
            if etag := other.headers.get("etag"):
                asked = behind_proxy.get(path, subscriber=subscriber, If_None_Match=etag)
                assert asked.status != 304, name
                assert bool(asked.canaries()) == subscriber, name


def test_a_part_of_a_closed_recording_is_not_had_from_what_a_subscriber_fetched(
    behind_proxy: Proxied, surfaces: dict[str, str]
) -> None:
    path = surfaces["recording"]
    whole = behind_proxy.get(path, subscriber=True)
    assert whole.canaries()
    for headers in (
        {"Range": "bytes=0-9"},
        {"Range": "bytes=0-9", "If_Range": whole.headers["etag"]},
    ):
        answer = behind_proxy.get(path, **headers)
        assert answer.status == 404
        assert "ID3" not in answer.body


def test_the_proxy_does_keep_what_everybody_may_have(
    behind_proxy: Proxied, surfaces: dict[str, str]
) -> None:
    """The other tests would prove nothing in front of a proxy that keeps nothing."""
    page = behind_proxy.get(surfaces["page"])
    card = page.body.partition('property="og:image" content="')[2].partition('"')[0]
    path = urlsplit(card).path
    assert path.startswith("/share/")
    kept = [
        behind_proxy.get(path, subscriber=subscriber).headers["x-kept"]
        for subscriber in (True, False, False)
    ]
    assert kept[1:] == ["HIT", "HIT"]
