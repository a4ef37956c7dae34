"""How long does a reader wait for a pressed page while the office keeps the house busy?

The demonstration magazine with its front and its house. A probe asks for an article a hundred times a
second, as one reader after another, over connections that are kept; first alone, then while four editors
load heavy pages of the office as fast as they come. Its peer is nginx with the same bytes as a file,
asked in turn in the same rounds. Waiting depends on the machine: with fewer processors than busy
processes, everybody waits for their turn, nginx too. `--json` prints one object. Needs nginx.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.programs import environment, run  # noqa: E402

NGINX = os.environ.get("MASTHEAD_NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"
MASTHEAD = [sys.executable, "-m", "masthead.cli"]
EDITORS, A_SECOND = 4, 100

SIGN_IN = """
from django.conf import settings
from django.test import Client
from django.utils import timezone
from masthead.editorial.models import Article
from masthead.people.models import User
from masthead.production import press_runs
settings.INSTALLATION.pages.mkdir(mode=0o700, exist_ok=True)
press_runs.press_all(at=timezone.now())
client = Client()
client.force_login(User.objects.filter(is_superuser=True).first())
article = Article.objects.live().filter(access="open").first() or Article.objects.live().first()
print("found", client.cookies[settings.SESSION_COOKIE_NAME].value, article.pk, article.url)
"""

NGINX_CONF = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit; {user}
events {{ }}
http {{
  access_log off; keepalive_requests 1000000; gzip_static on; default_type text/html;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def masthead(*command: str) -> str:
    """Return what a command of `masthead` prints."""
    return run([*MASTHEAD, *command], ROOT)


@contextmanager
def running(command: list[str]) -> Iterator[None]:
    """Have something run."""
    process = subprocess.Popen(  # noqa: S603
        command, env=environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def ask(port: int, path: str, host: str, cookie: str = "") -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of one answer."""
    with_cookie = {"Cookie": cookie} if cookie else {}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request("GET", path, headers={"Host": host, "Accept-Encoding": "gzip", **with_cookie})
        answer = line.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        line.close()


def until_it_answers(port: int, path: str, host: str) -> None:
    """Wait for a server."""
    for _try in range(600):
        try:
            if ask(port, path, host)[0] < 500:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"Nothing answers on port {port}.")


@contextmanager
def busy(port: int, host: str, cookie: str, paths: list[str]) -> Iterator[list[int]]:
    """Have editors load pages of the office; give how many were loaded."""
    stop, loaded = threading.Event(), [0] * EDITORS

    def work(number: int) -> None:
        turn = number
        while not stop.is_set():
            status = ask(port, paths[turn % len(paths)], host, cookie)[0]
            if status != 200:
                raise SystemExit(f"{paths[turn % len(paths)]} answers {status}.")
            loaded[number] += 1
            turn += 1

    editors = [threading.Thread(target=work, args=(number,)) for number in range(EDITORS)]
    for one in editors:
        one.start()
    try:
        yield loaded
    finally:
        stop.set()
        for one in editors:
            one.join()


def waits(port: int, path: str, host: str, seconds: int) -> list[float]:
    """Return how many milliseconds each answer took. Its own process, so that no editor delays it."""
    code = f"""
import socket, time
line = socket.create_connection(("127.0.0.1", {port}))
line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
request = b"GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\nAccept-Encoding: gzip\\r\\n\\r\\n"
took, due = [], time.perf_counter()
for number in range({seconds * A_SECOND}):
    due += {1 / A_SECOND}
    time.sleep(max(0, due - time.perf_counter()))
    began = time.perf_counter()
    line.sendall(request)
    heard = b""
    while b"\\r\\n\\r\\n" not in heard:
        heard += line.recv(65536)
    head, _, body = heard.partition(b"\\r\\n\\r\\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    size = int(next(one for one in head.lower().split(b"\\r\\n") if one.startswith(b"content-length:"))[15:])
    while len(body) < size:
        body += line.recv(65536)
    took.append(round((time.perf_counter() - began) * 1000, 3))
print(*took)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return [float(one) for one in done.stdout.split()]


def told(found: list[float]) -> dict[str, float]:
    """Return the middle and the 99th of a hundred, in milliseconds."""
    return {
        "p50_ms": round(statistics.median(found), 2),
        "p99_ms": round(statistics.quantiles(found, n=100)[98], 2),
    }


def main() -> None:
    """Measure in rounds, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=int, default=10)
    options = asked.parse_args()
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="masthead-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        home, port, static = folder / "lantern", free_port(), free_port()
        host = f"localhost:{port}"
        masthead("demo", str(home), "--no-serve", "--port", str(port))
        masthead("--home", str(home), "django", "collectstatic", "--noinput")
        said = masthead("--home", str(home), "django", "shell", "--verbosity", "0", "-c", SIGN_IN)
        session, number, url = said.partition("found ")[2].split()
        path = "/" + url.partition("//")[2].partition("/")[2] if "//" in url else url
        office = [f"/office/pages/{number}/edit/", "/office/", "/office/reports/site-history/"]
        user = "user root;" if os.geteuid() == 0 else ""
        conf = folder / "nginx.conf"
        conf.write_text(NGINX_CONF.format(folder=folder, port=static, user=user))
        with running([*MASTHEAD, "--home", str(home), "serve", "--no-worker", "--port", str(port)]):
            until_it_answers(port, "/account/", host)
            status, headers, body = ask(port, path, host)
            if status != 200 or headers.get("content-encoding") != "gzip":
                raise SystemExit(f"{path} is not pressed: {status} {headers}")
            page = folder / "www" / path.strip("/")
            page.mkdir(parents=True)
            (page / "index.html").write_bytes(b"packed")
            (page / "index.html.gz").write_bytes(body)
            with running([NGINX, "-c", str(conf)]):
                until_it_answers(static, path, host)
                loaded = 0
                for _round in range(options.rounds):
                    for who, at in (("front", port), ("nginx", static)):
                        found.setdefault(f"{who}_alone", []).extend(
                            waits(at, path, host, options.seconds)
                        )
                    with busy(port, host, f"sessionid={session}", office) as editors:
                        for who, at in (("front", port), ("nginx", static)):
                            found.setdefault(f"{who}_beside_office", []).extend(
                                waits(at, path, host, options.seconds)
                            )
                    loaded += sum(editors)
    result: dict[str, object] = {one: told(every) for one, every in found.items()}
    result["office_pages_a_second"] = round(loaded / (options.rounds * options.seconds * 2), 1)
    result["ratio_to_nginx"] = round(
        told(found["front_beside_office"])["p99_ms"] / told(found["nginx_beside_office"])["p99_ms"],
        2,
    )
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for one, values in result.items():
        print(f"{one}: {values}")


if __name__ == "__main__":
    main()
