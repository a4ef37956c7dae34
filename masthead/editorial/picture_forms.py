"""The form behind every upload of a picture in the office."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class PictureFileField(WagtailImageField):
    """An upload that is refused, and not a fault of ours, when its head is broken."""

    def to_python(self, data: Any) -> Any:
        """Return the upload with what Wagtail notes about it.

        Raises:
            ValidationError: it is no picture, too large, or damaged.
        """
        try:
            return super().to_python(data)
        except (OSError, SyntaxError) as damage:
            raise ValidationError(
                _("The picture is damaged. Export it once more and try again."),
                code="invalid_image",
            ) from damage


class PictureForm(BaseImageForm):
    """Wagtail's form for pictures, with our field for the file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put our field in place of Wagtail's, keeping its label and help."""
        super().__init__(*args, **kwargs)
        if theirs := self.fields.get("file"):
            self.fields["file"] = PictureFileField(
                label=theirs.label, help_text=theirs.help_text, required=theirs.required
            )
