"""From requests and rows to the plain values that the gate decides on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from masthead.circulation import (
    entitlements,
    facts,
    gifts,
    links,
    meters,
    passes,
    tickets,
)
from masthead.circulation.entitlements import ANONYMOUS, Viewer, Work
from masthead.circulation.meters import Count
from masthead.circulation.tickets import Ticket
from masthead.edge import asking
from masthead.edge.asking import Address
from masthead.editorial import titles
from masthead.editorial.audiences import audience_of
from masthead.editorial.models import Article, Title
from masthead.manuscript.gate import Decision
from masthead.people import second_factor
from masthead.people.models import User
from masthead.production import overhearing, page_store

_VIEWER = "_masthead_viewer"
_TICKET = "_masthead_ticket"


def viewer_of(request: HttpRequest, at: datetime) -> Viewer:
    """Return who is behind a request, with the keys in hand; asked once for each request."""
    known: Viewer | None = getattr(request, _VIEWER, None)
    if known is None:
        found = facts.facts_of(
            getattr(request, "user", None),
            at,
            address=address_of(request),
            ticket=ticket_of(request),
        )
        if found.reads_everything and not second_factor.suffices(request):
            # What opens the office opens everything, and needs the same two proofs.
            found = replace(found, reads_everything=False)
        known = _ordered(entitlements.viewer_with(found, at))
        setattr(request, _VIEWER, known)
    return known


def see_as(request: HttpRequest, viewer: Viewer) -> None:
    """Have a request of our own answered as a reader with these keys would have it answered."""
    setattr(request, _VIEWER, viewer)


def viewer_by_token(reader: User, at: datetime) -> Viewer:
    """Return a reader for whom a token speaks, with the keys in hand.

    A token is one proof, so it opens nothing of what staff may read; and where it comes from
    says nothing of who listens.
    """
    found = replace(facts.facts_of(reader, at), reads_everything=False)
    return _ordered(entitlements.viewer_with(found, at))


def is_shut() -> bool:
    """Say whether closed works show their leads only, to all but staff; see `newsstand.canary`."""
    return page_store.here().orders().leads_only


def _ordered(viewer: Viewer) -> Viewer:
    """Return a viewer whose keys open nothing while that is ordered; what else they say holds."""
    if not viewer.keys or not is_shut():
        return viewer
    keys = (
        key if key.rule == "staff" else replace(key, classes=frozenset()) for key in viewer.keys
    )
    return replace(viewer, keys=tuple(keys))


def has_viewer(request: HttpRequest) -> bool:
    """Say whether anything asked who is behind this request."""
    return hasattr(request, _VIEWER)


def is_known(request: HttpRequest) -> bool:
    """Say whether the answer is for this reader alone: it was asked, and there are keys."""
    known: Viewer | None = getattr(request, _VIEWER, None)
    return known is not None and bool(known.keys)


def is_crawler(request: HttpRequest) -> bool:
    """Say whether a crawler reads by its address, which may read and keep no copy."""
    known: Viewer | None = getattr(request, _VIEWER, None)
    return known is not None and any(key.rule == "crawler" for key in known.keys)


def ticket_of(request: HttpRequest) -> Ticket:
    """Return what the browser brought along, or has just been given."""
    given: Ticket | None = getattr(request, _TICKET, None)
    return given or tickets.read(request.COOKIES.get(settings.TICKET_COOKIE, ""))


def ticket_to_give(request: HttpRequest) -> Ticket | None:
    """Return the ticket that the browser must be given with the answer, if it has changed."""
    return getattr(request, _TICKET, None)


def give_ticket(request: HttpRequest, ticket: Ticket) -> None:
    """Give the browser another ticket with the answer, and see its reader by it from now on."""
    setattr(request, _TICKET, ticket)
    _see_anew(request)


def _see_anew(request: HttpRequest) -> None:
    """Forget who is behind a request: there is something new to know of them."""
    vars(request).pop(_VIEWER, None)


def address_of(request: HttpRequest) -> Address | None:
    """Return the address a request comes from, as far as it can be believed; see `asking.client`."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    proxies = settings.INSTALLATION.server.trusted_proxies
    return asking.address_of(asking.client(request.META.get("REMOTE_ADDR", ""), forwarded, proxies))


def work_of(article: Article, title: Title | None = None) -> Work:
    """Return what the gate needs to know of an article; its title is looked up if left out."""
    if title is None:
        title = titles.titles_of([article]).get(article.pk)
    audience = audience_of(article, title)
    issue = article.issue()
    # A page that tells whom it is for is pressed anew as that turns.
    overhearing.hear_of_turns(audience.free_from, audience.subscribers_until)
    return Work(
        key=str(article.key),
        access=audience.access,
        title=str(title.key) if title else "",
        issue=issue.sequence if issue else None,
        published=article.live,
        free_from=audience.free_from,
        subscribers_until=audience.subscribers_until,
        strangers_counted=audience.strangers_counted,
    )


def works_of(articles: Sequence[Article]) -> list[Work]:
    """Return the same for several articles, in their order; one query for all of them.

    No more, that is, for articles fetched with their sections and places in issues.
    """
    found = titles.titles_of(articles)
    return [work_of(article, found.get(article.pk)) for article in articles]


def decide(request: HttpRequest, work: Work, at: datetime) -> Decision:
    """Return what the reader behind `request` may have of `work`."""
    return entitlements.may_read(viewer_of(request, at), work, at)


def decide_on_media(request: HttpRequest, article: Article, at: datetime) -> Decision:
    """Return the same for a file of an article: by its link, by the pass, else by the facts.

    A pass saves asking the database who this is; it opens nothing that the facts would not
    have opened when it was given out, a quarter of an hour ago at most.
    """
    work = work_of(article)
    if reader := links.reader_of(request, at=at):
        viewer = _ordered(entitlements.viewer_with(facts.facts_of(reader, at), at))
        return entitlements.may_read(viewer, work, at)
    shown = passes.believe(request.COOKIES.get(settings.PASS_COOKIE, ""), at=at)
    if shown is not None:
        decision = entitlements.may_read(_ordered(Viewer(keys=shown.keys)), work, at)
        if decision.parts == "full":
            return decision
    return entitlements.may_read(viewer_of(request, at), work, at)


def open_gift(request: HttpRequest, article: Article, token: str, at: datetime) -> bool:
    """Put the gift that a link names on the browser's ticket; say whether it opens."""
    ticket = gifts.open_gift(token, article, ticket_of(request), at=at)
    if ticket is not None:
        give_ticket(request, ticket)
    return ticket is not None


def count(
    request: HttpRequest, article: Article, title: Title, work: Work, at: datetime
) -> tuple[Decision, Count | None]:
    """Have a metered article counted for the reader behind `request`, and decide again.

    To be called when a decision's rule was "countable" and the reader really is about to
    read: never for a list, a feed or a preview. `work` is the article as the gate knows it.

    Returns:
        The decision, "full" if the article was counted; and how the reader's meter stands,
        None if the month is used up.
    """
    user: Any = request.user
    stands = None
    if viewer_of(request, at).signed_in:
        stands = meters.count_for(user, article, title, at=at)
        _see_anew(request)
    elif work.strangers_counted and (
        counted := meters.count_on(ticket_of(request), article, title, at=at)
    ):
        ticket, stands = counted
        give_ticket(request, ticket)
    return entitlements.may_read(viewer_of(request, at), work, at), stands


def decide_preview(
    request: HttpRequest, article: Article, work: Work, mode: str, at: datetime
) -> Decision:
    """Return what somebody previewing `article` in the office may see of it.

    Wagtail lets only those preview who may edit; this asks again, since a preview shows
    what readers must not have. The mode "lead" shows what an anonymous reader would get.
    """
    if mode == "lead":
        return entitlements.may_read(ANONYMOUS, replace(work, published=True), at)
    user: Any = getattr(request, "user", None)
    viewer = viewer_of(request, at)
    if user is not None and user.is_authenticated and article.pk:
        may_edit = article.permissions_for_user(user).can_edit()
        viewer = replace(viewer, reads_everything=viewer.reads_everything or may_edit)
    return entitlements.may_read(viewer, work, at)
