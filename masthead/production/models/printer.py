"""What the printer of a title asks for, as its publisher wrote it down."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Title
from masthead.editorial.models.picture import private_storage
from masthead.press.paper.specification import Specification, UnfitProfile, check_profile

LARGEST_PROFILE_BYTES = 10_000_000


class Printer(models.Model):
    """Sizes, inks and pages that one title is printed in; a title without one has the defaults."""

    class Size(models.TextChoices):
        """Pages as they are cut."""

        THEME = "theme", _("As the theme has it")
        A4 = "a4", _("A4, 210 × 297 mm")
        LETTER = "letter", _("US Letter, 8.5 × 11 inches")
        OTHER = "other", _("Another size")

    class Multiple(models.IntegerChoices):
        """Pages to a sheet, or half of one."""

        TWO = 2, "2"
        FOUR = 4, "4"
        EIGHT = 8, "8"
        SIXTEEN = 16, "16"

    title = models.OneToOneField(
        Title, on_delete=models.CASCADE, related_name="printer", verbose_name=_("title")
    )
    size = models.CharField(
        _("trimmed size"), max_length=8, choices=Size.choices, default=Size.THEME
    )
    width_mm = models.DecimalField(
        _("width in millimetres"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(100), MaxValueValidator(420)],
    )
    height_mm = models.DecimalField(
        _("height in millimetres"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(140), MaxValueValidator(594)],
    )
    bleed_mm = models.DecimalField(
        _("bleed in millimetres"),
        max_digits=3,
        decimal_places=1,
        default=3,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
        help_text=_("How far what touches the edge goes on beyond it."),
    )
    marks = models.BooleanField(
        _("crop marks"), default=True, help_text=_("Some printers draw their own.")
    )
    multiple = models.PositiveSmallIntegerField(
        _("multiple of pages"), choices=Multiple.choices, default=Multiple.FOUR
    )
    cover_apart = models.BooleanField(
        _("cover apart"),
        default=False,
        help_text=_("The cover has a paper of its own: four pages, in a file with the spine."),
    )
    leaf_um = models.PositiveSmallIntegerField(
        _("thickness of a leaf in micrometres"),
        default=100,
        validators=[MinValueValidator(30), MaxValueValidator(500)],
        help_text=_("Of the inner paper; the printer knows it. It makes the width of the spine."),
    )
    ink_limit = models.PositiveSmallIntegerField(
        _("ink limit in per cent"),
        default=300,
        validators=[MinValueValidator(200), MaxValueValidator(400)],
        help_text=_("The most that cyan, magenta, yellow and black may come to on one spot."),
    )
    profile = models.FileField(
        _("ICC profile"),
        upload_to="profiles",
        storage=private_storage,
        blank=True,
        validators=[FileExtensionValidator(["icc", "icm"])],
        help_text=_("The printer has it. Left empty: coated paper (FOGRA39)."),
    )
    condition = models.CharField(
        _("printing condition"),
        max_length=60,
        blank=True,
        help_text=_("What the profile describes, such as FOGRA51 or GRACoL2006_Coated1v2."),
    )
    least_resolution = models.PositiveSmallIntegerField(
        _("least resolution of pictures"),
        default=200,
        validators=[MinValueValidator(72), MaxValueValidator(600)],
        help_text=_("In pixels per inch, as printed. A coarser picture keeps an issue from press."),
    )

    SIZES: ClassVar = {Size.A4: (210.0, 297.0), Size.LETTER: (215.9, 279.4)}

    class Meta:
        verbose_name = _("printing")
        verbose_name_plural = _("printing")

    def __str__(self) -> str:
        """Return the title's name."""
        return str(self.title)

    def clean(self) -> None:
        """See that what was written down can be printed from."""
        wrong: dict[str, object] = {}
        if self.size == self.Size.OTHER and not (self.width_mm and self.height_mm):
            wrong["size"] = _("Say how wide and how high a page of another size is.")
        if self.profile and not self.condition:
            wrong["condition"] = _("Say what the profile describes. The printer knows its name.")
        if self.profile and not getattr(self.profile, "_committed", True):
            if self.profile.size > LARGEST_PROFILE_BYTES:
                wrong["profile"] = _("No profile of a press weighs this much. Ask the printer.")
            else:
                self._check_profile(wrong)
        if wrong:
            raise ValidationError(wrong)

    def _check_profile(self, wrong: dict[str, object]) -> None:
        data = self.profile.read()
        self.profile.seek(0)
        try:
            check_profile(data)
        except UnfitProfile:
            wrong["profile"] = _(
                "This is no ICC profile of a press with four inks. Ask the printer for the "
                "output profile (CMYK) of the paper."
            )

    def specification(self, theme_trim: tuple[float, float]) -> Specification:
        """Return what the press is to keep to.

        Args:
            theme_trim: width and height in millimetres of a page that the theme was made for.

        Raises:
            OSError: the profile was lost from the storage.
        """
        trim = self.SIZES.get(self.Size(self.size), theme_trim)
        if self.size == self.Size.OTHER and self.width_mm and self.height_mm:
            trim = float(self.width_mm), float(self.height_mm)
        own = {}
        if self.profile:
            with self.profile.storage.open(str(self.profile.name)) as file:
                own = {"profile": file.read(), "condition": self.condition}
        return Specification(
            trim=trim,
            bleed=float(self.bleed_mm),
            marks=self.marks,
            multiple=self.multiple,
            cover_apart=self.cover_apart,
            leaf=self.leaf_um / 1000,
            ink_limit=self.ink_limit,
            least_resolution=self.least_resolution,
            **own,
        )


def printer_of(title: Title) -> Printer:
    """Return what a title's printer asks for: as its publisher wrote it, else the defaults."""
    return Printer.objects.filter(title=title).first() or Printer(title=title)
