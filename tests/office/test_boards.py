"""The boards say what the books say, and what will be served; their queries do not grow."""

from __future__ import annotations

import csv
import io
import uuid
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.circulation import (
    agencies,
    agency_register,
    claims,
    credit_orders,
    endings,
    extensions,
    giving_back,
    orders,
    serving,
    stock,
    terms,
)
from masthead.circulation.deals import Promised, Share
from masthead.circulation.models import (
    Claim,
    CreditOrder,
    Inspection,
    Order,
    ServiceRecord,
    Undelivered,
)
from masthead.editorial import issues
from masthead.money import Money
from masthead.office.models import CopyCost
from masthead.office.reports import forecast, months, receivable
from masthead.office.reports import money as report
from masthead.office.reports import promises as promises_report
from masthead.office.reports import subscriptions as subscriptions_report
from masthead.office.reports.charts import Chart, Series
from masthead.payments import attempts, exports, journal
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db
BOARDS = ("money", "promises", "subscriptions")


def at_home(country: str = "DE"):
    """Return a reader with an address for post."""
    reader = make.reader()
    places = {"DE": ("Berlin", "10115"), "CH": ("Bern", "3011")}
    city, postcode = places[country]
    fields = {"name": "Ada", "street": "Ring 1", "city": city, "postcode": postcode}
    addresses.write(reader, country, fields, at=THEN)
    return reader


def on_sale(title, at, **fields):
    issue = issues.put_on_sale(editorial.issue(title, state="open", **fields), at=at)
    serving.serve(issue, at=at)
    return issue


def renew(subscription, at):
    """Have a subscription renewed and paid for."""
    last = subscription.terms.order_by("sequence").last()
    order = Order.objects.create(
        kind=Order.Kind.RENEWAL, version=last.version, payer=subscription.payer,
        reader=subscription.reader, subscription=subscription, renews=last, minor=last.minor,
        currency=last.currency, parts=last.parts, with_print=last.with_print, country="DE",
        provider="test", agreed_to="Renews.", request=uuid.uuid4(), ordered_at=at,
    )  # fmt: skip
    attempt = orders.attempts.charge(
        order.reference, order.money, provider="test", payer=order.payer, at=at
    )
    return orders.paid(make.pay(attempt, at=at), at=at)


@pytest.fixture
def eventful(db):
    """Return a title of which something happened in each of four months."""
    title = editorial.magazine()
    version = make.version(title)
    one = make.subscription(version, source_key="fair", at=THEN)
    make.subscription(version, at=THEN + timedelta(days=31))
    on_sale(title, THEN + timedelta(days=14))
    staff = make.reader("s@gazette.example")
    giving_back.give(
        one, giving_back.Act.GOODWILL, reason="Wet", request=uuid.uuid4(),
        at=THEN + timedelta(days=62), by=staff, money=Money(1000, "EUR"),
    )  # fmt: skip
    [refund] = endings.cancel(one, request=uuid.uuid4(), at=THEN + timedelta(days=93))
    make.pay(refund.attempt, at=THEN + timedelta(days=94))
    on_sale(title, THEN + timedelta(days=95))
    return title


def by_hand(currency: str, account: str, month: str | None = None, column: str = "") -> int:
    """Add up what `masthead books export` hands out, as a spreadsheet would: an independent sum."""
    total = 0
    for row in csv.DictReader(io.StringIO("".join(exports.rows()))):
        if row["currency"] != currency or not row["account"].startswith(account):
            continue
        if month is not None and not row["day"].startswith(month):
            continue
        debit, credit = (round(float(row[one] or 0) * 100) for one in ("debit", "credit"))
        total += {"debit": debit, "credit": credit, "": debit - credit}[column]
    return total


def test_each_month_is_what_the_exported_books_add_up_to(eventful) -> None:
    last = journal.day(THEN + timedelta(days=100))
    rows = report.by_month(last, 5)["EUR"]
    owed = refunds = 0
    assert len(rows) == 5
    for row in rows:
        month = row.month.isoformat()[:7]
        owed -= by_hand("EUR", "liabilities:deferred", month)
        refunds -= by_hand("EUR", "liabilities:refunds-due", month)
        assert row.deferred == owed
        assert row.refunds_due == refunds
        back = by_hand("EUR", "income:given-back", month)
        assert row.given_back == back
        assert row.earned == back - by_hand("EUR", "income", month)
        assert row.came == by_hand("EUR", "assets:provider", month, "debit")
        assert row.went == by_hand("EUR", "assets:provider", month, "credit")
        assert row.promised_back == by_hand("EUR", "liabilities:refunds-due", month, "credit")
    assert rows[-1].deferred == -journal.balance("liabilities:deferred", "EUR").minor
    assert sum(row.came for row in rows) == 12000
    assert sum(row.went for row in rows) > 0


def test_what_came_before_the_span_is_owed_in_it(eventful) -> None:
    last = journal.day(THEN + timedelta(days=100))
    [only] = report.by_month(last, 1)["EUR"]
    assert only == report.by_month(last, 24)["EUR"][-1]


# What is invoiced and not paid


@pytest.fixture
def invoiced():
    """Have agencies and readers owe for what was invoiced so many days before `THEN`; return how much."""
    title = editorial.magazine()
    expected: Counter[int] = Counter()
    agency = agency_register.found(
        name="Boreal", mail="orders@boreal.example", address="Kai 1", country="DE",
        commission=100, payment_days=30,
    )  # fmt: skip
    deal = make.deal(credit_copies=9, credit_days=14, credit_countries=("DE",))
    for band, days in enumerate((0, 30, 31, 60, 61, 90, 91, 400)):
        at = THEN - timedelta(days=days)
        for number in range(2):
            agencies.take(
                agency, make.version(title, at=at), make.reader(), number=f"{days}-{number}",
                currency="EUR", country="DE", at=at,
            )  # fmt: skip
        agencies.invoice(agency, at=at)
        payer = at_home()
        payer.mail_verified_at = at
        payer.save()
        orders.place(
            make.version(title, deal, at=at), payer, currency="EUR", country="DE", provider="",
            request=uuid.uuid4(), at=at, on_credit=True,
        )  # fmt: skip
        expected[band // 2] += 2 * 5400 + 6000
    return expected


def test_what_is_not_paid_stands_in_the_band_of_its_age(invoiced) -> None:
    assert receivable.by_age(journal.day(THEN)) == {"EUR": tuple(invoiced[one] for one in range(4))}


def test_it_is_what_orders_and_the_exported_books_come_to(invoiced) -> None:
    # One of an agency's two is paid, one invoice is let off, one written off.
    rows = CreditOrder.objects.order_by("pk")
    paid, let_off, lost = rows.filter(payer=None)[0], *rows.exclude(payer=None)[:2]
    charge = attempts.charge("x:1", paid.order.money, provider="test", payer=None, at=THEN)
    settled = make.pay(charge)
    credit_orders.take_in(paid.order, charge=f"charge:{settled.key}", at=THEN)
    endings.cancel(let_off.order.term.subscription, request=uuid.uuid4(), at=THEN)
    endings.end_unpaid(lost.order.term.subscription, at=THEN)
    [sums] = receivable.by_age(journal.day(THEN)).values()
    assert sum(sums) == by_hand("EUR", "assets:receivable")
    owed: Counter[int] = Counter()
    for credit in CreditOrder.objects.filter(billing="owed").select_related("order"):
        age = (THEN.date() - credit.opened_at.date()).days
        owed[0 if age <= 30 else 1 if age <= 60 else 2 if age <= 90 else 3] += credit.order.minor
    assert sums == tuple(owed[one] for one in range(4))
    assert sum(sums) == sum(invoiced.values()) - 5400 - 6000 - 6000


def test_what_was_paid_in_time_and_before_it_was_invoiced_is_no_debt(eventful) -> None:
    assert receivable.by_age(journal.day(THEN + timedelta(days=100))) == {}


def test_on_an_earlier_day_it_is_what_stood_in_the_books_then(invoiced) -> None:
    day = journal.day(THEN - timedelta(days=61))
    # What was invoiced 61, 90 and 91 days ago, and 400: none, 29, 30 and 339 days old then.
    assert receivable.by_age(day) == {"EUR": (3 * 16800, 0, 0, 16800)}


def test_the_board_says_what_is_invoiced_and_not_paid(client, publisher, invoiced) -> None:
    page = client.get("/office/masthead/boards/money/").content.decode()
    assert str(Money(sum(invoiced.values()), "EUR")) in page
    assert "more than 90 days" in page


# The forecast


@st.composite
def houses(draw):
    """Draw terms of few copies, some renewed, some with copies for nothing, and issues to come."""
    subscriptions = draw(
        st.lists(
            st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 2), st.sampled_from(["next", "current"])),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    return subscriptions, draw(st.lists(st.sampled_from([1, 1, 2, 0]), min_size=5, max_size=5))


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(houses())
def test_the_forecast_is_what_serving_does(house) -> None:
    from django.db import transaction

    subscriptions, counts = house
    with transaction.atomic():
        title = editorial.magazine()
        on_sale(title, THEN - timedelta(days=1))
        for copies, is_renewed, extended, starts in subscriptions:
            deal = make.deal(
                copies=copies, starts=starts, shares=(Share("digital", 2), Share("audio", 1))
            )
            one = make.subscription(make.version(title, deal))
            if is_renewed:
                renew(one, THEN + timedelta(hours=1))
            if extended:
                extensions.extend(
                    one, extended, reason="Wet", request=uuid.uuid4(), at=THEN, by=None
                )
        planned = [
            editorial.issue(
                title, state="open", counts_as=one, planned_on_sale_at=THEN + timedelta(days=14 * n)
            )
            for n, one in enumerate(counts, 1)
        ]
        foreseen = forecast.of(title, 5, at=THEN + timedelta(days=1))
        for number, issue in enumerate(planned):
            earned = journal.balance("income", "EUR")
            at = THEN + timedelta(days=14 * number + 14)
            serving.serve(issues.put_on_sale(issue, at=at), at=at)
            served = ServiceRecord.objects.filter(issue=issue)
            assert foreseen[number].copies == served.count()
            assert (
                foreseen[number].earned["EUR"]
                == earned.minor - journal.balance("income", "EUR").minor
            )
        transaction.set_rollback(True)


def test_printed_copies_cost_what_the_publisher_wrote_by_country() -> None:
    title = editorial.magazine()
    version = make.version(title, make.deal(copies=3, renews=True))
    for country in ("DE", "DE", "CH"):
        make.subscription(version, reader=at_home(country), with_print=True)
    make.subscription(version, with_print=True)  # No address: nothing is printed for them.
    lost = make.subscription(version, reader=at_home(), with_print=True)
    Undelivered.objects.create(address=lost.reader.addresses.get(), why="moved", at=THEN)
    make.subscription(version)
    coming = forecast.of(title, 4, at=THEN + timedelta(days=1))
    assert coming[0].printed == {"DE": 2, "CH": 1}
    assert coming[0].copies == 6
    assert coming[0].without_cost == 3
    assert not coming[0].print_cost
    CopyCost.objects.create(
        title=title,
        name="Home",
        countries="DE AT",
        currency="EUR",
        print_minor=80,
        postage_minor=120,
    )
    CopyCost.objects.create(
        title=title, name="World", countries="", currency="EUR", print_minor=80, postage_minor=410
    )
    coming = forecast.of(title, 4, at=THEN + timedelta(days=1))
    assert [one.print_cost["EUR"] for one in coming] == [240, 240, 240, 0]
    assert [one.postage["EUR"] for one in coming] == [650, 650, 650, 0]
    assert [one.runs_out for one in coming] == [0, 0, 6, 0]
    assert coming[2].renewals == 6
    assert coming[2].renewals_worth == {"EUR": 5 * 9600 + 6000}
    assert {one.without_cost for one in coming} == {0}


def test_a_term_that_begins_later_has_its_first_copy_with_the_issue_it_begins_with(
    monkeypatch,
) -> None:
    title = editorial.magazine()
    monkeypatch.setattr(terms, "first_sequence", lambda *_asked: 3)
    make.subscription(make.version(title, make.deal(copies=2)))
    coming = forecast.of(title, 5, at=THEN + timedelta(days=1))
    assert [issue.copies for issue in coming] == [0, 0, 1, 1, 0]


def test_who_stopped_or_ended_is_not_expected_to_renew() -> None:
    title = editorial.magazine()
    version = make.version(title, make.deal(copies=1, renews=True))
    stays, stops, ends = (make.subscription(version) for _one in range(3))
    endings.stop(stops, at=THEN)
    endings.cancel(ends, request=uuid.uuid4(), at=THEN)
    [first] = forecast.of(title, 1, at=THEN + timedelta(days=1))
    assert (first.copies, first.runs_out, first.renewals) == (2, 2, 1)
    assert stays


def test_issues_that_are_not_planned_yet_count_one_copy_each() -> None:
    title = editorial.magazine()
    editorial.issue(title, state="open", counts_as=2)
    assert [one.counts_as for one in forecast.of(title, 3, at=THEN)] == [2, 1, 1]


# Subscriptions


def test_what_became_of_subscriptions_by_month() -> None:
    title = editorial.magazine()
    version = make.version(title, make.deal(copies=1, renews=True))
    first = make.subscription(version, source_key="fair")
    stops = make.subscription(version)
    ends = make.subscription(version)
    endings.stop(stops, at=THEN + timedelta(days=1))
    endings.cancel(ends, request=uuid.uuid4(), at=THEN + timedelta(days=2))
    renew(first, THEN + timedelta(days=3))
    # It was sold without renewing: nobody stopped it.
    make.subscription(make.version(title, make.deal(copies=1, renews=False)), source_key="fair")
    make.subscription(make.version(title, make.deal(basis="period", copies=0, months=6)))
    later = THEN + timedelta(days=62)
    on_sale(title, later)
    wanted = months.up_to(journal.day(later), 3)
    rows = subscriptions_report.by_month(title, wanted, at=later)
    begun = next(row for row in rows if row.month == journal.day(THEN).replace(day=1))
    assert (begun.new, begun.renewed, begun.stopped, begun.ended, begun.ran_out) == (5, 1, 1, 1, 0)
    assert (rows[-1].new, rows[-1].ran_out) == (0, 2)
    # One has a copy left of its renewal, and one a time that has not run out.
    assert subscriptions_report.running(title, at=later) == 2
    assert dict(subscriptions_report.by_source(title, THEN)) == {"fair": 2, "": 3}


def test_copies_by_country_add_up_to_what_was_served() -> None:
    title = editorial.magazine()
    version = make.version(title)
    for country in ("DE", "CH", "CH"):
        make.subscription(version, reader=at_home(country), with_print=True)
    make.subscription(version)
    issue = on_sale(title, THEN + timedelta(days=14))
    # A copy that is sent again is no second one.
    stock.count(issue, 5, at=THEN)
    record = ServiceRecord.objects.filter(issue=issue, is_printed=True).first()
    claims.claim(
        record, Claim.Kind.MISSING, request=uuid.uuid4(), at=THEN + timedelta(days=40),
        by=make.reader("desk@gazette.example"),
    )  # fmt: skip
    assert ServiceRecord.objects.filter(kind=ServiceRecord.Kind.REPLACEMENT).count() == 1
    [served] = subscriptions_report.by_country(title, 6)
    assert served.printed == {"CH": 2, "DE": 1}
    assert served.digital == {"DE": 1}
    assert subscriptions_report.countries([served], 1) == ["CH"]


# Promises


def look(title, promise, days, *failures):
    Inspection.objects.create(
        title=title,
        promise=promise,
        at=THEN + timedelta(days=days),
        looked_at=1,
        failures=list(failures),
    )


def test_a_promise_is_broken_since_the_first_night_in_a_row() -> None:
    title = editorial.magazine()
    for day, failures in enumerate(
        [("x",), (), ("No. 3 was not served.",), ("No. 3 was not served.",)]
    ):
        look(title, "issues", day, *failures)
        look(title, "audio", day)
    issues_, audio = promises_report.of(title, at=THEN + timedelta(days=4))
    assert (issues_.state, issues_.since) == ("broken", title.day(THEN + timedelta(days=2)))
    assert issues_.failures == ["No. 3 was not served."]
    assert (audio.state, audio.since) == ("kept", title.day(THEN))
    counted = promises_report.counted([issues_, audio])
    assert [one["broken"] for one in counted.values()] == [1, 0, 1, 1]


def test_what_is_only_announced_is_neither_kept_nor_broken() -> None:
    title = editorial.magazine()
    starts = title.day(THEN) + timedelta(days=2)
    deal = make.deal(promises=(Promised("ad-free", {}, starts),))
    make.version(title, deal)
    for day in range(4):
        look(title, "ad-free", day)
    [promise] = promises_report.of(title, at=THEN + timedelta(days=4))
    assert list(promise.nights.values()) == ["announced", "announced", "kept", "kept"]


# Charts


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.none() | st.integers(-(10**9), 10**9), st.integers(0, 10**7)), min_size=1, max_size=30),
    st.sampled_from(["lines", "bars"]),
    st.sampled_from(["", "EUR", "JPY", "KWD"]),
)  # fmt: skip
def test_whatever_is_drawn_stays_on_the_sheet_and_is_told_in_words(values, kind, currency) -> None:
    chart = Chart(
        "c", "Of <all> & sundry", "Says", tuple(f"<{n}>" for n in range(len(values))),
        (Series("one", tuple(a for a, _b in values)), Series("two", tuple(b for _a, b in values))),
        kind=kind, currency=currency,
    )  # fmt: skip
    drawn = ET.fromstring(str(chart.svg()))  # noqa: S314 - our own
    assert drawn.attrib["role"] == "img"
    assert [one.text for one in drawn][:2] == ["Of <all> & sundry", "Says"]
    for one in drawn.iter("rect"):
        assert float(one.attrib["y"]) >= -0.1
        assert float(one.attrib["height"]) >= 0
        assert float(one.attrib["y"]) + float(one.attrib["height"]) <= 280.1
    assert (
        2
        <= sum(
            "rule" in one.get("class", "") or "base" in one.get("class", "")
            for one in drawn.iter("line")
        )
        <= 12
    )
    rows = list(csv.reader(io.StringIO("".join(chart.csv()))))
    assert len(rows) == len(values) + 1 == len(chart.rows()) + 1


def test_a_spreadsheet_takes_no_label_for_a_formula() -> None:
    chart = Chart("c", "t", "s", ("=1+1",), (Series("one", (1,)),))
    assert "".join(chart.csv()).splitlines()[1] == "'=1+1,1"


# The pages


def test_the_boards_show_charts_with_their_figures(client, publisher, eventful) -> None:
    look(eventful, "issues", 0, "No. 1 was not served to S0000001.")
    for board in BOARDS:
        page = client.get(f"/office/masthead/boards/{board}/")
        assert page.status_code == 200, board
    look_at = client.get("/office/masthead/boards/subscriptions/").content.decode()
    assert look_at.count('<svg class="chart"') + look_at.count("nothing to draw") == 5


def test_empty_boards_say_that_there_is_nothing_yet(client, publisher) -> None:
    editorial.magazine()
    for board in BOARDS:
        page = client.get(f"/office/masthead/boards/{board}/").content.decode()
        assert "nothing to draw yet" in page, board


def test_a_chart_is_handed_out_as_csv(client, publisher, eventful) -> None:
    file = client.get("/office/masthead/boards/money/", {"csv": "owed-EUR", "span": "24"})
    assert file["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(file.content.decode())))
    assert rows[0] == ["", "Copies to come (EUR)", "Refunds due (EUR)"]
    assert len(rows) == 25
    assert client.get("/office/masthead/boards/money/", {"csv": "nothing"}).status_code == 404


@pytest.mark.parametrize(
    "asked", [{"span": "1e9"}, {"span": "-1"}, {"issues": "9999"}, {"span": "é"}]
)
def test_nonsense_shows_the_usual_span(client, publisher, eventful, asked) -> None:
    for board in BOARDS:
        assert client.get(f"/office/masthead/boards/{board}/", asked).status_code == 200


def test_a_title_that_is_not_there_is_not_found(client, publisher, eventful) -> None:
    assert client.get("/office/masthead/boards/promises/", {"title": "999"}).status_code == 404


@pytest.mark.parametrize("board", [*BOARDS, "costs"])
def test_others_of_the_staff_see_none_of_it(client, board) -> None:
    editorial.magazine()
    editor = make.reader("editor@gazette.example")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    address = f"/office/masthead/boards/{board}/" if board != "costs" else "/office/masthead/costs/"
    assert client.get(address).status_code in (302, 403)


def test_boards_of_twenty_subscriptions_take_as_many_queries_as_of_five(client, publisher) -> None:
    title = editorial.magazine()
    version = make.version(title)

    def grow() -> None:
        for country in ("DE", "CH", "DE", "CH", "DE"):
            make.subscription(version, reader=at_home(country), with_print=True)

    def queries() -> dict[str, int]:
        counted = {}
        for board in BOARDS:
            with CaptureQueriesContext(connection) as captured:
                client.get(f"/office/masthead/boards/{board}/")
            counted[board] = len(captured)
        return counted

    grow()
    on_sale(title, THEN + timedelta(days=14))
    queries()
    five = queries()
    for _again in range(3):
        grow()
    assert queries() == five


# What copies cost


def sent(*rows: tuple[str, ...]) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"}
    names = ("name", "countries", "currency", "print_minor", "postage_minor")
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in zip(names, row, strict=True)}
    return data


def test_costs_are_kept_in_the_smallest_coins_and_shown_as_they_were_written(
    client, publisher
) -> None:
    title = editorial.magazine()
    row = ("Home", "de, at", "eur", "0.80", "1.20")
    client.post("/office/masthead/costs/", sent(row, ("World", "", "EUR", "0.8", "4"), ("",) * 5))
    home, world = CopyCost.objects.filter(title=title)
    assert (home.countries, home.currency, home.print_minor, home.postage_minor) == (
        "DE AT",
        "EUR",
        80,
        120,
    )
    assert world.postage_minor == 400
    page = client.get("/office/masthead/costs/").content.decode()
    assert 'value="1.20"' in page


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("", "DE", "EUR", "1", "1")], "Give it a name"),
        ([("Home", "XX", "EUR", "1", "1")], "There is no country XX"),
        ([("Home", "DE", "EUD", "1", "1")], "three letters"),
        ([("Home", "DE", "EUR", "", "1")], "Say what it costs"),
        ([("Home", "DE", "EUR", "1.001", "1")], "no smaller coin"),
        ([("Home", "DE", "EUR", "-1", "1")], "greater than or equal to 0"),
        ([("Home", "DE", "EUR", "1", "1"), ("Home", "CH", "EUR", "1", "1")], "called like that"),
        (
            [("Home", "DE", "EUR", "1", "1"), ("Near", "CH DE", "EUR", "1", "1")],
            "DE stands in a row above",
        ),
        ([("A", "", "EUR", "1", "1"), ("B", "", "EUR", "1", "1")], "everywhere else already"),
    ],
)
def test_a_cost_that_cannot_be_is_told_and_nothing_is_lost(client, publisher, rows, said) -> None:
    title = editorial.magazine()
    CopyCost.objects.create(title=title, name="Old", currency="EUR", print_minor=1, postage_minor=1)
    page = client.post("/office/masthead/costs/", sent(*rows)).content.decode()
    assert said in page
    assert rows[-1][1] in page
    assert [one.name for one in CopyCost.objects.all()] == ["Old"]


def test_months_are_counted_back_over_the_turn_of_the_year() -> None:
    assert months.up_to(date(2027, 2, 28), 4) == [
        date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)
    ]  # fmt: skip
    assert months.after(date(2026, 12, 1)) == date(2027, 1, 1)
