"""Agencies order for others: one invoice for many, less a commission, and readers never see a price."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from masthead.circulation import (
    agencies,
    agency_files,
    agency_letters,
    agency_register,
    auditing,
    confirmations,
    credit_chasing,
    credit_letters,
    endings,
    order_desk,
    pricing,
    renewal_letters,
    serving,
    standing,
    statements,
)
from masthead.circulation.deals import Share
from masthead.circulation.models import (
    AgencyInvoice,
    AgencyOrder,
    CreditOrder,
    Order,
    Refund,
    ServiceRecord,
    Subscription,
)
from masthead.editorial import issues
from masthead.payments import journal, papers
from masthead.payments import statements as bank
from masthead.payments.invoices import document_of
from masthead.payments.models import Attempt, Invoice, TaxRate
from masthead.payments.provider import PayLike
from masthead.payments.references import of as reference_of
from masthead.payments.statement_files import Line
from masthead.people import addresses, personal_data
from masthead.people.models import User
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class Transfer:
    """A way by hand."""

    name, label = "transfer", "Bank transfer"
    abilities = frozenset({"by-hand", "refunds"})

    def begin(self, wanted, urls):
        ref = reference_of(wanted.key)
        return PayLike(ref, (("Reference", ref),))


@pytest.fixture(autouse=True)
def transfer(monkeypatch):
    transfer = Transfer()
    monkeypatch.setattr(credit_letters.ways, "for_readers", lambda: [transfer])
    monkeypatch.setattr(credit_letters.ways, "by_hand", lambda: [transfer])
    monkeypatch.setattr(credit_letters.ways, "named", lambda _name: transfer)


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def version(title):
    return make.version(title, make.deal(copies=6, shares=(Share("digital", 1),)))


@pytest.fixture
def agency():
    return founded()


def founded(**fields):
    usual = {
        "name": "Boreal Agency", "mail": "orders@boreal.example", "address": "Kai 1\n20095 Hamburg",
        "country": "DE", "commission": 100, "payment_days": 45, "vat_number": "DE123456789",
    }  # fmt: skip
    return agency_register.found(**(usual | fields))


def ordered(agency, version, number, reader=None, **fields):
    asked = {"currency": "EUR", "country": "DE", "at": THEN} | fields
    return agencies.take(agency, version, reader or make.reader(), number=number, **asked)


def out(title, at, count=1):
    issue = None
    for _each in range(count):
        issue = issues.put_on_sale(editorial.issue(title, state="open"), at=at)
        serving.serve(issue, at=at)
    return issue


def balances() -> dict[str, int]:
    return {account: minor for (account, _currency), minor in journal.balances().items()}


def transferred(of, *, at):
    """Have the transfer of an invoice come in by a statement of the bank."""
    attempt = Attempt.objects.filter(reference=of.reference).order_by("pk").last()
    line = Line(f"b-{attempt.pk}", date(2026, 6, 1), attempt.money, attempt.provider_ref, "Boreal")
    return bank.match("transfer", [line], at=at)


def test_the_agency_pays_the_price_less_its_commission(version, agency):
    one = ordered(agency, version, "A-1")
    assert (one.gross.minor, one.order.minor, one.commission) == (6000, 5400, 100)
    assert one.order.payer == agency.account


def test_nothing_begins_before_the_invoice_and_everything_with_it(title, version, agency):
    readers = [make.reader() for _one in range(3)]
    for number, reader in enumerate(readers):
        ordered(agency, version, f"A-{number}", reader)
    assert not Subscription.objects.exists()
    (of,) = agencies.invoice(agency, at=THEN)
    assert agencies.invoice(agency, at=THEN) == []
    assert {one.reader for one in Subscription.objects.all()} == set(readers)
    assert (of.money.minor, of.due_on) == (16200, THEN.date() + 45 * DAY)
    invoice = Invoice.objects.get()
    assert invoice.minor == 16200
    assert invoice.document["buyer"]["tax_id"] == "DE123456789"
    assert "commission €18.00" in invoice.document["about"]
    assert balances() == {"assets:receivable": 16200, "liabilities:deferred:digital": -16200}
    assert auditing.complaints(THEN) == []


def test_the_invoice_names_the_agencys_numbers_and_no_reader(title, version, agency):
    ordered(agency, version, "A-1", make.reader("ada@readers.example", first_name="Ada"))
    agencies.invoice(agency, at=THEN)
    sheet = papers.sheet(document_of(Invoice.objects.get()))
    assert "A-1: A year" in sheet.rows[0][0]
    assert "Ada" not in repr(sheet)
    assert "Boreal Agency" in sheet.addressee
    assert any("DE123456789" in line for line in sheet.addressee)
    assert sheet.notes == ("Please pay by June 18, 2026.",)


def test_a_transfer_settles_all_of_it_and_revenue_is_what_the_agency_paid(title, version, agency):
    for number in range(2):
        ordered(agency, version, f"A-{number}")
    (of,) = agencies.invoice(agency, at=THEN)
    assert agency_letters.send_invoice(of, at=THEN)
    (letter,) = mail.outbox
    assert letter.to == ["orders@boreal.example"]
    assert "€108.00" in letter.body
    (matched,) = transferred(of, at=THEN + 9 * DAY)
    assert matched.line.state == "valid"
    assert agencies.catch_up(THEN + 9 * DAY) == 1
    assert set(CreditOrder.objects.values_list("billing", flat=True)) == {"paid"}
    out(title, THEN + 10 * DAY, 6)
    assert balances() == {"assets:provider:transfer": 10800, "income:digital": -10800}
    assert auditing.complaints(THEN + 20 * DAY) == []


def test_hearing_of_the_transfer_twice_changes_nothing(version, agency):
    ordered(agency, version, "A-1")
    (of,) = agencies.invoice(agency, at=THEN)
    attempt = make.pay(Attempt.objects.get(reference=of.reference))
    assert agencies.paid(attempt, at=THEN)
    assert not agencies.paid(attempt, at=THEN)
    assert agencies.owed(of).minor == 0


def test_readers_are_told_no_price_and_agencies_get_no_letter_for_each_order(
    title, version, agency
):
    reader = make.reader("ada@readers.example")
    ordered(agency, version, "A-1", reader)
    agencies.invoice(agency, at=THEN)
    out(title, THEN + DAY, 5)
    confirmations.send_due(THEN + DAY)
    renewal_letters.remind(title, at=THEN + DAY)
    renewal_letters.tell_yearly(title, at=THEN + 400 * DAY)
    credit_chasing.run(title, at=THEN + 90 * DAY)
    assert mail.outbox == []
    told = repr(personal_data.gathered(reader))
    for sum_of_it in ("54.00", "60.00", "5400", "6000"):
        assert sum_of_it not in told


def test_what_ends_soon_is_listed_for_the_agency_once(title, version, agency):
    ordered(agency, version, "A-1", make.reader("ada@readers.example", first_name="Ada"))
    agencies.invoice(agency, at=THEN)
    out(title, THEN + DAY, 2)
    assert agency_letters.tell_all(at=THEN + DAY) == 0
    out(title, THEN + 2 * DAY)
    assert agency_letters.tell_all(at=THEN + 2 * DAY) == 1
    assert agency_letters.tell_all(at=THEN + 3 * DAY) == 0
    (letter,) = mail.outbox
    assert letter.to == ["orders@boreal.example"]
    assert "A-1: A year" in letter.body
    assert "Ada" not in letter.body


def test_a_renewal_follows_the_last_copy_and_is_invoiced_anew(title, version, agency):
    ordered(agency, version, "A-1")
    agencies.invoice(agency, at=THEN)
    out(title, THEN + DAY, 4)
    (account,) = agencies.ending(agency, at=THEN + DAY)
    renewed = agencies.renew(agency, account.subscription, at=THEN + DAY)
    assert renewed.number == "A-1/2"
    with pytest.raises(pricing.CannotOrder):
        agencies.renew(agency, account.subscription, at=THEN + DAY)
    assert agencies.ending(agency, at=THEN + DAY) == []
    agencies.invoice(agency, at=THEN + 2 * DAY)
    assert Subscription.objects.count() == 1
    assert standing.of_one(account.subscription).left == 8
    out(title, THEN + 3 * DAY, 8)
    assert ServiceRecord.objects.count() == 12
    assert auditing.complaints(THEN + 9 * DAY) == []


def test_a_renewal_of_what_has_ended_since_begins_anew(title, version, agency):
    ordered(agency, version, "A-1")
    agencies.invoice(agency, at=THEN)
    subscription = Subscription.objects.get()
    agencies.renew(agency, subscription, at=THEN)
    endings.end_unpaid(subscription, at=THEN)
    agencies.invoice(agency, at=THEN + DAY)
    assert Subscription.objects.running().count() == 1


def test_what_goes_back_goes_to_the_agency_and_is_what_it_paid(title, version, agency):
    for number in range(2):
        ordered(agency, version, f"A-{number}")
    (of,) = agencies.invoice(agency, at=THEN)
    agency_letters.send_invoice(of, at=THEN)
    transferred(of, at=THEN)
    agencies.catch_up(THEN)
    out(title, THEN + DAY, 2)
    subscription = Subscription.objects.first()
    endings.cancel(subscription, request=uuid.uuid4(), at=THEN + 2 * DAY)
    refund = Refund.objects.get()
    assert refund.minor == 3600
    assert refund.attempt.payer == agency.account
    assert Invoice.objects.get(kind="credit-note").corrects.occasion == of.reference
    assert auditing.complaints(THEN + 2 * DAY) == []


def test_an_invoice_that_is_never_paid_ends_with_a_credit_note_and_bad_debt(title, version, agency):
    for number in range(2):
        ordered(agency, version, f"A-{number}")
    (of,) = agencies.invoice(agency, at=THEN)
    out(title, THEN + DAY, 2)
    for subscription in Subscription.objects.all():
        endings.end_unpaid(subscription, at=THEN + 60 * DAY)
    assert balances() == {"expenses:bad-debt": 3600, "income:digital": -3600}
    assert agencies.owed(of).minor == 0
    assert auditing.complaints(THEN + 60 * DAY) == []


def test_after_one_of_them_ended_the_next_letter_asks_for_the_rest(title, version, agency):
    for number in range(2):
        ordered(agency, version, f"A-{number}")
    (of,) = agencies.invoice(agency, at=THEN)
    endings.end_unpaid(Subscription.objects.first(), at=THEN + DAY)
    agency_letters.send_invoice(of, at=THEN + 2 * DAY)
    assert "€54.00" in mail.outbox[-1].body
    transferred(of, at=THEN + 3 * DAY)
    agencies.catch_up(THEN + 3 * DAY)
    assert agencies.owed(of).minor == 0
    assert auditing.complaints(THEN + 9 * DAY) == []


def test_a_statement_names_the_channel_and_the_net_price_of_a_copy(title, version, agency):
    ordered(agency, version, "A-1")
    (of,) = agencies.invoice(agency, at=THEN)
    make.subscription(version)
    issue = out(title, THEN + DAY)
    assert statements.of(issue).channels == {}
    make.pay(Attempt.objects.get(reference=of.reference))
    agencies.catch_up(THEN + DAY)
    figures = statements.of(issue)
    assert figures.channels == {"agency": 1, "direct": 1}
    assert figures.prices["EUR"].minor == (900 + 1000) // 2
    assert "Paid by channel: agency,1" in statements.as_csv([figures])


def test_orders_of_agencies_stand_on_no_other_list(version, agency):
    ordered(agency, version, "A-1")
    assert order_desk.waiting() == []
    agencies.invoice(agency, at=THEN)
    assert order_desk.on_credit() == []


@settings(
    max_examples=max(10, settings().max_examples // 40),
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    price=st.integers(1, 99_999), commission=st.integers(0, 999), tax=st.integers(0, 2500),
    copies=st.integers(1, 7), served=st.integers(0, 7), pays=st.booleans(),
)  # fmt: skip
def test_whatever_the_commission_nothing_is_lost_or_won(
    price, commission, tax, copies, served, pays
):
    with transaction.atomic():
        title = editorial.magazine()
        if tax:
            TaxRate.objects.create(
                country="DE", kind="digital", basis_points=tax, name="VAT", from_on=date(2020, 1, 1)
            )
        of = make.version(
            title,
            make.deal(
                copies=copies, prices=(make.Price("EUR", price),),
                shares=(Share("digital", 2), Share("audio", 1)),
            ),
        )  # fmt: skip
        agency = founded(commission=commission)
        try:
            one = ordered(agency, of, "A-1")
        except pricing.CannotOrder:
            assert price * (1000 - commission) <= 500
            transaction.set_rollback(True)
            return
        assert one.gross.minor == price
        assert 0 <= one.order.minor <= price
        for invoice in agencies.invoice(agency, at=THEN):
            out(title, THEN + DAY, served)
            attempt = Attempt.objects.filter(reference=invoice.reference).first()
            if pays and attempt:
                agencies.paid(make.pay(attempt, at=THEN + DAY), at=THEN + DAY)
            else:
                endings.end_unpaid(Subscription.objects.get(), at=THEN + DAY)
            assert auditing.complaints(THEN + DAY) == []
            assert journal.balance(journal.RECEIVABLE, "EUR").minor == 0
        transaction.set_rollback(True)


HEAD = "number,offer,currency,print,name,organisation,street,postcode,city,region,country,mail\n"


def file_of(version, *lines: str) -> list[dict[str, str]]:
    slug = version.offer.slug
    return agency_files.read((HEAD + "\n".join(lines)).replace("OFFER", slug).encode())


GOOD = "B-1,OFFER,EUR,,Ada Brandt,,Am Deich 4,28199,Bremen,,DE,ada@readers.example"
BAD = (
    "B-2,nothing,EUR,,Bea,,Am Deich 5,28199,Bremen,,DE,bea@readers.example",
    "B-3,OFFER,EUR,,Cem,,Am Deich 6,28199,Bremen,,XX,cem@readers.example",
    "B-4,OFFER,EUR,,Dee,,Am Deich 7,28199,Bremen,,DE,no mail",
    "B-5,OFFER,USD,,Eli,,Am Deich 8,28199,Bremen,,DE,eli@readers.example",
    "B-6,OFFER,EUR,,Fay,,Am Deich 9,28199,Bremen,,DE,",
    ",OFFER,EUR,,Gus,,Am Deich 10,28199,Bremen,,DE,gus@readers.example",
    "B-1,OFFER,EUR,,Hal,,Am Deich 11,28199,Bremen,,DE,hal@readers.example",
)


def test_a_file_is_looked_at_before_anything_is_written(version, agency):
    looked = agency_files.look(agency, file_of(version, GOOD, *BAD), at=THEN)
    assert [one.state for one in looked] == ["new", *["bad"] * len(BAD)]
    assert all(one.why for one in looked[1:])
    assert not AgencyOrder.objects.exists()
    assert not User.objects.filter(email__startswith="ada").exists()


def test_good_lines_are_taken_and_bad_ones_listed(version, agency):
    agency_files.take_in(agency, file_of(version, GOOD, *BAD), at=THEN)
    (one,) = AgencyOrder.objects.all()
    assert one.order.reader.email == "ada@readers.example"
    assert one.order.reader.addresses.get().city.title() == "Bremen"


def test_the_same_file_again_takes_nothing_and_one_that_differs_changes_nothing(version, agency):
    agency_files.take_in(agency, file_of(version, GOOD), at=THEN)
    again = agency_files.take_in(agency, file_of(version, GOOD), at=THEN)
    other = agency_files.take_in(agency, file_of(version, GOOD.replace("ada@", "eve@")), at=THEN)
    assert [one.state for one in (*again, *other)] == ["there", "differs"]
    assert "mail" in other[0].why
    assert AgencyOrder.objects.get().order.reader.email == "ada@readers.example"


def test_an_address_that_a_reader_wrote_is_not_written_over(version, agency):
    ada = make.reader("ada@readers.example")
    home = {"name": "Ada", "street": "Hafen 1", "postcode": "20457", "city": "Hamburg"}
    addresses.write(ada, "DE", home, at=THEN)
    agency_files.take_in(agency, file_of(version, GOOD), at=THEN)
    assert ada.addresses.get().city.title() == "Hamburg"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"name,country\nA,DE"])
def test_what_is_no_such_table_says_so(data):
    with pytest.raises(agency_files.NotAFile):
        agency_files.read(data)


def test_looking_at_a_file_asks_no_more_for_more_known_lines(version, agency):
    lines = [GOOD.replace("B-1", f"B-{number}") for number in range(8)]
    agency_files.take_in(agency, file_of(version, *lines), at=THEN)
    with CaptureQueriesContext(connection) as few:
        agency_files.look(agency, file_of(version, *lines[:2]), at=THEN)
    with CaptureQueriesContext(connection) as many:
        agency_files.look(agency, file_of(version, *lines), at=THEN)
    assert len(many) <= len(few)


def test_the_commission_of_yesterdays_orders_stays(version, agency):
    one = ordered(agency, version, "A-1")
    agency.commission = 500
    agency.save()
    agencies.invoice(agency, at=THEN)
    assert AgencyInvoice.objects.get().minor == 5400
    assert Order.objects.get(pk=one.order_id).minor == 5400
