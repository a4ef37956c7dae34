"""The index of topics: who and what the articles are about, and in which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from masthead.press.epub import markup
from masthead.press.epub.book import TOPIC_KINDS, Book, Chapter, Topic
from masthead.press.epub.chapters import Written
from masthead.press.epub.markup import told
from masthead.press.html_pieces import name_for


def index(book: Book, places: Mapping[str, str]) -> Written:
    """Return the index: people first, each by the name they are looked up by.

    Args:
        book: its topics, and the chapters that name them.
        places: where the chapter of each article is, from the index.
    """
    found = [(topic, _about(topic, book.chapters)) for topic in book.topics]
    named = sorted(((topic, about) for topic, about in found if about), key=_order)
    groups = []
    for kind, topics in groupby(named, key=lambda one: one[0].kind):
        rows = "\n".join(_entry(topic, about, places) for topic, about in topics)
        heading = told(_heading(book, kind))
        groups.append(f'<section><h2>{heading}</h2>\n<ul class="topics">\n{rows}\n</ul></section>')
    title = book.phrases.topics
    body = (
        '<section epub:type="index" role="doc-index">\n'
        f"<h1>{told(title)}</h1>\n" + "\n".join(groups) + "\n</section>"
    )
    page = markup.page(title, body, book.language, book.direction, "backmatter")
    return Written(title, page)


def entry_id(topic: str) -> str:
    """Return the id of a topic's entry, by its key."""
    return f"topic-{name_for(topic.partition(':')[2])}"


def named_in(chapters: Sequence[Chapter]) -> set[str]:
    """Return the keys of the topics that articles are about or mention."""
    return {
        key
        for chapter in chapters
        for key in (*chapter.document.front.topics, *chapter.document.cards)
        if key.startswith("topic:")
    }


def _about(topic: Topic, chapters: Sequence[Chapter]) -> list[Chapter]:
    return [chapter for chapter in chapters if topic.key in named_in([chapter])]


def _order(one: tuple[Topic, list[Chapter]]) -> tuple[int, str, str]:
    topic, _about = one
    kinds = TOPIC_KINDS
    place = kinds.index(topic.kind) if topic.kind in kinds else len(kinds)
    return place, topic.sorts_as.casefold(), topic.key


def _entry(topic: Topic, about: list[Chapter], places: Mapping[str, str]) -> str:
    links = ", ".join(
        f'<a href="{told(places[chapter.document.key])}"{_in_its_language(chapter)}>'
        f"{told(chapter.document.front.headline)}</a>"
        for chapter in about
    )
    return f'<li id="{entry_id(topic.key)}"><span class="topic">{told(topic.sorts_as)}</span> {links}</li>'


def _in_its_language(chapter: Chapter) -> str:
    document = chapter.document
    return f' lang="{told(document.front.language)}" dir="{document.direction}"'


def _heading(book: Book, kind: str) -> str:
    said = book.phrases
    words = {
        "person": said.people,
        "organisation": said.organisations,
        "place": said.places,
        "event": said.events,
    }
    return words.get(kind, said.themes)
