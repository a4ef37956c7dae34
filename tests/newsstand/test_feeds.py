"""Feeds: what anybody may read, in three forms, for whoever asks again and again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date
from wagtail.models import PageViewRestriction

from masthead.editorial import pictures
from masthead.editorial.models import Article, Correction
from masthead.manuscript import nodes
from masthead.newsstand import composing, feed_forms, feeds
from masthead.newsstand.views import feeds as feed_views
from masthead.production.models import Change
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
VERSIONS = {
    "rss.xml": "rss20",
    "atom.xml": "atom10",
    "feed.json": "https://jsonfeed.org/version/1.1",
}
FORMS = tuple(VERSIONS)
LATER = make.THEN + timedelta(days=3)


@pytest.fixture
def title():
    return make.magazine(tagline="News of the town", language="en-GB")


def parsed(client: Any, address: str) -> Any:
    """Return a feed as feedparser understands it, which must find no fault in it."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    if address.endswith(".json"):
        return of_json(json.loads(answer.content))
    headers = {"content-type": answer["Content-Type"], "content-location": "http://testserver/"}
    found = feedparser.parse(answer.content, response_headers=headers, sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


# JSON Feed 1.1, as far as we use it; feedparser does not read it yet.
OF_A_FEED = {"version", "title", "description", "language", "home_page_url", "feed_url", "items"}
OF_AN_ITEM = {
    "id", "url", "title", "summary", "content_html", "language", "date_published",
    "date_modified", "authors", "tags",
}  # fmt: skip


def of_json(feed: dict[str, Any]) -> Any:
    """Return a JSON feed in the shape of feedparser's, found to be what its rules say."""
    assert feed.keys() == OF_A_FEED
    entries = []
    for item in feed["items"]:
        assert item.keys() == OF_AN_ITEM
        assert all(author.keys() <= {"name", "url"} for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item["tags"])
        moments = [
            datetime.fromisoformat(item[f"date_{name}"]) for name in ("published", "modified")
        ]
        entries.append(
            feedparser.FeedParserDict(
                id=item["id"], link=item["url"], title=item["title"], summary=item["summary"],
                authors=[feedparser.FeedParserDict(author) for author in item["authors"]],
                tags=item["tags"], content=[feedparser.FeedParserDict(value=item["content_html"])],
                published_parsed=moments[0].utctimetuple(), updated_parsed=moments[1].utctimetuple(),
            )
        )  # fmt: skip
    return feedparser.FeedParserDict(
        version=feed["version"],
        entries=entries,
        feed=feedparser.FeedParserDict(
            title=feed["title"], language=feed["language"], link=feed["home_page_url"],
            links=[feedparser.FeedParserDict(rel="self", href=feed["feed_url"])],
        ),
    )  # fmt: skip


def items(client: Any, address: str = "/feeds/feed.json") -> list[dict[str, Any]]:
    return json.loads(client.get(address).content)["items"]


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_of_feeds_learns_what_stands_above_an_article(title, client, form) -> None:
    ada = make.contributor(title, "Ada Okafor")
    topic = make.topic(title, "The Board")
    article = make.article(
        title, make.paragraph("The lamps went out & stayed out."), access="open",
        headline="Dark <quay> & night", standfirst="Why it's \"dark\" < night", language="fr",
        bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"), nodes.Byline("A Guest")),
        topics=(f"topic:{topic.key}",),
    )  # fmt: skip
    Correction.objects.create(article=article, text="Nine, not ten.", made_at=LATER)
    feed = parsed(client, f"/feeds/{form}")
    assert feed.version == VERSIONS[form]
    assert feed.feed.title == "The Gazette"
    assert feed.feed.language == "en-GB"
    assert [one.href for one in feed.feed.links if one.rel == "self"] == [
        f"http://testserver/feeds/{form}"
    ]
    (entry,) = feed.entries
    assert entry.id == f"urn:uuid:{article.key}"
    assert entry.link == f"http://testserver{article.url}"
    assert entry.title in ("Dark <quay> & night", "Dark &lt;quay&gt; &amp; night")
    assert ", ".join(author.name for author in entry.authors) == "Ada Okafor, A Guest"
    assert "The Board" in str(entry.get("tags"))
    published = datetime(*entry.published_parsed[:6], tzinfo=UTC)
    assert published == make.THEN
    if form != "rss.xml":  # RSS knows one moment only.
        assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == LATER
    text = entry.content[-1].value
    assert "The lamps went out &amp; stayed out." in text
    assert "Nine, not ten." in text
    assert 'lang="fr"' in text


def test_the_language_of_an_article_is_told_where_a_form_can(title, client) -> None:
    make.article(title, access="open", language="ar", headline="قهوة")
    assert b"<dc:language>ar</dc:language>" in client.get("/feeds/rss.xml").content
    assert b'<entry xml:lang="ar">' in client.get("/feeds/atom.xml").content
    (item,) = items(client)
    assert item["language"] == "ar"
    assert item["content_html"].startswith('<div lang="ar" dir="rtl">')


@pytest.mark.parametrize("form", FORMS)
def test_an_open_article_is_whole_and_any_other_ends_with_its_lead(title, client, form) -> None:
    body = (
        make.paragraph("canarylead"), nodes.LeadMarker(id="m"), make.paragraph("canaryrest"),
        nodes.PageBreak(id="b", title="canarypart"), make.paragraph("canarysecond"),
    )  # fmt: skip
    closed = [
        make.article(title, *body, access=a) for a in ("registered", "metered", "subscribers")
    ]
    text = client.get(f"/feeds/{form}").content.decode()
    assert text.count("canarylead") == 3
    for word in ("canaryrest", "canarypart", "canarysecond"):
        assert word not in text
    assert text.count("Read the rest at The Gazette") == 3
    for article in closed:
        article.access = "open"
        article.save_revision().publish()
    text = client.get(f"/feeds/{form}").content.decode()
    for word in ("canarylead", "canaryrest", "canarypart", "canarysecond"):
        assert text.count(word) == 3, word
    assert "Read the rest" not in text


def test_who_is_signed_in_gets_the_same_feed(title, client, django_user_model) -> None:
    make.article(title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), make.paragraph("Rest."))
    anonymous = client.get("/feeds/rss.xml").content
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    assert client.get("/feeds/rss.xml").content == anonymous
    assert b"Rest." not in anonymous


@pytest.mark.parametrize("form", FORMS)
def test_section_contributor_and_topic_have_feeds_of_their_own(title, client, form) -> None:
    ada, topic = make.contributor(title, "Ada Okafor"), make.topic(title, "The Board")
    culture = make.section(title, "Culture")
    make.article(
        title, headline="Hers", bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),)
    )
    make.article(title, headline="About it", topics=(f"topic:{topic.key}",))
    naming = nodes.Mention(f"topic:{topic.key}", (nodes.Text("the board"),))
    make.article(title, nodes.Paragraph(id="p", children=(naming,)), headline="Names it")
    make.article(title, headline="Culture's", in_section=culture)
    for page, headlines in (
        (ada, {"Hers"}), (topic, {"About it", "Names it"}), (culture, {"Culture's"}),
    ):  # fmt: skip
        feed = parsed(client, f"{page.url}feeds/{form}")
        assert {entry.title for entry in feed.entries} == headlines
        assert feed.feed.title == f"The Gazette: {page.title}"
        assert feed.feed.link.rstrip("/") == f"http://testserver{page.url}".rstrip("/")


def test_pages_name_their_feeds_and_those_are_there(title, client) -> None:
    article = make.article(title)
    for address in ("/", article.url, article.section.url, make.topic(title).url, "/corrections/"):
        every = client.get(address).context["page"].chrome.metadata.feeds
        # Podcasts are told of as well, and have tests of their own.
        links = [one for one in every if "podcast.xml" not in one.url]
        own = 6 if address in (article.section.url, "/topics/") or "topics" in address else 3
        assert len(links) == own
        for link in links:
            answer = client.get(link.url)
            assert answer.status_code == 200
            assert answer["Content-Type"] == f"{link.media_type}; charset=utf-8"
        html = client.get(address).content.decode()
        assert f'<link rel="alternate" type="application/rss+xml" href="{links[0].url}"' in html


def test_there_are_no_feeds_but_those(title, client) -> None:
    article = make.article(title)
    draft = make.contributor(title)
    draft.unpublish()
    for address in (
        f"{article.url}feeds/rss.xml", "/articles/feeds/rss.xml", "/nowhere/feeds/rss.xml",
        f"{article.url}2/feeds/rss.xml", "/feeds/rss", "/feeds/", "/feeds/rss.xml/",
        f"{draft.url}feeds/rss.xml",
    ):  # fmt: skip
        assert client.get(address, follow=True).status_code == 404, address
    assert client.post("/feeds/rss.xml").status_code == 405


def test_a_feed_holds_the_newest_that_are_out_newest_first(title, client) -> None:
    for day in range(feeds.ENTRIES + 2):
        make.article(title, headline=f"Day {day}", published_at=make.THEN - timedelta(days=day))
    make.article(title, headline="Draft", live=False)
    headlines = [item["title"] for item in items(client)]
    assert headlines == [f"Day {day}" for day in range(feeds.ENTRIES)]


def test_what_wagtail_keeps_to_some_is_in_no_feed(title, client) -> None:
    article = make.article(title, make.paragraph("For the few."), access="open")
    section = article.section
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    assert items(client) == []
    PageViewRestriction.objects.create(page=section, restriction_type="login")
    assert client.get(f"{section.url}feeds/rss.xml").status_code == 404


def test_addresses_in_a_feed_hold_wherever_it_is_read(title, client) -> None:
    picture = make.picture(size=(1200, 800))
    pictures.make(picture)
    other = make.article(title, headline="The other", access="open")
    note = nodes.Footnote("0f6a9f0e-1111-4222-8333-444455556666", (nodes.Text("A note."),))
    words = (
        nodes.Link(other.article_key, (nodes.Text("see there"),)),
        nodes.Link("https://town.example/a?b=1&c=2", (nodes.Text("elsewhere"),)),
        nodes.Link("mailto:a@example.org", (nodes.Text("write"),)),
        nodes.FootnoteReference(note.id),
        nodes.CodeSpan('href="/stays/as/it/is"'),
    )
    article = make.article(
        title, nodes.Paragraph(id="p", children=words),
        nodes.Figure(id="f", picture=picture.picture_key, alternative="x",
                     crop=nodes.Crop(0.0, 0.0, 0.5, 0.5)),
        access="open", notes=(note,), published_at=LATER,
    )  # fmt: skip
    html = items(client)[0]["content_html"]
    here = f"http://testserver{article.url}"
    assert f'href="http://testserver{other.url}"' in html
    assert 'href="https://town.example/a?b=1&amp;c=2"' in html
    assert 'href="mailto:a@example.org"' in html
    assert f'href="{here}#note-1"' in html
    assert 'href="/stays/as/it/is"' in html
    assert "style=" not in html
    addresses = [part.split('"')[0] for part in html.split('src="')[1:]]
    for source_set in html.split('srcset="')[1:]:
        addresses += [file.split(" ")[0] for file in source_set.split('"')[0].split(", ")]
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith("http://testserver/media/pictures/")
        answer = client.get(address)
        answer.close()
        assert answer.status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_characters_that_xml_forbids_do_not_break_a_feed(title, client, form) -> None:
    article = make.article(title, access="open", headline="Bell\x07 and\ufffe whistle")
    article.standfirst = "Vertical\x0btab \U0001f56f"
    article.save_revision().publish()
    (entry,) = parsed(client, f"/feeds/{form}").entries
    assert entry.title == "Bell and whistle"
    assert "Verticaltab \U0001f56f" in entry.summary


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_a_sound_feed_and_stays_the_same(title, client, form) -> None:
    assert parsed(client, f"/feeds/{form}").entries == []
    assert client.get(f"/feeds/{form}").content == client.get(f"/feeds/{form}").content


# --- Asked again and again ------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_who_has_the_feed_already_is_told_so(title, client, form) -> None:
    article = make.article(title)
    first = client.get(f"/feeds/{form}")
    etag, moment = first["ETag"], first["Last-Modified"]
    for headers in ({"if-none-match": etag}, {"if-modified-since": moment},
                    {"if-none-match": f'"x", W/{etag}', "if-modified-since": http_date(0)}):  # fmt: skip
        again = client.get(f"/feeds/{form}", headers=headers)
        assert again.status_code == 304, headers
        assert not again.content
        assert again["ETag"] == etag
    assert client.get(f"/feeds/{form}", headers={"if-none-match": '"other"'}).status_code == 200
    head = client.head(f"/feeds/{form}")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", etag)
    article.unpublish()
    assert client.get(f"/feeds/{form}", headers={"if-none-match": etag}).status_code == 200


def test_a_feed_is_pressed_once_until_something_changes(title, client, monkeypatch) -> None:
    article = make.article(title, make.paragraph("One."), access="open", headline="Ten ships")
    pressed: list[object] = []
    real = feed_views.feed_of
    monkeypatch.setattr(feed_views, "feed_of", lambda *a, **k: pressed.append(a) or real(*a, **k))
    for _ in range(3):
        client.get("/feeds/rss.xml")
    assert len(pressed) == 1

    def changed() -> str:
        """Return the feed, which must have been pressed anew."""
        before = len(pressed)
        text = client.get("/feeds/rss.xml").content.decode()
        assert len(pressed) == before + 1
        return text

    # Straight in the database, where nobody is told: who it is for is asked each time.
    Article.objects.filter(pk=article.pk).update(access="subscribers")
    changed()
    article.refresh_from_db()
    article.title = "Nine ships"
    article.save_revision().publish()
    assert "Nine ships" in changed()
    Correction.objects.create(article=article, text="Nine, not ten.", made_at=LATER)
    assert "Nine, not ten." in changed()
    Article.objects.filter(pk=article.pk).update(live=False)
    assert "ships" not in changed()
    make.article(title, headline="Another")
    assert "Another" in changed()


def test_taking_an_article_down_is_seen_by_those_who_know_only_a_date(title, client, time_machine):
    time_machine.move_to(LATER, tick=False)
    article = make.article(title)
    moment = client.get("/feeds/rss.xml")["Last-Modified"]
    time_machine.move_to(LATER + timedelta(hours=1), tick=False)
    headers = {"if-modified-since": moment}
    assert client.get("/feeds/rss.xml", headers=headers).status_code == 304
    from wagtail.actions.unpublish_page import UnpublishPageAction

    UnpublishPageAction(article).execute(skip_permission_checks=True)
    assert client.get("/feeds/rss.xml", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("zone", "midnight"), [("Asia/Tokyo", 15), ("UTC", 24), ("America/New_York", 4 + 24)]
)
def test_a_licence_that_ends_is_seen_when_the_magazines_own_day_begins(
    title, client, time_machine, zone, midnight
) -> None:
    title.time_zone = zone
    title.save()
    first = make.THEN.replace(hour=0, minute=0) + timedelta(days=3)
    last = title.day(first + timedelta(hours=midnight, minutes=-1))
    picture = make.picture_at_hand(usable_until=last)
    make.article(title, lead_figure=nodes.Figure(id="l", picture=picture.picture_key))
    time_machine.move_to(first + timedelta(hours=midnight, minutes=-1), tick=False)
    before = client.get("/feeds/feed.json")
    assert "<img" in before.json()["items"][0]["content_html"]
    time_machine.move_to(first + timedelta(hours=midnight, minutes=1), tick=False)
    for headers in ({}, {"if-modified-since": before["Last-Modified"]}):
        after = client.get("/feeds/feed.json", headers=headers)
        assert after.status_code == 200, headers
        assert "<img" not in after.json()["items"][0]["content_html"]


def test_feeds_that_are_kept_do_not_fill_the_memory(title, client) -> None:
    kept = caches["feeds"]
    for number in range(200):
        kept.set(f"feed-{number}", b"x")
    assert sum(kept.get(f"feed-{number}") is not None for number in range(200)) <= 60


def test_a_feed_of_many_that_are_ready_asks_no_more_than_a_feed_of_few(title, client) -> None:
    ada, topic = make.contributor(title, "Ada Okafor"), make.topic(title)

    def stock() -> None:
        for _ in range(3):
            picture = make.picture()
            pictures.make(picture)
            guest = make.contributor(title)
            named = nodes.Mention(f"topic:{topic.key}", (nodes.Text("it"),))
            article = make.article(
                title, nodes.Paragraph(id="p", children=(named,)),
                nodes.Figure(id="f", picture=picture.picture_key, alternative="x"),
                access="open", topics=(f"topic:{make.topic(title).key}",),
                lead_figure=nodes.Figure(id="l", picture=picture.picture_key),
                bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),
                         nodes.Byline("B", f"contributor:{guest.key}")),
                sources=(nodes.Source(id="s", title="A source"),),
            )  # fmt: skip
            Correction.objects.create(article=article, text="Wrong.", made_at=LATER)
        Change.objects.all().delete()
        composing.ready(Article.objects.values_list("pk", flat=True), at=LATER, version=1)

    def count() -> dict[str, int]:
        counts = {}
        for page in ("/", make.section(title).url, ada.url, topic.url):
            for form in FORMS:
                client.get(f"{page}feeds/{form}")
                caches["feeds"].clear()
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(f"{page}feeds/{form}").status_code == 200
                counts[page + form] = len(queries)
        return counts

    stock()
    before = count()
    stock()
    assert count() == before
    assert max(before.values()) < 25, before


def test_the_same_feed_is_always_the_same_bytes() -> None:
    entry = feeds.Entry(
        key="k", url="http://a/b", title="T", language="en", summary="S", html="<p>H</p>",
        authors=(), topics=(), published_at=make.THEN, updated_at=LATER,
    )  # fmt: skip
    feed = feeds.Feed(
        title="T", description="D", publication="P", language="en", home_url="http://a/",
        feed_url="http://a/feeds/rss.xml", updated_at=LATER, entries=(entry,),
    )  # fmt: skip
    for write in feed_forms.FORMS.values():
        assert write(feed) == write(feed)
        assert b"2026" in write(feed)
