"""Walking a manuscript: what an edition sees of it, and what everything in it adds up to.

Pure functions. Whatever is asked of a whole article is asked of `for_edition()` first,
so that no edition learns of words or pictures that are another's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from masthead.manuscript import addresses
from masthead.manuscript.nodes import (
    Aside,
    Audio,
    Block,
    BlockQuotation,
    Citation,
    Code,
    CodeSpan,
    Edition,
    Embed,
    Excerpt,
    Figure,
    Footnote,
    FootnoteReference,
    FrontMatter,
    Gallery,
    Heading,
    Inline,
    KeyFigure,
    LeadMarker,
    LineBreak,
    Link,
    List,
    ListItem,
    Manuscript,
    Mention,
    PageBreak,
    Paragraph,
    PullQuote,
    Quotation,
    Source,
    Statement,
    Table,
    Text,
    Words,
)
from masthead.manuscript.press_document import Body

READING_SPEED = 230
"""Words a minute, silently (Brysbaert 2019 puts adults at 238 for non-fiction)."""


# --- One edition --------------------------------------------------------------


def for_edition(manuscript: Manuscript, edition: Edition) -> Manuscript:
    """Return the manuscript as `edition` has it: nothing out of scope, variants in place.

    What is left carries no scope and no variants. The first block of a variant takes over
    the id of the block it stands for. Boxes that lose all they held are dropped, and so are
    notes and sources that only the words of other editions rest on.
    """
    here = replace(
        manuscript,
        front=front_for_edition(manuscript.front, edition),
        body=_blocks_for(manuscript.body, edition),
    )
    elsewhere = _referred(manuscript) - _referred(here)
    return replace(
        here,
        notes=tuple(note for note in here.notes if note.id not in elsewhere),
        sources=tuple(source for source in here.sources if source.id not in elsewhere),
    )


def front_for_edition(front: FrontMatter, edition: Edition) -> FrontMatter:
    """Return the front matter as `edition` has it; where variants overlap, the first wins."""
    figures = _block_for(front.lead_figure, edition) if front.lead_figure else ()
    changes: dict[str, object] = {
        "lead_figure": next((block for block in figures if isinstance(block, Figure)), None)
    }
    for variant in reversed(front.variants):
        if edition not in variant.editions:
            continue
        for name in ("kicker", "headline", "standfirst", "lead_figure"):
            if (value := getattr(variant, name)) is not None:
                changes[name] = value
    if isinstance(figure := changes["lead_figure"], Figure):
        changes["lead_figure"] = replace(figure, editions=(), variants=())
    return replace(front, variants=(), **changes)  # type: ignore[arg-type]


def _blocks_for(blocks: Iterable[Block], edition: Edition) -> tuple[Block, ...]:
    return tuple(found for block in blocks for found in _block_for(block, edition))


def _block_for(block: Block, edition: Edition) -> tuple[Block, ...]:
    for variant in block.variants:
        if edition in variant.editions:
            instead = _blocks_for(variant.blocks, edition)
            return (replace(instead[0], id=block.id), *instead[1:]) if instead else ()
    if block.editions and edition not in block.editions:
        return ()
    plain = replace(block, editions=(), variants=())
    if isinstance(plain, Gallery):
        figures = tuple(
            found
            for figure in plain.figures
            for found in _block_for(figure, edition)
            if isinstance(found, Figure)
        )
        return (replace(plain, figures=figures),) if figures or not plain.figures else ()
    if isinstance(plain, List):
        items = tuple(
            ListItem(inner)
            for item in plain.items
            if (inner := _blocks_for(item.blocks, edition)) or not item.blocks
        )
        return (replace(plain, items=items),) if items or not plain.items else ()
    if isinstance(plain, Audio):
        return (replace(plain, transcript=_blocks_for(plain.transcript, edition)),)
    if isinstance(plain, BlockQuotation | Excerpt | Statement | Aside):
        inner = _blocks_for(plain.blocks, edition)
        return (replace(plain, blocks=inner),) if inner or not plain.blocks else ()
    return (plain,)


# --- Everything in it ---------------------------------------------------------


def blocks(body: Iterable[Block], *, variants: bool = True) -> Iterator[Block]:
    """Yield every block, those within blocks and (unless told otherwise) within variants."""
    for block in body:
        yield block
        yield from blocks(_inside(block), variants=variants)
        if variants:
            for variant in block.variants:
                yield from blocks(variant.blocks, variants=True)


def _inside(block: Block) -> tuple[Block, ...]:
    """Return the blocks that stand directly within a block."""
    if isinstance(block, BlockQuotation | Excerpt | Statement | Aside):
        return block.blocks
    if isinstance(block, List):
        return tuple(inner for item in block.items for inner in item.blocks)
    if isinstance(block, Gallery):
        return block.figures
    if isinstance(block, Audio):
        return block.transcript
    return ()


def runs(block: Block) -> tuple[Words, ...]:
    """Return the runs of words that a block itself holds, in reading order."""
    if isinstance(block, Paragraph | Heading | PullQuote):
        return (block.children,)
    if isinstance(block, Figure | Gallery | Code):
        return (block.caption,)
    if isinstance(block, Table):
        return (block.caption, *block.header, *(cell for row in block.rows for cell in row))
    if isinstance(block, Embed):
        return (block.fallback,)
    return ()


def inlines(words: Words) -> Iterator[Inline]:
    """Yield every inline node of a run of words, those within others too."""
    for word in words:
        yield word
        if not isinstance(word, Text | LineBreak | CodeSpan | FootnoteReference):
            yield from inlines(word.children)


def words(manuscript: Manuscript) -> Iterator[Inline]:
    """Yield every inline node of the whole manuscript: text, captions, notes, variants."""
    for run in _all_runs(manuscript):
        yield from inlines(run)


def _all_runs(manuscript: Manuscript) -> Iterator[Words]:
    for block in blocks((*_lead_figures(manuscript.front), *manuscript.body)):
        yield from runs(block)
    for note in manuscript.notes:
        yield note.children


def _lead_figures(front: FrontMatter) -> tuple[Figure, ...]:
    figures = (front.lead_figure, *(variant.lead_figure for variant in front.variants))
    return tuple(figure for figure in figures if figure)


def keys(manuscript: Manuscript) -> frozenset[str]:
    """Return the key of everything outside that the manuscript names.

    Pictures, recordings, articles, contributors, topics: what must be looked up before an
    edition can be made. Addresses of the web are not keys.
    """
    front = manuscript.front
    named = {byline.contributor for byline in front.bylines} | set(front.topics)
    for block in blocks((*_lead_figures(front), *manuscript.body)):
        if isinstance(block, Figure | Embed):
            named.add(block.picture)
        elif isinstance(block, Audio):
            named.add(block.audio)
    for word in words(manuscript):
        if isinstance(word, Mention):
            named.add(word.topic)
        elif isinstance(word, Link) and addresses.is_key(word.href):
            named.add(word.href)
    return frozenset(named - {""})


# --- Measures -----------------------------------------------------------------


def plain_text(what: Manuscript | Iterable[Block] | Words) -> str:
    """Return the words alone: blocks parted by an empty line, quotations in quotation marks.

    Footnotes are left out; pull quotes too, since their words stand in the text already.
    """
    pieces: list[str] = []
    run: list[Inline] = []
    for node in what.body if isinstance(what, Manuscript) else what:
        if isinstance(node, Block):
            pieces += _block_text(node)
        else:
            run.append(node)
    return "\n\n".join([*([_words_text(tuple(run))] if run else []), *pieces])


def _block_text(block: Block) -> Iterator[str]:
    if isinstance(block, PullQuote):
        return
    if isinstance(block, Aside) and block.title:
        yield block.title
    if isinstance(block, Code):
        yield block.text
    if isinstance(block, KeyFigure):
        yield f"{block.label}: {block.value} {block.unit}".rstrip()
    if isinstance(block, Audio | Embed):
        yield block.title
    for run in runs(block):
        if text := _words_text(run):
            yield text
    for inner in _inside(block):
        yield from _block_text(inner)


def _words_text(words: Words) -> str:
    pieces = []
    for word in words:
        if isinstance(word, Text | CodeSpan):
            pieces.append(word.text)
        elif isinstance(word, LineBreak):
            pieces.append("\n")
        elif not isinstance(word, FootnoteReference):
            inner = _words_text(word.children)
            pieces.append(f"“{inner}”" if isinstance(word, Quotation) else inner)
    return "".join(pieces)


def word_count(what: Manuscript | Iterable[Block] | Words) -> int:
    """Return how many words `plain_text()` has."""
    return len(plain_text(what).split())


def reading_minutes(word_count: int) -> int:
    """Return how many minutes a grown-up needs for so many words, at least one."""
    return max(1, math.ceil(word_count / READING_SPEED))


# --- Lead and parts -----------------------------------------------------------


def lead(manuscript: Manuscript) -> Body:
    """Return the beginning that anybody may read, with the notes and sources it cites.

    It ends at the lead marker, wherever the editor put it. Without one it ends at the
    first paragraph end past ``lead_words``; but never past half of the words, so that a
    short article, or one long paragraph, is not given away whole by accident: then it
    ends at the last paragraph before the middle, and may be empty, which leaves the
    standfirst. It never goes beyond the first part. Only blocks at the top level count.
    """
    first = parts_of(manuscript.body)[0]
    marker = next((i for i, block in enumerate(first) if isinstance(block, LeadMarker)), None)
    end = _lead_end(first, manuscript) if marker is None else marker
    return _body(manuscript, first[:end], first=True)


def _lead_end(first: tuple[Block, ...], manuscript: Manuscript) -> int:
    half = word_count(manuscript) / 2
    end = seen = 0
    for index, block in enumerate(first):
        seen += word_count((block,))
        if seen > half:
            break
        if isinstance(block, Paragraph):
            end = index + 1
            if seen >= manuscript.lead_words:
                break
    return end


def parts(manuscript: Manuscript) -> tuple[Body, ...]:
    """Return the article's parts, each with the notes and sources that it cites.

    A part begins at each `PageBreak` of the top level, which it keeps as its first block.
    Lead markers are gone. Sources that nothing cites come with the last part.
    """
    split = [
        tuple(block for block in part if not isinstance(block, LeadMarker))
        for part in parts_of(manuscript.body)
    ]
    bodies = [_body(manuscript, part, first=not index) for index, part in enumerate(split)]
    cited = {source.id for body in bodies for source in body.sources}
    left = tuple(source for source in manuscript.sources if source.id not in cited)
    bodies[-1] = replace(bodies[-1], sources=(*bodies[-1].sources, *left))
    return tuple(bodies)


def parts_of(body: Iterable[Block]) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks split before each page break of the top level; always one part."""
    split: list[list[Block]] = [[]]
    for block in body:
        if isinstance(block, PageBreak) and any(
            not isinstance(earlier, LeadMarker | PageBreak) for earlier in split[-1]
        ):
            split.append([])
        split[-1].append(block)
    return tuple(tuple(part) for part in split)


def note_numbers(manuscript: Manuscript) -> dict[str, int]:
    """Return the number of each footnote that is referred to, consecutive over the article.

    The lead figure's caption comes first, then the text. A note that only another note
    refers to comes right after that one.
    """
    notes = dict.fromkeys(note.id for part in parts(manuscript) for note in part.notes)
    return {note: number for number, note in enumerate(notes, 1)}


def _referred(manuscript: Manuscript) -> frozenset[str]:
    """Return the ids of the notes and sources that anything in the text rests on."""
    notes: dict[str, Footnote] = {}
    sources: dict[str, Source] = {}
    for block in blocks((*_lead_figures(manuscript.front), *manuscript.body)):
        for run in runs(block):
            _gather_cited(run, manuscript, notes, sources)
    return frozenset((*notes, *sources))


def _body(manuscript: Manuscript, part: tuple[Block, ...], *, first: bool) -> Body:
    above = (manuscript.front.lead_figure,) if first and manuscript.front.lead_figure else ()
    runs_of_part = [run for block in blocks((*above, *part), variants=False) for run in runs(block)]
    notes: dict[str, Footnote] = {}
    sources: dict[str, Source] = {}
    for run in runs_of_part:
        _gather_cited(run, manuscript, notes, sources)
    return Body(part, tuple(notes.values()), tuple(sources.values()))


def _gather_cited(
    run: Words, manuscript: Manuscript, notes: dict[str, Footnote], sources: dict[str, Source]
) -> None:
    # Depth first, so that the notes of a beginning are the beginning of the notes: a
    # reader who has the lead and one who has the whole see the same numbers.
    for word in inlines(run):
        if isinstance(word, Citation):
            for source in manuscript.sources:
                if source.id == word.source:
                    sources.setdefault(source.id, source)
        elif isinstance(word, FootnoteReference) and word.note not in notes:
            for note in manuscript.notes:
                if note.id == word.note:
                    notes[note.id] = note
                    _gather_cited(note.children, manuscript, notes, sources)
