"""Each time an issue was pressed: of what, into which file, and what was found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Issue
from masthead.editorial.models.picture import private_storage


class EditionQuerySet(models.QuerySet["Edition"]):
    """Sets of editions."""

    def sound(self) -> EditionQuerySet:
        """Return those that there is a file of, the newest first."""
        return self.filter(state=Edition.State.SOUND).order_by("-version")

    def under_way(self) -> EditionQuerySet:
        """Return those that were asked for and are not finished."""
        return self.filter(state__in=(Edition.State.WAITING, Edition.State.PRESSING))

    def paged(self) -> EditionQuerySet:
        """Return those with pages that can be looked at: all but books and recordings."""
        return self.filter(form__in=Edition.PAGED)


class Edition(models.Model):
    """An issue in one form, asked for once. Rows are added and finished, never used again.

    ``version`` counts the sound ones of an issue and form; what was refused, or would have been
    the same again, has none. ``made_from`` tells what it was made of, as `gathering.Copy` does;
    ``fits`` how each article fills its pages, as `copyfit.Fit` does; ``pages_seen`` what each page
    looks like, as `pages_seen` reads it. A proof is a sound one: see `proofs`.
    """

    class Form(models.TextChoices):
        """What an issue can be pressed as."""

        SCREEN = "screen", _("PDF for screens")
        PRINT = "print", _("PDF for the printer")
        COVER = "cover", _("Cover for the printer, laid flat")
        EPUB = "epub", _("Book (EPUB)")
        AUDIO = "audio", _("Recording (MP3 with chapters)")

    class State(models.TextChoices):
        """How far along it is."""

        WAITING = "waiting", _("Waiting")
        PRESSING = "pressing", _("Being pressed")
        SOUND = "sound", _("Pressed")
        UNCHANGED = "unchanged", _("Nothing has changed")
        REFUSED = "refused", _("Not pressed")

    PAGED: ClassVar = (Form.SCREEN, Form.PRINT, Form.COVER)
    ENDINGS: ClassVar[dict[str, str]] = {Form.EPUB: "epub", Form.AUDIO: "mp3"}
    MEDIA_TYPES: ClassVar[dict[str, str]] = {
        Form.EPUB: "application/epub+zip",
        Form.AUDIO: "audio/mpeg",
    }

    issue = models.ForeignKey(
        Issue, on_delete=models.CASCADE, related_name="editions", verbose_name=_("issue")
    )
    form = models.CharField(_("form"), max_length=10, choices=Form)
    version = models.PositiveIntegerField(_("version"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    step = models.CharField(_("step"), max_length=100, blank=True)
    asked_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    file = models.FileField(_("file"), upload_to="editions", storage=private_storage, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    made_from = models.JSONField(_("made from"), default=dict)
    fits = models.JSONField(_("copy fit"), default=list)
    pages_seen = models.JSONField(_("what its pages look like"), default=dict)
    passed_at = models.DateTimeField(_("passed for press"), null=True)
    notes = models.TextField(_("notes"), blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("issue", "form", "version"), name="one_edition_of_each_version"
            ),
            models.UniqueConstraint(
                fields=("issue", "form"),
                condition=models.Q(state__in=("waiting", "pressing")),
                name="one_edition_under_way",
            ),
        )

    def __str__(self) -> str:
        """Return the issue, the form and the version."""
        version = f" {self.version}" if self.version else ""
        return f"{self.issue}, {self.get_form_display()}{version}"

    @property
    def under_way(self) -> bool:
        """Say whether a file, or the reason why there is none, is still to come."""
        return self.state in (self.State.WAITING, self.State.PRESSING)

    @property
    def file_name(self) -> str:
        """Return what the file is called outside, such as ``no-18-print.pdf`` or ``no-18.epub``."""
        if not self.has_pages:
            return f"{self.issue.slug}.{self.ENDINGS[self.form]}"
        return f"{self.issue.slug}-{self.form}.pdf"

    @property
    def has_pages(self) -> bool:
        """Say whether it has pages that stay as they are; a book's are as its reader likes."""
        return self.form in self.PAGED

    @property
    def media_type(self) -> str:
        """Return what its file is, as the web names it."""
        return self.MEDIA_TYPES.get(self.form, "application/pdf")
