"""Mail addresses: whose they are, and since when that is proved."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from masthead.people.models import User
from masthead.people.signals import mail_proved


def person_at(email: str, *, at: datetime) -> User:
    """Return the person whose mail address that is, who is new if nobody had it.

    Called once a code that was sent there has come back.

    Args:
        email: in whatever case.
        at: the moment the code came back.
    """
    email = email.strip().lower()
    user = User.objects.with_mail(email)
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(email)
        except IntegrityError:  # Two codes came back at the same moment.
            user = User.objects.get_by_natural_key(email)
    vouch(user)
    proved(user, at=at)
    return user


def proved(user: User, *, at: datetime) -> None:
    """Write down that a code sent to the present address of `user` came back."""
    User.objects.filter(pk=user.pk).update(mail_verified_at=at)
    user.mail_verified_at = at
    mail_proved.send(sender=User, user=user)


def vouch(user: User) -> None:
    """Let `user` sign in with their present address, and with no other.

    A code has come back from there, or the owner of the machine says it is theirs.
    """
    EmailAddress.objects.filter(user=user).exclude(email=user.email.lower()).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


def changed_by_staff(user: User) -> None:
    """Have `user` prove the address that staff wrote down for them."""
    known = EmailAddress.objects.filter(user=user)
    if known.exclude(email=user.email.lower()).exists():
        known.delete()
        User.objects.filter(pk=user.pk).update(mail_verified_at=None)
