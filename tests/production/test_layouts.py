"""How an article is laid out is chosen where it stands, seen at once, and undone."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import PageLogEntry

from masthead.editorial.models import Issue
from masthead.manuscript import nodes
from masthead.press.paper import choices
from masthead.press.paper.choices import Choice
from masthead.production import gathering, layouts, pressings
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

    copy = gathering.gather(place.issue, pressings.furnished(THEN), at=THEN)
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


def test_so_many_changes_are_undone_and_older_ones_are_let_go(place, editor, monkeypatch):
    monkeypatch.setattr(layouts, "MOST_EARLIER", 2)
    for tracking in (1, 2, 3, 4):
        arrange(place, editor, x=Choice(tracking=tracking))
    assert [one["choices"]["x"]["tracking"] for one in Layout.objects.get().earlier] == [2, 3]


@pytest.mark.parametrize("wrong", [{"opener": "moon"}, {"columns": 7}])
def test_there_is_no_such_opener_and_no_such_number_of_columns(place, editor, wrong):
    with pytest.raises(layouts.Cannot, match="Choose one"):
        arrange(place, editor, **wrong)
    assert not Layout.objects.exists()


def test_who_laid_an_article_out_is_on_record(place, editor):
    arrange(place, editor, x=Choice(tracking=5))
    entry = PageLogEntry.objects.get(action="masthead.plan.change", user=editor)
    assert entry.data["laid_out"] == str(place.article.key)


def test_a_look_shows_each_page_on_the_side_on_which_it_will_lie(place):
    def left_is_empty() -> bool:
        shown = layouts.look(
            place, opener="standard", columns=2, choices={}, at=THEN, width=100
        )  # fmt: skip
        return Image.open(BytesIO(shown)).getpixel((0, 0))[3] == 0

    assert left_is_empty(), "Page 3 lies on the right."
    first = make.article(place.issue.publication, headline="A page before")
    place.issue.contents.update(sort_order=1)
    make.place(place.issue, first)
    place.issue.contents.filter(article=first).update(sort_order=0)
    assert not left_is_empty()


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


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("figure", {"break": "page", "span": "page", "position": "top", "ratio": 9 / 16}),
        ("gallery", {"break": "page", "span": "page", "position": "top"}),
        ("paragraph", {"break": "page", "tracking": 4}),
        ("table", {"break": "page"}),
    ],
)
def test_each_kind_of_block_takes_the_choices_that_it_can(kind, taken):
    chosen = Choice(
        span="page", position="top", crop="16:9", break_before="page", tracking=4, quote="The pier"
    )
    block = {"kind": kind, "words": [{"kind": "text", "text": "The pier stands."}]}
    choices.apply(chosen, block)
    assert block["layout"] == taken
    assert block.get("quote") == ("The pier" if kind == "paragraph" else None)


def test_words_of_a_note_are_no_words_of_the_paragraph():
    note = {"kind": "note", "number": 1, "words": [{"kind": "text", "text": "Not at night."}]}
    strong = {"kind": "strong", "words": [{"kind": "text", "text": "stands"}]}
    words = [{"kind": "text", "text": "It "}, strong, note, {"kind": "text", "text": " here."}]
    assert choices.plain(words) == "It stands here."


def test_a_choice_that_an_older_version_knew_is_dropped():
    assert choices.read({"p1": {"tracking": 4, "drop_shadow": "deep"}}) == {
        "p1": Choice(tracking=4)
    }


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
