"""Waiting for somebody to pay: on to the provider's page, what to do by hand, or that nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import show
from masthead.payments import attempts, ways
from masthead.payments.models import Attempt
from masthead.payments.provider import NotReady, PayLike, Provider, Urls


@dataclass(frozen=True, slots=True)
class Bill:
    """What is paid: its name, the page that says how it stands, and the page to try again on."""

    name: str
    page: str
    anew: str
    attempt: Attempt
    by_hand: str
    """What is said to who pays by hand, above what to write on the transfer."""


def send(request: HttpRequest, bill: Bill) -> Any:
    """Ask the provider for the money; whoever pays comes back to the bill's page."""
    here = request.build_absolute_uri(bill.page)
    urls = Urls(done=f"{here}?back=1", given_up=f"{here}?back=1")
    provider = ways.named(bill.attempt.provider)
    return attempts.send(bill.attempt, provider, urls=urls, at=timezone.now())


def has_paid(request: HttpRequest, bill: Bill) -> bool:
    """Say whether the money is in; asks the provider where somebody is to pay or comes back."""
    provider = _provider(bill)
    attempt = bill.attempt
    if provider and "back" not in request.GET and not attempt.next_url:
        # The provider was not heard when its page was to be opened; the same key asks again.
        send(request, bill)
        attempt.refresh_from_db()
    if provider and "back" in request.GET:
        # Whoever comes back may have paid: look, and believe only what is seen.
        attempts.look_at(attempt, provider, at=timezone.now())
        attempt.refresh_from_db()
    return attempt.state == Attempt.State.SUCCEEDED


def waiting(request: HttpRequest, bill: Bill) -> HttpResponse:
    """Send somebody on to pay, or say what there is to do or to wait for."""
    attempt = bill.attempt
    again = Link(_("Look again"), f"{bill.page}?back=1")
    if attempt.state in (Attempt.State.FAILED, Attempt.State.DROPPED):
        text = _("The payment did not go through, and nothing was charged.")
        anew = Link(_("Try again"), bill.anew)
        return show(request, bill.name, Part(text=(text,), links=(anew,)))
    onwards = Link(_("Go on to the payment"), attempt.next_url)
    if attempt.next_url and "back" not in request.GET:
        text = _("You pay at %(sum)s on the next page.") % {"sum": attempt.money}
        response = show(request, bill.name, Part(text=(text,), links=(onwards,)))
        # A form may not lead to another house; a page may.
        response.headers["Refresh"] = f"0; url={attempt.next_url}"
        return response
    steps = _steps(request, bill)
    if steps is not None:
        rows = tuple(Row(heading=name, lines=(value,)) for name, value in steps.steps)
        return show(request, bill.name, Part(text=(bill.by_hand,), rows=rows, links=(again,)))
    text = _("We do not know yet whether it was paid. This page looks again by itself.")
    links = (again, onwards) if attempt.next_url else (again,)
    response = show(request, bill.name, Part(text=(text,), links=links))
    response.headers["Refresh"] = "5"
    return response


def _steps(request: HttpRequest, bill: Bill) -> PayLike | None:
    provider = _provider(bill)
    if provider is None or "by-hand" not in provider.abilities:
        return None
    came = send(request, bill)
    return came if isinstance(came, PayLike) else None


def _provider(bill: Bill) -> Provider | None:
    try:
        return ways.named(bill.attempt.provider)
    except NotReady:
        return None
