"""The manuscript: an article as an immutable tree of plain values.

Every importer makes this tree and every edition is made from it, so it is the
narrow waist of the house. Nodes are frozen dataclasses; nothing here knows a
database, a request or a file.

- Things outside the article are named by key, never by address or database id:
  ``picture:<sha256>``, ``article:<uuid>``, ``contributor:<uuid>``, ``topic:<uuid>``.
- Every block has an ``id`` that stays the same for as long as the block lives:
  narration, reading position, proofs and corrections refer to it.
- A block may be limited to named editions (``editions``, empty means all) and may
  carry a ``Variant`` that stands in its place in other editions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

EDITIONS = ("web", "paper", "epub", "speech", "letter", "plain")
"""The names of all editions, in the order in which people speak of them."""

Edition = Literal["web", "paper", "epub", "speech", "letter", "plain"]

Access = Literal["open", "registered", "metered", "subscribers"]
ACCESS_KINDS: tuple[Access, ...] = ("open", "registered", "metered", "subscribers")
"""Who a work is for; everything but ``open`` starts closed."""


# --- Words: what stands inside a paragraph ------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A run of plain characters; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A break the author wants, as in verse or an address."""


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """A few characters of code."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed words; italic in print, stressed in speech."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of importance; bold."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class SmallCaps:
    """Words set in small capitals."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Subscript:
    """Set below the line, as in H2O."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Superscript:
    """Set above the line, as in m2."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an absolute http(s) or mailto address, or to a key such as ``article:<uuid>``."""

    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class LanguageSpan:
    """Words in another language (BCP 47), so that they are hyphenated and spoken rightly."""

    language: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said it, in what capacity, to whom, where and when. Empty strings are unknown."""

    speaker: str = ""
    role: str = ""
    outlet: str = ""
    medium: str = ""
    said_on: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody's words in running text. Quotation marks are the edition's, not the manuscript's."""

    children: tuple[Inline, ...]
    attribution: Attribution = Attribution()


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name a topic (``topic:<uuid>``): a person, organisation, place, event or theme."""

    topic: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Words that rest on one of the article's sources (``Source.id``); locator: "p. 12"."""

    source: str
    children: tuple[Inline, ...]
    locator: str = ""


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    """The place of a footnote (``Footnote.id``). Numbers are computed per edition."""

    note: str


Inline = (
    Text
    | LineBreak
    | CodeSpan
    | Emphasis
    | Strong
    | SmallCaps
    | Subscript
    | Superscript
    | Link
    | LanguageSpan
    | Quotation
    | Mention
    | Citation
    | FootnoteReference
)
Words = tuple[Inline, ...]


# --- Blocks -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variant:
    """What stands in place of a block in the named editions; no blocks means it is cut there."""

    editions: tuple[Edition, ...]
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockBase:
    """What all blocks share: a stable id, the editions they are limited to, their variants."""

    id: str
    editions: tuple[Edition, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph(BlockBase):
    """A paragraph of running text."""

    children: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(BlockBase):
    """A heading within the article; level 2 to 4 (the headline is 1)."""

    level: int
    children: Words


SMALLEST_CROP = 0.01
"""In fractions of a side."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle in fractions of the picture's width and height, from the top left."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(BlockBase):
    """A picture with its caption.

    ``picture`` is a picture key. ``alternative`` says what is to be seen; empty only
    with ``decorative``. ``focal_point`` is (x, y) in fractions from the top left.
    ``place`` is where it was taken.
    """

    picture: str
    alternative: str = ""
    decorative: bool = False
    caption: Words = ()
    credit: str = ""
    place: str = ""
    focal_point: tuple[float, float] | None = None
    crop: Crop | None = None

    @property
    def part(self) -> Crop | None:
        """Return the part of the picture that is shown; None where that is the whole.

        So small a part that it is a slip of the hand is none.
        """
        crop = self.crop
        return crop if crop and min(crop.width, crop.height) >= SMALLEST_CROP else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery(BlockBase):
    """Several figures that belong together."""

    figures: tuple[Figure, ...]
    caption: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PullQuote(BlockBase):
    """Words lifted from the article to be seen large; not read aloud, since they stand in the text."""

    children: Words
    attribution: Attribution = Attribution()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockQuotation(BlockBase):
    """A quotation that stands by itself; one that ``denies`` what is said of its speaker is labelled."""

    blocks: tuple[Block, ...]
    attribution: Attribution = Attribution()
    denies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt(BlockBase):
    """A passage taken from another publication, with who allowed it (``permission``)."""

    blocks: tuple[Block, ...]
    title: str = ""
    author: str = ""
    outlet: str = ""
    published_on: date | None = None
    url: str = ""
    permission: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(BlockBase):
    """A post or statement kept as text, so that no other host's script is needed to read it."""

    blocks: tuple[Block, ...]
    author: str = ""
    handle: str = ""
    platform: str = ""
    posted_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item; usually a single paragraph, at times with a list of its own."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class List(BlockBase):
    """A list; ``start`` counts only when ordered."""

    items: tuple[ListItem, ...]
    ordered: bool = False
    start: int = 1


Alignment = Literal["start", "end", "centre"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(BlockBase):
    """A table; each row has as many cells as ``alignments``; ``header`` may be empty.

    With ``row_headings`` the first cell of each row is its heading.
    """

    rows: tuple[tuple[Words, ...], ...]
    header: tuple[Words, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    caption: Words = ()
    source: str = ""
    row_headings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure(BlockBase):
    """A figure worth remembering: what it is, its value, and what it was before.

    ``value`` and ``before`` are as printed ("1.2 million"); ``spoken`` overrides how the
    value is read aloud.
    """

    label: str
    value: str
    unit: str = ""
    before: str = ""
    as_of: str = ""
    source: str = ""
    url: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside(BlockBase):
    """A side box with a title of its own."""

    blocks: tuple[Block, ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(BlockBase):
    """Lines of code, kept to the character."""

    text: str
    language: str = ""
    caption: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed(BlockBase):
    """Something that lives elsewhere, with what stands in for it where it cannot be shown.

    Nothing is fetched from the other host for readers: they get ``title``, the fallback
    picture (a picture key, or empty), ``fallback`` in words and the link.
    """

    url: str
    title: str
    provider: str = ""
    picture: str = ""
    alternative: str = ""
    fallback: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio(BlockBase):
    """A recording (``audio:<sha256>``) that belongs to the article, with its transcript."""

    audio: str
    title: str
    seconds: int | None = None
    credit: str = ""
    transcript: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Divider(BlockBase):
    """A pause between passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak(BlockBase):
    """A new part begins here; ``title`` may name it."""

    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMarker(BlockBase):
    """The lead, which anybody may read, ends here."""


Block = (
    Paragraph
    | Heading
    | Figure
    | Gallery
    | PullQuote
    | BlockQuotation
    | Excerpt
    | Statement
    | List
    | Table
    | KeyFigure
    | Aside
    | Code
    | Embed
    | Audio
    | Divider
    | PageBreak
    | LeadMarker
)


# --- What stands around the text ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note; ``id`` is a UUID. Numbers are computed from the order of the references."""

    id: str
    children: Words


@dataclass(frozen=True, slots=True)
class Source:
    """Something the article rests on."""

    id: str
    title: str
    author: str = ""
    outlet: str = ""
    published_on: date | None = None
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Byline:
    """One author. ``contributor`` is a contributor key, or empty for a name without a page."""

    name: str
    contributor: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where, and when, a report was written."""

    place: str = ""
    written_on: date | None = None


@dataclass(frozen=True, slots=True)
class FrontVariant:
    """Front matter that differs in the named editions; None leaves the field as it is."""

    editions: tuple[Edition, ...]
    kicker: str | None = None
    headline: str | None = None
    standfirst: str | None = None
    lead_figure: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What stands above the text.

    ``language`` is BCP 47 and sets language and direction of the article. ``topics`` are
    topic keys that the article is about, beside those mentioned in the text.
    """

    headline: str
    kicker: str = ""
    standfirst: str = ""
    language: str = "en"
    bylines: tuple[Byline, ...] = ()
    section: str = ""
    topics: tuple[str, ...] = ()
    dateline: Dateline = Dateline()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    lead_figure: Figure | None = None
    variants: tuple[FrontVariant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """A whole article. ``key`` is its UUID as text; ``access`` says who it is for."""

    key: str
    front: FrontMatter
    body: tuple[Block, ...] = ()
    notes: tuple[Footnote, ...] = ()
    sources: tuple[Source, ...] = ()
    access: Access = "subscribers"
    lead_words: int = field(default=80)
