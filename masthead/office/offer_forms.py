"""What the editor of an offer fills in: its terms, prices, shares, and a list of promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from masthead.circulation.deals import COMPONENTS
from masthead.circulation.models import Offer, OfferPrice
from masthead.circulation.models.offer import OfferShare
from masthead.circulation.promises import kinds
from masthead.circulation.promises.kinds import Kind
from masthead.day_input import DayInput
from masthead.money import Money, is_known
from masthead.office.amounts import coins


class TermsForm(WagtailAdminModelForm):
    """Everything of an offer that is one field."""

    class Meta:
        model = Offer
        fields: ClassVar = (
            "title", "name", "slug", "pitch", "basis", "copies", "months", "starts", "renews",
            "renew_at", "notice_days", "grace_copies", "print_is_included", "price_may_change", "pays_later",
            "credit_copies", "credit_days", "credit_countries", "sort_order",
        )  # fmt: skip


class PriceForm(forms.Form):
    """A price in one currency, as people write it: 72.00."""

    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, required=False)
    minor = forms.DecimalField(label=gettext_lazy("Price"), min_value=0, required=False)
    introductory = forms.DecimalField(
        label=gettext_lazy("Introductory price"), min_value=0, required=False
    )
    print_extra = forms.DecimalField(
        label=gettext_lazy("Print edition, on top"), min_value=0, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Turn amounts into the smallest units of their currency; an empty row is none."""
        given = super().clean() or {}
        currency = str(given.get("currency") or "").upper()
        amounts = {name: given.get(name) for name in ("minor", "introductory", "print_extra")}
        if not currency and all(amount is None for amount in amounts.values()):
            return {}
        if not is_known(currency):
            self.add_error("currency", _("Write three letters, such as EUR."))
            return given
        if given.get("minor") is None and not self.errors:
            self.add_error("minor", _("Say what it costs."))
        found: dict[str, Any] = {"currency": currency}
        for name, amount in amounts.items():
            if amount is None:
                found[name] = None
                continue
            try:
                found[name] = coins(amount, currency)
            except forms.ValidationError as refusal:
                found[name] = None
                self.add_error(name, refusal)
        return found


PriceForms: Any = forms.formset_factory(PriceForm, extra=2)


class SharesForm(forms.Form):
    """How much of the price is for what; nought is none of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for each component there is."""
        super().__init__(*args, **kwargs)
        labels = dict(OfferShare.Component.choices)
        for component in COMPONENTS:
            self.fields[component] = forms.IntegerField(
                label=labels[component], min_value=0, max_value=1000, required=False
            )


class PromiseForm(forms.Form):
    """Whether an offer makes one kind of promise, its figures, and from when on."""

    is_made = forms.BooleanField(required=False)

    def __init__(self, kind: Kind, data: Any, initial: dict[str, Any]) -> None:
        """Ask for what the kind wants to know."""
        super().__init__(data, prefix=kind.name, initial=initial)
        self.kind = kind
        self.fields["is_made"].label = kind.label
        for name, field in kind.fields.items():
            self.fields[name] = field
            field.required = False
        self.fields["starts_on"] = forms.DateField(
            label=gettext_lazy("Announced for"),
            required=False,
            widget=DayInput(),
        )

    @property
    def spec(self) -> dict[str, Any]:
        """The figures, as the promise keeps them."""
        given = self.cleaned_data
        return {name: given[name] for name in self.kind.fields if given.get(name) is not None}

    def figures(self) -> Iterator[forms.BoundField]:
        """Yield the fields of the kind's own figures, and the day."""
        for name in (*self.kind.fields, "starts_on"):
            yield self[name]


class OfferForms:
    """All of them together, for one offer."""

    def __init__(self, offer: Offer, data: Any = None) -> None:
        """Fill them with what is written, or with what was sent."""
        self.offer = offer
        there = offer.pk is not None
        self.terms = TermsForm(data, instance=offer)
        self.prices = PriceForms(
            data, prefix="prices", initial=list(_amounts(offer)) if there else []
        )
        weights = {one.component: one.weight for one in offer.shares.all()} if there else {}
        self.shares = SharesForm(data, prefix="shares", initial=weights)
        made = {one.kind: one for one in offer.promises.all()} if there else {}
        self.promises = [
            PromiseForm(
                kind,
                data,
                initial={
                    **(made[kind.name].spec if kind.name in made else {}),
                    "starts_on": made[kind.name].starts_on if kind.name in made else None,
                    "is_made": kind.name in made,
                },
            )
            for kind in kinds.every()
        ]

    def are_valid(self) -> bool:
        """Say whether everything can be written down."""
        # All of them, so that every fault is told at once.
        return all(
            form.is_valid() for form in (self.terms, self.prices, self.shares, *self.promises)
        )

    @transaction.atomic
    def keep(self) -> Offer:
        """Write it down; what readers see is changed by publishing only."""
        offer: Offer = self.terms.save()
        offer.prices.all().delete()
        OfferPrice.objects.bulk_create(
            OfferPrice(offer=offer, **form.cleaned_data)
            for form in self.prices
            if form.cleaned_data.get("currency")
        )
        offer.shares.all().delete()
        for component, weight in self.shares.cleaned_data.items():
            if weight:
                offer.shares.create(component=component, weight=weight)
        offer.promises.all().delete()
        for number, form in enumerate(self.promises):
            if form.cleaned_data["is_made"]:
                offer.promises.create(
                    kind=form.kind.name,
                    spec=form.spec,
                    starts_on=form.cleaned_data["starts_on"],
                    sort_order=number,
                )
        return offer


def _amounts(offer: Offer) -> Iterator[dict[str, Any]]:
    for price in offer.prices.all():
        yield {
            "currency": price.currency,
            **{
                name: None
                if getattr(price, name) is None
                else Money(getattr(price, name), price.currency).amount
                for name in ("minor", "introductory", "print_extra")
            },
        }
