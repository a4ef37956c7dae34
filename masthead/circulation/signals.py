"""Taps on the shoulder within circulation; the tables are the truth."""

from __future__ import annotations

from django.dispatch import Signal

to_be_confirmed = Signal()
"""Something was ordered, stopped or ended, and its payer is to have it in writing.

Sent once it is committed, without anything; who listens looks for what has not been confirmed.
"""
