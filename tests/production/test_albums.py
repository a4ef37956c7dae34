"""An issue becomes one recording with chapters, of what readers hear of its articles."""

from __future__ import annotations

import av
import pytest

from masthead.editorial import manuscripts
from masthead.editorial.models import Issue
from masthead.production import audio, pressings, renewal
from masthead.production.models import Edition, Narration
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.production.test_editions import quiet

pytestmark = pytest.mark.django_db
AUDIO = Edition.Form.AUDIO


@pytest.fixture
def title():
    return make.magazine()


def read_what_waits() -> None:
    for narration in Narration.objects.under_way():
        audio.make_in_turn.func(narration.pk)


def press(issue) -> Edition:
    return pressings.press_now(issue, AUDIO, by=None, at=THEN, tell=quiet)


def chapters(edition: Edition) -> list[tuple[str, float, float]]:
    with av.open(edition.file.path) as container:
        return [
            (one["metadata"]["title"], float(one["start"] * one["time_base"]),
             float(one["end"] * one["time_base"]))
            for one in container.chapters()
        ]  # fmt: skip


def test_its_chapters_are_the_articles_in_their_order_as_long_as_each_is_heard(title):
    first = make.article(title, make.paragraph("It came in at noon."), headline="One")
    second = make.article(title, make.paragraph("It left."), headline="Two")
    issue = make.issue(title, second, first)
    read_what_waits()
    edition = press(issue)
    assert edition.state == Edition.State.SOUND, edition.notes
    found = chapters(edition)
    assert [name for name, _begins, _ends in found] == ["Two", "One"]
    heard = audio.heard_of([first, second])
    for (_name, begins, ends), article in zip(found, (second, first), strict=True):
        assert ends - begins == pytest.approx(heard[article.pk].seconds, abs=0.1)
    assert found[0][2] == pytest.approx(found[1][1], abs=0.002)
    with av.open(edition.file.path) as container:
        assert container.duration / av.time_base == pytest.approx(found[1][2], abs=0.1)
        assert container.metadata["title"] == f"The Gazette, {issue.title}"
    assert edition.file_name == f"{issue.slug}.mp3"
    assert edition.media_type == "audio/mpeg"
    assert press(issue).state == Edition.State.UNCHANGED


def test_what_cannot_be_heard_yet_is_named_and_an_issue_of_silence_is_refused(title):
    heard = make.article(title, headline="Heard")
    issue = make.issue(title, heard, make.article(title, headline="Silent", live=False))
    refused = press(issue)
    assert refused.state == Edition.State.REFUSED
    assert "masthead narrate --exceptions" in refused.notes
    read_what_waits()
    edition = press(issue)
    assert "“Silent” cannot be heard yet" in edition.notes
    assert [name for name, _begins, _ends in chapters(edition)] == ["Heard"]


def test_a_recording_that_is_lost_gives_no_edition(title):
    article = make.article(title)
    issue = make.issue(title, article)
    read_what_waits()
    heard = audio.heard(article)
    heard.file.storage.delete(heard.file.name)
    assert press(issue).state == Edition.State.REFUSED


def test_it_follows_an_issue_on_sale(title):
    article = make.article(title, make.paragraph("The first words."))
    issue = make.issue(title, article)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.ON_SALE, on_sale_at=THEN)
    issue.refresh_from_db()
    read_what_waits()
    first = press(issue)
    assert renewal.renew(issue, AUDIO, at=THEN) is None
    manuscripts.store(article, make.manuscript(make.paragraph("Quite other words.")))
    article.save_revision().publish()
    read_what_waits()
    due = renewal.renew(issue, AUDIO, at=THEN)
    assert due is not None
    assert pressings.press(due, at=THEN).version == first.version + 1


def shown_in(file: str) -> list[tuple[int, int]]:
    """Return the sizes of the pictures that a player shows for a file."""
    with av.open(file) as container:
        return [(one.width, one.height) for one in container.streams.video]


def test_players_show_the_cover_of_the_issue(title):
    article = make.article(title, make.paragraph("It came in at noon."), live=False)
    cover = make.picture(size=(900, 1200))
    issue = make.issue(title, article, cover=cover)
    article.save_revision().publish()
    article.refresh_from_db()
    read_what_waits()
    heard = audio.heard(article)
    assert shown_in(heard.file.path) == [(360, 480)]
    album = press(issue)
    assert shown_in(album.file.path) == [(360, 480)]
    # The picture is not a second of the sound.
    ((_name, begins, ends),) = chapters(album)
    assert ends - begins == pytest.approx(heard.seconds, abs=0.1)

    cover.permitted_editions = ["paper"]
    cover.save()
    again = press(issue)
    assert again.version == album.version + 1
    assert shown_in(again.file.path) == []


def test_a_cover_that_is_lost_costs_nobody_the_recording(title):
    article = make.article(title, live=False)
    cover = make.picture()
    make.issue(title, article, cover=cover)
    cover.file.storage.delete(cover.file.name)
    article.save_revision().publish()
    article.refresh_from_db()
    read_what_waits()
    assert shown_in(audio.heard(article).file.path) == []
