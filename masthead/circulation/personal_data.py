"""What circulation holds about a person, for export and erasure."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from masthead.circulation import posted, presented, printed_letters, sold
from masthead.circulation.models import Gift, Grant, MeteredRead, Place, PrivateFeed, Seat
from masthead.people import personal_data
from masthead.people.models import User, at_mail
from masthead.people.personal_data import Rows


def register() -> None:
    """Enter all of it."""
    personal_data.register("grants", gather=_grants, erase=_end_grants)
    personal_data.register("gift-articles", gather=_gifts, erase=_end_gifts)
    personal_data.register("metered-articles", gather=_reads, erase=_forget_reads)
    personal_data.register("places-in-articles", gather=_places, erase=_forget_places)
    personal_data.register("seats", gather=_seats, erase=_leave_seats)
    personal_data.register("private-feeds", gather=_feeds, erase=_forget_feeds)
    sold.register()
    posted.register()
    presented.register()
    printed_letters.register()


def _grants(user: User) -> Rows:
    return [
        {
            "key": grant.key,
            "title": grant.title.name,
            "reason": grant.reason,
            "from": grant.starts_at,
            "until": grant.ends_at,
            "given_at": grant.given_at,
            "revoked_at": grant.revoked_at,
        }
        for grant in Grant.objects.filter(reader=user).select_related("title")
    ]


def _end_grants(user: User, at: datetime) -> None:
    """Keep the record that there was a grant; nobody reads by it, and its reason may name them."""
    personal_data.unname(Grant.objects.filter(reader=user))
    Grant.objects.filter(reader=user).update(reason="Erased")
    Grant.objects.filter(reader=user, revoked_at=None).update(revoked_at=at)


def _gifts(user: User) -> Rows:
    return [
        {
            "key": gift.key,
            "article": gift.article.title,
            "given_at": gift.given_at,
            "until": gift.expires_at,
            "readers": gift.uses,
            "taken_back_at": gift.revoked_at,
        }
        for gift in Gift.objects.filter(giver=user).select_related("article")
    ]


def _end_gifts(user: User, at: datetime) -> None:
    Gift.objects.filter(giver=user).delete()


def _reads(user: User) -> Rows:
    return [
        {"title": read.title.name, "article": read.article, "read_at": read.read_at}
        for read in MeteredRead.objects.filter(reader=user).select_related("title")
    ]


def _forget_reads(user: User, at: datetime) -> None:
    MeteredRead.objects.filter(reader=user).delete()


def _places(user: User) -> Rows:
    return [
        {"article": place.article.title, "seconds": place.seconds, "kept_at": place.kept_at}
        for place in Place.objects.filter(reader=user).select_related("article")
    ]


def _forget_places(user: User, at: datetime) -> None:
    Place.objects.filter(reader=user).delete()


def _seats(user: User) -> Rows:
    seats = _seats_of(user)
    if user.mail_verified_at is None:
        # Whoever only says that an address is theirs learns nothing of what is kept for it.
        seats = seats.filter(reader=user)
    return [
        {
            "institution": seat.institution.name,
            "mail_address": seat.mail,
            "invited_at": seat.invited_at,
            "taken_at": seat.taken_at,
            "freed_at": seat.revoked_at,
        }
        for seat in seats.select_related("institution")
    ]


def _leave_seats(user: User, at: datetime) -> None:
    _seats_of(user).delete()


def _seats_of(user: User) -> QuerySet[Seat]:
    """Return the seats that somebody took, and those that nobody took of their mailbox."""
    kept = at_mail(Seat.objects.filter(reader=None), user.email)
    return Seat.objects.filter(Q(reader=user) | Q(pk__in=kept.values("pk")))


def _feeds(user: User) -> Rows:
    return [
        {
            "for": feed.kind,
            "made_at": feed.made_at,
            "last_used_at": feed.last_used_at,
            "revoked_at": feed.revoked_at,
        }
        for feed in PrivateFeed.objects.filter(reader=user)
    ]


def _forget_feeds(user: User, at: datetime) -> None:
    PrivateFeed.objects.filter(reader=user).delete()
