"""Editors mark pages and settle marks; those who may publish sign off; guests are asked in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from masthead.circulation.founding import empower_publishers
from masthead.production import guests, pressings, proofs
from masthead.production.models import Edition, Guest, Mark
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    title = make.magazine()
    return make.issue(title, make.article(title, make.paragraph("Paid."), headline="One"))


@pytest.fixture
def edition(issue):
    return press(issue)


def press(issue) -> Edition:
    return pressings.press_now(
        issue, Edition.Form.PRINT, by=None, at=timezone.now(), tell=lambda step: None
    )


@pytest.fixture
def editor(client):
    staff = let.reader("editor@gazette.example", first_name="Ada")
    staff.groups.add(Group.objects.get(name="Editors"))
    client.force_login(staff)
    return staff


@pytest.fixture
def writer(client):
    """Sign in somebody who may edit every page and publish none."""
    staff = let.reader("writer@gazette.example", first_name="Joan")
    group = Group.objects.create(name="Writers")
    group.permissions.add(*Group.objects.get(name="Editors").permissions.all())
    for kind in ("add", "change"):
        GroupPagePermission.objects.create(
            group=group, page=Page.get_first_root_node(), permission_type=kind
        )
    staff.groups.add(group)
    client.force_login(staff)
    return staff


def at(edition, number=None) -> str:
    begin = f"/office/masthead/editions/{edition.pk}/"
    return f"{begin}proof/{number}/" if number else begin


def test_the_state_of_each_page_is_told_in_colour_and_in_words(client, editor, edition):
    proofs.mark(edition, 1, "x", by=editor, at=timezone.now())
    proofs.sign_off(edition, 2, by=editor, at=timezone.now())
    there = client.get(at(edition)).content.decode()
    found = re.findall(r'flat-plan__page--(\w+)".*?<figcaption>(\d+) · ([\w ]+)<', there)
    assert found == [
        ("marked", "1", "Marked"),
        ("signed", "2", "Signed off"),
        *(("open", str(number), "Open") for number in range(3, edition.pages + 1)),
    ]
    assert "Page 1 has an open mark." in there
    assert "Pages 1, 3 and 4 are not signed off." in there


def test_a_mark_is_made_by_a_click_and_settled(client, editor, edition):
    address = at(edition, 3)
    client.post(address, {"words": "A comma.", "at640.x": "64", "at640.y": "0"})
    mark = Mark.objects.get()
    assert (mark.author, mark.x, mark.y) == ("Ada", 100, 0)
    there = client.get(address).content.decode()
    assert "A comma." in there
    assert "left: calc(100% / 10)" in there
    client.post(address, {"settle": str(mark.pk)})
    mark.refresh_from_db()
    assert mark.settled_by == editor
    assert "Settled by Ada" in client.get(address).content.decode()


def test_a_click_without_words_keeps_its_place_and_a_refused_mark_its_words(
    client, editor, edition
):
    address = at(edition, 3)
    answer = client.post(address, {"words": "", "at640.x": "320", "at640.y": "0"})
    assert answer["Location"] == f"{address}?x=500&y=0"
    assert 'name="x" value="500"' in client.get(answer["Location"]).content.decode()
    answer = client.post(address, {"words": "x" * 2001})
    there = client.get(answer["Location"]).content.decode()
    assert "2000 characters" in there
    assert "x" * 2000 in there
    assert not Mark.objects.exists()


def test_pages_are_signed_off_one_by_one_or_all_at_once_and_then_passed(client, editor, edition):
    assert "Pass for press" not in client.get(at(edition)).content.decode()
    client.post(at(edition))
    edition.refresh_from_db()
    assert edition.passed_at is None
    client.post(at(edition, 1), {"sign": "1"})
    assert "Ada signed it off in version 1" in client.get(at(edition, 1)).content.decode()
    client.post(at(edition, 1), {"withdraw": "1"})
    assert proofs.of(edition).pages[0].signed is None
    client.post(f"{at(edition)}sign-off/")
    assert "Pass for press" in client.get(at(edition)).content.decode()
    client.post(at(edition))
    edition.refresh_from_db()
    assert edition.passed_at
    page = client.get(at(edition, 1)).content.decode()
    assert "stays as it was passed" in page
    assert 'name="words"' not in page


def test_a_newer_version_is_pointed_to_and_an_open_mark_comes_along(client, editor, issue, edition):
    proofs.mark(edition, 1, "The cover.", by=editor, at=timezone.now())
    make.place(issue, make.article(issue.publication, headline="Late"))
    late = press(issue)
    assert "There is a newer version, 2." in client.get(at(edition)).content.decode()
    assert "Sign this page off" in client.get(at(late, 2)).content.decode()
    assert "Sign this page off" not in client.get(at(edition, 2)).content.decode()
    there = client.get(at(late, 1)).content.decode()
    assert "The cover." in there
    assert "from version 1" in there


def test_a_mark_on_a_page_that_is_gone_is_settled_on_the_overview(client, editor, issue, edition):
    mark = Mark.objects.create(
        edition=edition, page=99, words="Cut it.", user=editor, made_at=timezone.now()
    )
    there = client.get(at(edition)).content.decode()
    assert "Ada, page 99 of version 1:" in there
    client.post(f"{at(edition)}marks/{mark.pk}/settled/")
    assert not Mark.objects.open().exists()


def test_a_mark_on_another_edition_is_not_settled_from_here(client, editor, issue, edition):
    other = make.issue(issue.publication, make.article(issue.publication, headline="Else"))
    mark = proofs.mark(press(other), 1, "x", by=editor, at=timezone.now())
    assert client.post(at(edition, 1), {"settle": str(mark.pk)}).status_code == 404
    assert client.post(f"{at(edition)}marks/{mark.pk}/settled/").status_code == 404
    assert Mark.objects.open().exists()


def test_whoever_may_only_edit_marks_and_invites_and_neither_signs_nor_passes(
    client, writer, edition
):
    there = client.get(at(edition, 1)).content.decode()
    assert 'name="words"' in there
    assert "Sign this page off" not in there
    client.post(at(edition, 1), {"words": "A comma."})
    assert Mark.objects.get().author == "Joan"
    for address, sent in (
        (at(edition, 2), {"sign": "1"}),
        (at(edition, 2), {"withdraw": "1"}),
        (f"{at(edition)}sign-off/", {}),
        (at(edition), {}),
    ):
        client.post(address, sent)
    edition.refresh_from_db()
    assert edition.passed_at is None
    assert not any(page.signed for page in proofs.of(edition).pages)
    assert client.get(f"/office/masthead/issues/{edition.issue_id}/guests/").status_code == 200

    # What is ready for press waits for somebody else.
    proofs.settle(Mark.objects.get(), by=writer, at=timezone.now())
    proofs.sign_off_rest(edition, by=let.reader(), at=timezone.now())
    assert "Pass for press" not in client.get(at(edition)).content.decode()
    assert client.post(at(edition)).status_code in (302, 403)
    edition.refresh_from_db()
    assert edition.passed_at is None
    client.post(at(edition, 2), {"withdraw": "1"})
    assert proofs.of(edition).pages[1].signed


@pytest.mark.parametrize("who", ["nobody", "reader", "publisher"])
def test_nobody_else_sees_marks_or_guests(client, issue, edition, who):
    if who != "nobody":
        person = let.reader()
        if who == "publisher":
            # Comes into the office, for readers and printers, and edits no page.
            person.groups.add(empower_publishers())
        client.force_login(person)
    mark = proofs.mark(edition, 1, "x", by=let.reader(), at=timezone.now())
    house = f"/office/masthead/issues/{issue.pk}/guests/"
    for address in (at(edition, 1), house, f"{at(edition)}sign-off/",
                    f"{at(edition)}marks/{mark.pk}/settled/"):  # fmt: skip
        for answer in (client.get(address), client.post(address, {"name": "x", "days": "1"})):
            assert answer.status_code in (302, 403, 404, 405)
    assert not Guest.objects.exists()
    assert Mark.objects.open().exists()


def test_a_guest_is_asked_in_with_a_link_that_is_shown_once(client, editor, issue, edition):
    address = f"/office/masthead/issues/{issue.pk}/guests/"
    assert 'value="14"' in client.get(address).content.decode()
    asked = {"name": "Grace", "mail": "grace@home.example", "days": "3"}
    answer = client.post(address, asked)
    assert "no-store" in answer["Cache-Control"]
    link = re.search(r'value="http://testserver(/proofs/[^"]+)"', answer.content.decode())
    assert link
    guest = Guest.objects.get()
    assert guest.expires_at - guest.invited_at == timedelta(days=3)
    assert guest.invited_by == editor
    assert client.get(link[1]).status_code == 200
    there = client.get(address).content.decode()
    assert "Grace" in there
    assert link[1] not in there

    client.post(address, {"revoke": str(guest.pk)})
    assert client.get(link[1]).status_code == 404
    assert "Revoked" in client.get(address).content.decode()
    client.post(address, {"forget": str(guest.pk)})
    assert "grace@home.example" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    "asked", [{"days": "3"}, {"name": "x", "days": "91"}, {"name": "x", "days": ""}]
)
def test_nobody_is_asked_in_without_a_name_or_for_too_long(client, editor, issue, asked):
    client.post(f"/office/masthead/issues/{issue.pk}/guests/", asked)
    assert not Guest.objects.exists()


def test_the_guests_of_another_issue_are_not_revoked_from_here(client, editor, issue):
    elsewhere, _token = guests.invite(
        make.issue(issue.publication), "Grace", by=editor, at=timezone.now()
    )
    answer = client.post(
        f"/office/masthead/issues/{issue.pk}/guests/", {"revoke": str(elsewhere.pk)}
    )
    assert answer.status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.revoked_at is None
