"""What the daybook calls the acts of production."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def acts(actions: Any) -> None:
    """Name in the daybook what is done with editions."""
    actions.register_action("masthead.edition.ask", _("Press"), _("Asked for an edition"))
    actions.register_action("masthead.plan.change", _("Plan pages"), _("Changed the flat-plan"))
    actions.register_action("masthead.edition.pass", _("Pass for press"), _("Passed for press"))
    actions.register_action("masthead.proof.sign_off", _("Sign off"), _("Signed pages off"))
    actions.register_action("masthead.proof.withdraw", _("Withdraw"), _("Withdrew a sign-off"))
    actions.register_action("masthead.guest.invite", _("Invite"), _("Invited a guest to proofs"))
    actions.register_action("masthead.guest.revoke", _("Revoke"), _("Revoked a guest’s link"))
    actions.register_action(
        "masthead.edition.register", _("Register"), _("Registered an edition finished elsewhere")
    )
