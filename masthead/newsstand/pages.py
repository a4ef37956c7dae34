"""What each page's template may use: the promise to the authors of themes.

One frozen dataclass a page. They hold plain values, so that a template can neither ask
the database anything nor reach words that its reader may not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.safestring import SafeString

from masthead.manuscript.press_document import PictureCard
from masthead.newsstand.advertisement_cards import Advertisement
from masthead.newsstand.offer_cards import OfferCard


@dataclass(frozen=True, slots=True)
class Link:
    """A name with an address; the address may be empty."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed of what this page shows, in one of its forms."""

    name: str
    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class ShareImage:
    """The picture that stands for this page elsewhere; its address is a full one."""

    url: str
    width: int
    height: int
    alternative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the head of a page tells machines; `newsstand/parts/head.html` prints it.

    Addresses are full ones. ``kind`` and ``locale`` are Open Graph's names,
    ``structured_data`` is a finished script element's content (JSON-LD). ``authors`` are the
    addresses of contributors, ``previous_url`` and ``next_url`` the pages or parts beside.
    """

    kind: str = "website"
    title: str = ""
    locale: str = ""
    image: ShareImage | None = None
    published_at: datetime | None = None
    revised_at: datetime | None = None
    section: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    previous_url: str = ""
    next_url: str = ""
    feeds: tuple[FeedLink, ...] = ()
    structured_data: SafeString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """What stands around every page.

    ``path`` is where the reader is; ``issue`` is the newest on sale, of ``issue_date``.
    ``site_url`` is the full address of the front page. ``breadcrumbs`` lead from there to
    this page, which is the last of them; the front page has none. ``has_podcast`` is whether
    anybody can hear the magazine's articles from podcast programs.
    """

    publication: str
    publisher: str = ""
    issn: str = ""
    tagline: str = ""
    language: str = "en"
    direction: str = "ltr"
    path: str = ""
    home_url: str = "/"
    sections: tuple[Link, ...] = ()
    issues_url: str = ""
    articles_url: str = ""
    contributors_url: str = ""
    topics_url: str = ""
    search_url: str = ""
    corrections_url: str = ""
    issue: Link | None = None
    issue_date: date | None = None
    accessibility_url: str = ""
    account_url: str = ""
    offers_url: str = ""
    promises_url: str = ""
    withdrawal_url: str = ""
    site_url: str = ""
    canonical_url: str = ""
    description: str = ""
    breadcrumbs: tuple[Link, ...] = ()
    metadata: Metadata = Metadata()
    has_podcast: bool = False
    preview: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCard:
    """An article in a list: what anybody may know of it. ``closed`` says it is not for all."""

    headline: str
    url: str
    kicker: str = ""
    standfirst: str = ""
    bylines: tuple[Link, ...] = ()
    section: Link | None = None
    published_at: datetime | None = None
    picture: PictureCard | None = None
    language: str = "en"
    direction: str = "ltr"
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCard:
    """An issue on the newsstand; its cover's ground comes from its ``sequence``."""

    number: str
    sequence: int
    url: str
    name: str = ""
    volume: str = ""
    cover_date: date
    cover_date_text: str = ""
    cover: PictureCard | None = None
    cover_lines: tuple[CoverLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A line on the cover, and what explains it."""

    text: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one is in a long list; empty addresses where there is no way on."""

    number: int = 1
    count: int = 1
    newer_url: str = ""
    older_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The front page. ``lead`` comes first and large; ``issue`` is the newest on sale.

    ``advertisement`` stands at its foot.
    """

    chrome: Chrome
    lead: ArticleCard | None
    articles: tuple[ArticleCard, ...]
    issue: IssueCard | None
    introduction: str = ""
    advertisement: Advertisement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A section's front, or all articles; ``advertisement`` stands between two of them."""

    chrome: Chrome
    heading: str
    introduction: str
    articles: tuple[ArticleCard, ...]
    pager: Pager
    advertisement: Advertisement | None = None


@dataclass(frozen=True, slots=True)
class BylineCard:
    """A name above an article, and what the reader should know of its bearer."""

    name: str
    url: str = ""
    role: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction as readers see it; ``article`` is empty on the article's own page."""

    kind: str
    text: str
    made_at: datetime
    article: Link | None = None


@dataclass(frozen=True, slots=True)
class MeterNotice:
    """How many metered articles this reader has opened this month, this one included."""

    read: int
    allowed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """An article that this reader may hear.

    It takes ``seconds``, about ``minutes``; ``url`` is the recording, of ``size`` bytes, and
    ``file_name`` what a download of it is called. ``captions_url`` and ``times_url`` are empty
    while the recording still has earlier words than the page. ``narrator`` is empty where a
    computer voice reads, which readers must be told.
    """

    key: str
    url: str
    captions_url: str
    times_url: str
    seconds: float
    minutes: int
    size: int
    file_name: str
    narrator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InIssue:
    """Where an article stands within the reader of its issue.

    It is the ``number``-th of ``count``; ``issue`` is the reader's front, ``previous`` and
    ``next`` are articles or parts. ``reader`` is a mark of who reads and ``key`` that of the
    issue, under which a browser keeps it.
    """

    issue: Link
    number: int
    count: int
    previous: Link | None
    next: Link | None
    reader: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article, or what of it this reader may have.

    ``body`` is finished HTML with documented class names. ``gated`` says that it is only
    the lead and that the offer belongs below it; ``access`` is whom it is for at this
    moment, and ``rule`` the id of the rule that decided: of a closed one "sign-up" (it opens
    for who signs up), "countable" (the month's metered articles are used up) or "closed"; of
    an open one "gift" or "meter", among others. ``meter`` is set when this reading has just
    been counted, ``gift_url`` where the reader can give the article away. ``parts`` are the addresses of its parts
    for who may read them all; ``part`` is the present one, from 1, and ``next_part`` the
    one after it, 0 when there is none. ``is_retracted`` says that its corrections come
    before everything else. ``onward`` are articles to read next. ``listening`` is set where
    this reader may hear it, ``in_issue`` within the reader of its issue. ``offers`` are what would
    open it, where it is gated. ``advertisement`` stands below, where this reader gets any.
    """

    chrome: Chrome
    headline: str
    kicker: str
    standfirst: str
    bylines: tuple[BylineCard, ...]
    dateline_place: str
    published_at: datetime | None
    revised_at: datetime | None
    section: Link | None
    issue: Link | None
    lead_figure: SafeString
    body: SafeString
    language: str
    direction: str
    reading_minutes: int
    topics: tuple[Link, ...]
    dossiers: tuple[Link, ...]
    corrections: tuple[CorrectionLine, ...]
    gated: bool
    access: str = ""
    rule: str = ""
    meter: MeterNotice | None = None
    gift_url: str = ""
    part: int = 1
    next_part: int = 0
    parts: tuple[Link, ...] = ()
    is_retracted: bool = False
    onward: tuple[ArticleCard, ...] = ()
    listening: Listening | None = None
    in_issue: InIssue | None = None
    offers: tuple[OfferCard, ...] = ()
    advertisement: Advertisement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributorPage:
    """Somebody with a byline, and what they wrote."""

    chrome: Chrome
    name: str
    role: str
    biography: tuple[str, ...]
    portrait: PictureCard | None
    links: tuple[Link, ...]
    articles: tuple[ArticleCard, ...]
    pager: Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """A topic, and the articles that are about it or name it."""

    chrome: Chrome
    name: str
    kind: str
    summary: tuple[str, ...]
    reference: str
    articles: tuple[ArticleCard, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a running story."""

    happened_on: date
    text: str
    article: ArticleCard | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPage:
    """A running story with its dates, oldest first."""

    chrome: Chrome
    name: str
    standfirst: str
    picture: PictureCard | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Names under a heading: a letter, or a kind of topic."""

    heading: str
    names: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesPage:
    """All contributors, or all topics."""

    chrome: Chrome
    heading: str
    groups: tuple[NameGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsPage:
    """Everything the magazine has had to put right, newest first."""

    chrome: Chrome
    corrections: tuple[CorrectionLine, ...]
    pager: Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibilityPage:
    """What readers can expect of these pages, and whom to write to where it fails them.

    ``contact_url`` is a ``mailto:`` or a page, ``contact`` what to call it.
    """

    chrome: Chrome
    contact: str
    contact_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What is said when a page cannot be given."""

    chrome: Chrome
    heading: str
    text: str
