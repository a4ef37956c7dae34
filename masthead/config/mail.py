"""How Django sends letters: by a mail server, by a mail service, or to the log.

The services' own programs come from django-anymail; what each calls its key stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from masthead.config.installation import Installation


@dataclass(frozen=True, slots=True)
class Service:
    """A mail service: anymail's module, and what it calls the things in [mail]."""

    module: str
    key: str = ""
    address: str = ""
    user: str = ""


SERVICES = {
    "brevo": Service("brevo", "BREVO_API_KEY", "BREVO_API_URL"),
    "mailersend": Service("mailersend", "MAILERSEND_API_TOKEN", "MAILERSEND_API_URL"),
    "mailgun": Service("mailgun", "MAILGUN_API_KEY", "MAILGUN_API_URL", "MAILGUN_SENDER_DOMAIN"),
    "mailjet": Service("mailjet", "MAILJET_SECRET_KEY", "MAILJET_API_URL", "MAILJET_API_KEY"),
    "mandrill": Service("mandrill", "MANDRILL_API_KEY", "MANDRILL_API_URL"),
    "postmark": Service("postmark", "POSTMARK_SERVER_TOKEN", "POSTMARK_API_URL"),
    "resend": Service("resend", "RESEND_API_KEY", "RESEND_API_URL"),
    # Amazon's own library finds its keys, in AWS_ACCESS_KEY_ID and the like.
    "ses": Service("amazon_ses"),
    "sparkpost": Service("sparkpost", "SPARKPOST_API_KEY", "SPARKPOST_API_URL"),
}


def backend(installation: Installation) -> str:
    """Return the path of the class by which Django sends letters."""
    mail = installation.mail
    if mail.provider != "smtp":
        return f"anymail.backends.{SERVICES[mail.provider].module}.EmailBackend"
    kind = "smtp" if mail.host else "console"
    return f"django.core.mail.backends.{kind}.EmailBackend"


def service_settings(installation: Installation) -> dict[str, Any]:
    """Return what anymail is told of the service that is named, if one is."""
    mail = installation.mail
    if mail.provider == "smtp":
        return {}
    service = SERVICES[mail.provider]
    told: dict[str, Any] = {
        service.key: installation.mail_password,
        service.address: mail.host,
        service.user: mail.user,
    }
    told["REQUESTS_TIMEOUT"] = 20
    return {name: value for name, value in told.items() if name and value}
