"""What circulation writes into Wagtail's log of staff acts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_acts(actions: Any) -> None:
    """Give the acts of circulation a name."""
    for name, label, message in (
        ("grant.give", _("Give a grant"), _("Complimentary reading given")),
        ("grant.revoke", _("Revoke a grant"), _("Complimentary reading revoked")),
        ("offer.publish", _("Publish an offer"), _("Offer put on sale")),
        ("offer.withdraw", _("Withdraw an offer"), _("Offer taken off sale")),
        ("subscription.stop", _("Stop a renewal"), _("Renewal of a subscription stopped")),
        ("subscription.end", _("End a subscription"), _("Subscription ended")),
        ("seat.invite", _("Invite to a seat"), _("Somebody invited to a seat")),
        ("seat.free", _("Free a seat"), _("A seat freed")),
    ):
        actions.register_action(f"masthead.{name}", label, message)
