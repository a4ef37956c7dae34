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
        ("order.taken", _("Take an order"), _("Order taken at the order desk")),
        ("order.given_up", _("Give an order up"), _("Order given up that nobody paid")),
        ("order.written_off", _("Write an order off"), _("Order written off that was never paid")),
        ("subscription.stop", _("Stop a renewal"), _("Renewal of a subscription stopped")),
        ("subscription.end", _("End a subscription"), _("Subscription ended")),
        ("subscription.leave-print", _("Leave print out"), _("Next term asked for without print")),
        ("subscription.keep-print", _("Keep print"), _("Next term asked for with print again")),
        ("refund.give", _("Give money back"), _("Money given back by staff")),
        ("refund.ask", _("Ask for a refund"), _("Refund asked for; a second person decides")),
        ("refund.agree", _("Agree to a refund"), _("Refund agreed to by a second person")),
        ("refund.decline", _("Decline a refund"), _("Refund declined")),
        ("present.send", _("Send a gift"), _("Letter of a gift sent, with a new link")),
        ("offer.price", _("Change prices"), _("Renewals go over to a newer price")),
        ("offer.price-back", _("Take a change of prices back"), _("Change of prices taken back")),
        ("labels.freeze", _("Freeze labels"), _("Run of labels frozen")),
        ("labels.dispatch", _("Dispatch copies"), _("Copies of an issue handed to the post")),
        ("address.undelivered", _("Stop an address"), _("Post came back from an address")),
        ("subscription.address", _("Write an address"), _("Address for post written by staff")),
        ("subscription.hold", _("Pause"), _("Post of a subscription paused")),
        ("subscription.resume", _("Resume"), _("Pause of a subscription ended")),
        ("subscription.extend", _("Add copies"), _("Copies added for nothing")),
        ("subscription.claim", _("Claim a copy"), _("Copy claimed as missing or damaged")),
        (
            "single_copy.price",
            _("Price a single copy"),
            _("Price of single copies of an issue set"),
        ),
        (
            "single_copy.taken",
            _("Take an order"),
            _("Order of a single copy taken at the order desk"),
        ),
        (
            "single_copy.given_up",
            _("Give up a single copy"),
            _("Single copy given up that nobody paid"),
        ),
        (
            "single_copy.give_back",
            _("Give money back"),
            _("Money for a single copy given back by staff"),
        ),
        (
            "single_copy.ask",
            _("Ask for a refund"),
            _("Money for a single copy asked for; a second person decides"),
        ),
        (
            "single_copy.agree",
            _("Agree to a refund"),
            _("Money for a single copy agreed to by a second person"),
        ),
        ("single_copy.decline", _("Decline a refund"), _("Money for a single copy declined")),
        ("agency.change", _("Change an agency"), _("Agency changed")),
        ("agency.close", _("Close an agency"), _("Agency closed: it orders nothing more")),
        ("agency.open", _("Open an agency again"), _("Agency opened again")),
        ("title.fold", _("Fold a title"), _("Title folded into another")),
        ("spares.count", _("Count spare copies"), _("Spare copies of an issue counted")),
        ("renewals.brake", _("Stop renewals"), _("All renewals of a title stopped")),
        ("renewals.release", _("Go on renewing"), _("Renewals of a title go on")),
        ("seat.invite", _("Invite to a seat"), _("Somebody invited to a seat")),
        ("seat.free", _("Free a seat"), _("A seat freed")),
    ):
        actions.register_action(f"masthead.{name}", label, message)
