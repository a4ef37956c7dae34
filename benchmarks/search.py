"""What does a search of the archive cost with fifty thousand articles in it?

Asked for by a stranger and by a subscriber, with a rare word, common ones, a phrase and filters; the
first page with its excerpts and the counts of all filters. The peer is Django's `icontains` over the
same headlines, standfirsts and texts, newest first, one page and a count: it knows no endings, no
ranks, no excerpts, and no gate.

Runs on an SQLite file of its own, or on the server that MASTHEAD_DATABASE_URL names (an empty
database), which it migrates and fills. `--home FOLDER` keeps the file for the next time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

parser = argparse.ArgumentParser(description="Measure the search of the archive.")
parser.add_argument("count", type=int, nargs="?", default=50_000, help="how many articles")
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

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402

from benchmarks import many_articles  # noqa: E402
from masthead.circulation.entitlements import EVERY_CLASS  # noqa: E402
from masthead.edge.locks import Key  # noqa: E402
from masthead.editorial.archive import filing, questions, searching, vocabulary  # noqa: E402
from masthead.editorial.models import (  # noqa: E402
    ArchiveEntry,
    Article,
    Section,
    Title,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PER_PAGE, ROUNDS = 20, 15
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
    "bra",
    "cle",
    "dri",
    "flo",
    "gru",
]
# Words with endings that a stemmer takes off, the frequent ones short, as in a language.
VOCABULARY = [
    "".join(word) + ending
    for length in (1, 2, 3)
    for word in itertools.product(SYLLABLES, repeat=length)
    for ending in ("", "s", "ing", "ed")
][:40_000]
FILLED = ["the", "of", "and", "to", "in", "that", "is", "was", "for", "on"]


def text(chance: random.Random, length: int) -> str:
    """Return so many words, as frequent as those of a language are."""
    known = len(VOCABULARY)
    return " ".join(
        chance.choice(FILLED) if chance.random() < 0.25
        else VOCABULARY[min(known - 1, int(chance.paretovariate(0.35)))]
        for _each in range(length)
    )  # fmt: skip


def fill(count: int) -> Title:
    """Return a title with so many articles over forty years, one in ten of them everybody's."""
    chance = random.Random(43)  # noqa: S311 - no secret.
    return many_articles.fill(
        count, lambda words: text(chance, words), chance,
        address="http://testserver", newest=NOW, paragraphs=(6, 14), each=70, topics=80, open_in=10,
    )  # fmt: skip


def first_page(title: Title, asked: str, keys: list[Key], marks: tuple[str, ...] = ()) -> int:
    """Do what a page of results needs of the archive; return how many articles there are."""
    question = questions.read(asked)
    found = searching.search(title, question, marks=marks, keys=keys, at=NOW)
    found.counts()
    searching.excerpts_of(found.hits[:PER_PAGE], question)
    if not found.hits:
        vocabulary.corrections(title, [w for term in question.wanted for w in term.words])
    return len(found.hits)


def contained(asked: str) -> int:
    """Do what Django does without an index."""
    rows = Article.objects.live()
    for word in asked.replace('"', "").split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(standfirst__icontains=word) | Q(body__icontains=word)
        )
    list(rows.order_by("-published_at").values_list("pk", "title")[:PER_PAGE])
    return rows.count()


def milliseconds(work: Callable[[], Any], rounds: int) -> list[float]:
    """Return what each round took of CPU; on PostgreSQL of the server's, too, or nearly."""
    took = []
    for _round in range(rounds):
        began = _cpu()
        work()
        took.append((_cpu() - began) * 1000)
    return took


def _cpu() -> float:
    """Return the seconds of CPU of this process and of the one that serves it on PostgreSQL."""
    served = 0.0
    if connection.vendor == "postgresql":
        pid = connection.connection.info.backend_pid
        # Whoever may read it: how long a process has run, in nanoseconds.
        served = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return time.process_time() + served


def main() -> None:
    """Fill, build, and print what each question costs."""
    call_command("migrate", verbosity=0)
    title = Title.objects.first() or fill(OPTIONS.count)
    if not ArchiveEntry.objects.exists():
        began = time.process_time()
        filed = filing.build(at=NOW, tell=lambda done, of: None)
        took = time.process_time() - began
        print(f"built: {filed:,} articles, {took:.0f} s of CPU, {took / filed * 1e3:.1f} ms each",
              file=sys.stderr)  # fmt: skip
    count = ArchiveEntry.objects.count()
    key = [Key("term", str(title.key), EVERY_CLASS)]
    narrow = [Key("single-copy", str(title.key), EVERY_CLASS, issues=(1, 9)),
              Key("signed-up", str(title.key), frozenset({"registered"}))]  # fmt: skip
    section = f"s{Section.objects.first().pk}"
    rare, some, common = VOCABULARY[9000], VOCABULARY[300], VOCABULARY[2]
    asked: dict[str, tuple[str, list[Key], tuple[str, ...]]] = {
        "stranger, a rare word": (rare, [], ()),
        "stranger, a word of many": (common, [], ()),
        "stranger, mistyped": (rare[0] + rare[2] + rare[1] + rare[3:], [], ()),
        "subscriber, a rare word": (rare, key, ()),
        "subscriber, two words": (f"{some} {VOCABULARY[120]}", key, ()),
        "subscriber, a word of many": (common, key, ()),
        "subscriber, a phrase of many words": (f'"the {common}"', key, ()),
        "subscriber, many and without": (f"{common} -{some}", key, ()),
        "subscriber, many in a section": (common, key, (section,)),
        "subscriber, everything of a section": ("", key, (section,)),
        "who has single copies, a word of many": (common, narrow, ()),
    }
    told: dict[str, Any] = {"articles": count, "database": connection.vendor}
    print(f"{count:,} articles on {connection.vendor}")
    for name, (words, keys, marks) in asked.items():
        hits = first_page(title, words, keys, marks)
        took = statistics.median(
            milliseconds(lambda: first_page(title, words, keys, marks), ROUNDS)  # noqa: B023 - run at once.
        )
        told[name] = {"milliseconds": round(took, 2), "hits": hits}
        print(f"{name:<40} {took:8.2f} ms of CPU   {hits:>6} hits")
    for name, words in (("a rare word", rare), ("two words", f"{some} {VOCABULARY[120]}")):
        ours: list[float] = []
        theirs: list[float] = []
        for _round in range(3):
            theirs += milliseconds(lambda: contained(words), 1)  # noqa: B023 - run at once.
            ours += milliseconds(lambda: first_page(title, words, key), 1)  # noqa: B023
        ratio = statistics.median(theirs) / statistics.median(ours)
        told[f"times_less_than_icontains, {name}"] = round(ratio, 1)
        print(f"icontains, {name:<29} {statistics.median(theirs):8.1f} ms of CPU: x{ratio:.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told["peak_memory_mb"] = round(peak)
    print(f"peak memory {peak:,.0f} MB")
    if OPTIONS.json:
        print(json.dumps(told))


main()
