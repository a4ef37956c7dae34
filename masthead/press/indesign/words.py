"""What stands inside a paragraph, flattened: InDesign knows runs of letters, and no tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from masthead.manuscript import addresses
from masthead.manuscript.nodes import (
    Citation,
    CodeSpan,
    Emphasis,
    FootnoteReference,
    Inline,
    LanguageSpan,
    LineBreak,
    Link,
    Mention,
    Quotation,
    SmallCaps,
    Strong,
    Subscript,
    Superscript,
    Text,
    Words,
)
from masthead.press.indesign.markup import clean
from masthead.press.indesign.styles import Mark

BREAK = "\u2028"
"""A new line within a paragraph."""

QUOTATION_MARKS = {
    "da": "»«",
    "de": "„“",
    "es": "«»",
    "fi": "””",
    "fr": "«»",
    "it": "«»",
    "nl": "‘’",
    "pl": "„”",
    "sv": "””",
}
"""By language; English ones where none are known."""


@dataclass(frozen=True)
class Run:
    """Letters that look alike; or the place of a note, which has no letters of its own."""

    text: str = ""
    marks: frozenset[Mark] = frozenset()
    language: str = ""
    """Empty where it is the paragraph's."""
    address: str = ""
    note: str = ""


@dataclass(frozen=True)
class Flattening:
    """Makes runs of words, for one article."""

    language: str
    sources: Mapping[str, int]
    """The numbers of the sources that are listed."""

    def runs(self, words: Words, around: Run = Run()) -> Iterator[Run]:
        """Yield the runs of words that stand in `around`."""
        for word in words:
            yield from getattr(self, WORDS[type(word)])(word, around)

    def text(self, word: Text, around: Run) -> Iterator[Run]:
        if text := clean(word.text).replace("\n", BREAK):
            yield replace(around, text=text)

    def code_span(self, word: CodeSpan, around: Run) -> Iterator[Run]:
        yield from self.text(Text(word.text), _marked(around, Mark.CODE))

    def line_break(self, word: LineBreak, around: Run) -> Iterator[Run]:
        yield replace(around, text=BREAK)

    def mark(
        self, word: Emphasis | Strong | SmallCaps | Subscript | Superscript, around: Run
    ) -> Iterator[Run]:
        return self.runs(word.children, _marked(around, MARKS[type(word)]))

    def link(self, word: Link, around: Run) -> Iterator[Run]:
        address = "" if addresses.is_key(word.href) else addresses.public(word.href)
        if address:
            around = replace(_marked(around, Mark.LINK), address=address)
        return self.runs(word.children, around)

    def language_span(self, word: LanguageSpan, around: Run) -> Iterator[Run]:
        inside = replace(_marked(around, Mark.OTHER_LANGUAGE), language=word.language)
        return self.runs(word.children, inside)

    def quotation(self, word: Quotation, around: Run) -> Iterator[Run]:
        primary = (around.language or self.language).lower().partition("-")[0]
        marks = QUOTATION_MARKS.get(primary, "“”")
        # The French keep a narrow space within.
        space = "\u202f" if primary == "fr" else ""
        yield replace(around, text=marks[0] + space)
        yield from self.runs(word.children, around)
        yield replace(around, text=space + marks[1])

    def mention(self, word: Mention, around: Run) -> Iterator[Run]:
        return self.runs(word.children, around)

    def citation(self, word: Citation, around: Run) -> Iterator[Run]:
        yield from self.runs(word.children, around)
        if (number := self.sources.get(word.source)) is not None:
            locator = clean(word.locator)
            told = f"{number}, {locator}" if locator else str(number)
            yield replace(around, text=f" [{told}]")

    def footnote_reference(self, word: FootnoteReference, around: Run) -> Iterator[Run]:
        yield replace(around, note=word.note)


def plain(runs: Iterator[Run]) -> str:
    """Return the letters of runs alone, on one line."""
    return "".join(run.text for run in runs).replace(BREAK, " ")


def _marked(run: Run, mark: Mark) -> Run:
    return replace(run, marks=run.marks | {mark})


WORDS: dict[type[Inline], str] = {
    Text: "text",
    LineBreak: "line_break",
    CodeSpan: "code_span",
    Emphasis: "mark",
    Strong: "mark",
    SmallCaps: "mark",
    Subscript: "mark",
    Superscript: "mark",
    Link: "link",
    LanguageSpan: "language_span",
    Quotation: "quotation",
    Mention: "mention",
    Citation: "citation",
    FootnoteReference: "footnote_reference",
}
"""Which method flattens each kind of word."""

MARKS: dict[type[Inline], Mark] = {
    Emphasis: Mark.EMPHASIS,
    Strong: Mark.STRONG,
    SmallCaps: Mark.SMALL_CAPS,
    Subscript: Mark.SUBSCRIPT,
    Superscript: Mark.SUPERSCRIPT,
}
