"""Catalogues for reading apps, and the editions that they lead to."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from masthead.circulation import gifts, grants, private_feeds
from masthead.circulation.models import Gift
from masthead.circulation.private_feeds import Kind
from masthead.editorial import issues, pictures
from masthead.editorial.models import Article, Issue, Title
from masthead.editorial.models.issue import CoverLine
from masthead.people.models import User
from masthead.production.models import Edition
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.newsstand.opds_rules import (
    ACQUIRE,
    ATOM,
    HAS_SCHEMAS,
    faults,
    of_grammar,
    of_schema,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
with_schemas = pytest.mark.skipif(not HAS_SCHEMAS, reason="MASTHEAD_TEST_SCHEMAS names none")


@pytest.fixture
def title() -> Title:
    return make.magazine(language="en-GB")


def pressed(issue: Issue, form: str = "screen", version: int = 1, **fields: Any) -> Edition:
    """Return an edition of an issue with what stands in it now."""
    keys = issue.contents.values_list("article__key", flat=True)
    body = f"%PDF {uuid4()}".encode()
    return Edition.objects.create(**{
        "issue": issue, "form": form, "state": "sound", "version": version, "asked_at": make.THEN,
        "finished_at": make.THEN + version * DAY, "size": len(body), "sha256": uuid4().hex * 2,
        "file": ContentFile(body, name="a.pdf"),
        "made_from": {"articles": [[str(key), "A headline", "0"] for key in keys]},
    } | fields)  # fmt: skip


def on_sale(title: Title, *articles: Article, at: datetime = make.THEN, **fields: Any) -> Issue:
    """Return an issue on sale with these articles, else with one for subscribers."""
    held = articles or (make.article(title, access="subscribers"),)
    issue = make.issue(title, *held, state=Issue.State.OPEN, **fields)
    issues.put_on_sale(issue, at=at)
    return Issue.objects.get(pk=issue.pk)


def path_of(edition: Edition, sha256: str = "", ending: str = "pdf") -> str:
    return f"/editions/{edition.issue.key}/{sha256 or edition.sha256}.{ending}"


def app_of(reader: User, kind: str = Kind.READING) -> Client:
    """Return a reading app that shows a password of this reader's."""
    _feed, token = private_feeds.make(reader, kind, at=timezone.now())
    return showing(token)


def showing(password: str) -> Client:
    shown = b64encode(f"anybody:{password}".encode()).decode()
    return Client(HTTP_AUTHORIZATION=f"Basic {shown}")


def subscriber(title: Title, **terms: Any) -> User:
    reader = let.reader()
    let.grant(reader, title, **({"at": timezone.now() - DAY} | terms))
    return reader


def status(client: Client, edition: Edition) -> int:
    return int(client.head(path_of(edition)).status_code)


def got(client: Any, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer


# --- What is in a catalogue


@pytest.fixture
def full(title) -> Issue:
    """Return an issue, with a cover and without, of each of two years."""
    cover = make.picture()
    pictures.make(cover)
    first = on_sale(title, cover_date=date(2025, 5, 1))
    second = on_sale(title, cover_date=date(2026, 5, 1), cover=cover)
    for issue in (first, second):
        CoverLine.objects.create(issue=issue, text="Fish & <chips>")
        pressed(issue)
    return second


@with_schemas
@pytest.mark.parametrize("address", ["/opds/", "/opds/2025/", "/opds/2026/"])
def test_a_catalogue_is_what_the_schemas_of_opds_2_say(full, client, address) -> None:
    answer = got(client, address)
    assert answer["Content-Type"] == "application/opds+json"
    assert of_schema("feed.schema.json", answer.json()) == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/opds/v1.2/", "navigation"),
        ("/opds/v1.2/2025/", "acquisition"),
        ("/opds/v1.2/2026/", "acquisition"),
    ],
)
def test_a_catalogue_is_what_opds_1_2_asks_for(full, client, address, kind) -> None:
    answer = got(client, address)
    told = f"application/atom+xml;profile=opds-catalog;kind={kind};charset=utf-8"
    assert answer["Content-Type"] == told
    assert faults(answer.content, kind) == []
    assert of_grammar(answer.content) == []


def test_both_tell_the_same_issues_by_the_same_ids_and_moments(full, client) -> None:
    for way in ("", "2025/", "2026/"):
        new = got(client, f"/opds/{way}").json()
        old = etree.fromstring(got(client, f"/opds/v1.2/{way}").content)
        assert new["metadata"]["identifier"] == old.findtext(f"{ATOM}id")
        assert new["metadata"]["modified"] == old.findtext(f"{ATOM}updated")
        told = [one["metadata"] for one in new.get("publications", ())]
        entries = old.findall(f"{ATOM}entry") if way else []
        assert [(one["identifier"], one["modified"], one["title"]) for one in told] == [
            tuple(entry.findtext(f"{ATOM}{tag}") for tag in ("id", "updated", "title"))
            for entry in entries
        ]
        links = [one["href"] for each in new.get("publications", ()) for one in each["links"]
                 if one["rel"] == ACQUIRE]  # fmt: skip
        assert links == [one.get("href") for one in old.iter(f"{ATOM}link")
                         if one.get("rel") == ACQUIRE]  # fmt: skip
        assert bool(links) == bool(way)


def test_an_issue_is_told_with_its_series_its_cover_and_where_its_edition_is(full, client) -> None:
    (one,) = got(client, "/opds/2026/").json()["publications"]
    edition = Edition.objects.get(issue=full)
    said = one["metadata"]
    assert said["identifier"] == f"urn:uuid:{full.key}"
    assert said["belongsTo"] == {"series": {"name": "The Gazette", "position": full.sequence}}
    assert said["published"] == "2026-05-01"
    assert said["description"] == "Fish & <chips>"
    assert "taggedPDF" in said["accessibility"]["feature"]
    (acquire,) = [link for link in one["links"] if link["rel"] == ACQUIRE]
    assert acquire["href"] == f"http://testserver{path_of(edition)}"
    assert (acquire["type"], acquire["size"]) == ("application/pdf", edition.size)
    sign_in = acquire["properties"]["authenticate"]["href"]
    assert sign_in == "http://testserver/opds/authentication/"
    images = []
    for address in ("/opds/2025/", "/opds/2026/"):
        (issue,) = got(client, address).json()["publications"]
        images += [image["href"].removeprefix("http://testserver") for image in issue["images"]]
    answers = [client.get(image) for image in images]
    assert {answer.status_code for answer in answers} == {200}
    # At the end: closing an answer ends the test's hold on the database.
    for answer in answers:
        answer.close()


def test_only_issues_on_sale_with_an_edition_for_readers_are_in_it(title, client) -> None:
    assert client.get("/opds/").status_code == 404
    hidden = make.issue(title, state=Issue.State.CLOSED)
    pressed(hidden)
    bare = on_sale(title)
    pressed(bare, "print")
    pressed(bare, "cover")
    Edition.objects.create(issue=bare, form="screen", state="refused", asked_at=make.THEN)
    assert client.get("/opds/").status_code == 404
    there = on_sale(title)
    pressed(there)
    (one,) = got(client, "/opds/2026/").json()["publications"]
    assert one["metadata"]["identifier"] == f"urn:uuid:{there.key}"
    assert client.get("/opds/2001/").status_code == 404
    assert client.get("/opds/v1.2/2001/").status_code == 404


def test_a_catalogue_is_the_same_for_all_and_who_has_it_is_told_so(full, client) -> None:
    for address in ("/opds/2026/", "/opds/v1.2/2026/"):
        first = got(client, address)
        assert first.content == got(app_of(subscriber(full.publication)), address).content
        assert first["Cache-Control"] == "public, no-cache"
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304


def test_twice_as_many_issues_are_no_more_queries(title, client) -> None:
    def count() -> list[int]:
        counts = []
        for _ in range(3):
            cover = make.picture()
            pictures.make(cover)
            issue = on_sale(title, cover=cover)
            CoverLine.objects.create(issue=issue, text="A line")
            pressed(issue)
        for address in ("/opds/", "/opds/2026/", "/opds/v1.2/2026/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                got(client, address)
            counts.append(len(queries))
        return counts

    assert count() == count()


def test_the_page_of_all_issues_names_both_catalogues(title, client) -> None:
    assert "/opds/" not in client.get("/issues/").content.decode()
    pressed(on_sale(title))
    head = client.get("/issues/").content.decode().partition("</head>")[0]
    found = dict(re.findall(r'type="([^"]+)" href="http://testserver(/opds/[^"]*)"', head))
    assert found == {
        "application/opds+json": "/opds/",
        "application/atom+xml;profile=opds-catalog;kind=navigation": "/opds/v1.2/",
    }


# --- Who may have an edition


@pytest.fixture
def edition(title) -> Edition:
    return pressed(on_sale(title, at=timezone.now() - 30 * DAY))


def test_a_stranger_is_told_how_to_sign_in(edition, client) -> None:
    answer = client.get(path_of(edition))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/opds-authentication+json"
    assert answer["WWW-Authenticate"].startswith("Basic ")
    document = json.loads(answer.content)
    assert document["authentication"][0]["type"] == "http://opds-spec.org/auth/basic"
    assert client.get("/opds/authentication/").content == answer.content
    if HAS_SCHEMAS:
        assert of_schema("authentication.schema.json", document) == []


def test_a_subscribers_app_gets_it_and_every_password_of_another_kind_is_none(
    title, edition
) -> None:
    reader = subscriber(title)
    reader.set_password("a password of the account")
    reader.save()
    assert status(app_of(reader), edition) == 200
    assert status(app_of(reader, Kind.LISTENING), edition) == 401
    for wrong in ("a password of the account", "", "x", reader.email):
        assert status(showing(wrong), edition) == 401
    for header in ("Basic", "Basic ???", "Basic eA==", "basic \xff", "Bearer x"):
        assert Client(HTTP_AUTHORIZATION=header).head(path_of(edition)).status_code == 401


def test_a_wrong_password_is_not_mended_by_a_browser_that_is_signed_in(title, edition) -> None:
    client = showing("x")
    client.force_login(subscriber(title))
    assert status(client, edition) == 401


def test_a_browser_gets_it_without_a_password(title, edition, client) -> None:
    client.force_login(subscriber(title))
    answer = client.get(path_of(edition))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert "private" in answer["Cache-Control"]
    client.force_login(let.reader())
    assert status(client, edition) == 403
    answer.close()


def test_a_password_that_was_revoked_or_replaced_is_none(title, edition) -> None:
    reader = subscriber(title)
    first = app_of(reader)
    second = app_of(reader)
    assert [status(one, edition) for one in (first, second)] == [401, 200]
    private_feeds.revoke(reader, Kind.READING, at=timezone.now())
    assert status(second, edition) == 401
    third = app_of(reader)
    User.objects.filter(pk=reader.pk).update(is_active=False)
    assert status(third, edition) == 401


def test_one_article_that_is_not_theirs_closes_the_whole(title) -> None:
    everybodys = make.article(title, access="open")
    edition = pressed(on_sale(title, everybodys))
    assert status(Client(), edition) == 200
    mixed = pressed(on_sale(title, make.article(title, access="open"), make.article(title)))
    assert status(Client(), mixed) == 401
    assert status(app_of(let.reader()), mixed) == 403
    signed_up = pressed(on_sale(title, make.article(title, access="registered")))
    assert status(Client(), signed_up) == 401
    assert status(app_of(let.reader()), signed_up) == 200


def test_an_article_that_was_taken_down_or_out_closes_what_was_pressed_with_it(title) -> None:
    held = make.article(title, access="subscribers")
    edition = pressed(on_sale(title, held, make.article(title, access="open")))
    app = app_of(subscriber(title))
    held.unpublish()
    assert status(app, edition) == 403
    held.save_revision().publish()
    assert status(app, edition) == 200
    # Out of the issue, and closed: it stands in the file all the same.
    edition.issue.contents.filter(article=held).delete()
    assert status(Client(), edition) == 401
    held.delete()
    assert status(app, edition) == 403


def test_what_is_not_known_to_be_in_a_file_closes_it(title) -> None:
    edition = pressed(
        on_sale(title, make.article(title, access="open")), made_from={"articles": []}
    )
    assert status(Client(), edition) == 401
    assert status(app_of(subscriber(title)), edition) == 403


def test_a_lapsed_subscriber_loses_new_issues_only(title) -> None:
    now = timezone.now()
    old = pressed(on_sale(title, at=now - 30 * DAY))
    new = pressed(on_sale(title, at=now - DAY))
    older = pressed(on_sale(title, at=now - 90 * DAY))
    reader = subscriber(title, at=now - 60 * DAY, ends_at=now + DAY)
    app = app_of(reader)
    assert [status(app, one) for one in (older, old, new)] == [200, 200, 200]
    reader.grants.update(ends_at=now - 10 * DAY)
    assert [status(app, one) for one in (older, old, new)] == [403, 200, 403]
    browser = Client()
    browser.force_login(reader)
    assert [status(browser, one) for one in (older, old, new)] == [403, 200, 403]
    # The articles themselves are not kept: they are read where they change.
    article = Article.objects.get(placement__issue=old.issue)
    assert 'class="offer' in got(browser, article.url).content.decode()
    grants.revoke(reader.grants.get(), at=now)
    assert status(app, old) == 403


def test_a_lapsed_subscriber_of_another_title_or_other_issues_keeps_nothing(title) -> None:
    now = timezone.now()
    edition = pressed(on_sale(title, at=now - 30 * DAY))
    other = make.magazine("The Herald")
    for terms in ({"title": other}, {"title": title, "issues": (90, 99)}):
        reader = subscriber(at=now - 60 * DAY, ends_at=now + DAY, **terms)
        reader.grants.update(ends_at=now - DAY)
        assert status(app_of(reader), edition) == 403


def test_nobody_keeps_what_they_read_from_a_network_or_a_seat(title) -> None:
    from masthead.circulation import institutions

    now = timezone.now()
    edition = pressed(on_sale(title, at=now - 30 * DAY))
    college = let.institution(title, networks=("192.0.2.7/32",), seats=1)
    assert status(Client(REMOTE_ADDR="192.0.2.7"), edition) == 200
    reader = let.reader()
    seat = institutions.invite(college, reader.email, at=now)
    institutions.take_seats(reader, at=now)
    app = app_of(reader)
    assert status(app, edition) == 200
    institutions.free(seat, at=now)
    assert status(app, edition) == 403


def test_a_gift_or_a_meter_opens_articles_and_no_file_to_keep(title) -> None:
    article = make.article(title, access="metered")
    edition = pressed(on_sale(title, article))
    giver, reader = subscriber(title), let.reader()
    now = timezone.now()
    client = Client()
    client.force_login(reader)
    assert 'class="offer' not in got(client, article.url).content.decode()  # It was counted.
    assert status(client, edition) == 403
    gift = Gift.objects.create(article=article, giver=giver, given_at=now, most_uses=9,
                               expires_at=now + DAY)  # fmt: skip
    friend = Client()
    got(friend, f"{article.url}?gift={gifts.token_of(gift)}")
    assert status(friend, edition) == 401


def test_a_crawler_that_may_read_keeps_no_copy(title, edition) -> None:
    let.institution(title, kind="crawler", networks=("192.0.2.7/32",))
    assert status(Client(REMOTE_ADDR="192.0.2.7"), edition) == 401


def test_a_token_opens_nothing_of_what_staff_may_read(title, edition, django_user_model) -> None:
    editor = django_user_model.objects.create_superuser("ed@example.org", "x")
    assert status(app_of(editor), edition) == 403
    browser = Client()
    browser.force_login(editor)
    assert status(browser, edition) == 200


# --- Which file


def test_only_the_newest_sound_one_in_a_form_for_readers_of_an_issue_on_sale_is_there(
    title,
) -> None:
    app = app_of(subscriber(title))
    issue = on_sale(title)
    first = pressed(issue)
    second = pressed(issue, version=2)
    assert status(app, second) == 200
    moved = app.get(path_of(first))
    assert (moved.status_code, moved["Location"]) == (302, path_of(second))
    for form in ("print", "cover"):
        assert status(app, pressed(issue, form)) == 404
    assert app.head(path_of(second, ending="epub")).status_code == 404
    assert app.head(path_of(second, sha256="0" * 64)).status_code == 404
    hidden = make.issue(title, make.article(title, access="open"), state=Issue.State.CLOSED)
    assert status(app, pressed(hidden)) == 404


def test_an_issue_is_offered_in_every_form_for_readers(title, client) -> None:
    issue = on_sale(title)
    pressed(issue)
    book = pressed(issue, "epub")
    (one,) = got(client, "/opds/2026/").json()["publications"]
    assert [link["type"] for link in one["links"] if link["rel"] == ACQUIRE] == [
        "application/pdf",
        "application/epub+zip",
    ]
    assert {"taggedPDF", "displayTransformability"} <= {
        *one["metadata"]["accessibility"]["feature"]
    }
    answer = app_of(subscriber(title)).head(path_of(book, ending="epub"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/epub+zip")


def test_apps_fetch_it_in_parts_and_nobody_keeps_it(title, edition) -> None:
    app = app_of(subscriber(title))
    head = app.head(path_of(edition))
    assert head["Content-Length"] == str(edition.size)
    assert head["Accept-Ranges"] == "bytes"
    answer = app.get(path_of(edition), headers={"range": "bytes=0-3"})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"%PDF")
    past = app.get(path_of(edition), headers={"range": "bytes=9999-"})
    assert past.status_code == 416
    same = app.get(path_of(edition), headers={"if-none-match": head["ETag"]})
    assert same.status_code == 304
    for one in (head, answer, past, same, Client().get(path_of(edition))):
        assert one["Cache-Control"] == "private, no-cache"
        assert one["X-Robots-Tag"] == "noindex"
    answer.close()


def test_a_reader_makes_a_password_and_an_app_signs_in_with_it(title, edition, client) -> None:
    client.force_login(subscriber(title))
    page = client.post("/account/feeds/", {"kind": "reading"}).content.decode()
    (password,) = re.findall(r"<code>([^<]+)</code>", page)
    assert "<p><bdi>http://testserver/opds/</bdi></p>" in page
    assert "<p><bdi>http://testserver/opds/v1.2/</bdi></p>" in page
    assert status(showing(password), edition) == 200
    assert password not in client.get("/account/feeds/").content.decode()
    client.post("/account/feeds/revocation/", {"kind": "reading"})
    assert status(showing(password), edition) == 401


# --- The rules see what they are there for

SEEDED = {
    "no id": (b"<id>urn:uuid:", b"<id>http://x/"),
    "a day where a moment must be": (b"+00:00</updated>", b"</updated>"),
    "nobody": (b"<name>The Gazette</name>", b""),
    "not a catalogue": (b"profile=opds-catalog;kind=acquisition", b"kind=acquisition"),
    "nothing to be had": (b'rel="http://opds-spec.org/acquisition"', b'rel="enclosure"'),
    "no picture": (b'rel="http://opds-spec.org/image"', b'rel="icon"'),
    "a picture that older apps do not know": (b"image/jpeg", b"image/webp"),
    "an address that is not full": (b'href="http://testserver/editions', b'href="/editions'),
    "no day": (b"2026-05-01", b"Spring"),
    "no way to sign in": (b"http://opds-spec.org/auth/document", b"help"),
    "a link to nobody knows what": (b'type="application/pdf"', b""),
}


@pytest.mark.parametrize("name", SEEDED)
def test_the_rules_see_a_fault_that_was_put_there(full, client, name) -> None:
    right, wrong = SEEDED[name]
    good = got(client, "/opds/v1.2/2026/").content
    assert faults(good, "acquisition") == []
    assert right in good, "There is nothing to break."
    assert faults(good.replace(right, wrong), "acquisition"), "Nobody saw it."


@with_schemas
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"rel": "http://opds-spec.org/acquisition"', '"rel": "enclosure"'),
        ('"published": "2026-05-01"', '"published": "Spring"'),
        ('"language": "en-GB"', '"language": "English, British"'),
        ('"identifier": "urn:', '"identifier": "no address of '),
        ('"hazard": [', '"hazard": ["smoke",'),
        ('"rel": "self"', '"rel": "this"'),
    ],
)
def test_the_schemas_see_a_fault_that_was_put_there(full, client, right, wrong) -> None:
    good = got(client, "/opds/2026/").content.decode()
    assert right in good
    assert of_schema("feed.schema.json", json.loads(good.replace(right, wrong)))
