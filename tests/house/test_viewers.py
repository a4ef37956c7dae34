"""Who gets paid words, on every surface: each kind of reader, with each kind of proof.

The surfaces and their canaries stand in `test_surfaces`; here everybody who must not see
them tries, and everybody who may does, or the test would prove nothing.
"""

from __future__ import annotations

import random
import uuid
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from masthead.circulation import (
    endings,
    facts,
    gifts,
    grants,
    institutions,
    meters,
    models,
    orders,
    passes,
    private_feeds,
    viewers,
)
from masthead.circulation.deals import Promised
from masthead.circulation.entitlements import Viewer
from masthead.circulation.models import Gift, Policy, Subscription
from masthead.edge import asking, locks
from masthead.edge.passes import Keyring, Pass, _read
from masthead.people.models import User
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.sessions import sign_in
from tests.house.test_surfaces import (
    AS_BROWSERS,
    CANARY,
    IS_THOROUGH,
    NOT_ON_THE_WEB,
    crawl,
    edition_at,
    narrated_at,
    surfaces,
)

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)
LIBRARY, ELSEWHERE = "192.0.2.7", "198.51.100.7"


def subscriber(aviary, **fields):
    reader = let.reader()
    let.grant(reader, aviary.title, **({"at": timezone.now() - YEAR / 2} | fields))
    return reader


def signed_in(reader, **defaults) -> Client:
    client = Client(**defaults)
    sign_in(client, reader)
    return client


def app_of(reader) -> Client:
    """Return a reading app that shows a reader's password."""
    return showing_password(private_feeds.make(reader, "reading", at=timezone.now())[1])


def showing_password(password: str) -> Client:
    return Client(HTTP_AUTHORIZATION=f"Basic {b64encode(f'x:{password}'.encode()).decode()}")


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
    # Not when the issue went on sale, which would leave them its edition.
    now = timezone.now()
    terms = {"at": now - timedelta(days=2), "ends_at": now - timedelta(seconds=1)}
    return signed_in(subscriber(aviary, **terms))


def with_the_password_of_a_lapsed_reader(aviary) -> Client:
    now = timezone.now()
    terms = {"at": now - timedelta(days=2), "ends_at": now - timedelta(seconds=1)}
    return app_of(subscriber(aviary, **terms))


def with_a_password_that_was_revoked(aviary) -> Client:
    reader = subscriber(aviary)
    client = app_of(reader)
    private_feeds.revoke(reader, "reading", at=timezone.now())
    return client


def with_the_token_of_a_podcast_as_a_password(aviary) -> Client:
    return showing_password(aviary.token)


def with_the_password_of_staff(aviary) -> Client:
    editor = let.reader()
    User.objects.filter(pk=editor.pk).update(is_superuser=True)
    return app_of(editor)


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


def showing(shown: str) -> Client:
    """Return a client that shows a pass with every request, whatever it is told to forget."""
    return Client(HTTP_COOKIE=f"pass={shown}")


def with_a_forged_pass(aviary) -> Client:
    given = passes.give(_keys_of_a_subscriber(aviary), "", at=timezone.now())
    payload = _read(given.split(".")[2])
    assert payload is not None
    return showing(Keyring([b"not the house's secret, but long"]).sign(payload))


def with_an_expired_pass(aviary) -> Client:
    then = timezone.now() - timedelta(minutes=16)
    return showing(passes.give(_keys_of_a_subscriber(aviary), "", at=then))


def with_the_pass_of_a_session_that_ended(aviary) -> Client:
    other = signed_in(subscriber(aviary))
    other.get(aviary.article.url)
    passes.end(other.session.session_key, at=timezone.now())
    return showing(other.cookies["pass"].value)


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


def _paid(aviary, **fields: Any) -> Subscription:
    version = let.version(aviary.title, at=timezone.now() - timedelta(days=3))
    return let.subscription(version, at=timezone.now() - timedelta(days=2), **fields)


def with_the_money_back(aviary) -> Client:
    bought = _paid(aviary)
    endings.give_money_back(bought, request=uuid.uuid4(), at=timezone.now())
    return signed_in(bought.reader)


def withdrawn(aviary) -> Client:
    bought = _paid(aviary)
    endings.withdraw(bought, request=uuid.uuid4(), at=timezone.now())
    return signed_in(bought.reader)


def who_pays_for_a_friend(aviary) -> Client:
    return signed_in(_paid(aviary, payer=let.reader(), reader=let.reader()).payer)


def who_ordered_and_has_not_paid(aviary) -> Client:
    payer = let.reader()
    orders.place(
        let.version(aviary.title), payer, currency="EUR", country="DE", provider="test",
        request=uuid.uuid4(), at=timezone.now(),
    )  # fmt: skip
    return signed_in(payer)


def with_an_offer_that_only_announces_articles(aviary) -> Client:
    tomorrow = timezone.now().date() + timedelta(days=2)
    promises = (Promised("subscriber-articles", {}, tomorrow),)
    version = let.version(aviary.title, let.deal(promises=promises), at=timezone.now())
    return signed_in(let.subscription(version, at=timezone.now()).reader)


def a_guest_of_the_proofs(aviary) -> Client:
    client = Client()
    assert client.get(f"{aviary.link}screen/1/1/").status_code == 200
    return client


def _keys_of_a_subscriber(aviary) -> Viewer:
    from masthead.circulation.entitlements import viewer_with

    now = timezone.now()
    return viewer_with(facts.facts_of(subscriber(aviary), now), now)


DENIED = (
    anonymous, registered, lapsed, not_yet, revoked, subscriber_of_another_title,
    subscriber_of_other_issues, over_the_meter, with_a_gift_of_another_article,
    with_a_gift_taken_back, from_another_network, calling_itself_a_crawler, with_a_forged_pass,
    with_an_expired_pass, with_the_pass_of_a_session_that_ended, with_a_freed_seat, erased,
    a_guest_of_the_proofs, with_the_password_of_a_lapsed_reader, with_a_password_that_was_revoked,
    with_the_token_of_a_podcast_as_a_password, with_the_password_of_staff,
    with_the_money_back, withdrawn, who_pays_for_a_friend, who_ordered_and_has_not_paid,
    with_an_offer_that_only_announces_articles,
)  # fmt: skip


OF_THE_ARTICLE = ("/recordings/", "/audio/", "/editions/", "/search/")
WITH_A_GATE = ("/read/", "/private/", "/office/")


def where_it_is_read(aviary: Any) -> list[str]:
    """Return the addresses at which who may read has the article's words."""
    return [one for one in surfaces(aviary) if _is_of_the_article(aviary, one)]


def elsewhere(aviary: Any, viewer: Any) -> list[str]:
    """Return the other addresses, where nobody but staff has any.

    Of those that are the same for all, or have a token that alone decides, it is a third in an ordinary
    run, another one each time; strangers and whoever has only signed up look at all.
    """
    others = [one for one in surfaces(aviary) if not _is_of_the_article(aviary, one)]
    if viewer in (anonymous, registered) or IS_THOROUGH:
        return others
    gated = [one for one in others if any(mark in one for mark in WITH_A_GATE)]
    same = [one for one in others if not any(mark in one for mark in WITH_A_GATE)]
    return gated + random.sample(same, len(same) // 3)


def _is_of_the_article(aviary: Any, address: str) -> bool:
    return any(mark in address.lower() for mark in (aviary.article.slug, *OF_THE_ARTICLE))


@pytest.mark.parametrize("viewer", DENIED, ids=lambda one: one.__name__)
def test_a_reader_who_must_not_gets_no_paid_word_anywhere(aviary, viewer) -> None:
    client = viewer(aviary)
    everywhere = where_it_is_read(aviary) + elsewhere(aviary, viewer)
    got = crawl(client, everywhere, AS_BROWSERS)
    assert "The lead." in got
    assert not set(CANARY.findall(got)), "These words leaked."


# --- Those who may


def subscribed(aviary) -> Client:
    return signed_in(_paid(aviary).reader)


def given_a_subscription(aviary) -> Client:
    return signed_in(_paid(aviary, payer=let.reader(), reader=let.reader()).reader)


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
    subscribed, given_a_subscription,
    granted, granted_for_its_issue, from_the_library, a_verified_crawler, with_a_gift, in_a_seat,
    with_a_mailbox, within_the_meter,
)  # fmt: skip


@pytest.mark.parametrize("viewer", ENTITLED, ids=lambda one: one.__name__)
def test_a_reader_who_may_gets_every_word_and_nobody_after_them_does(aviary, viewer) -> None:
    client = viewer(aviary)
    parts = [f"{aviary.article.url}{part}" for part in ("", "2/", "3/", "4/")]
    sound = f"/recordings/{aviary.article.key}/{aviary.recording.sha256}"
    heard = narrated_at(aviary.narration)
    got = set(CANARY.findall(crawl(client, [*parts, sound, *heard], AS_BROWSERS)))
    missing = {c for c in aviary.canaries - got if not c.startswith(NOT_ON_THE_WEB)}
    assert not missing
    assert {"canarysound1x", "canaryheard1x", "canarycaption1x", "canarytimes1x"} <= got
    # Feeds and lists are for everybody and know no reader.
    assert not CANARY.findall(crawl(client, elsewhere(aviary, viewer), AS_BROWSERS))
    assert not CANARY.findall(crawl(Client(), parts, AS_BROWSERS))


def with_the_password_of_a_subscriber(aviary) -> Client:
    return app_of(subscriber(aviary))


HAS_EDITIONS = (
    subscribed, given_a_subscription,
    granted, granted_for_its_issue, from_the_library, in_a_seat, with_a_mailbox,
    with_the_password_of_a_subscriber,
)  # fmt: skip


@pytest.mark.parametrize("viewer", HAS_EDITIONS, ids=lambda one: one.__name__)
def test_who_reads_every_article_of_an_issue_has_its_edition(aviary, viewer) -> None:
    client = viewer(aviary)
    got = crawl(client, [edition_at(aviary.proof)], AS_BROWSERS)
    assert set(CANARY.findall(got)) == {"canaryproof1x"}
    assert not CANARY.findall(crawl(Client(), [edition_at(aviary.proof)], AS_BROWSERS))


@pytest.mark.parametrize(
    "viewer", [one for one in ENTITLED if one not in HAS_EDITIONS], ids=lambda one: one.__name__
)
def test_who_reads_one_article_or_for_a_while_has_no_edition(aviary, viewer) -> None:
    client = viewer(aviary)
    assert not CANARY.findall(crawl(client, [edition_at(aviary.proof)], AS_BROWSERS))


# --- The gate broken on purpose: each break must let somebody through whom the test above sees


def believing_what_strangers_say(patch) -> None:
    patch.setattr(
        viewers,
        "address_of",
        lambda request: asking.address_of(request.headers.get("X-Forwarded-For", "")),
    )


def without_ends(patch) -> None:
    # The end is looked at twice, in the query and among the facts.
    patch.setattr(models.grant.GrantQuerySet, "good", lambda self, at: self.filter(revoked_at=None))
    first = facts.Reading
    patch.setattr(facts, "Reading", lambda **named: first(**(named | {"ends_at": None})))


def fitting(patch, change) -> None:
    """Let `change` alter each key before it is tried."""
    first = locks.fits
    patch.setattr(locks, "fits", lambda key, lock, at: first(change(key, lock), lock, at))


BREAKS = {
    "keys open every title": (
        subscriber_of_another_title,
        lambda patch: fitting(patch, lambda key, lock: replace(key, title=lock.title)),
    ),
    "keys open every issue": (
        subscriber_of_other_issues,
        lambda patch: fitting(patch, lambda key, lock: replace(key, issues=None)),
    ),
    "a gift opens every article": (
        with_a_gift_of_another_article,
        lambda patch: fitting(patch, lambda key, lock: replace(key, article="")),
    ),
    "an end is not looked at": (lapsed, without_ends),
    "revoking is not looked at": (
        revoked,
        lambda patch: patch.setattr(
            models.grant.GrantQuerySet, "good", lambda self, at: self.filter(ends_at__gt=at)
        ),
    ),
    "a gift taken back stays open": (
        with_a_gift_taken_back,
        lambda patch: patch.setattr(
            models.gift.GiftQuerySet, "good", lambda self, at: self.filter(expires_at__gt=at)
        ),
    ),
    "what strangers say of their address is believed": (
        from_another_network,
        believing_what_strangers_say,
    ),
    "an expired pass is good": (
        with_an_expired_pass,
        lambda patch: patch.setattr(Pass, "is_over", lambda self, at: False),
    ),
    "ended sessions are forgotten": (
        with_the_pass_of_a_session_that_ended,
        lambda patch: patch.setattr(passes, "end", lambda *given, **named: None),
    ),
    "nobody looks at who signed a pass": (
        with_a_forged_pass,
        lambda patch: patch.setattr(
            Keyring, "read", lambda self, text: _read(text.split(".")[2]) if "." in text else None
        ),
    ),
    "the meter never ends": (
        over_the_meter,
        lambda patch: patch.setattr(meters, "policy_of", lambda title: Policy(title=title)),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_gate_that_is_broken_is_seen_to_be(aviary, monkeypatch, name) -> None:
    viewer, break_it = BREAKS[name]
    break_it(monkeypatch)
    client = viewer(aviary)
    sound = f"/recordings/{aviary.article.key}/{aviary.recording.sha256}"
    got = crawl(client, [aviary.article.url, f"{aviary.article.url}2/", sound], AS_BROWSERS)
    assert CANARY.findall(got), "Nobody saw it."
