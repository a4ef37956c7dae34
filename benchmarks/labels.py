"""How long do ten thousand labels take, from the plan to the file?

Runs on an SQLite file of its own, which it migrates and fills, with addresses of several
countries. There is no peer.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

HOME = Path(tempfile.mkdtemp())

from masthead.cli import new  # noqa: E402

new.lay_out(HOME)
os.environ["MASTHEAD_HOME"] = str(HOME)
django.setup()

from django.core.management import call_command  # noqa: E402

from masthead.circulation import label_files, label_runs, serving  # noqa: E402
from masthead.circulation.deals import Deal, Price, Share  # noqa: E402
from masthead.circulation.models import (  # noqa: E402
    Offer,
    OfferVersion,
    Order,
    Subscription,
    Term,
)
from masthead.editorial import founding, issues  # noqa: E402
from masthead.editorial.models import Issue, IssueIndex  # noqa: E402
from masthead.people.models import Address, User  # noqa: E402

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PLACES = (
    ("DE", "Lindenweg 3", "BERLIN", "", "10115"),
    ("FR", "3 rue des Lilas", "PARIS", "", "75020"),
    ("US", "10 High Street\nApt 4", "ANN ARBOR", "MI", "48104"),
    ("CN", "人民路1号", "北京市", "北京市", "100000"),
    ("BR", "Rua das Flores 5", "SÃO PAULO", "SP", "01310-000"),
)
PARTS = [{"component": "digital", "minor": 6000}, {"component": "print", "minor": 3600}]
for part in PARTS:
    part.update(tax=0, tax_account="", rate=0, rate_name="")


def fill() -> Issue:
    """Return an issue that so many people are owed in print."""
    title = founding.found(name="The Gazette", address="http://testserver")
    deal = Deal("A year", "", "copies", 24, 0, (Price("EUR", 6000, print_extra=3600),),
                (Share("digital", 1),), ())  # fmt: skip
    offer = Offer.objects.create(title=title, slug="year", name="A year", copies=24)
    version = OfferVersion.objects.create(
        offer=offer, number=1, spec=deal.to_json(), published_at=NOW
    )
    users = User.objects.bulk_create(
        [User(email=f"reader{number}@readers.example") for number in range(COUNT)], 500
    )
    places = [PLACES[number % len(PLACES)] for number in range(COUNT)]
    Address.objects.bulk_create(
        [
            Address(user=user, name=f"Reader {user.pk}", street=street, city=city, region=region,
                    postcode=postcode, country=country, is_for_post=True, written_at=NOW)
            for user, (country, street, city, region, postcode) in zip(users, places, strict=True)
        ], 500
    )  # fmt: skip
    subscriptions = Subscription.objects.bulk_create(
        [Subscription(title=title, reader=user, payer=user, opened_at=NOW) for user in users], 500
    )
    orders = Order.objects.bulk_create(
        [
            Order(version=version, payer=user, reader=user, subscription=one, minor=9600,
                  currency="EUR", parts=PARTS, with_print=True, country="DE", provider="test",
                  request=uuid.uuid4(), ordered_at=NOW)
            for user, one in zip(users, subscriptions, strict=True)
        ], 500
    )  # fmt: skip
    Term.objects.bulk_create(
        [
            Term(subscription=one, sequence=1, order=order, version=version, copies=24, minor=9600,
                 currency="EUR", parts=PARTS, with_print=True, first_sequence=1, opened_at=NOW)
            for one, order in zip(subscriptions, orders, strict=True)
        ], 500
    )  # fmt: skip
    issue = Issue(title="Issue 1", slug="issue-1", number="1", cover_date=NOW.date(), state="open",
                  planned_on_sale_at=NOW + timedelta(days=14))  # fmt: skip
    IssueIndex.objects.get().add_child(instance=issue)
    return issue


def main() -> None:
    """Print what each step takes."""
    call_command("migrate", verbosity=0)
    issue = fill()
    began, cpu = time.perf_counter(), time.process_time()
    run = label_runs.freeze(issue, at=NOW)
    assert run is not None
    frozen, cpu = time.perf_counter(), time.process_time() - cpu
    data = label_files.file_of(run)
    written = time.perf_counter()
    sold = issues.put_on_sale(issue, at=NOW + timedelta(days=14))
    before = time.perf_counter()
    serving.serve(sold, at=NOW + timedelta(days=14))
    served = time.perf_counter()
    assert label_runs.freeze(issue, at=NOW + timedelta(days=15), supplemental=True) is None
    again = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{run.rows:,} labels frozen, with their SHA-256   {frozen - began:6.2f} s")
    print(f"  of it CPU of this process              {cpu:6.2f} s")
    print(f"their file once more, {len(data) / 1e6:.1f} MB           {written - frozen:6.2f} s")
    print(f"the issue served                         {served - before:6.2f} s")
    print(f"a supplemental run that adds nobody      {again - served:6.2f} s")
    print(f"peak memory {peak:,.0f} MB")


main()
