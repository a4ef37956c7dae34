"""An article as plain values for the typesetter: dictionaries, lists, text and numbers.

The templates in `typst/` know these values and nothing else of the house. Each block is a
dictionary with its ``kind`` and ``id``; each run of words is a list of dictionaries with
their ``kind``. Numbers of notes and sources are given here, so that they agree with those
of every other edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from masthead.manuscript import addresses, languages
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import (
    Aside,
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
    Footnote,
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
from masthead.manuscript.press_document import Body, PressDocument
from masthead.press import dates, lines
from masthead.press.paper import choices
from masthead.press.paper.choices import Choice
from masthead.press.phrases import ENGLISH, Phrases

Values = dict[str, Any]


OPENERS = ("standard", "picture", "plate", "lit", "column", "brief")
"""The ways in which an article may begin; `typst/openers.typ` draws each."""

COLUMNS = (2, 3)

NO_BREAK = "\u00a0"
LONGEST_KEPT_TOGETHER = 16
"""How many letters of a reference to a source stand on one line; more would leave a hole."""


@dataclass(frozen=True)
class Layout:
    """How an article is laid out in one issue: choices of its placement, not of its manuscript."""

    opener: str = "standard"
    columns: int = 2
    department: str = ""
    """The heading it stands under in the contents."""
    department_page: bool = False
    """Whether a page of its own opens that department before it."""
    choices: Mapping[str, Choice] = field(default_factory=dict)
    """What was chosen for its blocks, by their ids."""


def of_article(
    document: PressDocument,
    decision: Decision,
    phrases: Phrases = ENGLISH,
    layout: Layout = Layout(),
) -> Values:
    """Return one article as the templates set it.

    Keys: ``id``, ``language``, ``direction``, ``kicker``, ``headline``, ``standfirst``,
    ``bylines`` (list of text), ``place``, ``figure`` (a figure block or None), ``blocks``,
    ``sources`` (list of text), ``corrections`` (list of text), ``words`` (the few words that
    the edition says itself, by name), ``layout`` and ``missing`` (the blocks whose picture there is none of).

    Args:
        document: resolved for the edition ``paper``.
        decision: must be for the whole; paper has no lead to show.
        phrases: the edition's own words, in the article's language.
        layout: how it is laid out.

    Raises:
        GateClosed: the decision is not for the whole.
    """
    return _article(document, document.whole.open(decision), phrases, layout)


def of_note(document: PressDocument, phrases: Phrases = ENGLISH) -> Values:
    """Return words that are open to everybody, such as an editor's note, in the same shape."""
    return _article(document, (document.lead,), phrases, Layout(opener="column"))


def _article(
    document: PressDocument, bodies: tuple[Body, ...], phrases: Phrases, layout: Layout
) -> Values:
    notes = {note.id: note for body in bodies for note in body.notes}
    sources = {source.id: source for body in bodies for source in body.sources}
    page = _Page(document, phrases, notes, lines.numbered(notes), lines.numbered(sources))
    front = document.front
    figure = page.figure(front.lead_figure) if front.lead_figure else None
    blocks = [value for body in bodies for value in page.blocks(body.blocks)]
    for block in blocks:
        if choice := layout.choices.get(block["id"]):
            choices.apply(choice, block)
    language = front.language
    return {
        "id": document.key,
        "language": language,
        "direction": document.direction,
        "kicker": lines.clean(front.kicker),
        "headline": lines.clean(front.headline),
        "standfirst": lines.clean(front.standfirst),
        "bylines": [lines.byline(byline) for byline in front.bylines],
        "place": lines.clean(front.dateline.place),
        "figure": figure,
        "blocks": blocks,
        "sources": [lines.source(source, language) for source in sources.values()],
        "corrections": [
            lines.listed(record.kind, dates.day_in(language, record.made_at.date()))
            + f": {record.text}"
            for record in document.corrections
        ],
        "words": {"sources": phrases.sources},
        "layout": {
            "opener": layout.opener,
            "columns": layout.columns,
            "department": layout.department,
            "department_page": layout.department_page and bool(layout.department),
        },
        "missing": page.missing,
    }


@dataclass
class _Page:
    """Sets blocks; knows which notes have been set and which wait beside something afloat."""

    document: PressDocument
    phrases: Phrases
    notes: Mapping[str, Footnote]
    note_numbers: Mapping[str, int]
    source_numbers: Mapping[str, int]
    placed: set[str] = field(default_factory=set)
    afloat: list[Values] | None = None
    level: int = 1
    missing: list[str] = field(default_factory=list)

    @property
    def language(self) -> str:
        """Return the article's."""
        return self.document.front.language

    # --- Blocks -------------------------------------------------------------

    def blocks(self, blocks: Iterable[Block]) -> list[Values]:
        values = (getattr(self, BLOCKS[type(block)])(block) for block in blocks)
        return [value for value in values if value is not None]

    def paragraph(self, block: Paragraph) -> Values | None:
        words = self.words(block.children)
        return self._block(block, "paragraph", words=words) if words else None

    def heading(self, block: Heading) -> Values:
        # A level may not be skipped: who listens to the outline would look for what is missing.
        self.level = min(block.level, self.level + 1)
        return self._block(block, "heading", level=self.level, words=self.words(block.children))

    def figure(self, block: Figure) -> Values | None:
        card = self.document.pictures.get(block.picture)
        if card is None:
            self.missing.append(block.id)
            return None
        caption, notes = self._floating(block.caption)
        part = block.part
        return self._block(
            block,
            "figure",
            picture=block.picture,
            part=[part.left, part.top, part.width, part.height] if part else [0, 0, 1, 1],
            # Of a part that was chosen, no side is dearer than another.
            focus=list(block.focal_point or (0.5, 0.5)) if not part else [0.5, 0.5],
            alternative=""
            if block.decorative
            else lines.clean(block.alternative or card.alternative),
            caption=caption,
            credit=lines.listed(block.place, block.credit or card.credit),
            notes=notes,
        )

    def gallery(self, block: Gallery) -> Values | None:
        figures = [value for one in block.figures if (value := self.figure(one))]
        caption, notes = self._floating(block.caption)
        if not figures:
            return None
        return self._block(block, "gallery", figures=figures, caption=caption, notes=notes)

    def pull_quote(self, block: PullQuote) -> Values:
        words, notes = self._floating(block.children)
        said = lines.attribution(block.attribution, self.language)
        return self._block(block, "pull_quote", words=words, said=said, notes=notes)

    def quotation(self, block: BlockQuotation) -> Values:
        return self._block(
            block,
            "quotation",
            blocks=self.blocks(block.blocks),
            said=lines.attribution(block.attribution, self.language),
            denial=self.phrases.denial if block.denies else "",
        )

    def excerpt(self, block: Excerpt) -> Values:
        day = lines.day(block.published_on, self.language)
        origin = lines.listed(
            block.author, block.title, block.outlet, day, addresses.public(block.url)
        )
        said = f"{self.phrases.excerpt_from} {origin}" if origin else ""
        return self._block(
            block,
            "excerpt",
            blocks=self.blocks(block.blocks),
            said=said,
            permission=lines.clean(block.permission),
        )

    def statement(self, block: Statement) -> Values:
        moment = block.posted_at
        when = dates.moment_in(self.language, moment) if moment else ""
        return self._block(
            block,
            "statement",
            by=lines.clean(" ".join(filter(None, [block.author, block.handle]))),
            blocks=self.blocks(block.blocks),
            said=lines.listed(block.platform, when, addresses.public(block.url)),
        )

    def list_(self, block: List) -> Values:
        items = [self.blocks(item.blocks) for item in block.items]
        return self._block(block, "list", ordered=block.ordered, start=block.start, items=items)

    def table(self, block: Table) -> Values:
        notes: list[Values] = []
        rows = []
        for row in block.rows:
            cells = [self._floating(cell, notes)[0] for cell in row]
            rows.append(cells)
        header = [self._floating(cell, notes)[0] for cell in block.header]
        return self._block(
            block,
            "table",
            header=header,
            rows=rows,
            alignments=list(block.alignments),
            row_headings=block.row_headings,
            caption=self._floating(block.caption, notes)[0],
            source=f"{self.phrases.source} {lines.clean(block.source)}" if block.source else "",
            notes=notes,
        )

    def key_figure(self, block: KeyFigure) -> Values:
        source = lines.listed(block.source, addresses.public(block.url))
        facts = [
            f"{self.phrases.before} {block.before}" if block.before else "",
            f"{self.phrases.as_of} {block.as_of}" if block.as_of else "",
            f"{self.phrases.source} {source}" if source else "",
        ]
        return self._block(
            block,
            "key_figure",
            label=lines.clean(block.label),
            value=lines.clean(block.value),
            unit=lines.clean(block.unit),
            facts=lines.listed(*facts),
        )

    def aside(self, block: Aside) -> Values:
        return self._block(
            block, "aside", title=lines.clean(block.title), blocks=self.blocks(block.blocks)
        )

    def code(self, block: Code) -> Values:
        caption, notes = self._floating(block.caption)
        text = lines.clean(block.text)
        return self._block(block, "code", text=text, caption=caption, notes=notes)

    def embed(self, block: Embed) -> Values:
        where = lines.listed(block.provider, addresses.public(block.url))
        see = f"{self.phrases.elsewhere} {where}" if where else ""
        words = self.words(block.fallback)
        return self._block(block, "elsewhere", title=lines.clean(block.title), words=words, see=see)

    def audio(self, block: Audio) -> Values:
        return self._block(
            block,
            "recording",
            title=lines.listed(block.title, dates.duration(block.seconds), block.credit),
            label=self.phrases.transcript if block.transcript else "",
            blocks=self.blocks(block.transcript),
        )

    def divider(self, block: Divider) -> Values:
        return self._block(block, "divider")

    def page_break(self, block: PageBreak) -> Values | None:
        # Parts are the web's. On paper the text runs on, under the part's title if it has one.
        if not block.title:
            return None
        title = [{"kind": "text", "text": lines.clean(block.title)}]
        self.level = 2
        return self._block(block, "heading", level=2, words=title)

    def nothing(self, block: LeadMarker) -> None:
        return None

    def _block(self, block: Block, kind: str, **values: Any) -> Values:
        return {"kind": kind, "id": block.id, **values}

    # --- Words --------------------------------------------------------------

    def words(self, words: Words) -> list[Values]:
        return [
            value for word in words for value in getattr(self, WORDS[type(word)])(word) if value
        ]

    def _floating(
        self, words: Words, notes: list[Values] | None = None
    ) -> tuple[list[Values], list[Values]]:
        """Return words that float, and the notes to be set below them.

        The typesetter drops a footnote that is called from something afloat, without a word.
        """
        around, self.afloat = self.afloat, [] if notes is None else notes
        try:
            return self.words(words), self.afloat
        finally:
            self.afloat = around

    def text(self, word: Text) -> list[Values]:
        return [{"kind": "text", "text": lines.clean(word.text)}]

    def code_span(self, word: CodeSpan) -> list[Values]:
        return [{"kind": "code", "text": lines.clean(word.text)}]

    def line_break(self, word: LineBreak) -> list[Values]:
        return [{"kind": "break"}]

    def mark(
        self, word: Emphasis | Strong | SmallCaps | Subscript | Superscript | Quotation
    ) -> list[Values]:
        return [{"kind": MARKS[type(word)], "words": self.words(word.children)}]

    def language_span(self, word: LanguageSpan) -> list[Values]:
        return [
            {
                "kind": "language",
                "language": word.language,
                "direction": languages.direction(word.language),
                "words": self.words(word.children),
            }
        ]

    def link(self, word: Link) -> list[Values]:
        key = addresses.is_key(word.href)
        card = self.document.cards.get(word.href) if key else None
        address = "" if key else addresses.public(word.href)
        article = word.href.partition(":")[2] if card and card.kind == "article" else ""
        if not (address or article):
            return self.words(word.children)
        words = self.words(word.children)
        return [{"kind": "link", "address": address, "article": article, "words": words}]

    def mention(self, word: Mention) -> list[Values]:
        return self.words(word.children)

    def citation(self, word: Citation) -> list[Values]:
        words = self.words(word.children)
        number = self.source_numbers.get(word.source)
        if number is None:
            return words
        reference = lines.listed(str(number), word.locator)
        if len(reference) <= LONGEST_KEPT_TOGETHER:
            reference = reference.replace(" ", NO_BREAK)
        return [*words, {"kind": "text", "text": f"{NO_BREAK}[{reference}]"}]

    def footnote_reference(self, word: FootnoteReference) -> list[Values]:
        number = self.note_numbers.get(word.note)
        if number is None:
            return []
        if word.note in self.placed:
            return [{"kind": "note_again", "number": number}]
        self.placed.add(word.note)
        around, self.afloat = self.afloat, None
        words = self.words(self.notes[word.note].children)
        self.afloat = around
        if around is None:
            return [{"kind": "note", "number": number, "words": words}]
        around.append({"number": number, "words": words})
        return [{"kind": "note_again", "number": number}]

    # --- Around the text ----------------------------------------------------


BLOCKS: dict[type[Block], str] = {
    Paragraph: "paragraph",
    Heading: "heading",
    Figure: "figure",
    Gallery: "gallery",
    PullQuote: "pull_quote",
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
    CodeSpan: "code_span",
    Emphasis: "mark",
    Strong: "mark",
    SmallCaps: "mark",
    Subscript: "mark",
    Superscript: "mark",
    Link: "link",
    LanguageSpan: "language_span",
    Quotation: "mark",
    Mention: "mention",
    Citation: "citation",
    FootnoteReference: "footnote_reference",
}
"""Which method sets each kind of word."""

MARKS: dict[type[Inline], str] = {
    Emphasis: "emphasis",
    Strong: "strong",
    SmallCaps: "small_caps",
    Subscript: "subscript",
    Superscript: "superscript",
    Quotation: "quotation",
}
