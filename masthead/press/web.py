"""The body of an article as HTML: semantic, with class names that themes may rely on.

Pure: a press document and a decision go in, a string comes out. Every value is escaped,
every address judged again, and nothing is fetched from another host. The class names are
listed in `docs/reference/web-classes.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape

from masthead.manuscript.addresses import public
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
    Statement,
    Table,
    Words,
)
from masthead.manuscript.press_document import Body, PressDocument
from masthead.press import figures
from masthead.press.dates import duration
from masthead.press.html_pieces import (
    attribute,
    host,
    kept,
    linked,
    name_for,
    picture,
    span,
    time,
)
from masthead.press.phrases import ENGLISH, Phrases
from masthead.press.web_words import Typesetter, cited_in, numbered


def render(
    document: PressDocument, decision: Decision, part: int = 1, phrases: Phrases = ENGLISH
) -> str:
    """Return the HTML of what this reader may have of part `part`, with its notes and sources.

    A note follows the block that is the first on the page to refer to it, so that it can
    stand beside its reference on a wide screen and after the paragraph on a narrow one.

    The lead figure is not in it; see `render_lead_figure`.

    Raises:
        IndexError: there is no such part, or this reader may not have it.
    """
    body = document.body(decision, part)
    bodies = document.whole.open(decision) if decision.parts == "full" else (body,)
    page = _Page(document, phrases, numbered(bodies), cited_in(bodies))
    if part == 1:
        page.lead_figure()  # It stands above on the same page: the ids in it are taken.
    return "\n".join(filter(None, [page.with_notes(body), page.sources(body)]))


def render_lead_figure(document: PressDocument, phrases: Phrases = ENGLISH) -> str:
    """Return the HTML of the figure above the text; nothing where there is none to be shown."""
    # What the lead figure refers to comes first, so it has the same numbers in every body.
    first = (document.lead,)
    return _Page(document, phrases, numbered(first), cited_in(first)).lead_figure()


def part_titles(
    document: PressDocument, decision: Decision, phrases: Phrases = ENGLISH
) -> tuple[str, ...]:
    """Return what each part is called: the headline, then the titles of the page breaks.

    Raises:
        GateClosed: this reader may have the lead only.
    """
    titles = []
    for number, body in enumerate(document.whole.open(decision), 1):
        first = body.blocks[0] if body.blocks else None
        given = first.title if isinstance(first, PageBreak) else ""
        own = document.front.headline if number == 1 else f"{phrases.part} {number}"
        titles.append(given or own)
    return tuple(titles)


BESIDE_ITS_NOTES = (Paragraph, List, BlockQuotation, Excerpt, Statement)
"""Blocks as wide as the text, beside which there is room; others have their notes below."""


@dataclass
class _Page(Typesetter):
    """Sets the blocks of one page. ``outline`` are the levels of the headings we are under."""

    outline: list[int] = field(default_factory=list)

    def block_id(self, block: Block) -> str:
        return self.id(f"b-{name_for(block.id)}") if block.id else ""

    def lead_figure(self) -> str:
        figure = self.document.front.lead_figure
        return self.figure(figure, name="figure lead-figure", eager=True) if figure else ""

    def with_notes(self, body: Body) -> str:
        """Return the blocks, each followed by the notes that it is the first to refer to."""
        rows = [self.notes(body)]  # Those of the lead figure.
        for block in body.blocks:
            html, notes = self.block(block), self.notes(body)
            if notes and isinstance(block, BESIDE_ITS_NOTES):
                html, notes = f'<div class="noted">{html}{notes}</div>', ""
            rows += [html, notes]
        return "\n".join(filter(None, [*rows, self.notes(body, last=True)]))

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(filter(None, (self.block(block) for block in blocks)))

    def block(self, block: Block) -> str:
        return getattr(self, BLOCKS[type(block)])(block)  # type: ignore[no-any-return]

    # --- Blocks -------------------------------------------------------------

    def paragraph(self, block: Paragraph) -> str:
        return (
            f"<p{self.block_id(block)}>{self.words(block.children)}</p>" if block.children else ""
        )

    def heading(self, block: Heading) -> str:
        if not block.children:
            return ""
        # However an author counts, no level is skipped under the headline, which is h1.
        self.outline = [level for level in self.outline if level < block.level] + [block.level]
        tag = f"h{min(1 + len(self.outline), 6)}"
        return f"<{tag}{self.block_id(block)}>{self.words(block.children)}</{tag}>"

    def figure(self, block: Figure, name: str = "figure", *, eager: bool = False) -> str:
        card = self.document.pictures.get(block.picture)
        if card is None:
            return ""
        alternative = "" if block.decorative else block.alternative or card.alternative
        caption = self._caption(
            span("place", block.place),
            (f'<span class="caption">{self.words(block.caption)}</span>' if block.caption else ""),
            span("credit", block.credit or card.credit),
        )
        image = picture(card, alternative, block, eager=eager)
        return f'<figure{self.block_id(block)} class="{name}">{image}{caption}</figure>'

    def gallery(self, block: Gallery) -> str:
        figures = "".join(self.figure(figure) for figure in block.figures)
        if not figures:
            return ""
        caption = self._caption(
            f'<span class="caption">{self.words(block.caption)}</span>' if block.caption else ""
        )
        return f'<figure{self.block_id(block)} class="gallery">{figures}{caption}</figure>'

    def pull_quote(self, block: PullQuote) -> str:
        # The words stand in the text: a screen reader need not hear them twice. What it
        # does not hear must hold nothing that the keyboard can reach.
        setter = replace(self, in_link=True)
        quoted = f'<p class="pull-quote-words">{setter.words(block.children)}</p>'
        by = setter.attribution(block.attribution)
        return f'<aside{self.block_id(block)} class="pull-quote" aria-hidden="true">{quoted}{by}</aside>'

    def quotation(self, block: BlockQuotation) -> str:
        by = self.attribution(block.attribution, denies=block.denies)
        cite = attribute("cite", public(block.attribution.url))
        inner = self.blocks(block.blocks)
        return f'<blockquote{self.block_id(block)} class="quotation"{cite}>{inner}{by}</blockquote>'

    def excerpt(self, block: Excerpt) -> str:
        title = f"<cite>{escape(block.title)}</cite>" if block.title else ""
        outlet = span("outlet", block.outlet or ("" if title else host(block.url)))
        facts = [
            span("excerpt-author", block.author),
            linked(title, block.url),
            outlet if title else linked(outlet, block.url),
            time(block.published_on, self.language),
        ]
        source = ", ".join(filter(None, facts))
        origin = f'<span class="excerpt-source">{self.say("excerpt_from")} {source}</span>'
        footer = (origin if source else "") + span("permission", block.permission)
        return (
            f'<figure{self.block_id(block)} class="excerpt">'
            f"<blockquote{attribute('cite', public(block.url))}>{self.blocks(block.blocks)}"
            f"</blockquote>{self._caption(footer)}</figure>"
        )

    def statement(self, block: Statement) -> str:
        when = time(block.posted_at, self.language)
        name = " ".join(filter(None, [span("author", block.author), span("handle", block.handle)]))
        header = f"<header>{name}</header>" if name else ""
        where = " ".join(filter(None, [span("platform", block.platform), linked(when, block.url)]))
        if not when and public(block.url):
            where = linked(where or escape(host(block.url)), block.url)
        footer = f"<footer>{where}</footer>" if where else ""
        inner = self.blocks(block.blocks)
        return f'<blockquote{self.block_id(block)} class="statement">{header}{inner}{footer}</blockquote>'

    def list_(self, block: List) -> str:
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        items = "".join(f"<li>{self._item(item.blocks)}</li>" for item in block.items)
        return f"<{tag}{self.block_id(block)}{start}>{items}</{tag}>" if items else ""

    def _item(self, blocks: tuple[Block, ...]) -> str:
        # An item of one paragraph needs no paragraph; its id then stands on a span.
        if blocks and isinstance(first := blocks[0], Paragraph):
            words = f"<span{self.block_id(first)}>{self.words(first.children)}</span>"
            return words + self.blocks(blocks[1:])
        return self.blocks(blocks)

    def table(self, block: Table) -> str:
        # Before any word is rendered: what is left out must not count as a reference to a note.
        if not (block.header or block.rows):
            return ""
        caption = f"<caption>{self.words(block.caption)}</caption>" if block.caption else ""
        columns = [*block.alignments, *["start"] * len(block.header)]
        head = "".join(
            f'<th scope="col" class="align-{alignment}">{self.words(cell)}</th>'
            for alignment, cell in zip(columns, block.header, strict=False)
        )
        rows = "".join(f"<tr>{self._row(row, block)}</tr>" for row in block.rows)
        source = (
            f'<p class="table-source">{self.say("source")} {escape(block.source)}</p>'
            if block.source
            else ""
        )
        header = f"<thead><tr>{head}</tr></thead>" if head else ""
        # A table wider than a telephone scrolls by itself; a keyboard must reach it.
        return (
            f'<div{self.block_id(block)} class="table" role="group" tabindex="0">'
            f"<table>{caption}{header}<tbody>{rows}</tbody></table>{source}</div>"
        )

    def _row(self, row: tuple[Words, ...], block: Table) -> str:
        columns = [*block.alignments, *["start"] * len(row)]
        cells = []
        for index, (alignment, cell) in enumerate(zip(columns, row, strict=False)):
            heading = block.row_headings and index == 0
            opening = 'th scope="row"' if heading else "td"
            tag = "th" if heading else "td"
            cells.append(f'<{opening} class="align-{alignment}">{self.words(cell)}</{tag}>')
        return "".join(cells)

    def key_figure(self, block: KeyFigure) -> str:
        drawn = figures.shares(block.before, block.value, self.language)
        first, second = (
            (f'<span class="bar" style="--share:{share:.3f}"></span>' for share in drawn)
            if drawn
            else ("", "")
        )
        before = (
            f'<dd class="key-figure-before"><span class="when">{self.say("before")}</span> '
            f"{escape(block.before)}{first}</dd>"
            if block.before
            else ""
        )
        as_of = f"{self.say('as_of')} {escape(block.as_of)}" if block.as_of else ""
        source = linked(escape(block.source or host(block.url)), block.url)
        source = f"{self.say('source')} {source}" if source else ""
        note = ". ".join(filter(None, [as_of[:1].upper() + as_of[1:], source]))
        return (
            f'<figure{self.block_id(block)} class="key-figure"><dl><dt>{escape(block.label)}</dt>'
            f'{before}<dd class="key-figure-value">{escape(block.value)}'
            f"{span('unit', block.unit, before=' ')}{second}</dd></dl>{self._caption(note)}</figure>"
        )

    def aside(self, block: Aside) -> str:
        label = f' aria-label="{escape(block.title)}"' if block.title else ""
        title = f'<p class="aside-title">{escape(block.title)}</p>' if block.title else ""
        return f'<aside{self.block_id(block)} class="aside"{label}>{title}{self.blocks(block.blocks)}</aside>'

    def code(self, block: Code) -> str:
        language = attribute("data-language", block.language)
        # A first line break right after <pre> is dropped by browsers; two are one.
        text = escape(block.text, quote=False)
        code = f'<pre tabindex="0"><code{language}>{kept(text)}</code></pre>'
        caption = self._caption(self.words(block.caption))
        return f'<figure{self.block_id(block)} class="code">{code}{caption}</figure>'

    def embed(self, block: Embed) -> str:
        card = self.document.pictures.get(block.picture)
        image = picture(card, block.alternative or card.alternative) if card else ""
        words = f"<p>{self.words(block.fallback)}</p>" if block.fallback else ""
        where = block.provider or host(block.url)
        address = public(block.url)
        link = (
            f'<p class="embed-link"><a href="{escape(address)}" rel="noopener">'
            f"{self.say('elsewhere')} {escape(where)}</a></p>"
            if address
            else ""
        )
        title = f'<p class="embed-title">{escape(block.title)}</p>' if block.title else ""
        return f'<figure{self.block_id(block)} class="embed">{image}{title}{words}{link}</figure>'

    def audio(self, block: Audio) -> str:
        card = self.document.audio.get(block.audio)
        player = (
            f'<audio controls preload="none"{attribute("aria-label", block.title)}>'
            f'<source src="{escape(card.url)}" type="{escape(card.media_type)}"></audio>'
            if card
            else ""
        )
        transcript = self.blocks(block.transcript)
        if not (player or transcript):
            return ""
        details = (
            f'<details class="transcript"><summary>{self.say("transcript")}</summary>'
            f"{transcript}</details>"
            if transcript
            else ""
        )
        caption = self._caption(
            span("audio-title", block.title),
            span("duration", duration(block.seconds)),
            span("credit", block.credit),
        )
        return f'<figure{self.block_id(block)} class="audio">{caption}{player}{details}</figure>'

    def divider(self, block: Divider) -> str:
        return f'<hr{self.block_id(block)} class="divider">'

    def page_break(self, block: PageBreak) -> str:
        if not block.title:
            return ""
        self.outline = [2]
        return f'<h2{self.block_id(block)} class="part-title">{escape(block.title)}</h2>'

    def lead_marker(self, block: LeadMarker) -> str:
        return ""

    def _caption(self, *pieces: str) -> str:
        inner = " ".join(filter(None, pieces))
        return f"<figcaption>{inner}</figcaption>" if inner else ""


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
    LeadMarker: "lead_marker",
}
"""Which method renders each kind of block."""
