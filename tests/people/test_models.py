"""One table for everybody who can sign in."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from masthead.people.models import User

pytestmark = pytest.mark.django_db


def test_a_mail_address_belongs_to_one_person_in_whatever_case() -> None:
    User.objects.create_user("ada@example.org", "x")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ADA@example.org", "x")


def test_a_person_signs_in_with_the_address_in_whatever_case(client) -> None:
    User.objects.create_user("Ada@example.org", "right")
    assert client.login(username="ada@EXAMPLE.org", password="right")
    assert not client.login(username="ada@example.org", password="wrong")


def test_readers_are_no_staff() -> None:
    reader = User.objects.create_user("ada@example.org")
    assert not reader.has_perm("wagtailadmin.access_admin")
    assert not reader.has_usable_password()


def test_a_person_needs_an_address() -> None:
    with pytest.raises(ValueError, match="mail address"):
        User.objects.create_user("")
