"""Gift subscriptions: a donor pays, a recipient takes it, nothing is lost, and nobody tells the price."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from masthead.circulation import (
    auditing,
    endings,
    order_desk,
    orders,
    present_letters,
    presents,
    pricing,
    readings,
    renewals,
    serving,
    standing,
)
from masthead.circulation.deals import Promised, Share
from masthead.circulation.models import Notice, Present, Refund, ServiceRecord, Subscription, Term
from masthead.payments import journal
from masthead.payments.models import Attempt, Invoice
from masthead.people import personal_data
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LINK = re.compile(r"/gifts/([^/\s]+)/")


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def version(title):
    return make.version(title, make.deal(copies=3, shares=(Share("digital", 1),)))


@pytest.fixture
def donor():
    return make.reader("donor@readers.example")


@pytest.fixture
def friend():
    return make.reader("friend@readers.example")


def wish(**fields):
    usual = {
        "recipient_name": "Bea", "donor_name": "Ada", "message": "With love",
        "recipient_email": "friend@readers.example", "deliver_on": THEN.date(),
    }  # fmt: skip
    return presents.Wish(**(usual | fields))


def ordered(version, donor, *, at=THEN, **fields):
    asked = {"currency": "EUR", "country": "DE", "provider": "test", "request": uuid.uuid4()}
    return orders.place(version, donor, at=at, agreed_to="Renews.", gift=wish(**fields), **asked)


def given(version, donor, *, at=THEN, **fields) -> Present:
    order, attempt = ordered(version, donor, at=at, **fields)
    assert orders.paid(make.pay(attempt, at=at), at=at) is None
    return Present.objects.get(order=order)


def out(title, at, **fields):
    issue = editorial.issue(title, **fields)
    type(issue).objects.filter(pk=issue.pk).update(state="on_sale", live=True, on_sale_at=at)
    issue.refresh_from_db()
    presents.begin_waiting(at=at)
    serving.serve(issue, at=at)
    return issue


def served(reader) -> list[tuple[int, str]]:
    records = ServiceRecord.objects.filter(subscription__reader=reader)
    return list(records.order_by("issue__sequence").values_list("issue__sequence", "kind"))


class TestPaying:
    def test_nothing_runs_until_it_is_taken(self, title, version, donor):
        given(version, donor)
        out(title, THEN + DAY)
        assert not Subscription.objects.exists()
        assert not ServiceRecord.objects.exists()

    def test_it_does_not_renew_whatever_the_offer_says(self, version, donor, friend):
        present = given(version, donor)
        assert present.order.agreed_to == ""
        presents.redeem(present, friend, at=THEN)
        assert Subscription.objects.get().stopped_at == THEN

    def test_what_is_owed_is_deferred_at_once_and_taking_it_moves_nothing(
        self, version, donor, friend
    ):
        present = given(version, donor)
        before = journal.balances()
        assert before["liabilities:deferred:digital", "EUR"] == -6000
        assert ("liabilities:received", "EUR") not in before
        presents.redeem(present, friend, at=THEN + DAY)
        assert journal.balances() == before

    def test_the_books_agree_at_every_step(self, title, version, donor, friend):
        present = given(version, donor)
        late = THEN + 9 * DAY
        assert auditing.complaints(late) == []
        presents.redeem(present, friend, at=THEN)
        assert auditing.complaints(late) == []
        out(title, THEN + DAY)
        assert auditing.complaints(late) == []
        assert journal.balance("income", "EUR").minor == -2000

    def test_the_donor_has_the_invoice_once(self, version, donor, friend):
        present = given(version, donor)
        presents.redeem(present, friend, at=THEN)
        assert Invoice.objects.get().payer == donor

    def test_hearing_of_the_money_again_changes_nothing(self, version, donor):
        order, attempt = ordered(version, donor)
        for _ in range(3):
            orders.paid(make.pay(attempt), at=THEN)
        assert orders.catch_up(THEN) == 0
        assert Present.objects.get(order=order).paid_at == THEN

    def test_the_desk_waits_for_it_until_it_is_paid_and_cannot_give_it_up_then(
        self, version, donor
    ):
        order, attempt = ordered(version, donor)
        assert order_desk.waiting() == [order]
        orders.paid(make.pay(attempt), at=THEN)
        assert order_desk.waiting() == []
        with pytest.raises(pricing.CannotOrder, match="is paid"):
            order_desk.give_up(order, at=THEN, by=donor)

    def test_unpaid_it_cannot_be_taken(self, version, donor, friend):
        order, _attempt = ordered(version, donor)
        with pytest.raises(presents.CannotChange):
            presents.make_link(order.present, at=THEN)
        with pytest.raises(presents.CannotRedeem):
            presents.redeem(order.present, friend, at=THEN)


class TestTaking:
    def test_only_the_newest_link_opens_it_and_none_is_kept(self, version, donor):
        present = given(version, donor)
        old, new = (presents.make_link(present, at=THEN) for _ in range(2))
        assert len(new) >= 32
        assert presents.of_token(old) is None
        assert presents.of_token(new) == present
        present.refresh_from_db()
        assert new not in {str(value) for value in vars(present).values()}

    def test_the_recipient_reads_and_the_donor_pays(self, title, version, donor, friend):
        presents.redeem(given(version, donor), friend, at=THEN)
        found = Subscription.objects.get()
        assert (found.reader, found.payer) == (friend, donor)
        out(title, THEN + DAY)
        assert ServiceRecord.objects.get().is_gift

    def test_taking_it_twice_is_taking_it_once(self, version, donor, friend):
        present = given(version, donor)
        for _ in range(2):
            presents.redeem(present, friend, at=THEN)
        assert Term.objects.count() == 1

    def test_nobody_takes_it_after_somebody_else_and_no_donor_their_own(
        self, version, donor, friend
    ):
        present = given(version, donor)
        with pytest.raises(presents.CannotRedeem, match="yourself"):
            presents.redeem(present, donor, at=THEN)
        presents.redeem(present, friend, at=THEN)
        with pytest.raises(presents.CannotRedeem, match="before"):
            presents.redeem(present, make.reader(), at=THEN)

    def test_a_year_later_it_is_as_good_as_on_the_first_day(self, title, version, donor, friend):
        present = given(version, donor)
        later = THEN + 400 * DAY
        presents.redeem(present, friend, at=later)
        for day in range(1, 4):
            out(title, later + day * DAY)
        assert len(served(friend)) == 3


class TestStanding:
    """In line: after what one has already, one after the other."""

    def test_a_gift_begins_after_what_its_reader_has(self, title, version, donor, friend):
        mine = make.subscription(version, reader=friend)
        presents.redeem(given(version, donor), friend, at=THEN)
        assert Subscription.objects.filter(reader=friend).count() == 1
        for day in range(1, 8):
            out(title, THEN + day * DAY)
        ends = mine.service_records.count()
        assert (ends, len(served(friend))) == (3, 6)

    def test_several_follow_each_other_and_no_issue_comes_twice(
        self, title, version, donor, friend
    ):
        for _ in range(3):
            presents.redeem(given(version, donor), friend, at=THEN)
        for day in range(1, 12):
            out(title, THEN + day * DAY)
        assert served(friend) == [(number, "paid") for number in range(1, 10)]
        assert auditing.complaints(THEN + 30 * DAY) == []

    def test_the_issue_on_sale_is_not_given_to_who_has_had_it(self, title, donor, friend):
        version = make.version(title, make.deal(copies=1, starts="current"))
        out(title, THEN)
        make.subscription(version, reader=friend)
        presents.redeem(given(version, donor), friend, at=THEN)
        out(title, THEN + DAY)
        assert served(friend) == [(1, "paid"), (2, "paid")]

    def test_nothing_is_renewed_and_no_grace_given_while_a_gift_is_to_come(
        self, title, donor, friend
    ):
        version = make.version(title, make.deal(copies=2, renew_at=1, grace_copies=2))
        mine = make.subscription(version, reader=friend)
        presents.redeem(given(version, donor), friend, at=THEN)
        for day in range(1, 3):
            out(title, THEN + day * DAY)
        assert list(renewals.due(title, at=THEN + 3 * DAY)) == []
        out(title, THEN + 4 * DAY)
        assert [kind for _issue, kind in served(friend)] == ["paid"] * 3
        # One copy of the gift is left: now the next term is to be spoken of.
        found = list(renewals.due(title, at=THEN + 5 * DAY))
        assert [one.subscription for one in found] == [mine]
        assert found[0].is_time

    def test_a_renewal_follows_a_gift_that_was_read_to_its_end(self, title, donor, friend):
        version = make.version(title, make.deal(copies=1, renew_at=0))
        mine = make.subscription(version, reader=friend)
        presents.redeem(given(version, donor), friend, at=THEN)
        for day in range(1, 3):
            out(title, THEN + day * DAY)
        account = standing.of_one(mine)
        newest = standing.newest_sequence(title.pk)
        assert account.state(THEN + 3 * DAY, newest) == "expired"
        assert not account.has_lapsed(THEN + 3 * DAY, newest)
        assert [one.subscription for one in renewals.due(title, at=THEN + 3 * DAY)] == [mine]
        out(title, THEN + 4 * DAY)
        assert list(renewals.due(title, at=THEN + 5 * DAY)) == []

    def test_a_gift_gives_what_it_promises_and_not_what_its_reader_had_before(
        self, title, donor, friend
    ):
        reads = Promised("subscriber-articles", {})
        whole = make.deal(copies=1, promises=(reads, Promised("past-issues", {})))
        make.subscription(make.version(title, whole), reader=friend)
        small = make.version(title, make.deal(copies=3, promises=(reads,)))
        presents.redeem(given(small, donor), friend, at=THEN)
        for day in range(1, 4):
            out(title, THEN + day * DAY)
        # The archive was the first one's to open, and that is over.
        (reading,) = readings.of(friend, THEN + 4 * DAY)
        assert reading.issues is not None


class TestGivingBack:
    def test_the_donor_has_the_whole_price_back_by_the_way_it_was_paid(self, version, donor):
        present = given(version, donor)
        late = THEN + 300 * DAY
        refunds = presents.give_back(present, request=uuid.uuid4(), at=late)
        attempt = Attempt.objects.get(kind="refund")
        assert [one.minor for one in refunds] == [attempt.minor] == [6000]
        assert attempt.charge == Attempt.objects.get(kind="charge")
        assert Invoice.objects.get(kind="credit-note").payer == donor
        assert auditing.complaints(late) == []

    def test_a_second_click_is_the_same_and_another_form_has_nothing(self, version, donor):
        present, request = given(version, donor), uuid.uuid4()
        first = presents.give_back(present, request=request, at=THEN)
        assert presents.give_back(present, request=request, at=THEN) == first
        with pytest.raises(presents.CannotChange):
            presents.give_back(present, request=uuid.uuid4(), at=THEN)
        assert Refund.objects.count() == 1

    def test_what_was_paid_back_cannot_be_taken(self, version, donor, friend):
        present = given(version, donor)
        token = presents.make_link(present, at=THEN)
        presents.give_back(present, request=uuid.uuid4(), at=THEN)
        assert presents.of_token(token) is None
        with pytest.raises(presents.CannotRedeem):
            presents.redeem(present, friend, at=THEN)
        assert not ServiceRecord.objects.exists()

    def test_what_waits_in_line_can_go_back_and_what_has_begun_ends_like_any_other(
        self, version, donor, friend
    ):
        make.subscription(version, reader=friend)
        waiting = given(version, donor)
        presents.redeem(waiting, friend, at=THEN)
        presents.give_back(waiting, request=uuid.uuid4(), at=THEN)
        begun = given(version, donor)
        presents.redeem(begun, make.reader(), at=THEN)
        with pytest.raises(presents.CannotChange):
            presents.give_back(begun, request=uuid.uuid4(), at=THEN)
        mine = Term.objects.get(key=begun.key).subscription
        endings.give_money_back(mine, request=uuid.uuid4(), at=THEN + 60 * DAY)
        assert Refund.objects.filter(attempt__charge__payer=donor).count() == 2

    def test_the_guarantee_counts_from_the_day_it_begins(self, version, donor, friend):
        present = given(version, donor)
        presents.redeem(present, friend, at=THEN + 100 * DAY)
        until = endings.guaranteed_until(Subscription.objects.get())
        assert min(until.values()) > THEN + 160 * DAY


class TestLetters:
    def test_the_link_goes_out_on_its_day_and_once(self, version, donor, mailoutbox):
        given(version, donor, deliver_on=(THEN + 2 * DAY).date())
        present_letters.send_due(THEN)
        assert [one.to for one in mailoutbox] == [[donor.email]]
        for _ in range(2):
            present_letters.send_due(THEN + 2 * DAY)
        (letter,) = [one for one in mailoutbox if one.to == ["friend@readers.example"]]
        assert "Bea, Ada gives you" in letter.body
        assert "With love" in letter.body
        assert presents.of_token(LINK.search(letter.body)[1])

    def test_only_the_donor_is_told_the_price(self, title, version, donor, friend, mailoutbox):
        presents.redeem(given(version, donor), friend, at=THEN)
        present_letters.send_due(THEN)
        present_letters.send_due(THEN)
        told = {one.to[0]: one.body for one in mailoutbox}
        assert "€60.00" in told[donor.email]
        assert "€" not in told[friend.email]
        assert "Your gift has begun" in told[friend.email]
        assert "money back" not in told[friend.email]
        assert len(mailoutbox) == 2

    def test_what_is_kept_on_record_names_nobody(self, version, donor, friend):
        presents.redeem(given(version, donor), friend, at=THEN)
        present_letters.send_due(THEN)
        words = " ".join(Notice.objects.values_list("words", flat=True))
        assert words
        for name in ("Bea", "Ada", "friend@", "donor@", "With love"):
            assert name not in words

    def test_a_mail_server_that_is_down_is_tried_again(
        self, version, donor, monkeypatch, mailoutbox
    ):
        given(version, donor)
        with monkeypatch.context() as broken:
            broken.setattr(present_letters.letters, "send_to", lambda *_a, **_k: None)
            broken.setattr(present_letters.letters, "send", lambda *_a, **_k: None)
            assert present_letters.send_due(THEN) == 0
        assert Present.objects.get().delivered_at is None
        assert present_letters.send_due(THEN) == 2
        assert len(mailoutbox) == 2

    def test_who_hands_it_over_has_no_letter_sent(self, version, donor, mailoutbox):
        given(version, donor, recipient_email="")
        present_letters.send_due(THEN + 9 * DAY)
        assert [one.to for one in mailoutbox] == [[donor.email]]

    def test_a_corrected_address_gets_a_new_link_and_the_old_one_is_void(
        self, version, donor, mailoutbox
    ):
        present = given(version, donor)
        present_letters.send_due(THEN)
        old = LINK.search(mailoutbox[-1].body)[1]
        presents.change(
            present, recipient_name="Bea", recipient_email="bea@readers.example",
            deliver_on=THEN.date(),
        )  # fmt: skip
        present_letters.send_due(THEN)
        assert mailoutbox[-1].to == ["bea@readers.example"]
        assert presents.of_token(old) is None

    def test_a_donor_has_one_letter_an_hour_sent_by_hand(self, version, donor, mailoutbox):
        present = given(version, donor)
        assert present_letters.send_now(present, at=THEN)
        for minutes in (0, 59):
            with pytest.raises(presents.CannotChange, match="hour"):
                present_letters.send_now(present, at=THEN + timedelta(minutes=minutes))
        # What was refused left the link as it was.
        assert presents.of_token(LINK.search(mailoutbox[-1].body)[1])
        assert present_letters.send_now(present, at=THEN + timedelta(hours=1))
        assert len(mailoutbox) == 2

    def test_a_gift_sends_five_letters_at_most_to_whomever_its_donor_names(
        self, version, donor, mailoutbox
    ):
        present = given(version, donor)
        refused = []
        for day in range(9):
            at, name = THEN + day * DAY, f"stranger{day}@home.example"
            try:
                presents.change(
                    present, recipient_name="B", recipient_email=name, deliver_on=at.date()
                )
                if day % 2:
                    present_letters.send_now(Present.objects.get(), at=at)
            except presents.CannotChange as refusal:
                refused.append(str(refusal))
            present_letters.send_due(at)
        letters = [one.to[0] for one in mailoutbox if one.to != [donor.email]]
        assert letters == [f"stranger{day}@home.example" for day in range(5)]
        assert [words for words in refused if "Make the card" in words] == refused
        assert len(refused) == 4
        # They can still hand it over themselves, and have staff send it.
        presents.change(present, recipient_name="B", recipient_email="", deliver_on=THEN.date())
        assert presents.make_link(present, at=THEN)

    def test_staff_send_it_once_more_whatever_its_donor_has_had_sent(
        self, version, donor, mailoutbox
    ):
        present, staff = given(version, donor), make.reader()
        for hour in range(5):
            assert present_letters.send_now(present, at=THEN + timedelta(hours=hour))
        at = THEN + timedelta(hours=9)
        with pytest.raises(presents.CannotChange, match="card"):
            present_letters.send_now(present, at=at)
        assert present_letters.send_now(present, at=at, by=staff)
        assert len(mailoutbox) == 6

    def test_what_was_sent_by_hand_leaves_the_letter_of_the_day_its_way_once(
        self, version, donor, mailoutbox
    ):
        present, day = given(version, donor), THEN + 3 * DAY
        assert present_letters.send_now(present, at=THEN)
        presents.change(
            present, recipient_name="B", recipient_email="b@home.example", deliver_on=day.date()
        )
        for _ in range(2):
            present_letters.send_due(day)
        assert [one.to for one in mailoutbox].count(["b@home.example"]) == 1

    def test_a_recipient_is_told_that_the_donor_has_ended_it_and_not_what_went_back(
        self, version, donor, friend, mailoutbox
    ):
        presents.redeem(given(version, donor), friend, at=THEN)
        present_letters.send_due(THEN)
        endings.cancel(Subscription.objects.get(), request=uuid.uuid4(), at=THEN + DAY)
        for _ in range(2):
            present_letters.send_due(THEN + DAY)
        (letter,) = [one for one in mailoutbox if "whoever gave it has ended it" in one.body]
        assert letter.to == [friend.email]
        assert "€" not in letter.body

    def test_a_donor_who_asked_for_it_is_reminded_once(
        self, title, version, donor, friend, mailoutbox
    ):
        presents.redeem(given(version, donor, reminds=True), friend, at=THEN)
        for day in range(1, 4):
            out(title, THEN + day * DAY)
            present_letters.send_due(THEN + day * DAY)
        about = [one for one in mailoutbox if "comes to its end" in one.body]
        assert [one.to for one in about] == [[donor.email]]


class TestPeople:
    def test_both_take_their_part_with_them_and_only_the_donor_the_price(
        self, version, donor, friend
    ):
        presents.redeem(given(version, donor), friend, at=THEN)
        hers, theirs = personal_data.gathered(donor), personal_data.gathered(friend)
        assert hers["gifts-given"][0]["price"] == "60.00 EUR"
        assert theirs["gifts-received"][0]["from"] == "Ada"
        held = theirs["gifts-received"] + theirs["orders"] + theirs["refunds"]
        assert "60.00" not in str(held)
        assert "6000" not in {str(value) for row in held for value in row.values()}

    def erase(self, user):
        for holding in personal_data.holdings():
            if holding.name.startswith("gifts-"):
                holding.erase(user, THEN)

    def test_a_donor_who_is_erased_is_forgotten_and_the_gift_still_arrives(
        self, version, donor, mailoutbox
    ):
        given(version, donor)
        self.erase(donor)
        assert present_letters.deliver(Present.objects.get(), at=THEN)
        assert "Ada" not in mailoutbox[-1].body
        assert "With love" not in mailoutbox[-1].body

    def test_a_recipient_who_is_erased_is_forgotten_and_the_donor_has_it_again(
        self, version, donor, friend
    ):
        make.subscription(version, reader=friend)
        present = given(version, donor)
        presents.redeem(present, friend, at=THEN)
        self.erase(friend)
        present.refresh_from_db()
        assert (present.recipient, present.recipient_name, present.recipient_email) == (
            None,
            "",
            "",
        )
        assert presents.give_back(present, request=uuid.uuid4(), at=THEN)
