"""The body of an article as HTML: semantic, with class names that themes may rely on.

Pure: a press document and a decision go in, a string comes out. Every value is escaped,
every address judged again, and nothing is fetched from another host. The class names are
listed in `docs/reference/web-classes.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape

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
from masthead.manuscript.press_document import Body, PressDocument
from masthead.press.html_pieces import (
    attribute,
    duration,
    host,
    id_of,
    kept,
    linked,
    name_for,
    picture,
    public,
    source,
    span,
    time,
    told,
)

RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
MARKS = {
    Emphasis: ("<em>", "</em>"),
    Strong: ("<strong>", "</strong>"),
    SmallCaps: ('<span class="small-caps">', "</span>"),
    Subscript: ("<sub>", "</sub>"),
    Superscript: ("<sup>", "</sup>"),
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """The few words that a body needs of its own; whoever renders may hand in a translation."""

    notes: str = "Notes"
    sources: str = "Sources"
    back_to_text: str = "Back to the text"
    note: str = "Note"
    transcript: str = "Transcript"
    before: str = "before"
    as_of: str = "as of"
    source: str = "Source:"
    elsewhere: str = "See it at"
    excerpt_from: str = "From"
    part: str = "Part"


ENGLISH = Phrases()


def render(
    document: PressDocument, decision: Decision, part: int = 1, phrases: Phrases = ENGLISH
) -> str:
    """Return the HTML of what this reader may have of part `part`, with its notes and sources.

    The lead figure is not in it; see `render_lead_figure`.

    Raises:
        IndexError: there is no such part, or this reader may not have it.
    """
    body = document.body(decision, part)
    pages = document.whole.open(decision) if decision.parts == "full" else (body,)
    cited = tuple(dict.fromkeys(source.id for one in pages for source in one.sources))
    page = _Page(document, phrases, _numbers(pages), cited)
    html = page.blocks(body.blocks)
    return "\n".join(filter(None, [html, page.notes(body), page.sources(body)]))


def render_lead_figure(document: PressDocument, phrases: Phrases = ENGLISH) -> str:
    """Return the HTML of the figure above the text; nothing where there is none to be shown."""
    figure = document.front.lead_figure
    if figure is None:
        return ""
    page = _Page(document, phrases, _numbers((document.lead,)))
    return page.figure(figure, name="figure lead-figure", eager=True)


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


def _numbers(bodies: Iterable[Body]) -> dict[str, int]:
    notes = dict.fromkeys(note.id for body in bodies for note in body.notes)
    return {note: number for number, note in enumerate(notes, 1)}


@dataclass
class _Page:
    """One rendering: what it may look up, and which notes it has referred to already."""

    document: PressDocument
    phrases: Phrases
    numbers: Mapping[str, int]
    cited: tuple[str, ...] = ()
    referred: dict[str, int] = field(default_factory=dict)
    linked: bool = False

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(filter(None, (self.block(block) for block in blocks)))

    def block(self, block: Block) -> str:
        return getattr(self, RENDERERS[type(block)])(block)  # type: ignore[no-any-return]

    # --- Blocks -------------------------------------------------------------

    def paragraph(self, block: Paragraph) -> str:
        return f"<p{id_of(block)}>{self.words(block.children)}</p>" if block.children else ""

    def heading(self, block: Heading) -> str:
        tag = f"h{min(max(block.level, 2), 4)}"
        return f"<{tag}{id_of(block)}>{self.words(block.children)}</{tag}>"

    def figure(self, block: Figure, name: str = "figure", *, eager: bool = False) -> str:
        card = self.document.pictures.get(block.picture)
        if card is None:
            return ""
        alternative = "" if block.decorative else block.alternative or card.alternative
        caption = self._caption(
            (f'<span class="caption">{self.words(block.caption)}</span>' if block.caption else ""),
            span("place", block.place),
            span("credit", block.credit or card.credit),
        )
        image = picture(card, alternative, block, eager=eager)
        return f'<figure{id_of(block)} class="{name}">{image}{caption}</figure>'

    def gallery(self, block: Gallery) -> str:
        figures = "".join(self.figure(figure) for figure in block.figures)
        if not figures:
            return ""
        caption = self._caption(
            f'<span class="caption">{self.words(block.caption)}</span>' if block.caption else ""
        )
        return f'<figure{id_of(block)} class="gallery">{figures}{caption}</figure>'

    def pull_quote(self, block: PullQuote) -> str:
        # The words stand in the text: a screen reader need not hear them twice.
        quoted = f'<p class="pull-quote-words">{self.words(block.children)}</p>'
        by = self._attribution(block.attribution)
        return f'<aside{id_of(block)} class="pull-quote" aria-hidden="true">{quoted}{by}</aside>'

    def quotation(self, block: BlockQuotation) -> str:
        by = self._attribution(block.attribution)
        cite = attribute("cite", public(block.attribution.url))
        inner = self.blocks(block.blocks)
        return f'<blockquote{id_of(block)} class="quotation"{cite}>{inner}{by}</blockquote>'

    def excerpt(self, block: Excerpt) -> str:
        title = f"<cite>{escape(block.title)}</cite>" if block.title else ""
        facts = [
            span("excerpt-author", block.author),
            linked(title, block.url),
            span("outlet", block.outlet),
            time(block.published_on),
        ]
        source = ", ".join(filter(None, facts))
        origin = f'<span class="excerpt-source">{self._say("excerpt_from")} {source}</span>'
        footer = (origin if source else "") + span("permission", block.permission)
        return (
            f'<figure{id_of(block)} class="excerpt">'
            f"<blockquote{attribute('cite', public(block.url))}>{self.blocks(block.blocks)}"
            f"</blockquote>{self._caption(footer)}</figure>"
        )

    def statement(self, block: Statement) -> str:
        when = time(block.posted_at)
        name = " ".join(filter(None, [span("author", block.author), span("handle", block.handle)]))
        header = f"<header>{name}</header>" if name else ""
        where = " ".join(filter(None, [span("platform", block.platform), linked(when, block.url)]))
        if not when and public(block.url):
            where = linked(where or escape(host(block.url)), block.url)
        footer = f"<footer>{where}</footer>" if where else ""
        inner = self.blocks(block.blocks)
        return f'<blockquote{id_of(block)} class="statement">{header}{inner}{footer}</blockquote>'

    def list_(self, block: List) -> str:
        tag = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        items = "".join(f"<li>{self._item(item.blocks)}</li>" for item in block.items)
        return f"<{tag}{id_of(block)}{start}>{items}</{tag}>" if items else ""

    def _item(self, blocks: tuple[Block, ...]) -> str:
        # An item of one paragraph needs no paragraph; its id then stands on a span.
        if blocks and isinstance(first := blocks[0], Paragraph):
            words = f"<span{id_of(first)}>{self.words(first.children)}</span>"
            return words + self.blocks(blocks[1:])
        return self.blocks(blocks)

    def table(self, block: Table) -> str:
        caption = f"<caption>{self.words(block.caption)}</caption>" if block.caption else ""
        columns = [*block.alignments, *["start"] * len(block.header)]
        head = "".join(
            f'<th scope="col" class="align-{alignment}">{self.words(cell)}</th>'
            for alignment, cell in zip(columns, block.header, strict=False)
        )
        rows = "".join(f"<tr>{self._row(row, block)}</tr>" for row in block.rows)
        source = (
            f'<p class="table-source">{self._say("source")} {escape(block.source)}</p>'
            if block.source
            else ""
        )
        header = f"<thead><tr>{head}</tr></thead>" if head else ""
        if not (header or rows):
            return ""
        # A table wider than a telephone scrolls by itself; a keyboard must reach it.
        return (
            f'<div{id_of(block)} class="table" role="group" tabindex="0">'
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
        before = (
            f'<dd class="key-figure-before">{self._say("before")} {escape(block.before)}</dd>'
            if block.before
            else ""
        )
        as_of = f"{self._say('as_of')} {escape(block.as_of)}" if block.as_of else ""
        source = linked(escape(block.source or host(block.url)), block.url)
        source = f"{self._say('source')} {source}" if source else ""
        note = ". ".join(filter(None, [as_of, source]))
        return (
            f'<figure{id_of(block)} class="key-figure"><dl><dt>{escape(block.label)}</dt>'
            f'<dd class="key-figure-value">{escape(block.value)}'
            f"{span('unit', block.unit, before=' ')}</dd>{before}</dl>{self._caption(note)}</figure>"
        )

    def aside(self, block: Aside) -> str:
        label = f' aria-label="{escape(block.title)}"' if block.title else ""
        title = f'<p class="aside-title">{escape(block.title)}</p>' if block.title else ""
        return (
            f'<aside{id_of(block)} class="aside"{label}>{title}{self.blocks(block.blocks)}</aside>'
        )

    def code(self, block: Code) -> str:
        language = attribute("data-language", block.language)
        # A first line break right after <pre> is dropped by browsers; two are one.
        text = escape(block.text, quote=False)
        code = f'<pre tabindex="0"><code{language}>{kept(text)}</code></pre>'
        caption = self._caption(self.words(block.caption))
        return f'<figure{id_of(block)} class="code">{code}{caption}</figure>'

    def embed(self, block: Embed) -> str:
        card = self.document.pictures.get(block.picture)
        image = picture(card, block.alternative or card.alternative) if card else ""
        words = f"<p>{self.words(block.fallback)}</p>" if block.fallback else ""
        where = block.provider or host(block.url)
        address = public(block.url)
        link = (
            f'<p class="embed-link"><a href="{escape(address)}" rel="noopener">'
            f"{self._say('elsewhere')} {escape(where)}</a></p>"
            if address
            else ""
        )
        title = f'<p class="embed-title">{escape(block.title)}</p>' if block.title else ""
        return f'<figure{id_of(block)} class="embed">{image}{title}{words}{link}</figure>'

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
            f'<details class="transcript"><summary>{self._say("transcript")}</summary>'
            f"{transcript}</details>"
            if transcript
            else ""
        )
        caption = self._caption(
            span("audio-title", block.title),
            span("duration", duration(block.seconds)),
            span("credit", block.credit),
        )
        return f'<figure{id_of(block)} class="audio">{player}{caption}{details}</figure>'

    def divider(self, block: Divider) -> str:
        return f'<hr{id_of(block)} class="divider">'

    def page_break(self, block: PageBreak) -> str:
        if not block.title:
            return ""
        return f'<h2{id_of(block)} class="part-title">{escape(block.title)}</h2>'

    def lead_marker(self, block: LeadMarker) -> str:
        return ""

    # --- Words --------------------------------------------------------------

    def words(self, words: Words) -> str:
        return "".join(self.word(word) for word in words)

    def word(self, word: Inline) -> str:
        return getattr(self, RENDERERS[type(word)])(word)  # type: ignore[no-any-return]

    def text(self, word: Text) -> str:
        return escape(word.text, quote=False)

    def line_break(self, word: LineBreak) -> str:
        return "<br>"

    def code_span(self, word: CodeSpan) -> str:
        return f"<code>{escape(word.text, quote=False)}</code>"

    def mark(self, word: Emphasis | Strong | SmallCaps | Subscript | Superscript) -> str:
        opening, closing = MARKS[type(word)]
        return f"{opening}{self.words(word.children)}{closing}"

    def link(self, word: Link) -> str:
        if addresses.is_key(word.href):
            card = self.document.cards.get(word.href)
            return self._anchor(card.url if card else "", "", word.children)
        return self._anchor(public(word.href), "", word.children)

    def language_span(self, word: LanguageSpan) -> str:
        direction = "rtl" if word.language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
        language = escape(word.language)
        return f'<span lang="{language}" dir="{direction}">{self.words(word.children)}</span>'

    def inline_quotation(self, word: Quotation) -> str:
        cite = attribute("cite", public(word.attribution.url))
        title = attribute("title", told(word.attribution))
        return f"<q{cite}{title}>{self.words(word.children)}</q>"

    def mention(self, word: Mention) -> str:
        card = self.document.cards.get(word.topic)
        return self._anchor(card.url if card else "", "mention", word.children)

    def citation(self, word: Citation) -> str:
        if word.source not in self._sources():
            return self.words(word.children)
        title = attribute("title", word.locator)
        anchor = f'<span class="citation"{title}>' + self.words(word.children)
        if self.linked:
            return f"{anchor}</span>"
        href = f"#source-{name_for(word.source)}"
        number = self._sources().index(word.source) + 1
        locator = f", {escape(word.locator)}" if word.locator else ""
        return (
            f'{anchor}<a class="citation-ref" href="{href}" role="doc-biblioref">'
            f"[{number}{locator}]</a></span>"
        )

    def footnote_reference(self, word: FootnoteReference) -> str:
        number = self.numbers.get(word.note)
        if number is None:
            return ""
        times = self.referred[word.note] = self.referred.get(word.note, 0) + 1
        if self.linked:
            return f'<sup class="note-ref">{number}</sup>'
        own = f' id="note-ref-{number}"' if times == 1 else ""
        label = escape(f"{self.phrases.note} {number}")
        return (
            f'<sup class="note-ref"><a{own} href="#note-{number}" role="doc-noteref"'
            f' aria-label="{label}">{number}</a></sup>'
        )

    def _anchor(self, url: str, name: str, children: Words) -> str:
        if not url or self.linked:  # A link cannot stand in a link.
            return self.words(children)
        kind = f' class="{name}"' if name else ""
        inner = replace(self, linked=True).words(children)
        return f'<a{kind} href="{escape(url)}">{inner}</a>'

    # --- Around the text ----------------------------------------------------

    def notes(self, body: Body) -> str:
        """Return the notes that this body refers to, under the numbers of the whole article."""
        notes = [(self.numbers[note.id], note) for note in body.notes if note.id in self.numbers]
        if not notes:
            return ""
        items = []
        for number, note in sorted(notes, key=lambda pair: pair[0]):
            words = self.words(note.children)
            back = (
                f' <a class="note-back" href="#note-ref-{number}" role="doc-backlink"'
                f' aria-label="{self._say("back_to_text")}">↩</a>'
            )
            items.append(f'<li id="note-{number}" value="{number}">{words}{back}</li>')
        return (
            '<section class="notes" role="doc-endnotes" aria-labelledby="notes-heading">'
            f'<h2 id="notes-heading">{self._say("notes")}</h2><ol>{"".join(items)}</ol></section>'
        )

    def sources(self, body: Body) -> str:
        """Return the sources that this body cites."""
        if not body.sources:
            return ""
        every = self._sources()
        items = "".join(
            f'<li id="source-{name_for(entry.id)}"'
            f' value="{every.index(entry.id) + 1}">{source(entry)}</li>'
            for entry in body.sources
            if entry.id in every
        )
        return (
            '<section class="sources" role="doc-bibliography" aria-labelledby="sources-heading">'
            f'<h2 id="sources-heading">{self._say("sources")}</h2><ol>{items}</ol></section>'
        )

    def _attribution(self, attribution: Attribution) -> str:
        speaker = [span("speaker", attribution.speaker), span("role", attribution.role)]
        outlet = f"<cite>{escape(attribution.outlet)}</cite>" if attribution.outlet else ""
        facts = [
            *speaker,
            span("medium", attribution.medium),
            linked(outlet or time(attribution.said_on), attribution.url),
            time(attribution.said_on) if outlet else "",
        ]
        said = ", ".join(filter(None, facts))
        return f'<footer class="attribution">{said}</footer>' if said else ""

    def _caption(self, *pieces: str) -> str:
        inner = " ".join(filter(None, pieces))
        return f"<figcaption>{inner}</figcaption>" if inner else ""

    def _say(self, phrase: str) -> str:
        return escape(getattr(self.phrases, phrase))

    def _sources(self) -> tuple[str, ...]:
        return self.cited


RENDERERS: dict[type, str] = {
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
    Quotation: "inline_quotation",
    Mention: "mention",
    Citation: "citation",
    FootnoteReference: "footnote_reference",
}
"""Which method renders each kind of node; a test holds it against the unions in `nodes`."""
