"""Where allauth asks the house how things are done here."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masthead.people import put_off, second_factor, sessions
from masthead.people.letters import as_html

logger = logging.getLogger(__name__)


SAID = {
    "account/messages/email_confirmed.txt": gettext_lazy("The mail address is yours from now on."),
    "account/messages/logged_out.txt": gettext_lazy("You are signed out."),
    "account/messages/password_changed.txt": gettext_lazy("The password is changed."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("Here are your new codes."),
    "mfa/messages/totp_activated.txt": gettext_lazy("The app is set up."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The app is removed."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey is removed."),
}
"""What is said when something has happened, by allauth's name for it."""


class LetterNotSent(Exception):
    """The mail server did not take a letter; trying again later may help."""


class Accounts(DefaultAccountAdapter):
    """Signing in, letters, and when a person must prove themselves again."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": gettext_lazy("That is not the code. Look at the newest letter or app."),
        "too_many_login_attempts": gettext_lazy(
            "That was too often. Wait a few minutes, then try again."
        ),
        "email_password_mismatch": gettext_lazy(
            "This mail address and this password do not belong together."
        ),
        "incorrect_password": gettext_lazy("That is not the password."),
        "enter_current_password": gettext_lazy("That is not the present password."),
        "duplicate_email": gettext_lazy("That is your mail address already."),
        "email_taken": gettext_lazy("Another account has this address. Sign in with it instead."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse allauth's own way of signing up: ours is `doors.SignIn`."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it stands in the template."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter whose subject and text are templates of that name, as HTML, too.

        Raises:
            LetterNotSent: the mail server did not take it; the log says why.
        """
        magazine = settings.INSTALLATION.magazine
        known = {"magazine": magazine.name, "address": magazine.address, "email": email}
        if "user_agent" in context:
            known["device"] = sessions.device_name(context["user_agent"])
        letter: EmailMultiAlternatives = self.render_mail(
            template_prefix, email, {**known, **context}
        )
        letter.attach_alternative(as_html(str(letter.body)), "text/html")
        try:
            letter.send()
        except Exception as error:  # Each provider raises its own.
            logger.exception("The letter %s was not sent.", template_prefix)
            raise LetterNotSent(
                _("We could not send you a letter just now. Please try again in a few minutes.")
            ) from error

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any,
        message: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """Say in the house's words what has happened; of what has none, the page itself tells."""
        said = message or SAID.get(message_template or "")
        if said:
            super().add_message(request, level, message=str(said))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell a person what was changed; the change stands even if the letter is lost."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except LetterNotSent:
            logger.warning("A person was not told of a change to their account.")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again unless this session has just proved enough.

        Raises:
            ReauthenticationRequired: it has not. It is raised here since allauth would ask
                nobody who has neither a password nor a second factor.
        """
        if not second_factor.may_change(self.request):
            put_off.begin(self.request)
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to prove oneself again, the first for those who do not choose.

        Who has a second factor uses that; others a password, if they have one, or a code.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if second_factor.is_enrolled(user):
            return [method for method in methods if method["id"].startswith("mfa")]
        if not user.is_authenticated:
            return []
        by_code = {
            "id": "code",
            "description": _("Have a code sent"),
            "url": reverse("account_again_by_code"),
        }
        return [*methods, by_code]


class SecondFactors(DefaultMFAAdapter):
    """Authenticator apps and passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": Accounts.error_messages["incorrect_code"],
    }

    def _get_site_name(self) -> str:
        name: str = settings.INSTALLATION.magazine.name
        return name

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return what a new passkey is called unless its owner says otherwise."""
        return _("My passkey")
