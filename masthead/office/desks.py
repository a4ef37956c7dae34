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
from masthead.office.views import (
    agencies,
    alarms,
    bank,
    costs,
    differences,
    folds,
    labels,
    offers,
    order_desk,
    presents,
    prices,
    printed_letters,
    refunds,
    renewals,
    single_copies,
    single_orders,
    subscribers_post,
    subscriptions,
)
from masthead.office.views.boards import money, promises
from masthead.office.views.boards import subscriptions as subscriptions_board


def addresses() -> list[Any]:
    """Return the addresses of the desks."""
    return [
        path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
        path("subscriptions/<int:pk>/", subscriptions.subscription, name="subscription"),
        path("subscriptions/<int:pk>/money-back/", refunds.give_back, name="give_back"),
        path("subscriptions/<int:pk>/stop/", refunds.stop_renewal, name="stop_renewal"),
        path("subscriptions/<int:pk>/claim/", labels.claim_for, name="claim_for"),
        path(
            "subscriptions/<int:pk>/post/",
            subscribers_post.subscribers_post,
            name="subscribers_post",
        ),
        path(
            "subscriptions/<int:pk>/post/<uuid:key>/resumption/",
            subscribers_post.resume,
            name="resume",
        ),
        path("labels/", labels.label_runs, name="label_runs"),
        path("labels/<int:pk>/", labels.label_runs_of, name="label_runs_of"),
        path("labels/runs/<int:pk>.csv", labels.label_file, name="label_file"),
        path("claims/", labels.claims, name="claims"),
        path("returned-post/", labels.returned_post, name="returned_post"),
        path("folds/", folds.folds, name="folds"),
        path("single-copies/", single_copies.single_copies, name="single_copies"),
        path("single-copies/orders/new/", single_orders.take_single, name="new_single_order"),
        path("single-copies/<int:pk>/", single_copies.single_copies_of, name="single_copies_of"),
        path(
            "single-copies/<uuid:key>/money-back/",
            single_copies.give_single_back,
            name="give_single_back",
        ),
        path("single-copies/<uuid:key>/<str:act>/", single_copies.single_act, name="single_act"),
        path("renewals/", renewals.renewals, name="renewals"),
        path("refunds/", refunds.refunds, name="refunds"),
        path("refunds/<int:pk>/", refunds.refund, name="refund"),
        path("refunds/refused/<int:pk>/", refunds.refused, name="refund_refused"),
        path("orders/", order_desk.waiting, name="orders"),
        path("orders/new/", order_desk.take, name="new_order"),
        path("orders/<uuid:key>/<str:act>/", order_desk.act, name="order_act"),
        path("agencies/", agencies.agencies, name="agencies"),
        path("agencies/<int:pk>/", agencies.agency, name="agency"),
        path("agencies/<int:pk>/edit/", agencies.edit, name="agency_edit"),
        path("agencies/<int:pk>/file/", agencies.take_file, name="agency_file"),
        path("agencies/<int:pk>/<str:act>/", agencies.act, name="agency_act"),
        path("letters/", printed_letters.letters, name="letters"),
        path("letters/printed/", printed_letters.printed, name="letters_printed"),
        path("letters/<uuid:key>/<int:pk>.pdf", printed_letters.paper, name="letter_paper"),
        path("gifts/", presents.gifts, name="gifts"),
        path("gifts/<uuid:key>/send/", presents.send, name="send_gift"),
        path("alarms/", alarms.alarms, name="alarms"),
        path("boards/money/", money.money, name="money_board"),
        path("boards/promises/", promises.promises, name="promises_board"),
        path(
            "boards/subscriptions/", subscriptions_board.subscriptions, name="subscriptions_board"
        ),
        path("bank/", bank.bank, name="bank"),
        path("bank/lines/<int:pk>/", bank.bank_line, name="bank_line"),
        path("bank/moved/<int:pk>/", bank.money_moved, name="money_moved"),
        path("differences/", differences.differences, name="differences"),
        path("differences/<int:pk>/", differences.difference, name="difference"),
        path("costs/", costs.copy_costs, name="copy_costs"),
        path("offers/", offers.offers, name="offers"),
        path("offers/new/", offers.offer, name="new_offer"),
        path("offers/<int:pk>/", offers.offer, name="offer"),
        path("offers/<int:pk>/price/", prices.prices, name="offer_price"),
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
        _item(permissions.SEE_ALARMS, gettext_lazy("Alarms"), "alarms", "warning", 5),
        _item("circulation.view_subscription", gettext_lazy("Subscriptions"), "subscriptions", "group", 10),
        _item("circulation.change_offer", gettext_lazy("Offers"), "offers", "tag", 20),
        _item("circulation.add_order", gettext_lazy("Order desk"), "orders", "form", 25),
        _item("circulation.add_order", gettext_lazy("Gifts to be taken"), "gifts", "mail", 26),
        _item(permissions.SELL_SINGLES, gettext_lazy("Single copies"), "single_copies", "doc-full", 27),
        _item(permissions.AGENCIES, gettext_lazy("Agencies"), "agencies", "group", 28),
        _item(permissions.SEE_SUBSCRIPTIONS, gettext_lazy("By the month"), "subscriptions_board", "history", 30),
        _item(permissions.SEE_PROMISES, gettext_lazy("Promises"), "promises_board", "check", 40),
        _item(permissions.SEND_POST, gettext_lazy("Label runs"), "label_runs", "mail", 50),
        _item(permissions.SEND_POST, gettext_lazy("Claims"), "claims", "help", 60),
        _item(permissions.SEND_POST, gettext_lazy("Post that came back"), "returned_post", "resubmit", 70),
        _item(permissions.POST_LETTERS, gettext_lazy("Letters to print"), "letters", "mail", 75),
        _item(permissions.RENEW, gettext_lazy("Renewals"), "renewals", "history", 80),
        _item(permissions.FOLD, gettext_lazy("Titles that fold"), "folds", "folder-inverse", 90),
    ]  # fmt: skip
    menu = Menu(register_hook_name="register_circulation_menu_item", items=items)
    return SubmenuMenuItem(
        gettext_lazy("Circulation"), menu, name="circulation", icon_name="group", order=255
    )


def money_menu() -> MenuItem:
    """Return the menu of what comes in, goes back and is owed."""
    items = [
        _item(permissions.SEE_MONEY, gettext_lazy("Board"), "money_board", "table", 10),
        ForWhoMay(
            (permissions.GIVE_BACK, permissions.AGREE),
            gettext_lazy("Refunds"),
            reverse_lazy("office:refunds"),
            icon_name="resubmit",
            order=20,
        ),
        _item(permissions.DO_BANK, gettext_lazy("Bank and counter"), "bank", "download", 30),
        _item(permissions.SETTLE, gettext_lazy("Differences"), "differences", "warning", 40),
        _item(permissions.SEE_COSTS, gettext_lazy("Costs of copies"), "copy_costs", "mail", 80),
    ]
    menu = Menu(register_hook_name="register_money_menu_item", items=items)
    return SubmenuMenuItem(gettext_lazy("Money"), menu, name="money", icon_name="table", order=256)


def _item(right: str, label: Any, name: str, icon: str, order: int) -> MenuItem:
    return ForWhoMay((right,), label, reverse_lazy(f"office:{name}"), icon_name=icon, order=order)
