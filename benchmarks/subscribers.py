"""How long does a list of ten thousand subscribers take to be taken over, and once more?

Runs on an SQLite file of its own, which it migrates. There is no peer.
"""

from __future__ import annotations

import csv
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import django

HOME = Path(tempfile.mkdtemp())

from masthead.cli import new  # noqa: E402

new.lay_out(HOME)
os.environ["MASTHEAD_HOME"] = str(HOME)
django.setup()

from django.core.management import call_command  # noqa: E402

from masthead.circulation import auditing  # noqa: E402
from masthead.circulation.deals import Deal, Price, Share  # noqa: E402
from masthead.circulation.models import Offer, OfferVersion  # noqa: E402
from masthead.editorial import founding  # noqa: E402
from masthead.exchange.importers import subscribers  # noqa: E402
from masthead.payments.models import TaxRate  # noqa: E402

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
COLUMNS = (
    "number", "mail", "first_name", "last_name", "street", "city", "postcode", "country", "offer",
    "copies_left", "basis", "price", "currency", "print",
)  # fmt: skip


def write(path: Path) -> None:
    """Write a list of so many lines."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(COUNT):
            writer.writerow([
                f"A-{number}", f"reader{number}@readers.example", "Ada", f"Byron {number}",
                f"Weg {number}", "Berlin", "10115", "DE", "year", 1 + number % 24, 24, "60.00",
                "EUR", "yes",
            ])  # fmt: skip


def main() -> None:
    """Print what each step takes."""
    call_command("migrate", verbosity=0)
    title = founding.found(name="The Gazette", address="http://testserver")
    for kind, rate in {"digital": 700, "print": 500}.items():
        TaxRate.objects.create(
            country="DE", kind=kind, basis_points=rate, name="MwSt", from_on=date(2020, 1, 1)
        )
    deal = Deal("A year", "", "copies", 24, 0, (Price("EUR", 6000, print_extra=3600),),
                (Share("digital", 1),), ())  # fmt: skip
    offer = Offer.objects.create(title=title, slug="year", name="A year", copies=24)
    OfferVersion.objects.create(offer=offer, number=1, spec=deal.to_json(), published_at=NOW)
    path = HOME / "list.csv"
    write(path)
    for what in ("taken over", "the same list again"):
        began, cpu = time.perf_counter(), time.process_time()
        report = subscribers.run(path, title=title, now=NOW, way="transfer")
        took = f"{time.perf_counter() - began:.1f} s, {time.process_time() - cpu:.1f} of CPU"
        print(f"{COUNT:,} {what}: {took} ({report.counts})")
    print(auditing.complaints(NOW) or "The books agree.")
    print(f"Most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


main()
