"""Postal addresses on the reader's own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_countries import countries

from masthead.newsstand.account_pages import AccountForm, Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, form_of, show
from masthead.people import addresses
from masthead.people.models import Address

PAGE = require_http_methods(["GET", "HEAD", "POST"])

_AUTOCOMPLETE = {
    "name": "name",
    "organisation": "organization",
    "street": "street-address",
    "district": "address-level3",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
}


class CountryForm(forms.Form):
    """The country, on which everything else in an address depends."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", _("Choose a country")), *countries],
        widget=forms.Select({"autocomplete": "country"}),
    )


@login_required
@require_safe
def all_addresses(request: HttpRequest) -> HttpResponse:
    """Show the addresses in use."""
    user: Any = request.user
    rows = tuple(_row(one) for one in Address.objects.filter(user=user).standing())
    text = () if rows else (_("We know no address of yours. You need one for what comes by post."),)
    ways = (Link(_("Write down an address"), reverse("account_new_address")),)
    return show(request, _("Addresses"), Part(text=text, rows=rows, links=ways))


def _row(address: Address) -> Row:
    name, *lines = addresses.label(address)
    link = Link(_("Change"), reverse("account_address", args=[address.key]))
    acts: list[AccountForm] = []
    if address.is_for_post:
        lines.append(_("Post goes here."))
    else:
        to = reverse("account_post_to", args=[address.key])
        acts.append(button(_("Send post here"), action=to, is_quiet=True))
    gone = reverse("account_retire_address", args=[address.key])
    acts.append(button(_("Remove"), action=gone, name="remove", is_quiet=True))
    return Row(heading=name, lines=tuple(lines), links=(link,), forms=tuple(acts))


@login_required
@PAGE
def new_address(request: HttpRequest) -> HttpResponse:
    """Ask for the country, then for what its addresses consist of."""
    return _ask(request, _("Write down an address"), request.GET.get("country", ""), None)


@login_required
@PAGE
def one_address(request: HttpRequest, key: Any) -> HttpResponse:
    """Change an address of one's own: the new one follows the old."""
    user: Any = request.user
    address = get_object_or_404(Address.objects.filter(user=user).standing(), key=key)
    country = request.GET.get("country", "") or address.country.code
    return _ask(request, _("Change an address"), country, address)


def _ask(request: HttpRequest, heading: str, country: str, present: Address | None) -> HttpResponse:
    user: Any = request.user
    chosen = CountryForm({"country": country} if country else None)
    where = Part(
        forms=(form_of(chosen, _("Go on"), name="country", asks=True, is_quiet=bool(country)),)
    )
    try:
        lines = addresses.lines_of(country) if country else ()
    except addresses.BadAddress:
        lines = ()
    if not lines:
        return show(request, heading, where, status=200 if not country else 400)
    initial = {line.name: getattr(present, line.name) for line in lines} if present else {}
    form = _fields_form(lines)(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            addresses.write(user, country, form.cleaned_data, at=timezone.now(), replacing=present)
            messages.success(request, _("The address is written down."))
            return redirect("account_addresses")
        except addresses.BadAddress as bad:
            for name, fault in bad.faults.items():
                form.add_error(name if name in form.fields else None, fault)
    fields = Part(
        heading=str(dict(countries)[country]), forms=(form_of(form, _("Keep the address")),)
    )
    return show(request, heading, where, fields)


def _fields_form(lines: tuple[addresses.Line, ...]) -> type[forms.Form]:
    return type("AddressForm", (forms.Form,), {line.name: _field(line) for line in lines})


def _field(line: addresses.Line) -> forms.Field:
    attrs = {"autocomplete": _AUTOCOMPLETE.get(line.name, "off")}
    known: dict[str, Any] = {"label": line.label, "required": line.is_required}
    if line.choices:
        choices = [("", "—"), *line.choices]
        return forms.ChoiceField(choices=choices, widget=forms.Select(attrs), **known)
    known_field: Any = Address._meta.get_field(line.name)
    longest = known_field.max_length
    widget = forms.Textarea(attrs) if line.name == "street" else forms.TextInput(attrs)
    return forms.CharField(max_length=longest, widget=widget, **known)


@login_required
@require_POST
def post_to(request: HttpRequest, key: Any) -> HttpResponse:
    """Have post go to an address of one's own."""
    user: Any = request.user
    addresses.send_post_to(get_object_or_404(Address.objects.filter(user=user).standing(), key=key))
    messages.success(request, _("Post goes there from now on."))
    return redirect("account_addresses")


@login_required
@require_POST
def retire(request: HttpRequest, key: Any) -> HttpResponse:
    """Stop using an address of one's own."""
    user: Any = request.user
    address = get_object_or_404(Address.objects.filter(user=user).standing(), key=key)
    addresses.retire(address, at=timezone.now())
    messages.success(request, _("That address is no longer used."))
    return redirect("account_addresses")
