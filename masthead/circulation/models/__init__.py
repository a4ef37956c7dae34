"""Circulation's tables, one idea a module. Django asks that they be imported here."""

from masthead.circulation.models.ended import EndedSession
from masthead.circulation.models.gift import Gift
from masthead.circulation.models.grant import Grant
from masthead.circulation.models.institution import Institution, MailDomain, Network, Seat
from masthead.circulation.models.meter import MeteredRead
from masthead.circulation.models.place import Place
from masthead.circulation.models.policy import Policy
from masthead.circulation.models.private_feed import PrivateFeed

__all__ = [
    "EndedSession",
    "Gift",
    "Grant",
    "Institution",
    "MailDomain",
    "MeteredRead",
    "Network",
    "Place",
    "Policy",
    "PrivateFeed",
    "Seat",
]
