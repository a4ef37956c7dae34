"""Consent is written down once for each change, in the words that were read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.people import consent
from masthead.people.models import Consent, NeverRewritten, User

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ACCOUNT = Consent.Channel.ACCOUNT


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada@example.org")


def told(user: User) -> list[tuple[str, bool]]:
    return [(one.purpose, one.is_given) for one in Consent.objects.filter(user=user)]


def test_agreeing_twice_is_written_down_once(ada) -> None:
    for _ in range(2):
        consent.give(ada, "offers", at=NOON, channel=ACCOUNT)
    assert told(ada) == [("offers", True)]
    assert consent.has_given(ada, "offers")


def test_withdrawing_writes_another_record_and_keeps_the_first(ada) -> None:
    consent.withdraw(ada, "offers", at=NOON, channel=ACCOUNT)
    consent.give(ada, "offers", at=NOON, channel=ACCOUNT)
    consent.withdraw(ada, "offers", at=NOON + timedelta(days=1), channel=ACCOUNT)
    assert told(ada) == [("offers", True), ("offers", False)]
    assert not consent.has_given(ada, "offers")


def test_new_words_are_agreed_to_anew(ada, monkeypatch) -> None:
    consent.give(ada, "offers", at=NOON, channel=ACCOUNT)
    newer = consent.Purpose("offers", "Offers", "Every week.", version="2027-01", is_letter=True)
    monkeypatch.setitem(consent._purposes, "offers", newer)
    consent.give(ada, "offers", at=NOON, channel=ACCOUNT)
    records = list(Consent.objects.filter(user=ada))
    assert [one.version for one in records] == ["2026-11", "2027-01"]
    assert records[1].words == "Every week."
    assert records[0].words == str(consent.OFFERS.words)


def test_a_record_is_never_changed(ada) -> None:
    consent.give(ada, "offers", at=NOON, channel=ACCOUNT)
    record = Consent.objects.get()
    record.is_given = False
    with pytest.raises(NeverRewritten):
        record.save()
    with pytest.raises(NeverRewritten):
        Consent.objects.update(is_given=False)


def test_nothing_personal_is_kept_with_it() -> None:
    assert {field.name for field in Consent._meta.fields} == {
        "id", "user", "purpose", "version", "words", "is_given", "at", "channel",
    }  # fmt: skip


def test_letters_are_chosen_all_at_once(ada) -> None:
    consent.choose_letters(ada, {"offers"}, at=NOON, channel=ACCOUNT)
    consent.choose_letters(ada, {"editors-letter"}, at=NOON, channel=ACCOUNT)
    given = {one.purpose.key for one in consent.standing(ada) if one.is_given}
    assert given == {"editors-letter"}


def test_nobody_agrees_to_what_nobody_asked(ada) -> None:
    with pytest.raises(consent.UnknownPurpose):
        consent.give(ada, "everything", at=NOON, channel=ACCOUNT)


def test_where_somebody_stands_is_one_question_to_the_database(ada) -> None:
    for day in range(8):
        act = consent.withdraw if day % 2 else consent.give
        act(ada, "offers", at=NOON + timedelta(days=day), channel=ACCOUNT)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        consent.standing(ada)
    assert len(asked) == 1
