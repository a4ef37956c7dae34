"""The reader's own pages say what is there and do what is asked, for nobody but the reader."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from masthead.newsstand import account_urls
from masthead.people import addresses, consent, mail_addresses
from masthead.people.models import Address, Consent, User
from tests.factories import editorial as make
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PARIS = {"name": "Ada Okafor", "street": "3 rue des Lilas", "city": "Paris", "postcode": "75020"}
# Doors stand open to strangers.
DOORS = {
    "account_login", "account_request_login_code", "account_signup", "account_confirm_login_code",
    "account_password_login", "account_logout", "account_inactive",
    "account_email_verification_sent", "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip
PAGES = ["", "mail/", "2fa/", "2fa/app/", "2fa/passkeys/", "2fa/passkeys/new/", "sessions/",
         "addresses/", "addresses/new/", "addresses/new/?country=US", "letters/", "consent/",
         "feeds/", "subscriptions/", "cards/", "invoices/", "export/", "erasure/", "logout/"]  # fmt: skip


@pytest.fixture(autouse=True)
def title():
    return make.magazine()


@pytest.fixture
def ada(client) -> User:
    user = User.objects.create_user("ada@example.org")
    mail_addresses.vouch(user)
    sign_in(client, user)
    return user


def path_of(pattern) -> str:
    uuid = "00000000-0000-0000-0000-000000000001"
    samples = {"key": uuid, "article": uuid, "hold": uuid, "pk": 1}
    wanted = pattern.pattern.regex.groupindex
    return reverse(pattern.name, kwargs={name: samples[name] for name in wanted})


def test_strangers_are_sent_to_the_door_from_every_page_but_the_doors(client) -> None:
    for pattern in account_urls.urlpatterns:
        if pattern.name in DOORS:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(path_of(pattern))
            assert answer.status_code == 302, pattern.name
            assert answer["Location"].startswith("/account/login/"), pattern.name


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_the_account_is_kept_or_indexed(client, ada, page) -> None:
    answer = client.get(f"/account/{page}")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    text = answer.content.decode()
    assert text.count("<h1>") == 1
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver|localhost)', text)
    assert not re.search(
        r"<script(?! src=| type=\"module\" src=| type=\"application/ld)|\son\w+=", text
    )


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("2fa/app/",)])
def test_every_field_has_a_label_and_no_name_stands_twice(client, ada, page) -> None:
    text = client.get(f"/account/{page}").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), page
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", text):
        if 'type="hidden"' not in field:
            assert re.search(r'for="' + re.search(r'id="([^"]+)"', field)[1] + '"', text), field


def test_doors_are_not_kept_either(client) -> None:
    for door in ("/account/login/", "/account/signup/", "/account/login/password/"):
        assert "no-store" in client.get(door)["Cache-Control"]


def test_a_name_is_written_down_and_shown_escaped(client, ada) -> None:
    client.post("/account/", {"first_name": "<b>Ada", "last_name": "Okafor"})
    ada.refresh_from_db()
    assert ada.get_full_name() == "<b>Ada Okafor"
    assert "<b>Ada" not in client.get("/account/").content.decode()


def test_a_new_mail_address_counts_once_its_code_came_back(client, ada) -> None:
    answer = client.post("/account/mail/", {"email": "new@example.org", "action_add": "yes"})
    assert answer["Location"] == "/account/mail/code/"
    letter = mail.outbox[-1]
    assert letter.to == ["new@example.org"]
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    code = re.search(r"[A-Z]{3}-[A-Z]{3}", letter.body)[0]
    client.post("/account/mail/code/", {"code": code})
    ada.refresh_from_db()
    assert ada.email == "new@example.org"
    assert ada.mail_verified_at is not None
    told = mail.outbox[-1]
    assert told.to == ["ada@example.org"], "The old address is told."
    assert "from ada@example.org to new@example.org" in told.body


def test_the_address_of_another_is_not_given_away_nor_told_of(client, ada) -> None:
    User.objects.create_user("other@example.org")
    for email in ("other@example.org", "nobody@example.org"):
        answer = client.post("/account/mail/", {"email": email, "action_add": "yes"})
        assert answer["Location"] == "/account/mail/code/"
    client.post("/account/mail/", {"email": "other@example.org", "action_add": "yes"})
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_addresses_of_others_are_out_of_reach(client, ada) -> None:
    eve = User.objects.create_user("eve@example.org")
    hers = addresses.write(eve, "FR", PARIS, at=NOON)
    for path in ("", "post/", "removal/"):
        answer = client.post(f"/account/addresses/{hers.key}/{path}", PARIS)
        assert answer.status_code == 404, path
    assert client.get(f"/account/addresses/{hers.key}/").status_code == 404
    hers.refresh_from_db()
    assert hers.retired_at is None


def test_an_address_is_written_changed_and_removed(client, ada) -> None:
    client.post("/account/addresses/new/?country=FR", PARIS)
    old = Address.objects.get()
    assert old.city == "PARIS"
    client.post(f"/account/addresses/{old.key}/", PARIS | {"street": "4 rue des Lilas"})
    new = Address.objects.standing().get()
    assert (new.street, new.replaces) == ("4 rue des Lilas", old)
    client.post(f"/account/addresses/{new.key}/removal/")
    assert not Address.objects.standing().exists()
    assert Address.objects.count() == 2


def test_a_wrong_address_loses_nothing_that_was_typed(client, ada) -> None:
    answer = client.post("/account/addresses/new/?country=FR", PARIS | {"postcode": "1"})
    text = answer.content.decode()
    assert "Postcode is not written as in this country." in text
    assert "3 rue des Lilas" in text
    assert 'aria-invalid="true"' in text
    assert not Address.objects.exists()


@pytest.mark.parametrize("country", ["XX", "<script>", "fr"])
def test_a_country_that_is_none_is_asked_for_again(client, ada, country) -> None:
    answer = client.get("/account/addresses/new/", {"country": country})
    assert answer.status_code == 400
    assert "Choose a country" in answer.content.decode()


def test_letters_are_chosen_and_consent_withdrawn(client, ada) -> None:
    client.post("/account/letters/", {"offers": "on"})
    assert consent.has_given(ada, "offers")
    page = client.get("/account/consent/").content.decode()
    assert str(consent.OFFERS.words) in page
    client.post("/account/consent/", {"purpose": "offers"})
    assert not consent.has_given(ada, "offers")
    assert [one.is_given for one in Consent.objects.all()] == [True, False]
    assert client.post("/account/consent/", {"purpose": "nothing"}).status_code == 404


def test_the_file_is_fetched_by_a_button_and_not_by_a_link(client, ada) -> None:
    assert client.get("/account/export/")["Content-Type"].startswith("text/html")
    answer = client.post("/account/export/")
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')


def test_erasing_takes_two_steps_and_the_right_address(client, ada) -> None:
    assert "Are you sure?" in client.post("/account/erasure/").content.decode()
    wrong = client.post("/account/erasure/", {"mail": "eve@example.org"})
    assert "not the mail address of this account" in wrong.content.decode()
    assert User.objects.get().is_active
    done = client.post("/account/erasure/", {"mail": "ADA@example.org"})
    assert "The account is erased" in done.content.decode()
    assert not User.objects.get().is_active
    assert client.get("/account/").status_code == 302


def test_whoever_has_a_second_factor_gives_it_before_taking_or_erasing_all(client, ada) -> None:
    Authenticator.objects.create(user=ada, type="totp", data={"secret": "x"})
    for path in ("/account/export/", "/account/erasure/"):
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            assert answer["Location"].startswith("/account/2fa/again/"), path
    assert User.objects.get().is_active


def test_a_post_without_our_token_changes_nothing(ada) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    for path in ("/account/", "/account/erasure/", "/account/letters/", "/account/logout/",
                 "/account/export/", "/account/sessions/"):  # fmt: skip
        assert strict.post(path, {"mail": ada.email}).status_code == 403, path
    assert User.objects.get().is_active


def test_longer_lists_ask_the_database_no_more(client, ada) -> None:
    counts: dict[str, list[int]] = {page: [] for page in PAGES}
    for round_ in range(3):
        for number in range(3):
            addresses.write(ada, "FR", PARIS, at=NOON + timedelta(minutes=number))
            act = consent.withdraw if number % 2 else consent.give
            act(ada, "offers", at=NOON + timedelta(round_), channel=Consent.Channel.ACCOUNT)
            Authenticator.objects.create(user=ada, type="webauthn", data={"name": "Key"})
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "mfa", "at": datetime.now(UTC).timestamp()}
        ]
        session["account_authentication_methods_user"] = str(ada.pk)
        session.save()
        for page, seen in counts.items():
            if page == "2fa/passkeys/new/":
                continue  # The browser is told of every passkey that there is.
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/account/{page}")
            seen.append(len(asked))
    grown = {page: seen for page, seen in counts.items() if seen and seen[1] != seen[2]}
    assert not grown
    assert max(max(seen) for seen in counts.values() if seen) < 25


def test_somebody_who_knocks_too_fast_is_told_to_wait(client) -> None:
    for number in range(31):
        answer = client.post("/account/login/password/", {"login": f"a{number}@example.org"})
    assert answer.status_code == 429
    assert "Wait a few minutes" in answer.content.decode()


def test_a_proxy_that_is_not_ours_cannot_hide_who_knocks(client, settings) -> None:
    for number in range(31):
        answer = client.post("/account/login/password/", {"login": "a@example.org"},
                             headers={"x-forwarded-for": f"10.0.0.{number}"})  # fmt: skip
    assert answer.status_code == 429


def test_behind_our_proxies_readers_are_told_apart(client, settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    for number in range(31):
        answer = client.post("/account/login/password/", {"login": "a@example.org"},
                             headers={"x-forwarded-for": f"forged, 10.0.0.{number}, 10.1.1.1"})  # fmt: skip
    assert answer.status_code == 200
