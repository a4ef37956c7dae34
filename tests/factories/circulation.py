"""Readers, and what lets them read."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from masthead.circulation import grants
from masthead.circulation.models import Grant, Institution, MailDomain, Network
from masthead.editorial.models import Title
from masthead.people.models import User
from tests.factories.editorial import THEN

_count = itertools.count(1)


def reader(email: str = "", **fields: Any) -> User:
    """Return somebody new who can sign in and has nothing."""
    return User.objects.create_user(email or f"reader{next(_count)}@readers.example", **fields)


def grant(reader: User, title: Title, *, at: datetime = THEN, **fields: Any) -> Grant:
    """Return a grant of a year, from `at` on."""
    asked = {"reason": "Reviewer", "ends_at": at + timedelta(days=365)} | fields
    return grants.give(reader, title, at=at, **asked)


def institution(
    title: Title, *, networks: tuple[str, ...] = (), domains: tuple[str, ...] = (), **fields: Any
) -> Institution:
    """Return an institution that has been reading since `THEN`."""
    asked = {"name": f"Library {next(_count)}", "starts_at": THEN} | fields
    made = Institution.objects.create(title=title, **asked)
    for addresses in networks:
        Network.objects.create(institution=made, addresses=addresses)
    for domain in domains:
        MailDomain.objects.create(institution=made, domain=domain)
    return made
