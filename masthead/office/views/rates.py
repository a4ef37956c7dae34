"""Rates of tax and discount codes, as the publisher enters them."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.viewsets.model import ModelViewSet

from masthead.circulation.models import DiscountCode
from masthead.payments.models import TaxRate


class TaxRates(ModelViewSet):
    """Rates of tax. What was sold keeps the rate that it was sold with."""

    model = TaxRate
    name = "tax-rates"
    icon = "globe"
    menu_label = gettext_lazy("Rates of tax")
    menu_hook = "register_money_menu_item"
    menu_order = 90
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display: ClassVar = ["country", "region", "kind", "basis_points", "name", "from_on"]
    list_filter: ClassVar = ["country", "kind"]
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("country"), FieldPanel("region")]),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("basis_points"), FieldPanel("name")]),
        FieldPanel("from_on"),
    ]


class DiscountCodes(ModelViewSet):
    """Words that make an offer cheaper."""

    model = DiscountCode
    name = "discount-codes"
    icon = "tag"
    menu_label = gettext_lazy("Discount codes")
    menu_hook = "register_circulation_menu_item"
    menu_order = 25
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display: ClassVar = ["code", "offer", "thousandths", "terms", "most_uses", "ends_at"]
    list_filter: ClassVar = ["offer"]
    search_fields: ClassVar = ["code"]
    search_backend_name = None
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("offer")]),
        FieldRowPanel([FieldPanel("thousandths"), FieldPanel("terms"), FieldPanel("most_uses")]),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
    ]
