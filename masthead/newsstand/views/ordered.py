"""What was ordered: its payer is sent on to pay, told that it is theirs, or that it is over."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from masthead.circulation import credit_orders, orders
from masthead.circulation.models import CreditOrder, Order, Present
from masthead.newsstand.account_pages import Part
from masthead.newsstand.pages import Link
from masthead.newsstand.views import on_credit, till
from masthead.newsstand.views.account.pages import show
from masthead.payments.models import Attempt
from masthead.people.models import Address


def send(request: HttpRequest, order: Order, attempt: Attempt) -> None:
    """Ask the provider of an order for its money; whoever pays comes back to the order's page."""
    till.send(request, _bill_of(order, attempt))


def _bill_of(order: Order, attempt: Attempt) -> till.Bill:
    return till.Bill(
        name=order.version.deal.name,
        page=reverse("newsstand:order", args=[order.key]),
        anew=reverse("newsstand:pay_order", args=[order.key]),
        attempt=attempt,
        by_hand=_("Please pay like this. You can read as soon as the money has come in."),
    )


@login_required
@require_safe
def order(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send somebody on to pay, or say that it is paid and what can be done now."""
    payer: Any = request.user
    found = get_object_or_404(
        Order.objects.select_related("version__offer__title"), key=key, payer=payer
    )
    why = why_over(found)
    if orders.is_open(found) and not why:
        return _thanks(request, found)
    attempt = Attempt.objects.filter(reference=found.reference).order_by("pk").last()
    if credit_orders.is_owed(found) and not on_credit.goes_by_itself(attempt):
        return on_credit.begun(request, found)
    if attempt is None:
        return redirect("newsstand:pay_order", key=found.key)
    bill = _bill_of(found, attempt)
    if why and "back" not in request.GET and attempt.state != Attempt.State.SUCCEEDED:
        return over(request, found, why)
    if till.has_paid(request, bill):
        orders.paid(attempt, at=timezone.now())
        if orders.is_open(found) and not why_over(found):
            return _thanks(request, found)
        return _too_late(request, found)
    return till.waiting(request, bill)


def why_over(found: Order) -> str:
    """Return why nothing is to be paid for an order any more; empty where it is, or was paid."""
    if found.cancelled_at and not orders.is_open(found):
        return _("This order was given up. Please order anew.")
    credit = credit_orders.of(found)
    if credit and credit.billing in (CreditOrder.Billing.CREDITED, CreditOrder.Billing.WRITTEN_OFF):
        return _("This order is over, and nothing is to be paid. You can order anew.")
    return ""


def over(request: HttpRequest, found: Order, words: str) -> HttpResponse:
    """Say that nothing is to be paid any more."""
    links = (Link(_("Subscribe"), reverse("newsstand:offers")),)
    return show(request, found.version.deal.name, Part(text=(words,), links=links), status=410)


def waiting_with(request: HttpRequest, slug: str) -> Order | None:
    """Return a reader's own order of an offer that waits for its money with the code they typed."""
    user: Any = request.user
    typed = request.GET.get("code", "").strip()
    if not user.is_authenticated or not typed:
        return None
    mine = Order.objects.filter(payer=user, subscription=None, cancelled_at=None)
    return mine.filter(version__offer__slug=slug, discount__code__iexact=typed).first()


def _too_late(request: HttpRequest, found: Order) -> HttpResponse:
    links = (
        Link(_("Subscriptions"), reverse("account_subscriptions")),
        Link(_("Subscribe"), reverse("newsstand:offers")),
    )
    text = _(
        "Your payment came too late: what it was for is over, or was paid already. We pay it back."
    )
    return show(request, found.version.deal.name, Part(text=(text,), links=links))


def _thanks(request: HttpRequest, found: Order) -> HttpResponse:
    user: Any = request.user
    if gift := Present.objects.filter(order=found).first():
        link = Link(_("Your gift"), reverse("account_present", args=[gift.key]))
        ready = _("Thank you. You find your gift in your account, until it is taken and after.")
        return show(request, _("Your gift is ready"), Part(text=(ready,), links=(link,)))
    links = [
        Link(_("Read"), "/"),
        Link(_("Your subscription"), reverse("account_subscriptions")),
    ]
    text = [_("Thank you. You can read everything from now on.")]
    if found.with_print and not Address.objects.filter(user=user, is_for_post=True).exists():
        text.append(_("Tell us where the print edition goes."))
        links.insert(0, Link(_("Write down an address"), reverse("account_new_address")))
    return show(request, _("It is yours"), Part(text=tuple(text), links=tuple(links)))
