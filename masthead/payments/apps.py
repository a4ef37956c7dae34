"""Tells Django that this department exists, and what it holds about people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.payments"
    label = "payments"
    verbose_name = _("Payments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is held about people, and what staff should see to."""
        from masthead.payments import alarms, personal_data

        personal_data.register()
        alarms.register()
