"""Bank statements: whoever writes the reference has paid, and nobody pays for somebody else."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from masthead.money import Money
from masthead.payments import (
    attempts,
    by_hand,
    journal,
    references,
    statement_files,
    statements,
    ways,
)
from masthead.payments.models import Attempt, BankLine
from masthead.payments.statement_files import NotAStatement
from masthead.testing.payment_providers import NOW, URLS
from tests.payments import worlds

State = BankLine.State
GERMAN = (
    "Kontoauszug;;;;\n"
    ";;;;\n"
    "Buchungstag;Beguenstigter/Zahlungspflichtiger;Verwendungszweck;Betrag;Waehrung\n"
    "24.11.2026;Ada Löwe;{ref};60,00;EUR\n"
    "24.11.2026;Bank;Fee;-1,50;EUR\n"
    "25.11.26;Bob;Hello;1.234,50;EUR\n"
)
ENGLISH = (
    'Date,Name,Reference,Amount,Currency,Transaction ID\n2026-11-24,Ada,"{ref}",60.00,EUR,T1\n'
)


def own(key: int) -> uuid.UUID:
    return uuid.UUID(int=key * 0x1234567890ABCDEF1234567)


class TestReferences:
    def test_they_follow_from_the_key_and_are_creditor_references(self):
        made = references.of(own(7))
        assert made == references.of(own(7))
        assert len(made) == 20
        assert references.is_right(made)
        # The example of ISO 11649.
        assert references.is_right("RF18539007547034")
        assert not references.is_right("RF19539007547034")

    def test_any_single_wrong_digit_and_any_two_exchanged_are_noticed(self):
        ref = references.of(own(7))
        for place in range(2, len(ref)):
            for other in "0123456789":
                if other != ref[place]:
                    wrong = ref[:place] + other + ref[place + 1 :]
                    assert not references.is_right(wrong), wrong
        for place in range(4, len(ref) - 1):
            wrong = ref[:place] + ref[place + 1] + ref[place] + ref[place + 2 :]
            assert wrong == ref or not references.is_right(wrong)

    @pytest.mark.parametrize("how", [str, str.lower, references.in_fours, lambda ref: ref[:9] + "-" + ref[9:]])  # fmt: skip
    def test_they_are_found_however_they_are_written(self, how):
        ref = references.of(own(7))
        assert references.found_in(f"Rechnung vom 3.: {how(ref)} danke") == [ref]

    def test_what_only_looks_like_one_is_none(self):
        ref = references.of(own(7))
        assert references.found_in(f"X{ref} {ref}9 {ref[:-1]} RF00 nothing") == []
        slip = ref[:-1] + str((int(ref[-1]) + 1) % 10)
        assert references.found_in(f"{slip} {references.in_fours(slip)}") == []


class TestFiles:
    def test_a_statement_is_read_as_banks_write_it(self):
        first, second = statement_files.read(GERMAN.encode("cp1252"))
        assert first.money == Money(6000, "EUR")
        assert first.booked_on == date(2026, 11, 24)
        assert first.sender == "Ada Löwe"
        assert (second.money, second.booked_on) == (Money(123450, "EUR"), date(2026, 11, 25))

    @pytest.mark.parametrize(
        ("written", "currency", "minor"),
        [
            ("60", "EUR", 6000), ("60,5", "EUR", 6050), ("1'234.50", "CHF", 123450),
            ("1,234", "EUR", 123400), ("1.234", "KWD", 1234), ("1,234", "JPY", 1234),
            ("1 234,50", "EUR", 123450), ("+7.00", "USD", 700),
        ],
    )  # fmt: skip
    def test_amounts_are_read_as_people_write_them(self, written, currency, minor):
        text = f'date;amount;text;currency\n2026-11-24;"{written}";x;{currency}\n'
        [line] = statement_files.read(text.encode())
        assert line.money == Money(minor, currency)

    @pytest.mark.parametrize("written", ["0.00", "-60.00", "60.00-", "−60.00"])
    def test_what_went_out_and_nought_are_no_payments(self, written):
        head = "date;amount;text\n2026-11-24;60;x\n"
        [only] = statement_files.read(f"{head}2026-11-24;{written};x\n".encode())
        assert only.money == Money(6000, "EUR")

    @pytest.mark.parametrize(
        "wrong",
        [
            "nothing at all",
            "date;amount;text\n2026-11-24;12,34,56;x",
            "date;amount;text\n2026-11-24;1.5.0;x",
            "date;amount;text\n2026-11-24;sixty;x",
            "date;amount;text\n24th of May;60;x",
            "date;amount;text;currency\n2026-11-24;60;x;XYZW",
        ],
    )
    def test_a_file_with_one_bad_line_is_refused_as_a_whole(self, wrong):
        with pytest.raises(NotAStatement):
            statement_files.read(wrong.encode())

    def test_without_ids_two_alike_are_two_and_an_overlap_is_one(self):
        row = "2026-11-24;60;x\n"
        head = "date;amount;text\n"
        two = statement_files.read((head + row + row).encode())
        one = statement_files.read((head + row).encode())
        assert len({line.bank_id for line in two}) == 2
        assert one[0] == two[0]


@pytest.mark.django_db
class TestMatching:
    @pytest.fixture(autouse=True)
    def installed(self, settings):
        settings.INSTALLATION = worlds.installed(settings.INSTALLATION, "http://127.0.0.1:9")

    def owed(self, minor: int = 6000) -> Attempt:
        attempt = attempts.charge(
            f"order:{uuid.uuid4()}", Money(minor, "EUR"), provider="transfer", payer=None, at=NOW
        )
        attempts.send(attempt, ways.named("transfer"), at=NOW, urls=URLS)
        attempt.refresh_from_db()
        return attempt

    def match(self, *texts: str, amount: str = "60.00", name: str = "T") -> list[str]:
        rows = "".join(f'2026-11-24,Ada,"{text}",{amount},EUR,{name}{number}\n' for number, text in enumerate(texts))  # fmt: skip
        lines = statement_files.read(f"{ENGLISH.splitlines()[0]}\n{rows}".encode())
        return [one.line.state for one in statements.match("transfer", lines, at=NOW)]

    def with_us(self) -> int:
        return journal.balance("assets:provider:transfer", "EUR").minor

    def test_a_transfer_with_its_reference_pays(self):
        attempt = self.owed()
        assert self.match(f"Magazine {references.in_fours(attempt.provider_ref)}") == ["valid"]
        attempt.refresh_from_db()
        assert attempt.state == Attempt.State.SUCCEEDED
        assert self.with_us() == 6000

    def test_the_same_statement_again_changes_nothing(self):
        attempt = self.owed()
        for _time in range(3):
            assert self.match(attempt.provider_ref) == ["valid"]
        assert BankLine.objects.count() == 1
        assert self.with_us() == 6000

    def test_a_second_transfer_for_the_same_waits_for_staff(self):
        attempt = self.owed()
        assert self.match(attempt.provider_ref, attempt.provider_ref) == ["valid", "duplicate"]
        assert self.with_us() == 6000
        assert BankLine.objects.to_see_to().count() == 1

    @pytest.mark.parametrize("amount", ["59.99", "60.01", "600.00"])
    def test_another_amount_pays_nothing(self, amount):
        attempt = self.owed()
        assert self.match(attempt.provider_ref, amount=amount) == ["error"]
        attempt.refresh_from_db()
        assert attempt.state == Attempt.State.WAITING
        assert self.with_us() == 0

    def test_the_same_figure_in_another_currency_pays_nothing(self):
        attempt = self.owed()
        text = f"{ENGLISH.splitlines()[0]}\n2026-11-24,Ada,{attempt.provider_ref},60.00,USD,T1\n"
        [one] = statements.match("transfer", statement_files.read(text.encode()), at=NOW)
        assert one.line.state == "error"
        assert self.with_us() == 0

    def test_the_reference_of_a_refund_is_no_payment(self):
        paid = by_hand.moved(self.owed(), at=NOW)
        refund = attempts.refund(
            paid, Money(6000, "EUR"), reference="r", request=uuid.uuid4(), at=NOW
        )
        ref = references.of(refund.key)
        Attempt.objects.filter(pk=refund.pk).update(provider_ref=ref)
        assert self.match(ref) == ["nomatch"]
        line = BankLine.objects.get()
        with pytest.raises(statements.CannotAssign):
            statements.assign(line, refund, at=NOW)
        assert self.with_us() == 6000

    def test_a_line_remembers_what_staff_had_it_pay_for(self):
        attempt = self.owed()
        self.match("love, Ada")
        statements.assign(BankLine.objects.get(), attempt, at=NOW)
        line = BankLine.objects.get()
        assert (line.attempt, line.state, line.seen_at) == (attempt, "valid", NOW)

    def test_one_sum_for_two_orders_pays_neither(self):
        refs = [self.owed().provider_ref, self.owed().provider_ref]
        assert self.match(" ".join(refs)) == ["error"]
        assert self.with_us() == 0

    def test_what_names_nothing_waits_and_staff_say_what_it_is_for(self):
        attempt = self.owed()
        assert self.match("for the magazine, love Ada") == ["nomatch"]
        line = BankLine.objects.get()
        other = self.owed(100)
        with pytest.raises(statements.CannotAssign):
            statements.assign(line, other, at=NOW)
        statements.assign(line, attempt, at=NOW)
        assert self.with_us() == 6000
        assert not BankLine.objects.to_see_to().exists()
        with pytest.raises(statements.CannotAssign):
            statements.assign(line, self.owed(), at=NOW)

    def test_money_that_comes_after_the_order_expired_still_counts(self):
        attempt = self.owed()
        attempts.expire(attempt, at=NOW + timedelta(days=31))
        assert self.match(attempt.provider_ref) == ["valid"]
        attempt.refresh_from_db()
        assert attempt.state == Attempt.State.SUCCEEDED

    def test_a_reference_of_another_way_is_none(self):
        attempt = self.owed()
        Attempt.objects.filter(pk=attempt.pk).update(provider="cheque")
        assert self.match(attempt.provider_ref) == ["nomatch"]

    def test_staff_say_that_money_came_or_went_by_hand(self):
        attempt = by_hand.moved(self.owed(), at=NOW)
        assert self.with_us() == 6000
        refund = attempts.refund(
            attempt, Money(1000, "EUR"), reference="r", request=uuid.uuid4(), at=NOW
        )
        attempts.send(refund, ways.named("transfer"), at=NOW)
        refund.refresh_from_db()
        assert refund.state == Attempt.State.WAITING
        assert self.with_us() == 6000
        by_hand.moved(refund, at=NOW)
        assert self.with_us() == 5000
        with pytest.raises(by_hand.NotByHand):
            by_hand.moved(refund, at=NOW)

    def test_nobody_says_so_of_a_card(self):
        attempt = self.owed()
        Attempt.objects.filter(pk=attempt.pk).update(provider="card")
        with pytest.raises(by_hand.NotByHand):
            by_hand.moved(attempt, at=NOW)


@pytest.mark.django_db
def test_the_command_prints_what_became_of_each_line(settings, tmp_path, capsys):
    from argparse import Namespace

    from masthead.cli import payments as command
    from masthead.cli.terminal import Stop

    settings.INSTALLATION = worlds.installed(settings.INSTALLATION, "http://127.0.0.1:9")
    attempt = attempts.charge(
        "order:1", Money(6000, "EUR"), provider="transfer", payer=None, at=NOW
    )
    attempts.send(attempt, ways.named("transfer"), at=NOW, urls=URLS)
    attempt.refresh_from_db()
    file = tmp_path / "november.csv"
    file.write_text(ENGLISH.format(ref=attempt.provider_ref) + "2026-11-24,Bob,?,1.00,EUR,T2\n")
    options = Namespace(file=file, way="transfer", currency="EUR")
    assert command._match(options) == 1
    said = capsys.readouterr().out
    assert "Paid for what its reference names" in said
    assert "2 new lines; 1 wait for somebody." in said
    assert command._match(options) == 1
    assert "Read before" in capsys.readouterr().out
    with pytest.raises(Stop, match="paypal"):
        command._match(Namespace(file=file, way="paypal", currency="EUR"))
    cheque = Namespace(reference=attempt.provider_ref)
    with pytest.raises(Stop, match="settled"):
        command._moved(cheque)
    order = Namespace(line=BankLine.objects.get(sender="Bob").pk, reference=attempt.provider_ref)
    with pytest.raises(Stop, match="paid already"):
        command._assign(order)
    refund = attempts.refund(
        attempt, Money(1000, "EUR"), reference="r", request=uuid.uuid4(), at=NOW
    )
    attempts.send(refund, ways.named("transfer"), at=NOW)
    capsys.readouterr()
    assert command._look(Namespace()) == 1
    said = capsys.readouterr().out
    assert "Bob ? (Names nothing that is known)" in said
    assert f"to send: 10.00 EUR to Ada, transfer {references.of(refund.key)}" in said
    command._seen(Namespace(what="line", number=order.line))
    command._moved(Namespace(reference=references.in_fours(references.of(refund.key))))
    assert command._look(Namespace()) == 0
    with pytest.raises(Stop, match="waits for anybody"):
        command._seen(Namespace(what="difference", number=1))
