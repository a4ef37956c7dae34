"""Bank, counter and differences in the office: what staff settle by hand is on record with who did it."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.money import Money
from masthead.payments import attempts, journal, references, settling, ways
from masthead.payments.append_only import NeverRewritten
from masthead.payments.models import Attempt, BankLine, Difference, HandNote
from masthead.testing.payment_providers import NOW, URLS
from tests.factories import circulation as make
from tests.factories import editorial
from tests.payments import worlds

pytestmark = pytest.mark.django_db
HEAD = "Date,Name,Reference,Amount,Currency,Transaction ID\n"


@pytest.fixture(autouse=True)
def installed(settings):
    editorial.magazine()
    settings.INSTALLATION = worlds.installed(settings.INSTALLATION, "http://127.0.0.1:9")


def owed(minor: int = 6000, email: str = "") -> Attempt:
    attempt = attempts.charge(
        f"order:{uuid.uuid4()}", Money(minor, "EUR"), provider="transfer",
        payer=make.reader(email), at=NOW, description="A year",
    )  # fmt: skip
    attempts.send(attempt, ways.named("transfer"), at=NOW, urls=URLS)
    attempt.refresh_from_db()
    return attempt


def statement(*rows: str) -> dict[str, object]:
    text = HEAD + "".join(f"2026-11-24,{row}\n" for row in rows)
    file = SimpleUploadedFile("november.csv", text.encode(), "text/csv")
    return {"file": file, "way": "transfer", "currency": "EUR"}


def line(text: str = "Hello", minor: int = 6000, **fields) -> BankLine:
    asked = {"way": "transfer", "bank_id": uuid.uuid4().hex, "booked_on": NOW.date(),
             "minor": minor, "currency": "EUR", "text": text, "sender": "Ada", "state": "nomatch",
             "read_at": NOW} | fields  # fmt: skip
    return BankLine.objects.create(**asked)


def test_a_statement_pays_for_what_it_names_and_lists_the_rest(client, publisher) -> None:
    attempt = owed()
    rows = (f"Ada,{attempt.provider_ref},60.00,EUR,T1", "Bob,Hello,5.00,EUR,T2")
    for _again in range(2):
        answer = client.post("/office/masthead/bank/", statement(*rows), follow=True)
    assert "2 lines were read. 0 of them are new." in answer.content.decode()
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.SUCCEEDED
    assert "Bob" in answer.content.decode()
    assert journal.balance("assets:provider:transfer", "EUR").minor == 6000
    notes = HandNote.objects.filter(act="statement")
    assert [(one.by, one.note) for one in notes] == [
        (publisher, "2 lines, 0 new"), (publisher, "2 lines, 2 new"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (statement("Ada,x,sixty,EUR,T1"), "is no amount. Nothing was taken in."),
        (statement("Ada,x,60.00,EUR,T1") | {"currency": "EUD"}, "Write three letters"),
        (statement("Ada,x,60.00,EUR,T1") | {"way": "card"}, "Select a valid choice"),
        ({"way": "transfer", "currency": "EUR"}, "This field is required"),
        ({"file": SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n\x00\x00"), "way": "transfer", "currency": "EUR"}, "Nothing was taken in."),
        ({"file": SimpleUploadedFile("x.csv", b""), "way": "transfer", "currency": "EUR"}, "is empty"),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_told_and_nothing_is_taken_in(
    client, publisher, asked, said
) -> None:
    page = client.post("/office/masthead/bank/", asked).content.decode()
    assert said in page
    assert not BankLine.objects.exists()
    assert not HandNote.objects.exists()


def test_a_line_is_assigned_by_hand_and_it_says_who(client, publisher) -> None:
    attempt, other = owed(email="ada@x.example"), owed(500)
    came = line()
    page = client.get(f"/office/masthead/bank/lines/{came.pk}/").content.decode()
    assert "ada@x.example" in page
    assert other.provider_ref not in page
    client.post(f"/office/masthead/bank/lines/{came.pk}/", {"assign": attempt.pk})
    attempt.refresh_from_db()
    came.refresh_from_db()
    assert (attempt.state, came.state) == ("succeeded", "valid")
    note = HandNote.objects.get()
    assert (note.about, note.by, note.note) == (f"line:{came.pk}", publisher, attempt.reference)


def test_a_line_of_another_sum_does_not_pay(client, publisher) -> None:
    attempt, came = owed(500), line()
    address = f"/office/masthead/bank/lines/{came.pk}/"
    found = client.get(address, {"q": references.in_fours(attempt.provider_ref)}).content.decode()
    assert attempt.provider_ref in found
    answer = client.post(address, {"assign": attempt.pk}, follow=True)
    assert "60.00 EUR came, and 5.00 EUR was asked for" in answer.content.decode()
    assert not HandNote.objects.exists()


def test_a_line_is_set_aside_for_a_reason_only(client, publisher) -> None:
    came = line()
    address = f"/office/masthead/bank/lines/{came.pk}/"
    assert "required" in client.post(address, {"aside": "1", "note": " "}).content.decode()
    assert BankLine.objects.to_see_to().exists()
    client.post(address, {"aside": "1", "note": "Sent back"})
    assert not BankLine.objects.to_see_to().exists()
    assert "Sent back" in client.get(address).content.decode()


def test_a_cheque_that_came_is_written_down_once(client, publisher) -> None:
    attempt = owed()
    address = f"/office/masthead/bank/moved/{attempt.pk}/"
    assert client.get(address).status_code == 405
    said = client.post(address, {"note": "Cheque no. 7"}, follow=True).content.decode()
    assert "60.00 EUR came" in said
    assert "settled already" in client.post(address, {}, follow=True).content.decode()
    assert HandNote.objects.get().note == "Cheque no. 7"
    assert journal.balance("assets:provider:transfer", "EUR").minor == 6000


def test_a_refund_that_waits_is_sent_by_hand(client, publisher) -> None:
    charge = make.pay(owed(email="ada@x.example"), at=NOW)
    back = attempts.refund(
        charge, Money(1000, "EUR"), reference="refund:1", request=uuid.uuid4(), at=NOW
    )
    attempts.send(back, ways.named("transfer"), at=NOW)
    back.refresh_from_db()
    page = client.get("/office/masthead/bank/").content.decode()
    assert back.provider_ref in page
    client.post(f"/office/masthead/bank/moved/{back.pk}/")
    back.refresh_from_db()
    assert back.state == Attempt.State.SUCCEEDED


def test_a_difference_is_settled_with_a_note_that_stays(client, publisher) -> None:
    found = Difference.note(Difference.Kind.NOT_BOOKED, "card", "x", "60.00 EUR", at=NOW)
    address = f"/office/masthead/differences/{found.pk}/"
    assert "60.00 EUR" in client.get("/office/masthead/differences/").content.decode()
    assert "required" in client.post(address, {"note": ""}).content.decode()
    assert Difference.objects.open().exists()
    client.post(address, {"note": "Booked again"})
    assert not Difference.objects.open().exists()
    assert "Booked again" in client.get(address).content.decode()
    with pytest.raises(settling.CannotSettle, match="already"):
        settling.settle(found, "Twice", at=NOW, by=publisher)
    note = HandNote.objects.get()
    with pytest.raises(NeverRewritten):
        note.delete()


def test_others_of_the_staff_do_none_of_it(client) -> None:
    attempt, came = owed(), line()
    found = Difference.note(Difference.Kind.NOT_BOOKED, "card", "x", "", at=NOW)
    editor = make.reader("editor@gazette.example")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    for address in ("bank/", f"bank/lines/{came.pk}/", f"bank/moved/{attempt.pk}/", "differences/",
                    f"differences/{found.pk}/"):  # fmt: skip
        data = {"note": "x", "assign": attempt.pk}
        assert client.post(f"/office/masthead/{address}", data).status_code in (302, 403, 405)
    assert not HandNote.objects.exists()
    assert Attempt.objects.get().state == Attempt.State.WAITING


def test_ten_lines_and_charges_take_as_many_queries_as_five(client, publisher) -> None:
    def grow() -> None:
        for _one in range(5):
            owed()
            line()
            Difference.note(Difference.Kind.NOT_BOOKED, "card", uuid.uuid4().hex, "", at=NOW)

    def queries() -> list[int]:
        counted = []
        for page in ("bank", "differences"):
            with CaptureQueriesContext(connection) as captured:
                client.get(f"/office/masthead/{page}/")
            counted.append(len(captured))
        return counted

    grow()
    queries()
    five = queries()
    grow()
    assert queries() == five
