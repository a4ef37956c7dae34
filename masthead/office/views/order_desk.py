"""The order desk in the office: what staff ask somebody on the telephone, and who has not paid yet."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_countries import countries

from masthead.circulation import credit_orders, offers, order_desk, orders
from masthead.circulation.models import OfferVersion, Order, Subscription
from masthead.circulation.order_desk import Settled
from masthead.editorial.models import Title
from masthead.office.amounts import OnceForm
from masthead.payments import by_hand, ways
from masthead.payments.models import Attempt
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
                self.discount = orders.code_for(self.version, chosen["code"], at=now)
            self.quote = orders.price(
                self.version,
                chosen["currency"],
                country=chosen["country"],
                with_print=chosen["with_print"],
                discount=self.discount,
                at=now,
            )
        except orders.NoSuchCode as refusal:
            self.add_error("code", str(refusal))
        except orders.CannotOrder as refusal:
            self.add_error(None, str(refusal))
        return chosen


class Caller(OnceForm):
    """Who orders, how they pay, and where the print edition goes."""

    mail = forms.EmailField(
        label=gettext_lazy("Mail address"),
        required=False,
        help_text=gettext_lazy(
            "They sign in with it. Spell it out to them once. Who has none can have the print "
            "edition, and is written to on paper."
        ),
    )
    number = forms.CharField(
        label=gettext_lazy("Number of their subscription"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("Of somebody without a mail address who has ordered before."),
    )
    settled = forms.ChoiceField(label=gettext_lazy("Payment"))
    agrees = forms.BooleanField(required=False)
    source_key = forms.RegexField(
        orders.SOURCE_KEY,
        label=gettext_lazy("Source key"),
        required=False,
        help_text=gettext_lazy("Where they saw the offer, as it stands on the card or the stand."),
    )

    def __init__(
        self, wanted: Wanted, lines: tuple[addresses.Line, ...], *args: Any, **kwargs: Any
    ) -> None:
        """Ask for an address as its country writes it; ours is kept where nothing is written."""
        super().__init__(*args, **kwargs)
        deal = wanted.version.deal
        self.wants_print = wanted.cleaned_data["with_print"] or deal.print_is_included
        self.lines = lines
        hands = [(way.name, way.label) for way in ways.by_hand()]
        self.fields["settled"].choices = [  # type: ignore[attr-defined]
            (str(Settled.LINK), _("Mail them a page where they pay")),
            *[(f"{Settled.AWAITED}:{name}", _("%(way)s: mail them what to do") % {"way": label}) for name, label in hands],
            *[(f"{Settled.RECEIVED}:{name}", _("%(way)s: the money is here") % {"way": label}) for name, label in hands],
            *([(str(Settled.CREDIT), _("By invoice: it begins at once"))] if deal.pays_later else []),
            (str(Settled.FREE), _("Complimentary: nothing is paid")),
        ]  # fmt: skip
        if deal.renews:
            self.fields["agrees"].label = _("They agreed, when it was read to them")
            self.fields["agrees"].help_text = words_read_out(wanted)
        else:
            del self.fields["agrees"]
        for line in lines:
            self.fields[f"address-{line.name}"] = _field(line)

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

    def person(self) -> User:
        """Return who orders, who is new if nobody is known by that."""
        if self.known:
            return self.known.payer
        if not (mail := self.cleaned_data["mail"]):
            return without_mail.create(self.address["name"])
        return User.objects.filter(email__iexact=mail).first() or User.objects.create_user(mail)

    @property
    def address(self) -> dict[str, str]:
        """The address that was written down; empty where none was."""
        written = {
            line.name: self.cleaned_data.get(f"address-{line.name}", "") for line in self.lines
        }
        return written if any(written.values()) else {}


def words_read_out(wanted: Wanted) -> str:
    """Return how the offer goes on after its term, as it is read out on the telephone."""
    version, chosen = wanted.version, wanted.cleaned_data
    price = version.deal.price_in(chosen["currency"])
    assert price is not None
    with_print = chosen["with_print"] and not version.deal.print_is_included
    return offers.renewal_words(version.deal, price, version.offer.title, with_print)


def _field(line: addresses.Line) -> forms.Field:
    label = line.label
    if line.choices:
        return forms.ChoiceField(label=label, choices=[("", "—"), *line.choices], required=False)
    known: Any = Address._meta.get_field(line.name)
    widget = forms.Textarea({"rows": 2}) if line.name == "street" else forms.TextInput()
    return forms.CharField(label=label, max_length=known.max_length, widget=widget, required=False)


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Ask what is wanted, say what it costs, and take the order."""
    _allow(request)
    wanted = Wanted(request.GET or None)
    if not wanted.is_bound or not wanted.is_valid():
        return render(request, "office/order.html", {"wanted": wanted})
    country = wanted.cleaned_data["country"]
    posted = request.POST if request.method == "POST" else None
    caller = Caller(wanted, addresses.lines_of(country), posted)
    if caller.is_valid() and (order := _take(request, wanted, caller)):
        _tell(request, order)
        return redirect("office:orders")
    language = wanted.version.offer.title.language
    context = {
        "wanted": wanted,
        "caller": caller,
        "price": wanted.quote.money.in_words_of(language),
        "tax": wanted.quote.tax.in_words_of(language) if wanted.quote.tax else "",
    }
    return render(request, "office/order.html", context, status=422 if posted else 200)


def _take(request: HttpRequest, wanted: Wanted, caller: Caller) -> Order | None:
    said, now = caller.cleaned_data, timezone.now()
    settled, _colon, way = said["settled"].partition(":")
    staff: Any = request.user
    try:
        with transaction.atomic():
            payer = caller.person()
            _write_address(wanted, caller, payer)
            return order_desk.take(
                wanted.version,
                payer,
                settled=Settled(settled),
                way=way,
                currency=wanted.cleaned_data["currency"],
                country=wanted.cleaned_data["country"],
                request=said["request"],
                at=now,
                by=staff,
                with_print=wanted.cleaned_data["with_print"],
                discount=wanted.discount,
                source_key=said["source_key"],
                agreed_to=words_read_out(wanted) if said.get("agrees") else "",
            )
    except addresses.BadAddress as bad:
        for name, fault in bad.faults.items():
            field = f"address-{name}"
            caller.add_error(field if field in caller.fields else None, fault)
    except orders.CannotOrder as refusal:
        caller.add_error(None, str(refusal))
    return None


def _write_address(wanted: Wanted, caller: Caller, payer: User) -> None:
    there = Address.objects.filter(user=payer, is_for_post=True).standing().first()
    if caller.address:
        country = wanted.cleaned_data["country"]
        addresses.write(payer, country, caller.address, at=timezone.now(), replacing=there)
    elif caller.wants_print and there is None:
        raise addresses.BadAddress({"name": _("Write down where the print edition goes.")})


def _tell(request: HttpRequest, order: Order) -> None:
    if not order_desk.tell(order, at=timezone.now()):
        messages.warning(
            request,
            _(
                "The order is taken, but the letter did not go out. Mail it again below a little later."
            ),
        )
    else:
        messages.success(request, _("The order is taken."))


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List the orders that wait for their money."""
    _allow(request)
    hands = {way.name: way.label for way in ways.by_hand()}
    found = order_desk.waiting()
    charges = {
        one.reference: one
        for one in Attempt.objects.filter(reference__in=[order.reference for order in found])
        .order_by("pk")
    }  # fmt: skip
    on_credit = order_desk.on_credit()
    references = [credit.order.reference for credit in on_credit]
    waits = {
        one.reference: one
        for one in Attempt.objects.filter(reference__in=references).order_by("pk")
    }
    rows = [
        {
            "order": order,
            "charge": (charge := charges.get(order.reference)),
            "is_by_hand": _is_by_hand(charge, hands),
            "way": hands.get(order.provider, order.provider),
        }
        for order in found
    ]
    owed = [
        {
            "credit": credit,
            "order": credit.order,
            "due": credit_orders.due_on(credit.order, credit.opened_at, credit.days),
            "is_by_hand": _is_by_hand(waits.get(credit.order.reference), hands),
        }
        for credit in on_credit
    ]
    return render(request, "office/orders.html", {"rows": rows, "owed": owed})


def _is_by_hand(charge: Attempt | None, hands: dict[str, str]) -> bool:
    return charge is not None and charge.provider in hands


@require_POST
def act(request: HttpRequest, key: uuid.UUID, act: str) -> HttpResponse:
    """Do what can be done about an order that waits: mail it again, book its money, give it up."""
    _allow(request)
    order = get_object_or_404(
        Order.objects.select_related("version__offer__title", "payer"), key=key
    )
    staff: Any = request.user
    now = timezone.now()
    try:
        if act == "letter":
            if order_desk.tell(order, at=now):
                messages.success(request, _("The letter is on its way."))
            else:
                messages.error(request, _("The mail server did not take the letter. Try it later."))
        elif act == "received":
            charge = Attempt.objects.filter(reference=order.reference).order_by("pk").last()
            if charge is None:
                raise Http404
            order_desk.received(charge, at=now)
            messages.success(
                request, _("The money is in the books, and the subscription has begun.")
            )
        elif act == "write-off":
            order_desk.write_off(order, at=now, by=staff)
            messages.success(request, _("It has ended, and what was served of it is bad debt."))
        elif act == "end":
            order_desk.give_up(order, at=now, by=staff)
            messages.success(request, _("Nobody waits for this money any more."))
        else:
            raise Http404
    except (orders.CannotOrder, by_hand.NotByHand) as refusal:
        messages.error(request, str(refusal))
    return redirect("office:orders")


def _allow(request: HttpRequest) -> None:
    if not request.user.has_perm("circulation.add_order"):
        raise PermissionDenied
