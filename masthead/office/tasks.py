"""What the office does by the clock; each task is one line that calls a verb."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from masthead.circulation import dunning
from masthead.editorial.models import Title
from masthead.office import watching
from masthead.payments import ways


@task()
def watch() -> int:
    """Look at everything that staff should see to, mail what is new; return how much was new."""
    return len(watching.watch(at=timezone.now()))


@task()
def renew_now(title: int, most: int) -> dict[str, int]:
    """Do what is to be done about a title's renewals, with so many charges at most."""
    found = Title.objects.get(pk=title)
    return dict(dunning.run(found, at=timezone.now(), named=ways.named, most=most))
