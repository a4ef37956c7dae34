"""Whatever readers do between issues: copies are conserved, labelled once, and go where one lived.

Weeks pass in any order of acts; a plain model beside keeps who is where and who is paused.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.circulation import (
    claims,
    endings,
    label_files,
    label_runs,
    pauses,
    serving,
    standing,
    stock,
)
from masthead.circulation.models import Label, LabelRun, ServiceRecord
from masthead.editorial import issues
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

DAY = timedelta(days=1)
BOUGHT, READERS = 3, 3
ACTS = ("move", "pause", "resume", "cancel", "claim", "freeze", "more", "sell", "sell")
WEEK = st.tuples(st.sampled_from(ACTS), st.integers(0, READERS - 1))


class World:
    """A title with three readers in print, one act after the other, a week apart."""

    def __init__(self) -> None:
        self.title = editorial.magazine()
        version = make.version(self.title, make.deal(copies=BOUGHT))
        self.at, self.houses = THEN, dict.fromkeys(range(READERS), 1)
        self.subscriptions = []
        for _number in range(READERS):
            reader = make.reader()
            addresses.write(reader, "DE", self.house(1), at=THEN)
            self.subscriptions.append(make.subscription(version, reader=reader, with_print=True))
        self.where: dict[tuple[int, int], str] = {}
        self.coming = editorial.issue(self.title, state="open")

    def house(self, number: int) -> dict[str, str]:
        return {"name": "Ada", "street": f"Weg {number}", "city": "Berlin", "postcode": "10115"}

    def act(self, name: str, number: int) -> None:
        self.at += 7 * DAY
        one = self.subscriptions[number]
        one.refresh_from_db()
        getattr(self, name)(one, number)

    def move(self, one, number) -> None:
        old = one.reader.addresses.standing().get()
        self.houses[number] += 1
        addresses.write(one.reader, "DE", self.house(self.houses[number]), at=self.at,
                        replacing=old)  # fmt: skip

    def pause(self, one, number) -> None:
        if not one.ended_at and not one.holds.filter(lifted_at=None).exists():
            pauses.hold(one, starts_on=self.at.date(), at=self.at)

    def resume(self, one, number) -> None:
        for hold in one.holds.all():
            pauses.lift(hold, at=self.at)

    def cancel(self, one, number) -> None:
        if not one.ended_at:
            endings.cancel(one, request=uuid.uuid4(), at=self.at)

    def claim(self, one, number) -> None:
        records = ServiceRecord.objects.filter(subscription=one).exclude(kind="replacement")
        copy = records.order_by("-pk").first()
        if copy and not one.ended_at:
            stock.count(copy.issue, 1, at=self.at)
            try:
                claims.claim(copy, "damaged", request=uuid.uuid4(), at=self.at)
            except claims.CannotClaim:
                return

    def freeze(self, one, number) -> None:
        self.note(label_runs.freeze(self.coming, at=self.at))

    def more(self, one, number) -> None:
        for run in LabelRun.objects.filter(kind="main"):
            self.note(label_runs.freeze(run.issue, at=self.at, supplemental=True))

    def sell(self, one, number) -> None:
        sold = issues.put_on_sale(self.coming, at=self.at)
        serving.serve(sold, at=self.at)
        assert not serving.serve(sold, at=self.at)
        self.coming = editorial.issue(self.title, state="open")

    def note(self, run) -> None:
        """Keep where each lived whose label is new."""
        for label in run.labels.all() if run else ():
            number = [one.pk for one in self.subscriptions].index(label.subscription_id)
            self.where.setdefault(label.pk, f"Weg {self.houses[number]}")

    def check(self) -> None:
        served = ServiceRecord.objects.exclude(kind="replacement")
        pairs = Counter(served.values_list("subscription", "issue"))
        assert set(pairs.values()) <= {1}
        labels = Label.objects.filter(record=None)
        assert set(Counter(labels.values_list("subscription", "issue")).values()) <= {1}
        for label in Label.objects.all():
            assert label.lines[1] == self.where[label.pk]
        for run in LabelRun.objects.all():
            assert hashlib.sha256(label_files.file_of(run)).hexdigest() == run.sha256
        for one in self.subscriptions:
            one.refresh_from_db()
            account = standing.of_one(one)
            paid = served.filter(subscription=one, kind="paid").count()
            if not one.ended_at:
                assert paid + account.left == BOUGHT

    def close(self) -> None:
        """After a last run for every issue each printed copy has been labelled."""
        for issue in {record.issue for record in ServiceRecord.objects.all()}:
            label_runs.freeze(issue, at=self.at)
            label_runs.freeze(issue, at=self.at, supplemental=True)
            assert label_runs.freeze(issue, at=self.at, supplemental=True) is None
        labelled = set(Label.objects.filter(record=None).values_list("subscription", "issue"))
        served = ServiceRecord.objects.exclude(kind="replacement")
        assert set(served.values_list("subscription", "issue")) <= labelled
        assert not ServiceRecord.objects.filter(kind="replacement", label=None).exists()


@pytest.mark.django_db
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(weeks=st.lists(WEEK, min_size=4, max_size=14))
def test_copies_are_conserved_and_labelled_once_where_their_reader_lived(weeks):
    with transaction.atomic():
        world = World()
        for name, number in weeks:
            world.act(name, number)
            world.check()
        world.close()
        transaction.set_rollback(True)
