"""A book is right by EPUBCheck, and by what EPUBCheck does not look at; and each look can fail."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

import pytest

from masthead.manuscript import nodes
from masthead.manuscript.gate import Decision, GateClosed
from masthead.press.epub import binding
from masthead.press.epub.book import Chapter, Turn
from masthead.press.phrases import ENGLISH
from tests.press.epub import books, epubcheck
from tests.press.epub.faults import faults

needs_java = pytest.mark.skipif(
    bool(epubcheck.missing()), reason=f"needs {', '.join(epubcheck.missing())}"
)
OPENING = {"opening": "The Lantern. No. 18"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("books")


@pytest.fixture(scope="module")
def silent(folder):
    return books.bound(books.book(books.everything()), folder, "silent.epub")


@pytest.fixture(scope="module")
def aloud(folder):
    chapter = books.everything()
    chapter = replace(chapter, narrated=books.narrated(chapter.document, folder, **OPENING))
    return books.bound(books.book(chapter), folder, "aloud.epub")


@pytest.fixture(scope="module")
def from_the_right(folder):
    arabic = books.article(
        nodes.Paragraph(id="p1", children=(nodes.Text("خرجت السفينة. ولم تعد."),)),
        key="11111111-2222-4333-8444-555555555555",
        headline="قهوة على الرصيف",
        language="ar",
    )
    french = books.article(
        nodes.Paragraph(
            id="p1", children=(nodes.Quotation((nodes.Text("Il est parti. Il reviendra."),)),)
        ),
        key="66666666-7777-4888-8999-aaaaaaaaaaaa",
        headline="La bibliothèque",
        language="fr",
    )
    chapters = [
        Chapter(one, books.FULL, narrated=books.narrated(one, folder, **OPENING))
        for one in (arabic, french)
    ]
    one = books.book(*chapters, language="ar", direction="rtl", pages_of="", topics=())
    return books.bound(one, folder, "from-the-right.epub")


@needs_java
@pytest.mark.parametrize("name", ["silent", "aloud", "from_the_right"])
def test_epubcheck_finds_neither_an_error_nor_a_warning(name, request):
    assert epubcheck.found(request.getfixturevalue(name)) == []


@pytest.mark.parametrize("name", ["silent", "aloud", "from_the_right"])
def test_nothing_is_wrong_that_epubcheck_does_not_look_at(name, request):
    assert faults(request.getfixturevalue(name)) == []


def test_the_same_book_gives_the_same_bytes(folder, silent):
    again = books.bound(books.book(books.everything()), folder, "again.epub")
    assert again.read_bytes() == silent.read_bytes()


def test_what_somebody_may_not_have_whole_is_in_no_book(folder):
    chapter = books.everything(decision=Decision("lead", "test"))
    with pytest.raises(GateClosed):
        books.bound(books.book(chapter), folder, "shut.epub")


# --- Each look can fail -----------------------------------------------------


def changed(book, out, name, how, *, packed_first=False, first=""):
    """Return a copy of a book in which files whose names match were put through `how`."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        entries = old.infolist()
        if first:
            entries = sorted(entries, key=lambda one: one.filename != first)
        touched = 0
        for entry in entries:
            data = old.read(entry)
            if name and re.search(name, entry.filename):
                touched_data = how(data.decode()).encode()
                touched += touched_data != data
                data = touched_data
            if packed_first and entry.filename == "mimetype":
                entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
    assert touched or packed_first or first, "The fault was not put in."
    return out


def sub(pattern, words, count=1):
    return lambda text: re.sub(pattern, words, text, count=count, flags=re.DOTALL)


def swap_pars(text):
    rows = re.findall("<par .*?</par>", text)
    return text.replace(rows[7], "@").replace(rows[8], rows[7]).replace("@", rows[8])


def swap_targets(text):
    first, second = re.findall(r'#([^"]*)"', text)[7:9]
    return (
        text.replace(f'#{first}"', "@")
        .replace(f'#{second}"', f'#{first}"')
        .replace("@", f'#{second}"')
    )


LAST_CLIP = r'clipEnd="[^"]*"(?!.*clipEnd)'
FAULTS = {
    "a clip that goes on after its sound": ("smil$", sub(LAST_CLIP, 'clipEnd="9:00:00.000"'), "goes on after the end"),
    "clips that overlap": ("smil$", sub(r'clipBegin="[^"]*"(/></par>|[^>]*/></par>)(?=\s*</seq>)', r'clipBegin="0:00:00.100"\1'), "while another is heard"),
    "clips in another order": ("smil$", swap_pars, "stands before"),
    "words in another order": ("smil$", swap_targets, "stands before"),
    "a sentence that is left out": ("smil$", sub(r'<par id="par-6">.*?</par>', ""), "is never heard"),
    "a sentence that is heard twice": ("smil$", lambda text: text.replace("#p1-s2", "#p1-s1"), "more than once"),
    "a duration that is another": ("opf$", sub(r'(property="media:duration">)0:', r"\g<1>1:"), "not the sum"),
    "no active class": ("opf$", sub(r'<meta property="media:active-class">[^<]*</meta>', ""), "No active-class"),
    "an active class of no style": ("css$", sub("-epub-media-overlay-active", "other", 0), "does not know the active-class"),
    "no narrator": ("opf$", sub(r'<meta property="media:narrator">[^<]*</meta>', ""), "said to read"),
    "a picture without words": ("text/6666.*xhtml$", sub(' alt="[^"]*"', ""), "no words in its place"),
    "no word of hazards": ("opf$", sub(r'<meta property="schema:accessibilityHazard">[^<]*</meta>', ""), "schema:accessibilityHazard is not said"),
    "no way of access": ("opf$", sub(r'<meta property="schema:accessMode">[^<]*</meta>', "", 0), "schema:accessMode is not said"),
    "a claim that nobody answers for": ("opf$", sub("</metadata>", '<meta id="c" property="dcterms:conformsTo">EPUB Accessibility 1.1 - WCAG 2.2 Level AA</meta></metadata>'), "nobody answers for it"),
    "a page that is called another": ("text/6666.*xhtml$", sub('aria-label="13"', 'aria-label="31"'), "called something else"),
    "a page that is not listed": ("contents.xhtml$", sub(r"<li><a [^>]*#page-13[^>]*>13</a></li>", ""), "list of pages"),
    "pages in another order": ("(contents|6666).*xhtml$", lambda text: re.sub("(?<![0-9])14(?![0-9])", "11", text), "do not follow"),
    "a note without a way back": ("text/6666.*xhtml$", sub('role="doc-backlink"', "", 0), "nothing leads back"),
    "a note that is none": ("text/6666.*xhtml$", sub('role="doc-footnote"', "", 0), "is no footnote"),
    "a link to nothing": ("text/topics.xhtml$", sub('href="6', 'href="7'), "leads nowhere"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found(fault, aloud, tmp_path):
    name, how, told = FAULTS[fault]
    broken = changed(aloud, tmp_path / "broken.epub", name, how)
    assert any(told in one for one in faults(broken)), faults(broken)


def test_a_packed_mimetype_is_found(silent, tmp_path):
    broken = changed(silent, tmp_path / "broken.epub", "", None, packed_first=True)
    assert "mimetype is packed." in faults(broken)


def test_a_mimetype_that_does_not_come_first_is_found(silent, tmp_path):
    broken = changed(silent, tmp_path / "broken.epub", "", None, first="META-INF/container.xml")
    assert "mimetype does not come first." in faults(broken)


@needs_java
def test_epubcheck_finds_a_fault(silent, tmp_path):
    broken = changed(silent, tmp_path / "broken.epub", "css$", lambda _text: "p {")
    assert epubcheck.found(broken)


# --- What is said, and only then ---------------------------------------------


def opf_of(book):
    with zipfile.ZipFile(book) as zipped:
        return zipped.read("EPUB/package.opf").decode()


def test_it_is_said_to_conform_only_where_somebody_answers_for_it(folder, silent):
    assert "conformsTo" not in opf_of(silent)
    certain = books.book(books.everything(), certifier="Ada Okafor")
    said = opf_of(books.bound(certain, folder, "certain.epub"))
    assert "EPUB Accessibility 1.1 - WCAG 2.2 Level AA</meta>" in said
    assert 'property="a11y:certifiedBy">Ada Okafor</meta>' in said
    assert faults(folder / "certain.epub") == []


def test_without_printed_pages_there_is_no_list_of_them(folder):
    chapter = books.everything(turns=())
    plain = books.bound(books.book(chapter, pages_of=""), folder, "unprinted.epub")
    with zipfile.ZipFile(plain) as zipped:
        everything = "".join(
            zipped.read(name).decode()
            for name in zipped.namelist()
            if name.endswith(("xhtml", "opf"))
        )
    assert "page-list" not in everything
    assert "pagebreak" not in everything.lower()
    assert ENGLISH.accessible_pages not in everything
    assert faults(plain) == []


def test_a_silent_book_says_nothing_of_sound(silent):
    said = opf_of(silent)
    assert "media:" not in said
    assert "synchronizedAudioText" not in said
    assert ">auditory<" not in said


def test_an_issue_that_is_read_from_the_right_turns_its_pages_that_way(from_the_right):
    said = opf_of(from_the_right)
    assert 'page-progression-direction="rtl"' in said
    with zipfile.ZipFile(from_the_right) as zipped:
        french = zipped.read("EPUB/text/66666666-7777-4888-8999-aaaaaaaaaaaa.xhtml").decode()
        arabic = zipped.read("EPUB/text/11111111-2222-4333-8444-555555555555.xhtml").decode()
        contents = zipped.read("EPUB/contents.xhtml").decode()
    assert 'lang="fr" xml:lang="fr" dir="ltr"' in french
    assert 'lang="ar" xml:lang="ar" dir="rtl"' in arabic
    assert 'lang="fr" dir="ltr">La bibliothèque</a>' in contents


def test_an_article_without_a_recording_is_silent_in_a_book_that_is_heard(folder):
    heard, unheard = (
        books.everything(),
        books.article(
            nodes.Paragraph(id="p", children=(nodes.Text("Nobody reads this."),)),
        ),
    )
    heard = replace(heard, narrated=books.narrated(heard.document, folder, **OPENING))
    both = books.bound(books.book(heard, Chapter(unheard, books.FULL)), folder, "both.epub")
    said = opf_of(both)
    assert said.count("media-overlay=") == 1
    assert said.count("audio/mpeg") == 1
    assert faults(both) == []


def test_a_recording_without_times_is_heard_as_one_piece(folder):
    chapter = books.everything()
    heard = books.narrated(chapter.document, folder, **OPENING)
    chapter = replace(chapter, narrated=replace(heard, times=(), narrator="Hanne Brode"))
    one = books.bound(books.book(chapter), folder, "one-piece.epub")
    with zipfile.ZipFile(one) as zipped:
        smil = zipped.read(f"EPUB/overlays/{chapter.document.key}.smil").decode()
    assert smil.count("<par ") == 1
    assert f'{chapter.document.key}.xhtml#article"' in smil
    assert faults(one) == []


def test_printed_pages_of_one_article_follow_those_of_the_one_before(folder):
    second = books.article(
        nodes.Paragraph(id="p", children=(nodes.Text("It goes on."),)), headline="Next"
    )
    one = books.book(
        books.everything(), Chapter(second, books.FULL, turns=[Turn("15"), Turn("16", "p")])
    )
    assert faults(books.bound(one, folder, "paged.epub")) == []
    assert binding.MEDIA_TYPE == "application/epub+zip"
