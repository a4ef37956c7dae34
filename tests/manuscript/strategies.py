"""Manuscripts that Hypothesis makes up, in the normal form that `nodes` describes.

Normal form: no control characters, no text beside text, no empty marks, no link in a link.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from masthead.manuscript.nodes import (
    ACCESS_KINDS,
    EDITIONS,
    Aside,
    Attribution,
    Audio,
    BlockQuotation,
    Byline,
    Citation,
    Code,
    CodeSpan,
    Crop,
    Dateline,
    Divider,
    Embed,
    Emphasis,
    Excerpt,
    Figure,
    Footnote,
    FootnoteReference,
    FrontMatter,
    FrontVariant,
    Gallery,
    Heading,
    KeyFigure,
    LanguageSpan,
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
    SmallCaps,
    Source,
    Statement,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    Variant,
)

PATIENT = settings(
    suppress_health_check=list(HealthCheck),
    deadline=None,
    max_examples=min(60, settings().max_examples * 3 // 5),
)
"""For what takes whole manuscripts, each of which takes long to make up."""

# What Markdown, HTML and YAML make something of comes up far more often than chance.
TROUBLE = st.sampled_from(
    [
        *"\\`*_[](){}<>#+-.!|&;:~^=\"'/ \n\t0123456789",
        *("**", "__", "``", "```", ":::", "::", "&amp;", "<br>", "<!--", "-->", "<p>", "---"),
        *("1. ", "- ", "  ", "[^", "](", "]{", "://"),
        *("\u00a0", "\u2028", "\u3000", "é", "字", "🦉", "\u202e", "ـ"),
    ]
)
LETTERS = st.characters(exclude_categories=["Cc", "Cs"])
anything = st.lists(
    TROUBLE | LETTERS | st.sampled_from(["word", "Other "]), min_size=0, max_size=8
).map("".join)
something = anything.filter(bool)
headlines = anything.filter(str.strip)
ids = st.one_of(
    st.from_regex(r"[a-z0-9][a-z0-9.-]{0,8}", fullmatch=True), something.filter(str.strip)
)
handles = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
uuids = st.uuids().map(str)
days = st.dates(min_value=date(1, 1, 1))
moments = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
maybe_day = st.none() | days
addresses = st.sampled_from(
    [
        "https://example.org/a?b=c&d=e",
        "http://example.org/(x)_[y]",
        "mailto:a@example.org",
        "https://example.org/<\\>*é",
    ]
) | uuids.map("article:{}".format)
keys = st.from_regex(r"[0-9a-f]{8}", fullmatch=True)
editions = st.lists(st.sampled_from(EDITIONS), max_size=3, unique=True).map(tuple)
some_editions = editions.filter(bool)
fractions = st.floats(0, 1)

markup = st.lists(
    TROUBLE
    | LETTERS
    | st.sampled_from(
        [
            *("::list{start=", ":::audio{seconds=", ":::table\n", ":::variant{editions=", "}\n"),
            *(
                "[^note]",
                "[^note]: ",
                "<ol start=",
                "<h",
                "<script>",
                "</script>",
                "<img src=",
                ">",
            ),
            *("| a | b |\n|---|--:|\n", "> ", "![a](b.png)", "[a](javascript:b)", "9" * 5000, "²"),
        ]
    ),
    max_size=12,
).map("".join)

attributions = st.builds(
    Attribution,
    speaker=anything, role=anything, outlet=anything, medium=anything, said_on=maybe_day, url=anything,
)  # fmt: skip


def joined(words: list[Any]) -> tuple[Any, ...]:
    """Return words in normal form: text beside text is one text."""
    run: list[Any] = []
    for word in words:
        if run and isinstance(word, Text) and isinstance(run[-1], Text):
            run[-1] = Text(run[-1].text + word.text)
        else:
            run.append(word)
    return tuple(run)


def _marks(children: Any, *, links: bool) -> Any:
    some = st.lists(children, min_size=1, max_size=3).map(joined)
    kinds = [
        *(st.builds(kind, some) for kind in (Emphasis, Strong, SmallCaps, Subscript, Superscript)),
        st.builds(LanguageSpan, st.sampled_from(["fr", "ar", "en-GB"]), some),
        st.builds(Quotation, some, attributions),
        st.builds(Mention, keys.map("topic:{}".format), some),
        st.builds(Citation, handles, some, anything),
    ]
    return st.one_of(*kinds, *([st.builds(Link, addresses, some)] if links else []))


leaves = st.one_of(
    something.map(Text),
    something.map(Text),
    st.just(LineBreak()),
    something.map(CodeSpan),
    uuids.map(FootnoteReference),
)
unlinked = st.recursive(leaves, lambda inner: _marks(inner, links=False), max_leaves=6)
inlines = st.recursive(leaves, lambda inner: _marks(inner, links=False), max_leaves=6) | st.builds(
    Link, addresses, st.lists(unlinked, min_size=1, max_size=3).map(joined)
)
words = st.lists(inlines, max_size=5).map(joined)

figures = st.builds(
    Figure,
    id=ids, editions=editions,
    picture=keys.map("picture:{}".format), alternative=anything, decorative=st.booleans(),
    caption=words, credit=anything, place=anything,
    focal_point=st.none() | st.tuples(fractions, fractions),
    crop=st.none() | st.builds(Crop, fractions, fractions, fractions, fractions),
)  # fmt: skip


@st.composite
def tables(draw: Any) -> Table:
    """Return a table whose rows are all as wide as its alignments."""
    alignments = tuple(draw(st.lists(st.sampled_from(["start", "end", "centre"]), max_size=3)))
    row = st.tuples(*[words] * len(alignments))
    return Table(
        id=draw(ids),
        editions=draw(editions),
        alignments=alignments,
        header=draw(st.just(()) | row),
        rows=tuple(draw(st.lists(row, max_size=2))) if alignments else (),
        caption=draw(words),
        source=draw(anything),
        row_headings=draw(st.booleans()),
    )


common = {"id": ids, "editions": editions}
simple = st.one_of(
    st.builds(Paragraph, **common, children=words),
    st.builds(Paragraph, **common, children=words),
    st.builds(Heading, **common, level=st.integers(2, 4), children=words),
    figures,
    st.builds(PullQuote, **common, children=words, attribution=attributions),
    tables(),
    st.builds(
        KeyFigure, **common, label=anything, value=anything, unit=anything, before=anything,
        as_of=anything, source=anything, url=anything, spoken=anything,
    ),
    st.builds(Code, **common, text=anything, language=anything, caption=words),
    st.builds(
        Embed, **common, url=anything, title=anything, provider=anything,
        picture=st.just("") | keys.map("picture:{}".format), alternative=anything, fallback=words,
    ),
    st.builds(Divider, **common),
    st.builds(PageBreak, **common, title=anything),
    st.builds(LeadMarker, **common),
)  # fmt: skip


def _with_variants(blocks: Any) -> Any:
    variants = st.builds(Variant, some_editions, st.lists(blocks, max_size=2).map(tuple))
    return st.builds(
        lambda block, some: dataclasses.replace(block, variants=tuple(some)),
        blocks,
        st.lists(variants, min_size=1, max_size=2),
    )


def _boxes(blocks: Any) -> Any:
    inner = st.lists(blocks, max_size=3).map(tuple)
    items = st.lists(inner.map(ListItem), min_size=0, max_size=3).map(tuple)
    return st.one_of(
        st.builds(
            BlockQuotation, **common, blocks=inner, attribution=attributions, denies=st.booleans()
        ),
        st.builds(
            Excerpt, **common, blocks=inner, title=anything, author=anything, outlet=anything,
            published_on=maybe_day, url=anything, permission=anything,
        ),
        st.builds(
            Statement, **common, blocks=inner, author=anything, handle=anything,
            platform=anything, posted_at=st.none() | moments, url=anything,
        ),
        st.builds(List, **common, items=items),
        st.builds(List, **common, items=items, ordered=st.just(True), start=st.integers(0, 9999)),
        st.builds(Aside, **common, blocks=inner, title=anything),
        st.builds(
            Audio, **common, audio=keys.map("audio:{}".format), title=anything,
            seconds=st.none() | st.integers(0, 9999), credit=anything, transcript=inner,
        ),
        st.builds(
            Gallery, **common,
            figures=st.lists(figures | _figure_variants(), max_size=3).map(tuple), caption=words,
        ),
        _with_variants(blocks),
    )  # fmt: skip


def _figure_variants() -> Any:
    return _with_variants(figures)


blocks = st.recursive(simple, _boxes, max_leaves=5)

fronts = st.builds(
    FrontMatter,
    headline=headlines, kicker=anything, standfirst=anything,
    language=st.sampled_from(["en", "fr", "ar", "en-GB"]),
    bylines=st.lists(
        st.builds(Byline, name=something, contributor=st.just("") | keys.map("contributor:{}".format), role=anything),
        max_size=2,
    ).map(tuple),
    section=anything,
    topics=st.lists(keys.map("topic:{}".format), max_size=2).map(tuple),
    dateline=st.builds(Dateline, anything, maybe_day),
    published_at=st.none() | moments, updated_at=st.none() | moments,
    lead_figure=st.none() | figures | _figure_variants(),
    variants=st.lists(
        st.builds(
            FrontVariant, some_editions, kicker=st.none() | anything,
            headline=st.none() | anything, standfirst=st.none() | anything,
            lead_figure=st.none() | figures,
        ),
        max_size=2,
    ).map(tuple),
)  # fmt: skip

manuscripts = st.builds(
    Manuscript,
    key=uuids, front=fronts,
    body=st.lists(blocks, max_size=4).map(tuple),
    notes=st.lists(st.builds(Footnote, uuids, words), max_size=2, unique_by=lambda n: n.id).map(tuple),
    sources=st.lists(
        st.builds(
            Source, id=handles, title=anything, author=anything, outlet=anything,
            published_on=maybe_day, url=anything, note=anything,
        ),
        max_size=2,
    ).map(tuple),
    access=st.sampled_from(ACCESS_KINDS), lead_words=st.integers(0, 500),
)  # fmt: skip
