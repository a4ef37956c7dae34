"""The golden manuscript: one of everything that a manuscript can hold.

Tests of editions, importers and exporters start from it; a test fails when a kind of node
is missing here. Its words are invented and mean little.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from masthead.manuscript.nodes import (
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
    Words,
)

PICTURE, MAP = f"picture:{'a' * 64}", f"picture:{'b' * 64}"
RECORDING = f"audio:{'c' * 64}"
WRITER = "contributor:11111111-1111-4111-8111-111111111111"
BOARD = "topic:22222222-2222-4222-8222-222222222222"
OTHER = "article:33333333-3333-4333-8333-333333333333"
FIRST_NOTE = "44444444-4444-4444-8444-444444444444"
SECOND_NOTE = "55555555-5555-4555-8555-555555555555"

SAID = Attribution(
    speaker="Ilse Marn",
    role="harbour master",
    outlet="The Quay Post",
    medium="interview",
    said_on=date(2026, 3, 2),
    url="https://quay.example/marn",
)


def _text(words: str) -> Words:
    return (Text(words),)


def _paragraph(block_id: str, words: str) -> Paragraph:
    return Paragraph(id=block_id, children=_text(words))


MANUSCRIPT = Manuscript(
    key="66666666-6666-4666-8666-666666666666",
    access="subscribers",
    front=FrontMatter(
        headline="The harbour that moved",
        kicker="The coast",
        standfirst="When the sea went out for good, a town went after it.",
        language="en-GB",
        bylines=(
            Byline("Ada Okafor", WRITER),
            Byline("Jon Reed", "", "Photographs by"),
        ),
        section="politics",
        topics=(BOARD,),
        dateline=Dateline("Northquay", date(2026, 3, 1)),
        published_at=datetime(2026, 3, 4, 6, 0, tzinfo=UTC),
        updated_at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        lead_figure=Figure(
            id="lead-figure",
            picture=PICTURE,
            alternative="A pier in fog",
            caption=_text("The pier on the morning of the vote."),
            credit="M. Lind",
            place="Northquay",
            focal_point=(0.5, 0.25),
        ),
        variants=(
            FrontVariant(("paper",), headline="Moved", kicker="Coast"),
            FrontVariant(
                ("letter",),
                standfirst="A town went after the sea.",
                lead_figure=Figure(id="lead-letter", picture=MAP, alternative="Two quays"),
            ),
        ),
    ),
    body=(
        Paragraph(
            id="p1",
            children=(
                Text("The water left "),
                Emphasis(_text("slowly")),
                Text(", then "),
                Strong(_text("all at once")),
                Text(". Down on the "),
                SmallCaps(_text("ss merel")),
                Text(" they measured H"),
                Subscript(_text("2")),
                Text("O in m"),
                Superscript(_text("3")),
                Text(" with a tool called "),
                CodeSpan("tide --now"),
                Text(".\u00a0The French say "),
                LanguageSpan("fr", _text("marée basse")),
                Text("."),
            ),
        ),
        LeadMarker(id="lead-ends"),
        Paragraph(
            id="p2",
            children=(
                Quotation(
                    (
                        Text("The "),
                        Mention(BOARD, _text("Harbour Board")),
                        Text(" was never asked"),
                    ),
                    SAID,
                ),
                Text(", she said. "),
                Citation("audit", _text("The audit"), "p. 12"),
                Text(" agrees."),
                FootnoteReference(FIRST_NOTE),
                Text(" More "),
                Link("https://quay.example/more", _text("in the paper")),
                Text(" and "),
                Link(OTHER, _text("in our own")),
                Text("."),
                LineBreak(),
                Text("A new line."),
            ),
            variants=(Variant(("speech",), (_paragraph("p2", "Said aloud in short."),)),),
        ),
        Heading(id="h1", level=2, children=_text("What the council knew")),
        Figure(
            id="f1",
            picture=PICTURE,
            alternative="Two clerks at a table",
            caption=(Text("The "), Emphasis(_text("count")), Text(".")),
            credit="A. Maker",
            place="The hall",
            focal_point=(0.25, 0.75),
            crop=Crop(0.125, 0.25, 0.5, 0.5),
            variants=(Variant(("letter",)),),
        ),
        Gallery(
            id="g1",
            figures=(
                Figure(id="g1a", picture=PICTURE, alternative="The east quay", credit="M. Lind"),
                Figure(id="g1b", picture=MAP, decorative=True, credit="M. Lind"),
            ),
            caption=_text("Two quays, one morning"),
        ),
        PullQuote(id="q1", children=_text("A harbour is a promise to ships."), attribution=SAID),
        BlockQuotation(
            id="b1",
            blocks=(
                _paragraph("b1p", "We moved the harbour."),
                List(id="b1l", items=(ListItem((_paragraph("b1i", "Because of the sea"),)),)),
            ),
            attribution=SAID,
            denies=True,
        ),
        Excerpt(
            id="e1",
            blocks=(_paragraph("e1p", "High water came an hour early."),),
            title="The moving coast",
            author="L. Brandt",
            outlet="Coastal Review",
            published_on=date(2025, 11, 2),
            url="https://coastal.example/moving",
            permission="By permission of the publisher",
        ),
        Statement(
            id="s1",
            blocks=(_paragraph("s1p", "The north lock is closed."),),
            author="Port Authority",
            handle="@port",
            platform="Square",
            posted_at=datetime(2026, 3, 3, 18, 5, tzinfo=UTC),
            url="https://square.example/port/1",
        ),
        List(
            id="l1",
            ordered=True,
            items=(
                ListItem((_paragraph("l1a", "First the boats"),)),
                ListItem(
                    (
                        _paragraph("l1b", "Then the cranes"),
                        List(id="l2", items=(ListItem((_paragraph("l2a", "The small ones"),)),)),
                    )
                ),
            ),
        ),
        List(
            id="l3",
            ordered=True,
            start=3,
            items=(
                ListItem(
                    (
                        _paragraph("l3a", "An item of two paragraphs"),
                        _paragraph("l3b", "Its second one"),
                    )
                ),
            ),
        ),
        Table(
            id="t1",
            header=(_text("Quay"), _text("Berths")),
            rows=((_text("East"), _text("12")), ((Emphasis(_text("West")),), _text("7"))),
            alignments=("start", "end"),
            caption=_text("Berths by quay"),
            source="Harbour Board",
            row_headings=True,
        ),
        Table(
            id="t2",
            header=((Emphasis(_text("Year")),), _text("Depth")),
            rows=((_text("1953"), _text("9 m")),),
            alignments=("centre", "start"),
        ),
        KeyFigure(
            id="k1",
            label="Households without a meter",
            value="41",
            unit="per cent",
            before="63",
            as_of="March 2026",
            source="Water Board",
            url="https://water.example/meters",
            spoken="forty-one",
        ),
        Aside(
            id="a1",
            title="How the count works",
            blocks=(
                _paragraph("a1p", "Each ward sends two."),
                Code(id="a1c", text="count(wards) * 2", language="python"),
            ),
        ),
        Code(
            id="c1",
            text="for ship in ships:\n    moor(ship)\n",
            language="python",
            caption=_text("The whole program"),
        ),
        Embed(
            id="m1",
            url="https://maps.example/quay",
            title="The quay, year by year",
            provider="Survey",
            picture=MAP,
            alternative="A map of two quays",
            fallback=_text("The map shows the sea retreating."),
        ),
        Audio(
            id="r1",
            audio=RECORDING,
            title="The last tide",
            seconds=187,
            credit="J. Reed",
            transcript=(_paragraph("r1p", "Waves, and then none."),),
        ),
        Divider(id="d1"),
        Paragraph(
            id="p3", children=_text("The live map is updated hourly."), editions=("web", "epub")
        ),
        PageBreak(id="part-2", title="The town that followed"),
        Paragraph(
            id="p4",
            children=(Text("Nobody looked back."), FootnoteReference(SECOND_NOTE)),
        ),
    ),
    notes=(
        Footnote(FIRST_NOTE, (Text("Told in "), Emphasis(_text("March")), Text("."))),
        Footnote(SECOND_NOTE, _text("Except the harbour master.")),
    ),
    sources=(
        Source(
            id="audit",
            title="Audit of the Board",
            author="Court of Audit",
            outlet="Official Gazette",
            published_on=date(2026, 1, 15),
            url="https://gazette.example/audit",
            note="Two volumes",
        ),
    ),
)
"""An article that holds every kind of block and word, scopes, variants, notes and sources."""
