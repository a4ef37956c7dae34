"""An agency's orders from a CSV file: looked at first, then taken; nothing that is there is changed.

    looked = agency_files.look(agency, data, at=now)     what each line would do
    agency_files.take_in(agency, data, at=now)           does it for those that are new

A line is known by the agency's own number. One that is there already and says the same is left alone;
one that says something else, and one that cannot be taken, is listed with the reason.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from masthead.circulation import agencies, offers
from masthead.circulation.agencies import Cost
from masthead.circulation.models import Agency, AgencyOrder, OfferVersion
from masthead.circulation.pricing import CannotOrder
from masthead.editorial.models import Title
from masthead.people import addresses, without_mail
from masthead.people.models import Address, User

COLUMNS = (
    "number", "offer", "currency", "print", "name", "organisation", "street", "postcode", "city",
    "region", "country", "mail",
)  # fmt: skip
MOST_LINES = 5_000
YES = frozenset({"yes", "y", "1", "true", "x"})

State = Literal["new", "there", "differs", "bad"]


class NotAFile(Exception):
    """It is no table that can be read; says why. Fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A line of the file: what it says, what would become of it, and why not."""

    line: int
    said: Mapping[str, str]
    state: State
    why: str = ""
    cost: Cost | None = None
    version: OfferVersion | None = None

    @property
    def with_print(self) -> bool:
        """Whether it asks for the print edition."""
        return self.said["print"].casefold() in YES


def read(data: bytes) -> list[dict[str, str]]:
    """Return the lines of a CSV file by the names of its columns.

    Raises:
        NotAFile: see the class.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotAFile(_("Save the file as CSV in UTF-8.")) from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(
        StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    names = [str(name).strip().casefold() for name in rows.fieldnames or ()]
    missing = [name for name in ("number", "offer", "country", "name") if name not in names]
    if missing:
        raise NotAFile(
            _("The first line has to name the columns; missing: %(names)s.")
            % {"names": ", ".join(missing)}
        )
    rows.fieldnames = names
    found = []
    for row in rows:
        said = {name: str(row.get(name) or "").strip() for name in COLUMNS}
        if any(said.values()):
            found.append(said)
        if len(found) > MOST_LINES:
            raise NotAFile(_("Send %(most)d lines at most at once.") % {"most": MOST_LINES})
    return found


def look(agency: Agency, rows: list[dict[str, str]], *, at: datetime) -> list[Looked]:
    """Return what each line would do; writes nothing."""
    versions = {
        version.offer.slug: version
        for title in Title.objects.order_by("pk")
        for version in offers.on_sale(title)
    }
    there = {
        one.number: one
        for one in AgencyOrder.objects.filter(
            agency=agency, number__in=[said["number"] for said in rows]
        ).select_related("order__version__offer", "order__reader")
    }
    seen: set[str] = set()
    found = []
    for line, said in enumerate(rows, start=2):
        found.append(_look(agency, line, said, versions, there, seen, at))
        seen.add(said["number"])
    return found


def _look(
    agency: Agency,
    line: int,
    said: dict[str, str],
    versions: dict[str, OfferVersion],
    there: dict[str, AgencyOrder],
    seen: set[str],
    at: datetime,
) -> Looked:
    if not said["number"]:
        return Looked(line, said, "bad", _("It has no number."))
    if said["number"] in seen:
        return Looked(line, said, "bad", _("Its number stands in the file twice."))
    if known := there.get(said["number"]):
        differs = list(_differences(known, said))
        words = _("There with another: %(what)s. It stays as it is.")
        why = words % {"what": ", ".join(differs)} if differs else ""
        return Looked(line, said, "differs" if differs else "there", why)
    version = versions.get(said["offer"])
    if version is None:
        return Looked(line, said, "bad", _("No offer that is on sale has this address."))
    country = said["country"].upper()
    deal = version.deal
    with_print = said["print"].casefold() in YES
    try:
        if said["mail"]:
            validate_email(said["mail"])
        elif not (with_print or deal.print_is_included):
            return Looked(line, said, "bad", _("Without a mail address there is only print."))
        addresses.checked(country, _written(said))
        costs = agencies.cost(
            agency, version, _currency(said, version), country=country, with_print=with_print, at=at
        )
    except ValidationError:
        return Looked(line, said, "bad", _("This is no mail address."))
    except addresses.BadAddress as bad:
        return Looked(line, said, "bad", " ".join(str(fault) for fault in bad.faults.values()))
    except CannotOrder as refusal:
        return Looked(line, said, "bad", str(refusal))
    return Looked(line, said, "new", cost=costs, version=version)


@transaction.atomic
def take_in(agency: Agency, rows: list[dict[str, str]], *, at: datetime) -> list[Looked]:
    """Write down the orders of the lines that are new, and return what became of each line.

    Nothing begins before it is on an invoice. Doing it again takes none a second time.
    """
    Agency.objects.select_for_update().get(pk=agency.pk)
    looked = look(agency, rows, at=at)
    for one in looked:
        if one.state != "new" or one.version is None:
            continue
        said = one.said
        agencies.take(
            agency,
            one.version,
            _reader(said, at),
            number=said["number"],
            currency=_currency(said, one.version),
            country=said["country"].upper(),
            with_print=one.with_print,
            at=at,
        )
    return looked


def _reader(said: Mapping[str, str], at: datetime) -> User:
    """Return who is to read; an address that they have written themselves is left as it is."""
    mail = said["mail"]
    reader = User.objects.with_mail(mail) if mail else None
    if reader is None:
        name = said["name"]
        known = {"first_name": name[:150]}
        reader = User.objects.create_user(mail, **known) if mail else without_mail.create(name)
    if not Address.objects.filter(user=reader, is_for_post=True).exists():
        addresses.write(reader, said["country"].upper(), _written(said), at=at)
    return reader


def _written(said: Mapping[str, str]) -> dict[str, str]:
    parts = ("name", "organisation", "street", "postcode", "city", "region")
    return {part: said[part] for part in parts if said[part]}


def _currency(said: Mapping[str, str], version: OfferVersion) -> str:
    return said["currency"].upper() or version.deal.prices[0].currency


def _differences(known: AgencyOrder, said: Mapping[str, str]) -> list[str]:
    order = known.order
    pairs = {
        "offer": (order.version.offer.slug, said["offer"]),
        "country": (order.country, said["country"].upper()),
        "currency": (order.currency, _currency(said, order.version)),
    }
    if said["mail"] and order.reader:
        pairs["mail"] = (order.reader.email, said["mail"].lower())
    if not order.version.deal.print_is_included:
        pairs["print"] = (str(order.with_print), str(said["print"].casefold() in YES))
    return [name for name, (was, now) in pairs.items() if was != now]
