"""Readers who come by another name of the house are led to its address."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from wagtail.models import Site

from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(settings):
    """Return what asks a house that answers to other names as well."""
    article = make.article(make.magazine(), access="open")
    house = settings.INSTALLATION
    server = replace(house.server, also_answers_to=("www.lantern.example", "second.example"))
    magazine = replace(house.magazine, address="https://lantern.example")
    settings.INSTALLATION = replace(house, server=server, magazine=magazine)
    settings.ALLOWED_HOSTS = ["lantern.example", *server.also_answers_to]
    client = Client()  # Middleware is put together at its first request.

    def asked(host: str, method: str = "get", more: str = ""):
        return getattr(client, method)(f"{article.url}{more}", headers={"host": host})

    return asked


def test_another_name_leads_home_with_all_that_was_asked(ask):
    answer = ask("www.lantern.example", more="?gift=a%2Fb")
    assert answer.status_code == 301
    assert answer["Location"].startswith("https://lantern.example/articles/")
    assert answer["Location"].endswith("/?gift=a%2Fb")
    assert ask("www.lantern.example:8000", "head").status_code == 301


def test_home_and_hosts_with_a_site_of_their_own_are_not_left(ask):
    assert ask("lantern.example").status_code == 200
    assert ask("LANTERN.example").status_code == 200
    assert ask("second.example").status_code == 301
    front = Site.objects.get()
    Site.objects.create(hostname="second.example", port=443, root_page=front.root_page)
    assert ask("second.example").status_code == 200


def test_a_form_is_not_sent_on_and_a_stranger_is_refused(ask):
    assert ask("www.lantern.example", "post").status_code != 301
    assert ask("evil.example").status_code == 400
