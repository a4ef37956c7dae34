"""Issues come in with their articles, and go as far as their files say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from masthead.editorial import issues
from masthead.editorial.models import ContentsEntry, Issue
from tests.exchange.conftest import NOW, article, everything, reasons

pytestmark = pytest.mark.django_db


def test_an_issue_that_only_articles_name_is_made_and_on_sale(lay, bring_in):
    lay("b.md", "title: B\npublished: 2026-02-03 10:00:00\nissue: issue_10")
    lay("a.md", "title: A\npublished: 2026-01-03 0:10:00\nissue: issue_9")
    lay("c.md", "title: C\npublished: 2026-02-01\nissue: issue_10\norder: 1")
    report = bring_in()
    assert report.issues == 2
    nine, ten = Issue.objects.order_by("sequence")
    assert (nine.title, nine.number, nine.cover_date) == ("Issue 9", "9", date(2026, 1, 3))
    assert (nine.sequence, ten.sequence) == (9, 10)
    assert {nine.state, ten.state} == {Issue.State.ON_SALE}
    assert [entry.article.title for entry in ten.contents.all()] == ["C", "B"]
    assert ten.on_sale_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_future_issue_waits_with_its_articles(lay, bring_in):
    lay("issue.md", "kind: issue\nnumber: 2\ncover_date: 2099-01-01\non_sale: 2099-01-01 06:00")
    lay("a.md", "title: A\nrelease: with_issue\nissue: issue")
    report = bring_in()
    issue = Issue.objects.get()
    assert issue.state == Issue.State.CLOSED
    assert issue.planned_on_sale_at == datetime(2099, 1, 1, 6, tzinfo=UTC)
    assert not article("a").live
    assert report.scheduled == 1


def test_an_issue_with_a_draft_in_it_stays_off_sale_and_says_why(lay, bring_in):
    lay("issue.md", "kind: issue\nnumber: 2\ncover_date: 2026-01-01\non_sale: 2026-01-01")
    lay("a.md", "title: Unfinished\nissue: issue")
    assert "“Unfinished”" in reasons(bring_in(), "issue.md")
    assert Issue.objects.get().state == Issue.State.OPEN


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 1)])
def test_an_article_moves_from_one_issue_to_another(lay, bring_in, before, after):
    for number in (1, 2):
        lay(f"no-{number}.md", f"kind: issue\nnumber: {number}\ncover_date: 2026-01-01")
    lay("a.md", f"title: A\ndate: 2026-01-01\nissue: no-{before}")
    bring_in()
    lay("a.md", f"title: A\ndate: 2026-01-01\nissue: no-{after}")
    assert reasons(bring_in()) == ""
    assert ContentsEntry.objects.get().issue.slug == f"no-{after}"
    settled = everything()
    bring_in()
    assert everything() == settled


def test_an_issue_is_only_planned_where_its_file_says_so(lay, bring_in):
    planned = "kind: issue\nnumber: 2\ncover_date: 2026-01-01\non_sale: 2026-01-01\nplanned: "
    lay("issue.md", planned + "true")
    lay("a.md", "title: Finished\ndate: 2026-01-01\nissue: issue")
    for _ in range(2):
        assert reasons(bring_in()) == ""
        assert (Issue.objects.get().state, Issue.objects.get().live) == (Issue.State.PLANNED, False)
    lay("issue.md", planned + "perhaps")
    assert "planned is true or false" in reasons(bring_in(), "issue.md")
    assert Issue.objects.get().state == Issue.State.PLANNED
    lay("issue.md", planned + "false")
    assert reasons(bring_in()) == ""
    assert Issue.objects.get().state == Issue.State.ON_SALE


def test_a_planned_issue_that_the_office_opened_stays_open(lay, bring_in):
    lay("issue.md", "kind: issue\nnumber: 2\ncover_date: 2026-01-01\nplanned: true")
    bring_in()
    issues.move(Issue.objects.get(), to=Issue.State.OPEN, at=NOW)
    assert reasons(bring_in()) == ""
    assert Issue.objects.get().state == Issue.State.OPEN


def test_a_file_says_how_an_article_is_laid_out_and_the_office_has_the_last_word(lay, bring_in):
    lay("issue.md", "kind: issue\nnumber: 2\ncover_date: 2026-01-01\nplanned: true")
    lay("a.md", "title: A\nissue: issue\nopener: lit\ncolumns: 3")
    lay("b.md", "title: B\nissue: issue")
    bring_in()
    first, second = ContentsEntry.objects.order_by("sort_order")
    assert (first.opener, first.columns) == ("lit", 3)
    assert (second.opener, second.columns) == ("standard", 2)
    ContentsEntry.objects.filter(pk=second.pk).update(opener="plate")
    lay("b.md", "title: B, again\nissue: issue")
    bring_in()
    assert [entry.opener for entry in ContentsEntry.objects.order_by("sort_order")] == [
        "lit",
        "plate",
    ]


def test_a_layout_that_there_is_none_of_is_told(lay, bring_in):
    lay("a.md", "title: A\nissue: issue_2\nopener: upside-down\ncolumns: 7")
    said = reasons(bring_in(), "a.md")
    assert "“upside-down”" in said
    assert "not 7" in said
    assert ContentsEntry.objects.get().opener == "standard"
