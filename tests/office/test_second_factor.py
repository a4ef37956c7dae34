"""Nobody comes into the office with one proof, by whatever door."""

from __future__ import annotations

import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from masthead.editorial import founding
from masthead.people import second_factor, staff
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password-of-hers"
INSIDE = "/office/reports/site-history/"


@pytest.fixture(autouse=True)
def title(settings):
    settings.OFFICE_SECOND_FACTOR = True
    return make.magazine()


@pytest.fixture
def editor(title):
    return staff.appoint("ed@example.org", group=founding.EDITORS, password=PASSWORD)


def with_app(user) -> str:
    """Give `user` an authenticator app; return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def app_shows(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sign_in_with_password(client: Client, email: str = "ed@example.org"):
    return client.post("/account/login/password/", {"login": email, "password": PASSWORD})


def below(resolver: URLResolver, prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += below(pattern, address)
        else:
            found.append((address, pattern.name or ""))
    return found


def addresses_of_the_office() -> list[tuple[str, str]]:
    """Return a path and a name for every pattern below office/."""
    samples = {"int": "1", "uuid": str(uuid.UUID(int=1))}
    return [
        ("/" + re.sub(r"\(\?P<\w+>[^)]*\)|[\^$\\]", "1", re.sub(
            r"<(?:(\w+):)?\w+>", lambda m: samples.get(m[1] or "", "x"), address)), name)
        for address, name in below(get_resolver()) if address.startswith("office/")
    ]  # fmt: skip


def proves_or_enrols(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].split("?")[0].startswith(
        "/account/2fa/"
    )


@pytest.mark.parametrize("has_app", [False, True])
def test_no_address_of_the_office_opens_with_one_proof(client, editor, has_app) -> None:
    if has_app:
        with_app(editor)
    editor.is_superuser = True
    editor.save()
    client.force_login(editor)
    tried = 0
    for path, name in addresses_of_the_office():
        if name in ("wagtailadmin_logout", "wagtailadmin_login") or "password_reset" in path:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if answer.status_code == 301:
                answer = getattr(client, method)(answer["Location"])
            assert proves_or_enrols(answer) or answer.status_code == 404, (method, path, answer)
            tried += proves_or_enrols(answer)
        refused = client.get(path, headers={"x-requested-with": "XMLHttpRequest"})
        assert refused.status_code in (301, 403, 404), path
    assert tried > 350


def test_previews_are_behind_the_second_proof(client, editor, title) -> None:
    article = make.article(title)
    client.force_login(editor)
    for path in (
        f"/office/pages/{article.pk}/edit/preview/",
        f"/office/pages/{article.pk}/edit/preview/?mode=lead",
        f"/office/pages/{article.pk}/view_draft/",
        f"/office/pages/{article.pk}/revisions/{article.latest_revision_id}/view/",
    ):
        assert proves_or_enrols(client.get(path)), path
        assert proves_or_enrols(client.post(path, {})), path


def test_the_spelling_of_an_address_opens_nothing(client, editor) -> None:
    client.force_login(editor)
    for path in ("/office", "/OFFICE/", "/office//", "/office/./", "/%6fffice/",
                 "/./office/", "/office/?next=/office/login/", "/office/login/../", "/office;/"):  # fmt: skip
        answer = client.get(path, follow=True)
        ended = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        assert ended.startswith("/account/2fa/") or answer.status_code == 404, (path, ended)


def test_wagtails_own_doors_lead_to_ours(client, editor) -> None:
    doors = {
        "/office/login/": "/account/login/password/",
        "/office/login/?next=/office/pages/": "/account/login/password/",
        "/office/password_reset/": "/account/login/",
        "/office/password_reset/done/": "/account/login/",
        "/office/password_reset/confirm/MQ/set-password/": "/account/login/",
        "/office/password_reset/complete/": "/account/login/",
        "/_util/login/": "/account/login/",
    }
    for door, ours in doors.items():
        for method in ("get", "post"):
            data = {"username": "ed@example.org", "password": PASSWORD}
            answer = getattr(client, method)(door, data if method == "post" else None)
            assert answer.status_code == 302, door
            assert answer["Location"].split("?")[0] == ours, door
            assert "_auth_user_id" not in client.session
    assert "next=https" not in client.get("/office/login/?next=https://x.example/")["Location"]


def test_a_page_behind_a_password_of_wagtails_signs_nobody_in(client, editor, title) -> None:
    from wagtail.models import PageViewRestriction

    article = make.article(title)
    page = PageViewRestriction.objects.create(
        page=article, restriction_type=PageViewRestriction.PASSWORD, password="open"
    )
    client.force_login(editor)
    client.post(
        reverse("wagtailcore_authenticate_with_password", args=[page.pk, article.pk]),
        {"password": "open", "return_url": INSIDE},
    )
    assert proves_or_enrols(client.get(INSIDE))


@pytest.mark.django_db(transaction=True)
def test_a_first_factor_is_set_up_and_then_the_office_opens(client, editor) -> None:
    assert sign_in_with_password(client).status_code == 302
    sent = client.get(INSIDE)
    assert sent["Location"] == f"/account/2fa/?next={INSIDE}"
    page = client.get(sent["Location"]).content.decode()
    assert "The office opens with two proofs" in page
    page = client.get("/account/2fa/app/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    answer = client.post("/account/2fa/app/", {"code": app_shows(secret)})
    assert answer["Location"] == "/account/2fa/codes/"
    codes = client.get(answer["Location"]).content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10
    assert f'href="{INSIDE}"' in codes
    assert client.get(INSIDE).status_code == 200


def test_whoever_has_a_factor_gives_it_while_signing_in(client, editor) -> None:
    secret = with_app(editor)
    answer = sign_in_with_password(client)
    assert answer["Location"] == "/account/2fa/prove/"
    assert "_auth_user_id" not in client.session
    assert client.get(INSIDE)["Location"].startswith("/office/login/")
    wrong = client.post("/account/2fa/prove/", {"code": "000000"})
    assert "That is not the code" in wrong.content.decode()
    client.post("/account/2fa/prove/", {"code": app_shows(secret)})
    assert client.get(INSIDE).status_code == 200


def test_a_recovery_code_stands_in_once(client, editor) -> None:
    with_app(editor)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    for opens in (True, False):
        client.cookies.clear()
        sign_in_with_password(client)
        client.post("/account/2fa/prove/", {"code": codes[0]})
        assert (client.get(INSIDE).status_code == 200) is opens


def test_a_session_from_before_gives_the_proof_now(client, editor) -> None:
    client.force_login(editor)
    secret = with_app(editor)
    answer = client.get(INSIDE)
    assert answer["Location"] == f"/account/2fa/again/?next={INSIDE}"
    answer = client.post("/account/2fa/again/", {"code": app_shows(secret), "next": INSIDE})
    assert answer["Location"] == INSIDE
    assert client.get(INSIDE).status_code == 200


def test_the_proof_of_yesterday_opens_nothing_today(client, editor, time_machine) -> None:
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    secret = with_app(editor)
    sign_in_with_password(client)
    client.post("/account/2fa/prove/", {"code": app_shows(secret)})
    time_machine.move_to(now + second_factor.PROOF_HOLDS - timedelta(minutes=1), tick=False)
    assert client.get(INSIDE).status_code == 200
    time_machine.move_to(now + second_factor.PROOF_HOLDS + timedelta(minutes=1), tick=False)
    assert proves_or_enrols(client.get(INSIDE))


def test_what_was_begun_before_the_proof_ran_out_can_be_saved(
    client, editor, title, time_machine
) -> None:
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    secret = with_app(editor)
    sign_in_with_password(client)
    client.post("/account/2fa/prove/", {"code": app_shows(secret)})
    issue = make.issue(title)
    time_machine.move_to(now + second_factor.PROOF_HOLDS + timedelta(hours=3), tick=False)
    path = f"/office/masthead/issues/{issue.pk}/open/"
    assert proves_or_enrols(client.get(path))
    client.post(path)
    issue.refresh_from_db()
    assert issue.state == "open"
    time_machine.move_to(now + second_factor.PROOF_HOLDS + timedelta(hours=5), tick=False)
    assert proves_or_enrols(client.post(path))


def forged(client: Client, **values) -> None:
    session = client.session
    session.update(values)
    session.save()


def test_a_proof_of_somebody_else_or_without_a_factor_counts_for_nothing(client, editor) -> None:
    other = staff.appoint("au@example.org", group=founding.AUTHORS)
    client.force_login(editor)
    record = [{"method": "mfa", "at": time.time(), "type": "totp", "id": 1}]
    forged(client, account_authentication_methods=record)
    with_app(editor)
    assert proves_or_enrols(client.get(INSIDE)), "A record that names nobody"
    forged(client, account_authentication_methods_user=str(other.pk))
    assert proves_or_enrols(client.get(INSIDE)), "A record of another person"
    forged(client, account_authentication_methods_user=str(editor.pk))
    assert client.get(INSIDE).status_code == 200, "The positive control"
    forged(client, account_authentication_methods=[{"method": "password", "at": time.time()}])
    assert proves_or_enrols(client.get(INSIDE)), "Another kind of proof"
    forged(client, account_authentication_methods=record)
    Authenticator.objects.all().delete()
    assert proves_or_enrols(client.get(INSIDE)), "A factor that has been taken away"


def test_a_second_factor_cannot_be_added_without_giving_the_first(client, editor) -> None:
    sign_in_with_password(client)
    secret = with_app(editor)
    for path in ("/account/2fa/passkeys/new/", "/account/2fa/app/removal/", "/account/2fa/codes/",
                 "/account/2fa/codes/new/"):  # fmt: skip
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if answer.status_code == 405:
                continue
            assert answer.status_code == 302, (method, path)
            assert answer["Location"].startswith("/account/2fa/again/"), (method, path)
    again = client.get(f"/account/again/?next={INSIDE}")
    assert again["Location"].startswith("/account/2fa/again/"), "The password is no second proof."
    client.post("/account/2fa/again/", {"code": app_shows(secret)})
    assert client.get("/account/2fa/passkeys/new/").status_code == 200


def test_setting_up_a_further_factor_proves_nothing(client, editor, rf) -> None:
    with_app(editor)
    request = rf.get("/")
    request.user, request.session = editor, SessionStore()
    further = Authenticator.objects.create(user=editor, type="webauthn", data={"name": "x"})
    second_factor.enrolled(request, editor, further)
    codes = Authenticator.objects.get(user=editor, type="recovery_codes")
    second_factor.enrolled(request, editor, codes)
    assert not second_factor.is_proved(request)


def test_readers_get_the_ordinary_denial(client, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_user("reader@example.org"))
    answer = client.get(INSIDE, follow=True)
    assert answer.status_code == 403
    assert "This door is not yours" in answer.content.decode()
    assert len(answer.redirect_chain) == 1


def test_guesses_at_the_second_proof_are_counted(client, editor) -> None:
    with_app(editor)
    sign_in_with_password(client)
    answers = [client.post("/account/2fa/prove/", {"code": "000000"}) for _ in range(6)]
    assert "too often" in answers[-1].content.decode()


def test_a_code_from_the_app_opens_once(client, editor) -> None:
    secret = with_app(editor)
    code = app_shows(secret)
    for opens in (True, False):
        client.cookies.clear()
        sign_in_with_password(client)
        client.post("/account/2fa/prove/", {"code": code})
        assert (client.get(INSIDE).status_code == 200) is opens


def test_what_is_posted_over_an_expired_proof_goes_nowhere(client, editor) -> None:
    with_app(editor)
    client.force_login(editor)
    answer = client.post("/office/masthead/issues/1/open/", {})
    assert proves_or_enrols(answer)
    assert unquote(answer["Location"]).endswith("?next=/office/masthead/issues/1/open/")


def test_on_ones_own_machine_one_proof_will_do(client, editor, settings) -> None:
    settings.OFFICE_SECOND_FACTOR = False
    sign_in_with_password(client)
    assert client.get(INSIDE).status_code == 200
