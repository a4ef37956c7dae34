"""The filters of the archive's search: from parameters to marks, and from counts to links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from masthead.editorial.archive.searching import AUDIO, CONTRIBUTOR, ISSUE, SECTION, TOPIC, YEAR
from masthead.editorial.models import Contributor, FrontPage, Issue, Section, Topic
from masthead.newsstand.pages import Link
from masthead.newsstand.search_pages import FilterGroup, FilterLink

MOST = 8
"""Links of one kind."""

NOTHING = "0"
"""What no article is marked with: a filter that means nothing finds nothing."""

PAGES: dict[str, tuple[str, type[Page]]] = {
    "section": (SECTION, Section),
    "contributor": (CONTRIBUTOR, Contributor),
    "topic": (TOPIC, Topic),
    "issue": (ISSUE, Issue),
}
HEADINGS = {
    SECTION: ("section", gettext_lazy("Section")),
    YEAR: ("year", gettext_lazy("Year")),
    CONTRIBUTOR: ("contributor", gettext_lazy("Contributor")),
    TOPIC: ("topic", gettext_lazy("Topic")),
    ISSUE: ("issue", gettext_lazy("Issue")),
    AUDIO: ("audio", gettext_lazy("Audio")),
}
"""What begins a mark, its parameter, and what readers call it; in the order on the page."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in force: its parameter and value, the mark that articles must bear, its name."""

    name: str
    value: str
    mark: str
    label: str


def read(given: Mapping[str, str], front: FrontPage) -> list[Chosen]:
    """Return the filters that an address asks for; two queries for each that names a page."""
    chosen = []
    for name, (letter, kind) in PAGES.items():
        if value := given.get(name, "")[:255].replace("\x00", ""):
            found = _page_called(value, kind, front)
            label = str(found.title) if found else value
            chosen.append(Chosen(name, value, f"{letter}{found.pk if found else NOTHING}", label))
    if year := given.get("year", "")[:4]:
        known = year if year.isascii() and year.isdigit() else NOTHING
        chosen.append(Chosen("year", year, f"{YEAR}{known}", year))
    if given.get("audio"):
        chosen.append(Chosen("audio", "1", f"{AUDIO}1", _("Can be listened to")))
    return chosen


def _page_called(slug: str, kind: type[Page], front: FrontPage) -> Page | None:
    """Return the page of that name of a title; below this front page, if there is one of other languages, too."""
    fronts = FrontPage.objects.filter(publication=front.publication_id).values_list(
        "path", flat=True
    )
    below = Q()
    for path in fronts:
        below |= Q(path__startswith=path)
    found = list(kind.objects.live().filter(below, slug=slug))
    return min(
        found, key=lambda page: (not page.path.startswith(front.path), page.pk), default=None
    )


def url(path: str, question: str, chosen: list[Chosen], **more: Any) -> str:
    """Return the address of a question with filters."""
    named = {"q": question, **{one.name: one.value for one in chosen}, **more}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{path}?{query}" if query else path


def without(path: str, question: str, chosen: list[Chosen]) -> tuple[Link, ...]:
    """Return the link to the same without it, for each filter in force."""
    return tuple(
        Link(one.label, url(path, question, [other for other in chosen if other != one]))
        for one in chosen
    )


def groups(
    counts: Counter[str], chosen: list[Chosen], url_with: Callable[[Chosen], str]
) -> tuple[FilterGroup, ...]:
    """Return what narrows down what was found, most articles first: one query for all names.

    Args:
        counts: how many of the articles bear each mark.
        chosen: the filters in force; of their kinds there are no links.
        url_with: returns the address with a further filter.
    """
    in_force = {one.mark[:1] for one in chosen}
    by_kind = {
        letter: _most([mark for mark in counts if mark[:1] == letter], counts, letter)
        for letter in HEADINGS
        if letter not in in_force
    }
    keys = [
        int(mark[1:])
        for letter, marks in by_kind.items()
        if letter not in (YEAR, AUDIO)
        for mark in marks
    ]
    pages = {page.pk: page for page in Page.objects.filter(pk__in=keys).live()} if keys else {}
    made = []
    for letter, marks in by_kind.items():
        parameter, heading = HEADINGS[letter]
        links = []
        for mark in marks:
            if letter == AUDIO:
                value, label = "1", _("Can be listened to")
            elif letter == YEAR:
                value = label = mark[1:]
            elif page := pages.get(int(mark[1:])):
                value, label = page.slug, str(page.title)
            else:
                continue
            here = Chosen(parameter, value, mark, label)
            links.append(FilterLink(label, url_with(here), counts[mark]))
        if links:
            made.append(FilterGroup(str(heading), tuple(links)))
    return tuple(made)


def _most(marks: list[str], counts: Counter[str], letter: str) -> list[str]:
    chosen = sorted(marks, key=lambda mark: (-counts[mark], mark))[:MOST]
    # Years are looked for by their order, not by how much was written in them.
    return sorted(chosen, reverse=True) if letter == YEAR else chosen
