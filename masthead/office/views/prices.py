"""Another price for who has an offer already: whom it concerns, from when, and taking it back."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from masthead.circulation import price_changes
from masthead.circulation.models import Offer, OfferVersion, PriceChange
from masthead.day_input import DayInput
from masthead.office.pages import allow, show


class DayForm(forms.Form):
    """From which day on the newest version's price is charged."""

    from_on = forms.DateField(
        label=gettext_lazy("Charged from"),
        widget=DayInput(),
        help_text=gettext_lazy("Renewals before that day cost what they did."),
    )


@require_http_methods(["GET", "POST"])
def prices(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom the price of the newest version would concern; on POST, decide or take back."""
    staff = allow(request, "circulation.change_offer")
    offer = get_object_or_404(Offer.objects.select_related("title"), pk=pk)
    newest: OfferVersion | None = offer.versions.order_by("number").last()
    if newest is None:
        messages.warning(request, _("Publish the offer first."))
        return redirect("office:offer", pk)
    now = timezone.now()
    form = DayForm(request.POST if "decide" in request.POST else None)
    if "take-back" in request.POST:
        change = _named(offer, request.POST["take-back"])
        price_changes.withdraw(change, at=now, by=staff)
        messages.success(request, _("It is taken back. Who was not charged yet renews as before."))
        return redirect("office:offer_price", pk)
    if form.is_valid() and _decide(request, form, newest, staff):
        return redirect("office:offer_price", pk)
    rows = price_changes.preview(newest, at=now)
    context = {
        "offer": offer,
        "version": newest,
        "form": form,
        "rows": rows,
        "readers": sum(one.readers for one in rows),
        "to_ask": sum(one.to_ask for one in rows),
        "complaints": price_changes.complaints(newest),
        "changes": price_changes.standing(offer.pk),
    }
    above = [
        (_("Offers"), reverse("office:offers")),
        (offer.name, reverse("office:offer", args=[pk])),
    ]
    heading = _("Price of renewals")
    return show(request, "office/offer_price.html", context, title=heading, icon="tag", above=above)


def _named(offer: Offer, key: str) -> PriceChange:
    try:
        return get_object_or_404(PriceChange, key=uuid.UUID(key), to__offer=offer)
    except ValueError:
        raise Http404 from None


def _decide(request: HttpRequest, form: DayForm, newest: OfferVersion, staff: Any) -> bool:
    try:
        made = price_changes.decide(
            newest, from_on=form.cleaned_data["from_on"], at=timezone.now(), by=staff
        )
    except price_changes.CannotChangePrice as refusal:
        form.add_error("from_on", str(refusal))
        return False
    said = _(
        "Whoever is charged on %(day)s or later is told first, and asked where they have to be."
    )
    messages.success(request, said % {"day": date_format(made.from_on)})
    return True
