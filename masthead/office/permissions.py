"""Who may do what in the office, where some acts are nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail import permissions
from wagtail.permission_policies import ModelPermissionPolicy

from masthead.advertising.models import Advertiser
from masthead.circulation.models import Grant
from masthead.editorial.models import Title


class Only(ModelPermissionPolicy):
    """Django's permissions for a model, less every action that is not named."""

    def __init__(self, model: Any, *actions: str) -> None:
        """Leave `actions` to those with the permission, and all others to nobody."""
        super().__init__(model)
        self.actions = actions

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether `user` may do that with all of them."""
        return action in self.actions and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Say whether `user` may do one of these."""
        return any(self.user_has_permission(user, action) for action in actions)


# Titles are founded by `masthead new`, and books point there.
TITLES = Only(Title, "change", "view")
# Grants are acts: never written over, never deleted.
GRANTS = Only(Grant, "add", "view")
# What was booked and counted points there.
ADVERTISERS = Only(Advertiser, "add", "change", "view")


# Money goes back by who has the first right; above the owner's limit somebody with the second
# agrees, and never who asked. See `payments.four_eyes`.
GIVE_BACK = "payments.add_refundrequest"
AGREE = "payments.approve_refundrequest"
DO_BANK = "payments.change_bankline"
SETTLE = "payments.change_difference"
SEND_POST = "circulation.change_labelrun"
SELL_SINGLES = "circulation.change_singleprice"
FOLD = "circulation.add_fold"
AGENCIES = "circulation.change_agency"
POST_LETTERS = "circulation.change_lettertoprint"
RENEW = "circulation.change_renewalbrake"
SEE_MONEY = "payments.view_entry"
SEE_PROMISES = "circulation.view_inspection"
SEE_SUBSCRIPTIONS = "circulation.view_subscription"
SEE_ALARMS = "office.view_raised"
SEE_COSTS = "office.change_copycost"


def register() -> None:
    """Tell Wagtail of these policies: from 8 on it asks a registry, before it only asks viewsets."""
    if tell := getattr(permissions, "register_permission_policy", None):
        for policy in (TITLES, GRANTS, ADVERTISERS):
            tell(policy.model, policy)
