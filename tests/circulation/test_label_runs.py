"""Labels: whoever is owed a printed copy gets one, where they lived when the run was frozen."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from masthead.circulation import endings, label_files, label_runs, serving, standing
from masthead.circulation.models import Extension, Hold, Label, LabelRun, ServiceRecord, Undelivered
from masthead.editorial import issues
from masthead.people import addresses, erasure, personal_data
from masthead.people.models import Address
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY, FORTNIGHT = timedelta(days=1), timedelta(days=14)
OUT = THEN + 2 * FORTNIGHT
BERLIN = {"name": "Ada Okafor", "street": "Lindenweg 3", "city": "Berlin", "postcode": "10115"}


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def version(title):
    return make.version(title, make.deal(copies=4, grace_copies=1))


@pytest.fixture
def issue(title):
    """Return the next issue, planned for a month on."""
    return planned(title, OUT)


def planned(title, at, **fields):
    return editorial.issue(title, state="open", planned_on_sale_at=at, **fields)


def subscriber(version, where=BERLIN, *, country="DE", at=THEN, **fields):
    reader = make.reader()
    if where:
        addresses.write(reader, country, where, at=at)
    return make.subscription(version, reader=reader, at=at, with_print=True, **fields)


def freeze(issue, at=OUT - FORTNIGHT, **fields):
    return label_runs.freeze(issue, at=at, **fields)


def on_sale(issue, at=OUT):
    issue = issues.put_on_sale(issue, at=at)
    serving.serve(issue, at=at)
    return issue


def rows(run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(label_files.file_of(run).decode())))


def record_of(subscription) -> ServiceRecord:
    return ServiceRecord.objects.get(subscription=subscription)


class TestWhoGetsOne:
    """Those who are owed a printed copy, and nobody else."""

    def test_print_subscribers_get_a_label_and_digital_ones_none(self, version, issue):
        printed = subscriber(version)
        make.subscription(version)
        assert [row["subscription"] for row in rows(freeze(issue))] == [printed.number]

    def test_freezing_again_adds_nothing(self, version, issue):
        subscriber(version)
        run = freeze(issue)
        subscriber(version, at=OUT - 13 * DAY)
        assert freeze(issue, at=OUT - 12 * DAY) == run
        assert Label.objects.count() == run.rows == 1

    def test_who_came_after_the_freeze_is_in_the_supplemental_run_once(self, version, issue):
        subscriber(version)
        freeze(issue)
        late = subscriber(version, at=OUT - 10 * DAY)
        run = freeze(issue, at=OUT - 9 * DAY, supplemental=True)
        assert (run.kind, run.number) == ("supplemental", 2)
        assert [row["subscription"] for row in rows(run)] == [late.number]
        assert freeze(issue, at=OUT - 8 * DAY, supplemental=True) is None

    def test_there_is_no_supplemental_run_without_a_main_one(self, version, issue):
        with pytest.raises(label_runs.CannotFreeze):
            freeze(issue, supplemental=True)

    def test_the_run_of_an_old_issue_is_a_back_issue_run(self, title, issue):
        current = make.version(title, make.deal(starts="current"))
        freeze(issue)
        on_sale(issue)
        late = subscriber(current, at=OUT + DAY)
        on_sale(planned(title, OUT + FORTNIGHT), at=OUT + FORTNIGHT)
        run = freeze(issue, at=OUT + FORTNIGHT, supplemental=True)
        assert run.kind == "back"
        assert [row["subscription"] for row in rows(run)] == [late.number]

    def test_a_last_copy_that_is_labelled_twice_ahead_goes_out_once(self, title, issue):
        one = subscriber(make.version(title, make.deal(copies=1)))
        following = planned(title, OUT + DAY)
        freeze(issue)
        assert freeze(following).rows == 0
        on_sale(issue)
        on_sale(following, at=OUT + DAY)
        assert record_of(one).issue == issue

    def test_a_copy_of_grace_and_one_for_nothing_are_labelled_as_such(self, title, version):
        subscriber(version)
        for count in range(4):
            on_sale(planned(title, THEN + count * DAY), at=THEN + count * DAY)
        Extension.objects.create(
            subscription=subscriber(make.version(title, make.deal(copies=4)), at=THEN - DAY),
            copies=1, reason="x", at=THEN,
        )  # fmt: skip
        kinds = [row["kind"] for row in rows(freeze(planned(title, OUT)))]
        assert kinds == ["grace", "paid"]

    def test_nobody_without_a_working_address_is_dropped_in_silence(self, version, issue):
        nowhere, moved = subscriber(version, where=None), subscriber(version)
        Undelivered.objects.create(
            address=Address.objects.get(user=moved.reader), why="moved", at=THEN
        )
        run = freeze(issue)
        assert run.rows == 0
        assert run.left_out == [
            {"subscription": nowhere.number, "why": "no address"},
            {"subscription": moved.number, "why": "address does not work"},
        ]
        addresses.write(nowhere.reader, "DE", BERLIN, at=OUT - 13 * DAY)
        assert freeze(issue, at=OUT - 12 * DAY, supplemental=True).rows == 1

    def test_post_that_comes_back_stops_print_and_keeps_the_digital_edition(self, version, issue):
        moved = subscriber(version)
        Undelivered.objects.create(
            address=Address.objects.get(user=moved.reader), why="moved", at=THEN
        )
        freeze(issue)
        on_sale(issue)
        assert (record_of(moved).kind, record_of(moved).is_printed) == ("paid", False)
        # Once there is an address, the copy that was paid for follows.
        addresses.write(moved.reader, "DE", BERLIN, at=OUT, replacing=moved.reader.addresses.get())
        assert freeze(issue, at=OUT + DAY, supplemental=True).rows == 1

    def test_ten_subscribers_more_are_no_query_more(
        self, version, issue, django_assert_max_num_queries
    ):
        for _each in range(12):
            subscriber(version)
        with django_assert_max_num_queries(40):
            assert freeze(issue).rows == 12


class TestTheFreeze:
    """What happens after it is for the next issue."""

    def test_an_address_changed_after_the_freeze_is_for_the_next_run(self, title, version, issue):
        one = subscriber(version)
        run = freeze(issue)
        old = one.reader.addresses.get()
        addresses.write(one.reader, "DE", BERLIN | {"street": "Neue Gasse 1"},
                        at=OUT - 13 * DAY, replacing=old)  # fmt: skip
        assert rows(run)[0]["line_2"] == "Lindenweg 3"
        on_sale(issue)
        following = freeze(planned(title, OUT + FORTNIGHT), at=OUT)
        assert rows(following)[0]["line_2"] == "Neue Gasse 1"

    def test_a_pause_asked_for_after_the_freeze_is_for_the_next_run(self, title, version, issue):
        one = subscriber(version)
        freeze(issue)
        Hold.objects.create(
            subscription=one, starts_on=(OUT - 13 * DAY).date(), asked_at=OUT - 13 * DAY
        )
        on_sale(issue)
        assert standing.of_one(one).left == 3
        following = planned(title, OUT + FORTNIGHT)
        assert freeze(following, at=OUT).rows == 0
        on_sale(following, at=OUT + FORTNIGHT)
        assert standing.of_one(one).left == 3

    def test_a_pause_for_the_day_it_comes_out_keeps_it_from_the_run(self, version, issue):
        one = subscriber(version)
        Hold.objects.create(subscription=one, starts_on=OUT.date(), asked_at=THEN)
        assert freeze(issue).rows == 0

    def test_a_copy_in_the_post_when_all_is_paid_back_is_a_present(self, version, issue):
        one = subscriber(version)
        freeze(issue)
        (refund,) = endings.cancel(one, request=uuid.uuid4(), at=OUT - DAY)
        assert refund.minor == 9600
        on_sale(issue)
        record = record_of(one)
        assert (record.kind, record.copies, record.is_printed) == ("comp", 0, True)
        assert record.earned == {}

    def test_who_only_stopped_renewing_is_served_as_paid(self, version, issue):
        one = subscriber(version)
        freeze(issue)
        endings.stop(one, at=OUT - DAY)
        on_sale(issue)
        assert record_of(one).kind == "paid"

    def test_who_moves_abroad_counts_where_the_copy_went(self, version, issue):
        one = subscriber(version)
        freeze(issue)
        paris = {"name": "Ada", "street": "3 rue des Lilas", "city": "Paris", "postcode": "75020"}
        addresses.write(one.reader, "FR", paris, at=OUT - DAY, replacing=one.reader.addresses.get())
        on_sale(issue)
        assert record_of(one).country == "DE"

    def test_who_has_cancelled_before_is_not_in_it_but_who_was_served_still_is(self, title, issue):
        current = make.version(title, make.deal(starts="current"))
        freeze(issue)
        on_sale(issue)
        served, refunded = (subscriber(current, at=OUT + DAY) for _each in range(2))
        endings.cancel(served, request=uuid.uuid4(), at=OUT + 2 * DAY)
        endings.withdraw(refunded, request=uuid.uuid4(), at=OUT + 2 * DAY)
        run = freeze(issue, at=OUT + 3 * DAY, supplemental=True)
        assert [row["subscription"] for row in rows(run)] == [served.number]

    def test_the_database_keeps_a_second_label_out(self, version, issue):
        subscriber(version)
        freeze(issue)
        label = Label.objects.get()
        label.pk, label.position = None, 2
        with pytest.raises(IntegrityError), transaction.atomic():
            label.save(force_insert=True)


class TestTheFile:
    """What the mail house gets."""

    def test_it_is_what_was_frozen_byte_for_byte(self, version, issue):
        one = subscriber(version)
        run = freeze(issue)
        first = label_files.file_of(run)
        serial = Label.objects.get().serial
        assert first == (
            b"serial,subscription,copies,edition,issue,kind,name,organisation,line_1,line_2,line_3,"
            b"line_4,line_5,line_6,line_7,line_8,city,region,postcode,country,key_line\r\n"
            + f"{serial},{one.number},1,print,{issue.number},paid,Ada Okafor,,Ada Okafor,"
            f"Lindenweg 3,10115 BERLIN,GERMANY,,,,,BERLIN,,10115,DE,{one.number}/4\r\n".encode()
        )
        assert len(serial) == 9
        assert run.sha256 == hashlib.sha256(first).hexdigest()
        assert label_files.file_of(LabelRun.objects.get()) == first

    def test_each_country_writes_its_own_way(self, version, issue):
        tokyo = {"name": "佐藤 花", "street": "千代田1-1", "city": "千代田区",
                 "postcode": "100-0001", "region": "東京都"}  # fmt: skip
        subscriber(version, tokyo, country="JP")
        (row,) = rows(freeze(issue))
        assert row["line_1"] == "〒100-0001"
        assert "佐藤 花" in (row["line_4"], row["line_5"])
        assert row["country"] == "JP"

    @pytest.mark.parametrize("start", ["=", "+", "-", "@"])
    def test_a_spreadsheet_runs_nothing_of_it(self, version, issue, start):
        subscriber(version, BERLIN | {"name": f"{start}HYPERLINK(1)", "street": f"{start}1+1"})
        text = label_files.file_of(freeze(issue)).decode()
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(start)]
        assert f"'{start}HYPERLINK(1)" in cells

    def test_quotes_commas_and_ends_of_lines_stay_within_their_cell(self, version, issue):
        subscriber(version, BERLIN | {"name": 'Ada "A",\tOkafor', "street": "Weg 3\nHof 2"})
        (row,) = rows(freeze(issue))
        assert row["name"] == 'Ada "A", Okafor'
        assert (row["line_2"], row["line_3"]) == ("Weg 3", "Hof 2")

    def test_an_address_of_many_lines_loses_none(self, version, issue):
        street = "\n".join(f"Flur {number}" for number in range(1, 12))
        subscriber(version, BERLIN | {"street": street})
        (row,) = rows(freeze(issue))
        assert row["line_8"] == "Flur 7, Flur 8, Flur 9, Flur 10, Flur 11, 10115 BERLIN, GERMANY"

    def test_the_key_line_tells_the_last_issue(self, title, issue):
        subscriber(make.version(title, make.deal(copies=2)))
        run = freeze(issue)
        assert rows(run)[0]["key_line"].endswith("/2")
        following = planned(title, OUT + FORTNIGHT)
        assert rows(freeze(following))[0]["key_line"].endswith("/2")

    def test_dispatch_is_written_down_once(self, version, issue):
        subscriber(version)
        run = freeze(issue)
        run = label_runs.dispatch(run, quantity=120, at=OUT - DAY)
        assert (run.dispatched_at, run.quantity) == (OUT - DAY, 120)
        with pytest.raises(label_runs.CannotDispatch):
            label_runs.dispatch(run, quantity=120, at=OUT)


class TestErasure:
    """A label holds an address; a reader who goes takes it along."""

    def test_a_reader_is_told_where_copies_went(self, version, issue):
        one = subscriber(version)
        freeze(issue)
        (held,) = personal_data.gathered(one.reader)["labels"]
        assert held["address"] == ["Ada Okafor", "Lindenweg 3", "10115 BERLIN", "GERMANY"]

    def test_an_erased_reader_leaves_serial_and_country(self, version, issue):
        one = subscriber(version)
        run = label_runs.dispatch(freeze(issue), quantity=1, at=OUT - DAY)
        serial = Label.objects.get().serial
        erasure.erase(one.reader, by=one.reader, at=OUT)
        text = label_files.file_of(run).decode()
        assert not [word for word in ("Ada", "Lindenweg", "Berlin", "10115") if word in text]
        assert (rows(run)[0]["serial"], rows(run)[0]["country"]) == (serial, "DE")
        assert not label_files.is_as_frozen(run)

    def test_of_a_run_not_dispatched_yet_the_address_goes_when_it_is(self, version, issue):
        one = subscriber(version)
        run = freeze(issue)
        erasure.erase(one.reader, by=one.reader, at=OUT - 13 * DAY)
        assert rows(run)[0]["line_2"] == "Lindenweg 3"
        label_runs.dispatch(run, quantity=1, at=OUT - DAY)
        assert rows(run)[0]["line_2"] == ""
