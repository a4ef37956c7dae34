"""An issue becomes a book: whole, with the folios of its print edition, and on record."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from masthead.circulation import entitlements
from masthead.editorial.models import Correction, Issue
from masthead.manuscript import nodes
from masthead.manuscript.gate import GateClosed
from masthead.press.paper import completeness, pdfium
from masthead.production import books, pressings, renewal
from masthead.production.models import Edition, Narration, Printer
from tests.factories import editorial as make
from tests.factories.editorial import THEN
from tests.press.epub.faults import faults
from tests.production.test_editions import house_for, quiet

pytestmark = pytest.mark.django_db

EPUB, PRINT = Edition.Form.EPUB, Edition.Form.PRINT


@pytest.fixture
def title():
    return make.magazine(language="en-GB")


def long_article(title, headline, **fields):
    """Return an article of several pages, each paragraph of which can be told from all others."""
    body = [
        make.paragraph(" ".join(f"{headline} paragraph{number} word{word}" for word in range(60)))
        for number in range(40)
    ]
    return make.article(title, *body, headline=headline, **fields)


def press(issue, form=EPUB, **more) -> Edition:
    return pressings.press_now(issue, form, by=None, at=THEN, tell=quiet, **more)


def opened(edition) -> zipfile.ZipFile:
    return zipfile.ZipFile(edition.file.path)


def page_of(edition, article) -> str:
    return opened(edition).read(f"EPUB/text/{article.key}.xhtml").decode()


def test_an_issue_is_pressed_as_a_book_drafts_and_paid_words_included(title):
    first = make.article(title, make.paragraph("The first words."), access="subscribers")
    second = make.article(title, make.paragraph("The second words."), live=False)
    issue = make.issue(title, second, first, editors_note="<p>Dear readers.</p>")
    edition = press(issue)
    assert (edition.state, edition.version, edition.pages) == ("sound", 1, 0)
    assert edition.file_name == f"{issue.slug}.epub"
    assert edition.file.name.endswith(".epub")
    assert "The first words." in page_of(edition, first)
    assert "The second words." in page_of(edition, second)
    book = opened(edition)
    assert "Dear readers." in book.read("EPUB/text/note.xhtml").decode()
    spine = etree.fromstring(book.read("EPUB/package.opf")).xpath(
        "//*[local-name()='itemref']/@idref"
    )
    assert spine.index(f"article-{second.key}") < spine.index(f"article-{first.key}")
    assert faults(edition.file.path) == []


def test_it_is_not_pressed_for_whom_the_gate_is_closed(title, tmp_path):
    lead = (make.paragraph("The lead."), nodes.LeadMarker(id="m"), make.paragraph("Paid."))
    issue = make.issue(title, make.article(title, *lead, access="subscribers"))
    house = house_for(entitlements.ANONYMOUS)
    with pytest.raises(GateClosed):
        books.press_book(books.gather(issue, house, at=THEN), tmp_path / "book.epub", quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_is_not_for_books_stops_it_by_name(title):
    picture = make.picture(title="A lock", permitted_editions=["web"])
    figure = nodes.Figure(id="f", picture=picture.picture_key, alternative="A lock")
    refused = press(make.issue(title, make.article(title, figure, make.paragraph("Words."))))
    assert refused.state == "refused"
    assert "A lock" in refused.notes


def test_a_picture_is_as_large_as_a_reader_needs_and_no_larger(title):
    picture = make.picture(size=(2400, 1200))
    cropped = nodes.Crop(0.25, 0, 0.5, 1)
    figures = [
        nodes.Figure(id="f", picture=picture.picture_key, alternative="A field"),
        nodes.Figure(id="g", picture=picture.picture_key, alternative="A half", crop=cropped),
    ]
    article = make.article(title, *figures, make.paragraph("Words."))
    edition = press(make.issue(title, article))
    there = page_of(edition, article)
    assert 'width="1600" height="800" alt="A field"' in there
    assert 'width="1200" height="1200" alt="A half"' in there


# --- Printed pages ----------------------------------------------------------


def folios_of(edition) -> list[str]:
    contents = etree.fromstring(opened(edition).read("EPUB/contents.xhtml"))
    return contents.xpath("//*[@role='doc-pagelist']//*[local-name()='a']/text()")


def test_without_a_print_edition_no_pages_are_invented(title):
    issue = make.issue(title, long_article(title, "One"))
    press(issue, Edition.Form.SCREEN)
    edition = press(issue)
    assert folios_of(edition) == []
    assert "pageBreakSource" not in opened(edition).read("EPUB/package.opf").decode()


@pytest.mark.parametrize("cover_apart", [False, True])
def test_a_printed_page_begins_where_it_begins_on_paper(title, cover_apart):
    Printer.objects.create(title=title, cover_apart=cover_apart)
    one, two = long_article(title, "One"), long_article(title, "Two")
    issue = make.issue(title, one, two)
    paper = press(issue, PRINT)
    edition = press(issue)
    assert faults(edition.file.path) == []
    before_the_file = 2 if cover_apart else 0
    with pdfium.opened(paper.file.path) as document:
        text = {
            number + before_the_file: completeness.letters_of(page.get_textpage().get_text_range())
            for number, page in enumerate(document, 1)
        }
    folios = list(map(int, folios_of(edition)))
    assert len(folios) > 4
    for article in (one, two):
        tree = etree.fromstring(page_of(edition, article).encode())
        begins = tree.xpath("//*[@role='doc-pagebreak']")
        assert begins
        for mark in begins:
            folio = int(mark.get("aria-label"))
            following = mark.getnext()
            header = following.tag.endswith("header")
            words = article.title if header else "".join(following.itertext())
            letters = completeness.letters_of(words)[:20]
            # Its folio stands at its foot, with the beginning of what follows the mark above.
            assert letters in text[folio], (folio, letters)
            assert str(folio) in text[folio]
            if not header:
                assert letters not in text[folio - 1]


def test_pages_of_an_article_from_right_to_left_are_found_by_their_words(title):
    letters = "ابتثجحخدرزسشصضطعغفقكلمنهوي"
    words = [
        "".join(letters[number // 26**place % 26] for place in range(3)) + "ات"
        for number in range(40 * 60)
    ]
    body = [make.paragraph(" ".join(words[at : at + 60])) for at in range(0, len(words), 60)]
    article = make.article(title, *body, headline="قهوة", language="ar")
    issue = make.issue(title, article)
    paper = press(issue, PRINT)
    (fit,) = paper.fits
    edition = press(issue)
    assert folios_of(edition) == [str(page) for page in fit["pages"]]
    assert len(fit["pages"]) >= 3
    assert faults(edition.file.path) == []
    text = dict(enumerate(completeness.letters_on_pages(paper.file.path), 1))
    tree = etree.fromstring(page_of(edition, article).encode())
    for mark in tree.xpath("//*[@role='doc-pagebreak']")[1:]:
        first = "".join(mark.getnext().itertext()).split()[0]
        folio = int(mark.get("aria-label"))
        assert first in text[folio] or first[::-1] in text[folio]
        assert first not in text[folio - 1]
        assert first[::-1] not in text[folio - 1]


def test_the_page_of_the_editors_note_is_marked(title):
    note = "<p>Dear readers, this is what we had to say to you before anything else.</p>"
    issue = make.issue(title, long_article(title, "One"), editors_note=note)
    paper = press(issue, PRINT)
    edition = press(issue)
    assert faults(edition.file.path) == []
    fit = next(fit for fit in paper.fits if fit["key"] == str(issue.key))
    there = opened(edition).read("EPUB/text/note.xhtml").decode()
    assert f'role="doc-pagebreak" aria-label="{fit["first"]}"' in there
    assert folios_of(edition)[0] == str(fit["first"])


def test_a_print_edition_that_was_passed_goes_before_a_newer_one(title):
    issue = make.issue(title, long_article(title, "One"))
    first = press(issue, PRINT)
    Edition.objects.filter(pk=first.pk).update(passed_at=THEN)
    one = press(issue)
    make.place(issue, long_article(title, "Two"))
    press(issue, PRINT)
    two = press(issue)
    assert one.made_from["pages"] == two.made_from["pages"] == first.sha256


def test_nothing_is_known_of_pages_that_were_finished_elsewhere(title):
    issue = make.issue(title, long_article(title, "One"))
    paper = press(issue, PRINT)
    Edition.objects.filter(pk=paper.pk).update(fits=[])
    assert folios_of(press(issue)) == []


# --- Sound ------------------------------------------------------------------


def recordings(tmp_path):
    """Return what reads articles aloud in no time."""
    from masthead.editorial import press_documents
    from tests.press.epub import books as small

    def of(articles):
        found = {}
        for one in press_documents.resolve_all(articles, "speech", at=THEN):
            made = small.narrated(one.document, tmp_path)
            found[one.document.key] = made
        return found

    return of


def test_a_book_reads_itself_aloud_where_there_is_a_recording(title, tmp_path):
    article = make.article(title, make.paragraph("One sentence. And another."))
    issue = make.issue(title, article)
    edition = press(issue, recordings=recordings(tmp_path))
    assert faults(edition.file.path) == []
    there = page_of(edition, article)
    block = article and there.partition('id="b-')[2].partition('"')[0]
    assert f'<span id="{block}-s2">And another.</span>' in there
    assert opened(edition).getinfo(f"EPUB/sound/{article.key}.mp3").file_size > 1000


def kept(article, tmp_path, **fields):
    """Return a narration as a worker would have kept it."""
    (made,) = recordings(tmp_path)([article]).values()
    narration = Narration(
        article=article,
        asked_at=THEN,
        finished_at=THEN,
        state=Narration.State.READY,
        seconds=made.seconds,
        times=made.times,
        revision=article.live_revision_id,
        sha256="1" * 64,
        **fields,
    )
    narration.file.save("made.mp3", ContentFile(made.file.read_bytes()))
    return narration


def test_what_readers_hear_of_an_article_is_heard_in_the_book(title, tmp_path):
    one = make.article(title, make.paragraph("One sentence. And another."))
    two = make.article(title, make.paragraph("Nobody reads this."))
    kept(one, tmp_path, narrator="Hanne Brode")
    edition = press(make.issue(title, one, two))
    assert faults(edition.file.path) == []
    package = opened(edition).read("EPUB/package.opf").decode()
    assert package.count("media-overlay=") == 1
    assert '"media:narrator">Hanne Brode</meta>' in package
    assert "Read by Hanne Brode" in opened(edition).read("EPUB/text/colophon.xhtml").decode()


def test_a_recording_of_earlier_words_is_not_heard(title, tmp_path):
    article = make.article(title, make.paragraph("One sentence."))
    narration = kept(article, tmp_path)
    issue = make.issue(title, article)
    Narration.objects.filter(pk=narration.pk).update(revision=0)
    assert "media-overlay" not in opened(press(issue)).read("EPUB/package.opf").decode()


def test_a_persons_recording_without_times_is_heard_all_the_same(title, tmp_path):
    article = make.article(title, make.paragraph("One sentence."))
    narration = kept(article, tmp_path, narrator="Hanne Brode")
    Narration.objects.filter(pk=narration.pk).update(revision=None, times=[])
    edition = press(make.issue(title, article))
    assert faults(edition.file.path) == []
    smil = opened(edition).read(f"EPUB/overlays/{article.key}.smil").decode()
    assert smil.count("<par ") == 1


def test_an_article_whose_recording_was_lost_is_silent(title, tmp_path):
    article = make.article(title, make.paragraph("One sentence."))
    narration = kept(article, tmp_path)
    narration.file.storage.delete(narration.file.name)
    edition = press(make.issue(title, article))
    assert edition.state == "sound"
    assert "media-overlay" not in opened(edition).read("EPUB/package.opf").decode()


def test_a_computer_voice_is_called_one(title, tmp_path):
    article = make.article(title, make.paragraph("One sentence."))
    kept(article, tmp_path)
    book = opened(press(make.issue(title, article)))
    assert "Read by a computer voice" in book.read("EPUB/text/colophon.xhtml").decode()
    assert "Read by a computer voice</meta>" in book.read("EPUB/package.opf").decode()


def test_a_book_on_sale_follows_what_can_be_heard(
    title, tmp_path, django_capture_on_commit_callbacks
):
    article = make.article(title, make.paragraph("One sentence."))
    issue = make.issue(title, article)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.ON_SALE, on_sale_at=THEN)
    press(issue)
    with django_capture_on_commit_callbacks() as asked:
        kept(article, tmp_path)
    assert any("renew_issue" in repr(one) for one in asked)
    assert renewal.renew_issue.func(issue.pk) is True


def test_another_recording_makes_another_version_and_is_told(title, tmp_path):
    issue = make.issue(title, make.article(title, make.paragraph("One.")))
    silent = press(issue)
    heard = press(issue, recordings=recordings(tmp_path))
    assert (silent.version, heard.version) == (1, 2)
    assert pressings.changes(heard, silent) == ["What can be heard has changed."]


# --- On record --------------------------------------------------------------


def test_the_same_issue_makes_no_new_version_and_another_word_does(title):
    article = make.article(title, make.paragraph("One."), headline="One")
    issue = make.issue(title, article)
    first = press(issue)
    again = press(issue)
    assert (again.state, again.version) == ("unchanged", None)
    Correction.objects.create(article=article, text="It is two.", made_at=THEN)
    new = press(issue)
    assert new.version == 2
    assert pressings.changes(new, first) == ["“One” has changed."]
    assert "It is two." in page_of(new, article)


def test_the_name_of_a_book_stays_and_its_moment_moves_with_its_words(title):
    article = make.article(title, make.paragraph("One."), headline="One")
    issue = make.issue(title, article)

    def named(edition):
        package = etree.fromstring(opened(edition).read("EPUB/package.opf"))
        return (
            package.xpath("string(//*[local-name()='identifier'])"),
            package.xpath("string(//*[@property='dcterms:modified'])"),
        )

    first = named(press(issue))
    Correction.objects.create(article=article, text="It is two.", made_at=THEN.replace(year=2027))
    second = named(press(issue))
    assert first[0] == second[0] == f"urn:uuid:{issue.key}"
    assert first[1] < second[1] == "2027-05-04T09:00:00Z"


def test_the_book_of_an_issue_on_sale_follows_it(title):
    article = make.article(title, make.paragraph("One."), headline="One")
    issue = make.issue(title, article)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.ON_SALE, on_sale_at=THEN)
    issue.refresh_from_db()
    assert not renewal.follows(issue.pk)
    press(issue)
    assert renewal.follows(issue.pk)
    assert renewal.renew_issue.func(issue.pk) is False
    Correction.objects.create(article=article, text="It is two.", made_at=THEN)
    assert renewal.renew_issue.func(issue.pk) is True
    assert Edition.objects.under_way().get().form == EPUB


def test_people_among_the_topics_are_looked_up_by_their_last_name(title):
    person = make.topic(title, "Ada Mary Okafor", kind="person")
    place = make.topic(title, "New Quay", kind="place")
    article = make.article(
        title, make.paragraph("Words."), topics=(f"topic:{person.key}", f"topic:{place.key}")
    )
    there = opened(press(make.issue(title, article))).read("EPUB/text/topics.xhtml").decode()
    assert there.index("Okafor, Ada Mary") < there.index("New Quay")


def test_each_further_article_is_one_more_question_to_the_database(title):
    def asked(count):
        articles = (make.article(title, make.paragraph("One.")) for _ in range(count))
        issue = make.issue(title, *articles)
        issue = Issue.objects.select_related("publication", "cover").get(pk=issue.pk)
        with CaptureQueriesContext(connection) as queries:
            books.gather(issue, house_for(), at=THEN)
        return len(queries)

    asked(1)
    assert asked(6) - asked(2) <= 4


def test_it_says_who_answers_for_it_where_the_owner_named_somebody(title, settings):
    issue = make.issue(title, make.article(title, make.paragraph("One.")))
    assert "certifiedBy" not in opened(press(issue)).read("EPUB/package.opf").decode()
    installation = settings.INSTALLATION
    settings.INSTALLATION = replace(
        installation, epub=replace(installation.epub, certified_by="Ada Okafor")
    )
    named = press(issue)
    assert "Ada Okafor" in opened(named).read("EPUB/package.opf").decode()
