"""Editors lay an article out in the office and see its pages beside the choices."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from PIL import Image

from masthead.circulation.founding import empower_publishers
from masthead.manuscript import nodes
from masthead.production.models import Layout
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    title = make.magazine()
    words = make.paragraph("The pier was mended in a night.", "p1")
    return make.issue(title, make.article(title, words, headline="One")).contents.get()


@pytest.fixture
def editor(client):
    staff = let.reader("editor@gazette.example")
    staff.groups.add(Group.objects.get(name="Editors"))
    client.force_login(staff)
    return staff


def address(place, what: str = "layout") -> str:
    return f"/office/masthead/places/{place.pk}/{what}/"


def sent(client, place, **more):
    """Return what the form would send, with something changed."""
    there = client.get(address(place)).content.decode()
    block = there.partition('name="block" value="')[2].partition('"')[0]
    return {"opener": "standard", "columns": "2", "block": block, **more}


def test_choices_are_kept_and_undone(client, editor, place):
    form = sent(client, place, **{"quote-0": "mended in a night", "tracking-0": "-4"})
    client.post(address(place), form)
    assert list(Layout.objects.get().choices.values()) == [
        {"tracking": -4, "quote": "mended in a night"}
    ]
    assert "mended in a night" in client.get(address(place)).content.decode()
    client.post(address(place), {"undo": "1"})
    assert Layout.objects.get().choices == {}


def test_blocks_are_known_by_their_first_words(client, editor):
    title = make.magazine()
    item = nodes.ListItem(blocks=(make.paragraph("Forty ropes.", "i"),))
    blocks = (nodes.List(id="l", items=(item,)), make.paragraph("Rain again. " * 20, "p1"))
    place = make.issue(title, make.article(title, *blocks)).contents.get()
    there = client.get(address(place)).content.decode()
    assert "<strong>List</strong> Forty ropes." in there
    words = there.partition("<strong>Paragraph</strong>")[2].partition("</p>")[0]
    assert words.endswith("…")
    assert len(words) < 100


def test_pages_lie_on_no_ground_so_that_they_are_seen_in_light_and_in_the_dark(
    client, editor, place
):
    answer = client.post(address(place, "look"), sent(client, place))
    picture = Image.open(BytesIO(answer.content))
    assert picture.getpixel((0, 0))[3] == 0, "Nothing stands on the left."
    edge, paper = picture.getpixel((440, 20)), picture.getpixel((445, 20))
    assert paper == (255, 255, 255, 255)
    assert edge != paper


def test_the_pages_are_shown_with_choices_that_are_not_kept(client, editor, place):
    plain = client.post(address(place, "look"), sent(client, place))
    assert plain["Content-Type"] == "image/png"
    assert "no-store" in plain["Cache-Control"]
    lit = client.post(address(place, "look"), sent(client, place, opener="lit"))
    assert Image.open(BytesIO(lit.content)).width == 880
    assert lit.content != plain.content
    assert not Layout.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"opener": "moon"}, {"columns": "many"}, {"tracking-0": "99"}, {"break-0": "x"}]
)
def test_nonsense_is_told_and_nothing_is_kept(client, editor, place, wrong):
    form = sent(client, place, **wrong)
    answer = client.post(address(place, "look"), form)
    assert answer.status_code == 422
    assert answer.content
    client.post(address(place), form)
    assert not Layout.objects.exclude(choices={}).exists()


@pytest.mark.parametrize("who", ["reader", "publisher"])
def test_nobody_sees_pages_of_an_issue_that_they_may_not_edit(client, place, who):
    person = let.reader("reader@gazette.example")
    if who == "publisher":
        # Comes into the office, for readers and printers, and edits no page.
        person.groups.add(empower_publishers())
    client.force_login(person)
    assert "Paragraph" not in client.get(address(place)).content.decode()
    for what in ("layout", "look"):
        answer = client.post(address(place, what), {"opener": "lit", "columns": "2"})
        assert answer.status_code in (302, 403)
        assert not answer.content.startswith(b"\x89PNG")
    place.refresh_from_db()
    assert place.opener != "lit"
    assert not Layout.objects.exists()


def test_where_there_is_nothing_to_undo_that_is_said(client, editor, place):
    answer = client.post(address(place), {"undo": "1"}, follow=True)
    assert "nothing to undo" in answer.content.decode()
