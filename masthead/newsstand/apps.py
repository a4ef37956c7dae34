"""Tells Django that this department exists, and editorial how its pages are drawn."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsstandConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.newsstand"
    label = "newsstand"
    verbose_name = _("Newsstand")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand editorial the renderer of its pages."""
        from masthead.editorial import faces
        from masthead.newsstand.views.faces import draw

        faces.register(draw)
