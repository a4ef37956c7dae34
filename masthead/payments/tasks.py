"""What payments do in the worker; each task is one line that calls a verb.

The schedule is a department above; circulation enters these in it.
"""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from masthead.payments import notices, reconciliation, sweeping


@task()
def look_into_notices() -> int:
    """Look at what providers pointed at; return how many notices are done with."""
    return notices.look_into(at=timezone.now())


@task()
def sweep_payments() -> int:
    """Look at what is not settled; return how many payments are now."""
    return sweeping.sweep(at=timezone.now())


@task()
def compare_payments() -> int:
    """Compare providers, attempts and books; return how many differences are open."""
    return reconciliation.compare(at=timezone.now())
