"""What a page costs to serve: the front, nginx with the same file or with our export, and stock Wagtail.

The same article of 60 kB, packed with gzip, from one worker each, in rounds in turn; and our own
house, asked for an article of that size with nothing pressed. CPU is that of the server and all its
children, by request; requests a second depend on who else uses the machine. `--json` prints one
object. Needs nginx, njs and wrk (Debian: apt-get install nginx libnginx-mod-http-js wrk).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import stock_wagtail  # noqa: E402
from benchmarks.programs import environment, run  # noqa: E402
from masthead.edge.export import Export  # noqa: E402
from masthead.edge.front import Front  # noqa: E402
from masthead.edge.locks import Key, Lock  # noqa: E402
from masthead.edge.passes import Keyring, Pass  # noqa: E402
from masthead.edge.records import Record  # noqa: E402
from masthead.edge.store import Pressed, PressedPage, Store  # noqa: E402

SECRET = b"a secret of thirty-two bytes, ok"
HOST, PATH = "127.0.0.1", "/articles/a-long-read/"
NGINX = os.environ.get("MASTHEAD_NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"
CONNECTIONS = 32
READERS = 1000
"""Subscribers who ask in turn, each with a pass of their own: none is asked for twice in a row."""

AIMS = {
    "ratio_to_nginx": ("at most", 3.0),
    "times_less_than_wagtail": ("at least", 500.0),
    "subscriber_to_stranger": ("at most", 1.1),
}
RATIOS = {
    "ratio_to_nginx": ("front_subscriber", "nginx_static"),
    "times_less_than_wagtail": ("wagtail_stock", "front_subscriber"),
    "times_less_than_bare_wagtail": ("wagtail_bare", "front_subscriber"),
    "njs_ratio_to_nginx": ("njs_subscriber", "nginx_static"),
    "njs_times_less_than_wagtail": ("wagtail_stock", "njs_subscriber"),
    "front_ratio_to_njs": ("front_subscriber", "njs_subscriber"),
    "times_less_than_house": ("house_uncached", "front_subscriber"),
    "wagtail_ratio_to_house": ("wagtail_stock", "house_uncached"),
    "subscriber_to_stranger": ("front_subscriber", "front_stranger"),
}
"""Whose CPU a request to whose: the median of the rounds."""

BROWSER = (
    "Connection: keep-alive",
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"',
    "sec-ch-ua-mobile: ?0",
    'sec-ch-ua-platform: "Linux"',
    "Upgrade-Insecure-Requests: 1",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-User: ?1",
    "Sec-Fetch-Dest: document",
    "Accept-Language: en-GB,en;q=0.9",
    # All candidates are asked for the coding that all of them have at hand.
    "Accept-Encoding: gzip",
)
"""What a browser sends along that goes from one page to the next: all of it has to be read."""

ASKING = """
local asked, turn = {}, 0
init = function()
  for cookie in io.lines(%r) do
    local headers = {}
    if cookie ~= "-" then headers["Cookie"] = cookie end
    for name, value in pairs(wrk.headers) do headers[name] = value end
    asked[#asked + 1] = wrk.format(nil, nil, headers)
  end
end
request = function()
  turn = turn %% #asked + 1
  return asked[turn]
end
"""


@dataclass(frozen=True)
class Candidate:
    """Something that serves the page: how it is started, where, and what it is asked.

    ``cookies`` is a file with the cookies of those who ask in turn, a line each; "-" is none.
    """

    name: str
    command: list[str]
    port: int
    headers: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    folder: Path | None = None
    cookies: Path | None = None
    path: str = PATH


def article() -> str:
    """Return a page of 60 kB that packs about as well as prose does."""
    dice = random.Random(3)  # noqa: S311
    letters = "etaoinshrdlucmfwypvbgk"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(2500)]
    made = "<!doctype html><html lang=en><title>A long read</title><body>"
    while len(made) < 60_000:
        made += f"<p>{' '.join(dice.choices(words, k=90))}.</p>\n"
    return made[:60_000]


def fill(folder: Path, words: str) -> None:
    """Press the page, as strangers and as subscribers get it: of the same length."""
    headers = (
        ("content-type", "text/html; charset=utf-8"), ("cache-control", "private, no-cache"),
        ("content-security-policy", "default-src 'none'; script-src 'self'; img-src 'self'; "
         "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; base-uri 'none'"),
        ("referrer-policy", "strict-origin-when-cross-origin"), ("x-content-type-options", "nosniff"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
    )  # fmt: skip
    lock = Lock("title", "subscribers", "article", 3)
    rules = {"closed": "lead", "term": "whole"}
    page = PressedPage(
        Record(host=HOST, path=PATH, version=1, lock=lock, title="title", rules=rules),
        {
            "lead": Pressed(words.replace("A long read", "A long lead").encode(), headers),
            "whole": Pressed(words.encode(), headers, is_gated=True),
        },
    )
    store = Store(folder / "pages", writable=True)
    store.publish([page])
    store.close()


FRONT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from masthead.edge import server
from masthead.edge.front import Front
from masthead.edge.passes import Keyring
from masthead.edge.relay import House
server.serve(Front(Keyring([{secret!r}]), "pass", ("sessionid", "ticket")), Path({folder!r}),
             House("/nowhere"), server.socket_at("127.0.0.1", {port}))
"""

NGINX_CONF = """
{top}
worker_processes 1; daemon off; pid {folder}/nginx-{port}.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
  types {{ text/html html; }}
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  {more}
}}
"""

STATIC = "server {{ listen 127.0.0.1:{port}; root {folder}/www; gzip_static on; }}"

NJS_MODULE = Path("/usr/lib/nginx/modules/ngx_http_js_module.so")
EXPORTED = "server {{ listen 127.0.0.1:{port}; include {folder}/files/nginx.conf; }}"

CACHED = """
  proxy_cache_path {folder}/cache keys_zone=pages:8m max_size=64m;
  upstream house {{ server 127.0.0.1:{house}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://house; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host localhost; proxy_set_header Accept-Encoding gzip;
      proxy_cache pages; proxy_cache_valid 200 1h; proxy_ignore_headers Vary Set-Cookie Cache-Control Expires;
    }}
  }}
"""


def candidates(folder: Path, words: str) -> list[Candidate]:
    """Return everything that is measured, ready to be started."""
    ports = iter(range(9610, 9630))
    keyring = Keyring([SECRET])
    cookies = folder / "cookies"
    cookies.write_text("".join(f"pass={one}\n" for one in passes(keyring)))
    # Strangers ask in the same way as subscribers, but for the cookie.
    nobody = folder / "nobody"
    nobody.write_text("-\n" * READERS)
    front_port, static_port, house_port, cached_port, njs_port, our_port = (
        next(ports) for _ in range(6)
    )
    (folder / "front.py").write_text(
        FRONT.format(root=str(ROOT), secret=SECRET, folder=str(folder / "pages"), port=front_port)
    )
    www = folder / "www" / PATH.strip("/")
    www.mkdir(parents=True)
    (www / "index.html").write_text(words)
    (www / "index.html.gz").write_bytes(gzip.compress(words.encode(), 6, mtime=0))
    export(folder, keyring)
    # The export is for its owner alone, who is root where this is measured as root.
    user = "user root;" if os.geteuid() == 0 else ""
    for port, more in (
        (static_port, STATIC.format(port=static_port, folder=folder)),
        (cached_port, CACHED.format(port=cached_port, folder=folder, house=house_port)),
        (njs_port, EXPORTED.format(port=njs_port, folder=folder)),
    ):
        top = f"load_module {NJS_MODULE}; {user}" if port == njs_port else user
        conf = NGINX_CONF.format(folder=folder, port=port, more=more, top=top)
        (folder / f"nginx-{port}.conf").write_text(conf)
    site = stock_wagtail.lay_out(folder, words)
    front = [sys.executable, str(folder / "front.py")]
    unchanged = (f"If-None-Match: {_etag(folder)}",)
    granian = _granian(house_port, "stock.wsgi:application")
    njs = [NGINX, "-c", f"{folder}/nginx-{njs_port}.conf"]
    home = our_magazine(folder, words)
    ours = (("MASTHEAD_HOME", str(home)), ("PYTHONPATH", str(ROOT)))
    stock = (("DJANGO_SETTINGS_MODULE", "stock.settings.dev"), ("PYTHONPATH", str(site)))
    return [
        Candidate("nginx_static", [NGINX, "-c", f"{folder}/nginx-{static_port}.conf"], static_port),
        Candidate("front_stranger", front, front_port, cookies=nobody),
        Candidate("front_subscriber", front, front_port, cookies=cookies),
        Candidate("front_not_modified", front, front_port, unchanged, cookies=cookies),
        Candidate("njs_stranger", njs, njs_port, cookies=nobody),
        Candidate("njs_subscriber", njs, njs_port, cookies=cookies),
        Candidate("njs_not_modified", njs, njs_port, unchanged, cookies=cookies),
        Candidate("house_uncached", _granian(our_port, "masthead.config.wsgi:application"), our_port, (), ours),
        Candidate("wagtail_stock", granian, house_port, (), stock, site, path=stock_wagtail.ARTICLE),
        Candidate("wagtail_bare", granian, house_port, (), stock, site, path=stock_wagtail.BARE),
        Candidate(
            "wagtail_nginx_cached",
            ["/bin/sh", "-c", f"{NGINX} -c {folder}/nginx-{cached_port}.conf & exec {' '.join(granian)}"],
            cached_port, (), stock, site, path=stock_wagtail.ARTICLE,
        ),
    ]  # fmt: skip


def passes(keyring: Keyring) -> Iterator[str]:
    """Yield the passes of subscribers who have signed in, each in a session of their own."""
    key = Key("term", "title", frozenset({"subscribers"}))
    for number in range(READERS):
        yield keyring.sign(Pass((key,), int(time.time()) + 86400, f"session-{number:024d}"))


def export(folder: Path, keyring: Keyring) -> None:
    """Write the page as files, for nginx."""
    front = Front(keyring, "pass", ("sessionid", "ticket"))
    store = Store(folder / "pages")
    made = Export(folder / "files", front, house="http://127.0.0.1:9")
    made.publish(store, time.time())
    made.close()
    store.close()


def our_magazine(folder: Path, words: str) -> Path:
    """Make a magazine with an open article of the same words, of which nothing is pressed."""
    home, copy = folder / "ours", folder / "copy"
    copy.mkdir()
    prose = "\n\n".join(re.findall("<p>(.*?)</p>", words))
    (copy / "a-long-read.md").write_text(
        f"---\ntitle: A long read\ndate: 2026-01-01\naccess: open\n---\n\n{prose}\n"
    )
    masthead = [sys.executable, "-m", "masthead.cli"]
    run([*masthead, "new", str(home), "--name", "The Gazette", "--address", f"http://{HOST}"], ROOT)
    run([*masthead, "--home", str(home), "import", "markdown", str(copy)], ROOT)
    run([*masthead, "--home", str(home), "django", "collectstatic", "--noinput"], ROOT)
    return home


def _granian(port: int, application: str) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--blocking-threads", "1", "--log-level", "error", application,
    ]  # fmt: skip


def _etag(folder: Path) -> str:
    store = Store(folder / "pages")
    record = next(store.records())
    store.close()
    return f'"{record.variants["whole"].digest}-gzip"'


def measure(candidate: Candidate, seconds: int) -> tuple[float, float]:
    """Return CPU microseconds a request, and requests a second, of one round."""
    server = subprocess.Popen(  # noqa: S603
        candidate.command, cwd=candidate.folder, start_new_session=True,
        env=environment(**dict(candidate.environment)), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    headers = [f"Host: {HOST}", *BROWSER, *candidate.headers]
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}"]
    wrk += [part for header in headers for part in ("-H", header)]
    if candidate.cookies:
        script = candidate.cookies.with_suffix(".lua")
        script.write_text(ASKING % str(candidate.cookies))
        wrk += ["-s", str(script)]
    url = f"http://127.0.0.1:{candidate.port}{candidate.path}"
    try:
        for _try in range(100):
            if _asked(url, headers):
                break
            time.sleep(0.1)
        subprocess.run([*wrk, "-d1s", url], capture_output=True, check=True)  # noqa: S603
        # What a slow server was still asked as that ended is no part of what follows.
        before = _cpu(server.pid)
        time.sleep(0.3)
        while (now := _cpu(server.pid)) > before + 0.05:
            before = now
            time.sleep(0.3)
        told = subprocess.run([*wrk, f"-d{seconds}s", url], capture_output=True, text=True).stdout  # noqa: S603
        used = _cpu(server.pid) - before
    finally:
        os.killpg(server.pid, 15)
        server.wait()
    count = re.search(r"(\d+) requests in", told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if (
        not count
        or count[1] == "0"
        or not rate
        or ("Non-2xx" in told and "not_modified" not in candidate.name)
    ):
        raise SystemExit(f"{candidate.name} did not answer as it should:\n{told}")
    return used / int(count[1]) * 1e6, float(rate[1])


def _asked(url: str, headers: list[str]) -> bool:
    command = ["curl", "-sf", "-o", "/dev/null", url]
    command += [part for header in headers for part in ("-H", header)]
    return subprocess.run(command).returncode == 0  # noqa: S603


def _cpu(first: int) -> float:
    """Return the seconds of CPU that a process and all below it have used."""
    family, ticks = {first}, 0
    stats = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats.append((int(file.parent.name), int(values[1]), int(values[11]) + int(values[12])))
    for pid, parent, _used in sorted(stats):
        if parent in family:
            family.add(pid)
    ticks = sum(used for pid, _parent, used in stats if pid in family)
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure every candidate, round after round."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=int, default=4)
    asked.add_argument("--only", default="", help="measure only those whose names begin so")
    options = asked.parse_args()
    say: Callable[..., None] = (lambda *_: None) if options.json else print
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="masthead-benchmark-") as name:
        folder, words = Path(name), article()
        os.chmod(folder, 0o755)  # noqa: S103 -- nginx's worker is another user.
        fill(folder, words)
        everything = [one for one in candidates(folder, words) if one.name.startswith(options.only)]
        for number in range(options.rounds):
            for one in everything:
                taken = measure(one, options.seconds)
                found.setdefault(one.name, []).append(taken)
                say(f"round {number + 1}: {one.name:<22} {taken[0]:>9.1f} µs {taken[1]:>9.0f}/s")
    result = {
        one: {
            "cpu_us": round(statistics.median(cpu for cpu, _rate in rounds), 1),
            "per_second": round(statistics.median(rate for _cpu, rate in rounds)),
        }
        for one, rounds in found.items()
    }

    summary: dict[str, object] = {"candidates": result}
    for key, (of, to) in RATIOS.items():
        if of in found and to in found:
            pairs = zip(found[of], found[to], strict=True)
            summary[key] = round(statistics.median(a[0] / b[0] for a, b in pairs), 2)
    if options.json:
        print(json.dumps(summary, indent=1))
        return
    for one, values in result.items():
        print(f"{one:<22} {values['cpu_us']:>9.1f} µs of CPU, {values['per_second']:>7}/s")
    for key, (how, aim) in AIMS.items():
        if key not in summary:
            continue
        value = float(str(summary[key]))
        met = value <= aim if how == "at most" else value >= aim
        print(f"{key}: {value} ({how} {aim:g}: {'kept' if met else 'MISSED'})")
    for key, value in summary.items():
        if key not in AIMS and key != "candidates":
            print(f"{key}: {value}")


if __name__ == "__main__":
    main()
