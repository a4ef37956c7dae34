"""What readers see, page by page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.test import override_settings

from masthead.editorial import issues
from masthead.editorial.models import Article, Correction, Dossier, DossierEntry, Issue, TopicIndex
from masthead.manuscript import nodes
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def title():
    return make.magazine(tagline="News of the town")


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_an_open_article_is_read_whole_by_anybody(title, client) -> None:
    ada = make.contributor(title, "Ada Okafor", biography="Ada covers the harbour.")
    article = make.article(
        title,
        make.paragraph("The lamps went out."),
        make.paragraph("Nobody lit them again."),
        access="open",
        headline="A dark quay",
        kicker="Harbour",
        standfirst="Why the lamps went out",
        bylines=(
            nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),
            nodes.Byline("A Guest", "", "Photographs by"),
        ),
    )
    page = text(client, article.url)
    for words in ("A dark quay", "Harbour", "Why the lamps went out", "Nobody lit them again.",
                  ada.url, "A Guest", "Photographs by", "Ada covers the harbour."):  # fmt: skip
        assert words in page


def test_a_closed_article_gives_the_lead_and_says_that_there_is_more(title, client) -> None:
    article = make.article(
        title,
        make.paragraph("Everybody may read this."),
        nodes.LeadMarker(id="m"),
        make.paragraph("Only subscribers may read this."),
    )
    page = text(client, article.url)
    assert "Everybody may read this." in page
    assert "Only subscribers may read this." not in page
    assert "The rest is for subscribers" in page


def test_staff_who_may_read_everything_do(title, client, django_user_model) -> None:
    article = make.article(
        title, make.paragraph("Lead."), nodes.LeadMarker(id="m"), make.paragraph("The rest.")
    )
    client.force_login(django_user_model.objects.create_superuser("ed@example.org", "x"))
    answer = client.get(article.url)
    assert "The rest." in answer.content.decode()
    assert "private" in answer["Cache-Control"]


def test_a_draft_is_nobodys(title, client) -> None:
    assert client.get(make.article(title, live=False, access="open").url).status_code == 404


def test_a_long_article_has_parts_with_addresses_of_their_own(title, client) -> None:
    article = make.article(
        title,
        make.paragraph("First part."),
        nodes.PageBreak(id="b", title="What came next"),
        make.paragraph("Second part."),
        access="open",
    )
    first, second = text(client, article.url), text(client, f"{article.url}2/")
    assert "First part." in first
    assert "Second part." not in first
    assert f"{article.url}2/" in first
    assert "Second part." in second
    for address in ("1/", "3/", "02/", "x/", "2/2/", f"{'9' * 5000}/"):
        assert client.get(article.url + address).status_code == 404, address


def test_nobody_gets_a_later_part_of_a_closed_article(title, client) -> None:
    article = make.article(
        title, make.paragraph("A."), nodes.PageBreak(id="b"), make.paragraph("Paid words.")
    )
    assert client.get(f"{article.url}2/").status_code == 404


def test_an_article_in_arabic_is_set_from_right_to_left(title, client) -> None:
    article = make.article(title, make.paragraph("مرحبا"), access="open", language="ar")
    assert '<article class="story" lang="ar" dir="rtl">' in text(client, article.url)


def test_a_correction_stands_on_its_article_and_on_the_corrections_page(title, client) -> None:
    article = make.article(title, access="open")
    hidden = make.article(title, live=False)
    Correction.objects.create(article=article, text="It was nine, not ten.", made_at=NOON)
    Correction.objects.create(article=hidden, text="Of an article nobody saw.", made_at=NOON)
    assert "It was nine, not ten." in text(client, article.url)
    page = text(client, "/corrections/")
    assert "It was nine, not ten." in page
    assert "nobody saw" not in page


def test_an_issue_shows_cover_contents_and_nothing_before_it_is_on_sale(title, client) -> None:
    article = make.article(title, headline="In the issue", access="open")
    issue = make.issue(title, article, state=Issue.State.OPEN, cover=make.picture_at_hand())
    assert client.get(issue.url).status_code == 404
    issues.put_on_sale(issue, at=NOON)
    page = text(client, issue.url)
    assert "In the issue" in page
    assert "/media/pictures/" in page
    assert issue.title in text(client, "/issues/")
    assert issue.title in text(client, "/")


def test_the_newsstand_is_ordered_by_year_newest_first(title, client) -> None:
    for year in (2024, 2026, 2025):
        issue = make.issue(title, state=Issue.State.OPEN, cover_date=date(year, 3, 1))
        issues.put_on_sale(issue, at=NOON)
    page = text(client, "/issues/")
    assert page.index("year-2026") < page.index("year-2025") < page.index("year-2024")


def test_a_topic_lists_articles_about_it_and_those_that_name_it(title, client) -> None:
    topic = make.topic(title, "The Harbour Board", kind="organisation")
    key = f"topic:{topic.key}"
    make.article(title, headline="About it", topics=(key,))
    naming = nodes.Paragraph(id="p", children=(nodes.Mention(key, (nodes.Text("the board"),)),))
    make.article(title, naming, headline="Names it", access="open")
    make.article(title, headline="Something else")
    page = text(client, topic.url)
    assert "About it" in page
    assert "Names it" in page
    assert "Something else" not in page


def test_a_dossier_tells_its_story_in_order(title, client) -> None:
    dossier = make.shelf(TopicIndex, title).add_child(instance=Dossier(title="The flood"))
    article = make.article(title, headline="The wall broke", access="open")
    for day, words in ((9, "The wall breaks"), (2, "The rain begins")):
        DossierEntry.objects.create(
            dossier=dossier, happened_on=date(2026, 3, day), text=words,
            article=article if day == 9 else None,
        )  # fmt: skip
    page = text(client, dossier.url)
    assert page.index("The rain begins") < page.index("The wall breaks")
    assert "The wall broke" in page
    assert "The flood" in text(client, article.url)


def test_an_address_that_leads_nowhere_gets_a_page_with_a_way_on(title, client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


@override_settings(DEBUG=False)
def test_a_fault_of_ours_is_answered_without_asking_the_database(
    title, client, monkeypatch, django_assert_num_queries
) -> None:
    from masthead.newsstand.views import errors

    with django_assert_num_queries(0):
        answer = errors.failed(None)
    assert answer.status_code == 500
    assert "on our side" in answer.content.decode()


def test_pages_name_no_other_host_and_need_no_script(title, client) -> None:
    figure = nodes.Figure(id="f", picture=make.picture().picture_key, alternative="x", credit="y")
    article = make.article(title, make.paragraph("A."), figure, access="open")
    for address in (
        "/",
        article.url,
        article.section.url,
        "/articles/",
        "/topics/",
        "/corrections/",
    ):
        page = text(client, address)
        # Data for machines stands in script elements that no browser runs; what plays on from page
        # to page comes from this host, and is not missed by who has no scripts.
        found = re.findall(r"<script[^>]*>", page)
        ours = '<script type="module" src="/static/newsstand/listening-bar.js">'
        assert sorted(found) == ['<script type="application/ld+json">', ours]
        for part in page.split('src="')[1:] + page.split('srcset="')[1:]:
            assert part.startswith("/"), part[:60]


def test_an_imported_link_to_another_article_leads_to_its_address(title, client) -> None:
    other = make.article(title, headline="The other", access="open")
    link = nodes.Link(other.article_key, (nodes.Text("see there"),))
    article = make.article(title, nodes.Paragraph(id="p", children=(link,)), access="open")
    assert f'href="{other.url}"' in text(client, article.url)


@pytest.mark.parametrize("page_number", ["0", "2", "-1", "x", "999999999999"])
def test_a_page_of_a_list_that_is_not_there_is_not_found(title, client, page_number) -> None:
    make.article(title)
    assert client.get(f"/articles/?page={page_number}").status_code == 404


def test_a_picture_whose_licence_has_ended_stands_nowhere(title, client, time_machine) -> None:
    picture = make.picture_at_hand(usable_until=date(2026, 5, 6))
    figure = nodes.Figure(id="l", picture=picture.picture_key)
    article = make.article(title, lead_figure=figure)
    issue = make.issue(title, article, state=Issue.State.OPEN, cover=picture)
    issues.put_on_sale(issue, at=make.THEN)
    ada = make.contributor(title, "Ada Okafor", portrait=picture)
    pages = ("/", article.url, issue.url, "/issues/", ada.url)
    for day, shown in ((6, True), (7, False)):
        time_machine.move_to(datetime(2026, 5, day, 12, tzinfo=UTC), tick=False)
        for address in pages:
            assert ("/media/pictures/" in text(client, address)) == shown, (address, day)


def test_no_reader_waits_for_a_picture_to_be_made(title, client, admin_client) -> None:
    picture = make.picture()
    figure = nodes.Figure(id="l", picture=picture.picture_key)
    article = make.article(title, lead_figure=figure, access="open")
    for address in ("/", article.url):
        assert "/media/pictures/" not in text(client, address), address
    assert not picture.renditions.exists()
    preview = article.make_preview_request(
        admin_client.get("/office/").wsgi_request, article.default_preview_mode
    )
    assert "/media/pictures/" in preview.content.decode()
    for address in ("/", article.url):
        assert "/media/pictures/" in text(client, address), address


# --- To read next ---------------------------------------------------------------


def onward(client, article) -> list[str]:
    return [card.headline for card in client.get(article.url).context["page"].onward]


def test_what_to_read_next_goes_on_in_the_issue_then_the_dossier_then_the_section(client) -> None:
    title = make.magazine()
    science = make.section(title, "Science")
    first, second = (make.article(title, headline=name) for name in ("First", "Second"))
    issues.put_on_sale(make.issue(title, first, second, state=Issue.State.OPEN), at=make.THEN)
    running = make.article(title, headline="Running", in_section=science)
    dossier = make.shelf(TopicIndex, title).add_child(instance=Dossier(title="The flood"))
    for order, article in enumerate((first, running)):
        DossierEntry.objects.create(
            dossier=dossier, article=article, happened_on=make.THEN, text="x", sort_order=order
        )
    make.article(title, headline="Draft", live=False)
    same = make.article(title, headline="Same section")
    make.article(title, headline="Elsewhere", in_section=science)
    assert onward(client, first) == ["Second", "Running", "Same section"]
    assert onward(client, second)[0] == "First"
    same.unpublish()
    assert onward(client, first) == ["Second", "Running"]


def test_what_to_read_next_is_of_the_same_title(client) -> None:
    ours, theirs = make.magazine(), make.magazine("The Other")
    mine, other = make.article(ours, headline="Ours"), make.article(theirs, headline="Theirs")
    Article.objects.update(section=None)
    assert onward(client, mine) == []
    assert other.live
