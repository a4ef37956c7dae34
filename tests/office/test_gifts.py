"""Gifts that nobody took yet, in the office: how far they have come, and the letter once more."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.circulation import auditing, present_letters, presents
from masthead.circulation.models import Present
from masthead.people import alarms
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db

LIST = "/office/masthead/gifts/"
LINK = re.compile(r"/gifts/[^/\s]+/")


@pytest.fixture
def version():
    return make.version(editorial.magazine(), at=timezone.now())


def given(version) -> Present:
    return make.present(version, at=timezone.now())


def rows(client) -> str:
    return client.get(LIST).content.decode()


def test_a_gift_stands_there_until_it_is_taken(client, publisher, version):
    present = given(version)
    page = rows(client)
    assert present.number in page
    assert "bea@readers.example" in page
    assert str(present.order.money) not in page
    presents.redeem(present, make.reader(), at=timezone.now())
    assert present.number not in rows(client)


def test_one_that_went_back_does_not(client, publisher, version):
    present = given(version)
    presents.give_back(present, request=uuid.uuid4(), at=timezone.now())
    assert "Every gift that was paid for has been taken." in rows(client)


def test_staff_see_that_its_link_was_opened(client, publisher, version):
    present = given(version)
    link = f"/gifts/{presents.make_link(present, at=timezone.now())}/"
    client.logout()
    assert client.head(link).status_code == 200
    client.force_login(present.order.payer)
    client.get(link)
    # A machine that looks ahead, and its donor, are nobody's opening it.
    assert not Present.objects.exclude(opened_at=None).exists()
    client.logout()
    client.get(link)
    first = Present.objects.get().opened_at
    client.get(link)
    assert first
    assert Present.objects.get().opened_at == first


def test_sending_it_again_makes_the_old_link_void(client, publisher, version):
    present = given(version)
    present_letters.deliver(present, at=timezone.now())
    old = LINK.search(str(mail.outbox[-1].body)).group()
    client.post(f"{LIST}{present.key}/send/")
    new = LINK.search(str(mail.outbox[-1].body)).group()
    assert mail.outbox[-1].to == ["bea@readers.example"]
    assert old != new
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_one_that_was_taken_is_not_sent_again(client, publisher, version):
    present = given(version)
    presents.redeem(present, make.reader(), at=timezone.now())
    sent = len(mail.outbox)
    assert client.post(f"{LIST}{present.key}/send/").status_code == 404
    assert len(mail.outbox) == sent


def test_only_who_takes_orders_sees_them(client, version):
    given(version)
    staff = make.reader("editor@gazette.example")
    staff.groups.add(Group.objects.get(name="Editors"))
    client.force_login(staff)
    assert client.get(LIST).status_code in (302, 403)


def test_ten_gifts_take_as_many_queries_as_five(client, publisher, version):
    def queries() -> int:
        for _one in range(5):
            given(version)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    queries()
    assert queries() == queries()


@pytest.mark.parametrize("what", ["waits", "was corrected", "stands in line", "was begun", "went back", "was withdrawn"])  # fmt: skip
def test_nobody_is_alarmed_by_a_gift(version, what):
    present, now = given(version), timezone.now()
    reader = make.reader()
    if what == "was corrected":
        presents.change(present, recipient_name="Eve", recipient_email="", deliver_on=now.date())
    elif what == "stands in line":
        make.subscription(version, reader=reader, at=now)
        presents.redeem(present, reader, at=now)
        assert Present.objects.in_line().exists()
    elif what == "was begun":
        presents.redeem(present, reader, at=now)
    elif what in ("went back", "was withdrawn"):
        back = presents.give_back if what == "went back" else presents.withdraw
        for refund in back(present, request=uuid.uuid4(), at=now):
            make.pay(refund.attempt, at=now)
    # Years later it is still owed, and still nothing to see to.
    late = now + timedelta(days=800)
    assert auditing.complaints(late) == []
    found = [one.words for one in alarms.raised(at=late, with_slow=True)]
    assert [one for one in found if "issue" not in one and "worker" not in one] == []
