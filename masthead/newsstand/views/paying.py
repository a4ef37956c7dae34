"""Paying for what was ordered already: at the order desk, or because a renewal could not be charged."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.circulation import (
    credit_orders,
    going_on,
    offers,
    orders,
    pricing,
    renewals,
    standing,
)
from masthead.circulation.models import Order, Subscription
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views import ordered
from masthead.newsstand.views.account.pages import button, form_of, show
from masthead.newsstand.views.subscribe import PAGE, Payment
from masthead.payments import ways
from masthead.payments.models import Attempt


class OrderPayment(Payment):
    """How an order is paid; whether it may go on is asked where nobody has agreed to it yet."""

    def __init__(self, order: Order, words: str, *args: Any, **kwargs: Any) -> None:
        """Ask for consent, which may be left out: then it ends by itself."""
        super().__init__(order.version, words, *args, **kwargs)
        if order.agreed_to or order.kind == Order.Kind.GIFT:
            self.fields.pop("agrees", None)
        elif "agrees" in self.fields:
            self.fields["agrees"].required = False


@login_required
@PAGE
def pay_order(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what an order of one's own costs, and have it paid."""
    payer: Any = request.user
    mine = Order.objects.select_related("version__offer__title")
    found = get_object_or_404(mine, key=key, payer=payer)
    is_under_way = _is_under_way(found)
    why = "" if is_under_way and not credit_orders.of(found) else ordered.why_over(found)
    if why:
        return ordered.over(request, found, why)
    if is_under_way:
        return redirect("newsstand:order", key=found.key)
    heading = found.version.deal.name
    if not ways.for_readers():
        text = _("Nothing can be paid here yet. Please come back a little later.")
        return show(request, heading, Part(text=(text,)), status=503)
    words = _renewal_words(found)
    posted = request.POST if request.method == "POST" else None
    form = OrderPayment(found, words, posted, initial={"request": uuid.uuid4()})
    if form.is_valid() and _ask(request, found, form, words):
        return redirect("newsstand:order", key=found.key)
    language = found.version.offer.title.language
    money = found.money.in_words_of(language)
    ask = form_of(form, _("Pay %(sum)s") % {"sum": money})
    rows = (Row(heading=_("To pay"), lines=(money,)),)
    return show(
        request,
        heading,
        Part(rows=rows, forms=(ask,)),
        standfirst=found.version.offer.title.name,
        status=422 if form.errors else 200,
    )


def _ask(request: HttpRequest, found: Order, form: OrderPayment, words: str) -> bool:
    try:
        attempt = orders.ask_for(
            found,
            provider=form.cleaned_data["way"],
            request=form.cleaned_data["request"],
            at=timezone.now(),
            agreed_to=words if form.cleaned_data.get("agrees") else "",
            language=found.version.offer.title.language,
        )
    except pricing.CannotOrder as refusal:
        form.add_error(None, str(refusal))
        return False
    found.refresh_from_db(fields=["provider"])
    ordered.send(request, found, attempt)
    return True


def _is_under_way(found: Order) -> bool:
    charges = Attempt.objects.filter(reference=found.reference)
    known = (*Attempt.OPEN, Attempt.State.SUCCEEDED)
    if credit_orders.is_owed(found):
        # A transfer that the invoice asked for keeps nobody from paying in another way.
        hands = [way.name for way in ways.by_hand()]
        return charges.filter(state__in=known).exclude(provider__in=hands).exists()
    return orders.is_open(found) or charges.filter(state__in=known).exists()


def _renewal_words(found: Order) -> str:
    deal = found.version.deal
    price = deal.price_in(found.currency)
    assert price is not None
    with_print = found.with_print and not deal.print_is_included
    return offers.renewal_words(deal, price, found.version.offer.title, with_print)


@login_required
@PAGE
def renewal(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Have a subscription that one pays for go on: what it costs, then on to the payment."""
    payer: Any = request.user
    mine = Subscription.objects.select_related("title", "payer")
    found = get_object_or_404(mine, key=key, payer=payer)
    if there := going_on.standing_order(found):
        return redirect("newsstand:pay_order", key=there.key)
    back = Link(_("Your subscription"), reverse("account_subscription", args=[key]))
    now = timezone.now()
    try:
        if request.method == "POST":
            return redirect("newsstand:pay_order", key=going_on.ask_for(found, at=now).key)
        one = going_on.next_term(standing.of_one(found), at=now)
    except renewals.CannotRenew as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_subscription", key=key)
    money = one.money.in_words_of(found.title.language)
    rows = (Row(heading=one.last.deal.name, lines=(money,)),)
    text = _("The next issues come after the last that you have paid for, so nothing is lost.")
    return show(
        request,
        _("Renew"),
        Part(text=(text,), rows=rows, forms=(button(_("Renew"), name="main"),), links=(back,)),
        standfirst=found.title.name,
    )
