"""Libraries, companies, schools, and crawlers: many readers under one agreement."""

from __future__ import annotations

import ipaddress
import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from masthead.editorial.models import Title

Network_ = ipaddress.IPv4Network | ipaddress.IPv6Network

WIDEST = {4: 8, 6: 19}
"""The shortest prefixes accepted, in bits: nobody owns more addresses than the largest providers."""


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Sets of institutions."""

    def good(self, at: datetime) -> InstitutionQuerySet:
        """Return those whose agreement holds at that moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)


class Institution(ClusterableModel):
    """Somebody whose people, or machines, read one title as a subscriber does."""

    class Kind(models.TextChoices):
        """What it is."""

        READERS = "readers", _("Readers: a library, a school, a company")
        CRAWLER = "crawler", _("A crawler that may read everything and keep no copy")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="institutions", verbose_name=_("title")
    )
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.READERS)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Left empty: until somebody ends it.")
    )
    seats = models.PositiveIntegerField(
        _("seats"),
        default=0,
        help_text=_("How many people may be invited by name, beside its networks and domains."),
    )
    without_ads = models.BooleanField(_("without advertisements"), default=True)
    note = models.TextField(_("note"), blank=True, help_text=_("What was agreed, for the office."))

    objects = InstitutionQuerySet.as_manager()

    panels: ClassVar = [
        FieldPanel("title"),
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldRowPanel([FieldPanel("seats"), FieldPanel("without_ads")]),
        InlinePanel("networks", label=_("network"), heading=_("Networks")),
        InlinePanel("domains", label=_("mail domain"), heading=_("Mail domains")),
        FieldPanel("note"),
    ]

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="institution_ends_after_it_starts",
                violation_error_message=_("It has to end after it starts."),
            )
        ]

    def __str__(self) -> str:
        """Return its name."""
        return self.name

    def clean(self) -> None:
        """Refuse seats for crawlers: nobody signs in there."""
        super().clean()
        if self.kind == self.Kind.CRAWLER and self.seats:
            raise ValidationError({"seats": _("A crawler has no seats: it comes by its network.")})


class Network(models.Model):
    """Addresses of an institution: 192.0.2.0/24 or 2001:db8::/32, or a single one."""

    institution = ParentalKey(Institution, on_delete=models.CASCADE, related_name="networks")
    addresses = models.CharField(_("addresses"), max_length=49)

    panels: ClassVar = [FieldPanel("addresses")]

    class Meta:
        verbose_name = _("network")
        constraints = [
            models.UniqueConstraint(fields=["institution", "addresses"], name="one_row_a_network")
        ]

    def __str__(self) -> str:
        """Return the network."""
        return self.addresses

    def clean(self) -> None:
        """Write the network in the usual way; refuse what is none, too wide, or another's."""
        super().clean()
        self.addresses = str(network_of(self.addresses))
        if self.institution_id and (complaint := overlap(self, self.institution)):
            raise ValidationError({"addresses": complaint})


def overlap(network: Network, institution: Institution) -> str:
    """Return whose addresses the network takes in as well, as a complaint; empty for nobody's."""
    mine = ipaddress.ip_network(network.addresses)
    others = Network.objects.filter(institution__title=institution.title_id)
    for other in others.exclude(institution=institution.pk).select_related("institution"):
        there = ipaddress.ip_network(other.addresses)
        if there.version == mine.version and mine.overlaps(there):
            return _(
                "%(network)s overlaps %(other)s of “%(name)s”. One address can belong to one "
                "institution only."
            ) % {"network": mine, "other": there, "name": other.institution}
    return ""


class InstitutionForm(WagtailAdminModelForm):
    """Sees that networks are nobody else's before the institution they belong to is written."""

    def is_valid(self) -> bool:
        """Say whether everything can be written; complaints stand at the networks."""
        if not super().is_valid():
            return False
        institution = Institution(pk=self.instance.pk, title=self.cleaned_data["title"])
        rows = self.formsets["networks"].forms
        for row in rows:
            kept = row.has_changed() and not row.cleaned_data.get("DELETE")
            if kept and (complaint := overlap(row.instance, institution)):
                row.add_error("addresses", complaint)
        return not any(row.errors for row in rows)


def network_of(text: str) -> Network_:
    """Return the network that somebody typed.

    Raises:
        ValidationError: it is none, has stray bits, or takes in more than anybody owns.
    """
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError as mistake:
        raise ValidationError(
            {"addresses": _("“%(text)s” is no network: %(why)s. Write one such as 192.0.2.0/24 or "
                            "2001:db8::/32.") % {"text": text, "why": mistake}}
        ) from mistake  # fmt: skip
    if isinstance(network, ipaddress.IPv6Network) and (
        mapped := network.network_address.ipv4_mapped
    ):
        if network.prefixlen < 96:
            raise ValidationError({"addresses": _("Write IPv4 networks as such.")})
        network = ipaddress.ip_network((mapped, network.prefixlen - 96))
    if network.prefixlen < WIDEST[network.version]:
        raise ValidationError(
            {"addresses": _("%(network)s takes in more addresses than any institution has. "
                            "Write the networks one by one.") % {"network": network}}
        )  # fmt: skip
    return network


class MailDomain(models.Model):
    """A mail domain of an institution: whoever has proved a mailbox there may read."""

    institution = ParentalKey(Institution, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(
        _("domain"),
        max_length=253,
        validators=[
            RegexValidator(
                r"^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$",
                _("Write the part after the @, such as university.example."),
            )
        ],
    )

    panels: ClassVar = [FieldPanel("domain")]

    class Meta:
        verbose_name = _("mail domain")
        constraints = [
            models.UniqueConstraint(Lower("domain"), "institution", name="one_row_a_mail_domain")
        ]

    def __str__(self) -> str:
        """Return the domain."""
        return self.domain

    def clean_fields(self, exclude: object = None) -> None:
        """Write the domain in small letters before it is looked at."""
        self.domain = self.domain.strip().lower().removeprefix("@")
        super().clean_fields(exclude)  # type: ignore[arg-type]


class Seat(models.Model):
    """Somebody whom an institution invited by name."""

    institution = models.ForeignKey(
        Institution,
        on_delete=models.CASCADE,
        related_name="taken_seats",
        verbose_name=_("institution"),
    )
    mail = models.EmailField(_("mail address"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="seats",
        verbose_name=_("reader"),
        help_text=_("Who took the seat; nobody yet while the invitation is open."),
    )
    invited_at = models.DateTimeField(_("invited at"))
    taken_at = models.DateTimeField(_("taken at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["mail", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("mail"),
                "institution",
                condition=Q(revoked_at=None),
                name="one_seat_a_mail_address",
            )
        ]

    def __str__(self) -> str:
        """Return whose it is, and where."""
        return f"{self.mail}, {self.institution}"


Institution.base_form_class = InstitutionForm
