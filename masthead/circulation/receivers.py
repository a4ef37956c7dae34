"""What circulation hears from people, of money and of issues; each line calls a verb."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.circulation import (
    agencies,
    charge_backs,
    institutions,
    orders,
    passes,
    reading_sessions,
    single_copies,
    tasks,
)
from masthead.editorial.models import Issue
from masthead.payments.models import Attempt, Dispute
from masthead.people.models import User


def session_ended(session_key: str, **_signal: Any) -> None:
    """Let passes of that session open nothing any more."""
    passes.end(session_key, at=timezone.now())


def mail_proved(user: User, **_signal: Any) -> None:
    """Give somebody the seats that were kept for their mailbox."""
    institutions.take_seats(user, at=timezone.now())


def signed_in(request: HttpRequest | None, user: Any, **_signal: Any) -> None:
    """Keep a reader within the number of devices, and say which gave way."""
    key = request.session.session_key if request is not None else None
    ended = reading_sessions.keep_within(user, key or "") if isinstance(user, User) else []
    for device in ended:
        if request is not None and hasattr(request, "_messages"):
            text = _("You were signed out of %(device)s: that was one device too many.")
            messages.info(request, text % {"device": device})


def charge_settled(attempt: Attempt, **_signal: Any) -> None:
    """Open what the money was for."""
    now = timezone.now()
    orders.paid(attempt, at=now)
    agencies.paid(attempt, at=now)
    single_copies.paid(attempt, at=now)


def charge_failed(attempt: Attempt, **_signal: Any) -> None:
    """Have a payer told today, not tomorrow, that their renewal could not be charged."""
    if attempt.payer_id and attempt.reference.startswith("order:"):
        tasks.tell_of_failures.enqueue()


def dispute_ended(dispute: Dispute, **_signal: Any) -> None:
    """Close what was opened for money that the payer's bank has taken back."""
    charge_backs.lost(dispute, at=timezone.now())


def issue_published(instance: Issue, **_signal: Any) -> None:
    """Have an issue served, and pressed for readers, that has gone on sale, once it really is."""
    if instance.state == Issue.State.ON_SALE:
        transaction.on_commit(tasks.serve_issues.enqueue)
        transaction.on_commit(tasks.ask_for_promised_editions.enqueue)


def to_be_confirmed(**_signal: Any) -> None:
    """Have payers told in writing of what they did."""
    tasks.send_confirmations.enqueue()
