"""Grants, institutions and seats, as the office keeps them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from masthead.circulation.models import Grant, Institution, Policy, Seat
from masthead.people.models import User
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

ASKED = {
    "reader_mail": "Reviewer@Herald.example",
    "reason": "Reviews us",
    "starts_at": "",
    "ends_at": "2099-01-01 00:00",
    "first_issue": "",
    "last_issue": "",
    "without_ads": "on",
}
INLINE = {
    f"{name}-{key}": value
    for name in ("networks", "domains")
    for key, value in (
        ("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"), ("MIN_NUM_FORMS", "0"), ("MAX_NUM_FORMS", "1000"),
    )
}  # fmt: skip


@pytest.fixture
def gazette():
    return make.magazine()


def test_a_publisher_gives_somebody_reading_by_mail_address(client, gazette, publisher) -> None:
    answer = client.post("/office/grants/new/", ASKED | {"title": gazette.pk})
    assert answer.status_code == 302, answer.content.decode()
    grant = Grant.objects.get()
    assert grant.reader.email.lower() == "reviewer@herald.example"
    assert not grant.reader.has_usable_password()
    assert (grant.given_by, grant.issues if hasattr(grant, "issues") else None) == (publisher, None)
    assert "Reviews us" in client.get("/office/grants/").content.decode()


def test_a_reader_who_is_there_already_stays_the_same_person(client, gazette, publisher) -> None:
    reader = let.reader("reviewer@herald.example")
    client.post("/office/grants/new/", ASKED | {"title": gazette.pk})
    assert Grant.objects.get().reader == reader


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": ""}, "required"),
        ({"ends_at": ""}, "required"),
        ({"ends_at": "2001-01-01 00:00"}, "end after it starts"),
        ({"first_issue": "5", "last_issue": "3"}, "cannot come before"),
        ({"reader_mail": "nobody"}, "valid email"),
    ],
)
def test_what_cannot_be_given_is_said_and_nothing_is_lost(
    client, gazette, publisher, wrong, says
) -> None:
    answer = client.post("/office/grants/new/", ASKED | {"title": gazette.pk} | wrong)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert says in page
    assert wrong.get("reader_mail", "Reviewer@Herald.example") in page
    assert not Grant.objects.exists()
    assert not User.objects.filter(email__iexact="reviewer@herald.example").exists()


def test_a_grant_is_revoked_and_never_changed_or_deleted(client, gazette, publisher) -> None:
    grant = let.grant(let.reader(), gazette)
    for act in ("edit", "delete"):
        for method in (client.get, client.post):
            answer = method(f"/office/grants/{act}/{grant.pk}/", {"reason": "Other"})
            assert answer.status_code in (302, 403), act
    grant.refresh_from_db()
    assert grant.reason == "Reviewer"
    url = f"/office/masthead/grants/{grant.pk}/revocation/"
    assert "stops reading" in client.get(url).content.decode()
    assert client.post(url, follow=True).status_code == 200
    grant.refresh_from_db()
    assert grant.revoked_at
    assert "revoked before" in client.post(url, follow=True).content.decode()


def test_an_institution_is_written_with_its_networks_and_domains(
    client, gazette, publisher
) -> None:
    asked = INLINE | {
        "title": gazette.pk, "name": "City library", "kind": "readers", "starts_at": "2026-01-01 00:00",
        "ends_at": "", "seats": "2", "without_ads": "on", "note": "",
        "networks-TOTAL_FORMS": "1", "networks-0-addresses": "192.0.2.0/24", "networks-0-id": "",
        "domains-TOTAL_FORMS": "1", "domains-0-domain": "City.Example", "domains-0-id": "",
    }  # fmt: skip
    answer = client.post("/office/institutions/new/", asked)
    assert answer.status_code == 302, answer.content.decode()
    library = Institution.objects.get()
    assert [str(one) for one in library.networks.all()] == ["192.0.2.0/24"]
    assert [str(one) for one in library.domains.all()] == ["city.example"]
    answer = client.post(
        "/office/institutions/new/", asked | {"networks-0-addresses": "192.0.2.9/24"}
    )
    assert "is no network" in answer.content.decode()
    answer = client.post(
        "/office/institutions/new/", asked | {"networks-0-addresses": "192.0.2.128/25"}
    )
    assert "overlaps" in answer.content.decode()
    assert Institution.objects.count() == 1


def test_seats_are_kept_and_freed(client, gazette, publisher) -> None:
    college = let.institution(gazette, seats=1)
    url = f"/office/masthead/institutions/{college.pk}/seats/"
    client.post(url, {"mail": "ada@home.example"})
    assert (
        "All 1 seats"
        in client.post(url, {"mail": "eve@home.example"}, follow=True).content.decode()
    )
    assert "valid email" in client.post(url, {"mail": "nobody"}).content.decode()
    seat = Seat.objects.get()
    assert "ada@home.example" in client.get(url).content.decode()
    client.post(url, {"free": seat.pk})
    seat.refresh_from_db()
    assert seat.revoked_at
    other = let.institution(gazette, seats=1)
    foreign = f"/office/masthead/institutions/{other.pk}/seats/"
    assert client.post(foreign, {"free": seat.pk}).status_code == 404


def test_a_reading_policy_is_written_once_a_title(client, gazette, publisher) -> None:
    asked = {"title": gazette.pk, "metered_articles": 4, "gifts_a_month": 0, "gift_days": 7,
             "gift_uses": 5, "reading_sessions": 2}  # fmt: skip
    assert client.post("/office/policies/new/", asked).status_code == 302
    assert Policy.objects.get().metered_articles == 4
    assert client.post("/office/policies/new/", asked).status_code == 200


def test_editors_and_readers_reach_none_of_it(client, gazette) -> None:
    grant, college = let.grant(let.reader(), gazette), let.institution(gazette, seats=1)
    editor, reader = let.reader(), let.reader()
    editor.groups.add(Group.objects.get(name="Editors"))
    paths = ["/office/grants/", "/office/grants/new/", "/office/institutions/",
             "/office/institutions/new/", "/office/policies/",
             f"/office/masthead/grants/{grant.pk}/revocation/",
             f"/office/masthead/institutions/{college.pk}/seats/"]  # fmt: skip
    for person in (editor, reader):
        client.force_login(person)
        for path in paths:
            for method in (client.get, client.post):
                assert method(path).status_code in (302, 403), path
    grant.refresh_from_db()
    assert grant.revoked_at is None


def test_an_editor_says_whom_the_articles_of_a_title_are_for(client, gazette) -> None:
    editor = let.reader()
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    url = f"/office/titles/edit/{gazette.pk}/"
    asked = {"name": "The Gazette", "tagline": "", "language": "en", "time_zone": "UTC",
             "publisher": "", "issn": "", "access": "registered", "free_after_days": "30",
             "subscribers_first_days": "", "lead_words": "80", "podcast": "people",
             "podcast_category": "Arts", "podcast_contact": "audio@gazette.example"}  # fmt: skip
    assert client.post(url, asked).status_code == 302
    gazette.refresh_from_db()
    assert (gazette.access, gazette.free_after_days) == ("registered", 30)
    assert (gazette.podcast, gazette.podcast_category) == ("people", "Arts")
    assert client.post(url, asked | {"podcast_category": "Gossip"}).status_code == 200
    wrong = client.post(url, asked | {"time_zone": "Nowhere/Land"})
    assert "is not a time zone" in wrong.content.decode()
    assert client.post("/office/titles/new/", asked).status_code in (302, 403)
    assert client.post(f"/office/titles/delete/{gazette.pk}/").status_code in (302, 403)
    assert type(gazette).objects.count() == 1


def test_readers_change_no_title(client, gazette) -> None:
    client.force_login(let.reader())
    assert client.post(f"/office/titles/edit/{gazette.pk}/", {"name": "Mine"}).status_code in (
        302,
        403,
    )
    gazette.refresh_from_db()
    assert gazette.name == "The Gazette"
