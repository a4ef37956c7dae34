"""Staff write down where somebody's post goes, and pause it, while they are on the telephone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from masthead.circulation import label_runs, timeline, undelivered
from masthead.circulation.models import Undelivered
from masthead.day_input import DayInput
from masthead.editorial import issues
from masthead.people import addresses
from masthead.people.models import Address
from tests.factories import circulation as make
from tests.factories import editorial
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

LIVES = {"name": "Greta Lund", "street": "Am Leuchtturm 2", "postcode": "18374", "city": "Zingst"}
MOVES = {"name": "Greta Lund", "street": "Quai 7", "postcode": "29900", "city": "Concarneau"}


@pytest.fixture
def greta():
    """Return the subscription of somebody who gets the print edition, at an address in Germany."""
    reader = make.reader("greta@readers.example")
    addresses.write(reader, "DE", LIVES, at=THEN)
    version = make.version(editorial.magazine())
    return make.subscription(version, reader=reader, with_print=True)


@pytest.fixture
def desk(client, publisher, greta):
    """Return the way to the page of Greta's post, to be asked and sent to."""

    def to(posted=None, **asked):
        where = f"/office/masthead/subscriptions/{greta.pk}/post/"
        return client.get(where, asked) if posted is None else client.post(where, posted)

    return to


def test_who_calls_is_found_by_name_and_by_postcode(client, publisher, greta):
    other = make.subscription(make.version(greta.title))
    for asked in ("greta lund", "Lund", "18374"):
        page = client.get("/office/masthead/subscriptions/", {"q": asked}).content.decode()
        assert greta.number in page, asked
        assert other.number not in page, asked


def test_where_post_goes_stands_on_the_subscription(client, publisher, greta):
    page = client.get(f"/office/masthead/subscriptions/{greta.pk}/").content.decode()
    assert "Am Leuchtturm 2, 18374 ZINGST" in page


def test_another_address_follows_the_one_before_and_the_next_labels_go_there(
    client, desk, greta, publisher
):
    form = desk(country="FR").content.decode()
    assert 'value="Greta Lund"' in form
    assert 'value="18374"' not in form
    assert 'value="18374"' in desk().content.decode()
    where = f"/office/masthead/subscriptions/{greta.pk}/post/?country=FR"
    answer = client.post(where, {"act": "address", **MOVES})
    assert answer.status_code == 302
    present = Address.objects.get(user=greta.reader, is_for_post=True)
    assert (present.country, present.city) == ("FR", "CONCARNEAU")
    assert Address.objects.get(city="ZINGST").retired_at is not None
    issue = editorial.issue(greta.title, state="open")
    run = label_runs.freeze(issue, at=timezone.now())
    assert [label.lines[-2:] for label in run.labels.all()] == [["29900 CONCARNEAU", "FRANCE"]]


def test_what_its_post_would_not_take_is_said_and_nothing_changes(desk, greta):
    answer = desk({"act": "address", **LIVES, "postcode": "1"})
    assert answer.status_code == 422
    assert "Am Leuchtturm 2" in answer.content.decode()
    assert Address.objects.get(user=greta.reader).postcode == "18374"


@pytest.mark.parametrize("country", ["XX", "", "'"])
def test_a_country_that_is_none_asks_for_one(desk, country):
    assert desk(country=country).status_code == 200


def test_a_pause_begins_and_ends_at_the_desk(client, desk, greta):
    today = greta.title.day(timezone.now())
    assert desk({"act": "pause", "starts_on": today, "ends_on": today + timedelta(days=9)})
    (hold,) = greta.holds.all()
    assert (hold.starts_on, hold.ends_on) == (today, today + timedelta(days=9))
    assert "Go on" in desk().content.decode()
    client.post(f"/office/masthead/subscriptions/{greta.pk}/post/{hold.key}/resumption/")
    hold.refresh_from_db()
    assert hold.lifted_at is not None


def test_a_pause_that_cannot_be_is_refused_in_words(desk, greta):
    yesterday = greta.title.day(timezone.now()) - timedelta(days=1)
    answer = desk({"act": "pause", "starts_on": yesterday})
    assert answer.status_code == 422
    assert "A pause begins today or later." in answer.content.decode()
    assert not greta.holds.exists()


def test_what_became_of_the_post_stands_in_the_timeline(greta):
    issue = editorial.issue(greta.title, state="open")
    run = label_runs.freeze(issue, at=THEN + timedelta(days=1))
    issues.put_on_sale(issue, at=THEN + timedelta(days=2))
    label_runs.dispatch(run, quantity=1, at=THEN + timedelta(days=3))
    label = run.labels.get()
    undelivered.came_back(label, Undelivered.Why.MOVED, at=THEN + timedelta(days=9))
    said = [event.words for event in reversed(timeline.of(greta))]
    told = [words for words in said if "ddress" in words or "abel" in words or "ost" in words]
    assert told == [
        "Address written down: Greta Lund, ZINGST",
        f"Label of no. {issue.number} written: Greta Lund, ZINGST, DE",
        f"No. {issue.number} handed to the post",
        "Post came back: Moved away",
    ]


def test_others_of_the_staff_see_and_change_none_of_it(client, greta):
    client.force_login(make.reader())
    where = f"/office/masthead/subscriptions/{greta.pk}/post/"
    for answer in (client.get(where), client.post(where, {"act": "address", **MOVES})):
        assert answer.status_code in (302, 403)
    assert Address.objects.get(user=greta.reader).city == "ZINGST"


@pytest.mark.parametrize("language", ["en-gb", "de", "fr", "ar"])
def test_a_browser_shows_the_day_that_is_meant_in_every_language(language):
    with override(language):
        assert 'value="2026-11-29"' in DayInput().render("day", date(2026, 11, 29))
