"""A list of subscribers comes along with what is owed, once, and says of each line what became of it."""

from __future__ import annotations

import csv
import json
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from masthead.circulation import (
    auditing,
    confirmations,
    endings,
    refunding,
    renewal_letters,
    renewals,
    serving,
    standing,
)
from masthead.circulation.models import Notice, Order, ServiceRecord, Subscription, Term
from masthead.cli import main
from masthead.editorial.models import Issue
from masthead.exchange.importers import subscribers
from masthead.payments import by_hand, journal, reconciliation, ways
from masthead.payments.models import Attempt, Invoice, TaxRate
from masthead.people.models import Address, User
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)
ADA = {
    "number": "A-17", "mail": "Ada@readers.example", "first_name": "Ada", "last_name": "Byron",
    "street": "Weg 1", "city": "Berlin", "postcode": "10115", "country": "DE", "offer": "a-year",
    "copies_left": "5", "basis": "12", "price": "60.00", "currency": "EUR", "print": "yes",
    "source_key": "fair-24",
}  # fmt: skip
BEA = {
    "number": "A-18", "mail": "bea@readers.example", "country": "US", "offer": "a-year",
    "copies_left": "12", "class": "complimentary",
}  # fmt: skip


class Cash:
    name, label, abilities = "cash", "Cash", frozenset({"by-hand", "refunds"})


@pytest.fixture(autouse=True)
def cash(monkeypatch):
    cash = Cash()
    monkeypatch.setattr(ways, "names", lambda: ("cash",))
    monkeypatch.setattr(ways, "named", lambda _name: cash)
    return cash


@pytest.fixture
def title():
    for kind, rate in {"digital": 700, "audio": 1900, "print": 500}.items():
        TaxRate.objects.create(
            country="DE", kind=kind, basis_points=rate, name="MwSt", from_on=date(2020, 1, 1)
        )
    title = editorial.magazine()
    version = make.version(title, make.deal(copies=12))
    type(version.offer).objects.update(slug="a-year")
    return title


@pytest.fixture
def monthly(title):
    version = make.version(title, make.deal(basis="period", copies=0, months=12))
    type(version.offer).objects.filter(pk=version.offer_id).update(slug="twelve-months")
    return version


def written(folder: Path, *rows, delimiter: str = ",") -> Path:
    path = folder / "list.csv"
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(title, path, **fields):
    asked = {"title": title, "now": NOW, "way": "cash"} | fields
    return subscribers.run(path, **asked)


def out(title, at):
    issue = editorial.issue(title)
    Issue.objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=at)
    issue.refresh_from_db()
    serving.serve(issue, at=at)


class TestWhatComesAlong:
    def test_a_reader_their_address_and_the_copies_that_are_left(self, title, tmp_path):
        report = take(title, written(tmp_path, ADA, BEA))
        assert report.counts == {"new": 2, "changed": 0, "same": 0, "refused": 0}
        ada, bea = Subscription.objects.order_by("legacy_number")
        assert (ada.reader.email, ada.reader.get_full_name()) == (
            "ada@readers.example",
            "Ada Byron",
        )
        post = Address.objects.get(user=ada.reader)
        assert (post.name, post.city, post.is_for_post) == ("Ada Byron", "BERLIN", True)
        assert [standing.of_one(one).left for one in (ada, bea)] == [5, 12]
        term = ada.terms.get()
        # Five twelfths of sixty euros.
        assert (term.minor, term.with_print, term.order.source_key) == (2500, True, "fair-24")
        assert bea.terms.get().minor == 0
        assert not Address.objects.filter(user=bea.reader).exists()

    def test_what_is_owed_stands_against_the_opening_balances(self, title, tmp_path):
        take(title, written(tmp_path, ADA, BEA))
        books = {account: minor for (account, _eur), minor in journal.balances().items()}
        net = sum(part.net for part in Term.objects.exclude(minor=0).get().components)
        deferred = sum(minor for name, minor in books.items() if "deferred" in name)
        assert 2000 < net < 2500
        assert books["equity:opening-balances"] == net == -deferred
        # Money and taxes moved before, and not through these books.
        assert [name for name in books if "deferred" not in name] == ["equity:opening-balances"]
        assert auditing.complaints(NOW + 10 * DAY) == []
        assert reconciliation.compare(at=NOW + DAY) == 0
        assert not Invoice.objects.exists()

    def test_served_to_the_end_it_has_earned_what_it_was_worth(self, title, tmp_path):
        take(title, written(tmp_path, ADA))
        net = sum(part.net for part in Term.objects.get().components)
        for number in range(6):
            out(title, NOW + number * DAY)
        assert -journal.balance("income", "EUR").minor == net
        assert journal.balance("liabilities:deferred", "EUR").minor == 0
        assert ServiceRecord.objects.count() == 5
        assert auditing.complaints(NOW + 10 * DAY) == []

    def test_nothing_is_served_that_came_out_before(self, title, tmp_path):
        for number in range(3):
            out(title, NOW - (9 - number) * DAY)
        last = Issue.objects.order_by("sequence").last().sequence
        take(title, written(tmp_path, ADA, BEA | {"last_issue": str(last + 1)}))
        assert not ServiceRecord.objects.exists()
        first = list(Term.objects.order_by("pk").values_list("first_sequence", flat=True))
        assert first == [last + 1, last + 2]

    def test_copies_are_counted_up_to_the_last_issue_that_is_paid_for(self, title, tmp_path):
        out(title, NOW - 9 * DAY)
        last = Issue.objects.get().sequence
        row = ADA | {"copies_left": "", "expire_issue": str(last + 4)}
        take(title, written(tmp_path, row))
        assert Term.objects.get().copies == 4

    def test_a_time_runs_to_its_last_day(self, title, monthly, tmp_path):
        last = title.day(NOW) + timedelta(days=72)
        row = ADA | {"offer": "twelve-months", "copies_left": "", "basis": "", "until": last.isoformat()}  # fmt: skip
        take(title, written(tmp_path, row))
        (balance,) = standing.of_one(Subscription.objects.get()).balances
        assert balance.ends == standing.midnight(title, last + DAY)
        assert balance.term.minor == 6000 * 73 // 365
        assert auditing.complaints(NOW + 10 * DAY) == []

    def test_it_does_not_renew_and_nobody_is_charged(self, title, tmp_path):
        take(title, written(tmp_path, ADA))
        later = NOW + 400 * DAY
        assert list(renewals.due(title, at=later)) == []
        assert renewal_letters.tell_yearly(title, at=later) == 0

    def test_nobody_gets_a_letter_unless_they_are_to(self, title, tmp_path):
        path = written(tmp_path, ADA, BEA)
        take(title, path)
        confirmations.send_due(NOW + DAY)
        assert mail.outbox == []

    def test_with_a_welcome_those_who_are_new_get_one(self, title, tmp_path):
        take(title, written(tmp_path, ADA))
        report = take(title, written(tmp_path, ADA, BEA | {"language": "fr"}), welcome=True)
        assert report.letters == 1
        assert [letter.to for letter in mail.outbox] == [["bea@readers.example"]]
        assert "A-18" in Notice.objects.get().words


class TestDoingItAgain:
    def test_the_same_list_changes_nothing(self, title, tmp_path):
        path = written(tmp_path, ADA, BEA)
        take(title, path)
        before = journal.balances()
        out(title, NOW + DAY)
        served = journal.balances()
        assert take(title, path, now=NOW + 2 * DAY).counts["same"] == 2
        assert journal.balances() == served != before
        assert (Term.objects.count(), User.objects.count()) == (2, 2)

    def test_another_address_is_written_down(self, title, tmp_path):
        take(title, written(tmp_path, ADA))
        report = take(title, written(tmp_path, ADA | {"street": "Weg 2"}), now=NOW + DAY)
        assert [row.says for row in report.of("changed")] == ["address"]
        assert Address.objects.get(is_for_post=True).street == "Weg 2"

    def test_what_a_reader_wrote_down_themselves_stays(self, title, tmp_path):
        take(title, written(tmp_path, ADA))
        User.objects.update(mail_verified_at=NOW)
        report = take(title, written(tmp_path, ADA | {"street": "Weg 2"}), now=NOW + DAY)
        assert report.counts["same"] == 1
        assert Address.objects.get().street == "Weg 1"

    def test_other_copies_are_refused_since_the_books_have_them(self, title, tmp_path):
        take(title, written(tmp_path, ADA))
        report = take(title, written(tmp_path, ADA | {"copies_left": "4"}), now=NOW + DAY)
        assert "copies left, worth" in report.of("refused")[0].says

    def test_whoever_has_an_account_keeps_it(self, title, tmp_path):
        ada = make.reader("ada@readers.example", first_name="Augusta", mail_verified_at=NOW)
        take(title, written(tmp_path, ADA))
        ada.refresh_from_db()
        assert Subscription.objects.get().reader == ada
        assert (ada.first_name, ada.mail_verified_at) == ("Augusta", NOW)

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, title, tmp_path):
        path = written(tmp_path, ADA, BEA, BEA)
        dry = take(title, path, dry_run=True)
        assert not Subscription.objects.exists()
        assert not User.objects.exists()
        assert not journal.balances()
        assert dry.as_json() == take(title, path).as_json()


class TestLeaving:
    @pytest.fixture
    def ada(self, title, tmp_path):
        take(title, written(tmp_path, ADA))
        return Subscription.objects.get()

    def test_cancelling_pays_what_is_left_back_by_hand(self, ada, title):
        out(title, NOW + DAY)
        (refund,) = endings.cancel(ada, request=uuid.uuid4(), at=NOW + 2 * DAY)
        assert refund.minor == pytest.approx(2000, abs=3)
        Attempt.objects.filter(pk=refund.attempt_id).update(state="waiting")
        assert [one.pk for one in by_hand.to_be_sent()] == [refund.attempt_id]
        make.pay(refund.attempt, at=NOW + 3 * DAY)
        assert journal.balance("assets", "EUR").minor == -refund.minor
        assert auditing.complaints(NOW + 10 * DAY) == []

    def test_what_was_ordered_elsewhere_is_not_withdrawn_from_here(self, ada):
        with pytest.raises(refunding.CannotGiveBack):
            endings.withdraw(ada, request=uuid.uuid4(), at=NOW + DAY)
        with pytest.raises(refunding.CannotGiveBack):
            endings.give_money_back(ada, request=uuid.uuid4(), at=NOW + DAY)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"number": ""}, "number:"),
        ({"mail": "nobody"}, "mail:"),
        ({"country": "Germany"}, "country:"),
        ({"country": "XX"}, "country"),
        ({"offer": "none"}, "a-year"),
        ({"copies_left": "0"}, "copies_left:"),
        ({"copies_left": "-3"}, "copies_left:"),
        ({"copies_left": "1.5"}, "copies_left:"),
        ({"copies_left": ""}, "copies_left:"),
        ({"copies_left": "13"}, "basis:"),
        ({"price": ""}, "price:"),
        ({"price": "free"}, "price:"),
        ({"price": "1.001"}, "price:"),
        ({"price": "NaN"}, "price:"),
        ({"price": "-1"}, "price:"),
        ({"currency": "EURO"}, "currency:"),
        ({"currency": "USD"}, "not sold"),
        ({"class": "who knows"}, "class:"),
        ({"print": "perhaps"}, "print:"),
        ({"postcode": "1"}, "postcode"),
        ({"street": "", "city": "", "postcode": ""}, "print:"),
        ({"title": "Another"}, "title:"),
        ({"since": "2999-01-01"}, "since:"),
        ({"source_key": "ü"}, "source_key:"),
        ({"language": "<b>"}, "language:"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_reason(title, tmp_path, fields, says):
    away = tmp_path / "away.csv"
    report = take(title, written(tmp_path, BEA, ADA | fields), refused=away)
    assert report.counts == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    (row,) = report.of("refused")
    assert says in row.says
    assert row.line == 3
    assert Subscription.objects.count() == 1
    (kept,) = csv.DictReader(away.read_text(encoding="utf-8").splitlines())
    assert (kept["reason"], kept["line"], kept["price"]) == (row.says, "3", (ADA | fields)["price"])


def test_a_line_that_stands_twice_is_refused_the_second_time(title, tmp_path):
    report = take(title, written(tmp_path, ADA, ADA))
    assert report.counts["refused"] == 1


def test_a_list_with_names_and_semicolons_of_its_own_is_read(title, tmp_path):
    row = {"Nr": "7", "E-Mail": "ada@readers.example", "Rest": "3", "Preis": "60,00"}
    report = take(
        title,
        written(tmp_path, row, delimiter=";"),
        names={"number": "Nr", "mail": "E-Mail", "copies_left": "Rest", "price": "Preis"},
        defaults={"country": "DE", "offer": "a-year", "currency": "EUR", "basis": "12"},
    )
    assert report.counts["new"] == 1
    assert Term.objects.get().minor == 1500


@pytest.mark.parametrize("what", ["number,mail\n", "a\n1\n", "", "\xff"])
def test_what_is_no_list_is_told(title, tmp_path, what):
    path = tmp_path / "list.csv"
    path.write_bytes(what.encode("latin-1"))
    with pytest.raises(subscribers.CannotRead):
        take(title, path)
    assert not Order.objects.exists()


REAL = Path(__file__).resolve().parents[3] / "shared/data"


@pytest.mark.skipif(not REAL.exists(), reason="the exports of other houses are not here")
@pytest.mark.parametrize(
    ("file", "names", "refused"),
    [
        ("ghost/ghost-6.65-members.csv", {"number": "id", "mail": "email"}, 0),
        # Two of its addresses are none: that is what they are there for.
        (
            "substack/members-csv/fixtures_signup_emails.csv",
            {"number": "email", "mail": "email"},
            2,
        ),
    ],
)
def test_lists_of_other_houses_are_read(title, file, names, refused):
    defaults = {"country": "US", "offer": "a-year", "class": "complimentary", "copies_left": "6"}
    report = take(title, REAL / file, names=names, defaults=defaults)
    assert [row.says.partition(":")[0] for row in report.of("refused")] == ["mail"] * refused
    assert report.counts["new"] == len(report.rows) - refused > 0


class TestTheCommand:
    def test_it_tells_what_would_be_and_then_does_it(self, title, tmp_path, capsys):
        path = str(written(tmp_path, ADA, BEA | {"mail": "x"}))
        assert main.main(["import", "subscribers", path, "--dry-run"]) == 1
        said = capsys.readouterr().out
        assert "Nothing was changed" in said
        assert "+ line 2: A-17" in said
        assert "! line 3: A-18 mail:" in said
        assert not Subscription.objects.exists()
        assert main.main(["import", "subscribers", path]) == 1
        assert "5 copies, 25.00 EUR" in capsys.readouterr().out
        assert (tmp_path / "list.refused.csv").exists()

    def test_it_can_be_read_by_machines(self, title, tmp_path, capsys):
        path = str(written(tmp_path, ADA))
        assert main.main(["import", "subscribers", path, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["new"] == 1

    def test_without_a_way_to_send_money_back_nobody_is_taken_over(
        self, title, tmp_path, capsys, monkeypatch
    ):
        monkeypatch.setattr(ways, "names", tuple)
        assert main.main(["import", "subscribers", str(written(tmp_path, ADA))]) == 2
        assert "by hand" in capsys.readouterr().err
        assert not Subscription.objects.exists()
