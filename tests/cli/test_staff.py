"""The owner of the machine lets staff in, and back in."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from wagtail.models import ModelLogEntry

from masthead.cli.main import main
from masthead.people import staff
from masthead.people.models import User
from masthead.people.signals import session_ended
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def title(monkeypatch):
    monkeypatch.setattr("masthead.cli.staff.start", lambda: None)
    return make.magazine()


def test_a_lost_second_proof_is_taken_and_the_daybook_says_so(client, capsys) -> None:
    user = staff.appoint("ed@example.org", group="Editors", password="a-long-one")
    client.post("/account/login/password/", {"login": user.email, "password": "a-long-one"})
    assert client.get("/account/").status_code == 200
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    ended = []
    listener = lambda **told: ended.append(told["session_key"])  # noqa: E731
    session_ended.connect(listener)
    assert main(["staff", "reset", "ED@example.org"]) == 0
    session_ended.disconnect(listener)
    assert not Authenticator.objects.exists()
    assert client.get("/account/").status_code == 302
    assert len(ended) == 1
    entry = ModelLogEntry.objects.get(action="masthead.second_factor.reset")
    assert (entry.object_id, entry.user_id, entry.data) == (str(user.pk), None, {"factors": 1})
    assert "set up a new one" in capsys.readouterr().out


def test_a_reader_is_appointed_and_keeps_the_account(capsys) -> None:
    reader = User.objects.create_user("ada@example.org")
    assert main(["staff", "appoint", "Ada@example.org", "--group", "Authors"]) == 0
    reader = User.objects.get(pk=reader.pk)
    assert staff.works_here(reader)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["reset", "nobody@example.org"], "Nobody here"),
        (["appoint", "ada@example.org", "--group", "Kings"], "There are: Authors, Editors"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(line, told, capsys) -> None:
    assert main(["staff", *line]) == 2
    assert told in capsys.readouterr().err
