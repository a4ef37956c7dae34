"""Publishers write down what the printer asks for; others do not."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from masthead.circulation.founding import empower_publishers
from masthead.press.paper.specification import COATED
from masthead.production.models import Printer
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

ASKED = {
    "size": "a4",
    "width_mm": "",
    "height_mm": "",
    "bleed_mm": "5",
    "multiple": "8",
    "marks": "on",
    "leaf_um": "120",
    "condition": "FOGRA51",
    "ink_limit": "280",
    "least_resolution": "220",
}


def sign_in(client, group):
    staff = let.reader("staff@gazette.example")
    staff.groups.add(group)
    client.force_login(staff)


def test_a_publisher_writes_down_what_the_printer_asks_for(client) -> None:
    title = make.magazine()
    sign_in(client, empower_publishers())
    profile = SimpleUploadedFile("press.icc", COATED.read_bytes())
    answer = client.post("/office/printing/new/", ASKED | {"title": title.pk, "profile": profile})
    assert answer.status_code == 302, answer.content.decode()
    printer = Printer.objects.get()
    assert (printer.size, printer.multiple, printer.condition) == ("a4", 8, "FOGRA51")
    assert "A4" in client.get("/office/printing/").content.decode()


def test_a_wrong_profile_is_told_beside_its_field_and_nothing_is_kept(client) -> None:
    title = make.magazine()
    sign_in(client, empower_publishers())
    profile = SimpleUploadedFile("press.icc", b"not a profile")
    answer = client.post("/office/printing/new/", ASKED | {"title": title.pk, "profile": profile})
    assert "no ICC profile of a press" in answer.content.decode()
    assert not Printer.objects.exists()


def test_nobody_else_reaches_it(client) -> None:
    make.magazine()
    sign_in(client, Group.objects.get(name="Editors"))
    assert client.get("/office/printing/new/").status_code == 302
    assert client.get("/office/printing/").status_code == 302
