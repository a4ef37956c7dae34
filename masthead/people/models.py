"""Everyone with a login.

Readers and staff stand in one table; what makes somebody staff is a permission, not a
kind of account. Nobody has a username: a person is found by mail address, in whatever
case it is typed.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn, TypeVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

NO_MAIL = "post.invalid"
"""The domain of people without a mail address: RFC 2606 keeps `.invalid` free for ever."""


Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


def at_mail(found: Rows, email: str, *, field: str = "mail") -> Rows:
    """Return the rows of some whose mail address that is, whatever its case.

    Never by `iexact`: PostgreSQL compares capitals, and those of ı (Turkish) and i are one letter, so
    that whoever owns a domain that looks alike would be taken for somebody else.
    """
    return found.filter(Exact(Lower(field), email.strip().lower()))


class People(BaseUserManager["User"]):
    """Finds and makes people by mail address."""

    use_in_migrations = True

    def _create(self, email: str, password: str | None, **fields: Any) -> User:
        if not email:
            raise ValueError("A person needs a mail address.")
        # In lower case, as the records of proved addresses have it.
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new reader; without a password nobody can sign in with one."""
        return self._create(email, password, is_staff=False, is_superuser=False, **fields)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new person who may do everything in the office."""
        return self._create(email, password, is_staff=True, is_superuser=True, **fields)

    def with_mail(self, email: str) -> User | None:
        """Return the person whose mail address that is, whatever its case; None where nobody has it."""
        return at_mail(self.all(), email, field="email").first()

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with that mail address, whatever its case."""
        found = self.with_mail(username or "")
        if found is None:
            raise User.DoesNotExist
        return found


class User(AbstractUser):
    """A person who can sign in.

    ``key`` names the person to the outside and never changes; the mail address may.
    ``mail_verified_at`` is when a code that was sent to that address last came back.
    """

    username = None  # type: ignore[assignment]
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("mail address"))
    mail_verified_at = models.DateTimeField(_("mail address proved at"), null=True, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)

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

    @property
    def has_mail(self) -> bool:
        """Whether a letter by mail reaches them; else it is printed, see `people.without_mail`."""
        return not self.email.endswith(f"@{NO_MAIL}")

    def __str__(self) -> str:
        """Return the name, or the mail address of somebody who gave none."""
        return self.get_full_name() or self.email


class Addresses(models.QuerySet["Address"]):
    """Postal addresses, as people ask for them."""

    def standing(self) -> Addresses:
        """Return those in use."""
        return self.filter(retired_at=None)


class Address(models.Model):
    """A postal address of a person, as it was written; changing it writes a new one."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="addresses", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=200)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    street = models.TextField(_("street and number"), max_length=500, blank=True)
    district = models.CharField(_("district"), max_length=200, blank=True)
    city = models.CharField(_("town or city"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=40, blank=True)
    sorting_code = models.CharField(_("sorting code"), max_length=40, blank=True)
    country = CountryField(_("country"))
    is_for_post = models.BooleanField(_("for post"), default=False)
    written_at = models.DateTimeField(_("written at"))
    retired_at = models.DateTimeField(_("out of use since"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("follows"),
    )

    objects = Addresses.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ("-is_for_post", "-written_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_for_post=True), name="one_address_for_post"
            ),
            models.CheckConstraint(
                condition=Q(is_for_post=False) | Q(retired_at=None), name="no_post_to_old_addresses"
            ),
        ]

    def __str__(self) -> str:
        """Return the name and the place."""
        return f"{self.name}, {self.city or self.country.name}"


class NeverRewritten(Exception):
    """A record of consent stays as it was written; write another."""


class Consents(models.QuerySet["Consent"]):
    """Records of consent."""

    def update(self, **fields: Any) -> NoReturn:
        """Refuse.

        Raises:
            NeverRewritten: always.
        """
        raise NeverRewritten


class Consent(models.Model):
    """That somebody agreed to something, or no longer does; the last record of each counts."""

    class Channel(models.TextChoices):
        """Where somebody was asked."""

        ACCOUNT = "account", _("on the account page")
        OFFICE = "office", _("by the office")

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="consents", verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=60)
    version = models.CharField(_("version of the words"), max_length=40)
    words = models.TextField(_("words"))
    is_given = models.BooleanField(_("agreed"))
    at = models.DateTimeField(_("at"))
    channel = models.CharField(_("asked"), max_length=20, choices=Channel.choices)

    objects = Consents.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["user", "purpose"], name="consent_of_person")]

    def __str__(self) -> str:
        """Return what was said to what."""
        said = _("agreed") if self.is_given else _("withdrew")
        return f"{self.user}: {self.purpose}, {said}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the record, once.

        Raises:
            NeverRewritten: it has been written already.
        """
        if self.pk is not None:
            raise NeverRewritten
        super().save(*args, **kwargs)
