"""A stranger cannot keep the house at work; whoever asks for what is there gets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import caches

from masthead.newsstand import share_cards, turnstile
from masthead.newsstand.views import feeds
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_a_minute(monkeypatch, time_machine):
    time_machine.move_to(make.THEN, tick=False)
    for kept in caches.all():
        kept.clear()
    monkeypatch.setattr(turnstile, "MOST", 2)
    yield
    for kept in caches.all():
        kept.clear()


@pytest.fixture
def title():
    return make.magazine()


def of_topics(title, count: int) -> list[str]:
    """Return the addresses of the feeds of topics that have an article each."""
    topics = [make.topic(title) for _ in range(count)]
    for topic in topics:
        make.article(title, topics=(f"topic:{topic.key}",))
    return [f"{topic.url}feeds/rss.xml" for topic in topics]


def test_whoever_has_had_too_many_feeds_pressed_is_told_when_to_come_again(title, client) -> None:
    addresses = of_topics(title, 4)
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2]["Retry-After"] == "60"
    assert "Content-Security-Policy" in answers[2]
    # What was pressed is there for everybody, and nobody else is turned away.
    assert client.get(addresses[0]).status_code == 200
    assert client.get(addresses[2], REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get(addresses[2]).status_code == 200


def test_whoever_asks_more_slowly_is_never_turned_away(title, client, time_machine) -> None:
    for number, address in enumerate(of_topics(title, 9)):
        time_machine.move_to(make.THEN + timedelta(seconds=30 * number), tick=False)
        assert client.get(address).status_code == 200, number


def test_the_same_feed_is_pressed_once_however_often_it_is_asked_for(
    title, client, monkeypatch
) -> None:
    (address,) = of_topics(title, 1)
    pressed = []
    first = feeds.feed_of
    monkeypatch.setattr(
        feeds, "feed_of", lambda *given, **named: pressed.append(1) or first(*given, **named)
    )
    assert {client.get(address).status_code for _ in range(10)} == {200}
    assert {client.get(f"{address}?x={n}").status_code for n in range(10)} == {200}
    assert pressed == [1]


def test_sitemaps_are_listed_only_so_often(title, client) -> None:
    make.article(title)
    codes = [client.get("/sitemaps/sections.xml").status_code for _ in range(4)]
    assert codes == [200, 200, 429, 429]
    assert client.get("/sitemap.xml").status_code == 200


def test_a_card_is_drawn_once_whatever_digest_is_asked_for(title, client, monkeypatch) -> None:
    article = make.article(title)
    drawn = []
    first = share_cards.draw
    monkeypatch.setattr(share_cards, "draw", lambda *given: drawn.append(1) or first(*given))
    for number in range(6):
        address = f"/share/{article.key}/{number:032x}.png"
        assert client.get(address, follow=True).status_code == 200
    assert drawn == [1]


def test_cards_of_many_articles_are_drawn_only_so_often(title, client) -> None:
    articles = [make.article(title) for _ in range(3)]
    codes = [
        client.get(f"/share/{article.key}/{'0' * 32}.png", follow=True).status_code
        for article in articles
    ]
    assert codes == [200, 200, 429]


@pytest.mark.parametrize(
    ("behind_proxy", "headers", "network"),
    [
        (False, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.9"}, "192.0.2.1"),
        (True, {"HTTP_X_FORWARDED_FOR": "10.0.0.1, 198.51.100.9"}, "198.51.100.9"),
        (True, {"HTTP_X_FORWARDED_FOR": "2001:db8:1:2:3::4"}, "2001:db8:1:2::/64"),
        (True, {"REMOTE_ADDR": "192.0.2.1"}, "somebody"),
        (True, {"HTTP_X_FORWARDED_FOR": "nonsense"}, "somebody"),
    ],
)
def test_who_asks_is_what_the_proxy_wrote_down_and_not_what_the_sender_says(
    rf, settings, behind_proxy, headers, network
) -> None:
    installation = settings.INSTALLATION
    server = replace(installation.server, behind_proxy=behind_proxy)
    settings.INSTALLATION = replace(installation, server=server)
    assert turnstile._network(rf.get("/", **headers)) == network
