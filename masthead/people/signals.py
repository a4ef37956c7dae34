"""Taps on the shoulder for departments above; the tables are the truth."""

from __future__ import annotations

from django.dispatch import Signal

session_ended = Signal()
"""A session is over: its reader signed out, ended it from elsewhere, or was erased.

Sent inside the transaction that ends it, with ``user`` and ``session_key``.
"""

mail_proved = Signal()
"""A code sent to somebody's mail address has come back. Sent with ``user``."""
