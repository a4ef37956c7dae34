"""Founding a title."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Site

from masthead.editorial import founding
from masthead.editorial.models import FrontPage, Title
from masthead.people import staff
from masthead.people.models import User
from tests.factories import editorial as make
from tests.factories import founded

pytestmark = pytest.mark.django_db


def test_founding_twice_changes_nothing() -> None:
    for _ in range(2):
        founding.found(name="The Gazette", address="https://gazette.example")
    assert (Title.objects.count(), FrontPage.objects.count(), Site.objects.count()) == (1, 1, 1)
    assert FrontPage.objects.get().get_children().count() == 4
    site = Site.objects.get()
    assert (site.hostname, site.port, site.site_name) == ("gazette.example", 443, "The Gazette")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Only there is it poured.")
def test_a_magazine_that_tests_pour_is_what_founding_makes(time_machine) -> None:
    time_machine.move_to(make.THEN, tick=False)
    made = []
    for found in (founding.found, founded.found, founded.found):
        with transaction.atomic():
            before = founded.rows()
            found(name="The Gazette", address="http://testserver")
            made.append((before, founded.rows()))
            transaction.set_rollback(True)
    (_, really), (empty, cast), (_, poured) = made
    assert really.keys() == cast.keys() == poured.keys()
    for table in really:
        once, twice, thrice = (values(one[table]) for one in (really, cast, poured))
        assert once == twice == thrice, table
    keys = [{row[1] for row in one["editorial_title"].values()} for one in (really, cast, poured)]
    assert len(set.union(*keys)) == 3
    assert poured["production_change"]
    assert not empty["production_change"]


def values(rows: dict[int, tuple[object, ...]]) -> list[list[str]]:
    """Return rows without their numbers, and without what is drawn by lot."""
    return sorted(
        ["a key" if founded.KEY.fullmatch(str(one)) else str(one) for one in row]
        for row in rows.values()
    )


def test_wagtails_welcome_page_gives_way() -> None:
    make.magazine()
    assert [page.specific_class for page in Page.objects.filter(depth=2)] == [FrontPage]


def test_two_titles_stand_side_by_side() -> None:
    make.magazine("One")
    founding.found(name="Two", address="http://two.example")
    assert {site.hostname for site in Site.objects.all()} == {"testserver", "two.example"}


def test_editors_have_rights_in_their_title_and_authors_only_over_their_own() -> None:
    title = make.magazine()
    front = make.front_of(title)
    make.article(title)
    editor = staff.appoint("ed@example.org", name="Ed Itor", group=founding.EDITORS)
    author = staff.appoint("au@example.org", group=founding.AUTHORS)
    article = make.article(title).specific
    assert article.permissions_for_user(editor).can_publish()
    assert not article.permissions_for_user(author).can_edit()
    assert editor.has_perm("editorial.read_everything")
    assert not author.has_perm("editorial.read_everything")
    assert not front.get_parent().permissions_for_user(editor).can_add_subpage()
    assert not GroupPagePermission.objects.filter(page__depth=1).exists()


def test_what_authors_submit_is_approved_by_editors() -> None:
    make.magazine()
    assert not Group.objects.filter(name="Moderators").exists()
    assert [group.name for group in GroupApprovalTask.objects.get().groups.all()] == ["Editors"]


def test_appointing_somebody_twice_makes_one_person_whatever_the_case() -> None:
    make.magazine()
    first = staff.appoint("Ed@Example.org", group=founding.EDITORS)
    assert staff.appoint("ed@example.ORG", group=founding.AUTHORS) == first
    assert User.objects.count() == 1
