"""Editors plan the pages of an issue in the office, with a mouse or without."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import GroupPagePermission

from masthead.circulation.founding import empower_publishers
from masthead.production import artworks, pressings
from masthead.production.models import Artwork, FlatPlan, Insertion
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.factories.paper import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def issue(title):
    words = make.paragraph("Paid words.")
    pieces = [make.article(title, words, headline=name) for name in ("One", "Two", "Three")]
    return make.issue(title, *pieces)


@pytest.fixture
def artwork(title):
    return Artwork.objects.create(title=title, name="Inn at the Quay")


def sign_in(client, group: str):
    staff = let.reader(f"{group.lower()}@gazette.example")
    staff.groups.add(Group.objects.get(name=group))
    client.force_login(staff)
    return staff


@pytest.fixture
def editor(client):
    return sign_in(client, "Editors")


@pytest.fixture
def publisher(client):
    empower_publishers()
    return sign_in(client, "Publishers")


def plan_of(client, issue) -> str:
    return client.get(f"/office/masthead/issues/{issue.pk}/flat-plan/").content.decode()


def do(client, issue, act: str, **what):
    address = f"/office/masthead/issues/{issue.pk}/flat-plan/"
    return client.post(address, {"act": act, **what}, follow=True)


def test_the_plan_is_one_click_from_the_issue_and_shows_what_stands_where(
    client, editor, issue, artwork
):
    address = f"/office/masthead/issues/{issue.pk}/flat-plan/"
    assert address in client.get(f"/office/pages/{issue.pk}/edit/").content.decode()
    do(client, issue, "insert", artwork=artwork.pk, where="page", page=4)
    there = plan_of(client, issue)
    for said in ("Inn at the Quay", "Nothing there yet", "One", "Two", "Three", "Back cover"):
        assert said in there
    assert issue.title in there.partition("<h1")[2].partition("</h1>")[0]


def test_an_article_is_moved_without_a_mouse(client, editor, issue):
    one, _two, three = issue.contents.order_by("sort_order")
    do(client, issue, "move", place=three.pk, before=one.pk)
    order = [place.article.title for place in issue.contents.order_by("sort_order")]
    assert order == ["Three", "One", "Two"]
    do(client, issue, "move", place=three.pk, before="")
    assert issue.contents.order_by("sort_order").last() == three


def test_artwork_is_let_in_moved_and_taken_out(client, editor, issue, artwork):
    do(client, issue, "insert", artwork=artwork.pk, where="page", page=4)
    insertion = Insertion.objects.get()
    do(client, issue, "shift", insertion=insertion.pk, page=6)
    assert Insertion.objects.get().page == 6
    do(client, issue, "shift", insertion=insertion.pk, page="none")
    assert Insertion.objects.get().page == 6
    do(client, issue, "take_out", insertion=insertion.pk)
    assert not Insertion.objects.exists()


def test_what_was_filled_in_wrongly_is_told_beside_it_and_nothing_is_lost(
    client, editor, issue, artwork
):
    answer = do(client, issue, "insert", artwork=artwork.pk, where="page")
    assert "Say on which page it stands" in answer.content.decode()
    assert f'value="{artwork.pk}" selected' in answer.content.decode()
    assert not Insertion.objects.exists()


def test_only_who_may_publish_locks_and_unlocks_a_page_that_was_sold(
    client, editor, issue, artwork
):
    do(client, issue, "insert", artwork=artwork.pk, where="page", page=4)
    insertion = Insertion.objects.get()
    assert "Lock" in plan_of(client, issue)
    do(client, issue, "lock", insertion=insertion.pk, locked=1)
    assert (
        "Unlock it first" in do(client, issue, "take_out", insertion=insertion.pk).content.decode()
    )

    writers = Group.objects.create(name="Writers")
    writers.permissions.add(Permission.objects.get(codename="access_admin"))
    change = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=writers, page=issue, permission=change)
    editor.groups.set([writers])
    assert "Unlock" not in plan_of(client, issue)
    do(client, issue, "lock", insertion=insertion.pk)
    assert Insertion.objects.get().locked


def test_a_budget_is_kept_and_nonsense_is_not(client, editor, issue):
    assert "pages too many" in do(client, issue, "budget", budget=4).content.decode()
    assert "number of pages" in do(client, issue, "budget", budget="-3").content.decode()
    assert FlatPlan.objects.get().budget == 4
    do(client, issue, "budget", budget="")
    assert FlatPlan.objects.get().budget is None


def test_nobody_plans_an_issue_that_they_may_not_edit(client, issue, artwork):
    stranger = let.reader("reader@gazette.example")
    client.force_login(stranger)
    address = f"/office/masthead/issues/{issue.pk}/flat-plan/"
    for answer in (client.get(address), client.post(address, {"act": "budget", "budget": 8})):
        assert answer.status_code in (302, 403)
    assert not FlatPlan.objects.exists()


def test_a_publisher_takes_in_artwork_and_a_file_that_cannot_be_printed_is_refused(
    client, publisher, title, tmp_path
):
    asked = artworks.asked_of(title, Artwork.Size.FULL, pressings.furnished(THEN))
    good = drawn(tmp_path / "good.pdf", *asked.trim, asked.bleed).read_bytes()
    small = drawn(tmp_path / "small.pdf", 100, 100).read_bytes()
    form = {"title": title.pk, "name": "Rope", "kind": "advertisement", "size": "full"}
    told = client.get("/office/artwork/new/").content.decode()
    assert f"{asked.trim[0]:g} × {asked.trim[1]:g} mm" in told

    for data, said in ((small, "printer cuts to"), (b"no pdf at all", "no PDF")):
        file = SimpleUploadedFile("rope.pdf", data, "application/pdf")
        answer = client.post("/office/artwork/new/", {**form, "file": file})
        assert said in answer.content.decode()
        assert not Artwork.objects.exists()

    file = SimpleUploadedFile("rope.pdf", good, "application/pdf")
    assert client.post("/office/artwork/new/", {**form, "file": file}).status_code == 302
    kept = Artwork.objects.get()
    assert kept.sha256
    picture = client.get(f"/office/masthead/artwork/{kept.pk}/pages/1/")
    assert picture.content.startswith(b"\x89PNG")
    assert client.get(f"/office/masthead/artwork/{kept.pk}/pages/2/").status_code == 404
    client.logout()
    assert client.get(f"/office/masthead/artwork/{kept.pk}/pages/1/").status_code == 302


def test_only_who_works_on_an_issue_of_its_title_sees_artwork(
    client, title, issue, artwork, tmp_path
):
    artwork.file.save(
        "rope.pdf", SimpleUploadedFile("a", drawn(tmp_path / "a.pdf", 9, 9).read_bytes())
    )
    address = f"/office/masthead/artwork/{artwork.pk}/pages/1/"
    person = sign_in(client, "Editors")
    assert client.get(address)["Cache-Control"].startswith("private")
    writers = Group.objects.create(name="Writers")
    writers.permissions.add(Permission.objects.get(codename="access_admin"))
    person.groups.set([writers])
    assert client.get(address).status_code in (302, 403)


def test_what_belongs_to_another_issue_or_title_is_not_planned_from_here(
    client, editor, title, issue, artwork
):
    stranger = Artwork.objects.create(title=make.magazine("The Herald"), name="Tar")
    do(client, issue, "insert", artwork=stranger.pk, where="page", page=4)
    elsewhere = make.issue(title, make.article(title, headline="Else"))
    theirs = elsewhere.contents.get().article.pk
    do(client, issue, "insert", artwork=artwork.pk, where="article", article=theirs)
    assert not Insertion.objects.exists()
    do(client, elsewhere, "insert", artwork=artwork.pk, where="page", page=4)
    standing = Insertion.objects.get()
    for act in ("take_out", "shift"):
        answer = do(client, issue, act, insertion=standing.pk, page=5)
        assert answer.status_code == 404
    place = elsewhere.contents.get().pk
    assert do(client, issue, "move", place=place, before="").status_code == 404
    assert Insertion.objects.get().page == 4


def test_nonsense_moves_nothing_and_is_no_fault_of_ours(client, editor, issue, artwork):
    do(client, issue, "insert", artwork=artwork.pk, where="page", page=4)
    standing = Insertion.objects.get()
    for page in ("", "two", "²", "9" * 30):
        assert do(client, issue, "shift", insertion=standing.pk, page=page).status_code == 200
        assert Insertion.objects.get().page == 4
    order = list(issue.contents.order_by("sort_order"))
    do(client, issue, "move", place=order[0].pk, before=order[0].pk)
    assert list(issue.contents.order_by("sort_order")) == order
    assert do(client, issue, "burn").status_code == 404


def test_artwork_whose_file_is_awaited_says_so_on_its_page_and_in_the_list(
    client, editor, title, issue, artwork
):
    def told():
        return plan_of(client, issue).count("Nothing there yet") - len(["the key"])

    do(client, issue, "insert", artwork=artwork.pk, where="page", page=4)
    assert told() == 1
    part = Artwork.objects.create(title=title, name="Tar and rope", size="half")
    do(client, issue, "insert", artwork=part.pk, where="page", page=5)
    assert told() == 2
    empower_publishers()
    sign_in(client, "Publishers")
    for awaited in (2, 0):
        there = client.get("/office/artwork/").content.decode()
        assert there.count("Awaited") == awaited
        assert len(re.findall(r">\s*1 page\s*<", there)) == 2 - awaited
        Artwork.objects.update(file="artwork/there.pdf")
    client.force_login(editor)
    assert told() == 0


def test_the_plan_asks_the_database_no_more_for_more_articles(
    client, editor, title, issue, django_assert_max_num_queries
):
    plan_of(client, issue)
    with django_assert_max_num_queries(60) as few:
        plan_of(client, issue)
    for number in range(8):
        make.place(issue, make.article(title, make.paragraph("More."), headline=f"More {number}"))
    with django_assert_max_num_queries(len(few)):
        plan_of(client, issue)
