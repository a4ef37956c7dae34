"""An article as an InCopy file (ICML) that InDesign places: every word, in named styles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from masthead.manuscript import addresses
from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import (
    Aside,
    Audio,
    Block,
    BlockQuotation,
    Code,
    Divider,
    Embed,
    Excerpt,
    Figure,
    Gallery,
    Heading,
    KeyFigure,
    LeadMarker,
    List,
    PageBreak,
    Paragraph,
    PullQuote,
    Source,
    Statement,
    Table,
    Words,
)
from masthead.manuscript.press_document import Body, PressDocument
from masthead.press import dates, lines
from masthead.press.indesign import snippet, styles
from masthead.press.indesign.markup import Element, clean
from masthead.press.indesign.sheet import Sheet
from masthead.press.indesign.styles import Style
from masthead.press.indesign.words import BREAK, Flattening, Run, plain
from masthead.press.phrases import ENGLISH, Phrases

SUBHEADINGS = (Style.SUBHEADING, Style.SUBHEADING_2, Style.SUBHEADING_3)


@dataclass(frozen=True)
class Shown:
    """A picture where it stands in a story, for the list of captions and credits."""

    picture: str
    caption: str
    credit: str
    alternative: str


@dataclass(frozen=True)
class Made:
    """What became of an article."""

    icml: str
    shown: list[Shown]
    missing: list[str]
    """The blocks whose picture there is none of."""


def of_article(
    document: PressDocument,
    decision: Decision,
    name_of: Callable[[str], str],
    phrases: Phrases = ENGLISH,
) -> Made:
    """Return the whole article as an InCopy file.

    Args:
        document: resolved for the edition ``paper``.
        decision: must be for the whole.
        name_of: what the file of a picture is called, by its key; asked in the order in which
            they stand.
        phrases: the edition's own words, in the article's language.

    Raises:
        GateClosed: the decision is not for the whole.
    """
    return _made(document, document.whole.open(decision), name_of, phrases)


def of_note(
    document: PressDocument, name_of: Callable[[str], str], phrases: Phrases = ENGLISH
) -> Made:
    """Return words that are open to everybody, such as an editor's note, in the same way."""
    return _made(document, (document.lead,), name_of, phrases)


def _made(
    document: PressDocument,
    bodies: Sequence[Body],
    name_of: Callable[[str], str],
    phrases: Phrases,
) -> Made:
    front = document.front
    notes = {note.id: note for body in bodies for note in body.notes}
    sources = {source.id: source for body in bodies for source in body.sources}
    numbers = {one: number for number, one in enumerate(sources, 1)}
    story = Element("Story", {"Self": "story", "TrackChanges": "false", "AppliedTOCStyle": "n",
                              "AppliedNamedGrid": "n", "StoryTitle": front.headline})  # fmt: skip
    preferred = {"OpticalMarginAlignment": "false"}
    if document.direction == "rtl":
        preferred["StoryDirection"] = styles.RIGHT_TO_LEFT
    story.add("StoryPreference", **preferred)
    sheet = Sheet(Flattening(front.language, numbers), notes, story)
    setting = _Setting(document, phrases, sheet, name_of)
    setting.front()
    for body in bodies:
        setting.blocks(body.blocks)
    setting.end(list(sources.values()))
    icml = snippet.write(story, sheet.links, front.language, document.direction)
    return Made(icml, setting.shown, setting.missing)


@dataclass
class _Setting:
    """Sets one article, block after block."""

    document: PressDocument
    phrases: Phrases
    sheet: Sheet
    name_of: Callable[[str], str]
    shown: list[Shown] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    within: Style | None = None
    """How paragraphs are set in what surrounds them; None in the body."""
    first: bool = True
    depth: int = 0

    @property
    def language(self) -> str:
        """Return the article's."""
        return self.document.front.language

    def front(self) -> None:
        front = self.document.front
        put = self.sheet.paragraph
        put(Style.KICKER, clean(front.kicker))
        put(Style.HEADLINE, clean(front.headline))
        put(Style.STANDFIRST, clean(front.standfirst))
        for byline in front.bylines:
            put(Style.BYLINE, lines.byline(byline))
        if front.lead_figure:
            self.figure(front.lead_figure)
        put(Style.DATELINE, clean(front.dateline.place))

    def end(self, sources: list[Source]) -> None:
        if sources:
            self.sheet.paragraph(Style.SOURCES_TITLE, self.phrases.sources)
        for number, source in enumerate(sources, 1):
            self.sheet.paragraph(Style.SOURCE, f"{number}. {lines.source(source, self.language)}")
        language = self.language
        for record in self.document.corrections:
            day = dates.day_in(language, record.made_at.date())
            told = f"{lines.listed(record.kind, day)}: {clean(record.text)}"
            self.sheet.paragraph(Style.CORRECTION, told)

    # --- Blocks -------------------------------------------------------------

    def blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            getattr(self, BLOCKS[type(block)])(block)

    def inside(self, blocks: Iterable[Block], style: Style) -> None:
        around, self.within = self.within, style
        self.blocks(blocks)
        self.within = around

    def paragraph(self, block: Paragraph) -> None:
        style = self.within or (Style.BODY_FIRST if self.first else Style.BODY)
        if self.sheet.paragraph(style, self.words(block.children)) and self.within is None:
            self.first = False

    def heading(self, block: Heading) -> None:
        style = SUBHEADINGS[min(max(block.level - 2, 0), len(SUBHEADINGS) - 1)]
        self.sheet.paragraph(style, self.words(block.children))
        self.first = True

    def figure(self, block: Figure) -> None:
        self.picture(
            block,
            block.picture,
            block.alternative,
            block.caption,
            place=block.place,
            credit=block.credit,
            decorative=block.decorative,
        )

    def picture(
        self,
        block: Block,
        key: str,
        alternative: str,
        caption: Words = (),
        *,
        place: str = "",
        credit: str = "",
        decorative: bool = False,
    ) -> None:
        card = self.document.pictures.get(key)
        if card is None:
            self.missing.append(block.id)
            return
        told = lines.listed(place, credit or card.credit)
        self.sheet.paragraph(Style.PICTURE, self.name_of(key))
        self.sheet.paragraph(Style.CAPTION, self.words(caption))
        self.sheet.paragraph(Style.CREDIT, told)
        seen = "" if decorative else clean(alternative or card.alternative)
        self.shown.append(Shown(key, plain(self.sheet.flattening.runs(caption)), told, seen))

    def gallery(self, block: Gallery) -> None:
        for figure in block.figures:
            self.figure(figure)
        self.sheet.paragraph(Style.CAPTION, self.words(block.caption))

    def pull_quote(self, block: PullQuote) -> None:
        self.sheet.paragraph(Style.PULL_QUOTE, self.words(block.children))
        self.sheet.paragraph(Style.ATTRIBUTION, lines.attribution(block.attribution, self.language))

    def quotation(self, block: BlockQuotation) -> None:
        self.inside(block.blocks, Style.QUOTATION)
        said = lines.attribution(block.attribution, self.language)
        denial = f"({self.phrases.denial})" if block.denies else ""
        self.sheet.paragraph(Style.ATTRIBUTION, f"{said} {denial}".strip())

    def excerpt(self, block: Excerpt) -> None:
        self.inside(block.blocks, Style.EXCERPT)
        day, url = lines.day(block.published_on, self.language), addresses.public(block.url)
        origin = lines.listed(block.author, block.title, block.outlet, day, url)
        told = f"{self.phrases.excerpt_from} {origin}" if origin else ""
        self.sheet.paragraph(Style.ATTRIBUTION, told)
        self.sheet.paragraph(Style.CREDIT, clean(block.permission))

    def statement(self, block: Statement) -> None:
        by = clean(" ".join(filter(None, [block.author, block.handle])))
        self.sheet.paragraph(Style.STATEMENT_BY, by)
        self.inside(block.blocks, Style.STATEMENT)
        moment = block.posted_at
        when = dates.moment_in(self.language, moment) if moment else ""
        told = lines.listed(block.platform, when, addresses.public(block.url))
        self.sheet.paragraph(Style.ATTRIBUTION, told)

    def list_(self, block: List) -> None:
        styled = ITEMS[block.ordered][min(self.depth, 1)]
        self.depth += 1
        begins = {"NumberingContinue": "false", "NumberingStartAt": str(block.start)}
        for item in block.items:
            head, *rest = item.blocks or (None,)
            if isinstance(head, Paragraph):
                told = begins if block.ordered else {}
                if self.sheet.paragraph(styled, self.words(head.children), **told):
                    begins = {}
            elif head is not None:
                self.inside([head], Style.LIST_CONTINUED)
            self.inside(rest, Style.LIST_CONTINUED)
        self.depth -= 1

    def table(self, block: Table) -> None:
        self.sheet.paragraph(Style.CAPTION, self.words(block.caption))
        heads = [block.header] if block.header else []
        set_rows = [[(Style.TABLE_HEADING, self.words(cell)) for cell in row] for row in heads]
        for row in block.rows:
            first = Style.TABLE_HEADING if block.row_headings else Style.TABLE_TEXT
            styled = [first, *[Style.TABLE_TEXT] * len(row)]
            set_rows.append([(styled[at], self.words(cell)) for at, cell in enumerate(row)])
        if set_rows:
            wide = max(map(len, set_rows))
            sides = [*block.alignments, *["start"] * wide][:wide]
            direction = self.document.direction
            justified = [JUSTIFIED[direction][side] for side in sides]
            self.sheet.table(set_rows, len(heads), justified, direction)
        source = f"{self.phrases.source} {clean(block.source)}" if block.source else ""
        self.sheet.paragraph(Style.TABLE_NOTE, source)

    def key_figure(self, block: KeyFigure) -> None:
        source = lines.listed(block.source, addresses.public(block.url))
        facts = [
            f"{self.phrases.before} {block.before}" if block.before else "",
            f"{self.phrases.as_of} {block.as_of}" if block.as_of else "",
            f"{self.phrases.source} {source}" if source else "",
        ]
        self.sheet.paragraph(Style.KEY_FIGURE_LABEL, clean(block.label))
        value = clean(" ".join(filter(None, [block.value, block.unit])))
        self.sheet.paragraph(Style.KEY_FIGURE, value)
        self.sheet.paragraph(Style.KEY_FIGURE_FACTS, lines.listed(*facts))

    def aside(self, block: Aside) -> None:
        self.sheet.paragraph(Style.ASIDE_TITLE, clean(block.title))
        self.inside(block.blocks, Style.ASIDE_TEXT)

    def code(self, block: Code) -> None:
        code = clean(block.text).rstrip("\n").replace("\n", BREAK)
        self.sheet.paragraph(Style.CODE, code)
        self.sheet.paragraph(Style.CAPTION, self.words(block.caption))

    def embed(self, block: Embed) -> None:
        self.sheet.paragraph(Style.ELSEWHERE_TITLE, clean(block.title))
        if block.picture in self.document.pictures:
            self.picture(block, block.picture, block.alternative)
        self.sheet.paragraph(Style.ELSEWHERE, self.words(block.fallback))
        where = lines.listed(block.provider, addresses.public(block.url))
        self.sheet.paragraph(Style.ELSEWHERE, f"{self.phrases.elsewhere} {where}" if where else "")

    def audio(self, block: Audio) -> None:
        title = lines.listed(block.title, dates.duration(block.seconds), block.credit)
        self.sheet.paragraph(Style.RECORDING, title)
        if block.transcript:
            self.sheet.paragraph(Style.TRANSCRIPT_TITLE, self.phrases.transcript)
            self.inside(block.transcript, Style.TRANSCRIPT)

    def divider(self, block: Divider) -> None:
        self.sheet.paragraph(Style.DIVIDER, "* * *")
        self.first = True

    def page_break(self, block: PageBreak) -> None:
        self.sheet.paragraph(Style.PART_TITLE, clean(block.title))
        self.first = True

    def nothing(self, block: LeadMarker) -> None:
        # Whoever holds the paper holds all of it.
        return

    # --- Around the text ----------------------------------------------------

    def words(self, words: Words) -> Iterable[Run]:
        return self.sheet.flattening.runs(words)


ITEMS = {
    False: (Style.LIST_ITEM, Style.LIST_ITEM_INNER),
    True: (Style.NUMBERED_ITEM, Style.NUMBERED_ITEM_INNER),
}
"""How items are set, of a list and of one within a list."""

JUSTIFIED = {
    "ltr": {"start": "LeftAlign", "end": "RightAlign", "centre": "CenterAlign"},
    "rtl": {"start": "RightAlign", "end": "LeftAlign", "centre": "CenterAlign"},
}

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
