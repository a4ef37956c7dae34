"""Who sits in the office."""

import pytest

from masthead.circulation.founding import empower_publishers
from tests.factories import circulation as make


@pytest.fixture
def publisher(client):
    """Return somebody of the group Publishers, signed in."""
    staff = make.reader("publisher@gazette.example")
    staff.groups.add(empower_publishers())
    client.force_login(staff)
    return staff
