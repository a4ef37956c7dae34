"""Words are compared without case, accents and endings, in many languages."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from masthead.editorial.archive import words


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en-GB", "harbours", "harbour"),
        ("en", "dredging", "dredged"),
        ("fr", "élections", "élection"),
        ("fr-CA", "économiques", "economique"),
        ("de", "Häuser", "haus"),
        ("es", "canciones", "canción"),
        ("ar", "الكتاب", "كتاب"),
        ("ar", "مُعَلِّم", "معلم"),
        ("ru", "дороги", "дорога"),
        ("tlh", "Été", "ete"),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, one: str, other: str) -> None:
    stemmer = words.stemmer_of(language)
    assert words.stems(words.normal(one), stemmer) == words.stems(words.normal(other), stemmer)


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    assert words.stemmer_of("tlh") == ""
    assert words.stems("Harbours Harbour", "") == ["harbours", "harbour"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L’eau qu’il boit, aujourd’hui", ["eau", "il", "boit", "aujourd", "hui"]),
        ("The keeper's state-of-the-art lamp_house", ["the", "keeper", "state", "of", "the", "art", "lamp", "house"]),
        ("東京 と 1.5 km²", ["東", "京", "と", "1", "5", "km²"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("a – b … 7", ["a", "b", "7"]),
        ("Donau\u00addampf\u2060schiff", ["donaudampfschiff"]),
    ],
)  # fmt: skip
def test_a_text_falls_into_words(text: str, found: list[str]) -> None:
    assert words.words(words.normal(text)) == found


@example("ﷺ")
@given(st.text(max_size=60))
def test_no_text_is_beyond_it_and_no_stem_has_anything_but_letters(text: str) -> None:
    text = words.normal(text)
    for stem in words.stems(text, "english"):
        assert stem
        assert not set(stem) & set(" '\"\\()=:*^&|!<>\x00")
    assert len(words.fold_in_place(text)) == len(text)
    assert all(text[a:b] and a < b for a, b in words.spans(text))


@given(st.text(alphabet=st.sampled_from("abZ9'\u2019 _-.é\u0301\u0e01東ø\n"), max_size=40))
def test_each_word_of_a_text_is_among_those_it_is_asked_for_by(text: str) -> None:
    assert set(words.words(words.normal(text))) <= words.each(words.normal(text))


def test_what_is_folded_in_place_is_found_where_it_stood() -> None:
    text = unicodedata.normalize("NFC", "Zoë aß in Ærø, Ἀθῆναι und ÉVREUX")
    folded = words.fold_in_place(text)
    assert folded[text.index("ÉVREUX") :] == "evreux"
    assert folded.startswith("zoe a")
