"""The office lists those who work there, and nobody else."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from masthead.editorial import founding
from masthead.people import mail_addresses, staff
from masthead.people.models import User
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    make.magazine()
    user = User.objects.create_superuser("owner@example.org")
    client.force_login(user)
    return client


@pytest.fixture
def reader(owner) -> User:
    return User.objects.create_user("reader@example.org", first_name="Reader")


def test_readers_are_in_no_list_and_on_no_page_of_the_office(owner, reader) -> None:
    editor = staff.appoint("editor@example.org", group=founding.EDITORS)
    for path in ("/office/users/", "/office/users/?q=example", "/office/users/results/"):
        page = owner.get(path).content.decode()
        assert "editor@example.org" in page, path
        assert "owner@example.org" in page, path
        assert "reader@example.org" not in page, path
    for act in ("edit", "delete", "history"):
        assert owner.get(f"/office/users/{act}/{editor.pk}/").status_code == 200, act
        assert owner.get(f"/office/users/{act}/{reader.pk}/").status_code == 404, act


def test_no_act_on_all_of_the_list_reaches_readers(owner, reader) -> None:
    editor = staff.appoint("editor@example.org", group=founding.EDITORS)
    group = editor.groups.get()
    acts = {
        "set_active_state": {"mark_as_active": "False"},
        "assign_role": {"role": group.pk},
        "delete": {},
    }
    for act, data in acts.items():
        for chosen in ("all", reader.pk):
            owner.post(f"/office/bulk/people/user/{act}/?next=/office/&id={chosen}", data)
    reader.refresh_from_db()
    assert reader.is_active
    assert not staff.works_here(reader)
    assert not User.objects.filter(pk=editor.pk).exists(), "The positive control"


def test_somebody_added_in_the_office_needs_no_password(owner) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.get(name=founding.EDITORS)
    answer = owner.post("/office/users/new/", {
        "email": "New@example.org", "first_name": "New", "last_name": "Editor",
        "groups": [group.pk], "is_active": "on",
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    user = User.objects.get(email__iexact="new@example.org")
    assert staff.works_here(user)
    assert not user.has_usable_password()


def test_an_address_that_staff_changed_is_proved_anew(owner) -> None:
    from django.contrib.auth.models import Group
    from django.utils import timezone

    editor = staff.appoint("editor@example.org", group=founding.EDITORS)
    mail_addresses.proved(editor, at=timezone.now())
    group = Group.objects.get(name=founding.EDITORS)
    fields = {"first_name": "Ed", "last_name": "Itor", "groups": [group.pk], "is_active": "on"}
    owner.post(f"/office/users/edit/{editor.pk}/", fields | {"email": "editor@example.org"})
    editor.refresh_from_db()
    assert editor.mail_verified_at is not None, "Another change leaves it alone."
    owner.post(f"/office/users/edit/{editor.pk}/", fields | {"email": "other@example.org"})
    editor.refresh_from_db()
    assert (editor.email, editor.mail_verified_at) == ("other@example.org", None)
    assert not EmailAddress.objects.filter(user=editor).exists()
