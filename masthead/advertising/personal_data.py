"""What advertising holds about people: whom to ask for copy at an advertiser's."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from masthead.advertising.models import Advertiser
from masthead.people import personal_data
from masthead.people.models import User, at_mail
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
    return at_mail(Advertiser.objects.all(), user.email)
