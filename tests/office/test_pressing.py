"""The office's first page tells how far it is with pressing everything anew."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from masthead.production import progress
from masthead.production.progress import Progress
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db


@pytest.fixture
def first_page(client):
    """Return what reads the office's first page, as somebody does who may do no more than write."""
    editorial.magazine()
    editor = make.reader("editor@gazette.example")
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    yield lambda: client.get("/office/").content.decode()
    progress.finished()


def test_it_says_how_many_pages_are_done_while_any_wait(first_page):
    assert "pressed anew" not in first_page()
    progress.note(Progress(4120, 12300))
    assert "4120 pages of about 12300 are done." in first_page()
    assert '<progress value="4120" max="12300"' in first_page()
    progress.finished()
    assert "pressed anew" not in first_page()


@pytest.mark.parametrize("about", [0, 39])
def test_it_promises_no_number_that_it_does_not_know(first_page, about):
    progress.note(Progress(40, about))
    assert "40 pages are done." in first_page()
    assert "<progress" not in first_page()
