"""Single copies in the office: prices, stock, who has not paid, and money back."""

from __future__ import annotations

import re
import uuid

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.circulation import single_copies, stock
from masthead.circulation.models import SingleCopy, SinglePrice
from masthead.circulation.single_copies import Edition
from masthead.editorial.models import Issue
from masthead.money import Money
from masthead.payments.models import Attempt
from masthead.people.models import User
from tests.factories import circulation as make
from tests.factories import editorial
from tests.office.test_boards import at_home

pytestmark = pytest.mark.django_db
DESK = "/office/masthead/single-copies/"


@pytest.fixture
def issue():
    return on_sale(editorial.magazine())


def on_sale(title) -> Issue:
    issue = editorial.issue(title)
    now = timezone.now()
    Issue.objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=now)
    issue.refresh_from_db()
    return issue


def rows(*prices: tuple[str, str, str]) -> dict[str, str]:
    form = {"prices-TOTAL_FORMS": str(len(prices)), "prices-INITIAL_FORMS": "0"}
    for number, (edition, currency, amount) in enumerate(prices):
        form[f"prices-{number}-edition"] = edition
        form[f"prices-{number}-currency"] = currency
        form[f"prices-{number}-amount"] = amount
    return form


def bought(issue, edition=Edition.DIGITAL, *, provider="test", pays=True, minor=450) -> SingleCopy:
    if not SinglePrice.objects.filter(issue=issue, edition=edition).exists():
        SinglePrice.objects.create(issue=issue, edition=edition, currency="EUR", minor=minor)
    copy, attempt = single_copies.order(
        issue, at_home("DE"), edition=edition, currency="EUR", country="DE",
        provider=provider, request=uuid.uuid4(), at=timezone.now(),
    )  # fmt: skip
    if pays:
        single_copies.paid(make.pay(attempt, at=timezone.now()), at=timezone.now())
    copy.refresh_from_db()
    return copy


def test_prices_are_kept_and_an_empty_row_takes_one_out(client, publisher, issue) -> None:
    here = f"{DESK}{issue.pk}/"
    client.post(here, rows(("print", "eur", "9.50"), ("digital", "EUR", "4.50")))
    kept = [(one.edition, one.money) for one in SinglePrice.objects.all()]
    assert kept == [("print", Money(950, "EUR")), ("digital", Money(450, "EUR"))]
    assert "9.50" in client.get(here).content.decode()
    client.post(here, rows(("", "", ""), ("digital", "EUR", "5")))
    assert [one.minor for one in SinglePrice.objects.all()] == [500]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("print", "XXQ", "9"), "three letters"),
        (("", "EUR", "9"), "as what"),
        (("print", "EUR", ""), "what it costs"),
        (("print", "EUR", "0"), "what it costs"),
        (("print", "EUR", "9.505"), "no smaller coin"),
        (("print", "EUR", "lots"), "number"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_changed(client, publisher, issue, wrong, said):
    SinglePrice.objects.create(issue=issue, edition="print", currency="EUR", minor=1)
    page = client.post(f"{DESK}{issue.pk}/", rows(wrong)).content.decode()
    assert said in page
    assert SinglePrice.objects.get().minor == 1


def test_one_edition_has_one_price_in_a_currency(client, publisher, issue) -> None:
    twice = rows(("print", "EUR", "9"), ("print", "EUR", "8"))
    assert "above already" in client.post(f"{DESK}{issue.pk}/", twice).content.decode()
    assert not SinglePrice.objects.exists()


def test_copies_are_counted_on_the_same_page(client, publisher, issue) -> None:
    page = client.post(f"{DESK}{issue.pk}/", {"copies": "12"}, follow=True).content.decode()
    assert "12 copies can still be sold" in page
    assert stock.left(issue) == 12


def test_the_desk_says_what_is_left_sold_and_to_be_sent(client, publisher, issue) -> None:
    stock.count(issue, 5, at=timezone.now())
    bought(issue, Edition.PRINT)
    bought(issue)
    page = client.get(DESK).content.decode()
    found = re.search(r"<td>4</td><td>1</td><td>1</td><td>1</td>", page)
    assert found


def test_a_copy_that_nobody_pays_is_given_up_with_a_button(client, publisher, issue) -> None:
    copy = bought(issue, pays=False)
    page = client.get(DESK).content.decode()
    assert copy.number in page
    client.post(f"{DESK}{copy.key}/end/")
    copy.refresh_from_db()
    assert copy.given_up_at
    assert copy.number not in client.get(DESK).content.decode()


def test_staff_give_the_price_back_with_a_reason_and_once(client, publisher, issue) -> None:
    copy = bought(issue)
    here = f"{DESK}{copy.key}/money-back/"
    page = client.get(here).content.decode()
    request = re.search(r'name="request"[^>]*value="([^"]+)"', page)[1]
    assert client.post(here, {"request": request, "reason": ""}).status_code == 200
    for _click in range(2):
        client.post(here, {"request": request, "reason": "Pages 3 to 6 were missing"})
    copy.refresh_from_db()
    assert copy.returned_by == publisher
    assert Attempt.objects.filter(kind="refund").count() == 1
    assert "Paid back on" in client.get(f"{DESK}{issue.pk}/").content.decode()


def test_who_may_not_is_sent_away(client, issue) -> None:
    copy = bought(issue)
    staff = make.reader("clerk@gazette.example")
    staff.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(staff)
    for address in (DESK, f"{DESK}{issue.pk}/", f"{DESK}{copy.key}/money-back/"):
        assert client.get(address).status_code in (302, 403)
    client.post(f"{DESK}{copy.key}/end/")
    copy.refresh_from_db()
    assert copy.given_up_at is None


def test_long_lists_take_as_many_queries_as_short_ones(client, publisher, issue) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def more() -> None:
        stock.count(issue, 50, at=timezone.now())
        another = on_sale(issue.publication)
        for edition in (Edition.PRINT, Edition.DIGITAL):
            bought(issue, edition)
            bought(issue, edition, pays=False)
        bought(another)

    more()
    for address in (DESK, f"{DESK}{issue.pk}/"):
        queries(address)
    before = [queries(address) for address in (DESK, f"{DESK}{issue.pk}/")]
    more()
    assert [queries(address) for address in (DESK, f"{DESK}{issue.pk}/")] == before
    assert User.objects.count() > 8
