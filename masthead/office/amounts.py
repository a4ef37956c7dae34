"""Sums and one-time keys in forms of the office."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from masthead.money import Money, minor_digits


def coins(amount: Decimal, currency: str) -> int:
    """Return an amount in the smallest coins of its currency: 1250 for 12.50 EUR.

    Raises:
        ValidationError: it has fractions of them.
    """
    exact = amount.scaleb(minor_digits(currency))
    if exact != exact.to_integral_value():
        raise forms.ValidationError(_("There is no smaller coin than that."))
    return int(exact)


class SumField(forms.DecimalField):
    """A sum in one currency, as people write it: 12.50. Gives `Money`."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        """Take sums of a currency."""
        super().__init__(min_value=0, max_digits=12, **options)
        self.currency = currency

    def clean(self, value: Any) -> Any:
        """Return the sum in the smallest coins of its currency; None where none was written."""
        amount: Decimal | None = super().clean(value)
        if amount is None:
            return None
        return Money(coins(amount, self.currency), self.currency)


class OnceForm(forms.Form):
    """A form that does something once, however often it is sent.

    Its key is made with the page, and stays when the page comes back with a complaint.
    """

    request = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make a key."""
        super().__init__(*args, **kwargs)
        self.fields["request"].initial = uuid.uuid4
