"""What production must remember: who works on what, and what the clock has already struck."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult


class LeaseQuerySet(models.QuerySet["Lease"]):
    """Sets of leases."""

    def run_out(self, *, at: datetime) -> LeaseQuerySet:
        """Return leases that nobody has renewed in time: their workers are gone."""
        return self.filter(expires_at__lte=at)


class Lease(models.Model):
    """One worker's claim to one task, kept alive while it works.

    A worker that is killed stops renewing; when the lease has run out the task goes to
    somebody else. A worker that was only slow finds its lease gone and keeps its result
    to itself.
    """

    task = models.OneToOneField(
        DBTaskResult,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="lease",
        verbose_name=_("task"),
    )
    worker = models.CharField(_("worker"), max_length=64)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        """Return who works on what, and until when."""
        return f"{self.worker}: {self.task_id} until {self.expires_at:%H:%M:%S}"


class Stroke(models.Model):
    """The last time the clock struck for one entry of the schedule.

    One row for each entry; moving it is what decides which of two workers may
    put the work in the queue.
    """

    entry = models.CharField(_("entry"), max_length=100, primary_key=True)
    struck_for = models.DateTimeField(_("struck for"))

    class Meta:
        verbose_name = _("stroke of the clock")
        verbose_name_plural = _("strokes of the clock")

    def __str__(self) -> str:
        """Return the entry and the slot."""
        return f"{self.entry} at {self.struck_for:%Y-%m-%d %H:%M}"
