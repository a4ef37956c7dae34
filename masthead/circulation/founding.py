"""The staff who look after readers and the printer."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

PUBLISHERS = "Publishers"

RIGHTS = {
    "wagtailadmin": ("access_admin",),
    "circulation": (
        "add_grant", "view_grant", "revoke_grant",
        "add_institution", "change_institution", "view_institution",
        "add_offer", "change_offer", "view_offer", "add_order", "view_subscription",
        "add_agency", "change_agency", "view_agency", "change_lettertoprint",
        "view_inspection", "add_fold", "change_labelrun", "change_singleprice", "change_renewalbrake",
        "add_discountcode", "change_discountcode", "view_discountcode",
        "add_policy", "change_policy", "view_policy",
    ),
    "payments": (
        "view_refundrequest", "add_refundrequest", "approve_refundrequest", "view_entry",
        "change_bankline", "change_difference", "view_difference",
        "add_taxrate", "change_taxrate", "view_taxrate",
    ),
    "advertising": (
        "add_advertiser", "change_advertiser", "view_advertiser",
        "add_booking", "change_booking", "view_booking",
        "add_creative", "change_creative", "view_creative",
    ),
    "office": ("change_copycost", "view_raised"),
    "production": (
        "add_printer", "change_printer", "view_printer",
        "add_artwork", "change_artwork", "view_artwork", "delete_artwork",
    ),
}  # fmt: skip


@transaction.atomic
def empower_publishers() -> Group:
    """Return the group of staff who give grants, and look after institutions and the printer."""
    group, _created = Group.objects.get_or_create(name=PUBLISHERS)
    for app, codenames in RIGHTS.items():
        group.permissions.add(
            *Permission.objects.filter(content_type__app_label=app, codename__in=codenames)
        )
    return group
