"""Who gets paid words, on every surface: each kind of reader, with each kind of proof.

The surfaces and their canaries stand in `test_surfaces`; here everybody who must not see
them tries, and everybody who may does, or the test would prove nothing.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from masthead.circulation import gifts, grants, institutions, passes
from masthead.circulation.entitlements import Viewer
from masthead.circulation.models import Gift, Policy
from masthead.edge.passes import Keyring
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.house.test_surfaces import (
    AS_BROWSERS,
    CANARY,
    NOT_ON_THE_WEB,
    Aviary,
    crawl,
    surfaces,
)

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)
LIBRARY, ELSEWHERE = "192.0.2.7", "198.51.100.7"


@pytest.fixture
def aviary() -> Aviary:
    return Aviary()


def subscriber(aviary, **fields):
    reader = let.reader()
    let.grant(reader, aviary.title, at=timezone.now() - YEAR / 2, **fields)
    return reader


def signed_in(reader, **defaults) -> Client:
    client = Client(**defaults)
    client.force_login(reader)
    return client


def gift_of(aviary, article) -> str:
    now = timezone.now()
    gift = Gift.objects.create(article=article, giver=subscriber(aviary), given_at=now,
                               expires_at=now + YEAR, most_uses=9)  # fmt: skip
    return f"{article.url}?gift={gifts.token_of(gift)}"


# --- Those who must not


def anonymous(aviary) -> Client:
    return Client()


def registered(aviary) -> Client:
    return signed_in(let.reader())


def lapsed(aviary) -> Client:
    return signed_in(subscriber(aviary, ends_at=timezone.now() - timedelta(seconds=1)))


def not_yet(aviary) -> Client:
    return signed_in(subscriber(aviary, starts_at=timezone.now() + timedelta(hours=1)))


def revoked(aviary) -> Client:
    reader = subscriber(aviary)
    grants.revoke(reader.grants.get(), at=timezone.now())
    return signed_in(reader)


def subscriber_of_another_title(aviary) -> Client:
    reader = let.reader()
    let.grant(reader, make.magazine("The Herald"), at=timezone.now())
    return signed_in(reader)


def subscriber_of_other_issues(aviary) -> Client:
    return signed_in(subscriber(aviary, issues=(90, 99)))


def over_the_meter(aviary) -> Client:
    Policy.objects.create(title=aviary.title, metered_articles=0)
    aviary.article.access = "metered"
    aviary.article.save_revision().publish()
    return signed_in(let.reader())


def with_a_gift_of_another_article(aviary) -> Client:
    client = Client()
    client.get(gift_of(aviary, make.article(aviary.title)))
    return client


def with_a_gift_taken_back(aviary) -> Client:
    client = Client()
    client.get(gift_of(aviary, aviary.article))
    gifts.revoke(Gift.objects.get(), at=timezone.now())
    return client


def from_another_network(aviary) -> Client:
    let.institution(aviary.title, networks=(f"{LIBRARY}/32",))
    return Client(REMOTE_ADDR=ELSEWHERE, HTTP_X_FORWARDED_FOR=LIBRARY)


def calling_itself_a_crawler(aviary) -> Client:
    let.institution(aviary.title, kind="crawler", networks=(f"{LIBRARY}/32",))
    return Client(REMOTE_ADDR=ELSEWHERE, HTTP_USER_AGENT="Mozilla/5.0 (compatible; Googlebot/2.1)")


def with_a_forged_pass(aviary) -> Client:
    client = Client()
    keys = passes.keyring().read(passes.give(_keys_of_a_subscriber(aviary), "", at=timezone.now()))
    client.cookies["pass"] = Keyring([b"not the house's secret, but long"]).sign(keys)
    return client


def with_an_expired_pass(aviary) -> Client:
    client = Client()
    then = timezone.now() - timedelta(minutes=16)
    client.cookies["pass"] = passes.give(_keys_of_a_subscriber(aviary), "", at=then)
    return client


def with_the_pass_of_a_session_that_ended(aviary) -> Client:
    other = signed_in(subscriber(aviary))
    other.get(aviary.article.url)
    client = Client()
    client.cookies["pass"] = other.cookies["pass"].value
    passes.end(other.session.session_key, at=timezone.now())
    return client


def with_a_freed_seat(aviary) -> Client:
    reader = let.reader()
    college = let.institution(aviary.title, seats=1)
    seat = institutions.invite(college, reader.email, at=timezone.now())
    institutions.take_seats(reader, at=timezone.now())
    institutions.free(seat, at=timezone.now())
    return signed_in(reader)


def erased(aviary) -> Client:
    from masthead.people import erasure

    reader = subscriber(aviary)
    client = signed_in(reader)
    erasure.erase(reader, by=reader, at=timezone.now())
    return client


def _keys_of_a_subscriber(aviary) -> Viewer:
    from masthead.circulation import facts
    from masthead.circulation.entitlements import viewer_with

    now = timezone.now()
    return viewer_with(facts.facts_of(subscriber(aviary), now), now)


DENIED = (
    anonymous, registered, lapsed, not_yet, revoked, subscriber_of_another_title,
    subscriber_of_other_issues, over_the_meter, with_a_gift_of_another_article,
    with_a_gift_taken_back, from_another_network, calling_itself_a_crawler, with_a_forged_pass,
    with_an_expired_pass, with_the_pass_of_a_session_that_ended, with_a_freed_seat, erased,
)  # fmt: skip


@pytest.mark.parametrize("viewer", DENIED, ids=lambda one: one.__name__)
def test_a_reader_who_must_not_gets_no_paid_word_anywhere(aviary, viewer) -> None:
    client = viewer(aviary)
    got = crawl(client, surfaces(aviary), AS_BROWSERS)
    assert "The lead." in got
    assert not set(CANARY.findall(got)), "These words leaked."


# --- Those who may


def granted(aviary) -> Client:
    return signed_in(subscriber(aviary))


def granted_for_its_issue(aviary) -> Client:
    sequence = aviary.issue.sequence
    return signed_in(subscriber(aviary, issues=(sequence, sequence)))


def from_the_library(aviary) -> Client:
    let.institution(aviary.title, networks=(f"{LIBRARY}/32",))
    return Client(REMOTE_ADDR=LIBRARY)


def a_verified_crawler(aviary) -> Client:
    let.institution(aviary.title, kind="crawler", networks=(f"{LIBRARY}/32",))
    return Client(REMOTE_ADDR=LIBRARY)


def with_a_gift(aviary) -> Client:
    client = Client()
    client.get(gift_of(aviary, aviary.article))
    return client


def in_a_seat(aviary) -> Client:
    reader = let.reader()
    college = let.institution(aviary.title, seats=1)
    institutions.invite(college, reader.email, at=timezone.now())
    institutions.take_seats(reader, at=timezone.now())
    return signed_in(reader)


def with_a_mailbox(aviary) -> Client:
    let.institution(aviary.title, domains=("college.example",))
    return signed_in(let.reader("ada@college.example", mail_verified_at=timezone.now()))


def within_the_meter(aviary) -> Client:
    aviary.article.access = "metered"
    aviary.article.save_revision().publish()
    return signed_in(let.reader())


ENTITLED = (
    granted, granted_for_its_issue, from_the_library, a_verified_crawler, with_a_gift, in_a_seat,
    with_a_mailbox, within_the_meter,
)  # fmt: skip


@pytest.mark.parametrize("viewer", ENTITLED, ids=lambda one: one.__name__)
def test_a_reader_who_may_gets_every_word_and_nobody_after_them_does(aviary, viewer) -> None:
    client = viewer(aviary)
    parts = [f"{aviary.article.url}{part}" for part in ("", "2/", "3/", "4/")]
    sound = f"/recordings/{aviary.article.key}/{aviary.recording.sha256}"
    got = set(CANARY.findall(crawl(client, [*parts, sound], AS_BROWSERS)))
    missing = {c for c in aviary.canaries - got if not c.startswith(NOT_ON_THE_WEB)}
    assert not missing
    assert "canarysound1x" in got
    # Feeds, lists and searches are for everybody and know no reader.
    own = (aviary.article.slug, "/recordings/")
    lists = [one for one in surfaces(aviary) if not any(mark in one.lower() for mark in own)]
    assert not CANARY.findall(crawl(client, lists, AS_BROWSERS))
    assert not CANARY.findall(crawl(Client(), parts, AS_BROWSERS))
