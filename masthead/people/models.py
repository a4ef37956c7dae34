"""Everyone with a login.

Readers and staff stand in one table; what makes somebody staff is a permission, not a
kind of account. Nobody has a username: a person is found by mail address, in whatever
case it is typed.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class People(BaseUserManager["User"]):
    """Finds and makes people by mail address."""

    use_in_migrations = True

    def _create(self, email: str, password: str | None, **fields: Any) -> User:
        if not email:
            raise ValueError("A person needs a mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new reader; without a password nobody can sign in with one."""
        return self._create(email, password, is_staff=False, is_superuser=False, **fields)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new person who may do everything in the office."""
        return self._create(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with that mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person who can sign in.

    ``key`` names the person to the outside and never changes; the mail address may.
    """

    username = None  # type: ignore[assignment]
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("mail address"))

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = People()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_per_mail_address",
                violation_error_message=_("Somebody with this mail address is already here."),
            )
        ]

    def __str__(self) -> str:
        """Return the name, or the mail address of somebody who gave none."""
        return self.get_full_name() or self.email
