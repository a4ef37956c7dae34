"""What of an article is said: one sentence after another, each with the words it is read from.

Whatever is only looked at is left out: pictures and their captions, credits, tables, code, notes,
addresses, pull quotes, which say again what the text says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import (
    Aside,
    Attribution,
    Audio,
    Block,
    BlockQuotation,
    Code,
    CodeSpan,
    Divider,
    Embed,
    Excerpt,
    Figure,
    FootnoteReference,
    Gallery,
    Heading,
    Inline,
    KeyFigure,
    LanguageSpan,
    LeadMarker,
    LineBreak,
    List,
    PageBreak,
    Paragraph,
    PullQuote,
    Statement,
    Table,
    Text,
    Words,
)
from masthead.manuscript.press_document import PressDocument
from masthead.press import lines
from masthead.press.phrases import ENGLISH, Phrases
from masthead.press.speech import sentences
from masthead.press.speech.lexicon import Lexicon
from masthead.press.speech.spoken import spoken

PAUSE_SENTENCE = 0.35
PAUSE_PARAGRAPH = 0.70
PAUSE_BEFORE_HEADING = 0.90
PAUSE_AFTER_HEADING = 0.60
PAUSE_DIVIDER = 1.20
"""Seconds of silence before a sentence, by what went before it."""

HEADLINE, STANDFIRST, BYLINE, OPENING = "headline", "standfirst", "byline", "opening"
"""What stands for the id of a block where the words are not of one."""


@dataclass(frozen=True)
class Sentence:
    """One sentence: what is shown, where, and what is said."""

    id: str
    """Of the article's, such as ``b7-s2``: the second of block ``b7``."""
    block: str
    start: int
    end: int
    """Where it stands in the words of its block; both 0 where nothing is shown of it."""
    text: str
    """As displayed; empty where nothing is."""
    spoken: str
    language: str
    pause: float
    """Seconds of silence before it."""


def of_article(
    document: PressDocument,
    decision: Decision,
    phrases: Phrases = ENGLISH,
    *,
    opening: str = "",
    lexicon: Lexicon | None = None,
) -> list[Sentence]:
    """Return what is said of an article, in order.

    Args:
        document: resolved for the edition ``speech``.
        decision: what of it may be said; for the whole, or for the lead.
        phrases: the few words that an edition says itself, in the article's language.
        opening: said after the byline, such as “From The Lantern, number 18”.
        lexicon: how words are said that a voice would mispronounce.

    Raises:
        IndexError: this reader may have nothing.
    """
    full = decision.parts == "full"
    bodies = document.whole.open(decision) if full else (document.body(decision),)
    front = document.front
    script = _Script(front.language, phrases, lexicon or Lexicon())
    script.say(HEADLINE, front.headline)
    script.wait(PAUSE_AFTER_HEADING)
    script.say(STANDFIRST, front.standfirst)
    script.wait(PAUSE_PARAGRAPH)
    script.alone(BYLINE, ". ".join(lines.byline(one) for one in front.bylines))
    script.alone(OPENING, opening)
    script.wait(PAUSE_BEFORE_HEADING)
    for body in bodies:
        script.blocks(body.blocks)
    return script.said


@dataclass
class _Script:
    """Writes down what is said, and knows how long to wait before the next sentence."""

    language: str
    phrases: Phrases
    lexicon: Lexicon
    said: list[Sentence] = field(default_factory=list)
    pause: float = 0

    def wait(self, seconds: float) -> None:
        """Let at least so much silence be before the next sentence."""
        if self.said:
            self.pause = max(self.pause, seconds)

    def say(
        self, block: str, text: str, language: str = "", before: str = "", after: str = ""
    ) -> None:
        """Say the words of a block; `before` and `after` are heard, and not seen."""
        language = language or self.language
        parts = sentences.split(text, language)
        for number, (start, end) in enumerate(parts):
            said = spoken(text[start:end], language, self.lexicon)
            if number == 0:
                said = f"{before} {said}".strip()
            if number == len(parts) - 1:
                said = f"{said} {after}".strip()
            self._add(f"{block}-s{number + 1}", block, start, end, text[start:end], said, language)

    def alone(self, block: str, text: str) -> None:
        """Say something that is not shown in these words."""
        if said := spoken(text, self.language, self.lexicon):
            self._add(f"{block}-said", block, 0, 0, "", said, self.language)
            self.wait(PAUSE_PARAGRAPH)

    def _add(
        self, key: str, block: str, start: int, end: int, text: str, said: str, language: str
    ) -> None:
        self.said.append(Sentence(key, block, start, end, text, said, language, self.pause))
        self.pause = PAUSE_SENTENCE

    # --- Blocks -------------------------------------------------------------

    def blocks(self, blocks: Iterable[Block], before: str = "", after: str = "") -> None:
        """Say blocks one after another; the first after `before`, the last ahead of `after`."""
        heard = [block for block in blocks if BLOCKS[type(block)]]
        for number, block in enumerate(heard):
            first, last = number == 0, number == len(heard) - 1
            if isinstance(block, Paragraph):
                self.paragraph(block, before if first else "", after if last else "")
            else:
                if first and before:
                    self.alone(block.id, before)
                getattr(self, BLOCKS[type(block)])(block)
                if last and after:
                    self.alone(f"{block.id}-end", after)

    def paragraph(self, block: Paragraph, before: str = "", after: str = "") -> None:
        self.wait(PAUSE_PARAGRAPH)
        text, language = displayed(block.children), _only_language(block.children)
        self.say(block.id, text, language or self.language, before, after)
        self.wait(PAUSE_PARAGRAPH)

    def heading(self, block: Heading) -> None:
        self.wait(PAUSE_BEFORE_HEADING)
        self.say(block.id, displayed(block.children), _only_language(block.children))
        self.wait(PAUSE_AFTER_HEADING)

    def part(self, block: PageBreak) -> None:
        self.wait(PAUSE_BEFORE_HEADING)
        self.say(block.id, block.title)
        self.wait(PAUSE_AFTER_HEADING)

    def quotation(self, block: BlockQuotation) -> None:
        self.wait(PAUSE_PARAGRAPH)
        speaker = _speaker(block.attribution)
        if block.denies:
            speaker = ". ".join(filter(None, [self.phrases.denial, speaker]))
        self.alone(f"{block.id}-by", speaker)
        self.blocks(block.blocks)

    def excerpt(self, block: Excerpt) -> None:
        self.wait(PAUSE_PARAGRAPH)
        self.alone(f"{block.id}-by", lines.listed(block.author, block.title, block.outlet))
        # Nobody hears where somebody else's words begin and end.
        self.blocks(block.blocks, f"{self.phrases.quote}:", f"{self.phrases.end_quote}.")

    def statement(self, block: Statement) -> None:
        self.wait(PAUSE_PARAGRAPH)
        self.alone(f"{block.id}-by", lines.listed(block.author, block.platform))
        self.blocks(block.blocks, f"{self.phrases.quote}:", f"{self.phrases.end_quote}.")

    def list_(self, block: List) -> None:
        for item in block.items:
            self.blocks(item.blocks)

    def key_figure(self, block: KeyFigure) -> None:
        self.wait(PAUSE_PARAGRAPH)
        figure = block.spoken or " ".join(filter(None, [block.value, block.unit]))
        self.alone(block.id, f"{block.label}: {figure}.")

    def aside(self, block: Aside) -> None:
        self.wait(PAUSE_BEFORE_HEADING)
        self.alone(f"{block.id}-title", block.title)
        self.blocks(block.blocks)
        self.wait(PAUSE_BEFORE_HEADING)

    def embed(self, block: Embed) -> None:
        self.wait(PAUSE_PARAGRAPH)
        self.alone(block.id, displayed(block.fallback))

    def divider(self, block: Divider) -> None:
        self.wait(PAUSE_DIVIDER)


def displayed(words: Words) -> str:
    """Return the words of a block as a reader sees them, without the numbers of notes and sources."""
    return "".join(_displayed(words))


def _displayed(words: Iterable[Inline]) -> Iterator[str]:
    for word in words:
        if isinstance(word, Text | CodeSpan):
            yield word.text
        elif isinstance(word, LineBreak):
            yield "\n"
        elif not isinstance(word, FootnoteReference):
            yield from _displayed(word.children)


def _only_language(words: Words) -> str:
    """Return the other language that all of a block is in; empty if it is not."""
    (first, *more) = words or (None,)
    return first.language if isinstance(first, LanguageSpan) and not more else ""


def _speaker(said: Attribution) -> str:
    return lines.listed(said.speaker, said.role) and f"{lines.listed(said.speaker, said.role)}:"


BLOCKS: dict[type[Block], str] = {
    Paragraph: "paragraph",
    Heading: "heading",
    BlockQuotation: "quotation",
    Excerpt: "excerpt",
    Statement: "statement",
    List: "list_",
    KeyFigure: "key_figure",
    Aside: "aside",
    Embed: "embed",
    Divider: "divider",
    PageBreak: "part",
    # Only looked at, heard elsewhere, or said again.
    Figure: "",
    Gallery: "",
    PullQuote: "",
    Table: "",
    Code: "",
    Audio: "",
    LeadMarker: "",
}
