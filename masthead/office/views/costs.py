"""What printed copies cost, as the publisher writes it: for the forecast on the board of money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_countries import countries

from masthead.editorial.models import Title
from masthead.money import Money, is_known
from masthead.office import permissions
from masthead.office.amounts import coins
from masthead.office.models import CopyCost
from masthead.office.pages import allow, show
from masthead.office.views.boards import board


class CostForm(forms.Form):
    """What a copy costs in a group of countries; an empty row is none."""

    name = forms.CharField(label=gettext_lazy("Called"), max_length=60, required=False)
    countries = forms.CharField(
        label=gettext_lazy("Countries"),
        max_length=800,
        required=False,
        help_text=gettext_lazy("Two letters each, such as DE AT CH. Empty: everywhere else."),
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, required=False)
    print_minor = forms.DecimalField(
        label=gettext_lazy("Print, a copy"), min_value=0, max_digits=9, required=False
    )
    postage_minor = forms.DecimalField(
        label=gettext_lazy("Postage, a copy"), min_value=0, max_digits=9, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Return codes in capitals and sums in the smallest coins; say what cannot be."""
        given = super().clean() or {}
        if not self.errors and not any(value not in (None, "") for value in given.values()):
            return {}
        if not given.get("name"):
            self.add_error("name", _("Give it a name, such as Germany."))
        codes = str(given.get("countries") or "").upper().replace(",", " ").split()
        known = dict(countries)
        if wrong := [code for code in codes if code not in known]:
            self.add_error(
                "countries", _("There is no country %(codes)s.") % {"codes": ", ".join(wrong)}
            )
        given["countries"] = " ".join(codes)
        given["currency"] = str(given.get("currency") or "").upper()
        if not is_known(given["currency"]):
            self.add_error("currency", _("Write three letters, such as EUR."))
            return given
        for name in ("print_minor", "postage_minor"):
            amount = given.get(name)
            if amount is None:
                if name not in self.errors:
                    self.add_error(name, _("Say what it costs; 0 if nothing."))
                continue
            try:
                given[name] = coins(amount, given["currency"])
            except forms.ValidationError as refusal:
                self.add_error(name, refusal)
        return given


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """See to it that no name and no country stands twice."""
        names: set[str] = set()
        seen: set[str] = set()
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            if not given or form.errors:
                continue
            name, codes = given["name"], given["countries"].split() or [""]
            if name in names:
                form.add_error("name", _("Two rows are called like that."))
            if twice := seen.intersection(codes):
                said = ", ".join(sorted(twice))
                form.add_error(
                    "countries",
                    _("%(codes)s stands in a row above already.") % {"codes": said}
                    if said
                    else _("Another row is for everywhere else already."),
                )
            names.add(name)
            seen.update(codes)


CostForms: Any = forms.formset_factory(CostForm, formset=_Rows, extra=3)


@require_http_methods(["GET", "POST"])
def copy_costs(request: HttpRequest) -> HttpResponse:
    """Show what copies cost; on POST, keep what was written instead."""
    allow(request, permissions.SEE_COSTS)
    title = board.title_of(request)
    rows = CopyCost.objects.filter(title=title)
    forms_ = CostForms(request.POST or None, initial=[_amounts(row) for row in rows])
    if request.method == "POST":
        if forms_.is_valid():
            _keep(title, [form.cleaned_data for form in forms_ if form.cleaned_data])
            messages.success(request, _("Kept. The forecast reckons with it."))
            return redirect(f"{reverse('office:copy_costs')}?title={title.pk}")
        messages.error(request, _("It could not be kept: look for what is marked below."))
    return show(
        request,
        "office/copy_costs.html",
        {"forms": forms_, "title": title, "titles": Title.objects.order_by("pk")},
        title=_("Costs of copies"),
        icon="mail",
        above=[(_("Money"), reverse("office:money_board"))],
    )


@transaction.atomic
def _keep(title: Title, rows: list[dict[str, Any]]) -> None:
    CopyCost.objects.filter(title=title).delete()
    CopyCost.objects.bulk_create(CopyCost(title=title, **row) for row in rows)


def _amounts(row: CopyCost) -> dict[str, Any]:
    return {
        "name": row.name,
        "countries": row.countries,
        "currency": row.currency,
        "print_minor": Money(row.print_minor, row.currency).amount,
        "postage_minor": Money(row.postage_minor, row.currency).amount,
    }
