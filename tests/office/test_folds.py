"""Folding a title in the office: looking first, then once, by who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from masthead.circulation.models import Fold, Subscription
from tests.factories import circulation as make
from tests.factories import editorial

pytestmark = pytest.mark.django_db
DESK = "/office/masthead/folds/"


@pytest.fixture
def title():
    return editorial.magazine()


@pytest.fixture
def into(title):
    return make.version(editorial.magazine(name="The Other"))


def asked(title, into, **more: str) -> dict[str, str]:
    until = (timezone.now() + timedelta(days=30)).date().isoformat()
    form = {"title": str(title.pk), "into": str(into.pk), "counts": "value", "usual": "moves",
            "choose_until": until}  # fmt: skip
    return form | more


def test_it_is_looked_at_first_with_count_and_sums(client, publisher, title, into) -> None:
    make.subscription(make.version(title))
    page = client.get(DESK, asked(title, into)).content.decode()
    assert "What would become of it" in page
    assert "60.00 EUR" in page
    assert not Fold.objects.exists()


def test_it_folds_once_and_says_who_has_not_chosen(client, publisher, title, into) -> None:
    make.subscription(make.version(title))
    for _click in range(2):
        client.post(DESK, asked(title, into))
    fold = Fold.objects.get()
    assert (fold.begun_by, fold.title, fold.into) == (publisher, title, into)
    assert Subscription.objects.get().stopped_at
    page = client.get(DESK).content.decode()
    assert '<td class="figure">1</td><td class="figure">0</td>' in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"choose_until": "2020-01-01"}, "days at least"),
        ({"choose_until": "soon"}, "valid date"),
        ({"into": "999"}, "valid choice"),
        ({"title": "999"}, "valid choice"),
        ({"counts": "most"}, "valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_folds(client, publisher, title, into, more, said):
    page = client.post(DESK, asked(title, into) | more).content.decode()
    assert said in page
    assert not Fold.objects.exists()


def test_a_title_is_not_its_own_successor(client, publisher, title, into) -> None:
    own = make.version(title)
    page = client.post(DESK, asked(title, own)).content.decode()
    assert "another title" in page
    assert not Fold.objects.exists()


def test_who_may_not_is_sent_away(client, title, into) -> None:
    staff = make.reader("clerk@gazette.example")
    staff.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(staff)
    assert client.get(DESK).status_code in (302, 403)
    client.post(DESK, asked(title, into))
    assert not Fold.objects.exists()
