"""What the head of a page tells machines, beside structured data."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import trafilatura

from masthead.editorial import issues
from masthead.editorial.models import Correction, Issue
from masthead.manuscript import nodes
from masthead.newsstand import cards, metadata
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


@pytest.fixture
def title():
    return make.magazine(tagline="News of the town")


class Head(HTMLParser):
    """The links by relation and the properties by name, of one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: dict[str, list[str]] = {}
        self.told: dict[str, list[str]] = {}
        self.feed(html.split("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "link":
            self.links.setdefault(found["rel"], []).append(found["href"])
        if tag == "meta" and (name := found.get("property") or found.get("name")):
            self.told.setdefault(name, []).append(found["content"])


def head(client: Any, address: str) -> Head:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Head(answer.content.decode())


def test_an_article_passed_on_is_seen_with_its_headline_and_its_card(title, client) -> None:
    ada, topic = make.contributor(title, "Ada Okafor"), make.topic(title, "The Board")
    article = make.article(
        title, headline='Nine "ships" & more', standfirst="Why < ten", language="en-GB",
        bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"), nodes.Byline("A Guest")),
        topics=(f"topic:{topic.key}",),
    )  # fmt: skip
    Correction.objects.create(article=article, text="Nine.", made_at=make.THEN + timedelta(days=1))
    told = head(client, article.url).told
    assert told["og:type"] == ["article"]
    assert told["og:title"] == ['Nine "ships" & more']
    assert told["og:description"] == told["description"] == ["Why < ten"]
    assert told["og:url"] == [f"{HOST}{article.url}"]
    assert told["og:site_name"] == ["The Gazette"]
    assert told["og:locale"] == ["en_GB"]
    assert (told["og:image:width"], told["og:image:height"]) == (["1200"], ["630"])
    assert told["twitter:card"] == ["summary_large_image"]
    assert told["article:published_time"] == [make.THEN.isoformat()]
    assert told["article:modified_time"] == [(make.THEN + timedelta(days=1)).isoformat()]
    assert told["article:section"] == ["Politics"]
    assert told["article:author"] == [f"{HOST}{ada.url}"]
    assert told["article:tag"] == ["The Board"]


def test_an_issue_and_a_contributor_are_seen_with_their_own_pictures(title, client) -> None:
    issue = make.issue(title, state=Issue.State.OPEN, cover=make.picture_at_hand(size=(1200, 1600)))
    issues.put_on_sale(issue, at=make.THEN)
    ada = make.contributor(title, portrait=make.picture_at_hand(size=(400, 400)))
    for page, kind, size in ((issue, "website", ("960", "1280")), (ada, "profile", ("400", "400"))):
        told = head(client, page.url).told
        assert told["og:type"] == [kind]
        assert told["og:title"] == [page.title]
        (image,) = told["og:image"]
        assert image.startswith(f"{HOST}/media/pictures/")
        assert (*told["og:image:width"], *told["og:image:height"]) == size
        assert told["og:image:alt"] == ["A field"]


def test_every_page_of_a_list_names_itself_and_those_beside_it(title, client, monkeypatch) -> None:
    monkeypatch.setattr(cards, "PER_PAGE", 2)
    ada = make.contributor(title, "Ada")
    for _ in range(5):
        make.article(title, bylines=(nodes.Byline("Ada", f"contributor:{ada.key}"),))
    for address in ("/articles/", make.section(title).url, ada.url):
        whole = f"{HOST}{address}"
        first, second, third = (
            head(client, f"{address}?page={number}").links for number in (1, 2, 3)
        )
        assert first["canonical"] == [whole]
        assert "prev" not in first
        assert first["next"] == second["canonical"] == third["prev"] == [f"{whole}?page=2"]
        assert second["prev"] == [whole]
        assert second["next"] == third["canonical"] == [f"{whole}?page=3"]
        assert "next" not in third


def test_every_part_of_an_article_names_itself_and_those_beside_it(title, client) -> None:
    article = make.article(
        title, make.paragraph("A."), nodes.PageBreak(id="b"), make.paragraph("B."),
        nodes.PageBreak(id="c"), make.paragraph("C."), access="open",
    )  # fmt: skip
    whole = f"{HOST}{article.url}"
    first, second, third = (head(client, article.url + part).links for part in ("", "2/", "3/"))
    assert first["canonical"] == second["prev"] == [whole]
    assert first["next"] == second["canonical"] == third["prev"] == [f"{whole}2/"]
    assert second["next"] == third["canonical"] == [f"{whole}3/"]
    assert "prev" not in first
    assert "next" not in third


def test_issues_name_those_before_and_after(title, client) -> None:
    old, middle, new = (make.issue(title, state=Issue.State.OPEN) for _ in range(3))
    for issue in (old, middle, new):
        issues.put_on_sale(issue, at=make.THEN)
    links = head(client, middle.url).links
    assert links["prev"] == [f"{HOST}{old.url}"]
    assert links["next"] == [f"{HOST}{new.url}"]


def test_a_page_that_is_not_there_tells_machines_nothing(title, client) -> None:
    page = client.get("/no-such-page/").content.decode()
    assert "og:" not in page
    assert "ld+json" not in page
    assert 'rel="canonical"' not in page


@pytest.mark.parametrize(
    ("tag", "told"),
    [("en", "en"), ("en-GB", "en_GB"), ("zh-Hant-TW", "zh_TW"), ("ar", "ar"), ("PT-br", "pt_BR")],
)
def test_a_locale_is_a_language_and_a_country(tag, told) -> None:
    assert metadata.locale(tag) == told


def test_a_program_that_reads_for_people_finds_the_words_and_nothing_else(title, client) -> None:
    ada = make.contributor(title, "Ada Okafor", biography="Ada covers the harbour.")
    sentences = [
        "The lamps on the long quay went out a little before four in the morning.",
        "Nobody on the night shift could say who had turned the key, or whether it was a key.",
        "By noon the harbour board had issued two statements, and the second denied the first.",
        "Three captains waited in the roads until it was light enough to read the leading marks.",
    ]
    article = make.article(
        title, *map(make.paragraph, sentences),
        access="open", headline="A dark quay", standfirst="Why the lamps went out", language="en",
        bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),),
        topics=(f"topic:{make.topic(title, 'The Harbour Board').key}",),
    )  # fmt: skip
    other = make.article(title, headline="Another story altogether", access="open")
    issue = make.issue(title, article, other, state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=make.THEN)
    page = client.get(article.url).content.decode()
    read = trafilatura.bare_extraction(page, url=f"{HOST}{article.url}", with_metadata=True)
    assert read.title == "A dark quay"
    assert read.author == "Ada Okafor"
    assert read.date == "2026-05-04"
    assert read.sitename == "The Gazette"
    assert read.description == "Why the lamps went out"
    positions = [read.text.index(sentence) for sentence in sentences]
    assert positions == sorted(positions)
    for furniture in ("Skip to the text", "All articles", "Accessibility", "Sections",
                      "Another story altogether", "Read on", "The Harbour Board"):  # fmt: skip
        assert furniture not in read.text
