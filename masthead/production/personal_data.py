"""What production holds about a person, for export and erasure."""

from __future__ import annotations

from datetime import datetime

from masthead.people import personal_data
from masthead.people.models import User, at_mail
from masthead.people.personal_data import Rows
from masthead.production import guests
from masthead.production.models import Guest, Mark
from masthead.production.models.proof import GuestQuerySet


def register() -> None:
    """Enter all of it."""
    personal_data.register("proof-marks", gather=_marks, erase=_leave_marks)
    personal_data.register("proof-invitations", gather=_invitations, erase=_forget_invitations)


def _marks(user: User) -> Rows:
    return [
        {
            "issue": mark.edition.issue.title,
            "version": mark.edition.version,
            "page": mark.page,
            "words": mark.words,
            "made_at": mark.made_at,
        }
        for mark in Mark.objects.filter(user=user).select_related("edition__issue")
    ]


def _leave_marks(user: User, at: datetime) -> None:
    """Leave the marks to the issue that they are about, without a name.

    Sign-offs stay as they are: they point to a person who has no name any more, and say which
    pages one and the same person answered for.
    """
    Mark.objects.filter(user=user).update(user=None)


def _invitations(user: User) -> Rows:
    return [
        {
            "issue": guest.issue.title,
            "name": guest.name,
            "mail_address": guest.mail,
            "invited_at": guest.invited_at,
            "until": guest.expires_at,
            "revoked_at": guest.revoked_at,
            "last_seen_at": guest.last_seen_at,
            "marks": [mark.words for mark in guest.marks.all()],
        }
        for guest in _guests(user).select_related("issue").prefetch_related("marks")
    ]


def _forget_invitations(user: User, at: datetime) -> None:
    for guest in _guests(user):
        guests.forget(guest, at=at)


def _guests(user: User) -> GuestQuerySet:
    """Return the invitations that went to somebody's mail address."""
    return at_mail(Guest.objects.all(), user.email).exclude(mail="")
