"""Where somebody stopped listening is kept for them alone, until they have heard all of it."""

from __future__ import annotations

import pytest

from masthead.circulation import places
from masthead.circulation.models import Place
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db
PAGE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def article():
    return make.article(make.magazine(), access="open")


@pytest.fixture
def reader():
    return let.reader()


def kept(reader, article) -> float:
    return places.of(reader, article.key)


def test_a_place_moves_on_and_is_forgotten_at_the_end(reader, article):
    places.keep(reader, article, 30, 100, at=THEN)
    places.keep(reader, article, 60.5, 100, at=THEN)
    assert kept(reader, article) == 60.5
    assert Place.objects.count() == 1
    places.keep(reader, article, 95, 100, at=THEN)
    assert kept(reader, article) == 0
    assert not Place.objects.exists()


def test_nobody_sees_the_place_of_another(reader, article):
    places.keep(reader, article, 30, 100, at=THEN)
    assert kept(let.reader(), article) == 0


def test_a_page_keeps_the_place_of_who_is_signed_in(client, reader, article):
    address = f"/audio/{article.key}/place"
    assert client.post(address, {"at": 30, "of": 100}, headers=PAGE).status_code == 403
    client.force_login(reader)
    assert client.post(address, {"at": 30, "of": 100}, headers=PAGE).status_code == 204
    assert kept(reader, article) == 30


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}])
def test_a_page_of_others_moves_no_place(client, reader, article, headers):
    client.force_login(reader)
    answer = client.post(f"/audio/{article.key}/place", {"at": 30, "of": 100}, headers=headers)
    assert answer.status_code == 403
    assert kept(reader, article) == 0


@pytest.mark.parametrize("told", [{}, {"at": "x", "of": 1}, {"at": "nan", "of": 1}, {"at": 1, "of": "inf"}])  # fmt: skip
def test_nonsense_is_refused_and_changes_nothing(client, reader, article, told):
    client.force_login(reader)
    places.keep(reader, article, 30, 100, at=THEN)
    answer = client.post(f"/audio/{article.key}/place", told, headers=PAGE)
    assert answer.status_code == 400
    assert kept(reader, article) == 30


def test_an_article_that_is_not_out_has_no_place(client, reader, article):
    article.unpublish()
    client.force_login(reader)
    address = f"/audio/{article.key}/place"
    assert client.post(address, {"at": 1, "of": 9}, headers=PAGE).status_code == 404
