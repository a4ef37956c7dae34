"""People and subjects: contributors, topics, dossiers."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from masthead.editorial.models import (
    Article,
    Contributor,
    ContributorIndex,
    Dossier,
    Topic,
    TopicIndex,
)
from masthead.newsstand import structured_data
from masthead.newsstand.cards import article_cards, page_of, paragraphs, picture_cards
from masthead.newsstand.chrome import chrome_for
from masthead.newsstand.metadata import head, here, share_image, shelf
from masthead.newsstand.pages import (
    ContributorPage,
    DossierPage,
    Link,
    NameGroup,
    NamesPage,
    Step,
    TopicPage,
)


def contributor(
    page: Contributor, request: HttpRequest, **_how: Any
) -> tuple[str, ContributorPage]:
    """Return a contributor and what they wrote."""
    written = Article.objects.filter(bylines__contributor=page).distinct()
    rows, pager = page_of(written.published().with_cards(), request)
    values = ContributorPage(
        chrome=chrome_for(request, page=page, description=page.role),
        name=page.title,
        role=page.role,
        biography=paragraphs(page.biography),
        portrait=picture_cards([page.portrait_id]).get(page.portrait_id)
        if page.portrait_id
        else None,
        links=tuple(Link(link.label, link.url) for link in page.links.all()),
        articles=article_cards(rows),
        pager=pager,
    )
    chrome = values.chrome
    return "contributor", head(
        values,
        structured_data.contributor(values, chrome.canonical_url),
        kind="profile",
        title=page.title,
        trail=[shelf(chrome, "contributors_url"), here(chrome, page.title)],
        image=share_image(chrome, values.portrait),
        pager=pager,
        feeds=True,
    )


def contributors(
    page: ContributorIndex, request: HttpRequest, **_how: Any
) -> tuple[str, NamesPage]:
    """Return all contributors by the first letter that they are sorted under."""
    people = Contributor.objects.child_of(page).live().order_by("sort_name", "title")
    letters = groupby(people, key=lambda person: (person.sort_name or person.title)[:1].upper())
    groups = tuple(NameGroup(letter, _links(group)) for letter, group in letters)
    return "names", _names(page, request, _("Contributors"), groups)


def topic(page: Topic, request: HttpRequest, **_how: Any) -> tuple[str, TopicPage]:
    """Return a topic and the articles that are about it or name it."""
    about = Article.objects.filter(Q(topic_links__topic=page) | Q(mentions__topic=page)).distinct()
    rows, pager = page_of(about.published().with_cards(), request)
    values = TopicPage(
        chrome=chrome_for(request, page=page, description=page.summary[:160]),
        name=page.title,
        kind=page.get_kind_display(),
        summary=paragraphs(page.summary),
        reference=page.reference,
        articles=article_cards(rows),
        pager=pager,
    )
    chrome = values.chrome
    return "topic", head(
        values,
        title=page.title,
        trail=[shelf(chrome, "topics_url"), here(chrome, page.title)],
        pager=pager,
        feeds=True,
    )


def topics(page: TopicIndex, request: HttpRequest, **_how: Any) -> tuple[str, NamesPage]:
    """Return the dossiers, then all topics by their kind."""
    groups = [
        NameGroup(_("Dossiers"), _links(Dossier.objects.child_of(page).live().order_by("title")))
    ]
    known = list(Topic.objects.child_of(page).live().order_by("title"))
    groups += [
        NameGroup(str(kind.label), _links(t for t in known if t.kind == kind))
        for kind in Topic.Kind
    ]
    return "names", _names(page, request, _("Topics"), tuple(g for g in groups if g.names))


def dossier(page: Dossier, request: HttpRequest, **_how: Any) -> tuple[str, DossierPage]:
    """Return a running story, oldest step first."""
    entries = sorted(
        page.entries.all(), key=lambda entry: (entry.happened_on, entry.sort_order or 0)
    )
    wanted = [entry.article_id for entry in entries if entry.article_id]
    articles = list(Article.objects.filter(pk__in=wanted).live().with_cards())
    cards = {a.pk: card for a, card in zip(articles, article_cards(articles), strict=True)}
    values = DossierPage(
        chrome=chrome_for(request, page=page, description=page.standfirst),
        name=page.title,
        standfirst=page.standfirst,
        picture=picture_cards([page.picture_id]).get(page.picture_id) if page.picture_id else None,
        steps=tuple(
            Step(entry.happened_on, entry.text, cards.get(entry.article_id or 0))
            for entry in entries
        ),
    )
    chrome = values.chrome
    return "dossier", head(
        values,
        title=page.title,
        trail=[shelf(chrome, "topics_url"), here(chrome, page.title)],
        image=share_image(chrome, values.picture),
    )


def _names(
    page: Any, request: HttpRequest, heading: str, groups: tuple[NameGroup, ...]
) -> NamesPage:
    values = NamesPage(chrome=chrome_for(request, page=page), heading=heading, groups=groups)
    return head(values, title=heading, trail=[here(values.chrome, heading)])


def _links(pages: Any) -> tuple[Link, ...]:
    return tuple(Link(page.title, page.url or "") for page in pages)
