"""The plain text edition: every word of an article, with nothing but line breaks.

Made for terminals, for mail that has no HTML, and for whoever wants to look at the words
alone. Quotations are marked as in mail, notes and sources stand at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import indent

from masthead.manuscript import addresses
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import (
    Aside,
    Attribution,
    Audio,
    Block,
    BlockQuotation,
    Citation,
    Code,
    CodeSpan,
    Divider,
    Embed,
    Emphasis,
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
    Link,
    List,
    Mention,
    PageBreak,
    Paragraph,
    PullQuote,
    Quotation,
    SmallCaps,
    Statement,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    Words,
)
from masthead.manuscript.press_document import PressDocument
from masthead.press import dates, lines
from masthead.press.phrases import ENGLISH, Phrases


def render(document: PressDocument, decision: Decision, phrases: Phrases = ENGLISH) -> str:
    """Return what this reader may have, all parts in one, as plain text.

    Raises:
        IndexError: this reader may have nothing.
    """
    full = decision.parts == "full"
    bodies = document.whole.open(decision) if full else (document.body(decision),)
    notes = {note.id: note for body in bodies for note in body.notes}
    sources = {source.id: source for body in bodies for source in body.sources}
    sheet = _Sheet(document, phrases, lines.numbered(notes), lines.numbered(sources))
    front = document.front
    pieces = [front.kicker, front.headline, front.standfirst]
    if front.lead_figure:
        pieces.append(sheet.figure(front.lead_figure))
    pieces += [sheet.blocks(body.blocks) for body in bodies]
    if notes:
        told = [f"[{sheet.notes[one]}] {sheet.words(notes[one].children)}" for one in notes]
        pieces.append("\n".join([phrases.notes, *told]))
    if sources:
        told = [
            f"{sheet.sources[one]}. {lines.source(sources[one], sheet.language)}" for one in sources
        ]
        pieces.append("\n".join([phrases.sources, *told]))
    return _apart(*pieces) + "\n"


def _apart(*pieces: str) -> str:
    return "\n\n".join(filter(None, pieces))


def _below(*pieces: str) -> str:
    return "\n".join(filter(None, pieces))


@dataclass(frozen=True)
class _Sheet:
    document: PressDocument
    phrases: Phrases
    notes: Mapping[str, int]
    sources: Mapping[str, int]

    @property
    def language(self) -> str:
        """Return the article's."""
        return self.document.front.language

    # --- Blocks -------------------------------------------------------------

    def blocks(self, blocks: Iterable[Block]) -> str:
        return _apart(*(getattr(self, BLOCKS[type(block)])(block) for block in blocks))

    def paragraph(self, block: Paragraph | Heading) -> str:
        return self.words(block.children)

    def figure(self, block: Figure) -> str:
        card = self.document.pictures.get(block.picture)
        if card is None:
            return ""
        seen = "" if block.decorative else block.alternative or card.alternative
        picture = f"[{self.phrases.picture}: {seen}]" if seen else ""
        facts = lines.listed(block.place, block.credit or card.credit)
        return _below(picture, self.words(block.caption), facts)

    def gallery(self, block: Gallery) -> str:
        figures = _apart(*map(self.figure, block.figures))
        return _apart(figures, self.words(block.caption)) if figures else ""

    def nothing(self, block: PullQuote | LeadMarker) -> str:
        # The words of a pull quote stand in the text already.
        return ""

    def quotation(self, block: BlockQuotation) -> str:
        denial = f"({self.phrases.denial})" if block.denies else ""
        said = self.attribution(block.attribution)
        return _below(_quoted(self.blocks(block.blocks)), f"{said} {denial}".strip())

    def excerpt(self, block: Excerpt) -> str:
        day = lines.day(block.published_on, self.language)
        origin = lines.listed(
            block.author, block.title, block.outlet, day, addresses.public(block.url)
        )
        told = f"{self.phrases.excerpt_from} {origin}" if origin else ""
        return _below(_quoted(self.blocks(block.blocks)), told, block.permission)

    def statement(self, block: Statement) -> str:
        moment = block.posted_at
        when = dates.moment_in(self.language, moment) if moment else ""
        by = " ".join(filter(None, [block.author, block.handle]))
        where = lines.listed(block.platform, when, addresses.public(block.url))
        return _below(by, _quoted(self.blocks(block.blocks)), where)

    def list_(self, block: List) -> str:
        items = []
        for number, item in enumerate(block.items, block.start):
            mark = f"{number}. " if block.ordered else "- "
            words = indent(self.blocks(item.blocks), " " * len(mark))
            items.append(mark + words[len(mark) :])
        return "\n".join(items)

    def table(self, block: Table) -> str:
        rows = [*([block.header] if block.header else []), *block.rows]
        told = [" | ".join(map(self.words, row)) for row in rows]
        source = f"{self.phrases.source} {block.source}" if block.source else ""
        return _below(self.words(block.caption), *told, source)

    def key_figure(self, block: KeyFigure) -> str:
        value = " ".join(filter(None, [block.value, block.unit]))
        source = lines.listed(block.source, addresses.public(block.url))
        facts = [
            f"{self.phrases.before} {block.before}" if block.before else "",
            f"{self.phrases.as_of} {block.as_of}" if block.as_of else "",
            f"{self.phrases.source} {source}" if source else "",
        ]
        return _below(": ".join(filter(None, [block.label, value])), lines.listed(*facts))

    def aside(self, block: Aside) -> str:
        return indent(_apart(block.title, self.blocks(block.blocks)), "    ")

    def code(self, block: Code) -> str:
        return _apart(indent(block.text, "    "), self.words(block.caption))

    def embed(self, block: Embed) -> str:
        where = lines.listed(block.provider, addresses.public(block.url))
        see = f"{self.phrases.elsewhere} {where}" if where else ""
        return _below(block.title, self.words(block.fallback), see)

    def audio(self, block: Audio) -> str:
        title = lines.listed(block.title, dates.duration(block.seconds), block.credit)
        transcript = self.blocks(block.transcript)
        return _apart(title, indent(transcript, "    "))

    def divider(self, block: Divider) -> str:
        return "* * *"

    def page_break(self, block: PageBreak) -> str:
        return block.title

    # --- Words --------------------------------------------------------------

    def words(self, words: Words) -> str:
        return "".join(getattr(self, WORDS[type(word)])(word) for word in words)

    def text(self, word: Text | CodeSpan) -> str:
        return word.text

    def line_break(self, word: LineBreak) -> str:
        return "\n"

    def mark(
        self,
        word: Emphasis | Strong | SmallCaps | Subscript | Superscript | LanguageSpan | Mention,
    ) -> str:
        return self.words(word.children)

    def link(self, word: Link) -> str:
        words, address = self.words(word.children), addresses.public(word.href)
        return f"{words} ({address})" if address and address != words else words

    def inline_quotation(self, word: Quotation) -> str:
        return f"“{self.words(word.children)}”"

    def citation(self, word: Citation) -> str:
        words = self.words(word.children)
        number = self.sources.get(word.source)
        if number is None:
            return words
        return f"{words} ({lines.listed(f'{self.phrases.source} {number}', word.locator)})"

    def footnote_reference(self, word: FootnoteReference) -> str:
        return f"[{self.notes[word.note]}]" if word.note in self.notes else ""

    # --- Around the text ----------------------------------------------------

    def attribution(self, said: Attribution) -> str:
        facts = lines.listed(lines.attribution(said, self.language), addresses.public(said.url))
        return f"— {facts}" if facts else ""


def _quoted(text: str) -> str:
    return indent(text, "> ", lambda line: True)


BLOCKS: dict[type[Block], str] = {
    Paragraph: "paragraph",
    Heading: "paragraph",
    Figure: "figure",
    Gallery: "gallery",
    PullQuote: "nothing",
    BlockQuotation: "quotation",
    Excerpt: "excerpt",
    Statement: "statement",
    List: "list_",
    Table: "table",
    KeyFigure: "key_figure",
    Aside: "aside",
    Code: "code",
    Embed: "embed",
    Audio: "audio",
    Divider: "divider",
    PageBreak: "page_break",
    LeadMarker: "nothing",
}
"""Which method sets each kind of block."""

WORDS: dict[type[Inline], str] = {
    Text: "text",
    LineBreak: "line_break",
    CodeSpan: "text",
    Emphasis: "mark",
    Strong: "mark",
    SmallCaps: "mark",
    Subscript: "mark",
    Superscript: "mark",
    Link: "link",
    LanguageSpan: "mark",
    Quotation: "inline_quotation",
    Mention: "mark",
    Citation: "citation",
    FootnoteReference: "footnote_reference",
}
"""Which method sets each kind of word."""
