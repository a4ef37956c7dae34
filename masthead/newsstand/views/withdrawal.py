"""Withdrawing from a contract, as the law asks: in two steps, and without signing in.

EU Directive 2011/83, art. 11a (as of Directive 2023/2673): reachable for all of the fourteen
days, asking only for what tells the contract, confirmed by a second step, and acknowledged at once
on a durable medium with the moment.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from masthead.circulation import endings
from masthead.circulation.models import Subscription
from masthead.newsstand import turnstile
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import form_of, show
from masthead.newsstand.views.account.subscriptions import send_back

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
        help_text=gettext_lazy("It stands in your confirmation, such as S0000012."),
    )
    request = forms.UUIDField(widget=forms.HiddenInput)
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Find the subscription; both have to fit."""
        given = super().clean() or {}
        digits = str(given.get("number", "")).strip().upper().removeprefix("S")
        self.subscription = None
        if given.get("email") and digits.isdecimal():
            self.subscription = (
                Subscription.objects.filter(pk=int(digits), payer__email__iexact=given["email"])
                .select_related("title", "payer")
                .first()
            )
        if not self.errors and self.subscription is None:
            self.add_error(
                "number", _("We know no subscription with this number and this address.")
            )
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest) -> HttpResponse:
    """Ask for the contract, ask once more, then end it and pay back."""
    if request.method == "POST" and (
        refusal := turnstile.turned_away(request, "withdrawal", most=MOST)
    ):
        return refusal
    form = Declaration(request.POST or None, initial={"request": uuid.uuid4()})
    if not form.is_valid() or form.subscription is None:
        return _ask(request, form)
    found = form.subscription
    if form.cleaned_data["confirmed"] != "yes":
        return _confirm(request, found, form)
    now = timezone.now()
    try:
        refunds = endings.withdraw(found, request=form.cleaned_data["request"], at=now)
    except endings.CannotGiveBack as refusal:
        cancel = Link(_("Cancel instead"), reverse("account_subscription", args=[found.key]))
        return show(
            request, _("Withdrawal"), Part(text=(str(refusal),), links=(cancel,)), status=409
        )
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


def _confirm(request: HttpRequest, found: Subscription, form: Declaration) -> HttpResponse:
    kept = {name: str(form.cleaned_data[name]) for name in ("email", "number", "request")}
    again = Declaration(initial={**kept, "confirmed": "yes"})
    for field in again.fields.values():
        field.widget = forms.HiddenInput()
    row = Row(heading=found.title.name, lines=(found.number,))
    return show(
        request,
        _("Withdrawal"),
        Part(rows=(row,), forms=(form_of(again, _("Confirm withdrawal"), is_grave=True),)),
    )
