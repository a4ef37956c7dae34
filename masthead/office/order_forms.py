"""The forms of the order desks: what is wanted, and who orders it, pays how, and has it sent where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from masthead.circulation import offers, orders, pricing, single_copies
from masthead.circulation.models import OfferVersion, SinglePrice, Subscription
from masthead.circulation.order_desk import Settled
from masthead.editorial.models import Issue, Title
from masthead.office.amounts import OnceForm
from masthead.payments import ways
from masthead.people import addresses, without_mail
from masthead.people.models import Address, User


class Wanted(forms.Form):
    """What somebody orders: the price, and what an address consists of, depend on it."""

    offer = forms.ChoiceField(
        label=gettext_lazy("Offer"), widget=forms.Select({"class": "w-w-full"})
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", _("Choose a country")), *countries],
        widget=forms.Select({"class": "w-w-full"}),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    with_print = forms.BooleanField(label=gettext_lazy("With the print edition"), required=False)
    code = forms.CharField(label=gettext_lazy("Discount code"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what is on sale, in whatever currency some of it is sold."""
        super().__init__(*args, **kwargs)
        self.versions = {
            str(version.pk): version
            for title in Title.objects.order_by("pk")
            for version in offers.on_sale(title)
        }
        currencies = {
            price.currency: None for one in self.versions.values() for price in one.deal.prices
        }
        self.fields["offer"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.deal.name} ({one.offer.title.name})") for key, one in self.versions.items()
        ]
        self.fields["currency"].choices = [(one, one) for one in currencies]  # type: ignore[attr-defined]

    @property
    def version(self) -> OfferVersion:
        """The version of the offer that was chosen."""
        return self.versions[self.cleaned_data["offer"]]

    def clean(self) -> dict[str, Any]:
        """See whether it is sold like that, and for how much."""
        chosen = super().clean() or {}
        if self.errors:
            return chosen
        now, self.discount = timezone.now(), None
        try:
            if chosen["code"]:
                self.discount = pricing.code_for(self.version, chosen["code"], at=now)
            self.quote = pricing.price(
                self.version,
                chosen["currency"],
                country=chosen["country"],
                with_print=chosen["with_print"],
                discount=self.discount,
                at=now,
            )
        except pricing.NoSuchCode as refusal:
            self.add_error("code", str(refusal))
        except pricing.CannotOrder as refusal:
            self.add_error(None, str(refusal))
        return chosen


class Caller(OnceForm):
    """Who orders, how they pay, and where what is printed goes."""

    mail = forms.EmailField(
        label=gettext_lazy("Mail address"),
        required=False,
        help_text=gettext_lazy(
            "They sign in with it. Spell it out to them once. Who has none can have what is "
            "printed, and is written to on paper."
        ),
    )
    number = forms.CharField(
        label=gettext_lazy("Number of their subscription"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("Of somebody without a mail address who has ordered before."),
    )
    settled = forms.ChoiceField(label=gettext_lazy("Payment"))
    agrees = forms.BooleanField(label=gettext_lazy("They agreed, when it was read to them"))

    def __init__(
        self,
        *args: Any,
        country: str,
        lines: tuple[addresses.Line, ...],
        wants_print: bool,
        **kwargs: Any,
    ) -> None:
        """Ask for an address as its country writes it; ours is kept where nothing is written."""
        super().__init__(*args, **kwargs)
        self.country, self.lines, self.wants_print = country, lines, wants_print
        hands = [(way.name, way.label) for way in ways.by_hand()]
        self.fields["settled"].choices = [  # type: ignore[attr-defined]
            (str(Settled.LINK), _("Mail them a page where they pay")),
            *[(f"{Settled.AWAITED}:{name}", _("%(way)s: mail them what to do") % {"way": label}) for name, label in hands],
            *[(f"{Settled.RECEIVED}:{name}", _("%(way)s: the money is here") % {"way": label}) for name, label in hands],
        ]  # fmt: skip
        for line in lines:
            self.fields[f"address-{line.name}"] = address_field(line)

    def clean(self) -> dict[str, Any]:
        """Ask who it is: by mail address, by number, or by where print goes."""
        said = super().clean() or {}
        self.known = None
        if number := said.get("number"):
            digits = number.upper().removeprefix("S")
            row = int(digits) if digits.isdecimal() else 0
            self.known = Subscription.objects.filter(pk=row).select_related("payer").first()
            if self.known is None:
                self.add_error("number", _("There is no subscription of that number."))
        elif not said.get("mail") and "mail" not in self.errors and not self.address:
            self.add_error("mail", _("Write down the mail address, or else where print goes."))
        return said

    def how(self) -> tuple[Settled, str]:
        """Return how it is paid, and by which way by hand."""
        settled, _colon, way = self.cleaned_data["settled"].partition(":")
        return Settled(settled), way

    def person(self) -> User:
        """Return who orders, who is new if nobody is known by that."""
        if self.known:
            return self.known.payer
        if not (mail := self.cleaned_data["mail"]):
            return without_mail.create(self.address["name"])
        return User.objects.with_mail(mail) or User.objects.create_user(mail)

    @property
    def address(self) -> dict[str, str]:
        """The address that was written down; empty where none was."""
        written = {
            line.name: self.cleaned_data.get(f"address-{line.name}", "") for line in self.lines
        }
        return written if any(written.values()) else {}

    def write_address(self, payer: User, *, at: datetime) -> None:
        """Write the address down; what is known already stays where none was given.

        Raises:
            BadAddress: it is none, or print goes nowhere.
        """
        there = Address.objects.filter(user=payer, is_for_post=True).standing().first()
        if self.address:
            addresses.write(payer, self.country, self.address, at=at, replacing=there)
        elif self.wants_print and there is None:
            raise addresses.BadAddress({"name": _("Write down where the print edition goes.")})

    def point_at(self, bad: addresses.BadAddress) -> None:
        """Say beside each line of an address what is wrong with it."""
        for name, fault in bad.faults.items():
            field = f"address-{name}"
            self.add_error(field if field in self.fields else None, fault)


class Subscriber(Caller):
    """Who orders a subscription: it may be free or on credit, and goes on if they agree."""

    source_key = forms.RegexField(
        orders.SOURCE_KEY,
        label=gettext_lazy("Source key"),
        required=False,
        help_text=gettext_lazy("Where they saw the offer, as it stands on the card or the stand."),
    )

    def __init__(
        self, wanted: Wanted, lines: tuple[addresses.Line, ...], *args: Any, **kwargs: Any
    ) -> None:
        """Ask whether it may go on, where it does."""
        deal, chosen = wanted.version.deal, wanted.cleaned_data
        wants_print = chosen["with_print"] or deal.print_is_included
        super().__init__(
            *args, country=chosen["country"], lines=lines, wants_print=wants_print, **kwargs
        )
        self.fields["settled"].choices += [  # type: ignore[attr-defined]
            *([(str(Settled.CREDIT), _("By invoice: it begins at once"))] if deal.pays_later else []),
            (str(Settled.FREE), _("Complimentary: nothing is paid")),
        ]  # fmt: skip
        if deal.renews:
            self.fields["agrees"].required = False
            self.fields["agrees"].help_text = words_read_out(wanted)
        else:
            del self.fields["agrees"]


class WantedCopy(forms.Form):
    """Which issue somebody orders by itself, and as what."""

    issue = forms.ChoiceField(
        label=gettext_lazy("Issue"), widget=forms.Select({"class": "w-w-full"})
    )
    edition = forms.ChoiceField(label=gettext_lazy("As"), choices=SinglePrice.Edition.choices)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", _("Choose a country")), *countries],
        widget=forms.Select({"class": "w-w-full"}),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the issues that have a price by themselves, the newest first."""
        super().__init__(*args, **kwargs)
        priced = Issue.objects.on_sale().filter(single_prices__isnull=False).distinct()
        found = priced.select_related("publication").order_by("-on_sale_at", "-sequence")
        self.issues = {str(issue.key): issue for issue in found}
        currencies = SinglePrice.objects.order_by("currency").values_list("currency", flat=True)
        self.fields["issue"].choices = [  # type: ignore[attr-defined]
            (key, f"{issue.title} ({issue.publication.name})") for key, issue in self.issues.items()
        ]
        self.fields["currency"].choices = [(one, one) for one in currencies.distinct()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Issue:
        """The issue that was chosen."""
        return self.issues[self.cleaned_data["issue"]]

    @property
    def edition_chosen(self) -> SinglePrice.Edition:
        """As what."""
        return SinglePrice.Edition(self.cleaned_data["edition"])

    def clean(self) -> dict[str, Any]:
        """See whether it is sold like that, and for how much."""
        said = super().clean() or {}
        if self.errors:
            return said
        try:
            self.quote = single_copies.price(
                self.chosen, self.edition_chosen, said["currency"], country=said["country"],
                at=timezone.now(),
            )  # fmt: skip
        except single_copies.CannotOrder as refusal:
            self.add_error(None, str(refusal))
        return said


class Buyer(Caller):
    """Who orders a single copy, having heard that it cannot be withdrawn from."""

    def __init__(
        self, wanted: WantedCopy, lines: tuple[addresses.Line, ...], *args: Any, **kwargs: Any
    ) -> None:
        """Have the words read out that the shop shows."""
        edition = wanted.edition_chosen
        super().__init__(
            *args,
            country=wanted.cleaned_data["country"],
            lines=lines,
            wants_print=edition == SinglePrice.Edition.PRINT,
            **kwargs,
        )
        self.fields["agrees"].help_text = single_copies.words(edition)
        self.fields["agrees"].error_messages["required"] = _(
            "Read it to them. Without that nothing can be sold."
        )


def words_read_out(wanted: Wanted) -> str:
    """Return how the offer goes on after its term, as it is read out on the telephone."""
    version, chosen = wanted.version, wanted.cleaned_data
    price = version.deal.price_in(chosen["currency"])
    assert price is not None
    with_print = chosen["with_print"] and not version.deal.print_is_included
    return offers.renewal_words(version.deal, price, version.offer.title, with_print)


def address_field(line: addresses.Line) -> forms.Field:
    """Return the field for a line of an address; what is required is looked at once it is whole."""
    label = line.label
    if line.choices:
        return forms.ChoiceField(label=label, choices=[("", "—"), *line.choices], required=False)
    known: Any = Address._meta.get_field(line.name)
    widget = forms.Textarea({"rows": 2}) if line.name == "street" else forms.TextInput()
    return forms.CharField(label=label, max_length=known.max_length, widget=widget, required=False)
