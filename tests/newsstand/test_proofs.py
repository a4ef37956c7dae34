"""A guest with a link looks at pages and leaves marks; nobody else learns that there are any."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from masthead.newsstand.views import proofs as view
from masthead.people.models import User
from masthead.production import guests, pressings, proofs
from masthead.production.models import Edition, Mark
from tests.factories import circulation as let
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db

SCREEN, PRINT = Edition.Form.SCREEN, Edition.Form.PRINT


@pytest.fixture
def issue():
    title = make.magazine()
    article = make.article(
        title, make.paragraph("Paid words."), headline="One", access="subscribers"
    )
    return make.issue(title, article)


@pytest.fixture
def editor() -> User:
    return let.reader("editor@gazette.example", first_name="Ada", last_name="Editor")


def press(issue, form=SCREEN) -> Edition:
    return pressings.press_now(issue, form, by=None, at=timezone.now(), tell=lambda step: None)


def invite(issue, editor, name="Grace", **asked) -> str:
    """Return the beginning of a guest's addresses."""
    asked = {"at": timezone.now()} | asked
    return f"/proofs/{guests.invite(issue, name, by=editor, **asked)[1]}/"


def addresses(begin: str, edition: Edition) -> list[str]:
    of = f"{begin}{edition.form}/{edition.version}"
    return [begin, f"{begin}{edition.form}/", f"{of}/1/", f"{of}/1/small.png", f"{of}/1/large.png"]


def late(issue) -> Edition:
    """Put something into the issue and press it again."""
    words = make.paragraph("Late words.")
    make.place(issue, make.article(issue.publication, words, headline="Late"))
    return press(issue)


def test_a_guest_sees_every_page_as_a_picture_and_no_file(client, issue, editor):
    edition = press(issue)
    begin = invite(issue, editor)
    there = client.get(begin).content.decode()
    for number in range(1, edition.pages + 1):
        assert f'href="{begin}screen/1/{number}/"' in there
    page = client.get(f"{begin}screen/1/3/").content.decode()
    assert f'src="{begin}screen/1/3/large.png"' in page
    with Image.open(BytesIO(client.get(f"{begin}screen/1/3/large.png").content)) as picture:
        assert picture.width == pytest.approx(1100, abs=1)
    assert client.get(f"{begin}screen/1/{edition.pages + 1}/").status_code == 404
    for name in (edition.file.name, "edition.pdf", "screen/1/file/", "screen/1/1/huge.png"):
        assert client.get(f"{begin}{name}", follow=True).status_code == 404
    assert "Paid words" not in there + page


def test_no_answer_is_kept_indexed_or_named_to_others_and_none_sets_a_cookie(client, issue, editor):
    edition = press(issue)
    good = addresses(invite(issue, editor), edition)
    for address in [*good, *addresses("/proofs/wrong/", edition), f"{good[0]}vellum/"]:
        answer = client.get(address)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "style-src 'self'" in answer["Content-Security-Policy"]
        assert not answer.cookies


def test_a_wrong_an_expired_and_a_revoked_link_and_one_of_another_issue_open_nothing(
    client, issue, editor
):
    edition = press(issue)
    now = timezone.now()
    expired = invite(issue, editor, at=now - timedelta(days=14))
    guest, revoked = guests.invite(issue, "Grace", by=editor, at=now)
    guests.revoke(guest, by=editor, at=now)
    wrong = [expired, f"/proofs/{revoked}/", "/proofs/wrong/", "/proofs/wrong.token/"]
    said = set()
    for begin in wrong:
        for address in addresses(begin, edition):
            answer = client.get(address)
            assert answer.status_code == 404
            said.add(answer.content.replace(address.encode(), b""))
            assert client.post(address, {"words": "x"}).status_code in (404, 405)
    assert len(said) == 1
    elsewhere = invite(make.issue(issue.publication), editor)
    answers = [client.get(address).status_code for address in addresses(elsewhere, edition)]
    assert answers == [200, 404, 404, 404, 404]
    assert not Mark.objects.exists()


def test_only_the_newest_version_is_shown_and_older_addresses_lead_there(client, issue, editor):
    press(issue)
    begin = invite(issue, editor)
    new = late(issue)
    assert new.version == 2
    assert client.get(f"{begin}screen/1/3/")["Location"] == f"{begin}screen/2/3/"
    assert client.get(f"{begin}screen/1/3/large.png").status_code == 404
    assert client.get(f"{begin}screen/3/3/").status_code == 404
    assert client.get(f"{begin}print/1/1/").status_code == 404


def test_a_guest_chooses_between_the_forms_that_there_are(client, issue, editor):
    begin = invite(issue, editor)
    assert "nothing to look at yet" in client.get(begin).content.decode()
    press(issue, PRINT)
    there = client.get(begin).content.decode()
    assert f"{begin}print/1/1/" in there
    press(issue)
    there = client.get(f"{begin}print/").content.decode()
    assert f'href="{begin}screen/"' in there
    assert f"{begin}print/1/1/" in there


def test_a_mark_stands_under_the_name_of_the_guest_where_they_clicked(client, issue, editor):
    edition = press(issue)
    begin = invite(issue, editor)
    address = f"{begin}screen/1/3/"
    # The page is 210 by 280 millimetres, shown 720 pixels wide.
    answer = client.post(address, {"words": "A comma.", "at720.x": "180", "at720.y": "480"})
    assert answer.status_code == 302
    mark = Mark.objects.get()
    assert (mark.author, mark.edition, mark.page) == ("Grace", edition, 3)
    assert (mark.x, mark.y) == (250, 500)
    there = client.get(answer["Location"]).content.decode()
    assert "A comma." in there
    assert "Your mark stands" in there
    assert "left: calc(250% / 10); top: calc(500% / 10)" in there
    assert "marked by you" in client.get(begin).content.decode()


def test_a_click_without_words_asks_for_them_and_keeps_the_place(client, issue, editor):
    press(issue)
    address = f"{invite(issue, editor)}screen/1/3/"
    answer = client.post(address, {"words": "", "at320.x": "32", "at320.y": "64"})
    assert answer["Location"] == f"{address}?x=100&y=150"
    assert not Mark.objects.exists()
    there = client.get(answer["Location"]).content.decode()
    assert '<input type="hidden" name="x" value="100">' in there
    client.post(address, {"words": "Here.", "x": "100", "y": "150"})
    assert (Mark.objects.get().x, Mark.objects.get().y) == (100, 150)


@pytest.mark.parametrize(
    "sent",
    [{}, {"at720.x": "0", "at720.y": "0"}, {"x": "", "y": "1"}, {"x": "²", "y": "1"}, {"at0000.x": "5"}],
)  # fmt: skip
def test_words_without_a_place_are_about_the_whole_page(client, issue, editor, sent):
    press(issue)
    client.post(f"{invite(issue, editor)}screen/1/3/", {"words": "All of it.", **sent})
    assert (Mark.objects.get().x, Mark.objects.get().y) == (None, None)


def test_a_mark_that_is_refused_says_why_and_keeps_the_words(client, issue, editor):
    edition = press(issue)
    address = f"{invite(issue, editor)}screen/1/1/"
    answer = client.post(address, {"words": " "})
    assert answer.status_code == 400
    assert "Write what should be changed." in answer.content.decode()
    proofs.sign_off_rest(edition, by=editor, at=timezone.now())
    pressings.pass_for_press(edition, by=editor, at=timezone.now())
    answer = client.post(address, {"words": "Too late."})
    assert answer.status_code == 400
    assert "passed for press" in answer.content.decode()
    assert not Mark.objects.exists()


def test_words_written_while_the_next_version_came_out_are_not_lost(client, issue, editor):
    old = press(issue)
    begin = invite(issue, editor)
    late(issue)
    answer = client.post(f"{begin}screen/1/2/", {"words": "Before I reload."})
    assert answer["Location"].startswith(f"{begin}screen/2/2/")
    assert Mark.objects.get().edition == old
    there = client.get(answer["Location"]).content.decode()
    assert "Before I reload." in there
    assert "from version 1" in there


def test_what_others_have_marked_and_who_they_are_is_not_for_guests(client, issue, editor):
    edition = press(issue)
    begin, other = invite(issue, editor), invite(issue, editor, "Joan")
    proofs.mark(edition, 3, "Ask the lawyer.", by=editor, at=timezone.now())
    client.post(f"{other}screen/1/3/", {"words": "By Joan."})
    there = client.get(f"{begin}screen/1/3/").content.decode() + client.get(begin).content.decode()
    for words in ("Ask the lawyer.", "Ada", "By Joan.", "Joan", "marked by you"):
        assert words not in there


def test_marks_need_no_cookie_and_take_no_script(client, issue, editor):
    from django.test import Client

    press(issue)
    strict = Client(enforce_csrf_checks=True)
    begin = invite(issue, editor)
    assert strict.post(f"{begin}screen/1/1/", {"words": "<script>x</script>"}).status_code == 302
    there = strict.get(f"{begin}screen/1/1/").content.decode()
    assert "&lt;script&gt;x" in there
    assert "<script" not in there


def test_whoever_has_too_many_pages_drawn_is_told_to_wait(client, issue, editor, monkeypatch):
    press(issue)
    begin = invite(issue, editor)
    monkeypatch.setattr(view, "MOST_PICTURES", 2)
    got = [client.get(f"{begin}screen/1/1/small.png").status_code for _ in range(3)]
    assert got == [200, 200, 429]


def test_crawlers_are_told_to_stay_out(client, issue):
    assert "Disallow: /proofs/" in client.get("/robots.txt").content.decode()


def test_words_about_another_issues_proof_or_one_that_never_was_go_nowhere(client, issue, editor):
    first = press(issue)
    assert late(issue).version == 2
    other = make.issue(issue.publication, make.article(issue.publication, headline="Elsewhere"))
    for _time in range(3):
        make.place(other, make.article(issue.publication))
        press(other)
    refused = Edition.objects.create(
        issue=issue, form=SCREEN, version=None, state="refused", asked_at=timezone.now()
    )
    begin = invite(issue, editor)
    for version in (3, 9):
        answer = client.post(f"{begin}screen/{version}/1/", {"words": "Whose is it?"})
        assert answer.status_code == 404
    Edition.objects.filter(pk=refused.pk).update(version=7)
    assert client.post(f"{begin}screen/7/1/", {"words": "Of what?"}).status_code == 404
    assert not Mark.objects.exists()
    assert (
        client.post(f"{begin}screen/{first.version}/1/", {"words": "Of ours."}).status_code == 302
    )


def test_a_mark_on_a_page_that_is_gone_leads_to_the_last_that_there_is(client, issue, editor):
    long = make.article(issue.publication, make.paragraph("Word after word. " * 900))
    make.place(issue, long)
    first = press(issue)
    issue.contents.filter(article=long).delete()
    second = press(issue)
    assert second.pages < first.pages
    begin = invite(issue, editor)
    answer = client.post(f"{begin}screen/1/{first.pages}/", {"words": "Here it ended badly."})
    assert answer["Location"].startswith(f"{begin}screen/2/{second.pages}/")
    assert client.get(answer["Location"].partition("#")[0]).status_code == 200


@pytest.mark.parametrize("where", ["", "screen/1/1/"], ids=["all pages", "a page"])
def test_looking_is_noted_so_that_the_office_knows_who_came(client, issue, editor, where):
    press(issue)
    begin = invite(issue, editor)
    assert issue.guests.get().last_seen_at is None
    client.get(begin + where)
    assert issue.guests.get().last_seen_at is not None
