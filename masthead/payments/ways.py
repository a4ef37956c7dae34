"""The ways to pay, as `masthead.toml` has them: found by name, each made once in a process.

provider = ways.named(order.provider)
for way in ways.for_readers(): way.name, way.label
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from masthead import plugins
from masthead.payments.provider import NotReady, Provider, Way

GROUP = "payment_providers"

_made: dict[str, tuple[Way, Provider]] = {}


class NoSuchWay(NotReady):
    """The settings name no way to pay like that. Fit to show to staff."""


def named(name: str) -> Provider:
    """Return the provider of a way to pay; asks nobody.

    Raises:
        NoSuchWay: see the class.
        NotReady: a key or an option is missing, or a live key may not be used here.
    """
    way = _table(name)
    if name in _made and _made[name][0] == way:
        return _made[name][1]
    provider = _make(way)
    _made[name] = (way, provider)
    return provider


def names() -> tuple[str, ...]:
    """Return every way that has a table, those that readers are not offered, too."""
    return tuple(way.name for way in settings.INSTALLATION.ways)


def for_readers() -> list[Provider]:
    """Return the ways that readers are offered, in order; those that are not ready are left out."""
    found = []
    for name in settings.INSTALLATION.payments.ways:
        try:
            found.append(named(name))
        except NotReady:
            continue
    return found


def by_hand() -> list[Provider]:
    """Return the ways whose money staff write down; those that are not ready are left out."""
    found = []
    for name in names():
        try:
            provider = named(name)
        except NotReady:
            continue
        if "by-hand" in provider.abilities:
            found.append(provider)
    return found


def moves_money(name: str) -> bool:
    """Say whether money really moves by a way; one that is not to be had now is taken to."""
    try:
        return "pretends" not in named(name).abilities
    except NotReady:
        return True


def complaints() -> Iterator[tuple[str, str]]:
    """Yield what keeps ways from being used: the name of each and why, fit for staff."""
    for name in names():
        try:
            named(name)
        except NotReady as lacking:
            yield name, str(lacking)


def warnings() -> Iterator[tuple[str, str]]:
    """Yield what the owner should know of ways that can be used."""
    for name in names():
        try:
            provider = named(name)
        except NotReady:
            continue
        for one in provider.warnings():
            yield name, one


def _table(name: str) -> Way:
    installation = settings.INSTALLATION
    for table in installation.ways:
        if table.name == name:
            return Way(
                name,
                table.part,
                table.options,
                table.secrets,
                installation.place,
                installation.host_name,
            )
    raise NoSuchWay(f"There is no [payments.{name}] in masthead.toml.")


def _make(way: Way) -> Provider:
    try:
        part: Any = plugins.load(GROUP, way.part)
    except plugins.UnknownPart as unknown:
        raise NotReady(str(unknown)) from unknown
    made: Provider = part(way)
    return made
