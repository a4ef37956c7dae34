"""Erasing a person: what is personal goes, the row and its key stay for the books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from masthead.people import personal_data, sessions, staff
from masthead.people.models import Address, Consent, User

NOWHERE = "erased.invalid"
"""The domain of addresses that lead nowhere: RFC 2606 keeps `.invalid` free for ever."""


class CannotErase(Exception):
    """This person cannot be erased yet. Fit to show to them."""


@transaction.atomic
def erase(user: User, *, by: User, at: datetime) -> None:
    """Remove whatever is personal about `user`, in every department, and sign them out.

    The row and its key stay, since books that must be kept point to them.

    Args:
        user: who is to be forgotten; erasing somebody twice changes nothing.
        by: who does it: mostly that person.
        at: the moment of erasing.

    Raises:
        CannotErase: the person works in the office.
    """
    if staff.works_here(user):
        raise CannotErase(
            _("You work in the office. Have somebody else take your rights away first.")
        )
    # Held, so that nothing is opened for them meanwhile.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    for holding in personal_data.holdings():
        holding.erase(user, at)
    log(instance=user, action="masthead.person.erased", user=by)


def register() -> None:
    """Say what this department itself holds about people."""
    personal_data.register("account", gather=_account, erase=_erase_account)
    personal_data.register("addresses", gather=_addresses, erase=_erase_addresses)
    personal_data.register("consents", gather=_consents, erase=_keep_consents)
    personal_data.register("second-factors", gather=_factors, erase=_erase_factors)
    personal_data.register("sessions", gather=_sessions, erase=_erase_sessions)


def _account(user: User) -> personal_data.Rows:
    return [
        {
            "key": user.key,
            "given_name": user.first_name,
            "family_name": user.last_name,
            "mail_address": user.email,
            "mail_address_proved_at": user.mail_verified_at,
            "joined_at": user.date_joined,
            "last_signed_in_at": user.last_login,
            "groups": [group.name for group in user.groups.order_by("name")],
        }
    ]


def _erase_account(user: User, at: datetime) -> None:
    user.first_name = user.last_name = ""
    user.email = f"{user.key}@{NOWHERE}"
    user.mail_verified_at = None
    user.last_login = None
    user.is_active = user.is_staff = user.is_superuser = False
    user.erased_at = user.erased_at or at
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    EmailAddress.objects.filter(user=user).delete()
    UserProfile.objects.filter(user=user).delete()
    personal_data.unname([user])


def _addresses(user: User) -> personal_data.Rows:
    return [
        {
            "key": address.key,
            "name": address.name,
            "organisation": address.organisation,
            "street": address.street,
            "district": address.district,
            "city": address.city,
            "region": address.region,
            "postcode": address.postcode,
            "sorting_code": address.sorting_code,
            "country": address.country.code,
            "is_for_post": address.is_for_post,
            "written_at": address.written_at,
            "retired_at": address.retired_at,
        }
        for address in Address.objects.filter(user=user)
    ]


def _erase_addresses(user: User, at: datetime) -> None:
    Address.objects.filter(user=user).delete()


def _consents(user: User) -> personal_data.Rows:
    return [
        {
            "purpose": record.purpose,
            "version": record.version,
            "words": record.words,
            "agreed": record.is_given,
            "at": record.at,
            "asked": record.channel,
        }
        for record in Consent.objects.filter(user=user)
    ]


def _keep_consents(user: User, at: datetime) -> None:
    """Keep the records: they name nobody, and prove that letters were asked for."""


def _factors(user: User) -> personal_data.Rows:
    return [
        {"kind": factor.type, "name": str(factor), "set_up_at": factor.created_at,
         "last_used_at": factor.last_used_at}
        for factor in Authenticator.objects.filter(user=user)
    ]  # fmt: skip


def _erase_factors(user: User, at: datetime) -> None:
    Authenticator.objects.filter(user=user).delete()


def _sessions(user: User) -> personal_data.Rows:
    rows: list[dict[str, Any]] = [
        {"browser": row.user_agent, "network_address": row.ip, "signed_in_at": row.created_at}
        for row in UserSession.objects.filter(user=user)
    ]
    return rows


def _erase_sessions(user: User, at: datetime) -> None:
    sessions.end_all(user)
