"""Post that comes back: the reader is told once, and print waits for another address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from masthead.circulation import label_runs, undelivered
from masthead.circulation.models import Label, Undelivered
from masthead.people import addresses
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BERLIN = {"name": "Ada Okafor", "street": "Lindenweg 3", "city": "Berlin", "postcode": "10115"}


@pytest.fixture
def label():
    title = editorial.magazine()
    reader = make.reader("ada@home.example")
    addresses.write(reader, "DE", BERLIN, at=THEN)
    make.subscription(make.version(title), reader=reader, with_print=True)
    label_runs.freeze(editorial.issue(title, state="open"), at=THEN)
    return Label.objects.get()


def test_the_reader_is_told_once_in_words_that_name_nobody(label):
    undelivered.came_back(label, Undelivered.Why.MOVED, at=THEN)
    assert undelivered.tell_all(at=THEN) == 1
    assert undelivered.tell_all(at=THEN + DAY) == 0
    (letter,) = mail.outbox
    assert letter.to == ["ada@home.example"]
    assert letter.subject == "Post from The Gazette came back"
    assert "/account/" in letter.body
    assert "Ada" not in letter.body


def test_a_letter_that_the_mail_server_refused_is_tried_again(label, monkeypatch):
    undelivered.came_back(label, Undelivered.Why.MOVED, at=THEN)
    with monkeypatch.context() as broken:
        broken.setattr(
            "django.core.mail.backends.locmem.EmailBackend.send_messages",
            lambda *_anything: (_ for _ in ()).throw(OSError("down")),
        )
        assert undelivered.tell_all(at=THEN) == 0
    assert Undelivered.objects.get().told_at is None
    assert undelivered.tell_all(at=THEN + DAY) == 1


def test_two_copies_that_come_back_from_one_address_are_one_matter(label):
    first = undelivered.came_back(label, Undelivered.Why.MOVED, at=THEN)
    assert undelivered.came_back(label, Undelivered.Why.UNKNOWN, at=THEN + DAY) == first


def test_an_address_that_is_gone_cannot_be_stopped(label):
    label.subscription.reader.addresses.all().delete()
    label.refresh_from_db()
    with pytest.raises(undelivered.NothingToStop):
        undelivered.came_back(label, Undelivered.Why.MOVED, at=THEN)


def test_a_reader_who_has_moved_on_is_not_told_of_an_old_address(label):
    undelivered.came_back(label, Undelivered.Why.MOVED, at=THEN)
    addresses.write(label.subscription.reader, "DE", BERLIN, at=THEN, replacing=label.address)
    assert undelivered.tell_all(at=THEN) == 0
    assert not mail.outbox
