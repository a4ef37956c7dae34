"""A subscriber's own podcast: all that they may hear, for as long as they may, and no longer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import av
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from masthead.circulation import grants, private_feeds
from masthead.circulation.models import PrivateFeed
from masthead.circulation.private_feeds import Kind
from masthead.editorial import issues
from masthead.editorial.models import Article, Issue, Title
from masthead.people.models import User
from masthead.production import audio, pressings
from masthead.production.models import Edition, Narration
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.sessions import sign_in
from tests.newsstand.podcast_rules import ITUNES, PODCAST, faults
from tests.newsstand.test_podcasts import guids, heard, items

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def title() -> Title:
    return make.magazine()


@pytest.fixture
def subscriber(title) -> User:
    reader = let.reader()
    let.grant(reader, title, at=timezone.now() - DAY)
    return reader


def articles(title: Title) -> dict[str, Article]:
    """Return an article of each kind, each of which is heard."""
    made = {
        one: make.article(title, access=one)
        for one in ("open", "registered", "metered", "subscribers")
    }
    for article in made.values():
        heard(article)
    return made


def address_of(reader: User) -> str:
    _feed, token = private_feeds.make(reader, Kind.LISTENING, at=timezone.now())
    return f"/listen/{token}/podcast.xml"


def in_it(address: str) -> set[str]:
    """Return the guids of what is heard there, by a program without cookies."""
    answer = Client().get(address)
    assert answer.status_code == 200
    return set(guids(answer.content))


def named(articles: dict[str, Article], *kinds: str) -> set[str]:
    return {f"urn:uuid:{articles[kind].key}" for kind in kinds}


def all_of(feed: bytes) -> list[str]:
    """Return the path of every recording and every transcript in a feed."""
    urls = [item.find("enclosure").get("url") for item in items(feed)]
    urls += [item.find(f"{PODCAST}transcript").get("url") for item in items(feed)]
    return [url.removeprefix("http://testserver") for url in urls]


# --- What is in it


def test_a_subscriber_hears_everything_and_who_only_signed_up_what_is_theirs(
    title, subscriber
) -> None:
    made = articles(title)
    assert in_it(address_of(subscriber)) == named(made, *made)
    assert in_it(address_of(let.reader())) == named(made, "open", "registered")


def test_a_subscriber_whose_time_is_over_keeps_what_they_may_still_have(title) -> None:
    made = articles(title)
    reader = let.reader()
    let.grant(reader, title, at=timezone.now() - 3 * DAY, ends_at=timezone.now() + DAY)
    address = address_of(reader)
    paths = all_of(Client().get(address).content)
    assert len(paths) == 8
    reader.grants.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert in_it(address) == named(made, "open", "registered")
    there = {path for path in paths if Client().head(path).status_code == 200}
    left = {str(made[kind].key) for kind in ("open", "registered")}
    assert there == {path for path in paths if path.split("/")[3] in left}


def test_a_token_opens_nothing_of_what_staff_may_read(title, django_user_model) -> None:
    made = articles(title)
    editor = django_user_model.objects.create_superuser("ed@example.org", "x")
    assert in_it(address_of(editor)) == named(made, "open", "registered")
    draft = make.article(title, live=False)
    assert f"urn:uuid:{draft.key}" not in in_it(address_of(editor))


def test_it_keeps_the_rules_and_keeps_itself_out_of_every_directory(title, subscriber) -> None:
    articles(title)
    Title.objects.update(podcast_contact="audio@gazette.example")
    answer = Client().get(address_of(subscriber))
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert faults(answer.content, private=True) == []
    channel = etree.fromstring(answer.content).find("channel")
    assert channel.findtext("title") == "The Gazette, for you"
    assert channel.findtext(f"{ITUNES}block") == "Yes"
    assert b"audio@gazette.example" not in answer.content


def test_an_episode_is_the_same_one_in_both_feeds(title, subscriber, client) -> None:
    made = articles(title)
    public = set(guids(client.get("/feeds/podcast.xml").content))
    assert public == named(made, "open")
    assert public < in_it(address_of(subscriber))


def test_a_publisher_who_has_no_public_podcast_still_has_private_ones(title, subscriber) -> None:
    made = articles(title)
    Title.objects.update(podcast="none")
    assert in_it(address_of(subscriber)) == named(made, *made)


# --- A whole issue in one recording


def album(title: Title, *titles: str, access: str = "subscribers") -> Edition:
    """Return an issue on sale as one recording, with a chapter for each of its articles."""
    made = [make.article(title, headline=one, access=access) for one in titles]
    for narration in Narration.objects.under_way():
        audio.make_in_turn.func(narration.pk)
    issue = make.issue(title, *made, state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=timezone.now())
    for narration in Narration.objects.under_way():
        audio.make_in_turn.func(narration.pk)
    edition = pressings.ask(issue, Edition.Form.AUDIO, by=None, at=timezone.now())
    pressings.press_in_turn.func(edition.pk)
    return Edition.objects.get(pk=edition.pk)


def test_an_issue_is_an_episode_with_chapters_for_who_may_have_all_of_it(title, subscriber) -> None:
    edition = album(title, "The first", "The second")
    feed = Client().get(address_of(subscriber)).content
    assert faults(feed, private=True) == []
    (whole,) = [
        one for one in items(feed) if one.findtext("guid") == f"urn:uuid:{edition.issue.key}"
    ]
    assert whole.findtext("title") == f"{edition.issue.title}, the whole issue"
    sound = whole.find("enclosure")
    path = sound.get("url").removeprefix("http://testserver")
    assert Client().head(path)["Content-Length"] == sound.get("length") == str(edition.size)
    chapters = whole.find(f"{PODCAST}chapters")
    assert chapters.get("type") == "application/json+chapters"
    answer = Client().get(chapters.get("url").removeprefix("http://testserver"))
    assert answer["Content-Type"] == "application/json+chapters"
    told = answer.json()
    assert told["version"] == "1.2.0"
    assert [one["title"] for one in told["chapters"]] == ["The first", "The second"]
    assert told["chapters"][0]["startTime"] == 0
    seconds = int(whole.findtext(f"{ITUNES}duration"))
    with edition.file.open("rb") as file, av.open(file) as opened:
        assert opened.duration is not None
        assert abs(opened.duration / av.time_base - seconds) <= 1


def test_a_whole_issue_is_not_for_who_may_not_have_all_of_it_or_has_no_good_token(
    title, subscriber
) -> None:
    edition = album(title, "The first")
    end = f"issues/{edition.issue.key}/{edition.sha256}"
    own, other = address_of(subscriber), address_of(let.reader())
    assert f"urn:uuid:{edition.issue.key}" not in in_it(other)

    def got_at(address: str) -> list[int]:
        begin = address.removesuffix("podcast.xml")
        return [Client().head(f"{begin}{end}.{one}").status_code for one in ("mp3", "json")]

    assert [got_at(own), got_at(other)] == [[200, 200], [404, 404]]
    private_feeds.revoke(subscriber, Kind.LISTENING, at=timezone.now())
    assert got_at(own) == [410, 410]


# --- How long it is good


def test_every_address_in_it_works_and_a_revoked_one_is_gone_at_once(title, subscriber) -> None:
    articles(title)
    address, other = address_of(subscriber), let.reader()
    let.grant(other, title, at=timezone.now())
    others = address_of(other)
    paths = [address, *all_of(Client().get(address).content)]
    assert len(paths) == 9
    assert {Client().head(path).status_code for path in paths} == {200}
    private_feeds.revoke(subscriber, Kind.LISTENING, at=timezone.now())
    assert {Client().head(path).status_code for path in paths} == {410}
    assert len(in_it(others)) == 4


def test_a_new_address_ends_the_one_before(title, subscriber) -> None:
    articles(title)
    first = address_of(subscriber)
    second = address_of(subscriber)
    assert Client().get(first).status_code == 410
    assert len(in_it(second)) == 4


def test_a_token_of_another_kind_or_of_nobody_is_not_found(title, subscriber) -> None:
    articles(title)
    _feed, token = private_feeds.make(subscriber, Kind.READING, at=timezone.now())
    assert Client().get(f"/listen/{token}/podcast.xml").status_code == 404
    article = Article.objects.first()
    assert Client().get(f"/listen/{'A' * 32}/podcast.xml").status_code == 404
    assert Client().get(f"/listen/{'A' * 32}/{article.key}/{'0' * 64}.mp3").status_code == 404


def test_it_dies_with_the_account(title, subscriber) -> None:
    address = address_of(subscriber)
    User.objects.filter(pk=subscriber.pk).update(is_active=False)
    assert Client().get(address).status_code == 410


def test_a_grant_that_was_revoked_closes_it_at_the_next_request(title, subscriber) -> None:
    made = articles(title)
    address = address_of(subscriber)
    grants.revoke(subscriber.grants.get(), at=timezone.now())
    assert in_it(address) == named(made, "open", "registered")


# --- Who else learns of it


def test_nobody_keeps_indexes_or_passes_it_on_found_or_not(title, subscriber) -> None:
    articles(title)
    address = address_of(subscriber)
    paths = [address, *all_of(Client().get(address).content), f"/listen/{'A' * 32}/podcast.xml"]
    for path in paths:
        answer = Client().head(path)
        assert answer["Cache-Control"] == "private, no-cache"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert not answer.cookies
    robots = Client().get("/robots.txt").content.decode()
    assert "Disallow: /listen/" in robots


def test_its_token_is_in_its_own_feed_and_nowhere_else(title, subscriber, client) -> None:
    made = articles(title)
    address = address_of(subscriber)
    token = address.split("/")[2]
    assert token in Client().get(address).content.decode()
    sign_in(client, subscriber)
    pages = ["/", made["open"].url, "/feeds/podcast.xml", "/feeds/rss.xml", "/account/",
             "/account/feeds/", "/account/export/", "/sitemap.xml"]  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert token not in answer.content.decode() + str(answer.headers), page


def test_who_has_it_already_is_told_so_by_its_tag_and_never_by_a_date(title, subscriber) -> None:
    articles(title)
    address = address_of(subscriber)
    first = Client().get(address)
    assert "Last-Modified" not in first
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again["Cache-Control"] == "private, no-cache"
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    assert Client().get(address, headers={"if-modified-since": later}).status_code == 200


def test_players_seek_in_it(title, subscriber) -> None:
    articles(title)
    (path, *_rest) = all_of(Client().get(address_of(subscriber)).content)
    assert path.endswith(".mp3")
    answer = Client().get(path, headers={"range": "bytes=0-1"})
    assert (answer.status_code, answer["Content-Length"]) == (206, "2")
    assert Client().get(path, headers={"range": "bytes=999999-"}).status_code == 416
    answer.close()


def test_it_says_when_it_was_used(title, subscriber) -> None:
    address = address_of(subscriber)
    assert PrivateFeed.objects.get().last_used_at is None
    Client().get(address)
    assert PrivateFeed.objects.get().last_used_at is not None


def test_twice_as_many_episodes_are_no_more_queries(title, subscriber) -> None:
    address = address_of(subscriber)

    def count() -> int:
        articles(title)
        Client().get(address)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    assert count() == count()


# --- The page in the account


def shown(answer: Any) -> str:
    """Return the address that a page of the account shows."""
    found = re.search(r"<code>http://testserver(/listen/[^<]+)</code>", answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def test_a_reader_makes_an_address_sees_it_once_makes_another_and_revokes_it(
    title, subscriber, client
) -> None:
    articles(title)
    client.force_login(subscriber)
    page = "/account/feeds/"
    assert "/listen/" not in client.get(page).content.decode()
    made = client.post(page, {"kind": "listening"})
    assert "no-store" in made["Cache-Control"]
    first = shown(made)
    assert f'href="podcast://testserver{first}"' in made.content.decode()
    assert len(in_it(first)) == 4
    again = client.get(page).content.decode()
    assert "/listen/" not in again
    assert "Last used: " in again
    second = shown(client.post(page, {"kind": "listening"}))
    assert Client().get(first).status_code == 410
    assert len(in_it(second)) == 4
    client.post("/account/feeds/revocation/", {"kind": "listening"})
    assert Client().get(second).status_code == 410
    assert "Make an address" in client.get(page).content.decode()


def test_nothing_is_made_by_looking_or_of_a_kind_that_is_none(title, subscriber, client) -> None:
    client.force_login(subscriber)
    client.get("/account/feeds/?kind=listening")
    assert client.post("/account/feeds/", {"kind": "everything"}).status_code == 404
    assert client.get("/account/feeds/revocation/").status_code == 405
    assert not PrivateFeed.objects.exists()


def test_another_site_can_have_nothing_made_or_revoked(title, subscriber) -> None:
    private_feeds.make(subscriber, Kind.LISTENING, at=timezone.now())
    client = Client(enforce_csrf_checks=True)
    client.force_login(subscriber)
    for page in ("/account/feeds/", "/account/feeds/revocation/"):
        assert client.post(page, {"kind": "listening"}).status_code == 403
    assert PrivateFeed.objects.filter(revoked_at=None).count() == 1
