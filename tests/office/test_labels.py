"""What goes by post, renewals, rates and codes, in the office."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.circulation import brakes, claims, label_runs, stock
from masthead.circulation.models import Claim, DiscountCode, LabelRun, RenewalBrake, Undelivered
from masthead.office import tasks
from masthead.payments.models import Attempt, TaxRate
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN
from tests.office.test_boards import at_home, on_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def issue(title):
    """Return an issue to come, with two who get it in print and one who has no address."""
    version = make.version(title)
    for country in ("DE", "CH"):
        make.subscription(version, reader=at_home(country), with_print=True)
    make.subscription(version, with_print=True)
    return editorial.issue(title, state="open", planned_on_sale_at=THEN + timedelta(days=14))


def page(client, address: str, **asked: str) -> str:
    return client.get(f"/office/masthead/{address}", asked).content.decode()


def test_a_preview_counts_and_freezes_nothing(client, publisher, issue) -> None:
    said = page(client, f"labels/{issue.pk}/", preview="main")
    for words in ("2 labels", "Germany 1", "Switzerland 1", "no address"):
        assert words in said
    assert not LabelRun.objects.exists()


def test_a_run_is_frozen_handed_out_and_dispatched(client, publisher, issue) -> None:
    address = f"/office/masthead/labels/{issue.pk}/"
    for _click in range(2):
        client.post(address, {"freeze": "main"})
    run = LabelRun.objects.get()
    assert run.frozen_by == publisher
    file = client.get(f"/office/masthead/labels/runs/{run.pk}.csv")
    assert hashlib.sha256(file.content).hexdigest() == run.sha256
    assert run.sha256 in page(client, f"labels/{issue.pk}/")
    client.post(address, {"dispatch": run.pk, "copies": "2"})
    run.refresh_from_db()
    assert run.quantity == 2
    answer = client.post(address, {"dispatch": run.pk, "copies": "2"}, follow=True)
    assert "dispatched already" in answer.content.decode()


def test_who_came_later_is_in_a_supplemental_run(client, publisher, issue) -> None:
    address = f"/office/masthead/labels/{issue.pk}/"
    answer = client.post(address, {"freeze": "supplemental"}, follow=True)
    assert "Freeze the main run of this issue first" in answer.content.decode()
    client.post(address, {"freeze": "main"})
    answer = client.post(address, {"freeze": "supplemental"}, follow=True)
    assert "nothing to add" in answer.content.decode()
    make.subscription(make.version(issue.publication), reader=at_home(), with_print=True)
    client.post(address, {"freeze": "supplemental"})
    assert [run.rows for run in LabelRun.objects.order_by("number")] == [2, 1]


@pytest.mark.parametrize("copies", ["", "-1", "many", "0"])
def test_a_dispatch_of_no_number_is_refused(client, publisher, issue, copies) -> None:
    run = label_runs.freeze(issue, at=THEN)
    client.post(f"/office/masthead/labels/{issue.pk}/", {"dispatch": run.pk, "copies": copies})
    run.refresh_from_db()
    assert run.dispatched_at is None


def test_spare_copies_are_counted(client, publisher, issue) -> None:
    client.post(f"/office/masthead/labels/{issue.pk}/", {"count": "1", "copies": "12"})
    assert stock.left(issue) == 12
    assert "12 copies can still be sent again" in page(client, f"labels/{issue.pk}/")


def test_staff_claim_a_copy_for_a_reader_once(client, publisher, title) -> None:
    paid = make.subscription(make.version(title), reader=at_home(), with_print=True)
    on_sale(title, THEN + timedelta(days=14))
    record = paid.service_records.get()
    address = f"/office/masthead/subscriptions/{paid.pk}/claim/"
    assert record.issue.title in client.get(address).content.decode()
    asked = {"record": record.pk, "kind": "missing", "request": uuid.uuid4()}
    for _click in range(2):
        client.post(address, asked)
    assert Claim.objects.get().by == publisher
    assert "One issue more" in page(client, "claims/")
    answer = client.post(address, asked | {"request": uuid.uuid4()}, follow=True)
    assert "made good already" in answer.content.decode()
    client.post(address, {"record": "x", "kind": "eaten"})
    assert Claim.objects.count() == 1


def test_post_that_came_back_stops_an_address(client, publisher, issue) -> None:
    run = label_runs.freeze(issue, at=THEN)
    label = run.labels.first()
    address = "/office/masthead/returned-post/"
    for serial in ("000000000", "x", "9" * 30):
        said = client.post(address, {"serial": serial, "why": "moved"}).content.decode()
        assert "no label with that serial" in said or "at most 12 characters" in said
    client.post(address, {"serial": label.serial, "why": "moved"})
    assert Undelivered.objects.get().by == publisher
    assert "Moved away" in page(client, "returned-post/")


def test_lists_of_ten_take_as_many_queries_as_lists_of_five(client, publisher, title) -> None:
    version = make.version(title)
    issue = on_sale(title, THEN)

    def grow() -> None:
        editorial.issue(title, state="open", planned_on_sale_at=THEN)
        for _one in range(5):
            paid = make.subscription(version, reader=at_home(), with_print=True)
            record = paid.service_records.create(
                issue=issue, kind="paid", copies=1, is_printed=True, served_at=timezone.now(),
                term=paid.terms.get(),
            )  # fmt: skip
            claims.claim(
                record, Claim.Kind.DAMAGED, request=uuid.uuid4(), at=timezone.now(), by=publisher
            )
            home = paid.reader.addresses.get()
            Undelivered.objects.create(address=home, why="moved", at=THEN)

    def queries() -> list[int]:
        counted = []
        for one in ("labels/", "claims/", "returned-post/"):
            with CaptureQueriesContext(connection) as captured:
                page(client, one)
            counted.append(len(captured))
        return counted

    grow()
    queries()
    five = queries()
    grow()
    assert queries() == five


# Renewals


@pytest.mark.usefixtures("title")
def test_the_brake_is_pulled_for_a_reason_and_let_go(client, publisher, title) -> None:
    address = "/office/masthead/renewals/"
    assert "required" in client.post(address, {"stop": "1", "why": ""}).content.decode()
    assert not brakes.reason(title)
    client.post(address, {"stop": "1", "why": "A wrong price"})
    assert brakes.reason(title) == "A wrong price"
    answer = client.post(address, {"charge": "1", "most": "5"}, follow=True)
    assert "stopped: A wrong price" in answer.content.decode()
    client.post(address, {"go-on": "1"})
    assert RenewalBrake.objects.get().released_at


def test_the_plan_says_how_many_and_why_others_wait(client, publisher, title) -> None:
    make.subscription(make.version(title, make.deal(copies=2, renews=True, renew_at=2)))
    said = page(client, "renewals/", plan="1")
    assert "Would be charged now" in said
    assert "no way to pay was left" in said or "not reminded yet" in said
    assert not Attempt.objects.filter(reference__contains="renew").exists()


@pytest.mark.parametrize("most", ["0", "501", "x", ""])
def test_a_number_of_charges_that_cannot_be_charges_nobody(
    client, publisher, title, monkeypatch, most
) -> None:
    asked = []
    monkeypatch.setattr(type(tasks.renew_now), "enqueue", lambda self, *given: asked.append(given))
    client.post("/office/masthead/renewals/", {"charge": "1", "most": most})
    assert asked == []


def test_charging_is_for_the_worker(client, publisher, title, monkeypatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(type(tasks.renew_now), "enqueue", lambda self, *given: asked.append(given))
    client.post("/office/masthead/renewals/", {"charge": "1", "most": "5"})
    assert asked == [(title.pk, 5)]


# Rates and codes


def test_rates_and_codes_are_entered(client, publisher, title) -> None:
    client.post(
        "/office/tax-rates/new/",
        {"country": "DE", "region": "", "kind": "print", "basis_points": "700", "name": "MwSt", "from_on": "2026-01-01"},
    )  # fmt: skip
    assert TaxRate.objects.get().basis_points == 700
    offer = make.version(title).offer
    code = {"offer": offer.pk, "code": "LAMP", "thousandths": "250", "terms": "1", "most_uses": "", "starts_at": "", "ends_at": ""}  # fmt: skip
    refused = client.post("/office/discount-codes/new/", code | {"thousandths": "1001"})
    assert refused.status_code == 200
    client.post("/office/discount-codes/new/", code)
    assert DiscountCode.objects.get().thousandths == 250


@pytest.mark.parametrize("address", ["labels/", "labels/{issue}/", "labels/runs/{run}.csv", "claims/", "returned-post/", "renewals/", "subscriptions/1/claim/"])  # fmt: skip
def test_others_of_the_staff_see_none_of_it(client, issue, address) -> None:
    run = label_runs.freeze(issue, at=THEN)
    editor = make.reader("editor@gazette.example")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    address = f"/office/masthead/{address.format(issue=issue.pk, run=run.pk)}"
    for ask in (client.get, client.post):
        assert ask(address).status_code in (302, 403, 405)
