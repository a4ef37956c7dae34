"""Guests of an issue, who look at its proofs by a link and without an account."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log

from masthead.editorial.models import Issue
from masthead.people.models import User
from masthead.production.models import Edition, Guest

DAYS, MOST_DAYS = 14, 90
"""For how long a link is good, unless somebody says otherwise, and at most."""
KEPT = timedelta(days=180)
"""For how long we know whom a link was for, after it has ended."""
BYTES = 24
BETWEEN_SIGHTS = timedelta(minutes=5)
"""A guest turning pages is written down no more often."""


def invite(
    issue: Issue, name: str, *, by: User, at: datetime, mail: str = "", days: int = DAYS
) -> tuple[Guest, str]:
    """Make a link to an issue's proofs for somebody; return them and the token in the link.

    The token is known now and never again.
    """
    bits = secrets.token_urlsafe(BYTES)
    with transaction.atomic():
        guest = Guest.objects.create(
            issue=issue,
            name=name,
            mail=mail,
            token_sha256=_digest(bits),
            invited_by=by,
            invited_at=at,
            expires_at=at + timedelta(days=min(days, MOST_DAYS)),
        )
        log(issue, "masthead.guest.invite", user=by, data={"guest": guest.pk})
    return guest, _signer().sign(bits)


def of_token(token: str, *, at: datetime) -> Guest | None:
    """Return whose link this is, while it is good; None for all other tokens alike."""
    try:
        bits = _signer().unsign(token)
    except BadSignature:
        return None
    return Guest.objects.good(at).select_related("issue").filter(token_sha256=_digest(bits)).first()


def newest(guest: Guest) -> list[Edition]:
    """Return what a guest may look at: the newest version of each form of their issue."""
    there = (
        Edition.objects.paged().filter(issue=guest.issue_id, form=form) for form in Edition.Form
    )
    found = [one.sound().select_related("issue").first() for one in there]
    return [edition for edition in found if edition]


def see(guest: Guest, *, at: datetime) -> None:
    """Write down that a guest was here."""
    Guest.objects.filter(
        Q(last_seen_at=None) | Q(last_seen_at__lt=at - BETWEEN_SIGHTS), pk=guest.pk
    ).update(last_seen_at=at)


def revoke(guest: Guest, *, by: User, at: datetime) -> None:
    """Let a link open nothing any more. Revoking it again changes nothing."""
    with transaction.atomic():
        if Guest.objects.filter(pk=guest.pk, revoked_at=None).update(revoked_at=at):
            log(guest.issue, "masthead.guest.revoke", user=by, data={"guest": guest.pk})


def forget(guest: Guest, *, at: datetime) -> None:
    """Forget who a guest was, and let the link open nothing. Their marks stay, as a guest's."""
    Guest.objects.filter(pk=guest.pk, revoked_at=None).update(revoked_at=at)
    Guest.objects.filter(pk=guest.pk).update(name="", mail="")


def forget_old(*, at: datetime) -> int:
    """Forget who those were whose links ended long ago; return how many."""
    ended = Q(expires_at__lt=at - KEPT) | Q(revoked_at__lt=at - KEPT)
    return Guest.objects.filter(ended).exclude(name="", mail="").update(name="", mail="")


def _digest(bits: str) -> str:
    return hashlib.sha256(bits.encode("ascii")).hexdigest()


def _signer() -> Signer:
    return Signer(salt="masthead.production.guest", sep=".")
