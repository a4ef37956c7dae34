"""The form behind every upload of a picture in the office."""

from __future__ import annotations

from typing import Any

from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from masthead.editorial import intake


class PictureFileField(WagtailImageField):
    """An upload that is looked at before anything else opens it."""

    def to_python(self, data: Any) -> Any:
        """Return the upload with what Wagtail notes about it.

        Raises:
            ValidationError: it may not enter; see `intake`.
        """
        # Ours first: Wagtail unpacks all pixels before it asks how many there may be.
        if data:
            intake.look_at_picture(data, data.name)
        return super().to_python(data)


class PictureForm(BaseImageForm):
    """Wagtail's form for pictures, with our field for the file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put our field in place of Wagtail's, keeping all that is seen of it.

        Its widget above all: Django's own would link to the original, which has no address.
        """
        super().__init__(*args, **kwargs)
        if theirs := self.fields.get("file"):
            self.fields["file"] = PictureFileField(
                label=theirs.label,
                help_text=theirs.help_text,
                required=theirs.required,
                widget=theirs.widget,
            )
