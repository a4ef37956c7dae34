"""What stands around the text of an article."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from masthead.editorial import issues
from masthead.editorial.models import Correction, Dossier, DossierEntry, Issue, TopicIndex
from masthead.manuscript import nodes
from masthead.press import figures
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOTE = "f728b4fa-4248-5e3a-8a5d-2f346baa9455"
LATER = datetime(2026, 5, 9, 12, tzinfo=UTC)


@pytest.fixture
def title():
    return make.magazine()


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def corrected(title, kind: str):
    article = make.article(title, make.paragraph("The words."), access="open")
    Correction.objects.create(article=article, kind=kind, text="It was not so.", made_at=LATER)
    return article


def test_a_retraction_stands_before_the_words_that_it_takes_back(title, client) -> None:
    page = text(client, corrected(title, "retraction").url)
    assert page.index("It was not so.") < page.index("The words.")


def test_a_correction_stands_below_the_words_and_is_announced_above_them(title, client) -> None:
    page = text(client, corrected(title, "correction").url)
    body = page[page.index('<article class="story') :]
    assert body.index('href="#corrections"') < body.index("The words.")
    assert body.index("The words.") < body.index('id="corrections"') < body.index("It was not so.")


def onward(page: str) -> list[str]:
    """Return the headlines of what to read next."""
    block = page[page.index('class="onward"') :]
    return re.findall(r'class="card-headline"><a href="[^"]*">([^<]+)</a>', block)


def test_the_next_article_of_the_issue_comes_first_among_those_to_read_next(title, client) -> None:
    section = make.section(title)
    first, second, third = (
        make.article(title, headline=name, access="open", section=section.slug)
        for name in ("First", "Second", "Third")
    )
    issue = make.issue(title, first, second, third, state=Issue.State.OPEN)
    issues.put_on_sale(issue, at=make.THEN)
    assert onward(text(client, first.url))[0] == "Second"
    assert onward(text(client, second.url))[0] == "Third"
    # After the last comes the first.
    assert onward(text(client, third.url))[0] == "First"


def test_a_running_story_leads_on_to_its_other_articles_but_not_to_drafts(title, client) -> None:
    here, there = make.article(title, access="open"), make.article(title, headline="The sequel")
    draft = make.article(title, headline="Not out yet")
    draft.unpublish()
    dossier = make.shelf(TopicIndex, title).add_child(instance=Dossier(title="The story"))
    for article in (here, there, draft):
        DossierEntry.objects.create(
            dossier=dossier, article=article, happened_on=date(2026, 5, 1), text="A step."
        )
    headlines = onward(text(client, here.url))
    assert "The sequel" in headlines
    assert "Not out yet" not in headlines


def test_the_words_around_an_article_are_in_its_language_and_those_of_the_site_are_not(
    title, client
) -> None:
    article = make.article(title, make.paragraph("Bonjour."), access="subscribers", language="fr")
    make.article(title, headline="Something else")
    page = text(client, article.url)
    assert re.search(r"\d+ minute", page)
    french = page[page.index('<article class="story') : page.index('class="onward"')]
    assert 'lang="fr" dir="ltr"' in french
    assert '<section class="onward" lang="en" dir="ltr"' in page
    assert "Read on" in page


@pytest.mark.parametrize(
    ("before", "now", "language", "wanted"),
    [
        ("41", "83", "en", (41 / 83, 1.0)),
        ("1,250", "625", "en", (1.0, 0.5)),
        ("1 250,5", "2 501", "fr", (0.5, 1.0)),
        ("٤١", "٨٢", "ar", (0.5, 1.0)),
        ("", "83", "en", None),
        ("half", "83", "en", None),
        ("-3", "5", "en", None),
        ("0", "0", "en", None),
        ("1", "2", "no such language", None),
    ],
)
def test_two_figures_are_drawn_only_where_they_can_be_compared(before, now, language, wanted):
    shares = figures.shares(before, now, language)
    assert shares == (pytest.approx(wanted) if wanted else None)


def test_a_note_stands_with_the_paragraph_that_refers_to_it(title, client) -> None:
    article = make.article(
        title,
        nodes.Paragraph(id="a", children=(nodes.Text("Noted."), nodes.FootnoteReference(NOTE))),
        make.paragraph("After it."),
        notes=(nodes.Footnote(NOTE, (nodes.Text("The note."),)),),
        access="open",
    )
    page = text(client, article.url)
    assert page.index("Noted.") < page.index("The note.") < page.index("After it.")
