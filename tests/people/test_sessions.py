"""Where somebody is signed in, and that it can be ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from masthead.people import sessions, staff
from masthead.people.models import User
from masthead.people.signals import session_ended
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def ada() -> User:
    make.magazine()
    user = staff.appoint("ada@example.org", group="Editors", password="a-long-one")
    user.groups.clear()
    return user


def browser(user: User, agent: str = CHROME) -> Client:
    client = Client(headers={"user-agent": agent})
    data = {"login": user.email, "password": "a-long-one"}
    assert client.post("/account/login/password/", data).status_code == 302
    return client


@pytest.fixture
def ended():
    keys: list[str] = []

    def hear(session_key, **told) -> None:
        keys.append(session_key)

    session_ended.connect(hear)
    yield keys
    session_ended.disconnect(hear)


def test_a_browser_is_called_what_people_call_it() -> None:
    assert sessions.device_name(CHROME) == "Chrome on Linux"
    assert sessions.device_name(PHONE) == "Safari on iPhone"
    assert sessions.device_name("curl/8.1") == "curl"
    assert sessions.device_name("") == "A browser"


def test_ending_another_browser_signs_it_out_and_says_so(ada, ended) -> None:
    here, there = browser(ada), browser(ada, PHONE)
    page = here.get("/account/sessions/").content.decode()
    assert "Chrome on Linux" in page
    assert "Safari on iPhone" in page
    key = there.session.session_key
    row = UserSession.objects.get(session_key=key)
    here.post(f"/account/sessions/{row.pk}/")
    assert ended == [key]
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_everywhere_else_is_not_here(ada, ended) -> None:
    here, *others = browser(ada), browser(ada, PHONE), browser(ada, PHONE)
    here.post("/account/sessions/")
    assert sorted(ended) == sorted(other.session.session_key for other in others)
    assert here.get("/account/").status_code == 200


def test_nobody_ends_the_session_of_another(ada, ended) -> None:
    hers = browser(ada)
    row = UserSession.objects.get(user=ada)
    eve = Client()
    eve.force_login(User.objects.create_user("eve@example.org"))
    eve.post(f"/account/sessions/{row.pk}/")
    assert ended == []
    assert hers.get("/account/").status_code == 200


def test_a_session_is_not_ended_by_following_a_link(ada) -> None:
    here = browser(ada)
    row = UserSession.objects.get(user=ada)
    assert here.get(f"/account/sessions/{row.pk}/").status_code == 405


def test_a_changed_password_signs_out_everywhere_else(ada, ended) -> None:
    here, there = browser(ada), browser(ada, PHONE)
    old = there.session.session_key
    new = "quite-another-long-one"
    here.post(
        "/account/password/", {"oldpassword": "a-long-one", "password1": new, "password2": new}
    )
    assert old in ended
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_readers_have_no_password_to_change(client) -> None:
    make.magazine()
    client.force_login(User.objects.create_user("reader@example.org"))
    assert client.get("/account/password/").status_code == 404


def test_more_devices_ask_the_database_no_more(ada) -> None:
    here = browser(ada)
    here.get("/account/sessions/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            here.get("/account/sessions/")
        counts.append(len(asked))
        for _ in range(3):
            browser(ada, PHONE)
    assert counts[0] == counts[1]


def test_browsers_whose_sessions_ran_out_are_forgotten(ada, time_machine) -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    time_machine.move_to(now)
    browser(ada)
    time_machine.move_to(now + timedelta(days=30))
    browser(staff.appoint("bo@example.org", group="Editors", password="a-long-one"), PHONE)
    assert sessions.forget_ended() == 1
    assert UserSession.objects.get().user_agent == PHONE
