"""The depot's tables: what every store of the house holds, and which machines fetch it from here.

Only where several machines serve (`depot.py`). A page has one row, with what was said of it last,
and the number of the edition in which that was; so the table is at once what is new for a machine
that was here a second ago, and everything for one that was never here.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_name() -> str:
    """Return a name that no other depot has: after a fresh start nodes fetch everything anew."""
    return uuid.uuid4().hex


class Depot(models.Model):
    """The one row that whoever changes the depot holds while doing so.

    That gives editions their order: the next number is not there before the last is committed.
    ``marks`` are pairs of the last editions and a word of each by which it is known again: after a
    backup of the database is restored, the numbers that were lost are given out once more.
    """

    name = models.CharField(_("name"), max_length=32, default=new_name)
    run = models.BigIntegerField(_("run"), default=0)
    edition = models.BigIntegerField(_("edition"), default=0)
    marks = models.JSONField(_("marks of the last editions"), default=list, blank=True)
    orders = models.TextField(_("orders"), default="", blank=True)
    type = models.TextField(_("pressed with"), default="", blank=True)

    class Meta:
        verbose_name = _("depot")
        verbose_name_plural = _("depots")

    def __str__(self) -> str:
        """Return the last edition."""
        return f"edition {self.edition}"


class DepotPage(models.Model):
    """What was said last of one address."""

    address = models.TextField(_("address"), primary_key=True)
    version = models.BigIntegerField(_("version"))
    edition = models.BigIntegerField(_("edition"), db_index=True)
    status = models.PositiveSmallIntegerField(_("status"))
    record = models.TextField(_("record"))
    tags = models.JSONField(_("tags"), default=dict, blank=True)
    stale_at = models.BigIntegerField(_("stale at"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("page in the depot")
        verbose_name_plural = _("pages in the depot")

    def __str__(self) -> str:
        """Return the address."""
        return self.address


class DepotBody(models.Model):
    """Bytes that lie in the object storage."""

    digest = models.CharField(_("digest"), max_length=32, primary_key=True)
    named_at = models.DateTimeField(_("named at"))

    class Meta:
        verbose_name = _("body in the depot")
        verbose_name_plural = _("bodies in the depot")

    def __str__(self) -> str:
        """Return its name."""
        return self.digest


class DepotSession(models.Model):
    """A session whose passes are over before their time."""

    session = models.CharField(_("session"), max_length=64, primary_key=True)
    forget_at = models.BigIntegerField(_("forget at"))
    edition = models.BigIntegerField(_("edition"), db_index=True)

    class Meta:
        verbose_name = _("ended session in the depot")
        verbose_name_plural = _("ended sessions in the depot")

    def __str__(self) -> str:
        """Return its name."""
        return self.session


class Node(models.Model):
    """A machine that readers are served by, and the last edition that it has."""

    name = models.CharField(_("name"), max_length=300, primary_key=True)
    edition = models.BigIntegerField(_("edition"), default=0)
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")

    def __str__(self) -> str:
        """Return its name and edition."""
        return f"{self.name}: edition {self.edition}"
