"""The print edition of a subscription: adding it in the middle, leaving it out from the next term on."""

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
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from masthead.circulation import upgrades
from masthead.circulation.models import Subscription, Term
from masthead.circulation.upgrades import Upgrade
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, show
from masthead.people.models import Address

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@PAGE
def add_print(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what print costs for the copies that are left; on POST, order it and go on to pay."""
    found = _mine(request, key)
    heading = _("Add the print edition")
    back = Link(_("Leave it as it is"), reverse("account_subscription", args=[key]))
    post = Address.objects.filter(user=found.reader, is_for_post=True).first()
    if post is None:
        text = _("Tell us where the print edition goes. What it costs depends on the country.")
        way = Link(_("Write down an address"), reverse("account_new_address"))
        return show(request, heading, Part(text=(text,), links=(way, back)))
    country, now = str(post.country), timezone.now()
    try:
        if request.method == "POST":
            return _order(request, found, country)
        seen = upgrades.look_at(found, country=country, at=now)
    except upgrades.CannotUpgrade as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_subscription", key=key)
    one_time = {"request": str(uuid.uuid4())}
    ask = button(_("Add it"), name="main", hidden=one_time)
    rows = (*_sums(seen, found), Row(heading=_("Print edition goes to"), lines=(str(post),)))
    return show(request, heading, Part(rows=rows, forms=(ask,), links=(back,)))


def _sums(seen: Upgrade, found: Subscription) -> tuple[Row, ...]:
    language, term = found.title.language, seen.balance.term
    copies = ngettext(
        "For the %(count)d issue that is to come", "For the %(count)d issues that are to come",
        seen.copies,
    ) % {"count": seen.copies}  # fmt: skip
    paid = _("You have paid %(sum)s of it already") % {"sum": seen.credit.in_words_of(language)}
    whole = _("With print it is %(sum)s") % {"sum": seen.worth.in_words_of(language)}
    to_pay = seen.charge.in_words_of(language)
    return (
        Row(heading=term.deal.name, lines=(copies, whole, paid)),
        Row(heading=_("To pay"), lines=(to_pay,)),
    )


def _order(request: HttpRequest, found: Subscription, country: str) -> HttpResponse:
    try:
        asked = uuid.UUID(request.POST.get("request", ""))
    except ValueError:
        return redirect(request.path)
    order = upgrades.ask_for(found, country=country, request=asked, at=timezone.now())
    if order.payer_id != found.payer_id or order.subscription_id != found.pk:
        return redirect(request.path)
    if Term.objects.filter(order=order).exists():
        messages.success(request, _("From the next issue on you get the print edition, too."))
        return redirect("account_subscription", key=found.key)
    return redirect("newsstand:pay_order", key=order.key)


@login_required
@require_POST
def leave_print(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Have the next term without print, or with it after all."""
    found = _mine(request, key)
    if found.leaves_print_at:
        upgrades.keep_print(found, by=found.payer)
        messages.success(request, _("The next term is with the print edition again."))
    else:
        upgrades.leave_print_out(found, at=timezone.now(), by=found.payer)
        messages.success(
            request, _("The next term is without the print edition, and costs less. What is paid still comes.")
        )  # fmt: skip
    return redirect("account_subscription", key=key)


def rows_of(found: Subscription, last: Term) -> list[Row]:
    """Return what a subscription's own page says of print, with the ways to these pages."""
    if found.ended_at or found.reader_id != found.payer_id:
        return []
    heading, deal = _("Print edition"), last.deal
    price = deal.price_in(last.currency)
    if last.with_print:
        if found.stopped_at or not last.order.agreed_to or deal.print_is_included:
            return []
        label = _("With print again") if found.leaves_print_at else _("Without it from then on")
        words = (
            _("The next term is without it.")
            if found.leaves_print_at
            else _("The next term has it, too.")
        )
        act = button(
            label,
            action=reverse("account_leave_print", args=[found.key]),
            name="leave-print",
            is_quiet=True,
        )
        return [Row(heading=heading, lines=(words,), forms=(act,))]
    if price is None or price.print_extra is None or not last.copies:
        return []
    link = Link(_("Add the print edition"), reverse("account_add_print", args=[found.key]))
    words = _("For the issues that are to come; what you have paid counts.")
    return [Row(heading=heading, lines=(words,), links=(link,))]


def _mine(request: HttpRequest, key: uuid.UUID) -> Subscription:
    user: Any = request.user
    own = Subscription.objects.filter(reader=user, payer=user)
    return get_object_or_404(own.select_related("title", "reader", "payer"), key=key)
