"""Tells Django that this department exists, and what it listens to, holds and asks."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """The department, as Django knows it."""

    name = "masthead.people"
    label = "people"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for people signing in and out; say what is held about them."""
        from allauth.account.signals import email_confirmed, password_changed
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_out

        from masthead.people import consent, erasure, receivers

        user_logged_out.connect(receivers.signed_out)
        email_confirmed.connect(receivers.mail_confirmed)
        authenticator_added.connect(receivers.factor_added)
        password_changed.connect(receivers.password_changed)
        erasure.register()
        consent.register(consent.EDITORS_LETTER)
        consent.register(consent.OFFERS)
