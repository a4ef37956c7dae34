"""Letters leave by a mail server, or by a service that is only named."""

from __future__ import annotations

import socket
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from anymail.message import AnymailMessage
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.module_loading import import_string

from masthead.config import checks, mail
from masthead.config.sections import MAIL_SERVICES


def with_mail(**changes: Any) -> Any:
    installation = django_settings.INSTALLATION
    password = changes.pop("password", "")
    return replace(installation, mail=replace(installation.mail, **changes), mail_password=password)


class Room:
    """Takes letters from those who know the password."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], Any]] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert session.authenticated
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, letter))
        return "250 kept"


@pytest.fixture
def room():
    kept = Room()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def known(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"lantern", b"sesame"))

    controller = Controller(
        kept, hostname="127.0.0.1", port=port,
        authenticator=known, auth_require_tls=False,
    )  # fmt: skip
    controller.start()
    yield kept, port
    controller.stop()


def test_a_letter_reaches_a_real_mail_server_with_both_its_parts(room, settings) -> None:
    kept, port = room
    installation = with_mail(host="127.0.0.1", port=port, user="lantern", password="sesame")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "lantern", "sesame"
    settings.EMAIL_USE_TLS = False
    letter = EmailMultiAlternatives(
        "Grüße", "Text", "ed@lantern.news", ["ada@example.org"],
        connection=get_connection(mail.backend(installation)),
    )  # fmt: skip
    letter.attach_alternative("<p>HTML</p>", "text/html")
    assert letter.send() == 1
    sender, readers, got = kept.letters[0]
    assert (sender, readers) == ("ed@lantern.news", ["ada@example.org"])
    assert got["subject"] == "Grüße"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]


def test_without_a_server_letters_go_to_the_log() -> None:
    assert "console" in mail.backend(with_mail(host=""))
    assert mail.service_settings(with_mail(host="")) == {}


def test_what_can_be_named_is_what_is_known() -> None:
    assert set(MAIL_SERVICES) == set(mail.SERVICES)


@pytest.mark.parametrize("name", sorted(set(MAIL_SERVICES) - {"ses"}))
def test_every_service_takes_its_key_and_would_post_our_letter(name, settings) -> None:
    host = f"https://api.{name}.example/v1/"
    installation = with_mail(provider=name, host=host, user="lantern.news", password="k-e-y")
    settings.ANYMAIL = mail.service_settings(installation)
    backend = import_string(mail.backend(installation))()
    payload = backend.build_message_payload(
        AnymailMessage("Hello", "Text", "ed@lantern.news", ["ada@example.org"]), {}
    )
    call = payload.get_request_params(backend.api_url)
    assert call["url"].startswith(host)
    told = repr(call)
    assert "ada@example.org" in told
    assert "k-e-y" in told or "k-e-y" in repr(getattr(payload, "auth", ""))


def test_a_service_without_its_key_is_told_of(settings) -> None:
    settings.INSTALLATION = with_mail(provider="postmark")
    assert [one.id for one in checks.mail_service()] == ["masthead.E016"]
    settings.INSTALLATION = with_mail(provider="postmark", password="k")
    assert list(checks.mail_service()) == []


def test_amazons_library_is_asked_for_where_it_is_missing(settings, monkeypatch) -> None:
    settings.INSTALLATION = with_mail(provider="ses")
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert [one.id for one in checks.mail_service()] == ["masthead.E015"]
