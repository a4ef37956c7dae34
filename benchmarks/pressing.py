"""What does it cost to press ten thousand articles, in which memory, and to change the theme?

Closed articles of some 900 words with a picture's worth of front matter, in an issue's sections. First
each is made ready (`compose`), then all are pressed from their formes, as after a change of theme. The peer is the house, which
is asked for the same pages in the same variants as a browser would ask, with nothing kept.

Runs on an SQLite file of its own, or on the server that MASTHEAD_DATABASE_URL names (an empty
database), which it migrates and fills. `--home FOLDER` keeps the file for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

parser = argparse.ArgumentParser(description="Measure a press run.")
parser.add_argument("count", type=int, nargs="?", default=10_000, help="how many articles")
parser.add_argument("--home", type=Path, help="where the magazine is kept, or is found filled")
parser.add_argument("--json", action="store_true", help="print one JSON object")
OPTIONS = parser.parse_args()
HOME = OPTIONS.home or Path(tempfile.mkdtemp())

from masthead.cli import new  # noqa: E402
from masthead.config.starting import start  # noqa: E402

if not (HOME / "masthead.toml").exists():
    new.lay_out(HOME)
os.environ["MASTHEAD_HOME"] = str(HOME)
start()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import many_articles  # noqa: E402
from masthead.circulation import viewers  # noqa: E402
from masthead.circulation.entitlements import ANONYMOUS, EVERY_CLASS, Viewer  # noqa: E402
from masthead.edge.locks import Key  # noqa: E402
from masthead.editorial.models import (  # noqa: E402
    Article,
    Title,
)
from masthead.newsstand import composing, own_requests  # noqa: E402
from masthead.newsstand.pressed_articles import PRESSES, VARIANTS  # noqa: E402
from masthead.production import page_store, press_runs  # noqa: E402
from masthead.production.models import Change, Forme  # noqa: E402

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ADDRESS = "http://localhost:8000"
SAMPLE = 40
LETTERS = "etaoinshrdlucmfwypvbgk"


def fill(count: int) -> None:
    """Found a magazine with so many closed articles of 900 words."""
    chance = random.Random(45)  # noqa: S311 - no secret.
    known = ["".join(chance.choices(LETTERS, k=chance.randint(2, 9))) for _ in range(8000)]
    many_articles.fill(
        count, lambda words: " ".join(chance.choices(known, k=words)), chance,
        address=ADDRESS, newest=NOW,
    )  # fmt: skip
    Change.objects.all().delete()


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    """Note the CPU and the wall clock that something takes, in seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    into[f"{name}_cpu"] = round(time.process_time() - cpu, 2)
    into[f"{name}_wall"] = round(time.perf_counter() - wall, 2)


def by_the_house(articles: list[Article]) -> int:
    """Ask the house for articles in each variant; return how many answers there were."""
    title = Title.objects.get()
    answers = 0
    for article in articles:
        keys = [
            Key(one.rules[0], str(title.key), EVERY_CLASS, article=str(article.key))
            for one in VARIANTS
        ]
        for viewer in (ANONYMOUS, *(Viewer(keys=(key,)) for key in keys)):
            request = own_requests.request_to(ADDRESS, article.url or "/", address=PRESSES)
            viewers.see_as(request, viewer)
            assert own_requests.answer_to(request).status_code == 200
            answers += 1
    return answers


def memory() -> int:
    """Return the memory of this process in MB, without the store's file, which it has mapped."""
    text = Path("/proc/self/status").read_text()
    return int(re.search(r"^RssAnon:\s+([0-9]+)", text, re.MULTILINE)[1]) // 1024


def main() -> None:
    """Fill, make ready, press twice, and print."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Article.objects.exists():
        fill(OPTIONS.count)
    count = Article.objects.count()
    articles = Article.objects.order_by("pk")
    took: dict[str, float] = {}
    Forme.objects.all().delete()
    by_the_house(list(articles[:2]))  # Templates are read, caches are warm.
    sample = list(articles[:: max(1, count // SAMPLE)][:SAMPLE])
    with timed(took, "house"):
        answers = by_the_house(sample)
    pks = list(articles.values_list("pk", flat=True))
    with timed(took, "ready"):
        for first in range(0, count, press_runs.IN_ONE_EDITION):
            some = pks[first : first + press_runs.IN_ONE_EDITION]
            composing.ready(some, at=timezone.now(), version=1)
    settings.INSTALLATION.pages.mkdir(exist_ok=True)
    page_store.here().set_in("another theme")
    before = memory()
    with timed(took, "press"):
        pages = press_runs.press_all(at=timezone.now())
    drawn = sum(
        len({variant.digest for variant in record.variants.values()})
        for record in page_store.here().records()
    )
    each = took["press_cpu"] / drawn
    result = took | {
        "articles": count,
        "pages": pages,
        "variants": drawn,
        "ms_each": round(1000 * each, 2),
        "minutes_for_30000": round(each * 30_000 / 60, 2),
        "house_ms_each": round(1000 * took["house_cpu"] / answers, 2),
        "times_less_than_house": round(took["house_cpu"] / answers / each, 1),
        "ready_ms_each": round(1000 * took["ready_cpu"] / count, 2),
        "memory_before_mb": before,
        "memory_mb": memory(),
    }
    if OPTIONS.json:
        print(json.dumps(result))
        return
    print(f"{count} articles; one is made ready in {result['ready_ms_each']} ms of CPU.")
    print(
        f"Pressed from formes: {pages} pages, {drawn} variants in {took['press_cpu']} s of CPU "
        f"({took['press_wall']} s): {result['ms_each']} ms each, packed; "
        f"{result['minutes_for_30000']} CPU-minutes for 30,000."
    )
    print(
        f"The house, asked for {answers} of them with nothing kept: {result['house_ms_each']} ms "
        f"each, unpacked; {result['times_less_than_house']} times as much."
    )
    print(f"Memory: {before} MB before the run, {result['memory_mb']} MB after it.")


if __name__ == "__main__":
    main()
