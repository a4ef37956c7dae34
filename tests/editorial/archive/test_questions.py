"""Whatever somebody types is a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.editorial.archive import questions
from masthead.editorial.archive.questions import Term


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("harbour dues", [Term(("harbour",)), Term(("dues",))]),
        ('"harbour dues" paid', [Term(("harbour", "dues")), Term(("paid",))]),
        ("„harbour dues“", [Term(("harbour", "dues"))]),
        ('"harbour dues', [Term(("harbour", "dues"))]),
        ("harbour -dues", [Term(("harbour",)), Term(("dues",), excluded=True)]),
        ('-"harbour dues"', [Term(("harbour", "dues"), excluded=True)]),
        ("state-of-the-art", [Term(("state", "of", "the", "art"))]),
        ("well - known", [Term(("well",)), Term(("known",))]),
        ("harbour harbour", [Term(("harbour",))]),
        ("NEAR(harbour* OR {headline}:x)", [Term(("near", "harbour")), Term(("or",)),
                                            Term(("headline", "x"))]),
        ('" * ^ ( ) - -- -" \x00', []),
        ("", []),
    ],
)  # fmt: skip
def test_it_is_words_phrases_and_what_must_not_be(typed: str, terms: list[Term]) -> None:
    assert list(questions.read(typed).terms) == terms


def test_it_is_cut_where_nobody_types_on() -> None:
    question = questions.read("word " * 9000 + "last")
    assert len(question.text) <= questions.LONGEST
    assert len(questions.read(" ".join("abcdefghijklmnopqrstuvw")).terms) == questions.MOST


@given(st.text())
def test_no_text_is_beyond_it(typed: str) -> None:
    question = questions.read(typed)
    assert len(question.terms) <= questions.MOST
    again = questions.replaced(question, {})
    if len(again) <= questions.LONGEST:
        assert set(questions.read(again).terms) == set(question.terms)
