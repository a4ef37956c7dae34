"""A person takes everything with them, and is forgotten in every department."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from masthead.advertising.models import Advertiser
from masthead.circulation import grants, institutions, present_letters
from masthead.circulation.models import Grant, Present
from masthead.people import addresses, consent, erasure, mail_addresses, personal_data, staff
from masthead.people.models import Consent, User
from masthead.people.signals import session_ended
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HERS = ("canary", "kanarienstr", "kanarie")


@pytest.fixture
def canary(client) -> User:
    """Return a reader of whom every table that can holds something with her name in it."""
    title = make.magazine()
    user = User.objects.create_user(
        "canary@example.org", "a-long-one", first_name="Canary", last_name="Kanarie"
    )
    mail_addresses.vouch(user)
    mail_addresses.proved(user, at=NOON)
    consent.give(user, "offers", at=NOON, channel=Consent.Channel.ACCOUNT)
    fields = {
        "name": "Canary Kanarie",
        "street": "Kanarienstr. 1",
        "city": "Bern",
        "postcode": "3011",
    }
    addresses.write(user, "CH", fields, at=NOON)
    client.post("/account/login/password/", {"login": user.email, "password": "a-long-one"})
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "canary key"})
    log(instance=user, action="wagtail.edit")
    Advertiser.objects.create(name="Ropes", contact="Canary Kanarie", mail="Canary@Example.org")
    grants.revoke(let.grant(user, title, at=NOON, reason="For Canary"), at=NOON)
    institutions.invite(let.institution(title, seats=1), "Canary@Example.org", at=NOON)
    present = let.present(let.version(title), to=user.email, at=NOON)
    Present.objects.update(recipient_name="Canary Kanarie")
    present.refresh_from_db()
    present_letters.send_now(present, at=NOON, by=present.order.payer)
    return user


@pytest.fixture
def annals(monkeypatch) -> list[tuple[str, str]]:
    """Register another department's holding; return what it was asked to erase."""
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(personal_data, "_holdings", dict(personal_data._holdings))
    personal_data.register(
        "annals",
        gather=lambda user: [{"text": '=HYPERLINK("x")', "at": NOON}],
        erase=lambda user, at: asked.append((str(user.key), at.isoformat())),
    )
    return asked


def unpacked(user: User) -> tuple[dict, dict[str, list[dict[str, str]]]]:
    packed = zipfile.ZipFile(io.BytesIO(personal_data.pack(user, at=NOON)))
    tables = {
        name: list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
        for name in packed.namelist() if name.endswith(".csv")
    }  # fmt: skip
    return json.loads(packed.read("everything.json")), tables


def everywhere() -> str:
    """Return every text in every table, in lower case."""
    rows = "\n".join(
        str(value)
        for model in apps.get_models()
        for row in model._default_manager.values()
        for value in row.values()
    )
    return rows.lower()


def test_the_export_holds_everything_twice_as_json_and_as_tables(canary, annals) -> None:
    whole, tables = unpacked(canary)
    assert whole["person"] == str(canary.key)
    assert whole["held"].keys() == {
        "account", "addresses", "advertisers", "annals", "bank-transfers", "claims", "consents",
        "gift-articles", "gifts-given", "gifts-received", "grants",
        "invoices", "issues-served", "labels", "letters-on-paper", "metered-articles", "notices", "orders", "pauses",
        "prices-agreed-to",
        "payments", "places-in-articles", "private-feeds", "proof-invitations", "proof-marks", "refunds",
        "seats", "second-factors", "sessions", "single-copies", "subscriptions", "ways-to-pay",
    }  # fmt: skip
    assert tables["account.csv"][0]["mail_address"] == "canary@example.org"
    assert tables["addresses.csv"][0]["street"] == "Kanarienstr. 1"
    assert tables["consents.csv"][0]["words"] == str(consent.OFFERS.words)
    assert tables["second-factors.csv"][0]["name"] == "canary key"
    assert len(tables["sessions.csv"]) == 1
    assert tables["advertisers.csv"][0]["contact"] == "Canary Kanarie"


def test_a_spreadsheet_takes_no_cell_for_a_formula(canary, annals) -> None:
    _whole, tables = unpacked(canary)
    assert tables["annals.csv"][0]["text"] == '\'=HYPERLINK("x")'


def test_the_export_holds_nothing_of_anybody_else(canary) -> None:
    other = User.objects.create_user("other@example.org", first_name="Other")
    assert not any(word in json.dumps(unpacked(other)) for word in HERS)


def test_erasing_leaves_no_word_of_a_person_in_any_table(canary, annals) -> None:
    assert all(word in everywhere() for word in HERS), "The canary does not sing."
    erasure.erase(canary, by=canary, at=NOON)
    assert not [word for word in HERS if word in everywhere()]
    assert annals == [(str(canary.key), NOON.isoformat())]


def test_the_log_of_the_office_still_tells_which_grant_and_which_gift_it_was(canary) -> None:
    erasure.erase(canary, by=canary, at=NOON)
    for kept in (Grant.objects.get(), Present.objects.get()):
        labels = ModelLogEntry.objects.for_instance(kept).values_list("label", flat=True)
        assert set(labels) == {str(kept.key)}


def test_the_row_and_its_key_stay_and_the_mail_leads_nowhere(canary) -> None:
    key, pk = canary.key, canary.pk
    erasure.erase(canary, by=canary, at=NOON)
    user = User.objects.get(pk=pk)
    assert user.key == key
    assert user.email == f"{key}@erased.invalid"
    assert (user.is_active, user.erased_at, user.mail_verified_at) == (False, NOON, None)
    assert not user.has_usable_password()


def test_an_advertiser_outlives_whom_we_wrote_to(canary) -> None:
    erasure.erase(canary, by=canary, at=NOON)
    kept = Advertiser.objects.get()
    assert (kept.name, kept.contact, kept.mail) == ("Ropes", "", "")


def test_who_has_not_proved_an_address_learns_nothing_of_whose_it_is(canary) -> None:
    other = User.objects.create_user("pretender@example.org")
    Advertiser.objects.update(mail="pretender@example.org")
    assert "Kanarie" not in json.dumps(unpacked(other))


def test_erasing_signs_out_everywhere_and_says_so(canary, client) -> None:
    ended = []
    listener = lambda **told: ended.append(told["session_key"])  # noqa: E731
    session_ended.connect(listener)
    key = client.session.session_key
    erasure.erase(canary, by=canary, at=NOON)
    session_ended.disconnect(listener)
    assert ended == [key]
    assert not UserSession.objects.exists()
    assert not Session.objects.filter(session_key=key).exists()


def test_that_she_agreed_stays_proved_without_her_name(canary) -> None:
    erasure.erase(canary, by=canary, at=NOON)
    assert Consent.objects.get().purpose == "offers"


def test_her_address_may_begin_anew(canary) -> None:
    erasure.erase(canary, by=canary, at=NOON)
    again = mail_addresses.person_at("canary@example.org", at=NOON)
    assert again.pk != canary.pk


def test_erasing_twice_changes_nothing(canary) -> None:
    erasure.erase(canary, by=canary, at=NOON)
    erasure.erase(User.objects.get(pk=canary.pk), by=canary, at=datetime(2030, 1, 1, tzinfo=UTC))
    assert User.objects.get(pk=canary.pk).erased_at == NOON


def test_staff_are_not_erased_while_they_work_here(canary) -> None:
    staff.appoint(canary.email, group="Editors")
    with pytest.raises(erasure.CannotErase, match="work in the office"):
        erasure.erase(User.objects.get(pk=canary.pk), by=canary, at=NOON)
    assert User.objects.get(pk=canary.pk).first_name == "Canary"


def test_a_department_that_fails_leaves_everything_as_it_was(canary, monkeypatch) -> None:
    monkeypatch.setattr(personal_data, "_holdings", dict(personal_data._holdings))

    def fail(user: User, at: datetime) -> None:
        raise RuntimeError("The annals are closed.")

    personal_data.register("annals", gather=lambda user: [], erase=fail)
    with pytest.raises(RuntimeError):
        erasure.erase(canary, by=canary, at=NOON)
    assert User.objects.get(pk=canary.pk).email == "canary@example.org"


def test_two_departments_cannot_hold_under_one_name(monkeypatch) -> None:
    monkeypatch.setattr(personal_data, "_holdings", dict(personal_data._holdings))
    with pytest.raises(personal_data.AlreadyRegistered):
        personal_data.register("account", gather=lambda user: [], erase=lambda user, at: None)


def test_every_table_that_points_to_a_person_is_known_here() -> None:
    """Whoever adds such a table decides what erasing means for it, and then adds it here."""
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField)
        and field.related_model is User
        and model._meta.app_label not in OFFICE
    }
    assert pointing == KNOWN


# What staff did: pages they own, revisions, comments, the daybook. It stays, under a key.
OFFICE = {
    "editorial", "wagtailcore", "wagtailadmin", "wagtaildocs", "wagtailimages", "wagtailsearch",
}  # fmt: skip


KNOWN = {
    # Erased.
    "account.EmailAddress.user",
    "mfa.Authenticator.user",
    "people.Address.user",
    "usersessions.UserSession.user",
    "wagtailusers.UserProfile.user",
    "circulation.Gift.giver",
    "circulation.MeteredRead.reader",
    "circulation.Place.reader",
    "circulation.PrivateFeed.reader",
    "circulation.Seat.reader",
    # Kept, revoked and without its reason: that there was a grant, and who of the staff gave it.
    "circulation.Grant.reader",
    "circulation.Grant.given_by",
    # Let go: a mark stays with its issue, without a name.
    "production.Mark.user",
    # Kept: who invited guests, settled marks and answered for pages, under a key.
    "production.Guest.invited_by",
    "production.Mark.settled_by",
    "production.SignOff.by",
    "production.SignOff.withdrawn_by",
    # Given up: nothing more is charged or served; what was sold is the books'.
    "circulation.Subscription.reader",
    "circulation.Subscription.payer",
    "circulation.Order.reader",
    "circulation.SingleCopy.reader",
    "circulation.Order.payer",
    "circulation.CreditOrder.payer",
    # An agency is a business; its mail address is erased with its account.
    "circulation.Agency.account",
    # Blanked: that there was a letter, and who of the staff posted it.
    "circulation.LetterToPrint.reader",
    "circulation.LetterToPrint.posted_by",
    # Forgotten: who a gift is for, and what was said with it; what has not begun is its donor's.
    "circulation.Present.recipient",
    # Forgotten, but for which movement of money each was of.
    "payments.Method.payer",
    # Kept as the law of books asks, under a key.
    "payments.Attempt.payer",
    "payments.Invoice.payer",
    # Kept: who of the staff approved what was shown.
    "advertising.Creative.approved_by",
    # Kept: who of the staff did what with money and copies.
    "circulation.Claim.by",
    "circulation.Fold.begun_by",
    "circulation.Folded.by",
    "circulation.SingleCopy.returned_by",
    "circulation.Deduction.by",
    "circulation.LabelRun.frozen_by",
    "circulation.PriceChange.decided_by",
    "circulation.RenewalBrake.pulled_by",
    "circulation.SpareCopies.counted_by",
    "circulation.Undelivered.by",
    "circulation.Extension.by",
    "circulation.OfferVersion.published_by",
    "circulation.Refund.by",
    "payments.ClosedPeriod.closed_by",
    "payments.Entry.by",
    "payments.HandNote.by",
    "payments.RefundDecision.by",
    "payments.RefundRequest.asked_by",
    # Kept: proof that letters were asked for, under a key.
    "people.Consent.user",
}
