"""Withdrawing from a contract, as the law asks: in two steps, and without signing in.

EU Directive 2011/83, art. 11a (as of Directive 2023/2673): reachable for all of the fourteen
days, asking only for what tells the contract, confirmed by a second step, and acknowledged at once
on a durable medium with the moment.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from masthead.circulation import endings, presents, refunding
from masthead.circulation.models import Present, Refund, Subscription, Term
from masthead.newsstand import turnstile
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import form_of, show
from masthead.newsstand.views.account.subscriptions import send_back
from masthead.people.models import User

MOST = 20
"""Tries a stranger has in a minute; a number and an address have to fit each other."""


class Declaration(forms.Form):
    """What tells the contract: its number, and the mail address that it was made with."""

    email = forms.EmailField(
        label=gettext_lazy("Mail address"), widget=forms.EmailInput({"autocomplete": "email"})
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the subscription"),
        max_length=20,
        help_text=gettext_lazy(
            "It stands in your confirmation, such as S0000012; that of a gift is like G0000012."
        ),
    )
    request = forms.UUIDField(widget=forms.HiddenInput)
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Find the subscription, or the gift that has not begun; number and address have to fit."""
        given = super().clean() or {}
        number = str(given.get("number", "")).strip().upper()
        self.found: Subscription | Present | None = None
        digits = number.removeprefix("G").removeprefix("S")
        if given.get("email") and digits.isdecimal() and len(digits) < 16:
            self.found = _contract(int(digits), given["email"], is_gift=number.startswith("G"))
        if not self.errors and self.found is None:
            self.add_error(
                "number", _("We know no subscription with this number and this address.")
            )
        return given


def _contract(number: int, email: str, *, is_gift: bool) -> Subscription | Present | None:
    """Return what was ordered under a number; a gift that has begun is a subscription."""
    payer = User.objects.with_mail(email)
    if payer is None:
        return None
    if not is_gift:
        mine = Subscription.objects.filter(payer=payer)
        return mine.filter(pk=number).select_related("title", "payer").first()
    gifts = Present.objects.filter(order__payer=payer).exclude(paid_at=None)
    gift = gifts.filter(pk=number).select_related("order__version__offer__title").first()
    if gift is None or gift.returned_at:
        return gift
    terms = Term.objects.filter(order=gift.order_id).select_related("subscription__title")
    begun = terms.first()
    return begun.subscription if begun else gift


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest) -> HttpResponse:
    """Ask for the contract, ask once more, then end it and pay back."""
    if request.method == "POST" and (
        refusal := turnstile.turned_away(request, "withdrawal", most=MOST)
    ):
        return refusal
    form = Declaration(request.POST or None, initial={"request": uuid.uuid4()})
    if not form.is_valid() or form.found is None:
        return _ask(request, form)
    found = form.found
    if form.cleaned_data["confirmed"] != "yes":
        return _confirm(request, found, form)
    now = timezone.now()
    try:
        refunds = _withdraw(found, form.cleaned_data["request"], now)
    except (refunding.CannotGiveBack, presents.CannotChange) as refusal:
        instead = Part(text=(str(refusal),), links=_instead(found))
        return show(request, _("Withdrawal"), instead, status=409)
    said = send_back(refunds)
    received = date_format(timezone.localtime(now), "DATETIME_FORMAT")
    text = _("Your withdrawal was received on %(moment)s.") % {"moment": received}
    return show(request, _("Withdrawn"), Part(text=(text, said)))


def _ask(request: HttpRequest, form: Declaration) -> HttpResponse:
    text = _(
        "Within fourteen days of ordering you can withdraw from the contract, without a reason, and get the whole price back. You need not sign in for that."
    )
    ask = form_of(form, _("Withdraw from the contract"))
    return show(
        request,
        _("Withdrawal"),
        Part(text=(text,), forms=(ask,)),
        status=422 if form.errors else 200,
    )


def _withdraw(found: Subscription | Present, request: uuid.UUID, at: datetime) -> list[Refund]:
    if isinstance(found, Present):
        return presents.withdraw(found, request=request, at=at)
    return endings.withdraw(found, request=request, at=at)


def _instead(found: Subscription | Present) -> tuple[Link, ...]:
    if isinstance(found, Present):
        return (Link(_("Look closer"), reverse("account_present", args=[found.key])),)
    return (Link(_("Cancel instead"), reverse("account_subscription", args=[found.key])),)


def _confirm(
    request: HttpRequest, found: Subscription | Present, form: Declaration
) -> HttpResponse:
    kept = {name: str(form.cleaned_data[name]) for name in ("email", "number", "request")}
    again = Declaration(initial={**kept, "confirmed": "yes"})
    for field in again.fields.values():
        field.widget = forms.HiddenInput()
    title = found.order.version.offer.title if isinstance(found, Present) else found.title
    row = Row(heading=title.name, lines=(found.number,))
    return show(
        request,
        _("Withdrawal"),
        Part(rows=(row,), forms=(form_of(again, _("Confirm withdrawal"), is_grave=True),)),
    )
