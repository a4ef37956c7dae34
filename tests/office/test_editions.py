"""Editors have an issue pressed and fetch its files; nobody else gets at paid words."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from PIL import Image

from masthead.circulation.founding import empower_publishers
from masthead.production import pressings
from masthead.production.models import Edition, Printer
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    title = make.magazine()
    words = make.paragraph("Paid words.")
    return make.issue(title, make.article(title, words, headline="One", access="subscribers"))


@pytest.fixture
def editor(client):
    staff = let.reader("editor@gazette.example")
    staff.groups.add(Group.objects.get(name="Editors"))
    client.force_login(staff)
    return staff


def page_of(client, issue) -> str:
    return client.get(f"/office/masthead/issues/{issue.pk}/editions/").content.decode()


def test_an_editor_has_an_issue_pressed_and_watches_it_come(client, editor, issue):
    address = f"/office/masthead/issues/{issue.pk}/editions/"
    assert address in client.get(f"/office/pages/{issue.pk}/edit/").content.decode()
    there = page_of(client, issue)
    assert "Nothing has been pressed yet" in there
    assert issue.title in there.partition("<h1")[2].partition("</h1>")[0]
    assert client.post(address, {"form": "screen"}).status_code == 302
    waiting = client.get(address)
    assert "Waiting" in waiting.content.decode()
    assert waiting["Refresh"] == "2"

    edition = Edition.objects.get()
    pressings.press(edition, at=THEN)
    done = client.get(address)
    assert "Refresh" not in done
    assert "version 1" in done.content.decode()
    fetched = client.get(f"/office/masthead/editions/{edition.pk}/file/")
    assert b"".join(fetched.streaming_content).startswith(b"%PDF")
    assert f'filename="{issue.slug}-screen-1.pdf"' in fetched["Content-Disposition"]


def test_a_cover_apart_is_offered_where_the_printer_takes_one(client, editor, issue):
    def offered():
        return [form for form in Edition.Form.values if f'value="{form}"' in page_of(client, issue)]

    assert offered() == ["screen", "print", "epub", "audio"]
    Printer.objects.create(title=issue.publication, cover_apart=True)
    assert offered() == ["screen", "print", "cover", "epub", "audio"]


def test_what_was_refused_says_why_and_has_no_file(client, editor, issue):
    issue.contents.all().delete()
    refused = pressings.press_now(
        issue, Edition.Form.SCREEN, by=editor, at=THEN, tell=lambda step: None
    )
    assert "Put some into its contents" in page_of(client, issue)
    for part in ("", "file/", "pages/1/"):
        assert client.get(f"/office/masthead/editions/{refused.pk}/{part}").status_code == 404


def test_what_changed_since_the_version_before_is_named(client, editor, issue):
    for number in (1, 2):
        edition = pressings.press_now(
            issue, Edition.Form.SCREEN, by=editor, at=THEN, tell=lambda step: None
        )
        assert edition.version == number
        make.place(issue, make.article(issue.publication, make.paragraph("Two."), headline="Two"))
    assert "“Two” is new." in page_of(client, issue)


def test_a_book_is_fetched_and_has_no_pages_to_look_at(client, editor, issue):
    edition = pressings.press_now(
        issue, Edition.Form.EPUB, by=editor, at=THEN, tell=lambda step: None
    )
    address = f"/office/masthead/editions/{edition.pk}/"
    there = page_of(client, issue)
    assert "Book (EPUB), version 1" in there
    assert f'href="{address}file/"' in there
    assert f'href="{address}"' not in there
    fetched = client.get(f"{address}file/")
    assert fetched["Content-Type"] == "application/epub+zip"
    assert f'filename="{issue.slug}-1.epub"' in fetched["Content-Disposition"]
    with ZipFile(BytesIO(b"".join(fetched.streaming_content))) as book:
        assert book.namelist()[0] == "mimetype"
    for part in ("", "pages/1/", "pages/1/proof/"):
        assert client.get(f"{address}{part}").status_code == 404


@pytest.mark.parametrize("form", ["screen", "print", "cover"])
def test_an_edition_is_looked_at_as_spreads_of_pages_that_are_cut(client, editor, issue, form):
    if form == "cover":
        Printer.objects.create(title=issue.publication, cover_apart=True)
    edition = pressings.press_now(
        issue, Edition.Form(form), by=editor, at=THEN, tell=lambda step: None
    )
    there = client.get(f"/office/masthead/editions/{edition.pk}/").content.decode()
    _styles, *spreads = there.partition("<ol")[2].split('<li class="flat-plan__spread')
    assert [spread.count("<figure") for spread in spreads][:2] == [1, min(2, edition.pages - 1)]
    for number in range(1, edition.pages + 1):
        address = f"/office/masthead/editions/{edition.pk}/pages/{number}/"
        assert address in there
    page = client.get(f"/office/masthead/editions/{edition.pk}/pages/1/")
    assert page["Cache-Control"].startswith("private")
    with Image.open(BytesIO(page.content)) as picture:
        assert picture.width == pytest.approx(240, abs=1)
        if form != "cover":
            assert picture.height == pytest.approx(320, abs=1)
    large = client.get(f"/office/masthead/editions/{edition.pk}/pages/1/?large")
    with Image.open(BytesIO(large.content)) as picture:
        assert picture.width == pytest.approx(1100, abs=1)
    missing = f"/office/masthead/editions/{edition.pk}/pages/{edition.pages + 1}/"
    assert client.get(missing).status_code == 404


def test_an_editor_who_may_publish_passes_an_edition_for_press(client, editor, issue):
    edition = pressings.press_now(
        issue, Edition.Form.PRINT, by=editor, at=THEN, tell=lambda step: None
    )
    address = f"/office/masthead/editions/{edition.pk}/"
    assert "Pass for press" not in client.get(address).content.decode()
    client.post(f"{address}sign-off/")
    assert "Pass for press" in client.get(address).content.decode()
    client.post(address)
    there = client.get(address).content.decode()
    assert "Passed for press on" in there
    assert "Pass for press" not in there
    assert "passed for press" in page_of(client, issue)

    make.place(issue, make.article(issue.publication, make.paragraph("Two."), headline="Two"))
    late = pressings.press_now(
        issue, Edition.Form.PRINT, by=editor, at=THEN, tell=lambda step: None
    )
    there = client.get(f"/office/masthead/editions/{late.pk}/").content.decode()
    assert "Version 1 was passed for press" in there
    assert "“Two” is new." in there


@pytest.mark.parametrize("who", ["nobody", "reader", "publisher"])
def test_nobody_else_presses_or_fetches(client, issue, who):
    edition = pressings.press_now(
        issue, Edition.Form.SCREEN, by=None, at=THEN, tell=lambda step: None
    )
    if who != "nobody":
        person = let.reader("somebody@gazette.example")
        if who == "publisher":
            person.groups.add(empower_publishers())
        client.force_login(person)
    address = f"/office/masthead/issues/{issue.pk}/editions/"
    for answer in (
        client.get(address),
        client.post(address, {"form": "screen"}),
        client.get(f"/office/masthead/editions/{edition.pk}/"),
        client.get(f"/office/masthead/editions/{edition.pk}/file/"),
        client.get(f"/office/masthead/editions/{edition.pk}/pages/3/"),
    ):
        assert answer.status_code in (302, 403, 404)
    assert Edition.objects.count() == 1


def test_a_form_that_there_is_none_of_is_not_pressed(client, editor, issue):
    address = f"/office/masthead/issues/{issue.pk}/editions/"
    assert client.post(address, {"form": "vellum"}).status_code == 404
    assert not Edition.objects.exists()


def test_a_long_list_of_editions_costs_no_more_queries(
    client, editor, issue, django_assert_max_num_queries
):
    def make_more(count: int) -> None:
        Edition.objects.bulk_create(
            Edition(
                issue=issue,
                form="screen",
                state="sound",
                version=Edition.objects.count() + number,
                asked_at=THEN,
                made_from={"articles": [], "issue": "", "look": "", "printer": "", "engine": ""},
            )
            for number in range(1, count + 1)
        )

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_more(2)
    page_of(client, issue)
    with CaptureQueriesContext(connection) as few:
        page_of(client, issue)
    make_more(25)
    with django_assert_max_num_queries(len(few)):
        page_of(client, issue)
