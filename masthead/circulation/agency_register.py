"""The register of agencies: who they are, and on what terms they order.

found(name=…, mail=…, …)    one is written down
change(agency, …)           for orders and invoices to come
close(agency, …)            it orders nothing more; open_again()
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.circulation import agencies
from masthead.circulation.models import Agency, Order
from masthead.circulation.pricing import CannotOrder
from masthead.people.models import User


@transaction.atomic
def found(
    *,
    name: str,
    mail: str,
    address: str,
    country: str,
    commission: int,
    payment_days: int,
    vat_number: str = "",
    contact: str = "",
) -> Agency:
    """Write an agency down; whoever has its mail address pays for it in the books.

    Raises:
        CannotOrder: another agency has that name or mail address.
    """
    return Agency.objects.create(
        name=name,
        account=_account(mail, name, besides=None),
        address=address,
        country=country,
        commission=commission,
        payment_days=payment_days,
        vat_number=vat_number,
        contact=contact,
    )


@transaction.atomic
def change(
    agency: Agency,
    *,
    name: str,
    mail: str,
    address: str,
    country: str,
    commission: int,
    payment_days: int,
    vat_number: str,
    contact: str,
    by: User,
) -> Agency:
    """Write down what has changed of an agency, for orders and invoices to come.

    Orders keep the commission that they were taken with. With another mail address somebody else
    pays in the books from now on; letters about what is owed already go there, too.

    Raises:
        CannotOrder: another agency has that name or mail address.
    """
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    said = {
        "name": name,
        "account": _account(mail, name, besides=agency),
        "address": address,
        "country": country,
        "commission": commission,
        "payment_days": payment_days,
        "vat_number": vat_number,
        "contact": contact,
    }
    changed = [field for field, value in said.items() if getattr(agency, field) != value]
    if not changed:
        return agency
    before = agency.commission
    for field, value in said.items():
        setattr(agency, field, value)
    agency.save()
    commissions = {"before": before, "now": commission} if "commission" in changed else {}
    log(agency, "masthead.agency.change", user=by, data={"changed": changed, **commissions})
    return agency


@transaction.atomic
def close(agency: Agency, *, at: datetime, by: User) -> int:
    """Take no order of an agency any more; return how many that waited for an invoice were dropped.

    What has begun is served to its end, and what is owed stays owed.
    """
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if agency.closed_at:
        return 0
    dropped = [one.order_id for one in agencies.waiting(agency)]
    Order.objects.filter(pk__in=dropped).update(cancelled_at=at)
    agency.closed_at = at
    agency.save(update_fields=["closed_at"])
    log(agency, "masthead.agency.close", user=by, data={"dropped": len(dropped)})
    return len(dropped)


@transaction.atomic
def open_again(agency: Agency, *, by: User) -> None:
    """Take orders of an agency again that was closed."""
    if Agency.objects.filter(pk=agency.pk, closed_at__isnull=False).update(closed_at=None):
        log(agency, "masthead.agency.open", user=by)


def _account(mail: str, name: str, *, besides: Agency | None) -> User:
    """Return who pays for the agency of a mail address, new if nobody has it."""
    others = Agency.objects.exclude(pk=besides.pk) if besides else Agency.objects.all()
    account = User.objects.with_mail(mail) or User.objects.create_user(mail)
    if others.filter(account=account).exists() or others.filter(name=name).exists():
        raise CannotOrder(_("There is an agency with this name or mail address already."))
    return account
