"""How an article is laid out is chosen where it stands, seen at once, and undone."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from masthead.editorial.models import Issue
from masthead.manuscript import nodes
from masthead.press.paper import choices
from masthead.press.paper.choices import Choice
from masthead.production import layouts, pressings
from masthead.production.models import Edition, Layout
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN

pytestmark = pytest.mark.django_db

LINE = "The pier was mended in a night by people who had no leave to do it, and it held. "


@pytest.fixture
def place():
    title = make.magazine()
    picture = make.picture()
    figure = nodes.Figure(id="f1", picture=picture.picture_key, alternative="A pier")
    words = [make.paragraph(LINE * 6, f"p{n}") for n in range(6)]
    article = make.article(title, *words[:3], figure, *words[3:], headline="One")
    return make.issue(title, article).contents.get()


@pytest.fixture
def editor():
    return let.reader("editor@gazette.example")


def blocks_of(place) -> dict[str, str]:
    """Return the ids of the article's blocks by their kinds, the last of each kind."""
    from masthead.production import editions

    copy = editions.gather(place.issue, pressings.furnished(THEN), at=THEN)
    return {block["kind"]: block["id"] for block in copy.values["articles"][0]["blocks"]}


def pressed(place) -> list[str]:
    edition = pressings.press_now(
        place.issue, Edition.Form.SCREEN, by=None, at=THEN, tell=lambda _step: None
    )
    assert edition.state == "sound", edition.notes
    with edition.file.open("rb") as file:
        document = pypdfium2.PdfDocument(file)
        texts = [page.get_textpage().get_text_range() for page in document]
        document.close()
    return texts


def arrange(place, by, opener="standard", columns=2, **chosen: Choice) -> None:
    layouts.arrange(place, opener=opener, columns=columns, choices=chosen, by=by)


def test_a_block_begins_a_page_in_the_next_pressing(place, editor):
    assert len(pressed(place)) == 3
    arrange(place, editor, **{blocks_of(place)["paragraph"]: Choice(break_before="page")})
    assert len(pressed(place)) == 4


def test_words_of_a_paragraph_stand_beside_it_as_a_pull_quote(place, editor):
    quote = "people who had no leave"
    before = " ".join(pressed(place)).count(quote)
    arrange(place, editor, **{blocks_of(place)["paragraph"]: Choice(quote=quote)})
    after = " ".join(" ".join(pressed(place)).split()).count(quote)
    assert after >= before + 1


def test_words_that_the_paragraph_does_not_have_are_not_put_into_its_mouth(place, editor):
    arrange(place, editor, **{blocks_of(place)["paragraph"]: Choice(quote="We lied.")})
    assert "We lied" not in " ".join(pressed(place))


def test_the_manuscript_and_every_other_issue_know_nothing_of_it(place, editor):
    before = place.article.latest_revision_id
    arrange(place, editor, opener="lit", columns=3, f1=Choice(span="page"))
    place.article.refresh_from_db()
    assert place.article.latest_revision_id == before


def test_the_last_change_is_undone_and_the_one_before_it(place, editor):
    first = {"opener": place.opener, "columns": place.columns}
    arrange(place, editor, opener="lit", columns=3, x=Choice(tracking=5))
    arrange(place, editor, opener="picture", columns=2, x=Choice(tracking=-5))
    assert layouts.undo(place, by=editor)
    place.refresh_from_db()
    assert (place.opener, place.columns) == ("lit", 3)
    assert Layout.objects.get().choices == {"x": {"tracking": 5}}
    assert layouts.undo(place, by=editor)
    place.refresh_from_db()
    assert {"opener": place.opener, "columns": place.columns} == first
    assert Layout.objects.get().choices == {}
    assert not layouts.undo(place, by=editor)


def test_keeping_the_same_again_is_no_change_to_undo(place, editor):
    arrange(place, editor, opener="lit", columns=3)
    arrange(place, editor, opener="lit", columns=3)
    assert len(Layout.objects.get().earlier) == 1


def test_the_next_saving_of_the_issue_changes_the_opener_back_to_nothing(place, editor):
    place.issue.save_revision(user=editor)
    arrange(place, editor, opener="lit", columns=3)
    draft = Issue.objects.get(pk=place.issue.pk).get_latest_revision_as_object()
    assert [(entry.opener, entry.columns) for entry in draft.contents.all()] == [("lit", 3)]


@pytest.mark.parametrize(
    "wrong",
    [{"span": "moon"}, {"crop": "1:9"}, {"break_before": "x"}, {"tracking": 11}, {"position": ""}],
)
def test_there_is_no_such_choice(wrong):
    with pytest.raises(choices.Unfit):
        Choice(**wrong)


def test_letters_stand_at_most_a_hundredth_wider():
    assert choices.MOST_TRACKING == 10


def test_a_look_shows_the_article_as_it_would_stand_and_keeps_nothing(place):
    def look(**asked) -> Image.Image:
        plain = {"opener": "standard", "columns": 2, "choices": {}}
        data = layouts.look(place, **{**plain, **asked}, at=THEN, width=200)
        return Image.open(BytesIO(data)).convert("RGB")

    plain, lit = look(), look(opener="lit")
    assert plain.size == lit.size
    assert plain.tobytes() != lit.tobytes()
    longer = look(choices={blocks_of(place)["paragraph"]: Choice(break_before="page")})
    assert longer.height > plain.height
    assert not Layout.objects.exists()
    assert not Edition.objects.exists()


def test_a_second_look_makes_no_picture_anew(place):
    asked = {"opener": "standard", "columns": 2, "choices": {}, "at": THEN, "width": 200}
    layouts.look(place, **asked)
    with CaptureQueriesContext(connection) as queries:
        layouts.look(place, **asked)
    assert not [one for one in queries if one["sql"].startswith(("INSERT", "UPDATE"))]
