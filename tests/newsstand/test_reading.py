"""Reading: what a browser is given, and what it must bring along."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from masthead.circulation import gifts, grants, links, passes
from masthead.circulation.models import Gift, MeteredRead, Policy
from masthead.editorial.models import Article, Attachment, Section, Title
from masthead.manuscript import nodes
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

PAID = "These words are paid for."


@pytest.fixture
def gazette():
    title = make.magazine()
    Policy.objects.create(title=title, metered_articles=2)
    return title


def closed(title, access="subscribers", *more, **fields):
    """Return an article whose second paragraph is behind the gate."""
    lead = (make.paragraph("The lead."), nodes.LeadMarker(id="lead-ends"))
    return make.article(title, *lead, make.paragraph(PAID), *more, access=access, **fields)


@pytest.fixture
def subscriber(gazette):
    reader = let.reader()
    let.grant(reader, gazette, at=timezone.now())
    return reader


def opens(client, article, **how) -> bool:
    answer = client.get(article.url, **how)
    assert answer.status_code == 200
    assert "The lead." in answer.content.decode()
    return PAID in answer.content.decode()


def test_a_subscriber_reads_on_and_a_reader_does_not(client, gazette, subscriber) -> None:
    article = closed(gazette)
    assert not opens(client, article)
    client.force_login(let.reader())
    assert not opens(client, article)
    client.force_login(subscriber)
    assert opens(client, article)


def test_staff_read_everything_only_once_they_gave_both_proofs(
    client, gazette, settings, django_user_model
) -> None:
    article = closed(gazette)
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    assert opens(client, article)
    settings.OFFICE_SECOND_FACTOR = True
    assert not opens(client, article)


def test_who_signed_up_reads_what_is_for_them(client, gazette) -> None:
    article = closed(gazette, "registered")
    assert not opens(client, article)
    client.force_login(let.reader())
    assert opens(client, article)


def test_an_answer_for_one_reader_is_kept_by_nobody_else(client, gazette, subscriber) -> None:
    article = closed(gazette)
    client.force_login(subscriber)
    answer = client.get(article.url)
    assert "private" in answer["Cache-Control"]
    assert "no-cache" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]
    client.logout()
    assert "Cookie" in client.get(article.url)["Vary"]


# --- The meter


def test_a_reader_who_signed_in_opens_a_few_metered_articles_a_month(client, gazette) -> None:
    client.force_login(let.reader())
    articles = [closed(gazette, "metered") for _each in range(3)]
    assert "1 of 2" in client.get(articles[0].url).content.decode()
    assert "2 of 2" in client.get(articles[1].url).content.decode()
    assert not opens(client, articles[2])
    assert (
        "You have read this month’s free articles" in client.get(articles[2].url).content.decode()
    )
    assert opens(client, articles[0])
    assert MeteredRead.objects.count() == 2


def test_fetching_ahead_or_asking_for_the_head_alone_counts_nothing(client, gazette) -> None:
    client.force_login(let.reader())
    article = closed(gazette, "metered")
    client.head(article.url)
    for name in ("Sec-Purpose", "Purpose", "X-Moz"):
        assert not opens(client, article, headers={name: "prefetch;prerender"})
    assert not MeteredRead.objects.exists()


def test_asking_for_a_part_that_is_not_there_costs_no_article_of_the_month(client, gazette) -> None:
    client.force_login(let.reader())
    article = closed(
        gazette, "metered", nodes.PageBreak(id="b"), make.paragraph("The second part.")
    )
    assert client.get(f"{article.url}99/").status_code == 404
    assert not MeteredRead.objects.exists()
    assert "The second part." in client.get(f"{article.url}2/").content.decode()
    assert MeteredRead.objects.count() == 1


def test_no_list_and_no_feed_counts_anything(client, gazette) -> None:
    client.force_login(let.reader())
    article = closed(gazette, "metered")
    for path in ("/", article.section.url, "/articles/", "/feeds/rss.xml", "/feeds/feed.json"):
        assert PAID not in client.get(path).content.decode()
    assert not MeteredRead.objects.exists()


def test_a_stranger_opens_metered_articles_only_where_an_editor_allows_it(client, gazette) -> None:
    article = closed(gazette, "metered")
    assert not opens(client, article)
    assert settings_ticket(client) is None
    Article.objects.filter(pk=article.pk).update(strangers_counted=True)
    assert opens(client, article)
    assert settings_ticket(client)
    others = [closed(gazette, "metered") for _each in range(2)]
    Article.objects.update(strangers_counted=True)
    assert [opens(client, one) for one in others] == [True, False]
    client.cookies.clear()  # The ticket can be thrown away, as the office is told.
    assert opens(client, others[1])


def settings_ticket(client):
    return client.cookies.get("ticket")


def test_what_the_meter_opened_closes_when_it_becomes_for_subscribers(client, gazette) -> None:
    client.force_login(let.reader())
    article = closed(gazette, "metered")
    assert opens(client, article)
    Article.objects.filter(pk=article.pk).update(access="subscribers")
    assert not opens(client, article)


# --- Gifts


@pytest.fixture
def gift(gazette, subscriber):
    article = closed(gazette)
    now = timezone.now()
    return Gift.objects.create(article=article, giver=subscriber, given_at=now,
                               expires_at=now + timedelta(days=30), most_uses=9)  # fmt: skip


def link_of(gift) -> str:
    return f"{gift.article.url}?gift={gifts.token_of(gift)}"


def test_a_gift_opens_its_article_is_indexed_by_nobody_and_tells_no_other_site(
    client, gift
) -> None:
    answer = client.get(link_of(gift))
    assert PAID in answer.content.decode()
    assert "A subscriber has given you this article." in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "private" in answer["Cache-Control"]
    assert f'rel="canonical" href="http://testserver{gift.article.url}"' in answer.content.decode()
    assert gift.article.url in client.get(gift.article.url).request["PATH_INFO"]
    assert opens(client, gift.article)


def test_a_gift_makes_nobody_sign_in_and_opens_nothing_else(client, gazette, gift) -> None:
    other = closed(gazette)
    client.get(link_of(gift))
    assert "sessionid" not in client.cookies
    assert not opens(client, other)


@pytest.mark.parametrize("token", ["", "x", "x.y", "0" * 32])
def test_a_wrong_link_leads_to_the_clean_address(client, gift, token) -> None:
    answer = client.get(f"{gift.article.url}?gift={token}")
    assert (answer.status_code, answer["Location"]) == (302, gift.article.url)
    assert not opens(client, gift.article)


def test_a_link_of_another_article_leads_to_the_clean_address(client, gazette, gift) -> None:
    other = closed(gazette)
    answer = client.get(f"{other.url}?gift={gifts.token_of(gift)}")
    assert (answer.status_code, answer["Location"]) == (302, other.url)
    assert not opens(client, other)


def test_a_gift_taken_back_closes_in_the_very_browser_that_had_it(client, gift) -> None:
    client.get(link_of(gift))
    assert opens(client, gift.article)
    gifts.revoke(gift, at=timezone.now())
    assert not opens(client, gift.article)
    assert client.get(link_of(gift)).status_code == 302


def test_a_subscriber_uses_no_gift_up(client, gift) -> None:
    client.force_login(gift.giver)
    assert client.get(link_of(gift))["Location"] == gift.article.url
    gift.refresh_from_db()
    assert gift.uses == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_a_machine_that_looks_ahead_has_the_lead_and_uses_no_gift_up(client, gift, headers) -> None:
    Gift.objects.update(most_uses=1)
    assert client.head(link_of(gift)).status_code == 200
    answer = client.get(link_of(gift), headers=headers)
    assert "The lead." in answer.content.decode()
    assert PAID not in answer.content.decode()
    assert settings_ticket(client) is None
    assert Gift.objects.get().uses == 0
    # The one reading that was given is still there for whom it was given to.
    for _each in range(2):
        page = client.get(link_of(gift), headers={"Sec-Fetch-Dest": "document"}, follow=True)
        assert PAID in page.content.decode()
    assert Gift.objects.get().uses == 1


def test_a_browser_that_looked_ahead_asks_anew_and_has_the_gift(client, gift) -> None:
    ahead = client.get(link_of(gift), headers={"Sec-Purpose": "prefetch"})
    assert (ahead["X-Robots-Tag"], ahead["Referrer-Policy"]) == ("noindex", "no-referrer")
    assert "no-cache" in ahead["Cache-Control"]
    known = {"If-None-Match": ahead.get("ETag", '"x"'), "If-Modified-Since": ahead.get("Date", "")}
    assert PAID in client.get(link_of(gift), headers=known).content.decode()


def test_a_gift_opens_where_the_service_worker_fetches_the_page(client, gift) -> None:
    fetched = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "navigate"}
    assert PAID in client.get(link_of(gift), headers=fetched).content.decode()


def test_a_subscriber_is_offered_to_give_and_others_are_not(client, gazette, subscriber) -> None:
    article = closed(gazette)
    give = f"/account/gifts/give/{article.key}/"
    assert give not in client.get(article.url).content.decode()
    client.force_login(subscriber)
    assert give in client.get(article.url).content.decode()
    client.post(give)
    page = client.get("/account/gifts/").content.decode()
    made = Gift.objects.get()
    assert gifts.token_of(made) in page
    client.post(f"/account/gifts/{made.key}/removal/")
    made.refresh_from_db()
    assert made.revoked_at
    assert "Taken back" in client.get("/account/gifts/").content.decode()


def test_who_does_not_subscribe_is_told_so_and_nobody_takes_back_what_is_not_theirs(
    client, gift
) -> None:
    client.force_login(let.reader())
    page = client.post(f"/account/gifts/give/{gift.article.key}/", follow=True)
    assert "Only subscribers" in page.content.decode()
    assert client.post(f"/account/gifts/{gift.key}/removal/").status_code == 404
    assert client.get(f"/account/gifts/{gift.key}/removal/").status_code == 405
    assert Gift.objects.get().revoked_at is None


# --- Institutions and crawlers


def test_a_library_reads_by_its_network_without_signing_in(client, gazette) -> None:
    article = closed(gazette)
    let.institution(gazette, networks=("192.0.2.0/24",))
    assert not opens(client, article, REMOTE_ADDR="198.51.100.1")
    answer = client.get(article.url, REMOTE_ADDR="192.0.2.9")
    assert PAID in answer.content.decode()
    assert "private" in answer["Cache-Control"]
    assert "sessionid" not in client.cookies


def test_a_spoofed_header_opens_nothing(client, gazette) -> None:
    article = closed(gazette)
    let.institution(gazette, networks=("192.0.2.0/24",))
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "CF-Connecting-IP"):
        assert not opens(client, article, headers={name: "192.0.2.9"}, REMOTE_ADDR="198.51.100.1")


def test_a_verified_crawler_reads_and_is_told_to_keep_no_copy(client, gazette) -> None:
    article = closed(gazette)
    let.institution(gazette, kind="crawler", networks=("203.0.113.0/24",))
    agent = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
    assert not opens(client, article, headers=agent)
    answer = client.get(article.url, REMOTE_ADDR="203.0.113.9")
    assert PAID in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noarchive"


# --- Embargoes


def test_an_article_opens_for_everybody_when_its_title_says(client, gazette) -> None:
    Title.objects.update(free_after_days=30)
    now = timezone.now()
    old = closed(gazette, published_at=now - timedelta(days=31))
    new = closed(gazette, published_at=now - timedelta(days=29))
    assert (opens(client, old), opens(client, new)) == (True, False)
    feed = client.get("/feeds/feed.json").content.decode()
    assert feed.count(PAID) == 1


def test_an_open_article_may_be_for_subscribers_first(client, gazette, subscriber) -> None:
    Section.objects.update(subscribers_first_days=2)
    article = closed(gazette, "open", published_at=timezone.now() - timedelta(days=1))
    Section.objects.update(subscribers_first_days=2)
    assert not opens(client, article)
    assert PAID not in client.get("/feeds/feed.json").content.decode()
    client.force_login(subscriber)
    assert opens(client, article)


def test_a_feed_that_was_kept_is_made_anew_when_an_embargo_ends(
    client, gazette, time_machine_at
) -> None:
    closed(gazette, published_at=make.THEN)
    Title.objects.update(free_after_days=30)
    with time_machine_at(make.THEN + timedelta(days=30) - timedelta(seconds=2)):
        assert PAID not in client.get("/feeds/feed.json").content.decode()
    with time_machine_at(make.THEN + timedelta(days=30)):
        assert PAID in client.get("/feeds/feed.json").content.decode()


@pytest.fixture
def time_machine_at():
    import time_machine

    return lambda moment: time_machine.travel(moment, tick=False)


# --- Passes, and media


@pytest.fixture
def recording(gazette):
    file = ContentFile(b"ID30123456789", name="r.mp3")
    return Attachment.objects.create(title="R", file=file)


@pytest.fixture
def playing(gazette, recording):
    audio = nodes.Audio(id="a", audio=f"audio:{recording.sha256}", title="R")
    return closed(gazette, "subscribers", audio)


def sound(playing, recording) -> str:
    return f"/recordings/{playing.key}/{recording.sha256}"


def plays(client, address, **how) -> bool:
    """Say whether a recording is sent; what is there for nobody is not there."""
    answer = client.get(address, **how)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    assert answer.status_code in (200, 404)
    return answer.status_code == 200


def test_a_pass_plays_what_the_page_played_without_asking_who_it_is(
    client, playing, recording, subscriber
) -> None:
    client.force_login(subscriber)
    client.get(playing.url)
    given = client.cookies["pass"]
    assert (given["httponly"], given["samesite"], given["path"]) == (True, "Lax", "/")
    shown = given.value
    client.cookies.pop("sessionid")
    assert plays(client, sound(playing, recording))
    client.cookies.clear()
    assert not plays(client, sound(playing, recording))
    client.cookies["pass"] = f"{shown[:-2]}AA"
    assert not plays(client, sound(playing, recording))


def test_a_pass_plays_nothing_once_its_session_has_ended(
    client, playing, recording, subscriber
) -> None:
    client.force_login(subscriber)
    key = client.session.session_key
    client.get(playing.url)
    shown = client.cookies["pass"].value
    client.cookies.clear()
    client.cookies["pass"] = shown
    assert plays(client, sound(playing, recording))
    passes.end(key, at=timezone.now())
    assert not plays(client, sound(playing, recording))


def test_signing_out_ends_the_pass_wherever_it_was_copied_to(
    client, playing, recording, subscriber
) -> None:
    client.force_login(subscriber)
    client.get(playing.url)
    shown = client.cookies["pass"].value
    client.post("/account/logout/")
    client.cookies["pass"] = shown
    assert not plays(client, sound(playing, recording))


def test_a_browser_that_may_nothing_any_more_gives_its_pass_back(
    client, gazette, subscriber
) -> None:
    article = closed(gazette)
    client.force_login(subscriber)
    client.get(article.url)
    assert client.cookies["pass"].value
    client.cookies.pop("sessionid")
    client.get(article.url)
    assert not client.cookies["pass"].value


def test_a_pass_is_renewed_before_it_ends_and_not_with_every_page(
    client, gazette, subscriber, time_machine_at
) -> None:
    article = closed(gazette)
    now = timezone.now()
    with time_machine_at(now):
        client.force_login(subscriber)
        assert "pass" in client.get(article.url).cookies
    with time_machine_at(now + timedelta(minutes=5)):
        assert "pass" not in client.get(article.url).cookies
    with time_machine_at(now + timedelta(minutes=11)):
        assert "pass" in client.get(article.url).cookies


def test_strangers_get_no_cookie_at_all(client, gazette) -> None:
    for path in (closed(gazette).url, closed(gazette, "open").url, "/", "/feeds/rss.xml"):
        assert not client.get(path).cookies, path


def test_a_signed_link_plays_to_a_program_without_cookies(
    client, playing, recording, subscriber
) -> None:
    path = sound(playing, recording)
    now = timezone.now()
    link = links.sign(path, subscriber, at=now)
    assert plays(client, link)
    part = client.get(link, headers={"range": "bytes=-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"789")
    elsewhere = links.sign("/recordings/other", subscriber, at=now)
    assert not plays(client, elsewhere.replace("/recordings/other", path))
    assert not plays(client, links.sign(path, let.reader(), at=now))
    assert not plays(client, links.sign(path, subscriber, at=now - links.GOOD_FOR))
    assert not plays(client, link.replace(subscriber.key.hex, let.reader().key.hex))
    grants.revoke(subscriber.grants.get(), at=timezone.now())
    assert not plays(client, link)


def test_devices_beyond_the_policy_give_way_and_the_new_one_is_told(gazette, mailoutbox) -> None:
    Policy.objects.update(reading_sessions=2)
    browsers = [Client(headers={"user-agent": f"Firefox/{n} (Linux)"}) for n in range(3)]
    for browser in browsers:
        browser.post("/account/login/", {"email": "many@devices.example"})
        code = re.search(r"\b[A-Z]{3}-[A-Z]{3}\b", mailoutbox[-1].body)[0]
        page = browser.post("/account/login/code/", {"code": code}, follow=True)
    alive = [browser.get("/account/").status_code == 200 for browser in browsers]
    assert alive == [False, True, True]
    assert "You were signed out of Firefox on Linux" in page.content.decode()
