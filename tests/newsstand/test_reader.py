"""An issue is read from cover to cover, and each reader has of it what is theirs."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from masthead.circulation import editions, entitlements
from masthead.editorial import issues
from masthead.editorial.models import Issue
from masthead.manuscript import nodes
from masthead.production.models import Edition
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.newsstand import test_catalogues as catalogues
from tests.newsstand import test_narrations as narrations

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


def issue_with(title, *articles) -> Issue:
    issue = make.issue(title, *articles, state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=THEN)
    return Issue.objects.get(pk=issue.pk)


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def closed(title, **fields):
    return make.article(title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), make.paragraph("The rest."), **fields)  # fmt: skip


def test_one_reads_on_from_the_cover_to_the_end_and_back(title, client):
    first, second = (make.article(title, headline=name, access="open") for name in ("One", "Two"))
    issue = issue_with(title, first, second)
    assert f'href="{issue.url}read/"' in text(client, issue.url)
    front = text(client, f"{issue.url}read/")
    inside = [f"{issue.url}read/{one.slug}/" for one in (first, second)]
    assert front.index(inside[0]) < front.index(inside[1])
    page = text(client, inside[0])
    assert f'<a rel="next" data-keep href="{inside[1]}">' in page
    assert 'rel="prev"' not in page.split("<body")[1]
    assert "1 of 2" in page
    assert f'<link rel="canonical" href="http://testserver{first.url}">' in page
    last = text(client, inside[1])
    assert f'<a rel="prev" data-keep href="{inside[0]}">' in last
    assert "Back to the cover" in last


def test_parts_of_an_article_come_one_after_another(title, client):
    long = make.article(
        title,
        make.paragraph("A."),
        nodes.PageBreak(id="b", title="Second"),
        make.paragraph("B."),
        headline="Long",
        access="open",
    )
    after = make.article(title, headline="After", access="open")
    issue = issue_with(title, long, after)
    begin = f"{issue.url}read/{long.slug}/"
    assert f'<a rel="next" data-keep href="{begin}2/">' in text(client, begin)
    second = text(client, f"{begin}2/")
    assert f'<a rel="prev" data-keep href="{begin}">' in second
    assert f'<a rel="next" data-keep href="{issue.url}read/{after.slug}/">' in second
    assert client.get(f"{begin}3/").status_code == 404


def test_of_a_closed_article_a_stranger_has_the_lead_and_a_subscriber_all(title, client):
    article = closed(title)
    issue = issue_with(title, article)
    address = f"{issue.url}read/{article.slug}/"
    page = text(client, address)
    assert "Lead." in page
    assert "The rest." not in page
    assert "offer" in page
    assert "you have its beginning" in text(client, f"{issue.url}read/")
    reader = let.reader()
    let.grant(reader, title, at=THEN)
    client.force_login(reader)
    assert "The rest." in text(client, address)
    assert "you have its beginning" not in text(client, f"{issue.url}read/")


def facts(page: str) -> dict[str, str]:
    return dict(re.findall(r'(data-(?:tag|issue|digest))="([^"]+)"', page))


def test_what_a_browser_keeps_is_told_apart_by_reader_and_by_what_they_may_have(title, client):
    article = closed(title)
    issue = issue_with(title, article)
    front = f"{issue.url}read/"
    stranger = facts(text(client, front))
    assert stranger == facts(text(client, front))
    reader, other = let.reader(), let.reader()
    client.force_login(other)
    theirs = facts(text(client, front))
    client.force_login(reader)
    before = facts(text(client, front))
    assert len({one["data-tag"] for one in (stranger, theirs, before)}) == 3
    assert str(reader.key) not in before["data-tag"]
    assert before["data-digest"] == theirs["data-digest"]
    let.grant(reader, title, at=THEN)
    after = facts(text(client, front))
    assert after["data-tag"] == before["data-tag"]
    assert after["data-digest"] != before["data-digest"]
    article.save_revision().publish()
    assert facts(text(client, front))["data-digest"] != after["data-digest"]


def test_an_issue_that_is_not_on_sale_and_an_article_of_another_are_not_there(title, client):
    mine = make.article(title, access="open")
    other = make.article(title, access="open")
    issue = issue_with(title, mine)
    assert client.get(f"{issue.url}read/{other.slug}/").status_code == 404
    planned = make.issue(title, other)
    assert client.get(f"{planned.url}read/").status_code == 404
    assert client.get(f"{planned.url}read/{other.slug}/").status_code == 404


def test_signing_out_has_the_browser_forget_what_it_kept(title, client):
    client.force_login(let.reader())
    assert "Clear-Site-Data" not in client.get("/")
    assert client.post("/account/logout/")["Clear-Site-Data"] == '"storage"'


def test_the_worker_and_the_manifest_are_given_to_everybody(title, client):
    worker = client.get("/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Cache-Control"] == "no-cache"
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["name"] == "The Gazette"
    assert client.get(manifest["start_url"]).status_code == 200


def test_a_longer_issue_asks_the_database_no_more(title, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(number: int) -> int:
        issue = issue_with(title, *(make.article(title, access="open") for _ in range(number)))
        client.get(f"{issue.url}read/")
        with CaptureQueriesContext(connection) as queries:
            text(client, f"{issue.url}read/")
        return len(queries)

    client.force_login(let.reader())
    assert count(2) == count(5)


def test_the_files_of_an_issue_are_offered_with_their_size_to_who_may_have_all_of_it(title, client):
    article = closed(title)
    issue = issue_with(title, article)
    Edition.objects.create(
        issue=issue, form="audio", state="sound", version=1, asked_at=THEN, size=31_000_000,
        sha256="b" * 64, made_from={"articles": [[str(article.key), "One", "x"]]},
    )  # fmt: skip
    address = f"/editions/{issue.key}/{'b' * 64}.mp3"
    front = f"{issue.url}read/"
    assert address not in text(client, front)
    reader = let.reader()
    let.grant(reader, title, at=THEN)
    client.force_login(reader)
    page = text(client, front)
    assert address in page
    assert f'download="{issue.slug}.mp3"' in page
    assert "29.6\xa0MB" in page


@pytest.mark.parametrize("above", [False, True])
def test_what_an_editor_keeps_for_some_is_in_no_form_of_its_issue(title, client, above):
    kept, other = (
        make.article(title, make.paragraph(f"Words of {name}."), headline=name, access="open")
        for name in ("Verdigris", "Other")
    )
    issue = issue_with(title, kept, other)
    narration = narrations.heard(kept)
    sound = [narrations.address(narration, ending) for ending in ("mp3", "vtt", "json")]
    edition = catalogues.pressed(issue)
    for address in (*sound, f"{issue.url}read/{kept.slug}/"):
        answer = client.get(address)
        assert answer.status_code == 200
        answer.getvalue()
    assert editions.may_have(entitlements.ANONYMOUS, None, edition, timezone.now())
    page = kept.get_parent() if above else kept
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    for address in (*sound, f"{issue.url}read/{kept.slug}/"):
        assert client.get(address).status_code == 404, address
    for address in (issue.url, f"{issue.url}read/", f"{issue.url}listen/"):
        shown = client.get(address).content.decode()
        assert "Verdigris" not in shown
        assert "Other" in shown or above
    assert not editions.may_have(entitlements.ANONYMOUS, None, edition, timezone.now())
