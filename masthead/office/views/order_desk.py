"""The order desk in the office: what staff ask somebody on the telephone, and who has not paid yet."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.circulation import credit_orders, order_desk, pricing
from masthead.circulation.models import Order
from masthead.office.order_forms import Subscriber, Wanted, words_read_out
from masthead.payments import by_hand, ways
from masthead.payments.models import Attempt
from masthead.people import addresses


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Ask what is wanted, say what it costs, and take the order."""
    _allow(request)
    wanted = Wanted(request.GET or None)
    if not wanted.is_bound or not wanted.is_valid():
        page = {"what": _("Take an order"), "back": reverse("office:orders"), "wanted": wanted}
        return render(request, "office/order.html", page)
    country = wanted.cleaned_data["country"]
    posted = request.POST if request.method == "POST" else None
    caller = Subscriber(wanted, addresses.lines_of(country), posted)
    if caller.is_valid() and (order := _take(request, wanted, caller)):
        _tell(request, order)
        return redirect("office:orders")
    language = wanted.version.offer.title.language
    context = {
        "what": _("Take an order"),
        "back": reverse("office:orders"),
        "wanted": wanted,
        "caller": caller,
        "price": wanted.quote.money.in_words_of(language),
        "tax": wanted.quote.tax.in_words_of(language) if wanted.quote.tax else "",
    }
    return render(request, "office/order.html", context, status=422 if posted else 200)


def _take(request: HttpRequest, wanted: Wanted, caller: Subscriber) -> Order | None:
    said, now = caller.cleaned_data, timezone.now()
    settled, way = caller.how()
    staff: Any = request.user
    try:
        with transaction.atomic():
            payer = caller.person()
            caller.write_address(payer, at=now)
            return order_desk.take(
                wanted.version,
                payer,
                settled=settled,
                way=way,
                currency=wanted.cleaned_data["currency"],
                country=wanted.cleaned_data["country"],
                request=said["request"],
                at=now,
                by=staff,
                with_print=wanted.cleaned_data["with_print"],
                discount=wanted.discount,
                source_key=said["source_key"],
                agreed_to=words_read_out(wanted) if said.get("agrees") else "",
            )
    except addresses.BadAddress as bad:
        caller.point_at(bad)
    except pricing.CannotOrder as refusal:
        caller.add_error(None, str(refusal))
    return None


def _tell(request: HttpRequest, order: Order) -> None:
    if not order_desk.tell(order, at=timezone.now()):
        messages.warning(
            request,
            _(
                "The order is taken, but the letter did not go out. Mail it again below a little later."
            ),
        )
    else:
        messages.success(request, _("The order is taken."))


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List the orders that wait for their money."""
    _allow(request)
    hands = {way.name: way.label for way in ways.by_hand()}
    found = order_desk.waiting()
    charges = {
        one.reference: one
        for one in Attempt.objects.filter(reference__in=[order.reference for order in found])
        .order_by("pk")
    }  # fmt: skip
    on_credit = order_desk.on_credit()
    references = [credit.order.reference for credit in on_credit]
    waits = {
        one.reference: one
        for one in Attempt.objects.filter(reference__in=references).order_by("pk")
    }
    rows = [
        {
            "order": order,
            "charge": (charge := charges.get(order.reference)),
            "is_by_hand": _is_by_hand(charge, hands),
            "way": hands.get(order.provider, order.provider),
        }
        for order in found
    ]
    owed = [
        {
            "credit": credit,
            "order": credit.order,
            "due": credit_orders.due_on(credit.order, credit.opened_at, credit.days),
            "is_by_hand": _is_by_hand(waits.get(credit.order.reference), hands),
        }
        for credit in on_credit
    ]
    return render(request, "office/orders.html", {"rows": rows, "owed": owed})


def _is_by_hand(charge: Attempt | None, hands: dict[str, str]) -> bool:
    return charge is not None and charge.provider in hands


@require_POST
def act(request: HttpRequest, key: uuid.UUID, act: str) -> HttpResponse:
    """Do what can be done about an order that waits: mail it again, book its money, give it up."""
    _allow(request)
    order = get_object_or_404(
        Order.objects.select_related("version__offer__title", "payer"), key=key
    )
    staff: Any = request.user
    now = timezone.now()
    try:
        if act == "letter":
            if order_desk.tell(order, at=now):
                messages.success(request, _("The letter is on its way."))
            else:
                messages.error(request, _("The mail server did not take the letter. Try it later."))
        elif act == "received":
            charge = Attempt.objects.filter(reference=order.reference).order_by("pk").last()
            if charge is None:
                raise Http404
            order_desk.received(charge, at=now)
            messages.success(
                request, _("The money is in the books, and the subscription has begun.")
            )
        elif act == "write-off":
            order_desk.write_off(order, at=now, by=staff)
            messages.success(request, _("It has ended, and what was served of it is bad debt."))
        elif act == "end":
            order_desk.give_up(order, at=now, by=staff)
            messages.success(request, _("Nobody waits for this money any more."))
        else:
            raise Http404
    except (pricing.CannotOrder, by_hand.NotByHand) as refusal:
        messages.error(request, str(refusal))
    return redirect("office:orders")


def _allow(request: HttpRequest) -> None:
    if not request.user.has_perm("circulation.add_order"):
        raise PermissionDenied
