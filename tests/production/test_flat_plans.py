"""The pages of an issue are planned, kept to, and changed only by who may and where one may."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from wagtail.models import PageLogEntry

from masthead.editorial.models import Issue
from masthead.manuscript import nodes
from masthead.press.paper import preflight
from masthead.production import artworks, flat_plans, pressings
from masthead.production.models import Artwork, Edition, Insertion, Printer
from tests.factories import circulation as let
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.factories.paper import drawn

pytestmark = pytest.mark.django_db

LINE = "The pier was mended in a night by people who had no leave to do it, and it held. "


@pytest.fixture
def title():
    return make.magazine()


@pytest.fixture
def issue(title):
    pieces = [
        make.article(title, *(make.paragraph(LINE * 12) for _ in range(length)), headline=headline)
        for headline, length in (("One", 14), ("Two", 25), ("Three", 9))
    ]
    return make.issue(title, *pieces)


@pytest.fixture
def editor():
    return let.reader("editor@gazette.example")


@pytest.fixture
def artwork(title, tmp_path):
    """Take in a page of one colour; return the artwork."""

    def take_in(name="Rope", size="full", **fields) -> Artwork:
        made = Artwork(title=title, name=name, size=size, **fields)
        asked = artworks.asked_of(title, Artwork.Size(size), pressings.furnished(THEN))
        file = drawn(tmp_path / f"{name}.pdf", *asked.trim, asked.bleed)
        with file.open("rb") as data:
            artworks.note(made, artworks.look_at(data, asked, Artwork.Size(size)))
            made.file.save(f"{name}.pdf", File(data))
        return made

    return take_in


@pytest.fixture
def put(issue, editor):
    def put(artwork, where="page", **fields) -> Insertion:
        insertion = Insertion(issue=issue, artwork=artwork, where=where, **fields)
        flat_plans.insert(insertion, by=editor)
        return insertion

    return put


def press(issue, form=Edition.Form.PRINT) -> Edition:
    return pressings.press_now(issue, form, by=None, at=THEN, tell=lambda _step: None)


def laid(plan: flat_plans.Plan) -> list[str]:
    return [sheet.name or sheet.kind for sheet in plan.sheets]


def red_pages(edition: Edition) -> list[int]:
    with edition.file.open("rb") as file:
        document = pypdfium2.PdfDocument(file)
        found = []
        for number, page in enumerate(document, 1):
            red, green, blue = page.render(scale=0.1).to_numpy()[..., 2::-1].transpose(2, 0, 1)
            if ((red > 180) & (green < 90) & (blue < 90)).mean() > 0.05:
                found.append(number)
        document.close()
    return found


def test_before_anything_is_set_lengths_are_guessed_and_every_article_has_its_place(issue):
    sheets = [name for name in laid(flat_plans.of(issue)) if name != "blank"]
    assert list(dict.fromkeys(sheets)) == ["Cover", "Contents", "One", "Two", "Three", "Back cover"]
    assert len(flat_plans.of(issue).sheets) % 4 == 0


def test_the_plan_is_what_the_printer_gets(issue, artwork, put):
    press(issue)
    put(artwork(), page=5)
    put(artwork("Oars"), "inside_back")
    put(artwork("Gifts", kind="house"), "spare")
    plan = flat_plans.of(issue)
    edition = press(issue)
    assert edition.state == "sound", edition.notes
    assert len(plan.sheets) == edition.pages
    supplied = [sheet.number for sheet in plan.sheets if sheet.kind == "supplied"]
    assert red_pages(edition) == supplied
    begins = [sheet.number for sheet in plan.sheets if sheet.places]
    assert begins == [fit["first"] for fit in edition.fits]
    # What is let in is not counted as an article's own when it is planned again.
    assert laid(flat_plans.of(issue)) == laid(plan)


def test_a_page_that_opens_a_department_is_planned_where_it_will_stand(issue, artwork, put):
    issue.contents.filter(sort_order=1).update(department="Shore", department_page=True)
    put(artwork(), page=5)
    guessed = [sheet.name for sheet in flat_plans.of(issue).sheets if sheet.kind == "department"]
    edition = press(issue)
    plan = flat_plans.of(issue)
    (opener,) = [sheet for sheet in plan.sheets if sheet.kind == "department"]
    assert guessed == [opener.name] == ["Shore"]
    assert [place.department for place in plan.sheets[opener.number].places] == ["Shore"]
    assert opener.picture == (edition.pk, opener.number)
    assert len(plan.sheets) == edition.pages
    assert [sheet.number for sheet in plan.sheets if sheet.places] == [
        fit["first"] for fit in edition.fits
    ]


def test_notes_briefs_plates_and_features_stand_in_the_plan_where_the_printer_gets_them(
    title, artwork, editor
):
    picture = make.picture(size=(1800, 2400))
    lead = nodes.Figure(id="lead", picture=picture.picture_key, alternative="A pier")
    pieces = [
        make.article(title, make.paragraph(LINE * 12 * length), headline=headline, **more)
        for headline, length, more in (
            ("Plate", 6, {"lead_figure": lead}),
            ("Feature", 3, {"lead_figure": lead}),
            ("Without a picture", 2, {}),
            ("Brief", 1, {}),
            ("Briefer", 1, {}),
        )
    ]
    issue = make.issue(title, *pieces, editors_note="<p>A word from us.</p>")
    for article, opener in zip(pieces, (*["plate"] * 3, "brief", "brief"), strict=True):
        issue.contents.filter(article=article).update(opener=opener)
    press(issue)
    note, feature = 3, artwork("Designed", kind="pages")
    for one in (
        Insertion(artwork=feature, where="article", article=pieces[1]),
        Insertion(artwork=artwork("Before the note"), where="page", page=note),
        Insertion(artwork=artwork("Behind the plate"), where="page", page=note + 3),
        Insertion(artwork=artwork("Cover of theirs"), where="cover"),
        Insertion(artwork=artwork("Back of theirs"), where="back"),
    ):
        one.issue = issue
        flat_plans.insert(one, by=editor)
    plan = flat_plans.of(issue)
    edition = press(issue)
    assert edition.state == "sound", edition.notes
    assert len(plan.sheets) == edition.pages
    supplied = [sheet.number for sheet in plan.sheets if sheet.kind == "supplied"]
    assert red_pages(edition) == supplied
    named = [sheet.name for sheet in plan.sheets]
    assert named[:7] == [
        "Cover of theirs", "Contents", "Before the note", "From the editor",
        "Plate", "Behind the plate", "Plate",
    ]  # fmt: skip
    assert "Feature" not in named, "Its own pages are not set."
    assert named[-1] == "Back of theirs"
    together = next(sheet for sheet in plan.sheets if sheet.name == "Brief")
    assert [place.article.title for place in together.places] == ["Brief", "Briefer"]
    [movable] = [sheet for sheet in plan.sheets if sheet.name == "Designed"]
    assert [place.article.title for place in movable.places] == ["Feature"]


def test_a_page_tells_how_far_along_its_article_is(title):
    pieces = [
        make.article(title, headline="Out"),
        make.article(title, headline="Written", live=False),
        make.article(title, headline="Empty", live=False),
    ]
    issue = make.issue(title, *pieces)
    pieces[2].body = []
    pieces[2].save()
    told = {sheet.name: sheet.status for sheet in flat_plans.of(issue).sheets if sheet.places}
    assert told == {
        "Out": flat_plans.Status.READY,
        "Written": flat_plans.Status.WAITING,
        "Empty": flat_plans.Status.MISSING,
    }


def test_house_advertisements_without_a_page_wait_and_are_named(issue, title, artwork, put):
    make.place(issue, make.article(title, headline="Four"))
    blank = sum(sheet.kind == "blank" for sheet in flat_plans.of(issue).sheets)
    assert blank
    spares = [put(artwork(f"Gift {n}", kind="house"), "spare") for n in range(blank + 1)]
    assert flat_plans.of(issue).spare == spares[-1:]


def test_the_cover_lies_alone_and_the_other_pages_beside_each_other(issue):
    cover, *spreads = flat_plans.of(issue).spreads
    assert [sheet.number for sheet in cover] == [1]
    assert all(left.number % 2 == 0 for left, *_right in spreads)
    assert [len(spread) for spread in spreads[:-1]] == [2] * (len(spreads) - 1)


def test_pictures_of_pages_are_of_the_print_edition_where_there_is_one(issue):
    screen = press(issue, Edition.Form.SCREEN)
    assert flat_plans.of(issue).sheets[0].picture == (screen.pk, 1)
    printed = press(issue)
    press(issue, Edition.Form.SCREEN)
    assert flat_plans.of(issue).sheets[0].picture == (printed.pk, 1)


def test_an_article_that_was_never_set_is_guessed_by_its_length(title):
    issue = make.issue(title, make.article(title, make.paragraph(LINE * 200), headline="Long"))
    assert laid(flat_plans.of(issue)).count("Long") > 2


def test_pages_show_what_they_looked_like_when_they_were_set_last(issue):
    edition = press(issue)
    plan = flat_plans.of(issue)
    shown = [sheet.picture for sheet in plan.sheets if sheet.kind == "article"]
    first, last = edition.fits[0]["first"], edition.fits[-1]["last"]
    assert shown == [(edition.pk, page) for page in range(first, last + 1)]


def test_an_article_is_moved_and_the_next_saving_of_the_issue_does_not_move_it_back(issue, editor):
    issue.save_revision(user=editor)
    one, _two, three = issue.contents.order_by("sort_order")
    flat_plans.move_article(issue, three, one, by=editor)
    assert laid(flat_plans.of(issue))[2] == "Three"
    draft = Issue.objects.get(pk=issue.pk).get_latest_revision_as_object()
    order = [entry.article.title for entry in draft.contents.all()]
    assert order == ["Three", "One", "Two"]
    draft.save_revision().publish()
    assert laid(flat_plans.of(Issue.objects.get(pk=issue.pk)))[2] == "Three"
    assert PageLogEntry.objects.filter(action="masthead.plan.change", user=editor).exists()


def test_an_article_of_another_issue_moves_nothing(issue, editor, title):
    other = make.issue(title, make.article(title, make.paragraph("Else."), headline="Four"))
    with pytest.raises(flat_plans.Cannot):
        flat_plans.move_article(issue, other.contents.get(), None, by=editor)
    order = list(issue.contents.order_by("sort_order"))
    with pytest.raises(flat_plans.Cannot):
        flat_plans.move_article(issue, order[0], other.contents.get(), by=editor)
    assert list(issue.contents.order_by("sort_order")) == order
    assert "Four" not in laid(flat_plans.of(issue))


def test_what_is_locked_stays_where_it_was_sold(put, artwork, editor):
    sold = put(artwork(), page=3)
    flat_plans.lock(sold, locked=True, by=editor)
    sold.page = 4
    with pytest.raises(flat_plans.Cannot, match="Unlock"):
        flat_plans.insert(sold, by=editor)
    with pytest.raises(flat_plans.Cannot, match="Unlock"):
        flat_plans.take_out(sold, by=editor)
    assert Insertion.objects.get().page == 3
    flat_plans.lock(sold, locked=False, by=editor)
    flat_plans.take_out(sold, by=editor)
    assert not Insertion.objects.exists()
    assert Artwork.objects.exists()
    last = PageLogEntry.objects.filter(action="masthead.plan.change", user=editor).latest("pk")
    assert last.data["taken_out"]


def test_a_page_that_was_sold_does_not_move_when_articles_do(issue, put, artwork, editor):
    press(issue)
    put(artwork(), page=5)
    for place in list(issue.contents.order_by("sort_order"))[:2]:
        flat_plans.move_article(issue, place, None, by=editor)
        assert laid(flat_plans.of(issue))[4] == "Rope"


def test_the_budget_tells_how_many_pages_are_too_many(issue, editor):
    flat_plans.set_budget(issue, 8, by=editor)
    plan = flat_plans.of(issue)
    assert plan.over == len(plan.sheets) - 8 > 0
    flat_plans.set_budget(issue, 40, by=editor)
    assert flat_plans.of(issue).over == 0


def test_artwork_that_is_awaited_keeps_the_issue_from_the_printer_by_name(issue, title, put):
    put(Artwork.objects.create(title=title, name="Inn at the Quay"), page=4)
    edition = press(issue)
    assert edition.state == "refused"
    assert "“Inn at the Quay”" in edition.notes
    assert "missing" in [sheet.status for sheet in flat_plans.of(issue).sheets]


def test_two_things_on_one_page_are_told_and_the_plan_is_shown_without_them(issue, artwork, put):
    put(artwork(), page=5)
    put(artwork("Oars"), page=5)
    plan = flat_plans.of(issue)
    assert "both planned for page 5" in plan.trouble
    assert "Three" in laid(plan)
    assert "both planned for page 5" in press(issue).notes


@pytest.mark.parametrize("where", ["cover", "inside_back", "back", "spare"])
def test_half_a_page_stands_on_a_page_and_nowhere_else(artwork, put, where):
    with pytest.raises(ValidationError):
        put(artwork(size="half"), where)


def test_a_cover_has_room_for_one_page(artwork, put):
    made = artwork()
    Artwork.objects.update(pages=2)
    made.refresh_from_db()
    with pytest.raises(ValidationError, match="room for one"):
        put(made, "back")


def test_an_insertion_keeps_what_tells_its_place_and_nothing_else(issue, artwork, put):
    with pytest.raises(ValidationError, match="instead of which article"):
        put(artwork(), "article")
    article = issue.contents.first().article
    assert put(artwork("Oars"), "back", page=4, article=article).page is None
    assert Insertion.objects.get().article is None


def test_nothing_of_ours_stands_inside_a_cover_apart(issue, title):
    Printer.objects.create(title=title, cover_apart=True)
    for number in range(4):
        inside = [flat_plans.of(issue).sheets[at].kind for at in (1, -2)]
        assert inside == ["blank", "blank"], f"with {number} articles more"
        make.place(issue, make.article(title, headline=f"More {number}"))


def test_other_artwork_makes_another_version_and_says_so(issue, artwork, put):
    first = press(issue)
    put(artwork(), page=5)
    second = press(issue)
    assert second.version == first.version + 1
    told = pressings.differences(second.made_from, first.made_from)
    assert told == ["What others supply has changed, or stands elsewhere."]
    assert press(issue).state == "unchanged"


def test_readers_of_the_screen_edition_get_no_advertisement_and_the_words_of_every_feature(
    issue, artwork, put
):
    article = issue.contents.order_by("sort_order")[1].article
    put(artwork(), page=5)
    put(artwork("Two"), "article", article=article)
    edition = pressings.press_now(
        issue, Edition.Form.SCREEN, by=None, at=THEN, tell=lambda _step: None
    )
    assert red_pages(edition) == []
    assert "Two" in [fit["headline"] for fit in edition.fits]
    assert edition.fits[1]["filled"] < 100 or edition.fits[1]["last"] > edition.fits[1]["first"]


def test_artwork_is_known_by_its_bytes(artwork, tmp_path):
    made = artwork()
    assert made.sha256 == hashlib.sha256(Path(tmp_path, "Rope.pdf").read_bytes()).hexdigest()
    assert made.pages == 1
    asked = artworks.asked_of(made.title, Artwork.Size.FULL, pressings.furnished(THEN))
    with Path(tmp_path, "Rope.pdf").open("rb") as data:
        artworks.look_at(data, asked, Artwork.Size.FULL)
        assert data.tell() == 0, "It can be kept as it is."


def test_a_file_of_the_wrong_size_or_weight_is_refused_with_a_word(title, tmp_path, monkeypatch):
    asked = artworks.asked_of(title, Artwork.Size.HALF, pressings.furnished(THEN))
    file = drawn(tmp_path / "art.pdf", 100, 100)
    with file.open("rb") as data, pytest.raises(artworks.Unfit, match="printer cuts to"):
        artworks.look_at(data, asked, Artwork.Size.HALF)
    monkeypatch.setattr(artworks, "LARGEST_BYTES", 100)
    with file.open("rb") as data, pytest.raises(artworks.Unfit, match="larger than"):
        artworks.look_at(data, asked, Artwork.Size.HALF)


def test_artwork_for_a_part_of_a_page_has_one_page_and_no_bleed(title, tmp_path):
    asked = artworks.asked_of(title, Artwork.Size.HALF, pressings.furnished(THEN))
    assert asked.bleed == 0
    file = drawn(tmp_path / "art.pdf", *asked.trim)
    with pikepdf.open(file, allow_overwriting_input=True) as document:
        document.pages.append(document.pages[0])
        document.save(file)
    with file.open("rb") as data, pytest.raises(artworks.Unfit, match="several"):
        artworks.look_at(data, asked, Artwork.Size.HALF)


def test_of_very_many_faults_so_many_are_told_and_the_rest_is_counted(title, tmp_path, monkeypatch):
    report = preflight.Report(faults=[f"Page {n} is wrong." for n in range(1, 31)])
    monkeypatch.setattr(preflight, "look_at_supplied", lambda *_asked: report)
    asked = artworks.asked_of(title, Artwork.Size.FULL, pressings.furnished(THEN))
    with (
        drawn(tmp_path / "art.pdf", 9, 9).open("rb") as data,
        pytest.raises(artworks.Unfit) as told,
    ):
        artworks.look_at(data, asked, Artwork.Size.FULL)
    assert told.value.args[-2:] == ("Page 12 is wrong.", "And 18 faults more.")


def test_what_was_found_of_a_file_goes_when_the_file_goes():
    made = Artwork(name="Rope")
    artworks.note(made, artworks.Looked("f00d", 3, ["Soft.", "Softer."]))
    assert (made.sha256, made.pages, made.warnings) == ("f00d", 3, "Soft.\nSofter.")
    artworks.note(made, None)
    assert (made.sha256, made.pages, made.warnings) == ("", 1, "")


def test_a_cover_apart_is_laid_flat_with_its_spine_and_its_pages_are_in_no_other_file(
    issue, title, artwork, put
):
    whole = press(issue)
    Printer.objects.create(title=title, cover_apart=True, leaf_um=200)
    put(artwork(), "back")
    put(artwork("Oars"), page=2)
    inner, cover = press(issue), press(issue, Edition.Form.COVER)
    assert (inner.state, cover.state) == ("sound", "sound"), (inner.notes, cover.notes)
    assert inner.pages % 4 == 0
    assert inner.pages + 4 >= whole.pages
    assert cover.pages == 2
    assert red_pages(inner) == []
    spine = inner.pages / 2 * 0.2
    with cover.file.open("rb") as file:
        document = pypdfium2.PdfDocument(file)
        for page, share in zip(document, (0.45, 0.45), strict=True):
            left, _bottom, right, _top = page.get_trimbox()
            assert (right - left) * 25.4 / 72 == pytest.approx(2 * 210 + spine, abs=0.2)
            picture = page.render(scale=0.2).to_numpy()[..., 2::-1]
            red = (picture[..., 0] > 180) & (picture[..., 1] < 90) & (picture[..., 2] < 90)
            half = red.shape[1] // 2
            # The back cover and the inside of the front lie on the left.
            assert red[:, :half].mean() > 0.8 * 2 * share
            assert red[:, half + 8 :].mean() < 0.01
        front = document[0].get_textpage().get_text_range()
        document.close()
    assert title.name in front
    assert "Contents" not in front


def test_the_folds_of_a_spine_are_marked_at_head_and_foot_beyond_the_bleed(issue, title):
    Printer.objects.create(title=title, cover_apart=True, leaf_um=400)
    inner, cover = press(issue), press(issue, Edition.Form.COVER)
    spine = inner.pages / 2 * 0.4
    with cover.file.open("rb") as file, pikepdf.Pdf.open(file) as document:
        for page in document.pages:
            left, _foot, _right, _head = (float(edge) for edge in page.TrimBox)
            _left, bottom, _right, top = (float(edge) for edge in page.BleedBox)
            drawn = pikepdf.parse_content_stream(page, "m")
            starts = [(float(one.operands[0]), float(one.operands[1])) for one in drawn]
            for fold in (210, 210 + spine):
                across = left + fold / 25.4 * 72
                heights = [y for x, y in starts if x == pytest.approx(across, abs=0.1)]
                assert len(heights) == 2
                assert min(heights) < bottom
                assert max(heights) > top


def test_a_cover_that_is_not_printed_apart_is_in_the_file_of_the_pages(issue):
    refused = press(issue, Edition.Form.COVER)
    assert refused.state == "refused"
    assert "Settings, Printing" in refused.notes


def test_a_cover_apart_does_not_count_among_the_printers_multiple(issue, title):
    Printer.objects.create(title=title, cover_apart=True, multiple=8)
    edition = press(issue)
    assert edition.pages % 8 == 0
    assert len(flat_plans.of(issue).sheets) == edition.pages + 4


def test_the_plan_shows_the_pages_of_an_issue_whose_cover_is_apart(issue, title):
    Printer.objects.create(title=title, cover_apart=True)
    edition = press(issue)
    plan = flat_plans.of(issue)
    assert len(plan.sheets) == edition.pages + 4
    assert [sheet.kind for sheet in plan.sheets[:3]] == ["cover", "blank", "contents"]
    shown = [sheet.picture for sheet in plan.sheets if sheet.kind == "article"]
    assert shown[0] == (edition.pk, plan.sheets[3].number - 2)


def test_a_damaged_file_is_refused_with_a_word_instead_of_a_fault_of_ours(title, tmp_path):
    asked = artworks.asked_of(title, Artwork.Size.FULL, pressings.furnished(THEN))
    file = drawn(tmp_path / "art.pdf", *asked.trim, asked.bleed)
    with pikepdf.Pdf.open(file, allow_overwriting_input=True) as document:
        document.pages[0].obj.TrimBox = pikepdf.Array([pikepdf.Name.Left, 0, 9])
        document.save(file)
    with file.open("rb") as data, pytest.raises(artworks.Unfit, match="damaged"):
        artworks.look_at(data, asked, Artwork.Size.FULL)
