"""Taps on the shoulder of departments above, once the books are written.

Whoever listens may be called twice, and is not called at all if the process ends in between:
the books are the truth, and a nightly look at them catches up.
"""

from django.dispatch import Signal

charge_settled = Signal()
"""Money came in: ``attempt``."""

charge_failed = Signal()
"""It will not come in by this attempt: ``attempt``."""

refund_settled = Signal()
"""Money went back: ``attempt``."""

refund_failed = Signal()
"""It did not go back and is still owed: ``attempt``."""

charge_disputed = Signal()
"""The payer's bank asks it back: ``dispute``. Nothing more should be charged meanwhile."""

dispute_ended = Signal()
"""It is known who was right: ``dispute``."""
