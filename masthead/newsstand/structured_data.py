"""What a page is about, for machines: schema.org terms as JSON-LD.

Pure: the values that a page's template gets go in, plain dictionaries come out. So nothing
can be said here that the page does not hold, and no word of a closed article among it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django.utils.safestring import SafeString, mark_safe

from masthead.manuscript import addresses
from masthead.manuscript.nodes import Source
from masthead.manuscript.press_document import PictureCard
from masthead.newsstand.issue_pages import IssuePage
from masthead.newsstand.pages import ArticlePage, Chrome, ContributorPage, IssueCard, Link

Node = dict[str, Any]

PAYWALLED = "paywalled"
"""The class of what stands where only some may read; see `newsstand/article.html`."""

TOPIC_TYPES = {
    "person": "Person",
    "organisation": "Organization",
    "place": "Place",
    "event": "Event",
}
"""Kinds of topics that schema.org has a type for; any other is a Thing."""

# A script element ends at the first "</script", wherever it stands; the others upset
# old readers of XHTML and of JavaScript.
_ESCAPED = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic that an article is about or names; ``reference`` says beyond doubt which."""

    name: str
    url: str = ""
    kind: str = ""
    reference: str = ""


def script(nodes: Iterable[Node]) -> SafeString:
    """Return nodes as the content of a script element of the type application/ld+json."""
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPED))  # noqa: S308 - nothing in it can end the element.


def house(chrome: Chrome) -> list[Node]:
    """Return who publishes, and what: the nodes that all others refer to."""
    return [
        _node(
            "NewsMediaOrganization",
            _id(chrome, "publisher"),
            name=chrome.publisher or chrome.publication,
            url=chrome.site_url,
        ),
        _node(
            "Periodical",
            _id(chrome, "magazine"),
            name=chrome.publication,
            description=chrome.tagline,
            url=chrome.site_url,
            issn=chrome.issn,
            inLanguage=chrome.language,
            publisher=_ref(chrome, "publisher"),
        ),
    ]


def website(chrome: Chrome) -> Node:
    """Return the whole site, as its front page names it."""
    return _node(
        "WebSite",
        _id(chrome, "site"),
        name=chrome.publication,
        description=chrome.description,
        url=chrome.site_url,
        inLanguage=chrome.language,
        publisher=_ref(chrome, "publisher"),
    )


def breadcrumbs(chrome: Chrome, trail: Iterable[Link]) -> Node:
    """Return the way from the front page to this one."""
    return _node(
        "BreadcrumbList",
        itemListElement=[
            _node("ListItem", position=place, name=link.name, item=_full(chrome, link.url))
            for place, link in enumerate(trail, 1)
        ],
    )


def article(
    page: ArticlePage,
    *,
    url: str,
    word_count: int,
    free: bool,
    images: Iterable[Node],
    about: Iterable[Subject],
    mentions: Iterable[Subject],
    sources: Iterable[Source],
    issue: IssueCard | None,
    modified_at: datetime | None,
) -> Node:
    """Return an article.

    Args:
        page: as its reader gets it.
        url: the full address of its first part.
        word_count: of the whole article.
        free: whether everybody gets the whole of it.
        images: its pictures, the best first.
        about: what it is about.
        mentions: what else is named in what this reader may have.
        sources: what is cited in what this reader may have.
        issue: the one it stands in.
        modified_at: the last change that readers were told of.
    """
    chrome = page.chrome
    # A byline with a role ("Photographs by") is of somebody who did not write it.
    writers = [byline for byline in page.bylines if not byline.role] or page.bylines
    others = [byline for byline in page.bylines if byline not in writers]
    return _node(
        "NewsArticle",
        f"{url}#article",
        headline=page.headline,
        description=page.standfirst,
        url=url,
        mainEntityOfPage=url,
        author=[_person(chrome, byline.name, byline.url) for byline in writers],
        contributor=[_person(chrome, byline.name, byline.url) for byline in others],
        datePublished=_moment(page.published_at),
        dateModified=_moment(modified_at),
        dateline=page.dateline_place,
        image=list(images),
        isPartOf=_issue(chrome, issue) if issue else _ref(chrome, "magazine"),
        articleSection=page.section.name if page.section else "",
        inLanguage=page.language,
        wordCount=word_count,
        about=[_subject(chrome, subject) for subject in about],
        mentions=[_subject(chrome, subject) for subject in mentions],
        citation=[_source(source) for source in sources],
        correction=[
            _node(
                "CorrectionComment",
                name=record.kind,
                text=record.text,
                datePublished=_moment(record.made_at),
            )
            for record in page.corrections
        ],
        isAccessibleForFree=free,
        hasPart=None
        if free
        else _node("WebPageElement", isAccessibleForFree=False, cssSelector=f".{PAYWALLED}"),
        publisher=_ref(chrome, "publisher"),
    )


def issue(page: IssuePage) -> Node:
    """Return an issue with its contents."""
    chrome = page.chrome
    cards = [card for department in page.departments for card, _folio in department.entries]
    return _issue(chrome, page.issue) | _node(
        image=picture(chrome, page.issue.cover),
        hasPart=[
            _node(
                "NewsArticle",
                f"{_full(chrome, card.url)}#article",
                headline=card.headline,
                url=_full(chrome, card.url),
                author=[_person(chrome, byline.name, byline.url) for byline in card.bylines],
                inLanguage=card.language,
            )
            for card in cards
        ],
    )


def contributor(page: ContributorPage, url: str) -> Node:
    """Return the page of somebody who writes, and who that is."""
    person = _person(page.chrome, page.name, url) | _node(
        jobTitle=page.role,
        description="\n\n".join(page.biography),
        image=picture(page.chrome, page.portrait),
        sameAs=[link.url for link in page.links if addresses.scheme(link.url) != "mailto"],
    )
    return _node("ProfilePage", url=url, mainEntity=person)


def picture(chrome: Chrome, card: PictureCard | None) -> Node | None:
    """Return a picture in the form that anything can read; None where there is none."""
    if card is None or not card.sources:
        return None
    source = card.sources[-1]
    return image(
        _full(chrome, source.url),
        source.width,
        round(source.width * card.height / card.width),
        card.credit,
    )


def image(url: str, width: int, height: int, credit: str = "") -> Node:
    """Return an image at a full address."""
    return _node("ImageObject", url=url, width=width, height=height, creditText=credit)


def _issue(chrome: Chrome, card: IssueCard) -> Node:
    whole: Node = _ref(chrome, "magazine")
    if card.volume:
        whole = _node("PublicationVolume", volumeNumber=card.volume, isPartOf=whole)
    url = _full(chrome, card.url) if card.url else ""
    return _node(
        "PublicationIssue",
        f"{url}#issue" if url else "",
        name=card.name,
        issueNumber=card.number,
        datePublished=card.cover_date.isoformat(),
        url=url,
        isPartOf=whole,
        publisher=_ref(chrome, "publisher"),
    )


def _person(chrome: Chrome, name: str, url: str) -> Node:
    full = _full(chrome, url) if url else ""
    return _node("Person", f"{full}#person" if full else "", name=name, url=full)


def _subject(chrome: Chrome, subject: Subject) -> Node:
    return _node(
        TOPIC_TYPES.get(subject.kind, "Thing"),
        name=subject.name,
        url=_full(chrome, subject.url) if subject.url else "",
        sameAs=subject.reference,
    )


def _source(source: Source) -> Node:
    return _node(
        "CreativeWork",
        name=source.title,
        author=_node("Person", name=source.author) if source.author else None,
        publisher=_node("Organization", name=source.outlet) if source.outlet else None,
        datePublished=_day(source.published_on),
        url=source.url if addresses.is_public(source.url) else "",
    )


def _node(kind: str = "", identity: str = "", **properties: Any) -> Node:
    """Return a node with the properties that have a value; False and 0 are values."""
    node: Node = {"@type": kind} if kind else {}
    if identity:
        node["@id"] = identity
    empty: tuple[Any, ...] = (None, "", [])
    return node | {name: value for name, value in properties.items() if value not in empty}


def _id(chrome: Chrome, name: str) -> str:
    return f"{chrome.site_url}#{name}"


def _ref(chrome: Chrome, name: str) -> Node:
    return {"@id": _id(chrome, name)}


def _full(chrome: Chrome, url: str) -> str:
    return urljoin(chrome.site_url, url)


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
