"""A guest's link opens one issue, for a while, and nobody can read it from our books."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wagtail.models import PageLogEntry

from masthead.people import erasure, personal_data
from masthead.production import guests, pressings, proofs
from masthead.production.models import Edition, Guest, Mark
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    title = make.magazine()
    return make.issue(title, make.article(title, headline="One"))


@pytest.fixture
def editor():
    return let.reader("editor@gazette.example")


def test_a_link_is_good_until_it_expires_and_until_it_is_revoked(issue, editor):
    guest, token = guests.invite(issue, "Grace", by=editor, at=THEN, days=3)
    assert guests.of_token(token, at=THEN) == guest
    assert guests.of_token(token, at=THEN + timedelta(days=3, seconds=-1)) == guest
    assert guests.of_token(token, at=THEN + timedelta(days=3)) is None
    guests.revoke(guest, by=editor, at=THEN)
    guests.revoke(guest, by=editor, at=THEN + timedelta(hours=1))
    assert guests.of_token(token, at=THEN) is None
    guest.refresh_from_db()
    assert guest.revoked_at == THEN
    acts = PageLogEntry.objects.filter(action__startswith="masthead.guest").order_by("pk")
    assert [one.action for one in acts] == ["masthead.guest.invite", "masthead.guest.revoke"]
    assert "Grace" not in str([one.data for one in acts])


def test_a_link_is_good_for_a_fortnight_and_never_for_a_year(issue, editor):
    fortnight, _token = guests.invite(issue, "Grace", by=editor, at=THEN)
    longest, _token = guests.invite(issue, "Grace", by=editor, at=THEN, days=365)
    assert fortnight.expires_at == THEN + timedelta(days=14)
    assert longest.expires_at == THEN + timedelta(days=90)


def test_a_token_that_is_not_ours_opens_nothing(issue, editor, settings):
    _guest, token = guests.invite(issue, "Grace", by=editor, at=THEN)
    bits, _dot, proof = token.partition(".")
    for wrong in ("", bits, f"{bits}.", f"{bits}.{proof[:-1]}", f"x{token}", f"{bits}é.{proof}"):
        assert guests.of_token(wrong, at=THEN) is None
    # Nor does a row of ours help whoever cannot sign, nor one that was signed by another house.
    settings.SECRET_KEY = "the secret of another house, which is long enough"
    assert guests.of_token(token, at=THEN) is None


def test_our_books_do_not_hold_the_link(issue, editor):
    guest, token = guests.invite(issue, "Grace", by=editor, at=THEN)
    held = str(list(Guest.objects.values())) + str(list(PageLogEntry.objects.values()))
    bits, _dot, proof = token.partition(".")
    assert len(bits) >= 32
    assert bits not in held
    assert proof not in held
    assert guest.token_sha256 in held


def test_a_guest_sees_the_newest_version_of_each_form_and_no_other(issue, editor):
    guest, _token = guests.invite(issue, "Grace", by=editor, at=THEN)
    assert guests.newest(guest) == []

    def press(form):
        return pressings.press_now(issue, form, by=None, at=THEN, tell=lambda step: None)

    press(Edition.Form.SCREEN)
    make.place(issue, make.article(issue.publication, headline="Late"))
    newest = [press(Edition.Form.SCREEN), press(Edition.Form.PRINT)]
    assert guests.newest(guest) == newest
    issue.contents.all().delete()
    press(Edition.Form.SCREEN)
    assert guests.newest(guest) == newest
    elsewhere = make.issue(issue.publication)
    other, _token = guests.invite(elsewhere, "Joan", by=editor, at=THEN)
    assert guests.newest(other) == []


def test_a_guest_is_seen_at_most_every_few_minutes(issue, editor, django_assert_num_queries):
    guest, _token = guests.invite(issue, "Grace", by=editor, at=THEN)
    for minutes, seen in ((0, 0), (4, 0), (6, 6)):
        guests.see(guest, at=THEN + timedelta(minutes=minutes))
        guest.refresh_from_db()
        assert guest.last_seen_at == THEN + timedelta(minutes=seen)


def test_a_forgotten_guest_has_no_name_and_no_link_and_leaves_marks(issue, editor):
    guest, token = guests.invite(issue, "Grace", by=editor, at=THEN, mail="grace@home.example")
    edition = pressings.press_now(
        issue, Edition.Form.SCREEN, by=None, at=THEN, tell=lambda step: None
    )
    mark = proofs.mark(edition, 1, "A comma.", by=guest, at=THEN)
    assert mark.author == "Grace"
    guests.forget(guest, at=THEN)
    assert guests.of_token(token, at=THEN) is None
    assert "race" not in str(list(Guest.objects.values()))
    assert Mark.objects.select_related("guest").get().author == "A guest"


def test_half_a_year_after_a_link_has_ended_nobody_knows_whose_it_was(issue, editor):
    guests.invite(issue, "Grace", by=editor, at=THEN)
    ended = THEN + timedelta(days=14)
    assert guests.forget_old(at=ended + guests.KEPT) == 0
    assert guests.forget_old(at=ended + guests.KEPT + timedelta(seconds=1)) == 1
    assert Guest.objects.get().name == ""
    assert guests.forget_old(at=ended + guests.KEPT * 2) == 0


def test_half_a_year_after_a_link_was_revoked_nobody_knows_whose_it_was(issue, editor):
    guest, _token = guests.invite(issue, "Grace", by=editor, at=THEN, days=90)
    guests.revoke(guest, by=editor, at=THEN)
    assert guests.forget_old(at=THEN + guests.KEPT) == 0
    assert guests.forget_old(at=THEN + guests.KEPT + timedelta(seconds=1)) == 1


def test_whoever_is_erased_leaves_marks_without_a_name_and_no_invitation(issue, editor):
    reader = let.reader("grace@home.example", first_name="Grace")
    guest, _token = guests.invite(issue, "Grace", by=editor, at=THEN, mail="Grace@home.example")
    edition = pressings.press_now(
        issue, Edition.Form.SCREEN, by=None, at=THEN, tell=lambda step: None
    )
    proofs.mark(edition, 1, "As a guest.", by=guest, at=THEN)
    proofs.mark(edition, 2, "As staff, once.", by=reader, at=THEN)
    held = personal_data.gathered(reader)
    assert held["proof-invitations"][0]["marks"] == ["As a guest."]
    assert held["proof-marks"][0]["words"] == "As staff, once."
    erasure.erase(reader, by=reader, at=THEN)
    assert [mark.author for mark in Mark.objects.all()] == ["A guest", "Somebody"]
    assert "race" not in str(list(Guest.objects.values()))
    assert not any(
        personal_data.gathered(reader)[name] for name in ("proof-marks", "proof-invitations")
    )
