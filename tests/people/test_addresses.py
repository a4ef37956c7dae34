"""Addresses are written as each country writes them, and never written over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from masthead.people import addresses
from masthead.people.models import Address, User

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LONDON = {
    "name": "Ada Okafor",
    "street": "10 High Street",
    "city": "London",
    "postcode": "SW1A 2AA",
}
PARIS = {"name": "Ada Okafor", "street": "3 rue des Lilas", "city": "Paris", "postcode": "75020"}


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada@example.org")


def test_a_country_says_what_its_addresses_consist_of() -> None:
    japan = {line.name: line for line in addresses.lines_of("JP")}
    assert next(iter(japan)) == "postcode"
    assert japan["region"].label == "Prefecture"
    assert len(japan["region"].choices) == 47
    states = {line.name: line.label for line in addresses.lines_of("US")}
    assert (states["region"], states["postcode"]) == ("State", "ZIP code")
    assert "region" not in {line.name for line in addresses.lines_of("FR")}


@pytest.mark.parametrize(
    ("country", "fields", "faulty"),
    [
        ("FR", PARIS | {"postcode": "7502"}, {"postcode"}),
        ("FR", PARIS | {"city": "", "name": " "}, {"city", "name"}),
        ("US", LONDON | {"region": "ZZ"}, {"region", "postcode"}),
        ("XX", PARIS, {"country"}),
        ("", PARIS, {"country"}),
    ],
)
def test_what_the_post_would_not_take_is_named_field_by_field(ada, country, fields, faulty) -> None:
    with pytest.raises(addresses.BadAddress) as bad:
        addresses.write(ada, country, fields, at=NOON)
    assert bad.value.faults.keys() == faulty
    assert not Address.objects.exists()


def test_every_country_can_be_asked_for_and_written_on_an_envelope(ada) -> None:
    from django_countries import countries

    for country in dict(countries):
        lines = addresses.lines_of(country)
        assert "name" in {line.name for line in lines}, country
        address = Address(user=ada, country=country, name="Ada", street="1 Street", city="Town")
        assert addresses.label(address)[-1] == dict(countries)[country]


def test_the_first_address_is_for_post_and_only_one_is(ada) -> None:
    first = addresses.write(ada, "GB", LONDON, at=NOON)
    second = addresses.write(ada, "FR", PARIS, at=NOON)
    assert (first.is_for_post, second.is_for_post) == (True, False)
    addresses.send_post_to(second)
    assert Address.objects.get(is_for_post=True) == second
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=first.pk).update(is_for_post=True)


def test_a_changed_address_leaves_the_old_one_as_it_was(ada) -> None:
    old = addresses.write(ada, "GB", LONDON, at=NOON)
    new = addresses.write(ada, "FR", PARIS, at=NOON + timedelta(days=1), replacing=old)
    old.refresh_from_db()
    assert (old.city, old.retired_at, old.is_for_post) == (
        "LONDON",
        NOON + timedelta(days=1),
        False,
    )
    assert new.is_for_post
    assert new.replaces == old
    assert list(Address.objects.standing()) == [new]


def test_a_retired_address_can_get_no_post(ada) -> None:
    address = addresses.write(ada, "GB", LONDON, at=NOON)
    addresses.retire(address, at=NOON)
    addresses.send_post_to(address)
    assert not Address.objects.filter(is_for_post=True).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=address.pk).update(is_for_post=True)


def test_an_envelope_has_the_lines_of_its_country(ada) -> None:
    address = addresses.write(ada, "GB", LONDON, at=NOON)
    assert addresses.label(address) == (
        "Ada Okafor", "10 High Street", "LONDON", "SW1A 2AA", "United Kingdom",
    )  # fmt: skip
