"""Tells Django that this department exists."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.editorial"
    label = "editorial"
    verbose_name = _("Editorial")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what comes out or changes, and bound what a picture may become in memory."""
        from wagtail.signals import page_published

        from masthead.editorial import intake, receivers
        from masthead.editorial.models import Article

        intake.bound_decoding()
        receivers.keep_the_archive()
        page_published.connect(
            receivers.article_published, sender=Article, dispatch_uid="editorial.article_published"
        )
