"""What others supply for the pages of a title, and where it stands in an issue."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.advertising.models import Booking
from masthead.editorial.models import Article, Issue, Title
from masthead.editorial.models.picture import private_storage
from masthead.press.paper import insertions


class Artwork(models.Model):
    """A finished PDF for the pages of a title; a row may wait for its file."""

    class Kind(models.TextChoices):
        """What it is for."""

        ADVERTISEMENT = "advertisement", _("Advertisement")
        HOUSE = "house", _("House advertisement")
        PAGES = "pages", _("Designed pages")

    class Size(models.TextChoices):
        """How much of a page it takes; the press knows each by its name."""

        FULL = insertions.Size.FULL.value, _("Full page")
        HALF = insertions.Size.HALF.value, _("Half page")
        QUARTER = insertions.Size.QUARTER.value, _("Quarter page")

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, related_name="artwork", verbose_name=_("title")
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("What the office calls it. Readers never see it.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ADVERTISEMENT)
    size = models.CharField(_("size"), max_length=10, choices=Size, default=Size.FULL)
    file = models.FileField(
        _("file"),
        upload_to="artwork",
        storage=private_storage,
        blank=True,
        help_text=_(
            "A PDF in the inks and sizes of your printer, its fonts in it. Left empty: awaited."
        ),
    )
    booking = models.OneToOneField(
        Booking,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="page",
        verbose_name=_("booking"),
    )
    taken_from = models.CharField(max_length=80, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    pages = models.PositiveSmallIntegerField(_("pages"), default=1, editable=False)
    warnings = models.TextField(_("warnings"), blank=True, editable=False)

    class Meta:
        verbose_name = _("artwork")
        verbose_name_plural = _("artwork")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        """Return its name."""
        return self.name


class Insertion(models.Model):
    """A piece of artwork in an issue, and the page on which it stands."""

    class Where(models.TextChoices):
        """Which page is meant; the press knows each by its name."""

        PAGE = insertions.Where.PAGE.value, _("On a page")
        COVER = insertions.Where.COVER.value, _("Front cover")
        INSIDE_BACK = insertions.Where.INSIDE_BACK.value, _("Inside back cover")
        BACK = insertions.Where.BACK.value, _("Back cover")
        ARTICLE = insertions.Where.ARTICLE.value, _("Instead of an article")
        SPARE = insertions.Where.SPARE.value, _("Where a page is left over")

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="insertions")
    artwork = models.ForeignKey(
        Artwork, on_delete=models.PROTECT, related_name="insertions", verbose_name=_("artwork")
    )
    where = models.CharField(_("where"), max_length=12, choices=Where, default=Where.PAGE)
    page = models.PositiveSmallIntegerField(
        _("page"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2)],
        help_text=_("Counted from the front cover as 1."),
    )
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("article")
    )
    locked = models.BooleanField(
        _("locked"), default=False, help_text=_("It may not be moved: the page was sold.")
    )

    ALONE: ClassVar = (Where.COVER, Where.INSIDE_BACK, Where.BACK)
    """Where only one thing can stand."""

    class Meta:
        verbose_name = _("insertion")
        verbose_name_plural = _("insertions")
        ordering = ("page", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(where="page", page__isnull=False)
                | (~models.Q(where="page") & models.Q(page__isnull=True)),
                name="insertion_has_a_page_where_it_needs_one",
            ),
            models.CheckConstraint(
                condition=models.Q(where="article", article__isnull=False)
                | (~models.Q(where="article") & models.Q(article__isnull=True)),
                name="insertion_has_an_article_where_it_needs_one",
            ),
            models.UniqueConstraint(
                fields=("issue", "where"),
                condition=models.Q(where__in=("cover", "inside_back", "back")),
                name="one_insertion_on_a_cover",
            ),
            models.UniqueConstraint(
                fields=("issue", "article"), name="one_insertion_for_an_article"
            ),
        )

    def __str__(self) -> str:
        """Return what stands where."""
        where = self.get_where_display()
        return f"{self.artwork}, {where} {self.page}" if self.page else f"{self.artwork}, {where}"

    def clean(self) -> None:
        """See that such a thing can stand there."""
        super().clean()
        whole = self.artwork_id is None or self.artwork.size == Artwork.Size.FULL
        if self.where != self.Where.PAGE and not whole:
            raise ValidationError({"where": _("Only a full page can stand there.")})
        if self.where in self.ALONE and self.artwork_id and self.artwork.pages > 1:
            raise ValidationError({"where": _("It has several pages, and there is room for one.")})
        if self.where == self.Where.PAGE and not self.page:
            raise ValidationError({"page": _("Say on which page it stands.")})
        if self.where == self.Where.ARTICLE and not self.article_id:
            raise ValidationError({"article": _("Say instead of which article it stands.")})
        if self.where != self.Where.PAGE:
            self.page = None
        if self.where != self.Where.ARTICLE:
            self.article = None

    @property
    def planned(self) -> insertions.Insertion:
        """Return it as the press asks for it."""
        return insertions.Insertion(
            key=str(self.pk),
            name=self.artwork.name,
            where=insertions.Where(self.where),
            size=insertions.Size(self.artwork.size),
            pages=self.artwork.pages,
            page=self.page or 0,
            article=str(self.article.key) if self.article else "",
        )


class FlatPlan(models.Model):
    """What the plan of an issue's pages has beside its contents and insertions."""

    issue = models.OneToOneField(Issue, on_delete=models.CASCADE, related_name="flat_plan")
    budget = models.PositiveSmallIntegerField(
        _("pages"),
        null=True,
        blank=True,
        validators=[MinValueValidator(4)],
        help_text=_("How many pages the issue may have, covers included."),
    )

    class Meta:
        verbose_name = _("flat-plan")
        verbose_name_plural = _("flat-plans")

    def __str__(self) -> str:
        """Return the issue."""
        return str(self.issue)
