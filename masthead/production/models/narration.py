"""Each time an article was to be read aloud: by whom, into which file, and what came of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Article
from masthead.editorial.models.picture import private_storage


class NarrationQuerySet(models.QuerySet["Narration"]):
    """Sets of narrations."""

    def ready(self) -> NarrationQuerySet:
        """Return those that there is a file of, the newest first."""
        return self.filter(state=Narration.State.READY).order_by("-pk")

    def under_way(self) -> NarrationQuerySet:
        """Return those that were asked for and are not finished."""
        return self.filter(state__in=(Narration.State.WAITING, Narration.State.MAKING))


class Narration(models.Model):
    """An article read aloud, asked for once. Rows are added and finished, never used again.

    Readers hear the newest that is ready. ``made_from`` is a digest of all that would change the
    file; empty where another voice had to step in. ``revision`` is the article's revision whose
    words the times belong to: of any other, they say nothing. ``times`` is what
    `press.speech.times.values` returns. ``narrator`` is empty where a computer voice reads.
    """

    class State(models.TextChoices):
        """How far along it is."""

        WAITING = "waiting", _("Waiting")
        MAKING = "making", _("Being read aloud")
        READY = "ready", _("Ready")
        UNCHANGED = "unchanged", _("Nothing has changed")
        FAILED = "failed", _("Not read aloud")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="narrations", verbose_name=_("article")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    file = models.FileField(_("file"), upload_to="narrations", storage=private_storage, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(_("seconds"), default=0)
    times = models.JSONField(_("when each sentence is heard"), default=list)
    captions = models.TextField(_("captions"), blank=True)
    voice = models.CharField(_("voice"), max_length=100, blank=True)
    narrator = models.CharField(_("narrator"), max_length=160, blank=True)
    made_from = models.CharField(max_length=64, blank=True)
    revision = models.PositiveBigIntegerField(null=True)
    notes = models.TextField(_("notes"), blank=True)

    objects = NarrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("narration")
        verbose_name_plural = _("narrations")
        ordering = ("-pk",)
        indexes = (models.Index(fields=("article", "state"), name="narrations_of_an_article"),)
        constraints = (
            models.UniqueConstraint(
                fields=("article",),
                condition=models.Q(state="waiting"),
                name="one_narration_waiting",
            ),
        )

    def __str__(self) -> str:
        """Return the article and how far along it is."""
        return f"{self.article}, {self.get_state_display()}"

    @property
    def fits(self) -> bool:
        """Say whether its times belong to the words of the article as it is now."""
        return self.revision == self.article.live_revision_id
