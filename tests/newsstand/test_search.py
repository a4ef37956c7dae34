"""Readers search the archive, without a script, and find what they may."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from masthead.editorial.archive import filing
from masthead.editorial.models import Article, FrontPage, Section, Title
from masthead.manuscript import nodes
from masthead.newsstand import turnstile
from masthead.newsstand.views import search
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def title() -> Title:
    return make.magazine()


def closed(title: Title, **fields: object) -> Article:
    return make.article(
        title, make.paragraph("The harbour was dredged."), nodes.LeadMarker(id="end"),
        make.paragraph("A ministry of verdigris paid for it, as it was told."),
        **({"access": "subscribers", "headline": "Who paid"} | fields),
    )  # fmt: skip


def page_of(client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def headlines(page: BeautifulSoup) -> list[str]:
    return [one.get_text().strip() for one in page.select(".results .card-headline")]


def count(page: BeautifulSoup) -> str:
    return page.select_one("h2#found").get_text()


def subscriber(title: Title, client) -> None:
    reader = let.reader()
    let.grant(reader, title, at=timezone.now() - timedelta(days=1))
    client.force_login(reader)


def test_the_page_asks_with_a_label_and_shows_the_way_there(title, client) -> None:
    page = page_of(client, "/search/")
    form = page.select_one("main form[role=search]")
    assert form["action"] == "/search/"
    assert form.get("method", "get") == "get"
    assert page.find("label", attrs={"for": form.select_one("input[name=q]")["id"]})
    assert not page.select(".results")
    home = page_of(client, "/")
    assert len(home.select('header a[href="/search/"], footer a[href="/search/"]')) == 2
    link = home.select_one("link[rel=search]")
    assert client.get(link["href"]).status_code == 200


def test_what_is_found_is_counted_in_a_heading_and_marked(title, client) -> None:
    closed(title, headline="Harbours", standfirst="What a harbour costs")
    page = page_of(client, "/search/?q=harbour")
    assert count(page) == "1 article"
    assert headlines(page) == ["Harbours"]
    assert [one.get_text() for one in page.select(".card mark")] == [
        "Harbours",
        "harbour",
        "harbour",
    ]
    assert page.select_one(".found-in").get_text().startswith("The harbour was")
    assert page.select_one(".for-subscribers")
    levels = [int(one.name[1]) for one in page.select("main h1, main h2, main h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not page.select("main [role]:not(form)"), "A heading is a heading."


def test_only_the_words_of_a_foreign_article_are_in_its_language(title, client) -> None:
    closed(title, headline="Les ports", standfirst="Le prix", language="fr")
    page = page_of(client, "/search/?q=harbour")
    card = page.select_one(".card")
    assert {one.get_text().strip() for one in card.select("[lang=fr]")} >= {"Les ports", "Le prix"}
    assert not page.select_one(".for-subscribers").find_parent(attrs={"lang": "fr"})
    assert not page.select_one(".kicker").find_parent(attrs={"lang": "fr"})


def test_a_stranger_finds_nothing_by_a_paid_word_and_a_subscriber_finds_it(title, client) -> None:
    closed(title)
    for typed in ("verdigris", '"ministry of verdigris"', "harbour ministry", "verdigirs"):
        page = page_of(client, f"/search/?q={typed}")
        assert count(page) == "0 articles", typed
        assert "inistry" not in page.select_one(".results").get_text()
    # Neither does leaving it out tell that it is there.
    assert headlines(page_of(client, "/search/?q=harbour+-verdigris")) == ["Who paid"]
    subscriber(title, client)
    page = page_of(client, "/search/?q=verdigris")
    assert headlines(page) == ["Who paid"]
    assert page.select_one(".found-in mark").get_text() == "verdigris"
    assert headlines(page_of(client, "/search/?q=harbour+-verdigris")) == []


def test_answers_are_nobody_elses_and_in_no_index(title, client) -> None:
    answer = client.get("/search/?q=harbour")
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert b'<meta name="robots" content="noindex">' in answer.content
    assert "X-Robots-Tag" not in client.get("/search/")


def test_what_changed_behind_the_archives_back_is_kept_from_who_may_not_have_it(
    title, client
) -> None:
    article = closed(title, access="open")
    assert headlines(page_of(client, "/search/?q=verdigris")) == ["Who paid"]
    Article.objects.filter(pk=article.pk).update(access="subscribers")
    assert "inistry" not in page_of(client, "/search/?q=verdigris").get_text()
    filing.tend(at=timezone.now())
    Article.objects.filter(pk=article.pk).update(live=False)
    assert headlines(page_of(client, "/search/?q=harbour")) == []


def test_filters_lead_to_pages_of_every_language_of_a_title(title, client) -> None:
    article = make.article(title, make.paragraph("A harbour."), access="open", headline="One")
    front = make.front_of(title)
    french = FrontPage(title="Gazette", slug="fr", publication=title)
    front.get_parent().add_child(instance=french)
    article.section = french.add_child(instance=Section(title="Culture", slug="culture"))
    article.save()
    page = page_of(client, "/search/?q=harbour")
    [link] = [one["href"] for one in page.select(".filters a") if one.get_text() == "Culture"]
    assert headlines(page_of(client, link)) == ["One"]


def test_filters_are_links_with_counts_that_can_be_taken_back(title, client) -> None:
    culture = make.section(title, "Culture")
    ada = make.contributor(title, "Ada Okafor")
    tides = make.topic(title, "Tides")
    by = (nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),)
    first = closed(title, headline="One", bylines=by, topics=(f"topic:{tides.key}",))
    closed(title, headline="Two", in_section=culture,
           published_at=make.THEN - timedelta(days=365))  # fmt: skip
    issue = make.issue(title, first, state="open")
    from masthead.editorial import issues

    issues.put_on_sale(issue, at=make.THEN)
    filing.tend(at=timezone.now())
    page = page_of(client, "/search/?q=harbour")
    links = {one.get_text(): one["href"] for one in page.select(".filters a")}
    counts = [one.get_text() for one in page.select(".filter-count")]
    assert set(counts) == {"1"}
    assert {"Politics", "Culture", "2026", "2025", "Ada Okafor", "Tides", issue.title} <= set(links)
    assert all("nofollow" in one["rel"] for one in page.select(".filters a"))
    assert links["Culture"] == "/search/?q=harbour&section=culture"
    assert links["2025"] == "/search/?q=harbour&year=2025"
    for name in ("Ada Okafor", "Tides", "2026", issue.title, "Politics"):
        assert headlines(page_of(client, links[name])) == ["One"], name
    page = page_of(client, links["Culture"])
    assert headlines(page) == ["Two"]
    assert page.select_one(".chosen a")["href"] == "/search/?q=harbour"
    assert page.select_one("form input[type=hidden]")["value"] == "culture"
    assert count(page_of(client, "/search/?section=culture")) == "1 article"


def test_a_long_answer_has_pages(title, client, monkeypatch) -> None:
    monkeypatch.setattr(search, "PER_PAGE", 2)
    for number in range(5):
        closed(title, headline=f"No. {number}", published_at=make.THEN + timedelta(days=number))
    first = page_of(client, "/search/?q=harbour&year=2026")
    assert headlines(first) == ["No. 4", "No. 3"]
    second = page_of(client, first.select_one(".pager [rel~=next]")["href"])
    assert headlines(second) == ["No. 2", "No. 1"]
    assert second.select_one(".pager [rel~=prev]")["href"] == "/search/?q=harbour&year=2026"
    for beyond in ("99", "0", "-1", "x", "9" * 40, "٣"):
        assert headlines(page_of(client, f"/search/?q=harbour&page={beyond}"))


def test_a_mistyped_question_is_answered_as_it_was_meant(title, client) -> None:
    closed(title)
    page = page_of(client, "/search/?q=harbuor")
    assert headlines(page) == ["Who paid"]
    assert page.select_one(".meant").get_text() == "Nothing has “harbuor”. These have “harbour”."
    assert page.select_one("input[name=q]")["value"] == "harbuor"
    page = page_of(client, "/search/?q=qqqqqq")
    assert page.select_one(".results .empty")


@pytest.mark.parametrize(
    "query",
    ["q=%22", "q=*", "q=NEAR(", "q=%00", "q=" + "x" * 5000, "q=-", "section=%00", "year=x", "year=-1",
     "section=" + "x" * 900, "topic=no-such", "audio=1&issue=%22%27", "q=%ff%fe", "page=1e9", "q=%s"],
)  # fmt: skip
def test_bad_input_gets_an_answer(title, client, query) -> None:
    closed(title)
    assert client.get(f"/search/?{query}").status_code == 200
    assert client.get(f"/search/suggestions/?{query}").status_code == 200


def test_it_can_be_read_and_not_written_to(title, client) -> None:
    assert client.post("/search/", {"q": "x"}).status_code == 405
    assert client.head("/search/?q=x").status_code == 200


def test_an_answer_takes_as_many_queries_however_long_it_is(title, client) -> None:
    ada, tides = make.contributor(title), make.topic(title)
    by = (nodes.Byline("A", f"contributor:{ada.key}"),)
    made = {"bylines": by, "topics": (f"topic:{tides.key}",)}

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/search/?q=harbour")
        return len(asked)

    subscriber(title, client)
    for _each in range(2):
        closed(title, **made)
    queries()
    few = queries()
    for _each in range(6):
        closed(title, **made)
    assert queries() == few


def test_browsers_are_told_how_to_search_and_how_words_go_on(title, client) -> None:
    closed(title)
    described = ET.fromstring(client.get("/search/description.xml").content)  # noqa: S314 - ours.
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    urls = [one.attrib for one in described.iter(f"{space}Url")]
    assert urls[0]["template"] == "http://testserver/search/?q={searchTerms}"
    assert len(described.find(f"{space}ShortName").text) <= 16
    answer = client.get("/search/suggestions/?q=the%20har")
    assert answer["Content-Type"] == "application/x-suggestions+json"
    assert json.loads(answer.content) == ["the har", ["the harbour"]]
    subscriber(title, client)
    assert json.loads(client.get("/search/suggestions/?q=verd").content) == ["verd", []]


def test_nobody_has_the_house_search_all_day(title, client, monkeypatch) -> None:
    monkeypatch.setattr(turnstile, "MOST", 2)
    answers = [client.get("/search/?q=a").status_code for _each in range(3)]
    assert answers == [200, 200, 429]
    assert client.get("/search/").status_code == 200


def test_a_title_in_french_or_arabic_is_searched_in_its_words(client) -> None:
    title = make.magazine("La Lanterne", language="fr")
    make.article(title, make.paragraph("Les élections ont eu lieu."), access="open", language="fr",
                 headline="Élections")  # fmt: skip
    page = page_of(client, "/search/?q=election")
    assert page.select_one(".card mark").get_text() == "Élections"
