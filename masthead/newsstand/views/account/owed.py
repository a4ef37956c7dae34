"""The invoice of what is read before it is paid, in the account of its payer."""

from __future__ import annotations

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from masthead.circulation import credit_orders
from masthead.circulation.models import CreditOrder
from masthead.newsstand.account_pages import Row
from masthead.newsstand.pages import Link


def row_of(credit: CreditOrder) -> Row:
    """Return the row of an invoice that is still to be paid, in the account of its payer."""
    order = credit.order
    day = date_format(credit_orders.due_on(order, credit.opened_at, credit.days))
    words = _("%(sum)s, to be paid by %(day)s") % {"sum": order.money, "day": day}
    pay = Link(_("Pay it now"), reverse("newsstand:pay_order", args=[order.key]))
    return Row(heading=_("Your invoice"), lines=(words,), links=(pay,))
