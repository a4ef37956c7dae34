"""Links to media for programs that carry no cookies: podcast players, reading systems.

A link names its reader and its end and is signed; what it opens is decided anew when it
is followed, so that it dies with the reader's subscription.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from masthead.people.models import User

GOOD_FOR = timedelta(minutes=10)
PARAMETER = "for"


def sign(path: str, reader: User, *, at: datetime) -> str:
    """Return `path` as a link that opens for `reader` alone, for ten minutes.

    Args:
        path: of one object, without a query.
        reader: whose facts will count.
        at: the moment from which it is good.
    """
    until = int((at + GOOD_FOR).timestamp())
    told = f"{reader.key.hex}.{until}"
    proof = _signer(path).signature(told)
    return f"{path}?{urlencode({PARAMETER: f'{told}.{proof}'})}"


def reader_of(request: HttpRequest, *, at: datetime) -> User | None:
    """Return the reader whom the link of a request was made for, while it is good."""
    told, _dot, proof = request.GET.get(PARAMETER, "").rpartition(".")
    try:
        _signer(request.path).unsign(f"{told}.{proof}")
        key, until = told.split(".")
        if at.timestamp() >= int(until):
            return None
        return User.objects.filter(key=uuid.UUID(hex=key), is_active=True).first()
    except (BadSignature, ValueError):
        return None


def _signer(path: str) -> Signer:
    """Return the signer of one object: a proof for one path is none for another."""
    return Signer(salt=f"masthead.circulation.link:{path}", sep=".")
