"""Artwork as publishers take it in: looked at before it is kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from masthead.editorial.models import Title
from masthead.production import artworks, pressings
from masthead.production.models import Artwork


class ArtworkForm(WagtailAdminModelForm):
    """A piece of artwork; its file is looked at as a printer would."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say which sizes a file has to have, and name the only title there is."""
        super().__init__(*args, **kwargs)
        title = Title.objects.first()
        if title is None:
            return
        self.fields["title"].initial = title
        house = pressings.furnished(timezone.now())
        told = [
            f"{label} {round(wide, 1):g} × {round(high, 1):g} mm"
            for label, (wide, high) in artworks.sizes(title, house).items()
        ]
        self.fields["size"].help_text = _("Cut to: %(sizes)s.") % {"sizes": "; ".join(told)}

    def clean(self) -> dict[str, Any]:
        """Refuse a file that cannot be printed; note what is to be known of one that can."""
        asked: dict[str, Any] = super().clean()
        file, title, size = asked.get("file"), asked.get("title"), asked.get("size")
        if not (title and size):
            return asked
        if not file:
            artworks.note(self.instance, None)
            return asked
        house = pressings.furnished(timezone.now())
        size = Artwork.Size(size)
        try:
            # Looked at anew even if it is the file of before: its size may be another.
            asked_of_it = artworks.asked_of(title, size, house)
            artworks.note(self.instance, artworks.look_at(file.open("rb"), asked_of_it, size))
        except artworks.Unfit as refusal:
            for sentence in refusal.args:
                self.add_error("file", sentence)
        except OSError:
            self.add_error("file", _("The file was lost from the server. Upload it again."))
        finally:
            if isinstance(file, FieldFile):
                file.close()
        return asked


def _there(artwork: Artwork) -> str:
    """Return how many pages its file has, for the list."""
    if not artwork.file:
        return _("Awaited")
    return ngettext("%(count)d page", "%(count)d pages", artwork.pages) % {"count": artwork.pages}


class Artworks(ModelViewSet):
    """Artwork, among the settings of the office."""

    model = Artwork
    name = "artwork"
    icon = "image"
    menu_label = gettext_lazy("Artwork")
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display: ClassVar = [
        "name",
        "kind",
        "size",
        Column("file", label=gettext_lazy("File"), accessor=_there),
    ]
    list_filter: ClassVar = ["title", "kind", "size"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("size")]),
            FieldPanel("file"),
            FieldPanel("warnings", read_only=True),
        ],
        base_form_class=ArtworkForm,
    )
