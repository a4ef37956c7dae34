"""Nothing fetches: no module opens a connection to an address that somebody typed.

What has to is named here. Payments go to the one address that the provider's library knows, or to
a service on this machine. What will yet (cards of other sites, webhooks) is to be named here, too,
and must do what docs/explanation/threat-model.md says.
"""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from masthead.exchange.importers import markdown
from tests.factories import editorial as make

ROOT = Path(__file__).resolve().parents[2]

OPENS_CONNECTIONS = {
    "aiohttp", "asyncio", "boto3", "botocore", "celery", "ftplib", "http", "httpx", "imaplib", "kombu", "niquests", "poplib", "pycurl",
    "redis", "requests", "smtplib", "storages", "stripe", "socket", "socketserver", "ssl", "telnetlib", "urllib.request",
    "urllib.robotparser", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip
ALLOWED = {
    "masthead/cli/serve.py": {"socket"},  # Looks whether its own port is free, and answers.
    # Only where the owner names a Redis or an object storage; nobody else names an address.
    "masthead/config/cache.py": {"redis"},
    "masthead/config/objects.py": {"botocore", "storages"},
    "masthead/production/celery_tasks.py": {"celery", "kombu"},
    "masthead/config/headers.py": {"http"},  # The numbers of HTTP's answers.
    "masthead/edge/front.py": {"http"},  # The same.
    "masthead/edge/heads.py": {"http"},
    "masthead/edge/wsgi.py": {"http"},
    # The front listens, and speaks to the house by a socket file of this machine.
    "masthead/edge/relay.py": {"asyncio", "http"},
    "masthead/edge/sending.py": {"asyncio"},  # Its clock.
    "masthead/edge/server.py": {"asyncio", "http", "socket"},
    "masthead/edge/wire.py": {"asyncio", "http"},
    "masthead/newsstand/views/errors.py": {"http"},
    # Looks at the magazine's own address, from outside; nobody types another but its operator.
    "masthead/newsstand/canary.py": {"http", "ssl"},
    "masthead/newsstand/pressed_articles.py": {"http"},
    "masthead/newsstand/pressing.py": {"http"},
    "masthead/newsstand/inspections.py": {"http"},  # The same; it opens pages in its own process.
    # Pretend money: listens on this machine only, and sends notices nowhere else.
    "masthead/payments/pretend/notices.py": {"http"},
    "masthead/payments/pretend/serving.py": {"http"},
    "masthead/payments/providers/_stripe_seen.py": {"stripe"},
    "masthead/payments/providers/stripe.py": {"stripe"},  # Or to base_url, on this machine only.
}

PARSES_XML = {"defusedxml", "expat", "lxml", "pyexpat", "xml", "xmltodict"}
"""No XML is parsed; django.utils.xmlutils and feedgenerator only write it."""


def imported(source: str) -> Iterator[str]:
    """Yield the names of all modules that a source imports, however it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = name or getattr(node.func, "id", "")
            if name in ("import_module", "__import__", "import_string"):
                yield str(node.args[0].value)


def found(source: str, wanted: set[str]) -> set[str]:
    """Return which of the wanted modules a source imports, by the name they are wanted by."""
    return {
        one
        for name in imported(source)
        for one in wanted
        if name == one or name.startswith(f"{one}.")
    }


def sources() -> Iterator[tuple[str, str]]:
    for path in [*ROOT.glob("masthead/**/*.py"), *ROOT.glob("themes/**/*.py")]:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_module_imports_what_opens_connections_but_those_named() -> None:
    importing = {
        path: names for path, text in sources() if (names := found(text, OPENS_CONNECTIONS))
    }
    assert importing == ALLOWED


def test_no_module_parses_xml_which_could_name_files_and_grow_without_end() -> None:
    assert [path for path, text in sources() if found(text, PARSES_XML)] == []
    # BeautifulSoup knows XML, too, if it is asked to.
    assert [path for path, text in sources() if "lxml" in text or '"xml")' in text] == []


@pytest.mark.parametrize(
    "source",
    [
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import urlopen",
        "def f():\n    import socket",
        "import http.client as c",
        "importlib.import_module('requests')",
        "django.utils.module_loading.import_string('httpx.get')",
    ],
)
def test_the_search_sees_every_way_to_import(source) -> None:
    assert found(source, OPENS_CONNECTIONS)
    assert not found("from urllib.parse import urlsplit", OPENS_CONNECTIONS)


HOSTILE = """---
title: A
date: 2026-01-01
lead_figure: {picture: 'http://169.254.169.254/latest/meta-data/x.png'}
sources: [{id: s, title: S, url: 'http://127.0.0.1:22/'}]
---

![x](http://169.254.169.254/x.png) ![y](//internal.example/y.png) [z](http://localhost:5432/)

<img src="http://10.0.0.1/a.png"><link rel="stylesheet" href="http://10.0.0.1/a.css">
<object data="http://10.0.0.1/a.svg"></object><iframe src="http://10.0.0.1/"></iframe>

::embed {url="http://169.254.169.254/" title="T"}
"""


@pytest.mark.django_db
def test_addresses_in_what_is_brought_in_are_never_asked(tmp_path, client, monkeypatch) -> None:
    title = make.magazine()
    asked: list[object] = []

    def refuse(*arguments: object, **_keywords: object) -> None:
        asked.append(arguments)
        raise OSError("nothing may be asked")

    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    (tmp_path / "a.md").write_text(HOSTILE)
    markdown.run(tmp_path, title=title, now=datetime(2026, 9, 1, tzinfo=UTC))
    answer = client.get("/articles/a/")
    assert answer.status_code == 200
    assert client.get("/feeds/atom.xml").status_code == 200
    assert asked == []
    # What is shown comes from here; what leads elsewhere is a link.
    assert "10.0.0.1" not in answer.content.decode()
    assert 'src="http' not in answer.content.decode()
