"""Notices of providers: kept when they come, looked into by the worker, never believed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from masthead.payments import observations, ways
from masthead.payments.models import ProviderNotice
from masthead.payments.provider import NotReady, Unknown

logger = logging.getLogger(__name__)


def receive(
    way: str, headers: Mapping[str, str], body: bytes, *, at: datetime
) -> ProviderNotice | None:
    """Keep a notice that is signed; return it if it is new and points at something.

    Args:
        way: the name of the way to pay, in the settings.
        headers: of the request.
        body: as it came, byte for byte: the signature is over that.
        at: the moment.

    Raises:
        NotReady: there is no such way, or it cannot be used.
        NotSigned: it is not the provider's, too old or from the future.
    """
    hint = ways.named(way).hint(headers, body, at)
    if hint is None:
        return None
    with transaction.atomic():
        notice, is_new = ProviderNotice.objects.get_or_create(
            provider=way,
            notice_id=hint.id,
            defaults={"kind": hint.kind, "points_at": list(hint.points_at), "received_at": at},
        )
    return notice if is_new else None


def look_into(*, at: datetime) -> int:
    """Look at what unread notices point at; return how many are done with.

    Each is done with once what it points at is taken in. What nobody answers for stays, for the
    next time.
    """
    done = 0
    for notice in ProviderNotice.objects.filter(looked_at=None):
        try:
            provider = ways.named(notice.provider)
            for ref in notice.points_at:
                observations.look(provider, ref, at=at, by_way_of="notice")
        except (NotReady, Unknown) as silence:
            logger.warning("Notice %s waits: %s", notice.notice_id, silence)
            continue
        except Exception:  # One notice must not keep the others from being read.
            logger.exception("Notice %s could not be looked into.", notice.notice_id)
            continue
        done += ProviderNotice.objects.filter(pk=notice.pk, looked_at=None).update(looked_at=at)
    return done
