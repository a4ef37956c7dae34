"""What staff can do in the office beside Wagtail's own screens."""

from __future__ import annotations

import pytest

from masthead.editorial import founding, issues
from masthead.editorial.models import Article, Correction, Issue
from masthead.people import staff
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def editor(client, title):
    client.force_login(staff.appoint("ed@example.org", group=founding.EDITORS))
    return client


@pytest.fixture
def author(client, title):
    client.force_login(staff.appoint("au@example.org", group=founding.AUTHORS))
    return client


def test_an_editor_moves_an_issue_along_and_puts_it_on_sale(editor, title) -> None:
    issue = make.issue(title, make.article(title))
    for state in ("open", "closed", "on_sale"):
        address = f"/office/masthead/issues/{issue.pk}/{state}/"
        assert editor.get(address).status_code == 200
        answer = editor.post(address, follow=True)
        assert answer.status_code == 200
    issue.refresh_from_db()
    assert (issue.state, issue.live) == (Issue.State.ON_SALE, True)


def test_asking_about_a_move_does_not_make_it(editor, title) -> None:
    issue = make.issue(title)
    editor.get(f"/office/masthead/issues/{issue.pk}/open/")
    issue.refresh_from_db()
    assert issue.state == Issue.State.PLANNED


def test_a_refusal_is_said_in_words(editor, title) -> None:
    raw = make.article(title, live=False, release="with_issue", headline="Still raw")
    issue = make.issue(title, raw, state=Issue.State.OPEN)
    answer = editor.post(f"/office/masthead/issues/{issue.pk}/on_sale/", follow=True)
    assert "not approved yet: “Still raw”" in answer.content.decode()


def test_an_author_cannot_move_an_issue(author, title) -> None:
    issue = make.issue(title, state=Issue.State.OPEN)
    author.post(f"/office/masthead/issues/{issue.pk}/on_sale/")
    issue.refresh_from_db()
    assert issue.state == Issue.State.OPEN


def test_a_state_that_does_not_exist_is_not_found(editor, title) -> None:
    issue = make.issue(title)
    assert editor.get(f"/office/masthead/issues/{issue.pk}/burnt/").status_code == 404


def test_the_menu_offers_only_the_moves_that_follow(editor, title) -> None:
    issue = make.issue(title)
    page = editor.get(f"/office/pages/{issue.pk}/edit/").content.decode()
    assert "Open for copy" in page
    assert "Put on sale" not in page
    assert 'value="action-publish"' not in page
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.OPEN)
    page = editor.get(f"/office/pages/{issue.pk}/edit/").content.decode()
    assert "Put on sale" in page


def test_a_copy_is_a_work_of_its_own_and_never_an_alias(editor, title) -> None:
    article = make.article(title, headline="The harbour")
    address = f"/office/pages/{article.pk}/copy/"
    assert 'name="alias"' not in editor.get(address).content.decode()
    form = {
        "new_title": "The harbour, again", "new_slug": "again", "alias": "on",
        "new_parent_page": article.get_parent().pk,
    }  # fmt: skip
    answer = editor.post(address, form)
    assert answer.status_code == 302
    copy = Article.objects.get(slug="again")
    assert (copy.alias_of_id, copy.live) == (None, False)
    assert copy.key != article.key


def test_topics_are_found_by_any_word_of_their_name(editor, title) -> None:
    topic = make.topic(title, "The Harbour Board")
    make.topic(title, "Ilse Marn")
    answer = editor.get("/office/masthead/topics/?q=board+harb").json()
    assert answer == {
        "topics": [{"key": str(topic.key), "name": "The Harbour Board", "kind": "Theme"}]
    }


def test_a_correction_is_signed_and_knows_the_copy_it_is_about(editor, title) -> None:
    article = make.article(title)
    answer = editor.post(
        "/office/snippets/editorial/correction/add/",
        {"article": article.pk, "kind": "correction", "text": "Nine, not ten.",
         "made_at": "2026-05-04 12:00"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    correction = Correction.objects.get()
    assert correction.approved_by.email == "ed@example.org"
    assert correction.revision_before_id == article.live_revision_id


def test_the_preview_of_a_closed_draft_is_for_those_who_may_edit_it(client, title) -> None:
    mine = staff.appoint("au@example.org", group=founding.AUTHORS)
    article = make.article(
        title, make.paragraph("Lead."), make.nodes.LeadMarker(id="m"), make.paragraph("Paid words."),
        live=False,
    )  # fmt: skip
    client.force_login(mine)
    address = f"/office/pages/{article.pk}/view_draft/"
    assert b"Paid words." not in client.get(address, follow=True).content
    type(article).objects.filter(pk=article.pk).update(owner=mine)
    assert b"Paid words." in client.get(address, follow=True).content
    lead = client.get(f"{address}?mode=lead")
    assert b"Paid words." not in lead.content
    assert b"Lead." in lead.content


def test_a_closed_issue_goes_on_sale_when_its_moment_comes(title) -> None:
    due = make.issue(title, state=Issue.State.CLOSED, planned_on_sale_at=make.THEN)
    early = make.issue(title, state=Issue.State.OPEN, planned_on_sale_at=make.THEN)
    assert issues.put_due_on_sale(make.THEN) == [due]
    assert issues.put_due_on_sale(make.THEN) == []
    early.refresh_from_db()
    assert early.state == Issue.State.OPEN
