"""Editors hand an issue to a designer, and register what comes back."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.models import GroupPagePermission

from masthead.circulation.founding import empower_publishers
from masthead.production import pressings, registering
from masthead.production.models import Edition
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    title = make.magazine()
    words = make.paragraph("Paid words.")
    return make.issue(title, make.article(title, words, headline="One", access="subscribers"))


def somebody(client, group: str):
    staff = let.reader("editor@gazette.example")
    staff.groups.add(Group.objects.get(name=group))
    client.force_login(staff)
    return staff


@pytest.fixture
def editor(client):
    return somebody(client, "Editors")


def page(issue, part: str) -> str:
    return f"/office/masthead/issues/{issue.pk}/{part}/"


def finished(issue) -> bytes:
    other = make.issue(issue.publication, make.article(issue.publication, headline="Other"))
    edition = pressings.press_now(
        other, Edition.Form.PRINT, by=None, at=THEN, tell=lambda step: None
    )
    with edition.file.open("rb") as file:
        return file.read()


def bring(client, issue, data: bytes, name: str = "final.pdf"):
    brought = SimpleUploadedFile(name, data, content_type="application/pdf")
    return client.post(page(issue, "register"), {"file": brought}, follow=True)


def put_away(answer) -> None:
    # Closing the answer itself would end the request, and with it the connection of the test.
    for close in answer._resource_closers:
        close()


def test_an_editor_fetches_the_package_from_the_page_of_the_editions(client, editor, issue):
    there = client.get(page(issue, "editions")).content.decode()
    assert page(issue, "package") in there
    assert "For a designer" in there
    answer = client.get(page(issue, "package"))
    assert answer["Content-Type"] == "application/zip"
    assert f'filename="{issue.slug}-indesign.zip"' in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as opened:
        slug = issue.contents.get().article.slug
        assert "Paid words." in opened.read(f"{issue.slug}/01-{slug}/{slug}.icml").decode()
    put_away(answer)
    answer = client.get(page(issue, "package"), {"article": slug})
    assert f'filename="{issue.slug}-{slug}-indesign.zip"' in answer["Content-Disposition"]
    put_away(answer)


def test_an_issue_that_cannot_be_packed_says_why_on_the_same_page(client, editor, issue):
    issue.contents.all().delete()
    answer = client.get(page(issue, "package"), follow=True)
    assert answer.redirect_chain == [(page(issue, "editions"), 302)]
    assert "Put some into its contents" in answer.content.decode()


def test_a_finished_pdf_is_registered_and_listed_as_the_next_version(client, editor, issue):
    assert 'type="file"' in client.get(page(issue, "editions")).content.decode()
    there = bring(client, issue, finished(issue)).content.decode()
    assert "It is version 1 of the print edition." in there
    assert "Finished elsewhere: final.pdf" in there
    with Edition.objects.get(issue=issue).file.open("rb") as kept:
        again = bring(client, issue, kept.read())
    assert [str(one) for one in again.context["messages"]] == ["It is the same file as version 1."]
    edition = Edition.objects.sound().get(issue=issue)
    assert client.get(f"/office/masthead/editions/{edition.pk}/").status_code == 200
    late = pressings.press_now(issue, Edition.Form.PRINT, by=None, at=THEN, tell=lambda step: None)
    assert late.version == 2
    assert "has changed is not known" in client.get(page(issue, "editions")).content.decode()


def test_a_file_with_faults_is_refused_and_the_page_lists_them(client, editor, issue):
    data = finished(issue).replace(b"/TrimBox", b"/TrimBax")
    there = bring(client, issue, data).content.decode()
    assert "A printer could not take this file" in there
    assert "it does not say where it is cut" in there
    assert not Edition.objects.filter(issue=issue).sound().exists()


def test_no_pdf_and_no_file_are_answered_with_what_to_do(client, editor, issue):
    there = bring(client, issue, b"PK", "issue.indd").content.decode()
    assert "Export the pages as PDF/X-4" in there
    there = client.post(page(issue, "register"), follow=True).content.decode()
    assert "Choose the PDF" in there
    assert not Edition.objects.filter(issue=issue).exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, editor, issue, monkeypatch):
    monkeypatch.setattr(registering, "LARGEST_BYTES", 1000)

    def read(_request):
        raise AssertionError("It was read.")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", read)
    brought = SimpleUploadedFile("final.pdf", b"%PDF-" + b"x" * 200_000)
    answer = client.post(page(issue, "register"), {"file": brought})
    assert answer.status_code == 302
    monkeypatch.undo()
    assert "The file is larger than" in client.get(page(issue, "editions")).content.decode()
    assert not Edition.objects.exists()


def test_a_stranger_s_form_registers_nothing(issue):
    strict = Client(enforce_csrf_checks=True)
    somebody(strict, "Editors")
    brought = SimpleUploadedFile("final.pdf", b"%PDF-")
    assert strict.post(page(issue, "register"), {"file": brought}).status_code == 403


@pytest.mark.parametrize("who", ["nobody", "reader", "publisher"])
def test_nobody_else_fetches_or_registers(client, issue, who):
    if who != "nobody":
        person = let.reader("somebody@gazette.example")
        if who == "publisher":
            person.groups.add(empower_publishers())
        client.force_login(person)
    assert client.get(page(issue, "package")).status_code in (302, 403, 404)
    brought = SimpleUploadedFile("final.pdf", b"%PDF-")
    answer = client.post(page(issue, "register"), {"file": brought})
    assert answer.status_code in (302, 403, 404)
    assert not Edition.objects.exists()


def test_who_may_edit_and_not_publish_fetches_and_does_not_register(client, issue):
    group = Group.objects.create(name="Sub-editors")
    group.permissions.add(
        *Group.objects.get(name="Editors").permissions.filter(codename="access_admin")
    )
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=issue.get_root(), permission=change)
    somebody(client, "Sub-editors")
    there = client.get(page(issue, "editions")).content.decode()
    assert 'type="file"' not in there
    answer = client.get(page(issue, "package"))
    assert answer.status_code == 200
    put_away(answer)
    brought = SimpleUploadedFile("final.pdf", b"%PDF-")
    refused = client.post(page(issue, "register"), {"file": brought})
    assert refused.status_code in (302, 403)
    assert not Edition.objects.exists()
