"""Publishers sell placements in the office; editors approve what is shown; nobody else sees any of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from masthead.advertising import counting
from masthead.advertising.models import Advertiser, Booking, Count, Creative
from masthead.circulation.founding import empower_publishers
from tests.factories import advertising as sell
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OFFICE = "/office/masthead/advertising/"


@pytest.fixture
def title():
    return make.magazine()


def sign_in(client, group: str):
    staff = let.reader(f"{group.lower()}@gazette.example")
    staff.groups.add(Group.objects.get(name=group))
    client.force_login(staff)
    return staff


@pytest.fixture
def publisher(client, title):
    empower_publishers()
    return sign_in(client, "Publishers")


@pytest.fixture
def editor(client, title):
    return sign_in(client, "Editors")


@pytest.fixture
def running(title):
    today = timezone.now().date()
    return sell.booking(
        title,
        advertiser=sell.advertiser("Rope & Sons"),
        starts_on=today - 9 * DAY,
        ends_on=today + 9 * DAY,
        copy_deadline_on=today - 10 * DAY,
        share=60,
        cap=100,
    )


def filled(title, **changes: str) -> dict[str, str]:
    advertiser = Advertiser.objects.first() or sell.advertiser("Rope & Sons")
    today = timezone.now().date()
    return {
        "advertiser": str(advertiser.pk), "title": str(title.pk), "name": "Autumn",
        "placement": "article", "issue": "", "starts_on": str(today + 9 * DAY),
        "ends_on": str(today + 19 * DAY), "share": "50", "cap": "", "rate": "400.00",
        "currency": "eur", "rate_per": "flat", "copy_deadline_on": str(today), "note": "",
    } | changes  # fmt: skip


def text(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_placement_is_booked_and_the_rate_kept_in_cents(client, publisher, title):
    answer = client.post(f"{OFFICE}bookings/new/", filled(title))
    booking = Booking.objects.get()
    assert answer.headers["Location"] == f"{OFFICE}bookings/{booking.pk}/"
    assert (booking.rate_minor, booking.currency, booking.share) == (40000, "EUR", 50)
    page = text(client, answer.headers["Location"])
    assert "nothing is shown for this booking" in page
    assert 'value="400.00"' in page
    assert "Rope &amp; Sons: Autumn" in text(client, OFFICE)


def test_a_page_of_an_issue_is_booked(client, publisher, title):
    issue = make.issue(title)
    changes = dict.fromkeys(("starts_on", "ends_on", "share"), "")
    client.post(
        f"{OFFICE}bookings/new/", filled(title, placement="full", issue=str(issue.pk), **changes)
    )
    assert Booking.objects.get().issue == issue
    assert issue.title in text(client, OFFICE)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"share": "500"}, "100"),
        ({"share": ""}, "from 1 to 100"),
        ({"ends_on": "2001-01-01"}, "before its first"),
        ({"placement": "sky"}, "Select a valid choice"),
        ({"currency": "EURO"}, "three letters"),
        ({"rate": "1.001"}, "no smaller coin"),
        ({"rate": "-1"}, "greater than or equal"),
        ({"rate": "9" * 30}, "digits"),
        ({"cap": "99999999999999999999"}, "less than or equal"),
        ({"starts_on": "soon"}, "valid date"),
        ({"advertiser": "999"}, "valid choice"),
        ({"name": "\0"}, "Null characters"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_booked(client, publisher, title, changes, words):
    answer = client.post(f"{OFFICE}bookings/new/", filled(title, **changes))
    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors) or words == "digits"
    assert not Booking.objects.exists()


def test_what_is_taken_already_is_told_and_the_booking_stays_as_it_was(
    client, publisher, title, running
):
    today = timezone.now().date()
    answer = client.post(f"{OFFICE}bookings/new/", filled(title, starts_on=str(today)))
    assert "booked already" in answer.content.decode()
    other = sell.booking(title, share=40, placement="list")
    answer = client.post(
        f"{OFFICE}bookings/{other.pk}/", filled(title, name="Other", share="100", starts_on="")
    )
    assert answer.status_code == 200
    other.refresh_from_db()
    assert (other.name, other.share) == ("Spring", 40)


def test_it_is_changed_and_stopped(client, publisher, title, running):
    path = f"{OFFICE}bookings/{running.pk}/"
    today = timezone.now().date()
    client.post(path, filled(title, name="Later", copy_deadline_on=str(today)))
    running.refresh_from_db()
    assert (running.name, running.share) == ("Later", 50)
    assert client.get(f"{path}stop/").status_code == 405
    client.post(f"{path}stop/")
    running.refresh_from_db()
    assert running.stopped_at
    page = text(client, path)
    assert "Stopped" in page
    assert 'name="share"' not in page
    # It is not brought back by a form that was open meanwhile.
    assert client.post(path, filled(title, name="Again")).status_code == 200
    running.refresh_from_db()
    assert running.name == "Later"


class TestCreatives:
    def write(self, client, booking, **changes):
        words = {"headline": "Rope", "words": "Holds.", "alternative": "", "picture": "",
                 "link": "https://rope.example/"} | changes  # fmt: skip
        return client.post(f"{OFFICE}bookings/{booking.pk}/creatives/new/", words)

    def test_one_waits_for_an_editor_and_runs_then(self, client, publisher, title, running):
        answer = self.write(client, running)
        creative = Creative.objects.get()
        page = text(client, answer.headers["Location"])
        assert "Waits for an editor" in page
        approval = f"{OFFICE}creatives/{creative.pk}/approval/"
        assert client.post(approval, {"seen": "x"}).status_code == 302  # To the office's door.
        creative.refresh_from_db()
        assert creative.approved_at is None
        staff = sign_in(client, "Editors")
        page = text(client, answer.headers["Location"])
        seen = re.search(r'name="seen" value="(\w+)"', page)[1]
        client.post(approval, {"seen": seen})
        creative.refresh_from_db()
        assert creative.approved_by == staff
        # An editor approves, and does not sell.
        assert client.post(answer.headers["Location"], {"headline": "x"}).status_code == 302
        creative.refresh_from_db()
        assert creative.headline == "Rope"

    def test_what_was_changed_meanwhile_is_not_approved_unseen(self, client, editor, running):
        creative = sell.creative(running, at=None)
        page = text(client, f"{OFFICE}bookings/{running.pk}/creatives/{creative.pk}/")
        seen = re.search(r'name="seen" value="(\w+)"', page)[1]
        Creative.objects.update(link="https://evil.example/")
        answer = client.post(
            f"{OFFICE}creatives/{creative.pk}/approval/", {"seen": seen}, follow=True
        )
        assert "changed or taken out meanwhile" in answer.content.decode()
        assert Creative.objects.get().approved_at is None

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"headline": ""}, "required"),
            ({"link": ""}, "required"),
            ({"link": "javascript:alert(1)"}, "valid URL"),
            ({"link": "ftp://rope.example/"}, "valid URL"),
            ({"words": "x" * 301}, "at most 300"),
            ({"picture": "999"}, "valid choice"),
        ],
    )
    def test_what_readers_could_not_use_is_refused(
        self, client, publisher, running, changes, words
    ):
        answer = self.write(client, running, **changes)
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert not Creative.objects.exists()

    def test_a_picture_has_to_be_told_in_words(self, client, publisher, running):
        silent = make.picture(description="")
        answer = self.write(client, running, picture=str(silent.pk))
        assert "Say what is to be seen" in answer.content.decode()
        assert not Creative.objects.exists()

    def test_it_is_looked_at_on_both_grounds_without_being_counted(self, client, editor, running):
        creative = sell.creative(running, at=None, picture=make.picture())
        for ground in ("light", "dark"):
            answer = client.get(f"{OFFICE}creatives/{creative.pk}/{ground}/")
            page = answer.content.decode()
            assert f'data-ground="{ground}"' in page
            assert creative.headline in page
            assert re.search(r'src="/media/[^"]+"', page)
            assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert client.get(f"{OFFICE}creatives/{creative.pk}/pink/").status_code == 404
        words = sell.creative(running, at=None)
        page = text(client, f"{OFFICE}creatives/{words.pk}/light/")
        assert "data:image/svg+xml" in page
        assert not Count.objects.exists()

    def test_it_is_taken_out(self, client, editor, running):
        creative = sell.creative(running)
        client.post(f"{OFFICE}creatives/{creative.pk}/withdrawal/")
        assert Creative.objects.get().withdrawn_at

    def test_in_print_it_is_a_pdf_and_nothing_else(self, client, publisher, title):
        booking = sell.for_print(title, make.issue(title))
        path = f"{OFFICE}bookings/{booking.pk}/creatives/new/"
        assert 'name="link"' not in text(client, path)
        words = SimpleUploadedFile("page.pdf", b"These are words.", "application/pdf")
        answer = client.post(path, {"headline": "Page", "artwork": words})
        assert "This is no PDF" in answer.content.decode()
        assert client.post(path, {"headline": "Page"}).status_code == 200
        assert not Creative.objects.exists()
        page = SimpleUploadedFile("page.pdf", b"%PDF-1.6 and so on", "application/pdf")
        client.post(path, {"headline": "Page", "artwork": page})
        creative = Creative.objects.get()
        answer = client.get(f"{OFFICE}creatives/{creative.pk}/artwork.pdf")
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert "attachment" in answer["Content-Disposition"]


def test_figures_are_told_drawn_and_handed_out(client, publisher, running):
    creative = sell.creative(running, headline="=1+1")
    today = timezone.now().date()
    for _each in range(40):
        counting.count(creative, "impressions", today)
    counting.count(creative, "clicks", today - DAY)
    page = text(client, f"{OFFICE}bookings/{running.pk}/")
    assert "60 / 100" in page
    assert page.count('class="chart-taken"') == 2
    assert "2.50" in page
    answer = client.get(f"{OFFICE}bookings/{running.pk}/figures.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "rope-sons-spring.csv" in answer["Content-Disposition"]
    assert "'=1+1" in answer.content.decode()
    assert "60" in re.search(r"Rope &amp; Sons.*?</tr>", text(client, OFFICE), re.DOTALL)[0]


def test_what_is_free_and_what_is_late_is_seen_at_a_glance(client, publisher, title, running):
    page = text(client, OFFICE)
    assert "The copy deadline has passed" in page
    assert "Nothing has come in" in page
    assert "<span>60 %</span>" in page
    assert page.count('<svg class="chart"') == 3


def test_a_list_of_many_asks_no_more_than_one_of_few(
    client, publisher, title, running, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    text(client, OFFICE)
    with CaptureQueriesContext(connection) as few:
        text(client, OFFICE)
    for _each in range(8):
        sell.creative(sell.booking(title, placement="list", share=10))
        sell.for_print(title, make.issue(title))
    with CaptureQueriesContext(connection) as many:
        text(client, OFFICE)
    assert len(many) == len(few)


@pytest.mark.parametrize("group", ["Authors", None])
def test_nobody_else_sees_any_of_it(client, title, running, group):
    creative = sell.creative(running)
    if group:
        sign_in(client, group)
    paths = ["", "bookings/new/", f"bookings/{running.pk}/", f"bookings/{running.pk}/figures.csv",
             f"bookings/{running.pk}/creatives/new/", f"creatives/{creative.pk}/light/",
             f"bookings/{running.pk}/creatives/{creative.pk}/",
             f"creatives/{creative.pk}/artwork.pdf"]  # fmt: skip
    for path in paths:
        answer = client.get(OFFICE + path)
        assert answer.status_code in (302, 403), path
    for path in (f"bookings/{running.pk}/stop/", f"creatives/{creative.pk}/withdrawal/",
                 f"creatives/{creative.pk}/approval/", "bookings/new/"):  # fmt: skip
        assert client.post(OFFICE + path, {}).status_code in (302, 403), path
    running.refresh_from_db()
    assert (running.stopped_at, Creative.objects.get().withdrawn_at) == (None, None)


def test_editors_see_what_is_booked_and_book_nothing(client, editor, title, running):
    assert f"{OFFICE}bookings/new/" not in text(client, OFFICE)
    assert "Rope &amp; Sons" in text(client, f"{OFFICE}bookings/{running.pk}/")
    client.post(f"{OFFICE}bookings/new/", filled(title))
    client.post(f"{OFFICE}bookings/{running.pk}/stop/")
    running.refresh_from_db()
    assert (Booking.objects.count(), running.stopped_at) == (1, None)


def test_the_way_there_stands_in_the_menu(client, publisher):
    assert "Advertising" in text(client, "/office/")


def test_an_advertiser_is_written_down_and_never_deleted(client, publisher, running):
    path = "/office/advertisers/"
    client.post(f"{path}new/", {"name": "Inn", "contact": "", "mail": "", "phone": "", "notes": ""})
    assert Advertiser.objects.filter(name="Inn").exists()
    assert client.post(f"{path}delete/{running.advertiser_id}/").status_code in (302, 403, 404)
    assert Advertiser.objects.filter(pk=running.advertiser_id).exists()


class TestTheFlatPlan:
    def test_a_booking_is_let_in_by_who_may_publish(self, client, publisher, title):
        issue = make.issue(
            title, *(make.article(title, make.paragraph("Words. " * 900)) for _each in range(3))
        )
        booking = sell.for_print(title, issue, placement="half")
        client.force_login(superuser())
        path = f"/office/masthead/issues/{issue.pk}/flat-plan/"
        assert "has no page yet" in text(client, path)
        assert "has no page yet" in text(client, f"/office/masthead/issues/{issue.pk}/editions/")
        client.post(path, {"act": "let_in_booking", "booking": booking.pk, "page": "4"})
        page = text(client, path)
        assert "has a page and no PDF yet" in page
        assert "<td>4</td>" in page
        for asked in ("x", "999", ""):
            answer = client.post(path, {"act": "let_in_booking", "booking": asked})
            assert answer.status_code == 404
        answer = client.post(
            path, {"act": "let_in_booking", "booking": booking.pk, "page": "1"}, follow=True
        )
        assert answer.status_code == 200


def superuser():
    from masthead.people.models import User

    return User.objects.create_superuser("chief@gazette.example", "x")
