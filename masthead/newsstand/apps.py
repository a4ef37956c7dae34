"""Tells Django that this department exists, and others how pages are drawn and pressed."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsstandConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.newsstand"
    label = "newsstand"
    verbose_name = _("Newsstand")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand editorial the renderer of its pages, production its house, and listen."""
        from django.conf import settings
        from django.contrib.auth.signals import user_logged_out
        from wagtail.signals import page_published

        from masthead.advertising import faces as advertisement_faces
        from masthead.editorial import faces
        from masthead.editorial.models import Article
        from masthead.newsstand import advertisements, canary, inspections, pressing, receivers
        from masthead.newsstand.house import house
        from masthead.newsstand.views.faces import draw
        from masthead.people import alarms
        from masthead.production import pressings, schedule

        faces.register(draw)
        pressings.furnish(house)
        inspections.register()
        pressing.register()
        alarms.register("canary", canary.alarms)
        if settings.INSTALLATION.server.canary != "off":
            schedule.enter("canary", canary.look_outside, schedule.Every(timedelta(minutes=1)))
        advertisement_faces.register(advertisements.alone)
        page_published.connect(receivers.article_published, sender=Article)
        user_logged_out.connect(receivers.signed_out)
