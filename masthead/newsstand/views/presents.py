"""Taking a gift subscription by its link: who gave it, what it is, never what it cost."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from masthead.circulation import presents
from masthead.circulation.models import Present, Term
from masthead.circulation.promises import kept
from masthead.newsstand import turnstile
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.chrome import front_page_of
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, show
from masthead.people.models import Address

MOST = 30
"""Looks that a stranger has in a minute; no secret is guessed in a million years of them."""


@require_http_methods(["GET", "HEAD", "POST"])
def gift(request: HttpRequest, token: str) -> HttpResponse:
    """Show a gift to whoever has its link; on POST, have it taken by who signed in."""
    if refusal := turnstile.turned_away(request, "gift", most=MOST):
        return refusal
    found = presents.of_token(token)
    front = front_page_of(request)
    if found is None or front is None:
        raise Http404
    if found.order.version.offer.title_id != front.publication.pk:
        raise Http404
    user: Any = request.user
    if found.recipient_id or found.returned_at:
        return _taken(request, found)
    if request.method == "POST" and user.is_authenticated:
        try:
            presents.redeem(found, user, at=timezone.now())
        except presents.CannotRedeem as refusal:
            messages.warning(request, str(refusal))
        return redirect(request.path)
    if request.method == "GET" and user.pk != found.order.payer_id:
        presents.seen(found, at=timezone.now())
    return _offered(request, found)


def _offered(request: HttpRequest, found: Present) -> HttpResponse:
    version, now = found.order.version, timezone.now()
    said = [line for line in found.message.splitlines() if line.strip()]
    text = [*said, *([found.donor_name] if said and found.donor_name else [])]
    promises = tuple(
        Row(heading=line.words)
        for line in kept.lines_to_recipient(version.deal, version.offer.title, now)
    )
    hint = _("It begins once you take it, costs you nothing and ends by itself.")
    if request.user.is_authenticated:
        part = Part(text=(hint,), forms=(button(_("Take it")),))
    else:
        way = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        tell = _("First tell us your mail address: we send you a code, and no password is needed.")
        part = Part(text=(hint, tell), main=Link(_("Take it"), way))
    heading = _("A subscription to %(title)s") % {"title": version.offer.title.name}
    giver = _("%(donor)s gives it to you, %(name)s.")
    standfirst = giver % {"donor": found.donor_name, "name": found.recipient_name}
    if not found.donor_name or not found.recipient_name:
        standfirst = _("Somebody gives it to you.")
    return show(
        request,
        heading,
        Part(heading=version.deal.name, text=tuple(text)),
        part,
        Part(heading=_("What you get"), rows=promises),
        standfirst=standfirst,
    )


def _taken(request: HttpRequest, found: Present) -> HttpResponse:
    user: Any = request.user
    if not user.is_authenticated or found.recipient_id != user.pk:
        gone = _("This gift was taken before, or its donor has taken it back.")
        return show(request, _("Gift"), Part(text=(gone,)), status=410)
    links = [Link(_("Read"), "/"), Link(_("Your subscription"), reverse("account_subscriptions"))]
    if not Term.objects.filter(order=found.order_id).exists():
        waits = _("It begins after what you have of this magazine already: nothing is lost.")
        return show(request, _("It is yours"), Part(text=(waits,), links=tuple(links)))
    text = [_("You can read everything from now on.")]
    if found.order.with_print:
        address = Address.objects.filter(user=user, is_for_post=True).first()
        if address is None:
            text.append(_("Tell us where the print edition goes."))
            links.insert(0, Link(_("Write down an address"), reverse("account_new_address")))
    return show(request, _("It is yours"), Part(text=tuple(text), links=tuple(links)))
