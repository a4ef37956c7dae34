"""What a payer's bank has taken back for good is closed: nothing is paid twice, nothing is lost twice."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from masthead.circulation import (
    auditing,
    charge_backs,
    confirmations,
    endings,
    entitlements,
    facts,
    refunding,
    single_copies,
    single_letters,
    single_returns,
    stock,
)
from masthead.circulation.entitlements import Work
from masthead.circulation.models import Refund, SingleCopy, SinglePrice, Subscription
from masthead.circulation.single_copies import Edition
from masthead.money import Money
from masthead.payments import disputes, journal, signals
from masthead.payments.models import Attempt, Dispute, Invoice, TaxRate
from masthead.payments.provider import Observed
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN
from tests.office.test_boards import on_sale, renew

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATE = THEN + 60 * DAY
HOME = {"name": "Ada", "street": "Hafen 1", "city": "Hamburg", "postcode": "20457"}


@pytest.fixture
def title():
    for kind, rate in {"digital": 700, "print": 500, "audio": 1900}.items():
        TaxRate.objects.create(
            country="DE", kind=kind, basis_points=rate, name="MwSt", from_on=date(2020, 1, 1)
        )
    return editorial.magazine()


@pytest.fixture
def paid(title):
    """Return a subscription of 24 copies for 60 euros, of which one was served."""
    found = make.subscription(make.version(title))
    on_sale(title, THEN + DAY)
    return found


def ended(
    charge: Attempt, status: str = "succeeded", *, minor: int = 0, at=THEN + 5 * DAY
) -> Dispute:
    """Return the dispute of a charge, which has ended; `succeeded` is for the payer."""
    money = Money(minor or charge.minor, charge.currency)
    disputes.note(
        charge, Observed(f"dp-{charge.pk}", "dispute", "waiting", money, charge.key), at=at - DAY
    )
    return disputes.note(
        charge, Observed(f"dp-{charge.pk}", "dispute", status, money, charge.key), at=at
    )


def balance(account: str) -> int:
    return journal.balance(account, "EUR").minor


def reads(reader, issue, at) -> bool:
    work = Work(
        key=str(uuid.uuid4()), access="subscribers",
        title=str(issue.publication.key), issue=issue.sequence,
    )  # fmt: skip
    viewer = entitlements.viewer_with(facts.facts_of(reader, at), at)
    return entitlements.may_read(viewer, work, at).parts == "full"


def fresh(found: Subscription) -> Subscription:
    return Subscription.objects.get(pk=found.pk)


class TestASubscription:
    def test_it_ends_and_nothing_is_paid_back(self, paid):
        dispute = ended(Attempt.objects.get())
        assert charge_backs.lost(dispute, at=THEN + 5 * DAY)
        found = fresh(paid)
        assert (found.ended_why, found.ended_at) == ("charged-back", THEN + 5 * DAY)
        assert not Attempt.objects.filter(kind="refund").exists()
        assert auditing.complaints(LATE) == []

    def test_its_reader_reads_no_more_not_even_what_came_while_it_ran(self, title, paid):
        issue = title.issues.latest("sequence")
        assert reads(paid.reader, issue, THEN + 4 * DAY)
        charge_backs.lost(ended(Attempt.objects.get()), at=THEN + 5 * DAY)
        assert not reads(paid.reader, issue, THEN + 6 * DAY)

    def test_only_what_was_served_is_lost_and_the_rest_has_a_credit_note(self, paid):
        charge_backs.lost(ended(Attempt.objects.get()), at=THEN + 5 * DAY)
        assert balance("liabilities:deferred") == 0
        note = Invoice.objects.get(kind="credit-note")
        # One copy of 24 was served.
        assert note.minor == pytest.approx(6000 * 23 // 24, abs=2)
        assert balance(journal.CHARGEBACKS) == 6000 - note.minor
        assert balance("assets") == 0
        assert note.corrects.minor == 6000

    def test_again_it_changes_nothing(self, paid):
        dispute = ended(Attempt.objects.get())
        charge_backs.lost(dispute, at=THEN + 5 * DAY)
        before = balance(journal.CHARGEBACKS)
        assert not charge_backs.lost(dispute, at=THEN + 6 * DAY)
        assert balance(journal.CHARGEBACKS) == before
        assert Invoice.objects.filter(kind="credit-note").count() == 1

    @pytest.mark.parametrize("status", ["waiting", "failed"])
    def test_while_it_is_open_or_was_won_nothing_is_closed(self, paid, status):
        assert not charge_backs.lost(ended(Attempt.objects.get(), status), at=THEN + 5 * DAY)
        assert fresh(paid).ended_at is None

    def test_a_bank_that_took_a_part_leaves_it_to_staff(self, paid):
        dispute = ended(Attempt.objects.get(), minor=5999)
        assert not charge_backs.lost(dispute, at=THEN + 5 * DAY)
        assert fresh(paid).ended_at is None

    def test_what_was_given_back_before_is_no_part_of_it(self, paid):
        refunding.give_goodwill(
            paid.terms.get(), Money(1000, "EUR"), request=uuid.uuid4(), at=THEN, by=None
        )
        assert charge_backs.lost(
            ended(Attempt.objects.get(kind="charge"), minor=5000), at=THEN + 5 * DAY
        )
        assert balance("liabilities:deferred") == 0
        assert auditing.complaints(LATE) == []

    def test_its_payer_is_told_once_why_it_ended_with_the_credit_note(self, paid, mailoutbox):
        confirmations.send_due(THEN + DAY)
        mailoutbox.clear()
        charge_backs.lost(ended(Attempt.objects.get()), at=THEN + 5 * DAY)
        for day in (5, 6):
            confirmations.send_due(THEN + day * DAY)
        (letter,) = mailoutbox
        assert letter.to == [paid.payer.email]
        assert "taken back" in letter.subject
        assert f"taken back what was paid for your subscription {paid.number}" in letter.body
        assert "you cancelled" not in letter.body
        assert len(letter.attachments) == 1

    def test_another_term_that_was_paid_has_its_rest_paid_back(self, paid):
        renew(paid, THEN + 2 * DAY)
        first, _second = Attempt.objects.order_by("pk")
        charge_backs.lost(ended(first), at=THEN + 5 * DAY)
        assert [one.minor for one in Attempt.objects.filter(kind="refund")] == [6000]
        assert fresh(paid).ended_why == "charged-back"
        assert auditing.complaints(LATE) == []

    def test_a_term_that_was_served_out_ends_no_later_one(self, title):
        found = make.subscription(make.version(title, make.deal(copies=1)))
        on_sale(title, THEN + DAY)
        renew(found, THEN + 2 * DAY)
        first, _second = Attempt.objects.order_by("pk")
        assert not charge_backs.lost(ended(first), at=THEN + 5 * DAY)
        assert fresh(found).ended_at is None

    def test_what_is_over_already_stays_as_it_was(self, paid):
        endings.cancel(paid, request=uuid.uuid4(), at=THEN + 4 * DAY)
        assert not charge_backs.lost(ended(Attempt.objects.get(kind="charge")), at=THEN + 5 * DAY)
        assert fresh(paid).ended_why == "cancelled"
        assert Refund.objects.count() == 1

    def test_it_is_heard_of_by_itself_and_caught_up_with_where_it_was_not(
        self, paid, django_capture_on_commit_callbacks, monkeypatch
    ):
        with monkeypatch.context() as deaf:
            deaf.setattr(signals.dispute_ended, "receivers", [])
            with django_capture_on_commit_callbacks(execute=True):
                ended(Attempt.objects.get())
        assert fresh(paid).ended_at is None
        assert charge_backs.catch_up(at=THEN + 6 * DAY) == 1
        assert charge_backs.catch_up(at=THEN + 6 * DAY) == 0
        other = make.subscription(make.version(paid.title))
        with django_capture_on_commit_callbacks(execute=True):
            ended(Attempt.objects.latest("pk"))
        assert fresh(other).ended_why == "charged-back"


class TestASingleCopy:
    @pytest.fixture
    def issue(self, title):
        issue = on_sale(title, THEN - DAY)
        for edition, minor in ((Edition.PRINT, 950), (Edition.DIGITAL, 450)):
            SinglePrice.objects.create(issue=issue, edition=edition, currency="EUR", minor=minor)
        stock.count(issue, 1, at=THEN)
        return issue

    def buy(self, issue, edition) -> tuple[SingleCopy, Attempt]:
        reader = make.reader()
        addresses.write(reader, "DE", HOME, at=THEN)
        copy, attempt = single_copies.order(
            issue, reader, edition=edition, currency="EUR", country="DE", provider="test",
            request=uuid.uuid4(), at=THEN,
        )  # fmt: skip
        single_copies.paid(make.pay(attempt), at=THEN)
        copy.refresh_from_db()
        return copy, Attempt.objects.get(pk=attempt.pk)

    def test_who_bought_an_issue_to_read_reads_it_no_more(self, issue):
        copy, charge = self.buy(issue, Edition.DIGITAL)
        assert reads(copy.reader, issue, THEN + 4 * DAY)
        assert charge_backs.lost(ended(charge), at=THEN + 5 * DAY)
        assert not reads(copy.reader, issue, THEN + 5 * DAY)
        # It was delivered, so all of it is lost, and stays income.
        assert balance(journal.CHARGEBACKS) == 450
        assert not Invoice.objects.filter(kind="credit-note").exists()
        assert auditing.complaints(LATE) == []

    def test_a_printed_one_without_a_label_is_anybodys_again_and_no_loss(self, issue):
        copy, charge = self.buy(issue, Edition.PRINT)
        assert charge_backs.lost(ended(charge), at=THEN + 5 * DAY)
        assert stock.left(issue) == 1
        assert not SingleCopy.objects.to_send().exists()
        assert [
            balance(one) for one in (journal.CHARGEBACKS, "liabilities", "income", "assets")
        ] == [0] * 4
        assert Invoice.objects.get(kind="credit-note").minor == 950
        assert auditing.complaints(LATE) == []
        copy.refresh_from_db()
        with pytest.raises(single_returns.CannotReturn):
            single_returns.take_back(copy, request=uuid.uuid4(), at=LATE)

    def test_its_reader_is_told_once(self, issue, mailoutbox):
        for edition, said in (
            (Edition.DIGITAL, "It can be read no more."),
            (Edition.PRINT, "If it has not been sent yet, it will not be."),
        ):
            copy, charge = self.buy(issue, edition)
            single_letters.send_due(THEN)
            mailoutbox.clear()
            charge_backs.lost(ended(charge), at=THEN + 5 * DAY)
            for day in (5, 6):
                single_letters.send_due(THEN + day * DAY)
            (letter,) = mailoutbox
            assert letter.to == [copy.reader.email]
            assert said in letter.body
            assert copy.number in letter.body

    def test_who_gave_a_copy_up_otherwise_is_told_of_no_bank(self, issue, mailoutbox):
        copy, _charge = self.buy(issue, Edition.PRINT)
        single_letters.send_due(THEN)
        mailoutbox.clear()
        single_returns.forget(copy, at=THEN + DAY)
        assert single_letters.send_due(THEN + DAY) == 0

    def test_again_and_after_money_back_it_changes_nothing(self, issue):
        copy, charge = self.buy(issue, Edition.PRINT)
        single_returns.take_back(copy, request=uuid.uuid4(), at=THEN)
        assert not charge_backs.lost(ended(charge), at=THEN + 5 * DAY)
        assert stock.left(issue) == 1
        _copy, again = self.buy(issue, Edition.PRINT)
        assert charge_backs.lost(ended(again), at=THEN + 5 * DAY)
        assert not charge_backs.lost(Dispute.objects.get(charge=again), at=THEN + 6 * DAY)
        assert stock.left(issue) == 1
