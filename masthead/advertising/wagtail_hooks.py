"""What advertising writes into Wagtail's log of staff acts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_acts(actions: Any) -> None:
    """Give the acts of advertising a name."""
    for name, label, message in (
        ("booking.book", _("Book"), _("Advertisement booked")),
        ("booking.change", _("Change a booking"), _("Booking changed")),
        ("booking.stop", _("Stop a booking"), _("Booking stopped")),
        ("creative.write", _("Write a creative"), _("Creative written")),
        ("creative.approve", _("Approve a creative"), _("Creative approved")),
        ("creative.withdraw", _("Take out a creative"), _("Creative taken out")),
    ):
        actions.register_action(f"masthead.{name}", label, message)
