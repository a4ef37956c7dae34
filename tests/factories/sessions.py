"""Who is signed in, and when they last showed that it is they."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.test import Client

from masthead.people.models import User

JUST_NOW = timedelta(0)


def sign_in(client: Client, user: User, *, ago: timedelta = JUST_NOW) -> None:
    """Have `user` signed in at `client` by a mailed code that came back `ago`."""
    client.force_login(user)
    session: Any = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    at = time.time() - ago.total_seconds()
    session["account_authentication_methods"] = [{"method": "code", "at": at}]
    session.save()
