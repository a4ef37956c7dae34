"""Reading through an institution: by its network, by a mailbox there, by a seat."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation.entitlements import Reading
from masthead.circulation.models import Institution, MailDomain, Network, Seat
from masthead.edge.asking import Address
from masthead.editorial.models import Title
from masthead.people.models import User, at_mail

MAILBOX_PROVED_FOR = timedelta(days=365)
"""People leave their universities; a mailbox counts for a year after a code came back from it."""


class CannotInvite(Exception):
    """All seats are taken, or the agreement is over. Fit to show to staff."""


def readings_at(address: Address | None, at: datetime) -> Iterator[Reading]:
    """Yield what comes with an address: one query, and no account is made of it."""
    if address is None:
        return
    networks = Network.objects.filter(institution__in=Institution.objects.good(at))
    for network in networks.select_related("institution__title"):
        if address in ipaddress.ip_network(network.addresses):
            crawler = network.institution.kind == Institution.Kind.CRAWLER
            yield _reading("crawler" if crawler else "institution", network.institution)


def an_address(title: Title, at: datetime) -> Address | None:
    """Return an address from where a title is read without a pass; None where there is none."""
    good = Institution.objects.good(at).filter(title=title)
    network = Network.objects.filter(institution__in=good).order_by("pk").first()
    return ipaddress.ip_network(network.addresses).network_address if network else None


def readings_of(reader: User, at: datetime) -> Iterator[Reading]:
    """Yield what a reader has by a seat or by a mailbox: two queries."""
    good = Institution.objects.good(at)
    seats = Seat.objects.filter(reader=reader, revoked_at=None, institution__in=good)
    for seat in seats.exclude(taken_at=None).select_related("institution__title"):
        yield _reading("seat", seat.institution)
    proved_at = reader.mail_verified_at
    if proved_at is None or at >= proved_at + MAILBOX_PROVED_FOR:
        return
    host = reader.email.rpartition("@")[2].lower()
    domains = MailDomain.objects.filter(domain=host, institution__in=good)
    for domain in domains.select_related("institution__title"):
        yield _reading("domain", domain.institution, until=proved_at + MAILBOX_PROVED_FOR)


def _reading(rule: str, institution: Institution, until: datetime | None = None) -> Reading:
    ends = [moment for moment in (institution.ends_at, until) if moment]
    return Reading(
        rule=rule,
        title=str(institution.title.key),
        starts_at=institution.starts_at,
        ends_at=min(ends, default=None),
        without_ads=institution.without_ads,
    )


@transaction.atomic
def invite(institution: Institution, mail: str, *, at: datetime, by: Any = None) -> Seat:
    """Keep a seat for whoever proves to have that mailbox; inviting twice keeps one.

    Raises:
        CannotInvite: see the class.
    """
    institution = Institution.objects.select_for_update().get(pk=institution.pk)
    if not Institution.objects.good(at).filter(pk=institution.pk).exists():
        raise CannotInvite(
            _("The agreement with “%(name)s” does not hold.") % {"name": institution}
        )
    kept = Seat.objects.filter(institution=institution, revoked_at=None)
    if there := at_mail(kept, mail).first():
        return there
    if kept.count() >= institution.seats:
        raise CannotInvite(
            _("All %(count)s seats of “%(name)s” are taken. Free one, or raise their number.")
            % {"count": institution.seats, "name": institution}
        )
    seat = Seat.objects.create(institution=institution, mail=mail.strip(), invited_at=at)
    log(institution, "masthead.seat.invite", user=by, data={"seat": seat.pk})
    return seat


@transaction.atomic
def free(seat: Seat, *, at: datetime, by: Any = None) -> None:
    """Take a seat back, from now on; freeing it twice changes nothing."""
    if Seat.objects.filter(pk=seat.pk, revoked_at=None).update(revoked_at=at):
        log(seat.institution, "masthead.seat.free", user=by, data={"seat": seat.pk})


def take_seats(reader: User, *, at: datetime) -> int:
    """Give a reader the seats kept for their mailbox; return how many they were.

    Called when a code sent to that mailbox has come back, and at no other time.
    """
    kept = Seat.objects.filter(reader=None, revoked_at=None)
    return at_mail(kept, reader.email).update(reader=reader, taken_at=at)
