"""A lexicon changes what is said where it should and nowhere else, and other programs can read it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.press.shelf import Shelf
from masthead.press.speech import recording, script
from masthead.press.speech.lexicon import Entry, Lexicon, as_pls
from masthead.press.speech.spoken import spoken
from masthead.testing.press_documents import pressed
from tests.factories.paper import FULL, paragraph, written
from tests.press.speech.test_recording import Surf

PLS = "{http://www.w3.org/2005/01/pronunciation-lexicon}"


def said(text: str, *entries: Entry, language: str = "en-GB") -> str:
    return spoken(text, language, Lexicon(entries))


def test_case_matters_unless_an_entry_says_otherwise():
    assert said("Reading in Reading.", Entry("Reading", "redding")) == "redding in redding."
    assert said("Reading in reading.", Entry("Reading", "redding")) == "redding in reading."
    loose = Entry("Reading", "redding", case_matters=False)
    assert said("READING in reading.", loose) == "redding in redding."


def test_a_longer_word_is_left_alone_unless_an_entry_says_otherwise():
    assert said("Lissowers of Lissow", Entry("Lissow", "LEE-so")) == "Lissowers of LEE-so"
    parts = Entry("Lissow", "LEE-so", whole_words=False)
    assert said("Lissowers", parts) == "LEE-soers"
    assert (
        said("東京都", Entry("東京", "とうきょう", whole_words=False), language="ja")
        == "とうきょう都"
    )


def test_spaces_and_apostrophes_are_found_however_they_are_set():
    entry = Entry("O'Brien  Street", "oh bryan street")
    for text in ("O’Brien Street", "O'Brien\u00a0Street", "O’Brien\nStreet"):
        assert said(text, entry) == "oh bryan street"


def test_an_entry_holds_for_its_language_and_its_regions():
    entry = Entry("Paris", "PA-ree", language="fr")
    assert said("Paris", entry, language="fr-CA") == "PA-ree"
    assert said("Paris", entry, language="en") == "Paris"
    assert said("Paris", entry, language="fra") == "Paris"
    swiss = Entry("Paris", "PA-ree", language="fr-CH")
    assert said("Paris", swiss, language="fr") == "Paris"


def test_of_two_alike_the_first_is_taken_and_of_two_that_fit_the_longer():
    article, house = Entry("Averell", "of the article"), Entry("Averell", "of the house")
    assert said("Averell", article, house) == "of the article"
    assert said("Port Averell", article, Entry("Port Averell", "longer")) == "longer"
    assert said("Averell Bay", article, Entry("Averell Bay", "longer")) == "longer"


def test_a_whole_sentence_may_be_said_otherwise():
    lines = script.of_article(
        pressed(written(paragraph("It cost $4bn (see note). It held.")), "speech"),
        FULL,
        lexicon=Lexicon.of({"It cost $4bn (see note).": "It cost a lot."}),
    )
    assert [one.spoken for one in lines if one.block == "p"] == ["It cost a lot.", "It held."]
    assert lines[-2].text == "It cost $4bn (see note)."


def test_a_change_has_only_those_sentences_said_anew_that_it_is_about(tmp_path):
    copy = pressed(
        written(paragraph("Averell waits. Nobody came. The port of Averell waits. So be it.")),
        "speech",
    )
    shelf, engine = Shelf(tmp_path / "kept"), Surf()

    def read(lexicon: Lexicon) -> int:
        lines = script.of_article(copy, FULL, lexicon=lexicon)
        return recording.read_aloud(
            lines, engine, lambda _language: "v", tmp_path / "a.mp3", tags={}, shelf=shelf
        ).said

    assert read(Lexicon()) > 4
    assert read(Lexicon.of({"Averell": "AY-vrell"})) == 2
    assert read(Lexicon.of({"Averell": "AY-vrell", "Nowhere": "no-WHERE"})) == 0
    assert read(Lexicon()) == 0


def test_signs_of_patterns_are_only_signs():
    assert said("Is C++ (a.b) dear?", Entry("C++", "see plus plus"), Entry("(a.b)", "ab")) == (
        "Is see plus plus ab dear?"
    )
    assert said("axb", Entry("a.b", "no")) == "axb"


@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=8), st.text(max_size=40)
)
def test_whatever_stands_in_a_lexicon_something_is_said(pairs, text):
    assert isinstance(said(text, *(Entry(written, one) for written, one in pairs)), str)


# --- Pronunciation Lexicon Specification 1.0 ---------------------------------


def parsed(entries: list[Entry], language: str = "en-GB") -> ElementTree.Element:
    return ElementTree.fromstring(as_pls(entries, language))  # noqa: S314 - ours.


def keeps_the_rules(root: ElementTree.Element) -> None:
    """The rules of PLS 1.0, section 4, as far as they concern what we write."""
    assert root.tag == f"{PLS}lexicon"
    assert root.get("version") == "1.0"
    assert root.get("alphabet") == "ipa"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang")
    for lexeme in root:
        assert lexeme.tag == f"{PLS}lexeme"
        names = [one.tag.removeprefix(PLS) for one in lexeme]
        assert names[0] == "grapheme"
        assert names.count("grapheme") == 1
        assert names[1:] in (["alias"], ["phoneme"], ["phoneme", "alias"])
        assert all(len(one) == 0 and (one.text or "").strip() for one in lexeme)


def test_it_is_exported_with_the_phonetic_alphabet_first():
    root = parsed([Entry("Averell", "AY-vrell", ipa="ˈeɪvrəl"), Entry("Tom & <Co>", "tom and co")])
    keeps_the_rules(root)
    told = [[(one.tag.removeprefix(PLS), one.text) for one in lexeme] for lexeme in root]
    assert told == [
        [("grapheme", "Averell"), ("phoneme", "ˈeɪvrəl"), ("alias", "AY-vrell")],
        [("grapheme", "Tom & <Co>"), ("alias", "tom and co")],
    ]


def test_it_is_exported_in_one_language_and_each_word_once():
    entries = [
        Entry("Paris", "first"),
        Entry(" Paris", "second"),
        Entry("Lyon", "li-on", language="fr"),
    ]
    assert [one[0].text for one in parsed(entries)] == ["Paris"]
    assert [one[0].text for one in parsed(entries, "fr")] == ["Lyon", "Paris"]
    assert parsed([], "en").tag == f"{PLS}lexicon"


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ufffe", "]]>", "&", '"', "\ud800"])
def test_whatever_is_written_the_export_is_sound(sign):
    root = parsed([Entry(f"a{sign}b", f"c{sign}d", ipa=f"e{sign}")])
    keeps_the_rules(root)
