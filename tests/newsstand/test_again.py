"""What cannot be taken back is asked for anew of whoever sits at an open session."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail

from masthead.people import mail_addresses, second_factor
from masthead.people.models import User
from tests.factories import editorial as make
from tests.factories.sessions import sign_in
from tests.office.test_second_factor import app_shows
from tests.people.test_doors import code_in

pytestmark = pytest.mark.django_db
GRAVE = ["/account/export/", "/account/erasure/", "/account/2fa/app/", "/account/2fa/passkeys/new/"]
LONG = timedelta(days=9)
AGAIN = "/account/again/code/"
FORGET_ME = {"mail": "ada@example.org"}


@pytest.fixture(autouse=True)
def title():
    return make.magazine()


@pytest.fixture
def ada(client) -> User:
    """Return who signed in by a code, long ago."""
    user = User.objects.create_user("ada@example.org")
    mail_addresses.vouch(user)
    sign_in(client, user, ago=LONG)
    return user


def have_sent(client, to: str = "/account/export/") -> str:
    """Have a code sent, and return it."""
    before = len(mail.outbox)
    answer = client.post(AGAIN, {"next": to})
    assert answer["Location"].startswith(AGAIN)
    assert len(mail.outbox) == before + 1
    assert mail.outbox[-1].to == ["ada@example.org"]
    return code_in(mail.outbox[-1])


def wrong(code: str) -> str:
    return ("B" if code[0] != "B" else "C") + code[1:]


@pytest.mark.parametrize("path", GRAVE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_open_session_alone_takes_and_erases_nothing(client, ada, path, method) -> None:
    answer = getattr(client, method)(path, FORGET_ME)
    assert answer.status_code == 302
    assert answer["Location"].startswith(AGAIN)
    assert User.objects.get().is_active
    assert mail.outbox == []


def test_an_open_session_alone_moves_the_account_to_no_other_address(client, ada) -> None:
    answer = client.post("/account/mail/", {"email": "eve@example.org", "action_add": "yes"})
    assert answer["Location"].startswith(AGAIN)
    assert mail.outbox == []


def test_whoever_signed_in_just_now_is_not_asked_again(client, ada) -> None:
    sign_in(client, ada, ago=second_factor.FRESH - timedelta(minutes=1))
    assert client.post("/account/export/")["Content-Type"] == "application/zip"
    assert client.get(AGAIN, {"next": "/account/export/"})["Location"] == "/account/export/"
    sign_in(client, ada, ago=second_factor.FRESH + timedelta(seconds=1))
    assert client.post("/account/export/").status_code == 302


def test_the_code_from_the_letter_goes_on_to_what_was_asked_for(client, ada) -> None:
    client.get("/account/erasure/")
    page = client.get(AGAIN, {"next": "/account/erasure/"}).content.decode()
    assert "ada@example.org" in page
    code = have_sent(client, "/account/erasure/")
    assert 'name="code"' in client.get(AGAIN, {"next": "/account/erasure/"}).content.decode()
    answer = client.post(AGAIN, {"code": code.lower(), "next": "/account/erasure/"})
    assert answer["Location"] == "/account/erasure/"
    assert client.get("/account/erasure/").status_code == 200


def test_what_was_sent_before_the_question_is_not_lost(client, ada) -> None:
    client.post("/account/export/")
    code = have_sent(client)
    answer = client.post(AGAIN, {"code": code, "next": "/account/export/"})
    assert answer["Content-Type"] == "application/zip"


def test_it_leads_nowhere_but_into_this_house(client, ada) -> None:
    code = have_sent(client, "https://eve.example/")
    answer = client.post(AGAIN, {"code": code, "next": "https://eve.example/"})
    assert answer["Location"] == "/account/"


def test_a_wrong_code_opens_nothing_and_the_third_ends_it(client, ada) -> None:
    code = have_sent(client)
    for _ in range(2):
        answer = client.post(AGAIN, {"code": wrong(code)})
        assert "That is not the code" in answer.content.decode()
    assert client.post(AGAIN, {"code": wrong(code)})["Location"].startswith(AGAIN)
    page = client.post(AGAIN, {"code": code}).content.decode()
    assert "Send me a code" in page, "The right one comes too late."
    assert client.post("/account/export/").status_code == 302


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(client, ada, time_machine) -> None:
    code = have_sent(client)
    client.post(AGAIN, {"code": code})
    sign_in(client, ada, ago=LONG)
    client.post(AGAIN, {"code": code})
    assert client.post("/account/export/").status_code == 302
    code = have_sent(client)
    time_machine.move_to(time.time() + 15 * 60 + 1)
    client.post(AGAIN, {"code": code})
    assert client.post("/account/export/").status_code == 302


def test_only_the_newest_code_is_good(client, ada) -> None:
    first = have_sent(client)
    second = have_sent(client)
    assert first != second
    assert "That is not the code" in client.post(AGAIN, {"code": first}).content.decode()
    assert client.post(AGAIN, {"code": second}).status_code == 302


def test_a_code_that_went_to_an_address_since_left_opens_nothing(client, ada) -> None:
    code = have_sent(client)
    User.objects.update(email="ada@example.net")
    assert "Send me a code" in client.post(AGAIN, {"code": code}).content.decode()
    assert client.post("/account/export/").status_code == 302


def test_codes_are_not_sent_without_end(client, ada, settings) -> None:
    from django.core.cache import cache

    cache.clear()
    answers = [client.post(AGAIN).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    assert len(mail.outbox) == 3
    cache.clear()


def test_who_has_a_password_may_have_a_code_sent_instead(client, ada) -> None:
    ada.set_password("correct horse battery")
    ada.save()
    sign_in(client, ada, ago=LONG)
    assert client.get("/account/export/")["Location"].startswith("/account/again/?")
    assert AGAIN in client.get("/account/again/?next=/account/export/").content.decode()
    code = have_sent(client)
    client.post(AGAIN, {"code": code})
    assert client.post("/account/export/")["Content-Type"] == "application/zip"


def test_a_mailed_code_is_no_second_factor(client, ada) -> None:
    code = have_sent(client)
    Authenticator.objects.create(user=ada, type="totp", data={"secret": "x"})
    for sent in ({}, {"code": code}):
        answer = client.post(AGAIN, sent)
        assert answer["Location"].startswith("/account/2fa/again/")
    assert len(mail.outbox) == 1
    assert client.post("/account/export/").status_code == 302


def test_a_letter_that_cannot_be_sent_is_told_and_may_be_tried_again(
    client, ada, monkeypatch
) -> None:
    def down(*args, **kwargs):
        raise OSError("no mail server")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", down)
        answer = client.post(AGAIN)
    assert answer.status_code == 503
    assert "We could not send you a letter just now" in answer.content.decode()
    client.post(AGAIN, {"code": have_sent(client)})
    assert client.post("/account/export/")["Content-Type"] == "application/zip"


def given_up(client) -> None:
    """Ask for the erasure, and think better of it."""
    assert client.post("/account/erasure/", FORGET_ME).status_code == 302
    assert client.get("/account/erasure/").status_code == 302


def test_what_was_given_up_is_not_done_when_its_page_is_opened_again(client, ada) -> None:
    given_up(client)
    code = have_sent(client, "/account/erasure/")
    answer = client.post(AGAIN, {"code": code, "next": "/account/erasure/"})
    assert answer["Location"] == "/account/erasure/"
    assert User.objects.get().is_active


def test_nor_is_it_for_whoever_shows_it_by_a_password_or_an_app(client, ada) -> None:
    ada.set_password("correct horse battery")
    ada.save()
    sign_in(client, ada, ago=LONG)
    given_up(client)
    proof = {"password": "correct horse battery", "next": "/account/erasure/"}
    assert client.post("/account/again/", proof)["Location"] == "/account/erasure/"
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    given_up(client)
    proof = {"code": app_shows(secret), "next": "/account/erasure/"}
    assert client.post("/account/2fa/again/", proof)["Location"] == "/account/erasure/"
    assert User.objects.get().is_active


def test_what_was_sent_waits_for_the_proof_a_quarter_of_an_hour(client, ada, time_machine) -> None:
    ada.set_password("correct horse battery")
    ada.save()
    sign_in(client, ada, ago=LONG)
    client.post("/account/erasure/", FORGET_ME)
    time_machine.move_to(time.time() + 15 * 60 + 1)
    proof = {"password": "correct horse battery", "next": "/account/erasure/"}
    assert client.post("/account/again/", proof)["Location"] == "/account/erasure/"
    assert User.objects.get().is_active


def test_opening_the_question_does_nothing_of_what_was_sent(client, ada) -> None:
    client.post("/account/erasure/", FORGET_ME)
    sign_in(client, ada)  # Elsewhere, in the same browser.
    answer = client.get(AGAIN, {"next": "/account/erasure/"})
    assert answer["Location"] == "/account/erasure/"
    sign_in(client, ada, ago=LONG)
    code = have_sent(client, "/account/erasure/")
    client.post(AGAIN, {"code": code, "next": "/account/erasure/"})
    assert User.objects.get().is_active
