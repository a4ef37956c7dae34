"""Who gets advertisements on readers' pages, and what of them is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from masthead.advertising.models import Count
from masthead.circulation import endings
from masthead.circulation.deals import Promised
from masthead.editorial.models import ArticleIndex, Issue
from masthead.newsstand.inspections import SLOTS
from masthead.production import renditions
from tests.factories import advertising as sell
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def client(client):
    client.defaults["HTTP_USER_AGENT"] = PERSON
    return client


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def article(title):
    words = [make.paragraph(" ".join(["Everybody may read this."] * 30)), make.paragraph("Closed.")]
    return make.article(title, *words, access="subscribers", headline="Small change")


def booked(title, placement="article", **fields):
    today = timezone.now().date()
    return sell.booking(
        title,
        placement=placement,
        starts_on=today - DAY,
        ends_on=today + DAY,
        copy_deadline_on=today - 9 * DAY,
        **fields,
    )


@pytest.fixture
def creatives(title):
    """Book every placement on readers' pages."""
    return {name: sell.creative(booked(title, name)) for name in ("article", "list", "front")}


def pages(title, article) -> dict[str, str]:
    front = make.front_of(title)
    return {
        "article": article.url,
        "list": article.section.url,
        "every article": make.shelf(ArticleIndex, title).url,
        "front": front.url,
    }


def text(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


class TestAStranger:
    def test_sees_one_labelled_advertisement_a_page(self, client, title, article, creatives):
        for name, url in pages(title, article).items():
            page = text(client, url)
            creative = creatives[name if name in creatives else "list"]
            assert page.count('class="advertisement"') == 1, name
            assert f'aria-label="Advertisement by {creative.booking.advertiser}"' in page
            assert f'href="/advertisements/{creative.key}/" rel="sponsored noopener"' in page
            assert f'src="/advertisements/{creative.key}/picture"' in page
            # The advertiser's own address is not in the page, so nothing can be asked there.
            assert creative.link not in page
            assert creative.headline in page

    def test_sees_it_below_the_lead_as_below_the_whole(self, client, title, creatives):
        page = text(client, make.article(title, access="open").url)
        assert page.index('class="copy') < page.index('class="advertisement"')

    def test_has_the_label_in_the_language_of_the_magazine(self, client):
        title = make.magazine("La Gazette", language="fr")
        sell.creative(booked(title))
        page = text(client, make.article(title, access="open").url)
        assert "Publicité" in page

    def test_reads_words_that_an_advertiser_wrote_and_no_markup(self, client, title, article):
        sell.creative(booked(title), headline="<script>alert(1)</script>", words='"><img src=x>')
        page = text(client, article.url)
        assert "&lt;script&gt;alert(1)" in page
        assert "<img src=x>" not in page

    def test_sees_nothing_at_all_where_nothing_is_booked(self, client, title, article):
        for url in pages(title, article).values():
            assert not SLOTS.search(text(client, url))

    def test_gets_the_same_answer_as_before_to_be_kept_by_proxies(
        self, client, title, article, creatives
    ):
        for url in pages(title, article).values():
            answer = client.get(url)
            assert answer["Cache-Control"] == "no-cache", url
            assert "Cookie" in answer["Vary"]
            assert not answer.cookies

    def test_sees_none_within_the_reader_of_an_issue(self, client, title, article, creatives):
        issue = make.issue(title, article, state=Issue.State.OPEN)
        from masthead.editorial import issues

        issues.put_on_sale(issue, at=make.THEN)
        issue.refresh_from_db()
        for url in (f"{issue.url}read/{article.slug}/", f"{issue.url}read/", issue.url):
            assert not SLOTS.search(text(client, url))


class TestWhoWasPromisedNone:
    @pytest.fixture
    def subscription(self, title):
        return let.subscription(let.version(title), at=timezone.now() - DAY)

    def test_gets_pages_that_hold_nothing_of_one(
        self, client, title, article, creatives, subscription
    ):
        client.force_login(subscription.reader)
        for url in pages(title, article).values():
            answer = client.get(url)
            assert not SLOTS.search(answer.content.decode()), url
            assert "private" in answer["Cache-Control"]
            # And once more, with the pass that came along.
            assert not SLOTS.search(text(client, url)), url

    def test_gets_them_by_a_pass_alone_and_nobody_else_may_keep_them(
        self, client, title, article, creatives, subscription
    ):
        client.force_login(subscription.reader)
        text(client, article.url)
        shown = client.cookies[settings.PASS_COOKIE].value
        client.cookies.clear()
        client.cookies[settings.PASS_COOKIE] = shown
        for url in pages(title, article).values():
            # Where the facts say nothing of who this is, the pass is taken away with the answer.
            client.cookies[settings.PASS_COOKIE] = shown
            answer = client.get(url)
            assert not SLOTS.search(answer.content.decode()), url
            assert "private" in answer["Cache-Control"]
            assert "Cookie" in answer["Vary"]

    def test_asks_the_database_nothing_about_advertisements(
        self, client, title, article, creatives, subscription, django_assert_num_queries
    ):
        client.force_login(subscription.reader)
        text(client, article.url)
        for url in pages(title, article).values():
            with django_assert_num_queries(0, connection=_Only("advertising_")):
                text(client, url)

    def test_sees_them_again_when_the_money_is_back(
        self, client, title, article, creatives, subscription
    ):
        import uuid

        endings.give_money_back(subscription, request=uuid.uuid4(), at=timezone.now())
        client.force_login(subscription.reader)
        assert SLOTS.search(text(client, article.url))

    @pytest.mark.parametrize(
        ("promises", "sees"),
        [
            ((Promised("subscriber-articles", {}),), True),
            ((Promised("ad-free", {}),), False),
            ((Promised("ad-free", {}, timezone.now().date() + 3 * DAY),), True),
        ],
    )
    def test_is_who_has_it_in_their_terms_from_the_day_that_was_announced(
        self, client, title, article, creatives, promises, sees
    ):
        version = let.version(title, let.deal(promises=promises))
        client.force_login(let.subscription(version, at=timezone.now() - DAY).reader)
        for url in pages(title, article).values():
            assert bool(SLOTS.search(text(client, url))) is sees, url

    def test_sees_those_of_another_magazine(self, client, title, subscription):
        other = make.magazine("The Echo")
        sell.creative(booked(other))
        page = make.article(other, access="open")
        client.force_login(subscription.reader)
        host = make.front_of(other).get_site().hostname
        settings.ALLOWED_HOSTS.append(host)
        answer = client.get(page.url.partition(host)[2] or page.url, headers={"host": host})
        assert SLOTS.search(answer.content.decode())

    def test_may_read_by_a_network_a_seat_or_a_grant(self, client, title, article, creatives):
        now = timezone.now()
        let.institution(title, networks=("127.0.0.0/8",), starts_at=now - DAY)
        for url in pages(title, article).values():
            answer = client.get(url)
            assert not SLOTS.search(answer.content.decode()), url
            assert "private" in answer["Cache-Control"]
        client.cookies.clear()
        reader = let.reader()
        let.grant(reader, title, at=now - DAY)
        client.force_login(reader)
        address = {"REMOTE_ADDR": "198.51.100.7"}
        assert not SLOTS.search(client.get(article.url, **address).content.decode())


class _Only:
    """A connection of which only the queries of some tables are looked at."""

    def __init__(self, tables: str) -> None:
        from django.db import connection

        self.connection, self.tables = connection, tables

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def __setattr__(self, name, value):
        if name in ("connection", "tables"):
            object.__setattr__(self, name, value)
        else:
            setattr(self.connection, name, value)

    @property
    def queries_log(self):
        return [one for one in self.connection.queries_log if self.tables in one["sql"]]

    @property
    def queries(self):
        return list(self.queries_log)


def test_an_advertisement_is_one_more_query(
    client, title, article, django_assert_num_queries, creatives
):
    for url in pages(title, article).values():
        text(client, url)
        with django_assert_num_queries(1, connection=_Only("advertising_")):
            text(client, url)


def test_what_editors_preview_has_none_and_staff_see_them_on_the_page_itself(
    client, title, article, creatives, django_user_model
):
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    assert SLOTS.search(text(client, article.url))
    for mode in ("full", "lead"):
        answer = article.make_preview_request(preview_mode=mode)
        assert not SLOTS.search(answer.content.decode())


class TestTheLink:
    def test_leads_where_it_was_kept_to_lead_and_nowhere_else(self, client, creatives):
        creative = creatives["article"]
        answer = client.get(f"/advertisements/{creative.key}/?next=https://evil.example/")
        assert (answer.status_code, answer["Location"]) == (303, creative.link)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies
        assert Count.objects.get().clicks == 1

    def test_never_runs_anything(self, client, creatives):
        creative = creatives["article"]
        type(creative).objects.filter(pk=creative.pk).update(link="javascript:alert(1)")
        assert client.get(f"/advertisements/{creative.key}/").status_code == 404

    def test_of_what_was_never_approved_leads_nowhere(self, client, title, creatives):
        waiting = sell.creative(creatives["article"].booking, at=None)
        for path in ("", "picture"):
            assert client.get(f"/advertisements/{waiting.key}/{path}").status_code == 404

    def test_still_leads_there_when_the_booking_is_over_and_counts_nothing(self, client, title):
        creative = sell.creative(sell.booking(title))  # In May.
        assert client.get(f"/advertisements/{creative.key}/").status_code == 303
        assert not Count.objects.exists()


class TestThePicture:
    def test_is_counted_each_time_it_is_asked_for_and_travels_once(
        self, client, title, django_assert_max_num_queries
    ):
        creative = sell.creative(booked(title), picture=make.picture(size=(1600, 900)))
        url = f"/advertisements/{creative.key}/picture"
        assert client.get(url).status_code == 404, "A reader had it made, and waited."
        assert renditions.make_for_creative.call(creative.pk)
        first = client.get(url)
        assert (first.status_code, first["Content-Type"]) == (200, "image/webp")
        assert first["Cache-Control"] == "private, no-cache"
        assert not first.cookies
        with django_assert_max_num_queries(5):
            again = client.get(url, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (Count.objects.get().impressions, Count.objects.get().clicks) == (2, 0)
        page = text(client, make.article(title, access="open").url)
        assert 'width="960" height="540"' in page

    def test_of_words_alone_is_the_mark_beside_the_label(self, client, creatives):
        answer = client.get(f"/advertisements/{creatives['front'].key}/picture")
        assert answer["Content-Type"] == "image/svg+xml"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert Count.objects.get().placement == "front"

    @pytest.mark.parametrize(
        ("method", "headers"),
        [
            ("head", {}),
            ("get", {"user-agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}),
            ("get", {"sec-purpose": "prefetch"}),
            ("get", {"sec-fetch-site": "cross-site"}),
        ],
    )
    def test_is_not_counted_when_nobody_looks(self, client, creatives, method, headers):
        for path in ("", "picture"):
            url = f"/advertisements/{creatives['article'].key}/{path}"
            assert getattr(client, method)(url, headers=headers).status_code in (200, 303)
        assert not Count.objects.exists()

    def test_a_cap_holds_however_many_read(self, client, title, article):
        creative = sell.creative(booked(title, cap=3))
        seen = 0
        for _reader in range(6):
            if str(creative.key) in text(client, article.url):
                seen += 1
                client.get(f"/advertisements/{creative.key}/picture")
        assert seen == Count.objects.get().impressions == 3

    def test_is_not_for_crawlers(self, client, creatives):
        assert "Disallow: /advertisements/" in client.get("/robots.txt").content.decode()
        answer = client.get(f"/advertisements/{creatives['article'].key}/picture")
        assert answer["X-Robots-Tag"] == "noindex"

    def test_nothing_is_posted_there(self, client, creatives):
        for path in ("", "picture"):
            url = f"/advertisements/{creatives['article'].key}/{path}"
            assert client.post(url).status_code == 405
