"""What advertising holds about people: whom to ask for copy at an advertiser's."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Lower

from masthead.advertising.models import Advertiser
from masthead.people import personal_data
from masthead.people.models import User
from masthead.people.personal_data import Rows


def register() -> None:
    """Enter it."""
    personal_data.register("advertisers", gather=_contacts, erase=_forget_contacts)


def _contacts(user: User) -> Rows:
    if user.mail_verified_at is None:
        # Whoever only says that an address is theirs learns nothing of whose it is.
        return []
    return [
        {
            "advertiser": one.name,
            "contact": one.contact,
            "mail_address": one.mail,
            "telephone": one.phone,
        }
        for one in _theirs(user)
    ]


def _forget_contacts(user: User, at: datetime) -> None:
    """Keep the advertiser, whose name stands in the books; forget whom we wrote to."""
    _theirs(user).update(contact="", mail="", phone="")


def _theirs(user: User) -> QuerySet[Advertiser]:
    # Not by `iexact`: see `People.with_mail()`.
    return Advertiser.objects.alias(lower=Lower("mail")).filter(lower=user.email.lower())
