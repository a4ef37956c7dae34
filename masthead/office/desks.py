"""The desks of circulation and money: their addresses, and two menus for all of them.

Another department's desk joins a menu through its hook: `register_circulation_menu_item` or
`register_money_menu_item`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from masthead.office import permissions
from masthead.office.views import offers, order_desk, refunds, subscriptions


def addresses() -> list[Any]:
    """Return the addresses of the desks."""
    return [
        path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
        path("subscriptions/<int:pk>/", subscriptions.subscription, name="subscription"),
        path("subscriptions/<int:pk>/money-back/", refunds.give_back, name="give_back"),
        path("subscriptions/<int:pk>/stop/", refunds.stop_renewal, name="stop_renewal"),
        path("refunds/", refunds.refunds, name="refunds"),
        path("refunds/<int:pk>/", refunds.refund, name="refund"),
        path("orders/", order_desk.waiting, name="orders"),
        path("orders/new/", order_desk.take, name="new_order"),
        path("orders/<uuid:key>/<str:act>/", order_desk.act, name="order_act"),
        path("offers/", offers.offers, name="offers"),
        path("offers/new/", offers.offer, name="new_offer"),
        path("offers/<int:pk>/", offers.offer, name="offer"),
    ]


class ForWhoMay(MenuItem):
    """A way in the office's menu, for those with any of some permissions."""

    def __init__(self, rights: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        """Remember which ones."""
        super().__init__(*args, **kwargs)
        self.rights = rights

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether this member of staff has one of them."""
        return any(request.user.has_perm(right) for right in self.rights)


def circulation_menu() -> MenuItem:
    """Return the menu of who gets the magazine."""
    items = [
        _item("circulation.view_subscription", gettext_lazy("Subscriptions"), "subscriptions", "group", 10),
        _item("circulation.change_offer", gettext_lazy("Offers"), "offers", "tag", 20),
        _item("circulation.add_order", gettext_lazy("Order desk"), "orders", "form", 30),
    ]  # fmt: skip
    menu = Menu(register_hook_name="register_circulation_menu_item", items=items)
    return SubmenuMenuItem(
        gettext_lazy("Circulation"), menu, name="circulation", icon_name="group", order=255
    )


def money_menu() -> MenuItem:
    """Return the menu of what comes in, goes back and is owed."""
    items = [
        ForWhoMay(
            (permissions.GIVE_BACK, permissions.AGREE),
            gettext_lazy("Refunds"),
            reverse_lazy("office:refunds"),
            icon_name="undo",
            order=20,
        ),
    ]
    menu = Menu(register_hook_name="register_money_menu_item", items=items)
    return SubmenuMenuItem(gettext_lazy("Money"), menu, name="money", icon_name="table", order=256)


def _item(right: str, label: Any, name: str, icon: str, order: int) -> MenuItem:
    return ForWhoMay((right,), label, reverse_lazy(f"office:{name}"), icon_name=icon, order=order)
