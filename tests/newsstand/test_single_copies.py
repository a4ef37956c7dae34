"""Buying one issue, page by page: what is shown, asked, refused and written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.circulation import single_copies, stock
from masthead.circulation.models import Label, SingleCopy, SinglePrice
from masthead.editorial.models import Issue
from masthead.newsstand.views import till as tills
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.newsstand.test_subscribe import Till

pytestmark = pytest.mark.django_db
HOME = {"name": "Ada", "street": "Hafen 1", "city": "Hamburg", "postcode": "20457"}


@pytest.fixture
def till(monkeypatch):
    till = Till()
    monkeypatch.setattr(tills.ways, "named", lambda _name: till)
    monkeypatch.setattr(tills.ways, "for_readers", lambda: [till])
    return till


@pytest.fixture
def issue():
    title = editorial.magazine()
    article = editorial.article(
        title,
        editorial.paragraph("word " * 200),
        editorial.paragraph("the closed rest"),
        access="subscribers",
    )
    issue = editorial.issue(title, article)
    now = timezone.now()
    Issue.objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=now)
    issue.refresh_from_db()
    SinglePrice.objects.create(issue=issue, edition="print", currency="EUR", minor=950)
    SinglePrice.objects.create(issue=issue, edition="digital", currency="EUR", minor=450)
    stock.count(issue, 1, at=now)
    return issue


@pytest.fixture
def ada(client):
    ada = make.reader("ada@readers.example")
    client.force_login(ada)
    return ada


def text(answer: Any) -> str:
    return answer.content.decode()


def address(issue, edition: str) -> str:
    return f"/single-copies/{issue.key}/payment/?edition={edition}&currency=EUR&country=DE"


def form_on(page: Any) -> dict[str, str]:
    """Return what somebody sends who agrees to what a page shows."""
    hidden = re.findall(r'type="hidden" name="(request|sum)"[^>]* value="([^"]*)"', text(page))
    assert len(hidden) == 2
    return {"way": "card", "agrees": "on", **dict(hidden)}


def order(client, issue, edition: str = "digital", **more: str) -> Any:
    page = client.get(address(issue, edition))
    return client.post(address(issue, edition), form_on(page) | more)


def test_the_page_of_an_issue_leads_to_buying_it_and_says_for_how_much(client, issue):
    page = text(client.get(issue.url))
    assert f"/single-copies/{issue.key}/" in page
    assert "€9.50 · €4.50" in page
    SinglePrice.objects.all().delete()
    assert "single-copies" not in text(client.get(issue.url))


def test_what_is_not_sold_or_not_out_is_not_found(client, issue):
    Issue.objects.filter(pk=issue.pk).update(state="open")
    assert client.get(f"/single-copies/{issue.key}/").status_code == 404
    Issue.objects.filter(pk=issue.pk).update(state="on_sale")
    SinglePrice.objects.all().delete()
    assert client.get(f"/single-copies/{issue.key}/").status_code == 404


def test_a_stranger_is_asked_for_a_mail_address_and_comes_back(client, issue):
    answer = client.get(address(issue, "digital"))
    assert answer.status_code == 302
    assert "/account/login/?next=%2Fsingle-copies%2F" in answer.headers["Location"]


def test_it_says_that_there_is_no_right_of_withdrawal_and_keeps_that_it_was_read(
    client, issue, ada, till
):
    assert "no right of withdrawal by law" in text(client.get(address(issue, "digital")))
    refused = order(client, issue, agrees="")
    assert refused.status_code == 422
    assert not SingleCopy.objects.exists()
    order(client, issue)
    assert "no right of withdrawal" in SingleCopy.objects.get().agreed_to


def test_once_it_is_paid_the_issue_can_be_read_to_the_end(client, issue, ada, till):
    article = issue.contents.get().article.url
    assert "the closed rest" not in text(client.get(article))
    answer = order(client, issue)
    here = answer.headers["Location"]
    page = client.get(here)
    assert page.headers["Refresh"] == "0; url=https://pay.example/session"
    till.status = "succeeded"
    page = text(client.get(f"{here}?back=1"))
    assert "It is yours" in page
    assert f"{issue.url}read/" in page
    assert "the closed rest" in text(client.get(article))
    assert "Yours to read since" in text(client.get("/account/subscriptions/"))


def test_a_printed_copy_asks_where_it_goes_first(client, issue, ada, till):
    page = text(client.get(address(issue, "print")))
    assert "/account/addresses/new/" in page
    assert 'name="request"' not in page
    addresses.write(ada, "DE", HOME, at=timezone.now())
    page = text(client.get(address(issue, "print")))
    assert "Hafen 1" in page
    order(client, issue, "print")
    assert (SingleCopy.objects.get().country, stock.left(issue)) == ("DE", 0)


def test_a_printed_copy_can_be_taken_back_until_its_label_is_printed(client, issue, ada, till):
    addresses.write(ada, "DE", HOME, at=timezone.now())
    order(client, issue, "print")
    till.status = "succeeded"
    copy = SingleCopy.objects.get()
    client.get(f"/single-copies/orders/{copy.key}/?back=1")
    back = f"/account/single-copies/{copy.key}/money-back/"
    assert back in text(client.get("/account/subscriptions/"))
    page = text(client.get(back))
    request = re.search(r'name="request" value="([^"]+)"', page)[1]
    said = text(client.post(back, {"request": request}, follow=True))
    assert "The whole price is paid back" in said
    copy.refresh_from_db()
    assert copy.returned_at
    assert stock.left(issue) == 1
    assert "too late" not in text(client.get(f"/single-copies/orders/{copy.key}/"))


def test_sold_out_is_said_and_the_digital_edition_offered(client, issue, ada, till):
    stock.count(issue, 0, at=timezone.now())
    page = text(client.get(f"/single-copies/{issue.key}/"))
    assert "No printed copies of this issue are left. You can read it on a screen." in page
    assert 'value="print"' not in page
    assert client.get(address(issue, "print")).status_code == 422
    SinglePrice.objects.filter(edition="digital").delete()
    page = text(client.get(f"/single-copies/{issue.key}/"))
    assert "No printed copies of this issue are left." in page
    assert "/subscribe/" in page


def test_who_comes_a_moment_too_late_is_told_and_not_charged(client, issue, ada, till):
    addresses.write(ada, "DE", HOME, at=timezone.now())
    form = form_on(client.get(address(issue, "print")))
    stock.take(issue)
    answer = client.post(address(issue, "print"), form)
    assert answer.status_code == 422
    assert "No printed copies" in text(answer)
    assert till.asked == []


def test_nobody_pays_another_price_than_the_one_they_saw(client, issue, ada, till):
    form = form_on(client.get(address(issue, "digital")))
    SinglePrice.objects.filter(edition="digital").update(minor=499)
    answer = client.post(address(issue, "digital"), form)
    assert answer.status_code == 422
    assert "The price has changed since" in text(answer)
    assert "€4.99" in text(answer)
    assert "checked" not in text(answer), "They agree to what they see now, or not."
    assert till.asked == []
    assert not SingleCopy.objects.exists()
    client.post(address(issue, "digital"), form_on(answer))
    assert SingleCopy.objects.get().minor == 499


def test_a_form_that_does_not_say_which_price_it_showed_orders_nothing(client, issue, ada, till):
    addresses.write(ada, "DE", HOME, at=timezone.now())
    form = form_on(client.get(address(issue, "print")))
    del form["sum"]
    assert client.post(address(issue, "print"), form).status_code == 422
    assert till.asked == []


def test_a_failed_payment_leads_back_to_the_issue(client, issue, ada, till):
    here = order(client, issue).headers["Location"]
    till.status = "failed"
    page = text(client.get(f"{here}?back=1"))
    assert "nothing was charged" in page
    assert f"/single-copies/{issue.key}/" in page


def test_copies_of_others_are_nobodys_business(client, issue, ada, till):
    order(client, issue)
    copy = SingleCopy.objects.get()
    client.force_login(make.reader())
    assert client.get(f"/single-copies/orders/{copy.key}/").status_code == 404
    assert client.get(f"/account/single-copies/{copy.key}/money-back/").status_code == 404


def test_a_long_list_of_copies_takes_as_many_queries_as_a_short_one(client, issue, ada, till):
    addresses.write(ada, "DE", HOME, at=timezone.now())

    def buy(count: int) -> None:
        stock.count(issue, 50, at=timezone.now())
        for edition in ("print", "digital") * count:
            order(client, issue, edition)
        for copy in SingleCopy.objects.filter(paid_at=None):
            attempt = make.Attempt.objects.get(reference=copy.reference)
            single_copies.paid(make.pay(attempt, at=timezone.now()), at=timezone.now())

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/account/subscriptions/").status_code == 200
        return len(seen)

    buy(1)
    queries()
    before = queries()
    buy(2)
    assert queries() == before
    assert Label.objects.count() == 0
