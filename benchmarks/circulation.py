"""How long does an issue take to be served to a hundred thousand subscriptions, in how much memory?

Each gets a service record and what a copy earns is booked; the peer is a plain loop that serves one
subscription after another, each in a transaction of its own. Then: how many readers a second can be
asked whether they may read, with all their facts fetched; the peer is Django asking for the
permissions of as many people. And how long the plan of the day's renewals takes.

Runs on an SQLite file of its own, or on the server that MASTHEAD_DATABASE_URL names (an empty
database), which it migrates and fills.
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
from django.db import connection  # noqa: E402

from masthead.circulation import facts, renewals, serving  # noqa: E402
from masthead.circulation.deals import Deal, Price, Promised, Share  # noqa: E402
from masthead.circulation.entitlements import Work, may_read, viewer_with  # noqa: E402
from masthead.circulation.models import (  # noqa: E402
    Offer,
    OfferVersion,
    Order,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.editorial import founding, issues  # noqa: E402
from masthead.editorial.models import Issue, IssueIndex, Title  # noqa: E402
from masthead.people.models import User  # noqa: E402

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
SAMPLE = 500
ASKED = 2000
FORTNIGHT = timedelta(days=14)
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PARTS = [
    {"component": "digital", "minor": 4500, "tax": 294, "rate": 700},
    {"component": "audio", "minor": 1500, "tax": 239, "rate": 1900},
]
for part in PARTS:
    part.update(tax_account="liabilities:tax:DE:mwst", rate_name="MwSt")


def fill() -> Title:
    """Return a title with so many subscriptions of 24 copies."""
    title = founding.found(name="The Gazette", address="http://testserver")
    deal = Deal("A year", "", "copies", 24, 0, (Price("EUR", 6000),),
                (Share("digital", 3), Share("audio", 1)), (Promised("subscriber-articles", {}),))  # fmt: skip
    offer = Offer.objects.create(title=title, slug="year", name="A year", copies=24)
    version = OfferVersion.objects.create(
        offer=offer, number=1, spec=deal.to_json(), published_at=NOW
    )
    for first in range(0, COUNT, 5000):
        some = range(first, min(first + 5000, COUNT))
        users = User.objects.bulk_create(
            [User(email=f"reader{number}@readers.example") for number in some], 500
        )
        subscriptions = Subscription.objects.bulk_create(
            [Subscription(title=title, reader=one, payer=one, opened_at=NOW) for one in users], 500
        )
        orders = Order.objects.bulk_create(
            [
                Order(version=version, payer=one.payer, reader=one.reader, subscription=one,
                      minor=6000, currency="EUR", parts=PARTS, country="DE", provider="test",
                      request=uuid.uuid4(), ordered_at=NOW)
                for one in subscriptions
            ], 500
        )  # fmt: skip
        Term.objects.bulk_create(
            [
                Term(subscription=order.subscription, sequence=1, order=order, version=version,
                     copies=24, minor=6000, currency="EUR", parts=PARTS, first_sequence=1,
                     opened_at=NOW)
                for order in orders
            ], 500
        )  # fmt: skip
    return title


def on_sale(number: int) -> Issue:
    """Return another issue on sale."""
    issue = Issue(title=f"Issue {number}", slug=f"issue-{number}", number=str(number),
                  cover_date=NOW.date(), state="open", live=False)  # fmt: skip
    IssueIndex.objects.get().add_child(instance=issue)
    return issues.put_on_sale(issue, at=NOW + number * FORTNIGHT)


def ask(title: Title) -> None:
    """Print how many readers a second are told whether they may read, beside the peer."""
    at = NOW + 2 * FORTNIGHT
    work = Work("article", "subscribers", str(title.key), issue=2)
    pks = range(0, COUNT, max(1, COUNT // ASKED))
    first = User.objects.earliest("pk").pk
    ours = theirs = 0.0
    for pk in pks:
        reader, stranger = (User.objects.get(pk=first + pk) for _twice in range(2))
        began = time.process_time()
        decision = may_read(viewer_with(facts.facts_of(reader, at), at), work, at)
        between = time.process_time()
        stranger.has_perm("circulation.add_grant")
        ours, theirs = ours + between - began, theirs + time.process_time() - between
        assert decision.parts == "full"
    print(
        f"may they read, of {len(pks):,}: {len(pks) / ours:,.0f}/s; has_perm: {len(pks) / theirs:,.0f}/s "
        f"(seconds of CPU); {ours / theirs:.1f} times as long"
    )


def main() -> None:
    """Print what it takes, beside the peer."""
    call_command("migrate", verbosity=0)
    title = fill()
    print(f"{COUNT:,} subscriptions on {connection.vendor}")
    for number in (1, 2):
        issue = on_sale(number)
        sample = Subscription.objects.filter(title=title).order_by("pk")[:SAMPLE]
        began = time.perf_counter()
        for pk in sample.values_list("pk", flat=True):
            serving.serve_to(issue, [pk], at=issue.on_sale_at)
        one_by_one = (time.perf_counter() - began) / SAMPLE
        began, cpu = time.perf_counter(), time.process_time()
        served = serving.serve(issue, at=issue.on_sale_at)["paid"]
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert served == COUNT - SAMPLE
        each = took / served
        print(
            f"issue {number}: {took:6.1f} s ({cpu:.1f} s of CPU), {each * 1e6:6.0f} µs each; "
            f"one by one {one_by_one * 1e6:6.0f} µs: {one_by_one / each:.1f} times as fast"
        )
    began = time.perf_counter()
    assert not serving.serve(issue, at=issue.on_sale_at)
    print(f"run again, for nobody: {time.perf_counter() - began:6.1f} s")
    assert ServiceRecord.objects.count() == 2 * COUNT
    ask(title)
    began = time.perf_counter()
    renewals.plan(title, at=NOW + 3 * FORTNIGHT)
    print(f"the plan of renewals, for nobody: {time.perf_counter() - began:6.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


main()
