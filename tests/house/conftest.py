"""The magazine of the leaks, built once for the tests of a file."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.models import Model

from tests.house.test_surfaces import Aviary


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker) -> Iterator[Aviary]:
    """Build it, and take it down after the last test: each undoes what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Aviary()
        transaction.set_rollback(True)


@pytest.fixture
def aviary(built: Aviary, db: None) -> Aviary:
    """Return it as the database has it."""
    found = copy.copy(built)
    for name, value in vars(built).items():
        if isinstance(value, Model):
            setattr(found, name, type(value)._base_manager.get(pk=value.pk))
    return found
