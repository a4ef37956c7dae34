"""Things to see and hear: figures, galleries, recordings, what lives elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from masthead.editorial import intake
from masthead.editorial.blocks.base import ManuscriptBlock, editions, line, words


class Fraction(blocks.FloatBlock):
    """A number between 0 and 1: a place in a picture."""

    def __init__(self, **kwargs: Any) -> None:
        """Accept 0 to 1 only."""
        kwargs.setdefault("required", False)
        kwargs.setdefault("validators", (MinValueValidator(0.0), MaxValueValidator(1.0)))
        super().__init__(**kwargs)


class Framing(blocks.StructBlock):
    """What must stay in view, and what is cut away."""

    focus_x = Fraction(label=_("Focus, from the left"))
    focus_y = Fraction(label=_("Focus, from the top"))
    left = Fraction(label=_("Crop: left edge"))
    top = Fraction(label=_("Crop: top edge"))
    width = Fraction(label=_("Crop: width"))
    height = Fraction(label=_("Crop: height"))

    class Meta:
        icon = "crop"
        label = _("Framing")
        collapsed = True
        help_text = _("Fractions of the picture, from 0 to 1. Leave empty to show it as it is.")


class FigureFields(ManuscriptBlock):
    """A picture with caption, credit and alternative text."""

    picture = ImageChooserBlock(label=_("Picture"))
    alternative = line(
        _("Alternative text"),
        max_length=500,
        help_text=_("What is to be seen, for those who cannot. Left empty: the picture’s own."),
    )
    decorative = blocks.BooleanBlock(
        required=False,
        label=_("Decorative"),
        help_text=_("It says nothing that the text does not say."),
    )
    caption = words(label=_("Caption"))
    credit = line(_("Credit"), help_text=_("Left empty: the picture’s own."))
    place = line(_("Place"))
    framing = Framing(required=False)


class Figure(FigureFields):
    """A figure that stands between paragraphs."""

    editions = editions()

    class Meta:
        icon = "image"
        label = _("Figure")
        group = _("Pictures and sound")


class LeadFigureBlock(FigureFields):
    """The figure above the text."""

    class Meta:
        icon = "image"
        label = _("Lead figure")


class Gallery(ManuscriptBlock):
    """Several pictures that belong together."""

    figures = blocks.ListBlock(FigureFields(label=_("Picture")), min_num=2, label=_("Pictures"))
    caption = words(label=_("Caption"))
    editions = editions()

    class Meta:
        icon = "image"
        label = _("Gallery")
        group = _("Pictures and sound")


class Embed(ManuscriptBlock):
    """Something that lives elsewhere. Readers get a card and a link, never another host's script."""

    url = blocks.URLBlock(label=_("Address"))
    title = blocks.CharBlock(label=_("Title"))
    provider = line(_("Provider"))
    picture = ImageChooserBlock(required=False, label=_("Picture"))
    alternative = line(_("Alternative text"))
    fallback = words(label=_("In words"), help_text=_("What paper, EPUB and speech say instead."))
    editions = editions()

    class Meta:
        icon = "media"
        label = _("Something elsewhere")
        group = _("Pictures and sound")
        preview_value: ClassVar = {
            "url": "https://video.example/flood",
            "title": "The flood of 1953, in the Dutch newsreel",
            "provider": "Video Example",
            "fallback": "<p>A newsreel of four minutes shows the breach at dawn.</p>",
        }


class AudioFields(ManuscriptBlock):
    """A recording that belongs to the article."""

    recording = DocumentChooserBlock(label=_("Recording"))
    title = blocks.CharBlock(label=_("Title"))
    seconds = blocks.IntegerBlock(required=False, min_value=0, label=_("Length in seconds"))
    credit = line(_("Credit"))

    def clean(self, value: Any) -> Any:
        """Refuse a file that is no recording."""
        result = super().clean(value)
        # A draft may be saved before anything has been chosen.
        name = result["recording"].filename.lower() if result["recording"] else ""
        if name and not name.endswith(intake.RECORDINGS):
            raise StructBlockValidationError(
                {
                    "recording": ValidationError(
                        _(
                            "“%(name)s” is not a recording. Choose an MP3, M4A, Ogg, WAV or FLAC file."
                        )
                        % {"name": name}
                    )
                }
            )
        return result
