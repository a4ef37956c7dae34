"""Every answer tells browsers what not to do, and pages keep to it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
from django.conf import settings as configured
from django.test import Client

from masthead.config import headers
from masthead.newsstand import theme
from masthead.newsstand.theme import LAMP, Theme
from tests.house.test_surfaces import Aviary, surfaces

pytestmark = pytest.mark.django_db
THEMES = {point.name: point.load() for point in entry_points(group="masthead.themes")}


@pytest.fixture(params=THEMES)
def dressed(request, settings) -> Iterator[Theme]:
    """Dress the magazine in each of our themes."""
    settings.THEME = THEMES[request.param]
    if settings.THEME != LAMP:
        (engine,) = configured.TEMPLATES
        settings.TEMPLATES = [engine | {"DIRS": [settings.THEME.folder / "templates"]}]
        settings.STATICFILES_DIRS = [settings.THEME.folder / "static"]
    theme._stylesheet.cache_clear()
    yield settings.THEME
    theme._stylesheet.cache_clear()


def directives(answer) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split("; "))
    return {name: values for name, *values in parts}


def test_every_answer_has_its_headers(client) -> None:
    aviary = Aviary()
    seen = set()
    for address in surfaces(aviary):
        for answer in (client.get(address), client.head(address)):
            policy = directives(answer)
            assert policy["default-src"] == ["'none'"], address
            assert answer["X-Content-Type-Options"] == "nosniff", address
            # Of the account nobody else learns that it was visited at all.
            is_private = "/account/" in address and answer.status_code == 200
            told = "same-origin" if is_private else "strict-origin-when-cross-origin"
            # A link to proofs is a key: it goes nowhere and stays nowhere.
            is_key = address.startswith("/proofs/")
            names_nobody = is_key or address.startswith(("/listen/", "/editions/"))
            assert answer["Referrer-Policy"] == ("no-referrer" if names_nobody else told), address
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin", address
            kept = answer["Cache-Control"]
            assert "no-store" in kept if is_key else "no-cache" in kept or "max-age" in kept, (
                address
            )
            assert "camera=()" in answer["Permissions-Policy"], address
            if answer.status_code not in (301, 302):  # Nobody can frame a redirection.
                assert answer["X-Frame-Options"] == "DENY", address
            assert answer["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
            seen.add((answer.status_code, answer.get("Content-Type", "").partition(";")[0]))
    assert {(200, "text/html"), (404, "text/html"), (200, "application/rss+xml"),
            (200, "application/xml"), (200, "text/plain"), (200, "application/feed+json")} <= seen  # fmt: skip


def test_a_fault_of_ours_is_told_under_the_same_policy(client, monkeypatch) -> None:
    Aviary()
    client.raise_request_exception = False
    monkeypatch.setattr("masthead.newsstand.views.notices.settings", None)
    answer = client.get("/.well-known/security.txt")
    assert answer.status_code == 500
    assert directives(answer)["script-src"] == ["'self'"]
    assert style_fits(answer)


def style_fits(answer) -> bool:
    """Say whether the policy names every style sheet that stands in the page, and no other."""
    found = re.findall(r"<style[^>]*>(.*?)</style>", answer.content.decode(), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in found]
    allowed = [one for one in directives(answer)["style-src"] if one != "'self'"]
    return allowed == [f"'sha256-{digest}'" for digest in digests]


def test_no_page_needs_more_than_its_policy_allows_in_any_theme(client, dressed) -> None:
    aviary = Aviary()
    looked_at = 0
    for address in surfaces(aviary):
        answer = client.get(address)
        if address.startswith("/office/") or not answer["Content-Type"].startswith("text/html"):
            continue
        if answer.status_code in (301, 302):
            continue
        page = answer.content.decode()
        looked_at += 1
        assert style_fits(answer), address
        policy = directives(answer)
        assert "'unsafe-inline'" not in policy["script-src"] + policy["style-src"]
        for script in re.findall(r"<script[^>]*>", page):
            assert 'type="application/ld+json"' in script or "src=" in script, (address, script)
        assert not re.search(r"<[^>]*\son\w+\s*=", page), address
        assert "javascript:" not in page
        for url in re.findall(r'(?:src|srcset)="([^"]+)"', page):
            assert url.startswith("/"), (address, url)
    assert looked_at > 15
    assert settings_are(dressed)


def settings_are(dressed: Theme) -> bool:
    """Say whether the pages really were dressed in it."""
    return dressed.tokens() == theme.current().tokens()


def test_what_editors_preview_has_the_readers_policy(client, django_user_model) -> None:
    aviary = Aviary()
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    draft = client.get(f"/office/pages/{aviary.article.pk}/view_draft/")
    assert draft.status_code == 200
    assert directives(draft)["script-src"] == ["'self'"]
    assert style_fits(draft)
    desk = client.get(f"/office/pages/{aviary.article.pk}/edit/")
    assert "'unsafe-inline'" in directives(desk)["script-src"]
    # The frame that shows it beside the form is on the same host.
    frame = client.get(f"/office/pages/{aviary.article.pk}/edit/preview/")
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert directives(frame)["frame-ancestors"] == ["'self'"]


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/", headers.READERS),
        ("/articles/office/", headers.READERS),
        ("/office/", headers.OFFICE),
        ("/media/pictures/x.png", headers.FILES),
        ("/account/2fa/", headers.READERS),
    ],
)
def test_each_place_has_its_policy(path, policy) -> None:
    assert headers.policy_of(path).keys() == policy.keys()
    assert headers.policy_of(path)["img-src"] == policy["img-src"]
    assert headers.policy_of(path)["script-src" if "script-src" in policy else "default-src"]


def test_only_what_feeds_name_may_be_shown_on_pages_of_others(client) -> None:
    aviary = Aviary()
    card = client.get(f"/share/{aviary.article.key}/{'0' * 32}.png", follow=True)
    assert card["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get(aviary.article.url)["Cross-Origin-Resource-Policy"] == "same-origin"
    assert client.get("/documents/1/x.pdf")["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_view_may_ask_for_more_for_itself(rf) -> None:
    from csp.decorators import csp_update
    from django.http import HttpResponse

    view = csp_update({"img-src": "data:"})(lambda request: HttpResponse("x"))
    answer = headers.Headers(view)(rf.get("/"))
    assert directives(answer)["img-src"] == ["'self'", "data:"]
    assert directives(answer)["script-src"] == ["'self'"]


def test_browsers_stay_with_https_once_the_magazine_is_public(settings) -> None:
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    client = Client()
    answer = client.get("/accessibility/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
