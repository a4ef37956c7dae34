"""A term that is a time: it runs from day to day, earns by the day, and pays its unserved days back."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from masthead.circulation import (
    auditing,
    earning,
    endings,
    label_runs,
    offers,
    orders,
    pauses,
    readings,
    renewals,
    serving,
    standing,
)
from masthead.circulation.deals import Price, Share
from masthead.circulation.models import (
    EarnedTime,
    Notice,
    Order,
    Refund,
    ServiceRecord,
    Subscription,
    Term,
)
from masthead.editorial.models import Issue
from masthead.payments import attempts, journal
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
START = datetime(2027, 1, 15, 10, tzinfo=UTC)
BERLIN = {"name": "Ada Okafor", "street": "Lindenweg 3", "city": "Berlin", "postcode": "10115"}


@pytest.fixture
def title():
    return editorial.magazine()


def period(title, months=12, price=36500, **fields):
    asked = {
        "basis": "period", "copies": 0, "months": months, "prices": (Price("EUR", price),),
        "shares": (Share("digital", 1),), "renew_at": 2,
    }  # fmt: skip
    return make.version(title, make.deal(**(asked | fields)), at=START)


def out(title, at, **fields) -> Issue:
    issue = editorial.issue(title, **fields)
    Issue.objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=at)
    issue.refresh_from_db()
    serving.serve(issue, at=at)
    return issue


def renew(subscription: Subscription, at: datetime) -> Term:
    last = subscription.terms.latest("sequence")
    of = last.order
    order = Order.objects.create(
        kind="renewal", version=last.version, payer=of.payer, reader=of.reader,
        subscription=subscription, renews=last, minor=of.minor, currency="EUR", parts=of.parts,
        country="DE", provider="test", agreed_to="Renews.", request=uuid.uuid4(), ordered_at=at,
    )  # fmt: skip
    attempt = attempts.charge(order.reference, order.money, provider="test", payer=of.payer, at=at)
    term = orders.paid(make.pay(attempt, at=at), at=at)
    assert term
    return term


def earned() -> int:
    return -journal.balance("income", "EUR").minor


def ends(subscription: Subscription) -> date:
    last = standing.of_one(subscription).balances[-1]
    assert last.ends
    return subscription.title.day(last.ends)


def test_an_offer_of_a_time_can_be_sold(title):
    version = period(title)
    assert offers.complaints(version.deal, title) == []


class TestRunning:
    def test_it_runs_to_the_same_day_so_many_months_on(self, title):
        found = make.subscription(period(title), at=START)
        assert ends(found) == date(2028, 1, 15)

    @pytest.mark.parametrize(
        ("zone", "day"), [("UTC", 15), ("Pacific/Kiritimati", 16), ("America/Los_Angeles", 15)]
    )
    def test_the_day_is_that_of_where_the_title_is_published(self, title, zone, day):
        type(title).objects.filter(pk=title.pk).update(time_zone=zone)
        title.time_zone = zone
        found = make.subscription(period(title), at=START)
        found.refresh_from_db()
        assert ends(found) == date(2028, 1, day)

    def test_who_began_on_the_31st_goes_on_until_the_31st(self, title):
        start = datetime(2027, 1, 31, 10, tzinfo=UTC)
        found = make.subscription(period(title, months=1), at=start)
        assert ends(found) == date(2027, 2, 28)
        renew(found, start + 20 * DAY)
        assert ends(found) == date(2027, 3, 31)
        renew(found, start + 21 * DAY)
        assert ends(found) == date(2027, 4, 30)

    def test_issues_that_come_out_in_it_are_served_and_no_others(self, title):
        found = make.subscription(period(title, months=1), at=START)
        for days in (0, 1, 15, 30, 31, 60):
            out(title, START + days * DAY)
        served = ServiceRecord.objects.filter(subscription=found, kind="paid")
        assert sorted(served.values_list("issue__sequence", flat=True)) == [1, 2, 3, 4]

    def test_the_issue_on_sale_comes_with_it_where_the_offer_says_so(self, title):
        out(title, START - 40 * DAY)
        out(title, START - 10 * DAY)
        current = make.subscription(period(title, starts="current"), at=START)
        following = make.subscription(period(title), at=START)
        assert current.service_records.get().issue.sequence == 2
        assert not following.service_records.exists()

    def test_one_reads_until_the_last_day_is_over(self, title):
        reader = make.reader()
        make.subscription(period(title, months=1, renews=False), reader=reader, at=START)
        end = datetime(2027, 2, 15, tzinfo=UTC)
        assert [*readings.of(reader, end - timedelta(seconds=1))]
        assert not [*readings.of(reader, end)]

    def test_print_is_labelled_for_what_comes_out_in_it(self, title):
        reader = make.reader()
        addresses.write(reader, "DE", BERLIN, at=START)
        version = period(title, months=1, prices=(Price("EUR", 1000, print_extra=0),))
        make.subscription(version, reader=reader, at=START, with_print=True)
        inside, after = (
            editorial.issue(title, state="open", planned_on_sale_at=START + days * DAY)
            for days in (20, 40)
        )
        assert len(label_runs.plan(inside, at=START).labels) == 1
        assert label_runs.plan(inside, at=START).labels[0].key_line.endswith("/2027-02-15")
        assert label_runs.plan(after, at=START).labels == []


class TestEarning:
    def test_money_is_earned_by_the_day_and_booked_by_the_month(self, title):
        make.subscription(period(title), at=START)
        assert earning.earn(title, at=START + 3 * DAY) == 0
        assert earning.earn(title, at=datetime(2027, 2, 1, 3, tzinfo=UTC)) == 1
        assert earned() == 100 * 17  # 15 to 31 January, of 365 days
        assert earning.earn(title, at=datetime(2027, 2, 20, 3, tzinfo=UTC)) == 0

    def test_a_time_that_ran_to_its_end_has_earned_its_price_in_few_rows(self, title):
        make.subscription(period(title, price=9999), at=START)
        for days in range(400):
            earning.earn(title, at=START + days * DAY)
        assert earned() == 9999
        assert EarnedTime.objects.count() == 13
        assert auditing.complaints(START + 400 * DAY) == []

    def test_a_worker_that_slept_for_a_year_earns_the_same(self, title):
        make.subscription(period(title, price=9999), at=START)
        assert earning.earn(title, at=START + 500 * DAY) == 1
        assert earned() == 9999
        assert earning.earn(title, at=START + 501 * DAY) == 0

    def test_the_night_on_which_clocks_change_is_one_day(self, title):
        type(title).objects.filter(pk=title.pk).update(time_zone="Europe/Berlin")
        title.time_zone = "Europe/Berlin"
        start = datetime(2027, 3, 27, 22, 30, tzinfo=UTC)
        found = make.subscription(period(title, months=1, price=3100), at=start)
        refunds = endings.cancel(
            Subscription.objects.get(pk=found.pk),
            request=uuid.uuid4(),
            at=datetime(2027, 3, 28, 22, 30, tzinfo=UTC),
        )
        # In Berlin it is the 29th: the 27th and the short 28th are over.
        assert [one.minor for one in refunds] == [2900]

    def test_a_renewal_earns_after_the_term_before_it(self, title):
        found = make.subscription(period(title, months=1, price=3100), at=START)
        renew(found, START + 20 * DAY)
        earning.earn(title, at=datetime(2027, 3, 1, 3, tzinfo=UTC))
        # 31 days of the first, and 15 to 28 February of 28 days.
        assert earned() == 3100 + 3100 * 14 // 28
        assert auditing.complaints(START + 60 * DAY) == []


class TestLeaving:
    @pytest.mark.parametrize(("days", "back"), [(0, 36500), (1, 36400), (100, 26500), (364, 100)])
    def test_cancelling_pays_back_the_days_that_are_not_over(self, title, days, back):
        found = make.subscription(period(title), at=START)
        (refund,) = endings.cancel(found, request=uuid.uuid4(), at=START + days * DAY)
        assert refund.minor == back
        assert earned() == 36500 - back
        assert journal.balance("liabilities:deferred", "EUR").minor == 0
        assert auditing.complaints(START + days * DAY) == []

    def test_nothing_is_earned_after_the_end(self, title):
        found = make.subscription(period(title), at=START)
        endings.cancel(found, request=uuid.uuid4(), at=START + 10 * DAY)
        assert earning.earn(title, at=START + 100 * DAY) == 0
        assert not readings_of(found, START + 11 * DAY)

    def test_the_guarantee_pays_the_whole_price_back(self, title):
        found = make.subscription(period(title), at=START)
        earning.earn(title, at=START + 40 * DAY)
        refunds = endings.give_money_back(found, request=uuid.uuid4(), at=START + 40 * DAY)
        assert [one.minor for one in refunds] == [36500]
        assert earned() == 0
        assert auditing.complaints(START + 40 * DAY) == []

    def test_a_renewal_that_has_not_begun_is_paid_back_whole(self, title):
        found = make.subscription(period(title), at=START)
        renew(found, START + 350 * DAY)
        endings.cancel(found, request=uuid.uuid4(), at=START + 360 * DAY)
        assert sorted(Refund.objects.values_list("minor", flat=True)) == [500, 36500]

    def test_a_reader_who_is_erased_leaves_nothing_deferred(self, title):
        found = make.subscription(period(title), at=START)
        endings.give_up(found, at=START + 10 * DAY)
        assert journal.balance("liabilities:deferred", "EUR").minor == 0
        assert journal.balance("income:given-up", "EUR").minor == -35500
        assert auditing.complaints(START + 10 * DAY) == []


def readings_of(found: Subscription, at: datetime) -> list:
    return [*readings.of(found.reader, at)]


class TestPausing:
    def test_the_end_moves_by_the_days_of_the_pause_and_reading_rests(self, title):
        found = make.subscription(period(title), at=START)
        first, last = (START + 10 * DAY).date(), (START + 19 * DAY).date()
        pauses.hold(found, starts_on=first, ends_on=last, at=START)
        assert ends(found) == date(2028, 1, 25)
        assert readings_of(found, START + 9 * DAY)
        assert not readings_of(found, START + 12 * DAY)
        assert readings_of(found, START + 20 * DAY)
        out(title, START + 12 * DAY)
        assert not ServiceRecord.objects.exists()

    def test_days_of_a_pause_earn_nothing_and_none_is_lost(self, title):
        found = make.subscription(period(title), at=START)
        pauses.hold(found, starts_on=(START + 10 * DAY).date(), at=START)
        (refund,) = endings.cancel(found, request=uuid.uuid4(), at=START + 200 * DAY)
        assert refund.minor == 35500

    def test_a_pause_without_an_end_ends_when_it_is_lifted(self, title):
        found = make.subscription(period(title), at=START)
        pause = pauses.hold(found, starts_on=(START + 10 * DAY).date(), at=START)
        assert standing.of_one(found).balances[0].has_no_end
        assert standing.of_one(found).state(START + 30 * DAY, 0) == "held"
        pauses.lift(pause, at=START + 40 * DAY)
        assert ends(found) == date(2028, 2, 14)

    def test_a_term_that_was_renewed_early_moves_along(self, title):
        found = make.subscription(period(title), at=START)
        renew(found, START + 300 * DAY)
        begin = START + 310 * DAY
        pauses.hold(found, starts_on=begin.date(), ends_on=(begin + 6 * DAY).date(), at=begin)
        account = standing.of_one(found)
        assert account.balances[0].ends == account.balances[1].starts
        assert ends(found) == date(2029, 1, 22)
        earning.earn(title, at=START + 800 * DAY)
        assert earned() == 73000

    def test_it_is_not_paused_by_issues(self, title):
        found = make.subscription(period(title), at=START)
        with pytest.raises(pauses.CannotPause, match="by days"):
            pauses.hold_issue(found, editorial.issue(title), at=START)


class TestRenewing:
    def test_it_is_due_so_many_weeks_before_its_end(self, title):
        found = make.subscription(period(title, renew_at=2, notice_days=14), at=START)
        end = datetime(2028, 1, 15, tzinfo=UTC)
        assert list(renewals.due(title, at=end - 29 * DAY)) == []
        (spoken_of,) = renewals.due(title, at=end - 28 * DAY)
        assert not spoken_of.is_time
        (due,) = renewals.due(title, at=end - 14 * DAY)
        assert (due.subscription, due.is_time) == (found, True)

    def test_nobody_is_charged_while_they_pause(self, title):
        found = make.subscription(period(title), at=START)
        pauses.hold(found, starts_on=date(2028, 1, 5), at=START)
        assert list(renewals.due(title, at=START + 360 * DAY)) == []

    def test_days_of_grace_are_taken_off_the_renewal(self, title):
        found = make.subscription(period(title, months=1, grace_copies=10), at=START)
        end = datetime(2027, 2, 15, tzinfo=UTC)
        account = standing.of_one(found)
        assert account.state(end + 9 * DAY, 0) == "grace"
        assert account.state(end + 10 * DAY, 0) == "expired"
        issue = out(title, end + 5 * DAY)
        record = ServiceRecord.objects.get(issue=issue)
        assert (record.kind, record.copies, record.earned) == ("grace", 0, {})
        renew(found, end + 8 * DAY)
        assert ends(found) == date(2027, 3, 15)

    def test_after_the_grace_a_renewal_begins_on_its_own_day(self, title):
        found = make.subscription(period(title, months=1, grace_copies=3), at=START)
        renew(found, START + 50 * DAY)
        assert ends(found) == (START + 50 * DAY).date().replace(month=4)

    def test_who_stopped_has_no_grace(self, title):
        found = make.subscription(period(title, months=1, grace_copies=10), at=START)
        endings.stop(found, at=START)
        end = datetime(2027, 2, 15, tzinfo=UTC)
        found.refresh_from_db()
        assert standing.of_one(found).state(end + DAY, 0) == "expired"

    def test_the_whole_way_from_reminder_to_charge(self, title):
        make.subscription(period(title), at=START)
        end = datetime(2028, 1, 15, tzinfo=UTC)
        (due,) = renewals.due(title, at=end - 20 * DAY)
        Notice.objects.create(
            subscription=due.subscription, term=due.last, kind="renewal", words="…",
            occasion=due.occasion, sent_at=end - 30 * DAY,
        )  # fmt: skip
        (due,) = renewals.due(title, at=end - 14 * DAY)
        assert due.hindrance == "no way to pay was left" or due.notice
