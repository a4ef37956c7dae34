"""The cards that a reader left, by which renewals are charged: which, another one, none."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from masthead.newsstand.account_pages import AccountForm, Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, show
from masthead.payments import methods, ways
from masthead.payments.models import Method
from masthead.payments.provider import NotReady, Provider, Unknown, Urls

PAGE = require_http_methods(["GET", "HEAD", "POST"])
LEAVING = "masthead.card"
"""In the session, while somebody is at a provider's page: its way, and what they will have left."""


@login_required
@PAGE
def cards(request: HttpRequest) -> HttpResponse:
    """Show the cards in use, and have another one left with its provider."""
    if request.method == "POST":
        return _leave(request)
    if "back" in request.GET:
        _come_back(request)
        return redirect("account_cards")
    user: Any = request.user
    rows = tuple(_row(one) for one in Method.objects.filter(payer=user, gone_at=None))
    text = [_("Renewals are charged by the newest. We never see its number.")]
    if not rows:
        text = [_("You have left no card. Nothing can be charged without you.")]
    again = (Link(_("Look again"), f"{reverse('account_cards')}?back=1"),)
    links = again if LEAVING in request.session else ()
    part = Part(text=tuple(text), rows=rows, forms=tuple(_offers()), links=links)
    return show(request, _("Cards"), part)


def _row(method: Method) -> Row:
    lines = []
    if method.expires_on:
        lines.append(_("Good until %(day)s") % {"day": date_format(method.expires_on)})
    gone = reverse("account_remove_card", args=[method.key])
    form = button(_("Remove"), action=gone, name="remove", is_quiet=True)
    return Row(heading=str(method), lines=tuple(lines), forms=(form,))


def _offers() -> Iterator[AccountForm]:
    for way in ways.for_readers():
        if "keeps-methods" in way.abilities:
            hidden = {"way": way.name, "request": str(uuid.uuid4())}
            words = _("Leave another: %(way)s") % {"way": way.label}
            yield button(words, name=f"leave-{way.name}", hidden=hidden)


def _leave(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    here = request.build_absolute_uri(f"{reverse('account_cards')}?back=1")
    provider = _provider(request.POST.get("way", ""))
    try:
        asked = uuid.UUID(request.POST.get("request", ""))
    except ValueError:
        return redirect("account_cards")
    try:
        if provider is None:
            raise methods.CannotChange(_("Nothing can be left there."))
        page = methods.begin_change(
            user, provider, request=asked, urls=Urls(here, here), language=get_language() or "en"
        )
    except methods.CannotChange as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_cards")
    except Unknown:
        messages.warning(request, _("The payment service does not answer. Please try again later."))
        return redirect("account_cards")
    request.session[LEAVING] = {"way": provider.name, "ref": page.ref}
    text = _("You leave it on the next page. Nothing is charged there.")
    links = (Link(_("Go on"), page.url),)
    response = show(request, _("Cards"), Part(text=(text,), links=links))
    # A form may not lead to another house; a page may.
    response.headers["Refresh"] = f"0; url={page.url}"
    return response


def _come_back(request: HttpRequest) -> None:
    user: Any = request.user
    left = request.session.pop(LEAVING, None)
    provider = _provider(left["way"]) if left else None
    if left is None or provider is None:
        return
    try:
        method = methods.change(user, provider, left["ref"], at=timezone.now())
    except methods.CannotChange as refusal:
        messages.warning(request, str(refusal))
    except Unknown:
        # They are still to be asked what was left, so it is remembered.
        request.session[LEAVING] = left
        messages.warning(request, _("The payment service does not answer. Please try again later."))
    else:
        if method is None:
            messages.info(request, _("Nothing was left; it stays as it was."))
        else:
            messages.success(request, _("Renewals are charged by it from now on."))


def _provider(way: str) -> Provider | None:
    """Return a way that readers are offered, None for whatever else a form says."""
    if way not in [one.name for one in ways.for_readers()]:
        return None
    try:
        return ways.named(way)
    except NotReady:
        return None


@login_required
@require_POST
def remove(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Have a card of one's own never charged again."""
    user: Any = request.user
    if methods.remove(user, key, at=timezone.now()):
        messages.success(request, _("It is never charged again."))
    return redirect("account_cards")
