"""Articles and issues offer to be heard by whom they are for, and say who reads."""

from __future__ import annotations

import pytest
from django.conf import settings

from masthead.editorial import issues, manuscripts
from masthead.editorial.models import Article, Issue
from masthead.manuscript import nodes
from masthead.production.models import Narration
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


def read_aloud(article: Article, **fields) -> Narration:
    article.narrations.all().delete()
    fields = {"seconds": 200.0, "size": 1_600_000, "sha256": f"{article.pk:064x}",
              "revision": article.live_revision_id} | fields  # fmt: skip
    return Narration.objects.create(
        article=article, state="ready", asked_at=THEN, finished_at=THEN, **fields
    )


def page_of(client, article) -> str:
    return client.get(article.url).content.decode()


def test_a_page_offers_its_article_to_be_heard_without_any_script(title, client):
    article = make.article(title, access="open")
    narration = read_aloud(article)
    page = page_of(client, article)
    address = f"/audio/{article.key}/{narration.sha256}"
    assert f'<audio controls preload="none" src="{address}.mp3"' in page
    assert f'<track kind="metadata" src="{address}.vtt">' in page
    assert "3 minutes" in page
    assert "Read by a computer voice" in page
    assert f'download="{article.slug}.mp3"' in page


def test_a_person_who_reads_is_named(title, client):
    article = make.article(title, access="open")
    read_aloud(article, narrator="Orla Venn")
    page = page_of(client, article)
    assert "Read by Orla Venn" in page
    assert "computer voice" not in page


def test_nothing_is_offered_where_nothing_is_heard(title, client):
    article = make.article(title, access="open")
    assert 'class="listen"' not in page_of(client, article)
    read_aloud(article, revision=0)
    article.read_aloud = False
    article.save_revision().publish()
    assert 'class="listen"' not in page_of(client, article)


def test_whoever_gets_the_lead_is_not_even_told_where_the_recording_is(title, client):
    article = make.article(title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), make.paragraph("Rest."))  # fmt: skip
    narration = read_aloud(article)
    assert narration.sha256 not in page_of(client, article)
    reader = let.reader()
    let.grant(reader, title, at=THEN)
    client.force_login(reader)
    assert narration.sha256 in page_of(client, article)


def test_while_the_recording_has_earlier_words_no_sentence_is_marked(title, client):
    article = make.article(title, access="open")
    narration = read_aloud(article)
    manuscripts.store(article, make.manuscript(make.paragraph("Other words."), access="open"))
    article.save_revision().publish()
    page = page_of(client, article)
    assert f"{narration.sha256}.mp3" in page
    assert f"{narration.sha256}.vtt" not in page
    assert f"{narration.sha256}.json" not in page


def test_where_who_is_signed_in_stopped_is_told_apart_from_the_page(title, client):
    article = make.article(title, access="open")
    read_aloud(article)
    ours = {"headers": {"sec-fetch-site": "same-origin"}}
    address = f"/audio/{article.key}/place"
    stranger = page_of(client, article)
    assert f'data-place-url="{address}"' in stranger
    assert client.get(address, **ours).status_code == 403
    reader = let.reader()
    client.force_login(reader)
    assert client.get(address, **ours).json() == {"at": 0.0}
    client.post(address, {"at": 61.25, "of": 200}, **ours)
    told = client.get(address, **ours)
    assert told.json() == {"at": 61.2}
    assert "no-store" in told["Cache-Control"]
    assert client.get(address, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page_of(client, article) == stranger
    client.force_login(let.reader("another@example.com"))
    assert client.get(address, **ours).json() == {"at": 0.0}


def test_scripts_are_told_that_somebody_is_signed_in_and_told_when_nobody_is_any_more(
    title, client
):
    article = make.article(title)
    client.get(article.url)
    assert settings.SIGNED_IN_COOKIE not in client.cookies
    reader = let.reader()
    let.grant(reader, title, at=THEN)
    client.force_login(reader)
    client.get(article.url)
    cookie = client.cookies[settings.SIGNED_IN_COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("1", "", "Lax")
    signed_in = dict(client.cookies)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    client.get(article.url)
    assert client.cookies[settings.SIGNED_IN_COOKIE].value == ""
    client.cookies.update(signed_in)
    client.post("/account/logout/")
    assert client.cookies[settings.SIGNED_IN_COOKIE].value == ""


def issue_with(title, *articles) -> Issue:
    issue = make.issue(title, *articles, state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=THEN)
    return Issue.objects.get(pk=issue.pk)


def test_an_issue_is_heard_in_its_order_by_section_as_far_as_it_is_the_readers(title, client):
    culture = make.section(title, "Culture")
    first = make.article(title, headline="First", access="open")
    closed = make.article(title, headline="Closed", in_section=culture)
    silent = make.article(title, headline="Silent", access="open", in_section=culture)
    last = make.article(title, headline="Last", access="open", in_section=culture)
    issue = issue_with(title, last, first, closed, silent)
    kept_back = read_aloud(closed)
    for article in (first, last):
        read_aloud(article)
    assert f'href="{issue.url}listen/"' in client.get(issue.url).content.decode()
    page = client.get(f"{issue.url}listen/").content.decode()
    assert page.index("Culture</h2>") < page.index(">Last<") < page.index("Politics</h2>")
    assert page.index("Politics</h2>") < page.index(">First<")
    assert ">Closed<" in page
    assert ">Silent<" not in page
    assert kept_back.sha256 not in page
    assert page.count("<audio") == 2 + 1  # And that of the bar, which waits in a template.
    assert "The rest is for subscribers." in page
    assert "7 minutes" in page


def test_an_issue_that_is_not_heard_has_no_such_page(title, client):
    issue = issue_with(title, make.article(title, access="open"))
    Narration.objects.all().delete()
    assert "listen/" not in client.get(issue.url).content.decode()
    assert client.get(f"{issue.url}listen/").status_code == 404
    planned = make.issue(title, make.article(title))
    assert client.get(f"{planned.url}listen/").status_code == 404


def test_a_longer_issue_asks_the_database_no_more(title, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(number: int) -> int:
        articles = [make.article(title, access="open") for _ in range(number)]
        issue = issue_with(title, *articles)
        for article in articles:
            read_aloud(article)
        client.get(f"{issue.url}listen/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{issue.url}listen/").status_code == 200
        return len(queries)

    client.force_login(let.reader())
    assert count(2) == count(5)
