"""What search engines are told, and the notices on the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from masthead.config.sections import Contact
from masthead.editorial import issues
from masthead.editorial.models import Correction, Dossier, Issue, TopicIndex
from masthead.manuscript import nodes
from masthead.newsstand import sitemaps
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
NS = {"s": sitemaps.SITEMAP, "news": sitemaps.NEWS}


@pytest.fixture
def title():
    return make.magazine(tagline="News of the town", language="en-GB")


def tree(client: Any, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own words.


def places(client: Any, address: str) -> dict[str, datetime | None]:
    """Return the last change of each address in a sitemap or an index."""
    found = {}
    for one in tree(client, address):
        moment = one.findtext("s:lastmod", namespaces=NS)
        found[one.findtext("s:loc", "", NS)] = datetime.fromisoformat(moment) if moment else None
    return found


def everything(client: Any) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for part in places(client, "/sitemap.xml"):
        if not part.endswith("/news.xml"):
            found |= places(client, part)
    return found


def test_every_page_that_anybody_can_see_is_in_a_sitemap_and_is_there(title, client) -> None:
    article = make.article(title, access="subscribers")
    issue = make.issue(title, article, state=Issue.State.OPEN)
    planned = make.issue(title)
    issues.put_on_sale(issue, at=make.THEN)
    dossier = make.shelf(TopicIndex, title).add_child(instance=Dossier(title="The flood"))
    pages = [article, issue, dossier, make.contributor(title), make.topic(title), article.section]
    found = everything(client)
    expected = {f"{HOST}{page.url}" for page in pages} | {
        f"{HOST}{path}"
        for path in ("/", "/articles/", "/issues/", "/contributors/", "/topics/",
                     "/corrections/", "/accessibility/")
    }  # fmt: skip
    assert found.keys() == expected
    assert f"{HOST}{planned.url}" not in found
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.context["page"].chrome.canonical_url == address


def test_drafts_and_what_wagtail_keeps_to_some_are_in_none(title, client) -> None:
    draft, private = make.article(title, live=False), make.article(title)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    found = everything(client)
    assert f"{HOST}{draft.url}" not in found
    assert f"{HOST}{private.url}" not in found


def test_the_last_change_is_the_last_one_that_a_reader_could_see(title, client) -> None:
    topic = make.topic(title)
    article = make.article(title, topics=(f"topic:{topic.key}",))
    before = everything(client)
    assert before[f"{HOST}{article.url}"] == article.last_published_at
    later = article.last_published_at + timedelta(days=2)
    Correction.objects.create(article=article, text="Nine.", made_at=later)
    after = everything(client)
    assert after[f"{HOST}{article.url}"] == later
    assert after[f"{HOST}/corrections/"] == later
    index = places(client, "/sitemap.xml")
    number = (article.pk - 1) // sitemaps.PER_SITEMAP + 1
    assert index[f"{HOST}/sitemaps/articles-{number}.xml"] == later
    new = make.article(
        title, topics=(f"topic:{topic.key}",), published_at=later + timedelta(days=1)
    )
    after = everything(client)
    for page in (topic, new.section):
        assert after[f"{HOST}{page.url}"] == new.published_at


def test_an_article_stays_in_its_sitemap_whatever_happens_to_the_others(
    title, client, monkeypatch
) -> None:
    monkeypatch.setattr(sitemaps, "PER_SITEMAP", 3)
    articles = [make.article(title) for _ in range(8)]
    gone, *left = articles

    def where() -> dict[str, str]:
        parts = [part for part in places(client, "/sitemap.xml") if "/articles-" in part]
        found = {}
        for part in parts:
            there = places(client, part)
            assert 0 < len(there) <= 3
            found |= dict.fromkeys(there, part)
        return found

    before = where()
    assert len(before) == 8
    gone.delete()
    after = where()
    assert after == {url: part for url, part in before.items() if url in after}
    assert len(after) == len(left)


def test_news_are_the_articles_of_two_days_in_the_language_of_the_publication(
    title, client, time_machine
) -> None:
    time_machine.move_to(make.THEN + timedelta(days=3), tick=False)
    day = timedelta(days=1)
    new = make.article(title, headline="New & <bold>", published_at=make.THEN + 2 * day,
                       language="en-US")  # fmt: skip
    make.article(title, published_at=make.THEN + day / 2)
    make.article(title, published_at=make.THEN + 4 * day)
    make.article(title, published_at=make.THEN + 2 * day, language="ar")
    make.article(title, published_at=make.THEN + 2 * day, live=False)
    (url,) = tree(client, "/sitemaps/news.xml")
    assert url.findtext("s:loc", namespaces=NS) == f"{HOST}{new.url}"
    (told,) = url.findall("news:news", NS)
    assert told.findtext("news:publication/news:name", namespaces=NS) == "The Gazette"
    assert told.findtext("news:publication/news:language", namespaces=NS) == "en"
    assert told.findtext("news:title", namespaces=NS) == "New & <bold>"
    moment = datetime.fromisoformat(told.findtext("news:publication_date", "", NS))
    assert moment == make.THEN + 2 * day


def test_characters_that_xml_forbids_do_not_break_the_news(title, client, time_machine) -> None:
    time_machine.move_to(make.THEN + timedelta(hours=1), tick=False)
    make.article(title, headline="Ten\x0b ships\x1f & \U0001f600")
    (url,) = tree(client, "/sitemaps/news.xml")
    assert url.findtext("news:news/news:title", namespaces=NS) == "Ten ships & \U0001f600"


def test_a_topic_is_not_looked_up_among_its_articles_times_its_mentions(title, client) -> None:
    make.article(title)
    with CaptureQueriesContext(connection) as queries:
        client.get("/sitemaps/names.xml")
    asked = [query["sql"] for query in queries]
    assert any("editorial_mention" in one for one in asked)
    assert not any("editorial_mention" in one and "editorial_articletopic" in one for one in asked)


@pytest.mark.parametrize(
    "name", ["articles-0", "articles-999", "articles-x", "articles-01", "secret"]
)
def test_there_are_no_other_sitemaps(title, client, name) -> None:
    make.article(title)
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_who_has_a_sitemap_already_is_told_so(title, client) -> None:
    make.article(title)
    for address in ("/sitemap.xml", "/sitemaps/sections.xml", "/sitemaps/news.xml"):
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"if-none-match": etag}).status_code == 304
        assert client.head(address).status_code == 200


def test_sitemaps_ask_no_more_when_the_magazine_has_twice_as_much(title, client) -> None:
    topic = make.topic(title)

    def stock() -> None:
        for number in range(3):
            make.section(title, f"Section {make.contributor(title).pk}")
            article = make.article(
                title, topics=(f"topic:{topic.key}",), published_at=datetime.now(UTC),
                in_section=make.section(title, f"Section {number}"),
                bylines=(nodes.Byline("x", f"contributor:{make.contributor(title).key}"),),
            )  # fmt: skip
            Correction.objects.create(article=article, text="Wrong.")
            issues.put_on_sale(make.issue(title, article, state=Issue.State.OPEN), at=make.THEN)
            make.shelf(TopicIndex, title).add_child(instance=Dossier(title="The flood"))

    def count() -> dict[str, int]:
        counts = {}
        for address in ("/sitemap.xml", *places(client, "/sitemap.xml")):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts[address] = len(queries)
        return counts

    stock()
    before = count()
    stock()
    assert count() == before


# --- Notices ------------------------------------------------------------------


def test_crawlers_are_kept_from_the_desk_and_shown_the_sitemap(title, client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /office/" in lines
    assert "Disallow: /" not in lines
    assert f"Sitemap: {HOST}/sitemap.xml" in lines


@pytest.fixture
def contact(monkeypatch):
    def write(**values: str) -> None:
        changed = replace(settings.INSTALLATION, contact=Contact(**values))
        monkeypatch.setattr(settings, "INSTALLATION", changed)

    return write


def test_whoever_finds_a_weakness_learns_whom_to_tell(title, client, contact, time_machine) -> None:
    address = "/.well-known/security.txt"
    assert client.get(address).status_code == 404
    contact(security="mailto:security@lantern.example")
    assert client.get(address).status_code == 404
    contact(security="mailto:security@lantern.example", security_until="2027-06-30")
    time_machine.move_to(datetime(2027, 6, 30, 23, tzinfo=UTC))
    answer = client.get(address)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields == {
        "Contact": "mailto:security@lantern.example",
        "Expires": "2027-06-30T23:59:59Z",
        "Preferred-Languages": "en",
        "Canonical": f"{HOST}{address}",
    }
    time_machine.move_to(datetime(2027, 7, 1, 1, tzinfo=UTC))
    assert client.get(address).status_code == 404


def test_a_reader_who_meets_a_barrier_learns_whom_to_write_to(title, client, contact) -> None:
    page = client.get("/accessibility/").content.decode()
    assert "WCAG" in page
    assert 'href="mailto:editor@localhost"' in page
    contact(accessibility="https://lantern.example/write")
    page = client.get("/accessibility/").content.decode()
    assert 'href="https://lantern.example/write"' in page
    assert 'href="/accessibility/"' in client.get("/").content.decode()
