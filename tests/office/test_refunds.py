"""Staff give money back; above the owner's limit somebody else has to agree, and never who asked."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.circulation import (
    auditing,
    giving_back,
    refunding,
    single_returns,
    stock,
    timeline,
)
from masthead.circulation.founding import empower_publishers
from masthead.circulation.giving_back import Act
from masthead.circulation.models import Refund, SingleCopy
from masthead.circulation.single_copies import Edition
from masthead.config import installation
from masthead.money import Money
from masthead.payments import four_eyes
from masthead.payments.models import Attempt, Dispute, RefundDecision, RefundRequest
from tests.circulation.test_at_once import at_once, errors
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN
from tests.office.test_boards import renew
from tests.office.test_single_copies import bought, on_sale

pytestmark = pytest.mark.django_db
LATER = THEN + timedelta(days=100)


@pytest.fixture
def limit(settings):
    """Return a way to set the sums above which a refund waits."""

    def above(*sums: str) -> None:
        was = settings.INSTALLATION
        payments = dataclasses.replace(was.payments, four_eyes_above=sums)
        settings.INSTALLATION = dataclasses.replace(was, payments=payments)

    return above


@pytest.fixture
def paid(db):
    """Return a subscription of 24 copies for 60 euros."""
    return make.subscription(make.version(editorial.magazine()), payer=make.reader("ada@x.example"))


def staff(email: str):
    somebody = make.reader(email)
    somebody.groups.add(empower_publishers())
    return somebody


@pytest.fixture
def one(db):
    return staff("one@gazette.example")


@pytest.fixture
def other(db):
    return staff("other@gazette.example")


def give(paid, act=Act.REST, *, by, at=LATER, request=None, **asked):
    return giving_back.give(
        paid, act, reason="It came wet.", request=request or uuid.uuid4(), at=at, by=by, **asked
    )


def euros(amount: str) -> Money:
    return Money(int(Decimal(amount) * 100), "EUR")


def test_below_the_limit_money_goes_back_at_once(paid, one, limit) -> None:
    limit("60.00 EUR")
    [refund] = give(paid, Act.WHOLE, by=one).refunds
    assert (refund.minor, refund.by, refund.kind) == (6000, one, Refund.Kind.MONEY_BACK)
    assert not RefundRequest.objects.exists()
    paid.refresh_from_db()
    assert paid.ended_at == LATER
    assert auditing.complaints(LATER) == []


def test_a_cent_above_it_waits_and_nothing_is_promised(paid, one, limit) -> None:
    limit("59.99 EUR")
    given = give(paid, Act.WHOLE, by=one)
    assert given.refunds == []
    assert given.waits is not None
    assert given.waits.money == euros("60")
    assert not Refund.objects.exists()
    paid.refresh_from_db()
    assert paid.ended_at is None


def test_without_any_limit_nobody_waits(paid, one, limit) -> None:
    limit()
    assert give(paid, Act.WHOLE, by=one).refunds


def test_a_currency_without_a_sum_waits_where_another_has_one(paid, one, limit) -> None:
    limit("1000.00 USD")
    assert give(paid, Act.GOODWILL, by=one, money=euros("0.01")).waits


def test_a_sum_that_is_split_up_waits_all_the_same(paid, one, limit) -> None:
    limit("20.00 EUR")
    assert give(paid, Act.GOODWILL, by=one, money=euros("12")).refunds
    assert give(paid, Act.GOODWILL, by=one, money=euros("8.01")).waits
    after = LATER + giving_back.LATELY
    giving_back.decline(RefundRequest.objects.get(), reason="Split up", at=after, by=one)
    assert give(paid, Act.GOODWILL, by=one, money=euros("12"), at=after).refunds


def test_somebody_else_agrees_and_it_goes(paid, one, other, limit) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one).waits
    [refund] = giving_back.approve(waits, at=LATER, by=other)
    assert refund.minor == 6000
    assert refund.by == other
    assert RefundDecision.objects.get().by == other
    said = "\n".join(event.words for event in timeline.of(paid))
    assert "one@gazette.example asked for a refund of up to 60.00 EUR: It came wet." in said
    assert "other@gazette.example agreed to it" in said
    assert auditing.complaints(LATER) == []


def test_who_asked_may_not_agree_and_may_take_it_back(paid, one, limit) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one).waits
    with pytest.raises(four_eyes.CannotDecide, match="Somebody else"):
        giving_back.approve(waits, at=LATER, by=one)
    assert not Refund.objects.exists()
    giving_back.decline(waits, reason="A slip of the pen", at=LATER, by=one)
    assert not RefundRequest.objects.waiting().exists()


def test_the_database_refuses_the_agreement_of_who_asked(paid, one, limit) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one).waits
    with pytest.raises(IntegrityError), transaction.atomic():
        RefundDecision.objects.create(request=waits, approved=True, at=LATER, by=one)


def test_a_refund_is_decided_once(paid, one, other, limit) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one).waits
    giving_back.decline(waits, reason="Served to the end", at=LATER, by=other)
    for decide in (
        lambda: giving_back.approve(waits, at=LATER, by=other),
        lambda: giving_back.decline(waits, reason="Again", at=LATER, by=other),
    ):
        with pytest.raises(four_eyes.CannotDecide, match="decided that already"):
            decide()
    assert not Refund.objects.exists()


def test_declining_asks_for_a_reason(paid, one, other, limit) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one).waits
    with pytest.raises(four_eyes.CannotDecide, match="why"):
        giving_back.decline(waits, reason="  ", at=LATER, by=other)


def test_while_one_waits_nothing_else_goes_back(paid, one, limit) -> None:
    limit("10.00 EUR")
    give(paid, by=one)
    with pytest.raises(refunding.CannotGiveBack, match="waits for a second person"):
        give(paid, Act.GOODWILL, by=one, money=euros("1"))


def test_what_would_be_more_by_now_is_not_paid(paid, one, other, limit) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one).waits
    make_cheaper = RefundRequest(
        about=waits.about, act=waits.act, minor=5999, currency="EUR", reason="x",
        request=uuid.uuid4(), asked_at=LATER, asked_by=one,
    )  # fmt: skip
    make_cheaper.save()
    with pytest.raises(four_eyes.CannotDecide, match="more than was asked for"):
        giving_back.approve(make_cheaper, at=LATER, by=other)
    assert not Refund.objects.exists()
    assert not RefundDecision.objects.exists()


@pytest.mark.parametrize("sum_", ["60.01", "0", "-1"])
def test_more_than_was_paid_does_not_go_back(paid, one, sum_) -> None:
    with pytest.raises(refunding.CannotGiveBack, match=r"Of this term 60\.00 EUR"):
        give(paid, Act.GOODWILL, by=one, money=euros(sum_))
    assert not Refund.objects.exists()


def test_more_than_was_paid_does_not_even_wait(paid, one, limit) -> None:
    limit("10.00 EUR")
    with pytest.raises(refunding.CannotGiveBack, match=r"Of this term 60\.00 EUR"):
        give(paid, Act.GOODWILL, by=one, money=euros("60.01"))
    assert not RefundRequest.objects.exists()


def test_goodwill_is_for_the_term_that_is_served_and_the_whole_for_all_to_come(paid, one) -> None:
    renew(paid, LATER)
    assert giving_back.most(paid, Act.GOODWILL, at=LATER) == [euros("60")]
    assert giving_back.most(paid, Act.WHOLE, at=LATER) == [euros("120")]
    assert sum(refund.minor for refund in give(paid, Act.WHOLE, by=one).refunds) == 12000


def test_goodwill_leaves_less_to_give_back(paid, one) -> None:
    give(paid, Act.GOODWILL, by=one, money=euros("50"))
    with pytest.raises(refunding.CannotGiveBack, match=r"Of this term 10\.00 EUR"):
        give(paid, Act.GOODWILL, by=one, money=euros("10.01"))
    assert giving_back.most(paid, Act.WHOLE, at=LATER) == [euros("10")]
    paid.refresh_from_db()
    assert paid.ended_at is None


def test_the_same_form_twice_gives_back_once(paid, one, limit) -> None:
    key = uuid.uuid4()
    for _again in range(2):
        [refund] = give(paid, Act.GOODWILL, by=one, money=euros("5"), request=key).refunds
    assert [refund] == list(Refund.objects.all())
    limit("1.00 EUR")
    key = uuid.uuid4()
    waits = {give(paid, by=one, request=key).waits for _again in range(2)}
    assert len(waits) == RefundRequest.objects.count() == 1


def test_nobody_of_the_staff_pays_themselves(paid, other) -> None:
    own = make.subscription(make.version(paid.title), payer=other)
    with pytest.raises(refunding.CannotGiveBack, match="paid for it yourself"):
        give(own, by=other)


def test_what_the_bank_has_taken_back_is_not_paid_twice(paid, one) -> None:
    charge = Attempt.objects.get()
    dispute = Dispute.objects.create(
        charge=charge, provider="test", provider_ref="d1", minor=6000, currency="EUR",
        opened_at=THEN,
    )  # fmt: skip
    with pytest.raises(refunding.CannotGiveBack, match="paid twice"):
        give(paid, by=one)
    dispute.state, dispute.ended_at = Dispute.State.WON, LATER
    dispute.save()
    assert give(paid, by=one).refunds


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_send_the_money_once(limit) -> None:
    limit("10.00 EUR")
    paid = make.subscription(make.version(editorial.magazine()))
    waits = give(paid, by=staff("one@gazette.example")).waits
    second, third = staff("second@gazette.example"), staff("third@gazette.example")
    came = at_once(*[
        lambda by=by: giving_back.approve(waits, at=LATER, by=by)
        for by in (second, third, second, third)
    ])  # fmt: skip
    assert [type(one) for one in errors(came)] == [four_eyes.CannotDecide] * 3
    assert Refund.objects.count() == RefundDecision.objects.count() == 1
    assert Attempt.objects.filter(kind="refund").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_once_gives_back_once(limit) -> None:
    paid = make.subscription(make.version(editorial.magazine()))
    by, key = staff("one@gazette.example"), uuid.uuid4()
    came = at_once(*[
        lambda: give(paid, Act.GOODWILL, by=by, money=euros("5"), request=key) for _ in range(4)
    ])  # fmt: skip
    assert not errors(came)
    assert Refund.objects.count() == 1


# The pages


def fields(page: str) -> str:
    return page.split('name="request" value="')[1].split('"')[0]


def test_staff_give_back_what_was_not_served(client, paid, one) -> None:
    client.force_login(one)
    address = f"/office/masthead/subscriptions/{paid.pk}/money-back/"
    page = client.get(address).content.decode()
    assert "What was not served; it ends at once (60.00 EUR)" in page
    asked = {"act": "rest", "reason": "Moved abroad", "request": fields(page)}
    answer = client.post(address, asked, follow=True)
    assert "60.00 EUR are on their way back" in answer.content.decode()
    client.post(address, asked)
    assert Refund.objects.get().minor == 6000


# EU Directive 2011/83, art. 13(1): fourteen days from the day on which it was promised.
@pytest.mark.parametrize(
    ("days", "said"), [(0, "14 days left"), (13, "1 day left"), (14, "overdue"), (30, "overdue")]
)
def test_staff_see_how_long_there_is_for_a_refund(
    client, paid, one, time_machine, days, said
) -> None:
    give(paid, by=one)
    time_machine.move_to(LATER + timedelta(days=days), tick=False)
    client.force_login(one)
    page = client.get("/office/masthead/refunds/").content.decode()
    (row,) = (row for row in page.split("<tr>") if paid.number in row)
    assert said in row


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"act": "goodwill", "reason": "Wet"}, "Say how much goes back."),
        ({"act": "goodwill", "reason": "Wet", "sum": "60.01"}, "Of this term 60.00 EUR"),
        ({"act": "goodwill", "reason": "Wet", "sum": "1.005"}, "no smaller coin"),
        ({"act": "goodwill", "reason": "Wet", "sum": "-1"}, "greater than or equal to 0"),
        ({"act": "rest", "reason": "Wet", "sum": "5"}, "for goodwill only"),
        ({"act": "rest", "reason": ""}, "This field is required"),
        ({"act": "everything", "reason": "Wet"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_told_and_loses_nothing(client, paid, one, asked, said) -> None:
    client.force_login(one)
    key = str(uuid.uuid4())
    answer = client.post(
        f"/office/masthead/subscriptions/{paid.pk}/money-back/", {**asked, "request": key}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert key in page
    if asked["reason"]:
        assert 'value="Wet"' in page
    assert not Refund.objects.exists()


def test_a_second_person_finds_it_and_agrees(client, paid, one, other, limit) -> None:
    limit("10.00 EUR")
    client.force_login(one)
    address = f"/office/masthead/subscriptions/{paid.pk}/money-back/"
    asked = {"act": "whole", "reason": "Moved abroad", "request": uuid.uuid4()}
    assert (
        "wait until somebody else agrees"
        in client.post(address, asked, follow=True).content.decode()
    )
    waits = RefundRequest.objects.get()
    own = client.get(f"/office/masthead/refunds/{waits.pk}/").content.decode()
    assert "Agree:" not in own
    client.post(f"/office/masthead/refunds/{waits.pk}/", {"agree": "1"})
    assert not Refund.objects.exists()
    client.force_login(other)
    assert "Moved abroad" in client.get("/office/masthead/refunds/").content.decode()
    answer = client.post(f"/office/masthead/refunds/{waits.pk}/", {"agree": "1"}, follow=True)
    assert "60.00 EUR are on their way back" in answer.content.decode()
    assert "Agreed" in client.get("/office/masthead/refunds/").content.decode()


def test_who_may_only_ask_cannot_agree(client, paid, one, limit) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one, at=timezone.now()).waits
    clerk = make.reader("clerk@gazette.example")
    for app, codename in (("payments", "add_refundrequest"), ("wagtailadmin", "access_admin")):
        clerk.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client.force_login(clerk)
    assert client.post(f"/office/masthead/refunds/{waits.pk}/", {"agree": "1"}).status_code in (
        302,
        403,
    )
    client.post(f"/office/masthead/refunds/{waits.pk}/", {"decline": "1", "reason": "Mine now"})
    assert RefundRequest.objects.waiting().exists()


def test_declining_without_a_reason_says_so_and_with_one_ends_it(
    client, paid, one, other, limit
) -> None:
    limit("10.00 EUR")
    waits = give(paid, by=one, at=timezone.now()).waits
    client.force_login(other)
    address = f"/office/masthead/refunds/{waits.pk}/"
    assert "required" in client.post(address, {"decline": "1", "reason": ""}).content.decode()
    client.post(address, {"decline": "1", "reason": "Read to the end"})
    assert RefundDecision.objects.get().reason == "Read to the end"
    assert "Read to the end" in client.get("/office/masthead/refunds/").content.decode()


def test_renewal_is_stopped_from_the_page_of_a_subscription(client, one) -> None:
    paid = make.subscription(make.version(editorial.magazine()))
    client.force_login(one)
    page = client.get(f"/office/masthead/subscriptions/{paid.pk}/").content.decode()
    assert "Give money back" in page
    address = f"/office/masthead/subscriptions/{paid.pk}/stop/"
    assert f'action="{address}"' in page
    client.post(address)
    paid.refresh_from_db()
    assert paid.stopped_at
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("address", ["subscriptions/{pk}/money-back/", "subscriptions/{pk}/stop/", "refunds/", "refunds/1/"])  # fmt: skip
def test_others_of_the_staff_do_none_of_it(client, paid, address) -> None:
    editor = make.reader("editor@gazette.example")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    for ask in (client.get, client.post):
        answer = ask(f"/office/masthead/{address.format(pk=paid.pk)}")
        assert answer.status_code in (302, 403, 405)
        assert "money" not in answer.content.decode().lower() or answer.status_code != 200


def test_a_list_of_ten_refunds_takes_as_many_queries_as_one_of_five(client, one, limit) -> None:
    limit("10.00 EUR")
    version = make.version(editorial.magazine())
    client.force_login(one)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/office/masthead/refunds/")
        return len(captured)

    for _one in range(5):
        give(make.subscription(version), by=one)
    queries()
    five = queries()
    for _one in range(5):
        give(make.subscription(version), by=one)
    assert queries() <= five


# Single copies


def single(paid, *, minor=950) -> SingleCopy:
    return bought(on_sale(paid.title), minor=minor)


def give_single(copy, *, by, at=LATER, request=None):
    return single_returns.give_back(
        copy, reason="It came wet.", request=request or uuid.uuid4(), at=at, by=by
    )


def fresh(copy) -> SingleCopy:
    return SingleCopy.objects.get(pk=copy.pk)


def test_a_single_copy_above_the_limit_waits_and_stays_theirs(paid, one, limit) -> None:
    copy, key = single(paid), uuid.uuid4()
    limit("9.49 EUR")
    waits = give_single(copy, by=one, request=key)
    assert (waits.about, waits.money) == (copy.reference, euros("9.50"))
    assert give_single(copy, by=one, request=key) == waits
    assert fresh(copy).returned_at is None
    with pytest.raises(single_returns.CannotReturn, match="waits for a second person"):
        give_single(copy, by=one)
    limit("9.50 EUR")
    assert give_single(single(paid), by=one) is None


def test_single_copies_of_one_reader_count_as_one_sum(paid, one, limit) -> None:
    limit("15.00 EUR")
    first, second = single(paid), single(paid)
    SingleCopy.objects.filter(pk=second.pk).update(reader=first.reader)
    assert give_single(first, by=one) is None
    assert give_single(second, by=one).money == euros("9.50")


def test_somebody_else_agrees_to_a_single_copy_and_never_who_asked(paid, one, other, limit) -> None:
    limit("1.00 EUR")
    copy = single(paid)
    waits = give_single(copy, by=one)
    with pytest.raises(four_eyes.CannotDecide, match="Somebody else"):
        single_returns.approve(waits, at=LATER, by=one)
    assert fresh(copy).returned_at is None
    single_returns.approve(waits, at=LATER, by=other)
    returned = fresh(copy)
    assert (returned.returned_at, returned.returned_by) == (LATER, other)
    assert returned.refund.money == euros("9.50")
    with pytest.raises(four_eyes.CannotDecide, match="decided that already"):
        single_returns.approve(waits, at=LATER, by=other)
    assert Attempt.objects.filter(kind="refund").count() == 1
    assert auditing.complaints(LATER) == []


def test_nobody_agrees_to_the_refund_of_their_own_single_copy(paid, one, limit) -> None:
    limit("1.00 EUR")
    copy = single(paid)
    waits = give_single(copy, by=one)
    copy.reader.groups.add(empower_publishers())
    with pytest.raises(single_returns.CannotReturn, match="bought it yourself"):
        single_returns.approve(waits, at=LATER, by=copy.reader)
    assert RefundRequest.objects.waiting().exists()


def test_what_went_back_or_was_asked_back_meanwhile_is_not_agreed_to(paid, one, other, limit):
    limit("1.00 EUR")
    issue = on_sale(paid.title)
    stock.count(issue, 1, at=THEN)
    copy = bought(issue, Edition.PRINT)
    waits = give_single(copy, by=one)
    dispute = Dispute.objects.create(
        charge=Attempt.objects.get(reference=copy.reference), provider="test", provider_ref="d1",
        minor=450, currency="EUR", opened_at=THEN,
    )  # fmt: skip
    with pytest.raises(single_returns.CannotReturn, match="paid twice"):
        single_returns.approve(waits, at=LATER, by=other)
    dispute.delete()
    single_returns.take_back(copy, request=uuid.uuid4(), at=LATER)
    with pytest.raises(single_returns.CannotReturn, match="Nothing of it"):
        single_returns.approve(waits, at=LATER, by=other)
    single_returns.decline(waits, reason="Taken back", at=LATER, by=other)
    assert Attempt.objects.filter(kind="refund").count() == 1


def test_a_second_person_finds_a_single_copy_among_the_refunds(
    client, paid, one, other, limit
) -> None:
    limit("1.00 EUR")
    copy, away = single(paid), single(paid)
    desk = "/office/masthead/single-copies/"
    client.force_login(one)
    asked = {"reason": "It came wet", "request": uuid.uuid4()}
    page = client.post(f"{desk}{copy.key}/money-back/", asked, follow=True).content.decode()
    assert "wait until somebody else agrees" in page
    assert "Its refund waits for a second person" in page
    client.force_login(other)
    listed = client.get("/office/masthead/refunds/").content.decode()
    assert copy.number in listed
    assert "The whole price of a single copy" in listed
    waits = RefundRequest.objects.get()
    here = f"/office/masthead/refunds/{waits.pk}/"
    assert copy.issue.title in client.get(here).content.decode()
    answer = client.post(here, {"agree": "1"}, follow=True).content.decode()
    assert "9.50 EUR are on their way back" in answer
    # The other one is declined, and stays with its reader.
    waits = give_single(away, by=one, at=timezone.now())
    client.post(f"/office/masthead/refunds/{waits.pk}/", {"decline": "1", "reason": "Read whole"})
    assert RefundDecision.objects.get(request=waits).reason == "Read whole"
    assert fresh(away).returned_at is None


def test_the_price_of_a_single_copy_on_its_way_back_stands_among_the_refunds(client, paid, one):
    copy = single(paid)
    give_single(copy, by=one)
    client.force_login(one)
    page = client.get("/office/masthead/refunds/").content.decode()
    assert page.index("not gone out yet") < page.index(copy.number)


# The setting


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('["100.00 EUR"]', None),
        ('["100 EUR", "12000 JPY", "5.125 KWD"]', None),
        ('["100.005 EUR"]', "smaller coin"),
        ('["100.5 JPY"]', "smaller coin"),
        ('["100"]', "Write sums such as"),
        ('["-1 EUR"]', "Write sums such as"),
        ('["100 EUD"]', "Write sums such as"),
        ('["100 EUR", "50 EUR"]', "one sum in EUR"),
    ],
)
def test_the_owner_writes_sums_and_is_told_of_slips(written, said) -> None:
    faults = installation.faults_in(f"[payments]\nfour_eyes_above = {written}\n")
    assert (said is None) == (not faults)
    assert said is None or said in str(faults[0])


def test_a_limit_is_read_in_the_coins_of_its_currency(limit) -> None:
    limit("100.5 EUR", "5.125 KWD", "12000 JPY")
    assert [four_eyes.limit(one) for one in ("EUR", "KWD", "JPY", "USD")] == [
        Money(10050, "EUR"), Money(5125, "KWD"), Money(12000, "JPY"), Money(0, "USD"),
    ]  # fmt: skip
