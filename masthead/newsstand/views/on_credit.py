"""What is read now and paid later: what its payer is told at the checkout and afterwards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masthead.circulation import credit_letters, credit_orders
from masthead.circulation.models import CreditOrder, OfferVersion, Order
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import show
from masthead.payments import ways
from masthead.payments.models import Attempt
from masthead.payments.provider import NotReady
from masthead.people.models import Address

LATER = "(later)"
"""Chosen in place of a way to pay; no way is called that, since it stands in no settings."""


def choice(request: HttpRequest, version: OfferVersion, wishes: Any) -> str | None:
    """Return why somebody cannot pay later, empty if they can; None where nobody is asked that."""
    payer: Any = request.user
    if wishes.is_gift or not (version.deal.pays_later and wishes.quote.money):
        return None
    return credit_orders.refusal(version, payer, country=wishes.cleaned_data["country"])


def goes_by_itself(attempt: Attempt | None) -> bool:
    """Say whether a provider is being asked for the money, and will say whether it came."""
    if attempt is None or attempt.is_settled:
        return False
    try:
        return "by-hand" not in ways.named(attempt.provider).abilities
    except NotReady:
        return False


def begun(request: HttpRequest, order: Order) -> HttpResponse:
    """Say that it has begun, until when its invoice is to be paid, and how."""
    credit = CreditOrder.objects.get(order=order)
    how = credit_letters.how_to_pay(order, at=timezone.now())
    language = order.version.offer.title.language
    day = date_format(credit_orders.due_on(order, credit.opened_at, credit.days))
    asked = {"sum": order.money.in_words_of(language), "day": day}
    text = [
        _("You can read everything from now on."),
        _("Please pay %(sum)s by %(day)s. The invoice is on its way to you by mail.") % asked,
    ]
    pay = Link(_("Pay it now"), reverse("newsstand:pay_order", args=[order.key]))
    links = [Link(_("Read"), "/"), pay]
    mine = Address.objects.filter(user=order.payer, is_for_post=True)
    if order.with_print and not mine.exists():
        text.append(_("Tell us where the print edition goes."))
        links.insert(0, Link(_("Write down an address"), reverse("account_new_address")))
    rows = tuple(Row(heading=name, lines=(value,)) for name, value in how.steps)
    return show(request, _("It is yours"), Part(text=tuple(text), rows=rows, links=tuple(links)))


def offered(refusal: str) -> Row:
    """Return what is said at the checkout of an offer that may be paid later, and by whom."""
    if not refusal:
        words = _("Choose “later, by invoice” below: you read at once.")
        return Row(heading=_("Pay later"), lines=(words,))
    address = Link(_("Write down an address"), reverse("account_new_address"))
    return Row(heading=_("Pay later"), lines=(refusal,), links=(address,))
