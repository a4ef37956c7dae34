"""What hangs from an edition when it is looked over: marks, sign-offs, and guests who look."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Issue
from masthead.production.models.edition import Edition


class GuestQuerySet(models.QuerySet["Guest"]):
    """Sets of guests."""

    def good(self, at: datetime) -> GuestQuerySet:
        """Return those whose link opens something at that moment."""
        return self.filter(expires_at__gt=at, revoked_at=None)


class Guest(models.Model):
    """Somebody without an account who looks at the proofs of one issue, by a link.

    Of the link there is only the SHA-256 of its token; it is shown once and cannot be read here.
    """

    issue = models.ForeignKey(
        Issue, on_delete=models.CASCADE, related_name="guests", verbose_name=_("issue")
    )
    name = models.CharField(_("name"), max_length=100)
    mail = models.EmailField(_("mail address"), blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    invited_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("good until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_seen_at = models.DateTimeField(_("last seen at"), null=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering: ClassVar = ["-invited_at", "-pk"]

    def __str__(self) -> str:
        """Return the name, or that of nobody once it was forgotten."""
        return self.name or _now("A guest")


class MarkQuerySet(models.QuerySet["Mark"]):
    """Sets of marks."""

    def on(self, edition: Edition) -> MarkQuerySet:
        """Return what stands on an edition: its own marks, and open ones of earlier versions."""
        there = self.filter(
            edition__issue=edition.issue_id,
            edition__form=edition.form,
            edition__version__lte=edition.version,
        )
        if edition.passed_at:
            # It was closed then; what came later, on an older version, is for the next one.
            there = there.filter(made_at__lte=edition.passed_at)
        return there.filter(models.Q(edition=edition) | models.Q(settled_at=None))

    def open(self) -> MarkQuerySet:
        """Return those that nobody has settled."""
        return self.filter(settled_at=None)


class Mark(models.Model):
    """What somebody wants to have changed on a page. Written once; settled, never deleted.

    ``x`` and ``y`` are thousandths of the width and height of the trimmed page, from its upper
    left corner; a mark without them is about the whole page.
    """

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="marks", verbose_name=_("edition")
    )
    page = models.PositiveIntegerField(_("page"))
    x = models.PositiveSmallIntegerField(_("from the left"), null=True)
    y = models.PositiveSmallIntegerField(_("from the top"), null=True)
    words = models.TextField(_("words"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    guest = models.ForeignKey(
        Guest,
        on_delete=models.SET_NULL,
        null=True,
        related_name="marks",
        verbose_name=_("by guest"),
    )
    made_at = models.DateTimeField(_("made at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("settled by"),
    )

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering: ClassVar = ["page", "made_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(x__isnull=True, y__isnull=True)
                | models.Q(x__isnull=False, y__isnull=False, x__lte=1000, y__lte=1000),
                name="mark_is_at_a_place_or_at_none",
            ),
            models.CheckConstraint(
                condition=models.Q(user=None) | models.Q(guest=None),
                name="mark_is_by_staff_or_by_a_guest",
            ),
        ]

    def __str__(self) -> str:
        """Return the page and the words."""
        return f"{self.page}: {self.words}"

    @property
    def author(self) -> str:
        """Return the name of whoever made it, as far as it is still known."""
        return str(self.user or self.guest or _now("Somebody"))


class SignOff(models.Model):
    """One page of one edition is right, said by somebody. Withdrawn, never deleted."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="sign_offs", verbose_name=_("edition")
    )
    page = models.PositiveIntegerField(_("page"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering: ClassVar = ["page", "at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("edition", "page"),
                condition=models.Q(withdrawn_at=None),
                name="one_sign_off_of_each_page",
            )
        ]

    def __str__(self) -> str:
        """Return the edition and the page."""
        return f"{self.edition}, {self.page}"
