"""What goes by post: runs of labels, addresses that do not work, copies kept aside, claims."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from masthead.circulation.models.service import Extension, ServiceRecord
from masthead.circulation.models.single import SingleCopy
from masthead.circulation.models.subscription import Subscription
from masthead.editorial.models import Issue
from masthead.payments.append_only import AppendOnly
from masthead.people.models import Address


class ServedIssue(AppendOnly):
    """An issue that was served to everybody it was owed to when it went on sale."""

    issue = models.OneToOneField(Issue, on_delete=models.PROTECT, related_name="served")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("issue served")
        verbose_name_plural = _("issues served")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        """Return which."""
        return str(self.issue)


class LabelRun(models.Model):
    """A list of addresses for one issue, frozen: who changes theirs later changes the next.

    ``rows`` and ``sha256`` are those of the file as it was frozen. ``left_out`` lists who is
    owed a printed copy and got no label, with the reason. ``quantity`` is how many copies were
    handed to the post on the day that it was dispatched.
    """

    class Kind(models.TextChoices):
        """Which copies."""

        MAIN = "main", _("Main run")
        SUPPLEMENTAL = "supplemental", _("Supplemental run")
        BACK = "back", _("Back-issue run")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="label_runs")
    number = models.PositiveSmallIntegerField(_("run"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    rows = models.PositiveIntegerField(_("labels"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    left_out = models.JSONField(_("left out"), default=list)
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True)
    quantity = models.PositiveIntegerField(_("copies dispatched"), null=True)

    class Meta:
        verbose_name = _("run of labels")
        verbose_name_plural = _("runs of labels")
        ordering = ["issue", "number"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "number"], name="one_label_run_per_number"),
            models.UniqueConstraint(
                fields=["issue"], condition=Q(kind="main"), name="one_main_run_an_issue"
            ),
            models.CheckConstraint(
                condition=Q(dispatched_at=None, quantity=None)
                | Q(dispatched_at__isnull=False, quantity__isnull=False),
                name="dispatched_runs_have_a_quantity",
            ),
        ]

    def __str__(self) -> str:
        """Return the issue and which run of it."""
        return f"{self.issue}, {self.get_kind_display()} {self.number}"


class Label(models.Model):
    """One label: where one copy went, as the address stood when its run was frozen.

    ``lines`` is the whole of it, top to bottom, as its country writes addresses. It is for a
    subscription or for a ``single`` copy. ``record`` is the replacement that it is for, None for
    the first copy of an issue. The address is blanked when its reader is erased; serial, kind and
    country stay.
    """

    SINGLE = "single"
    """Its kind, where it is for a single copy."""

    run = models.ForeignKey(LabelRun, on_delete=models.PROTECT, related_name="labels")
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="labels")
    subscription = models.ForeignKey(
        Subscription, null=True, on_delete=models.PROTECT, related_name="labels"
    )
    single = models.OneToOneField(
        SingleCopy, null=True, on_delete=models.PROTECT, related_name="label"
    )
    record = models.OneToOneField(
        ServiceRecord, null=True, on_delete=models.PROTECT, related_name="label"
    )
    position = models.PositiveIntegerField(_("row"))
    kind = models.CharField(
        _("kind"),
        max_length=11,
        choices=[*ServiceRecord.Kind.choices, (SINGLE, _("Single copy"))],
    )
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    key_line = models.CharField(_("key line"), max_length=40)
    name = models.CharField(_("name"), max_length=200, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    lines = models.JSONField(_("lines"), default=list)
    city = models.CharField(_("town or city"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2)
    address = models.ForeignKey(
        Address, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("address")
    )
    erased_at = models.DateTimeField(_("erased at"), null=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_label_per_row"),
            models.UniqueConstraint(
                fields=["subscription", "issue"],
                condition=Q(record=None),
                name="an_issue_is_labelled_once",
            ),
            models.CheckConstraint(
                condition=Q(subscription__isnull=False, single=None)
                | Q(subscription=None, single__isnull=False, record=None, kind="single"),
                name="a_label_is_of_one_sale",
            ),
        ]

    def __str__(self) -> str:
        """Return its serial."""
        return self.serial

    @property
    def serial(self) -> str:
        """The number on the label, unique in the installation."""
        return f"{self.pk:09d}"

    @property
    def sale(self) -> Subscription | SingleCopy:
        """What it is for."""
        found = self.subscription or self.single
        assert found is not None
        return found


class Undelivered(models.Model):
    """Post came back from an address: nothing is sent there until its reader writes another."""

    class Why(models.TextChoices):
        """What the post said."""

        UNKNOWN = "unknown", _("Not known there")
        MOVED = "moved", _("Moved away")
        REFUSED = "refused", _("Refused")
        INCOMPLETE = "incomplete", _("The address is not complete")

    address = models.OneToOneField(Address, on_delete=models.CASCADE, related_name="undelivered")
    label = models.ForeignKey(
        Label, null=True, on_delete=models.PROTECT, related_name="undelivered"
    )
    why = models.CharField(_("why"), max_length=10, choices=Why)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(_("told at"), null=True)

    class Meta:
        verbose_name = _("address that does not work")
        verbose_name_plural = _("addresses that do not work")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        """Return what the post said."""
        return str(self.get_why_display())


class SpareCopies(models.Model):
    """How many printed copies of an issue lay in the store when somebody counted them.

    ``taken`` are those of them that are gone since or are promised to somebody: sent again, or sold
    one by one. The database refuses to have more taken than there are.
    """

    issue = models.OneToOneField(Issue, on_delete=models.PROTECT, related_name="spare_copies")
    copies = models.PositiveIntegerField(_("copies"))
    taken = models.PositiveIntegerField(_("taken"), default=0)
    counted_at = models.DateTimeField(_("counted at"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("spare copies")
        verbose_name_plural = _("spare copies")
        ordering = ["issue"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=models.F("copies")), name="no_copy_is_promised_twice"
            ),
        ]

    def __str__(self) -> str:
        """Return how many."""
        return str(self.copies)


class Claim(AppendOnly):
    """A reader says that a printed copy did not come, or came damaged; and what was done.

    One of ``replacement`` (it is sent again, and uses up no copy) and ``extension`` (one more
    issue, for nothing). ``request`` is the one-time key of the form.
    """

    class Kind(models.TextChoices):
        """What happened to the copy."""

        MISSING = "missing", _("It did not come")
        DAMAGED = "damaged", _("It came damaged")

    record = models.ForeignKey(ServiceRecord, on_delete=models.PROTECT, related_name="claims")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    replacement = models.OneToOneField(
        ServiceRecord, null=True, on_delete=models.PROTECT, related_name="sent_for"
    )
    extension = models.OneToOneField(
        Extension, null=True, on_delete=models.PROTECT, related_name="given_for"
    )
    request = models.UUIDField(unique=True, editable=False)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(replacement__isnull=False, extension=None)
                | Q(replacement=None, extension__isnull=False),
                name="claim_has_one_answer",
            ),
        ]

    def __str__(self) -> str:
        """Return what happened to which copy."""
        return f"{self.record}: {self.get_kind_display()}"
