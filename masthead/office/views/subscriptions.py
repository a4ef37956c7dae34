"""Subscriptions in the office: found by what a caller can say, each with all that happened to it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from masthead.circulation import standing, timeline
from masthead.circulation.models import Subscription
from masthead.circulation.promises import kept
from masthead.office import permissions
from masthead.people import addresses
from masthead.people.models import Address

PAGE = 50


@require_safe
def subscriptions(request: HttpRequest) -> HttpResponse:
    """List subscriptions, the newest first, or those of a number, a mail address, a name or a postcode."""
    _allow(request)
    asked = request.GET.get("q", "").strip()
    found = Subscription.objects.select_related("title", "reader", "payer")
    if asked:
        digits = asked.upper().removeprefix("S")
        number = Q(pk=int(digits)) if digits.isdecimal() and len(digits) < 16 else Q(pk=None)
        living = Address.objects.standing().filter(
            Q(name__icontains=asked) | Q(postcode__iexact=asked) | Q(organisation__icontains=asked)
        )
        found = found.filter(
            number
            | Q(reader__email__icontains=asked)
            | Q(payer__email__icontains=asked)
            | Q(reader__in=living.values("user"))
            | Q(payer__in=living.values("user"))
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("p"))
    now = timezone.now()
    newest: dict[int, int] = {}
    rows = []
    for account in standing.of(page.object_list):
        title = account.subscription.title_id
        if title not in newest:
            newest[title] = standing.newest_sequence(title)
        rows.append({"account": account, "state": account.state(now, newest[title])})
    return render(request, "office/subscriptions.html", {"rows": rows, "page": page, "q": asked})


@require_safe
def subscription(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one subscription: where it stands, its promises, and all that happened to it."""
    _allow(request)
    found = get_object_or_404(
        Subscription.objects.select_related("title", "reader", "payer"), pk=pk
    )
    account, now = standing.of_one(found), timezone.now()
    post = Address.objects.filter(user=found.reader, is_for_post=True).standing().first()
    context: dict[str, Any] = {
        "subscription": found,
        "post": addresses.label(post) if post else (),
        "account": account,
        "state": account.state(now, standing.newest_sequence(found.title_id)),
        "balance": account.in_force(now),
        "promises": kept.of(account, now),
        "events": timeline.of(found),
        "may_give_back": request.user.has_perm(permissions.GIVE_BACK),
        "may_send_post": request.user.has_perm(permissions.SEND_POST),
    }
    return render(request, "office/subscription.html", context)


def _allow(request: HttpRequest) -> None:
    if not request.user.has_perm("circulation.view_subscription"):
        raise PermissionDenied
