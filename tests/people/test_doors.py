"""One door: the same answer and the same letter for everybody, and an account at the end."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.urls import reverse

from masthead.people.models import User
from masthead.people.signals import session_ended
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def title():
    return make.magazine()


def code_in(letter) -> str:
    """Return the code that a letter holds."""
    return re.search(r"\b[A-Z]{3}-[A-Z]{3}\b", letter.body)[0]


def ask(client, email: str, **extra):
    return client.post("/account/login/", {"email": email, **extra})


def sign_in(client, email: str, **extra):
    ask(client, email, **extra)
    return client.post("/account/login/code/", {"code": code_in(mail.outbox[-1]), **extra})


def test_whoever_brings_the_code_back_is_signed_in_and_has_an_account(client) -> None:
    answer = sign_in(client, "Ada@Example.org")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("account_home")
    user = User.objects.get()
    assert user.email == "ada@example.org"
    assert not user.has_usable_password()
    assert "ada@example.org" in client.get("/account/").content.decode()


def test_nobody_stands_in_the_books_who_did_not_bring_a_code_back(client) -> None:
    ask(client, "ada@example.org")
    assert not User.objects.exists()


def test_strangers_and_readers_get_the_same_answer_and_the_same_letter(client) -> None:
    User.objects.create_user("known@example.org")
    seen = []
    for email in ("known@example.org", "new@example.org"):
        client.cookies.clear()
        answer = ask(client, email)
        page = client.get(answer["Location"])
        letter = mail.outbox[-1]
        code = code_in(letter)

        def wipe(text: str, code: str = code, email: str = email) -> str:
            text = text.replace(email, "MAIL").replace(code, "CODE")
            return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)

        seen.append((
            answer.status_code, answer["Location"], page.status_code, wipe(page.content.decode()),
            wipe(letter.subject), wipe(letter.body), sorted(answer.cookies),
        ))  # fmt: skip
    assert len(mail.outbox) == 2
    assert seen[0] == seen[1]


def test_a_letter_has_text_and_html_and_nothing_from_elsewhere(client, settings) -> None:
    from dataclasses import replace

    named = replace(settings.INSTALLATION.magazine, name="Tom & <Jo>")
    settings.INSTALLATION = replace(settings.INSTALLATION, magazine=named)
    ask(client, "ada@example.org")
    letter = mail.outbox[-1]
    code = code_in(letter)
    assert letter.subject == f"{code} is your code for Tom & <Jo>"
    assert "Tom & <Jo>" in letter.body
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert code in html
    assert "Tom &amp; &lt;Jo&gt;" in html
    assert not re.search(r"<(?:img|script|link)|url\(", html)


def test_signing_up_is_the_same_door(client) -> None:
    page = client.get("/account/signup/").content.decode()
    assert "Make an account" in page
    client.post("/account/signup/", {"email": "ada@example.org"})
    client.post("/account/login/code/", {"code": code_in(mail.outbox[-1])})
    assert User.objects.get().email == "ada@example.org"


def test_the_moment_the_code_came_back_is_kept_and_renewed(client, time_machine) -> None:
    time_machine.move_to(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False)
    sign_in(client, "ada@example.org")
    assert User.objects.get().mail_verified_at == datetime(2026, 5, 4, 12, tzinfo=UTC)
    client.post("/account/logout/")
    time_machine.move_to(datetime(2027, 5, 4, 12, tzinfo=UTC), tick=False)
    sign_in(client, "ada@example.org")
    assert User.objects.get().mail_verified_at == datetime(2027, 5, 4, 12, tzinfo=UTC)


def test_a_code_may_be_typed_small_and_without_the_dash(client) -> None:
    ask(client, "ada@example.org")
    code = code_in(mail.outbox[-1]).lower().replace("-", "")
    assert client.post("/account/login/code/", {"code": code}).status_code == 302


def test_a_wrong_code_signs_nobody_in_and_the_third_ends_it(client) -> None:
    ask(client, "ada@example.org")
    right = code_in(mail.outbox[-1])
    for _ in range(2):
        answer = client.post("/account/login/code/", {"code": "BBB-BBB"})
        assert "That is not the code" in answer.content.decode()
    assert client.post("/account/login/code/", {"code": "BBB-BBB"}).status_code == 302
    client.post("/account/login/code/", {"code": right})
    assert not User.objects.exists()


def test_a_code_of_a_quarter_of_an_hour_ago_opens_nothing(client, time_machine) -> None:
    time_machine.move_to(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False)
    ask(client, "ada@example.org")
    time_machine.move_to(datetime(2026, 5, 4, 12, 15, 1, tzinfo=UTC), tick=False)
    client.post("/account/login/code/", {"code": code_in(mail.outbox[-1])})
    assert not User.objects.exists()


def test_a_code_opens_nothing_in_another_browser(client) -> None:
    from django.test import Client

    ask(client, "ada@example.org")
    other = Client()
    ask(other, "eve@example.org")
    other.post("/account/login/code/", {"code": code_in(mail.outbox[0])})
    assert not User.objects.exists()


def test_a_closed_account_stays_closed(client) -> None:
    User.objects.create_user("ada@example.org", is_active=False)
    answer = sign_in(client, "ada@example.org")
    assert answer["Location"] == "/account/closed/"
    assert client.get("/account/").status_code == 302


def test_one_goes_on_to_where_one_was_going_but_not_to_another_host(client) -> None:
    assert sign_in(client, "ada@example.org", next="/issues/")["Location"] == "/issues/"
    client.post("/account/logout/")
    answer = sign_in(client, "ada@example.org", next="https://elsewhere.example/")
    assert answer["Location"] == reverse("account_home")


def test_too_many_letters_to_one_address_are_refused_in_words(client) -> None:
    for _ in range(3):
        ask(client, "ada@example.org")
    answer = ask(client, "ada@example.org")
    assert "too often" in answer.content.decode()
    assert len(mail.outbox) == 3


def test_when_the_mail_server_is_down_the_page_says_so(client, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = ask(client, "ada@example.org")
    assert answer.status_code == 503
    assert "could not send you a letter" in answer.content.decode()
    assert 'value="ada@example.org"' in answer.content.decode()


def test_signing_out_tells_who_listens_which_session_is_over(client) -> None:
    ended = []
    listener = lambda **told: ended.append((told["user"].email, told["session_key"]))  # noqa: E731
    session_ended.connect(listener)
    sign_in(client, "ada@example.org")
    key = client.session.session_key
    client.post("/account/logout/")
    session_ended.disconnect(listener)
    assert ended == [("ada@example.org", key)]
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("alike", ["victim@gma\u0131l.com", "v\u0131ct\u0131m@gmail.com"])
def test_nobody_is_taken_for_who_has_an_address_that_looks_alike(client, alike) -> None:
    victim = User.objects.create_user("victim@gmail.com")
    # To whoever compares capitals, as PostgreSQL's ILIKE and UPPER do, ı and i are the same.
    assert alike.upper() == victim.email.upper()
    ask(client, alike)
    assert [letter.to for letter in mail.outbox] in ([[alike]], [])
    assert User.objects.with_mail(alike) != victim
    if mail.outbox:
        client.post("/account/login/code/", {"code": code_in(mail.outbox[-1])})
        assert User.objects.filter(email=alike).exists()
        assert client.session.get("_auth_user_id") != str(victim.pk)
    victim.refresh_from_db()
    assert victim.email == "victim@gmail.com"
    User.objects.get_or_create(email=alike)
    assert User.objects.with_mail("Victim@GMAIL.com") == victim
    assert User.objects.get_by_natural_key("victim@gmail.com") == victim
