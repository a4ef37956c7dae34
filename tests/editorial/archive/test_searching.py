"""An article is found by its words: stemmed, ranked, filtered, with marks on an excerpt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from masthead.circulation.entitlements import EVERY_CLASS
from masthead.edge.locks import Key
from masthead.editorial.archive import excerpts, questions, searching, vocabulary, words
from masthead.editorial.models import Title
from masthead.manuscript import nodes
from tests.factories import editorial as make

pytestmark = pytest.mark.django_db
NOW = make.THEN + timedelta(days=30)


@pytest.fixture
def title() -> Title:
    return make.magazine()


def found(title: Title, typed: str, **named: Any) -> list[str]:
    """Return the headlines of what is found, the best first."""
    from masthead.editorial.models import Article

    hits = searching.search(title, questions.read(typed), at=NOW, **named).hits
    names = dict(Article.objects.values_list("pk", "title"))
    return [names[hit.article] for hit in hits]


def opened(title: Title, *texts: str, **fields: Any) -> Any:
    body = [make.paragraph(text) for text in texts]
    return make.article(title, *body, **({"access": "open"} | fields))


def test_a_word_is_found_in_all_its_forms_and_without_its_accents(title) -> None:
    opened(title, "They dredged the harbours.", headline="English")
    opened(title, "Les élections municipales.", headline="French", language="fr")
    opened(title, "قرأت الكتاب في البيت.", headline="Arabic", language="ar")
    assert found(title, "dredging harbour") == ["English"]
    assert found(title, "election") == ["French"]
    assert found(title, "كتاب") == ["Arabic"]
    assert found(title, "harbour election") == []


def test_the_headline_counts_most_then_the_standfirst_then_what_it_is_about(title) -> None:
    opened(title, "A passing tide.", headline="Body")
    opened(title, "The tide, the tide, a tide.", headline="Subject")
    opened(title, "Words.", headline="Below", standfirst="What a tide costs")
    opened(title, "Words.", headline="Tides")
    later = make.THEN + timedelta(days=1)
    opened(title, "Another passing tide.", headline="Newer", published_at=later)
    assert found(title, "tide") == ["Tides", "Below", "Subject", "Newer", "Body"]


def test_all_words_must_be_there_phrases_in_order_and_excluded_ones_nowhere(title) -> None:
    opened(title, "The harbour master counts ships.", headline="First")
    opened(title, "A master of the harbour, and no vessel.", headline="Second")
    assert found(title, "harbour master") == ["Second", "First"]
    assert found(title, '"harbour master"') == ["First"]
    assert found(title, "harbour-master") == ["First"]
    assert found(title, "harbour -vessel") == ["First"]
    assert found(title, 'harbour -"harbour master"') == ["Second"]
    assert found(title, "-vessel") == ["First"]
    assert found(title, "second vessel") == ["Second"], "A word may stand in the headline alone."


def test_no_phrase_begins_in_one_field_and_ends_in_the_next(title) -> None:
    opened(title, "master of all", headline="The harbour")
    assert found(title, '"harbour master"') == []


def test_no_phrase_is_made_of_names_or_of_what_a_text_is_about(title) -> None:
    """Those stand one after another in the archive, and nowhere else."""
    topics = tuple(f"topic:{make.topic(title, name).key}" for name in ("Slow Tides", "Deep Locks"))
    ada, john = (make.contributor(title, name) for name in ("Ada Okafor", "John Smith"))
    opened(
        title, "The harbour froze. Every harbour did. The master waited; the master slept.",
        headline="Ice", kicker="Winter", standfirst="Nothing moves", topics=topics,
        bylines=tuple(nodes.Byline(one.title, f"contributor:{one.key}") for one in (ada, john)),
    )  # fmt: skip
    for phrase in ("harbour master", "okafor john", "tides deep", "winter nothing", "moves ada"):
        assert found(title, f'"{phrase}"') == [], phrase
        assert found(title, f'harbour -"{phrase}"') == ["Ice"], phrase
    for phrase in ("master slept", "ada okafor", "deep locks", "nothing moves"):
        assert found(title, f'"{phrase}"') == ["Ice"], phrase


@pytest.mark.parametrize(
    ("text", "there", "nowhere"),
    [
        ("the sea. " * 300 + "This is the state of the art.", "the state of the art", "art of the"),
        ("の" * 300 + "。ロンドン", "ロンドン", "ンドロ"),
        ("word " * 16_500 + "then a cormorant came", "cormorant came", "came cormorant"),
    ],
)
def test_phrases_are_found_at_the_end_of_a_long_text_too(title, text, there, nowhere) -> None:
    opened(title, text, headline="Long")
    assert found(title, f'"{there}"') == ["Long"]
    assert found(title, f'"{nowhere}"') == []
    assert found(title, f'long -"{there}"') == []


def test_signs_that_nobody_sees_part_no_word(title) -> None:
    opened(
        title,
        "Die Do\u00adnau\u00adbrücke.",
        headline="Donau\u00addampf\u200bschiff",
        language="de",
    )
    assert len(found(title, "Donaudampfschiff")) == 1
    assert len(found(title, "Donaubrücke")) == 1
    assert vocabulary.beginning_with(title, "donaud") == ["donaudampfschiff"]
    assert vocabulary.beginning_with(title, "damp") == []


def test_bylines_topics_captions_and_notes_are_words_too(title) -> None:
    harbour, ada = make.topic(title, "Breakwaters"), make.contributor(title, "Ada Okafor")
    figure = nodes.Figure(
        id="f", picture=make.picture().picture_key, caption=(nodes.Text("A crane"),)
    )
    note = nodes.Footnote(
        id="11111111-1111-4111-8111-111111111111", children=(nodes.Text("Ibidem"),)
    )
    text = nodes.Paragraph(
        id="p", children=(nodes.Text("Words"), nodes.FootnoteReference(note=note.id))
    )
    make.article(
        title, text, figure, headline="Found", access="open", notes=(note,),
        bylines=(nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),),
        topics=(f"topic:{harbour.key}",),
    )  # fmt: skip
    for typed in ("okafor", "breakwater", "crane", "ibidem"):
        assert found(title, typed) == ["Found"], typed


def test_each_title_has_an_archive_of_its_own(title) -> None:
    other = make.magazine("The Echo")
    opened(title, "A lighthouse.", headline="Here")
    opened(other, "A lighthouse.", headline="There")
    assert found(title, "lighthouse") == ["Here"]
    assert found(other, "lighthouse") == ["There"]
    assert vocabulary.beginning_with(other, "lightho") == ["lighthouse"]
    assert vocabulary.beginning_with(other, "her") == []


def test_a_small_title_is_not_looked_for_among_all_articles_of_a_large_one(
    title, monkeypatch
) -> None:
    opened(title, "A lighthouse.", headline="Here")
    for small, marks in ((2, [f"{searching.TITLE}{title.pk}"]), (1, [])):
        monkeypatch.setattr(searching, "SMALL", small)
        asked = []
        real = searching.index.finding

        def finding(table, wanted, *args, asked=asked, real=real):
            asked.append(wanted)
            return real(table, wanted, *args)

        with monkeypatch.context() as patched:
            patched.setattr(searching.index, "finding", finding)
            assert found(title, "lighthouse") == ["Here"]
        assert [list(one.marks) for one in asked] == [marks] * len(asked)


def test_filters_and_their_counts(title) -> None:
    politics, culture = make.section(title), make.section(title, "Culture")
    ada = make.contributor(title, "Ada Okafor")
    by = (nodes.Byline("Ada Okafor", f"contributor:{ada.key}"),)
    last_year = make.THEN - timedelta(days=365)
    opened(title, "A tide.", headline="One", in_section=politics, bylines=by)
    opened(title, "A tide.", headline="Two", in_section=culture, published_at=last_year)
    all_of_it = searching.search(title, questions.read("tide"), at=NOW).counts()
    assert all_of_it[f"s{politics.pk}"] == all_of_it[f"s{culture.pk}"] == 1
    assert all_of_it["y2025"] == all_of_it["y2026"] == all_of_it[f"c{ada.pk}"] == 1
    assert found(title, "tide", marks=(f"s{culture.pk}",)) == ["Two"]
    assert found(title, "tide", marks=("y2026", f"c{ada.pk}")) == ["One"]
    assert found(title, "", marks=("y2025",)) == ["Two"]
    assert found(title, "tide", marks=("y2025", f"c{ada.pk}")) == []
    assert found(title, "y2025") == [], "A mark is no word."


def test_what_many_articles_have_is_counted_as_far_as_anybody_reads(title, monkeypatch) -> None:
    for number in range(4):
        opened(title, "A tide.", headline=f"No. {number}",
               published_at=make.THEN + timedelta(hours=number))  # fmt: skip
    monkeypatch.setattr(searching, "MOST", 3)
    answer = searching.search(title, questions.read("tide"), at=NOW)
    assert answer.more
    assert len(answer.hits) == 3
    assert found(title, "tide") == ["No. 3", "No. 2", "No. 1"]


def test_a_search_takes_as_many_queries_whatever_it_finds(title) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = searching.search(title, questions.read("tide harbour"), at=NOW)
            searching.excerpts_of(answer.hits, questions.read("tide harbour"))
            answer.counts()
        return len(asked)

    opened(title, "A tide in the harbour.")
    few = queries()
    for _each in range(5):
        opened(title, "A tide in the harbour.")
    # What the archive is like, four ranks, what was found, and its texts.
    assert queries() == few == 7


def test_what_enough_headlines_have_is_not_looked_for_in_the_texts(title, monkeypatch) -> None:
    for number in range(3):
        opened(title, "Nothing.", headline=f"A tide, No. {number}")
    opened(title, "A tide.", headline="Newest", published_at=make.THEN + timedelta(hours=1))
    monkeypatch.setattr(searching, "MOST", 2)
    with CaptureQueriesContext(connection) as asked:
        answer = searching.search(title, questions.read("tide"), at=NOW)
    assert len(asked) == 3
    assert (len(answer.hits), answer.more) == (2, True)
    assert {hit.rank for hit in answer.hits} == {1}


def test_an_excerpt_is_where_most_of_the_words_are_with_marks_on_them() -> None:
    text = words.normal(
        "Nothing here. " * 40 + "Then the Élections of harbours began. " + "End. " * 90
    )
    stems = frozenset({"election", "harbour"})
    pieces = excerpts.excerpt(text, stems, "english")
    assert [one.text for one in pieces if one.marked] == ["Élections", "harbours"]
    said = "".join(one.text for one in pieces)
    assert len(said) < excerpts.LENGTH + 10
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert "".join(one.text for one in excerpts.excerpt("Short.", stems, "english")) == "Short."


@pytest.mark.parametrize("text", ["海" * 2000 + "東京" + "海" * 500, "東京" + "海" * 900])
def test_an_excerpt_has_its_words_where_none_are_apart(text) -> None:
    pieces = excerpts.excerpt(text, frozenset("東京"), "")
    assert [one.text for one in pieces if one.marked] == ["東", "京"]
    said = "".join(one.text for one in pieces)
    assert excerpts.LENGTH - excerpts.NEAR < len(said) < excerpts.LENGTH + 10


def test_an_excerpt_finds_words_whose_stem_begins_otherwise() -> None:
    text = "قرأت " * 60 + "وبالكتاب بدأ"
    pieces = excerpts.excerpt(text, frozenset(words.stems("كتاب", "arabic")), "arabic")
    assert [one.text for one in pieces if one.marked] == ["وبالكتاب"]


def test_an_excerpt_finds_a_rare_word_after_many_of_a_common_one() -> None:
    text = "The sea. " * 200 + "Then a cormorant came."
    pieces = excerpts.excerpt(text, frozenset({"the", "cormor"}), "english")
    assert "cormorant" in [one.text for one in pieces if one.marked]


def test_a_mistyped_word_is_known_and_a_known_one_left_alone(title) -> None:
    opened(title, "The harbour, the lighthouse and the café.", language="en")
    told = vocabulary.corrections(
        title, ["harbuor", "lihgthose", "harbour", "cafe", "zzzzzz", "xarbour"]
    )
    assert told == {"harbuor": "harbour", "lihgthose": "lighthouse", "xarbour": "harbour"} or told == {
        "harbuor": "harbour", "xarbour": "harbour"}  # fmt: skip


def test_however_much_is_mistyped_few_words_are_looked_up(title) -> None:
    opened(title, "The harbour.")
    typed = [f"harbuo{letter}s" for letter in "abcdefghijklmnopqrst"]
    with CaptureQueriesContext(connection) as asked:
        vocabulary.corrections(title, typed)
    assert len(asked) <= 2 * vocabulary.CORRECTED


@pytest.mark.parametrize(
    "typed",
    ['"', "*", "NEAR(", "a NEAR/3 b", "'; DROP TABLE x; --", "-", "AND OR NOT", "{headline} : x",
     "\\", "a\\'b", "x" * 5000, "(" * 300, "%s %(a)s", "=s1", "a & b | !c <-> d", "\ud800", "東京"],
)  # fmt: skip
def test_no_question_is_an_error(title, typed) -> None:
    opened(title, "Words.")
    key = Key("term", str(title.key), EVERY_CLASS)
    for keys in ((), (key,)):
        answer = searching.search(title, questions.read(typed), keys=keys, at=NOW)
        searching.excerpts_of(answer.hits, questions.read(typed))
    vocabulary.corrections(title, [typed])
    vocabulary.beginning_with(title, typed)
