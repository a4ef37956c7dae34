"""An nginx that serves an export, and a house behind it."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.edge.houses import Got, free_port

NGINX = os.environ.get("MASTHEAD_NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"
MODULES = (
    Path("/usr/lib/nginx/modules"),
    Path("/usr/lib64/nginx/modules"),
    Path("/etc/nginx/modules"),
)
NJS = next((one for folder in MODULES if (one := folder / "ngx_http_js_module.so").exists()), None)

CONFIGURATION = """
load_module {module};
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 256; }}
http {{
  access_log off;
  default_type text/plain;
  large_client_header_buffers 4 16k;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/temp;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    # A reader may be anywhere.
    set_real_ip_from 127.0.0.0/8;
    real_ip_header X-From;
    include {export}/nginx.conf;
  }}
}}
"""


def need() -> None:
    """Skip where there is no nginx with njs, and none could be installed; never where changes are judged."""
    if Path(NGINX).exists() and NJS is not None:
        return
    said = (
        "nginx or its module njs is missing: bin/setup installs libnginx-mod-http-js where it may."
    )
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


@contextmanager
def served(export: Path, folder: Path) -> Iterator[int]:
    """Run nginx with an export, and give its port."""
    folder.mkdir(exist_ok=True)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            module=NJS, folder=folder, export=export, port=port,
            user="user root;" if os.geteuid() == 0 else "",
        )
    )  # fmt: skip
    process = subprocess.Popen(
        [NGINX, "-c", str(configuration), "-p", str(folder), "-e", str(folder / "error.log")]
    )
    try:
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                said = (folder / "error.log").read_text() if process.poll() is not None else ""
                assert process.poll() is None, said
                assert time.monotonic() < until
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


class House:
    """A house that says what it was asked; it can go away and come back."""

    headers: ClassVar[list[tuple[str, str]]] = []
    """What it says besides."""

    def __init__(self) -> None:
        """Listen nowhere yet."""
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._server: ThreadingHTTPServer | None = None

    def open(self) -> None:
        """Answer from now on."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _Answers)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Be away."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        words = f"the house: {self.command} {self.path} {len(sent)}".encode()
        self.send_response(404)
        self.send_header("X-House", self.headers.get("X-Forwarded-For", ""))
        for name, value in House.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(words)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every method alike."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def get(
    port: int, path: str, host: str, *, method: str = "GET", body: bytes | None = None,
    headers: dict[str, str] | None = None, address: str = "",
) -> Got:  # fmt: skip
    """Ask nginx for something, from anywhere."""
    given = {"Host": host, **(headers or {})} | ({"X-From": address} if address else {})
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, body=body, headers=given)
        with closing(connection.getresponse()) as response:
            return Got(response)
