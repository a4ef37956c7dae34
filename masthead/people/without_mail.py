"""People without a mail address: they have a name and a postal address, and never sign in.

Each stands in the same table as everybody else, under an address that leads nowhere, since there it
is what a person is found by. Whoever writes letters asks `User.has_mail` first. Once somebody of the
staff writes a real address over it, they are like everybody else.
"""

from __future__ import annotations

import uuid

from masthead.people.models import NO_MAIL, User


def create(name: str) -> User:
    """Return somebody new, who is known by name and has no mail address."""
    return User.objects.create_user(f"{uuid.uuid4().hex}@{NO_MAIL}", first_name=name[:150])
