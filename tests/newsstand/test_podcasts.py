"""Podcasts: what anybody may hear, in a form that every program understands."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import av
import feedparser
import podcastparser
import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree
from PIL import Image
from wagtail.models import Site

from masthead.editorial import issues
from masthead.editorial.models import Article, Issue, Title
from masthead.manuscript import nodes
from masthead.newsstand import podcast_forms, podcasts
from masthead.production import audio
from masthead.production.models import Narration
from tests.factories import editorial as make
from tests.newsstand.podcast_rules import ITUNES, PODCAST, faults

pytestmark = pytest.mark.django_db
FEED = "/feeds/podcast.xml"


@pytest.fixture
def title() -> Title:
    return make.magazine(tagline="News of the town", language="en-GB")


def heard(article: Article, seconds: float = 9, **fields: Any) -> Narration:
    """Return a recording of an article, of so many seconds."""
    sound = uuid.uuid4().bytes
    article.narrations.all().delete()
    return Narration.objects.create(
        article=article, state="ready", asked_at=make.THEN, size=len(sound), seconds=seconds,
        file=ContentFile(sound, name="a.mp3"), sha256=uuid.uuid4().hex * 2,
        **({"captions": "WEBVTT\n\n00:00.000 --> 00:01.000\nHark.\n",
            "finished_at": make.THEN} | fields),
    )  # fmt: skip


def an_open_one(title: Title, **fields: Any) -> Article:
    article = make.article(title, **({"access": "open"} | fields))
    heard(article)
    return article


def got(client: Any, address: str = FEED) -> bytes:
    # What no log tells of, as where a test writes to a table by itself, is seen within a minute.
    caches["feeds"].clear()
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    content: bytes = answer.content
    return content


def items(feed: bytes) -> list[Any]:
    return etree.fromstring(feed).findall("channel/item")


def guids(feed: bytes) -> list[str]:
    return [item.findtext("guid") for item in items(feed)]


# --- What is in it


def test_a_podcast_keeps_every_rule_of_those_who_list_podcasts(title, client) -> None:
    ada = make.contributor(title, "Ada Okafor")
    byline = nodes.Byline("Ada Okafor", f"contributor:{ada.key}")
    an_open_one(title, headline="Fish & <chips>\x0b", standfirst="5 > 4", bylines=(byline,))
    issue = make.issue(title, an_open_one(title), state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=make.THEN)
    Title.objects.update(podcast_contact="audio@gazette.example", podcast_category="TV & Film")
    for page in ("/", make.section(title).url, Issue.objects.get().url):
        assert faults(got(client, f"{page}feeds/podcast.xml")) == []


def test_an_episode_says_what_it_is_who_wrote_it_and_who_reads(title, client) -> None:
    ada = make.contributor(title, "Ada Okafor")
    article = make.article(
        title, access="open", headline="The port that waits", standfirst="Ships & men",
        bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),
                 nodes.Byline("B. Lens", role="Photographs by")),
    )  # fmt: skip
    narration = heard(article, 61.4, narrator="Joan Reader")
    (item,) = items(got(client))
    assert item.findtext("title") == "The port that waits"
    assert item.findtext("guid") == f"urn:uuid:{article.key}"
    assert item.findtext("link") == f"http://testserver{article.url}"
    assert dict(item.find("enclosure").attrib) == {
        "url": f"http://testserver/audio/{article.key}/{narration.sha256}.mp3",
        "length": str(narration.size),
        "type": "audio/mpeg",
    }
    assert item.findtext(f"{ITUNES}duration") == "61"
    assert item.find(f"{PODCAST}transcript").get("url").endswith(f"{narration.sha256}.vtt")
    people = [(one.text, one.get("role"), one.get("href")) for one in item.iter(f"{PODCAST}person")]
    assert people == [
        ("Ada Okafor", "author", f"http://testserver{ada.url}"),
        ("Joan Reader", "narrator", None),
    ]
    told = item.findtext("description")
    assert "Ships &amp; men" in told
    assert article.url in told
    assert "Read by Joan Reader." in told
    heard(article)
    assert "Read by a computer voice." in items(got(client))[0].findtext("description")


def test_a_recording_that_nothing_can_be_followed_in_has_no_transcript(title, client) -> None:
    heard(make.article(title, access="open"), narrator="Joan", captions="WEBVTT\n")
    (item,) = items(got(client))
    assert item.find("enclosure") is not None
    assert item.find(f"{PODCAST}transcript") is None


def test_only_what_everybody_may_read_is_heard(title, client, django_user_model) -> None:
    an_open = an_open_one(title)
    closed = [make.article(title, access=one) for one in ("registered", "metered", "subscribers")]
    for article in closed:
        heard(article)
    make.article(title, access="open")  # Nobody has read it aloud yet.
    silent = an_open_one(title)
    Article.objects.filter(pk=silent.pk).update(read_aloud=False)
    an_open_one(title).unpublish()
    # Nor more of it for somebody who reads everything.
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    for page in ("/", make.section(title).url):
        assert guids(got(client, f"{page}feeds/podcast.xml")) == [f"urn:uuid:{an_open.key}"]


def test_an_article_that_opens_later_is_heard_from_then_on(title, client) -> None:
    article = make.article(title, access="subscribers", published_at=make.THEN)
    heard(article)
    assert guids(got(client)) == []
    Article.objects.filter(pk=article.pk).update(free_after_days=1)
    assert guids(got(client)) == [f"urn:uuid:{article.key}"]


def test_open_articles_are_found_behind_newer_ones_that_are_closed(
    title, client, monkeypatch
) -> None:
    monkeypatch.setattr(podcasts, "EPISODES", 2)
    old = an_open_one(title)
    for day in range(1, 5):
        heard(make.article(title, access="subscribers", published_at=make.THEN + timedelta(day)))
    assert guids(got(client)) == [f"urn:uuid:{old.key}"]


def test_an_issue_is_told_in_its_order_and_a_place_stays_though_others_are_closed(
    title, client
) -> None:
    first, shut, last = (make.article(title, access=one) for one in ("open", "subscribers", "open"))
    for article in (first, shut, last):
        heard(article)
    issue = make.issue(title, first, shut, last, state=Issue.State.OPEN)
    assert client.get(f"{issue.url}feeds/podcast.xml").status_code == 404
    issues.put_on_sale(issue, at=make.THEN)
    feed = got(client, f"{issue.url}feeds/podcast.xml")
    assert guids(feed) == [f"urn:uuid:{first.key}", f"urn:uuid:{last.key}"]
    assert [item.findtext(f"{ITUNES}episode") for item in items(feed)] == ["1", "3"]
    assert etree.fromstring(feed).findtext(f"channel/{ITUNES}type") == "serial"
    assert etree.fromstring(got(client)).findtext(f"channel/{ITUNES}type") == "episodic"


def test_a_publisher_keeps_computer_voices_or_everything_out(title, client) -> None:
    an_open_one(title)
    spoken = make.article(title, access="open")
    heard(spoken, narrator="Joan Reader")
    Title.objects.update(podcast="people")
    assert guids(got(client)) == [f"urn:uuid:{spoken.key}"]
    Title.objects.update(podcast="none")
    assert client.get(FEED).status_code == 404
    assert "podcast.xml" not in client.get("/").content.decode()


def test_pages_without_articles_of_their_own_have_no_podcast(title, client) -> None:
    make.topic(title)
    for page in ("/articles/", "/issues/", "/topics/", "/no-such-page/"):
        assert client.get(f"{page}feeds/podcast.xml").status_code == 404


@pytest.mark.parametrize("count", [1, 2])
def test_pages_name_their_podcasts_in_their_heads(title, client, count) -> None:
    issue = make.issue(title, an_open_one(title), state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=make.THEN)
    page = ("/", make.section(title).url, issue.url)[count]
    head = client.get(page).content.decode().partition("</head>")[0]
    assert f'href="http://testserver{page}feeds/podcast.xml"' in head
    assert 'href="http://testserver/feeds/podcast.xml"' in head


# --- What stays as it is


def test_a_new_recording_has_another_address_and_the_same_guid(title, client) -> None:
    article = an_open_one(title)
    before = items(got(client))[0]
    heard(article)
    after = items(got(client))[0]
    assert before.findtext("guid") == after.findtext("guid")
    assert before.find("enclosure").get("url") != after.find("enclosure").get("url")


def test_a_show_keeps_its_guid_when_the_magazine_moves(title, client, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    first = etree.fromstring(got(client)).findtext(f"channel/{PODCAST}guid")
    # As Podcasting 2.0 reckons it: of the address, without the scheme.
    namespace = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    assert first == str(uuid.uuid5(namespace, "testserver/feeds/podcast.xml"))
    site = Site.objects.get()
    site.hostname = "elsewhere.example"
    site.save()
    feed = etree.fromstring(client.get(FEED, headers={"host": "elsewhere.example"}).content)
    assert "elsewhere.example" in feed.find("channel/{*}link[@rel='self']").get("href")
    assert feed.findtext(f"channel/{PODCAST}guid") == first


def test_a_section_and_an_issue_are_shows_of_their_own_for_ever(title, client) -> None:
    section = make.section(title)

    def guid(page: str) -> str:
        feed = etree.fromstring(got(client, f"{page}feeds/podcast.xml"))
        return str(feed.findtext(f"channel/{PODCAST}guid"))

    first = guid(section.url)
    assert first != guid("/")
    section.slug = "the-world"
    section.save_revision().publish()
    assert guid("/the-world/") == first


def test_who_has_the_feed_already_is_told_so(title, client) -> None:
    article = an_open_one(title)
    first = client.get(FEED)
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(FEED, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert client.head(FEED)["ETag"] == first["ETag"]
    article.unpublish()
    assert client.get(FEED, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_what_changes_is_told_at_once_and_what_does_not_is_not_made_again(
    title, client, monkeypatch
) -> None:
    article = an_open_one(title)
    first = client.get(FEED)
    made = []
    write = podcast_forms.rss
    monkeypatch.setattr(podcast_forms, "rss", lambda one: made.append(one) or write(one))
    client.get(FEED)
    assert len(made) <= 1  # A minute may have begun.
    heard(article, finished_at=timezone.now())
    second = client.get(FEED)
    assert second.content != first.content
    article.refresh_from_db()
    article.title = "Another headline"
    article.save_revision().publish()
    third = client.get(FEED)
    assert b"Another headline" in third.content
    Title.objects.update(podcast_category="Arts")
    assert b'text="Arts"' in client.get(FEED).content
    article.unpublish()
    assert items(client.get(FEED).content) == []


def test_twice_as_many_episodes_are_no_more_queries(title, client) -> None:
    def count() -> int:
        for day in range(3):
            byline = nodes.Byline("A", f"contributor:{make.contributor(title).key}")
            an_open_one(title, bylines=(byline,), published_at=make.THEN + timedelta(day))
        got(client)
        caches["feeds"].clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(FEED).status_code == 200
        return len(queries)

    assert count() == count()


# --- Other programs agree


def real(title: Title) -> Article:
    """Return an open article that was really read aloud."""
    article = make.article(title, make.paragraph("It came in at noon."), access="open")
    for narration in Narration.objects.under_way():
        audio.make_in_turn.func(narration.pk)
    return article


def test_every_program_counts_the_same_episodes_lengths_and_seconds(title, client) -> None:
    real(title)
    an_open_one(title)
    feed = got(client)
    ours = {
        item.find("enclosure").get("url"): (
            int(item.find("enclosure").get("length")), int(item.findtext(f"{ITUNES}duration")))
        for item in items(feed)
    }  # fmt: skip
    one = feedparser.parse(feed)
    assert not one.bozo
    assert {
        entry.enclosures[0].href: (int(entry.enclosures[0].length), int(entry.itunes_duration))
        for entry in one.entries
    } == ours
    other = podcastparser.parse("http://testserver/feeds/podcast.xml", io.BytesIO(feed))
    assert {
        entry["enclosures"][0]["url"]: (entry["enclosures"][0]["file_size"], entry["total_time"])
        for entry in other["episodes"]
    } == ours
    assert other["type"] == "episodic"


def test_length_and_duration_are_those_of_the_file_that_is_sent(title, client) -> None:
    real(title)
    (item,) = items(got(client))
    told = item.find("enclosure")
    path = told.get("url").removeprefix("http://testserver")
    head = client.head(path)
    assert head["Content-Length"] == told.get("length")
    assert head["Content-Type"] == told.get("type")
    answer = client.get(path)
    sound = b"".join(answer.streaming_content)
    assert len(sound) == int(told.get("length"))
    with av.open(io.BytesIO(sound)) as opened:
        assert opened.duration is not None
        seconds = opened.duration / av.time_base
    assert abs(seconds - int(item.findtext(f"{ITUNES}duration"))) <= 1
    answer.close()


def test_players_seek_in_it_and_programs_in_browsers_may_ask(title, client) -> None:
    article = an_open_one(title)
    path = items(got(client))[0].find("enclosure").get("url").removeprefix("http://testserver")
    size = int(client.head(path)["Content-Length"])
    etag = client.head(path)["ETag"]

    def asked(**headers: str) -> Any:
        answer = client.get(
            path, headers={name.replace("_", "-"): v for name, v in headers.items()}
        )
        answers.append(answer)
        return answer

    answers: list[Any] = []
    assert asked(range="bytes=0-1").status_code == 206
    assert asked(range="bytes=0-1")["Content-Range"] == f"bytes 0-1/{size}"
    assert asked(range="bytes=-5").status_code == 206
    assert asked(range=f"bytes={size}-").status_code == 416
    assert asked(range="bytes=0-1", if_range='"stale"').status_code == 200
    assert asked(range="bytes=0-1", if_range=etag).status_code == 206
    assert {one["ETag"] for one in answers if one.status_code != 416} == {etag}
    assert {one["Access-Control-Allow-Origin"] for one in answers} == {"*"}
    captions = client.get(path.replace(".mp3", ".vtt"))
    assert captions["Access-Control-Allow-Origin"] == "*"
    Article.objects.filter(pk=article.pk).update(access="subscribers")
    assert "Access-Control-Allow-Origin" not in client.get(path)
    # At the end: closing an answer ends the test's hold on the database.
    for one in answers:
        one.close()


def test_what_is_not_everybodys_is_shown_to_no_other_site(title, client, django_user_model) -> None:
    article = make.article(title, access="subscribers")
    narration = heard(article)
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    for ending in ("vtt", "json", "mp3"):
        answer = client.get(f"/audio/{article.key}/{narration.sha256}.{ending}")
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer
    answer.close()


# --- Its picture


def test_its_picture_is_a_square_that_directories_take(title, client) -> None:
    issue = make.issue(title, an_open_one(title), state=Issue.State.OPEN, cover=make.picture())
    issues.put_on_sale(issue, at=make.THEN)
    found = set()
    for page in ("/", issue.url):
        feed = etree.fromstring(got(client, f"{page}feeds/podcast.xml"))
        address = feed.find(f"channel/{ITUNES}image").get("href")
        answer = client.get(address.removeprefix("http://testserver"))
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
        with Image.open(io.BytesIO(answer.content)) as image:
            assert (image.format, image.mode) == ("PNG", "RGB")
            assert image.size[0] == image.size[1]
            assert 1400 <= image.size[0] <= 3000
        found.add(address)
    assert len(found) == 2
    old = client.get(f"/share/{title.key}/square/{'0' * 32}.png")
    assert old.status_code == 302
    hidden = make.issue(title, state=Issue.State.OPEN)
    assert client.get(f"/share/{hidden.key}/square/{'0' * 32}.png").status_code == 404


# --- The rules see what they are there for

SEEDED = {
    "the category stands in the text": (
        b'<itunes:category text="News"/>', b"<itunes:category>News</itunes:category>"),
    "a category that Apple does not know": (b'text="News"', b'text="news"'),
    "no category": (b'<itunes:category text="News"/>', b""),
    "a name in the wrong case": (b"itunes:explicit>", b"itunes:Explicit>"),
    "explicit is neither": (b"<itunes:explicit>false", b"<itunes:explicit>no"),
    "a guid that is an address": (b'isPermaLink="false"', b'isPermaLink="true"'),
    "a guid of another kind": (b"<guid isPermaLink=\"false\">urn:uuid:", b"<guid isPermaLink=\"false\">http://x/"),
    "no length": (b'length="16"', b'length="0"'),
    "a type nobody plays": (b"audio/mpeg", b"audio/mp3"),
    "a recording that is no MP3 by its name": (b".mp3", b".mp3?x=1"),
    "an address that is not ASCII": (b"http://testserver/audio", "http://täst/audio".encode()),
    "a duration in words": (b"<itunes:duration>9", b"<itunes:duration>nine"),
    "a moment as databases write it": (b"Mon, 04 May 2026 09:00:00 +0000", b"2026-05-04T09:00:00Z"),
    "no word of where it is": (b'rel="self"', b'rel="alternate"'),
    "a picture without its ending": (b".png", b""),
    "neither serial nor episodic": (b"episodic", b"weekly"),
    "a language that is none": (b"<language>en-GB", b"<language>English, British"),
    "keeps itself out": (b"<podcast:locked>", b"<itunes:block>Yes</itunes:block><podcast:locked>"),
    "no guid of the show": (b"podcast:guid>", b"podcast:medium>"),
    "locked in Apple's words": (b"<podcast:locked>yes", b"<podcast:locked>true"),
    "a transcript as HTML": (b"text/vtt", b"text/html"),
    "an element of nobody's": (b"podcast:medium>", b"podcast:media>"),
    "a person without a name": (b">A. Pen</podcast:person>", b"></podcast:person>"),
    "no XML": (b"</channel>", b""),
    "not RSS 2.0": (b'version="2.0"', b'version="0.9"'),
}  # fmt: skip


@pytest.fixture
def good(title, client) -> bytes:
    an_open_one(title, bylines=(nodes.Byline("A. Pen"),))
    feed = got(client)
    assert faults(feed) == []
    return feed


@pytest.mark.parametrize("name", SEEDED)
def test_the_rules_see_a_fault_that_was_put_there(good, name) -> None:
    right, wrong = SEEDED[name]
    assert right in good, "There is nothing to break."
    assert faults(good.replace(right, wrong)), "Nobody saw it."


def test_the_rules_see_an_episode_told_twice_and_a_feed_that_should_be_private(good) -> None:
    item = good[good.index(b"<item>") : good.index(b"</item>") + len(b"</item>")]
    found = faults(good.replace(item, item + item))
    assert any("one guid" in fault for fault in found)
    assert any("one recording" in fault for fault in found)
    assert len(faults(good, private=True)) == 2
