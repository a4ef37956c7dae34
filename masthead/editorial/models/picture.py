"""Pictures with their rights, and the files that articles bring along.

Originals stand in private storage from the first migration: a picture of a closed
article must not be reachable by guessing its name. Readers get renditions, whose
addresses are made of the original's SHA-256 and say nothing about it.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)

from masthead.editorial import intake, picture_metadata
from masthead.editorial.scopes import EDITION_NAMES, EditionsField


def private_storage() -> Storage:
    """Return the storage that no address leads to."""
    return storages["private"]


def _is_new(file: Any) -> bool:
    """Say whether a file field holds a file that is not stored yet."""
    return bool(file) and not file._committed


def _see_that_it_may_enter(look: Callable[[IO[bytes], str], None], file: Any) -> None:
    """Let `look` judge a file; raise its refusal where a form shows it."""
    try:
        look(file.file, str(file.name))
    except intake.Refused as refusal:
        raise ValidationError({"file": refusal}) from refusal


@contextmanager
def _open_for_now(file: Any) -> Iterator[None]:
    """Close a stored file after use; one that is only being brought stays as it is."""
    try:
        yield
    finally:
        if file._committed:
            file.close()
            del file.file  # A closed file would be handed out as it is.


def sha256_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of an open file in hexadecimal, leaving it at its beginning."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return digest


class PictureFile(WagtailImageFieldFile):
    """The file of a picture; asking how large it is decodes none of it."""

    def get_image_dimensions(self) -> tuple[int | None, int | None]:
        """Return width and height; Nones for what is no picture, which `intake` refuses later."""
        with _open_for_now(self):
            return intake.size_of(self.file)


class PictureFileField(WagtailImageField):
    """Wagtail's field. Its way of asking for the size would unpack what nobody has looked at."""

    attr_class = PictureFile

    def deconstruct(self) -> Any:
        """Tell migrations that this is Wagtail's field, as far as tables are concerned."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.images.models.WagtailImageField", args, kwargs


class Picture(AbstractImage):
    """A picture, who made it, and where it may be used until when.

    ``sha256`` of the file is its key in manuscripts (``picture:<sha256>``): one file, one
    record of rights. Wagtail's ``description`` is the alternative text that articles
    start from.
    """

    file = PictureFileField(
        verbose_name=_("file"),
        storage=private_storage,
        upload_to=get_upload_to,
        width_field="width",
        height_field="height",
    )
    description = models.CharField(
        _("alternative text"),
        max_length=255,
        blank=True,
        help_text=_("What is to be seen, for those who cannot. Articles start from it."),
    )
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Printed beside the picture.")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    licensor = models.CharField(
        _("licensor"),
        max_length=200,
        blank=True,
        help_text=_("Who allowed us to use it: the maker, an agency, a licence."),
    )
    permitted_editions = EditionsField(
        _("permitted editions"), help_text=_("None ticked means all editions.")
    )
    usable_from = models.DateField(_("usable from"), null=True, blank=True)
    usable_until = models.DateField(_("usable until"), null=True, blank=True)
    rights_note = models.TextField(
        _("terms of use"), blank=True, help_text=_("What was agreed: uses, territory, fee.")
    )

    admin_form_fields: ClassVar = (
        "title",
        "file",
        "description",
        "credit",
        "place",
        "licensor",
        "permitted_editions",
        "usable_from",
        "usable_until",
        "rights_note",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_image", "Can choose picture")]

    @property
    def picture_key(self) -> str:
        """The key under which manuscripts name this picture."""
        return f"picture:{self.sha256}"

    @property
    def focal(self) -> tuple[float, float] | None:
        """The point that must stay in view, in fractions from the top left, or None."""
        if self.focal_point_x is None or not (self.width and self.height):
            return None
        return (self.focal_point_x / self.width, self.focal_point_y / self.height)

    def refusal(self, edition: str, on: date) -> str:
        """Return why the picture may not stand in `edition` on that day; empty if it may."""
        if self.permitted_editions and edition not in self.permitted_editions:
            return _("The picture “%(title)s” is not licensed for this edition (%(edition)s).") % {
                "title": self.title,
                "edition": EDITION_NAMES.get(edition, edition),
            }
        if self.usable_from and on < self.usable_from:
            return _("The picture “%(title)s” may be used from %(day)s only.") % {
                "title": self.title,
                "day": self.usable_from,
            }
        if self.usable_until and on > self.usable_until:
            return _("The licence of the picture “%(title)s” ended on %(day)s.") % {
                "title": self.title,
                "day": self.usable_until,
            }
        return ""

    def clean(self) -> None:
        """Refuse what may not enter, and what is in the library already under any name."""
        super().clean()
        if not self.file or not (_is_new(self.file) or self._state.adding):
            return
        _see_that_it_may_enter(intake.look_at_picture, self.file)
        twin = Picture.objects.exclude(pk=self.pk).filter(sha256=sha256_of(self.file.file)).first()
        if twin:
            raise ValidationError(
                {
                    "file": _(
                        "This very file is already in the library as “%(title)s”. "
                        "Use that one, or change its credit and rights there."
                    )
                    % {"title": twin.title}
                }
            )

    def _set_image_file_metadata(self) -> None:
        super()._set_image_file_metadata()
        self.sha256 = sha256_of(self.file.file)

    def generate_rendition_file(
        self, filter: Filter, *, source: File[Any] | None = None
    ) -> File[Any]:
        """Return a rendition's file, without the metadata of the original."""
        bare = Filter(spec=f"{filter.spec}|{picture_metadata.OPERATION}")
        return super().generate_rendition_file(bare, source=source)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the picture down, with its key, size and hash.

        Raises:
            ValidationError: the file may not enter; see `intake`.
        """
        # One that waited for its title is stored already when it becomes a picture.
        if _is_new(self.file) or self._state.adding:
            with _open_for_now(self.file):
                _see_that_it_may_enter(intake.look_at_picture, self.file)
                self._set_image_file_metadata()
        super().save(*args, **kwargs)


class Rendition(AbstractRendition):
    """A picture at one size and in one format; public, under an address nobody can guess."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def get_upload_to(self, filename: str) -> str:
        """Return a path made of hashes, so that neither name nor sequence gives it away."""
        spec = f"{self.filter_spec}|{self.focal_point_key}"
        name = hashlib.sha256(spec.encode()).hexdigest()[:16]
        ending = os.path.splitext(filename)[1].lower()
        return f"pictures/{self.image.sha256[:2]}/{self.image.sha256}/{name}{ending}"


class Attachment(AbstractDocument):
    """A file that is not a picture: a recording, a supplied PDF. Private like originals."""

    file = models.FileField(
        upload_to="attachments", storage=private_storage, verbose_name=_("file")
    )
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    media_type = models.CharField(max_length=100, blank=True, editable=False)

    admin_form_fields: ClassVar = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        permissions = [("choose_document", "Can choose attachment")]

    def clean(self) -> None:
        """Refuse what may not enter; see `intake`.

        Wagtail's own look at the ending would fail the form of an upload that waited for its
        title, which has no field for the file.
        """
        if _is_new(self.file):
            _see_that_it_may_enter(intake.look_at_attachment, self.file)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the file down with its hash and its type.

        Raises:
            ValidationError: the file may not enter; see `intake`.
        """
        # One that waited for its title is stored already when it becomes an attachment.
        if _is_new(self.file) or self._state.adding:
            with _open_for_now(self.file):
                _see_that_it_may_enter(intake.look_at_attachment, self.file)
                self.sha256 = sha256_of(self.file.file)
            guess = mimetypes.guess_type(str(self.file.name))[0]
            self.media_type = guess or "application/octet-stream"
        super().save(*args, **kwargs)
