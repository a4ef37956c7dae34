"""Gift subscriptions on their donor's pages: who they are for, where they stand, and the acts."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from masthead.circulation import present_letters, presents, refunding
from masthead.circulation.models import OfferVersion, Present, Term
from masthead.day_input import DayInput
from masthead.newsstand.account_pages import AccountForm, Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, form_of, show
from masthead.newsstand.views.account.subscriptions import send_back
from masthead.people.models import User

PAGE = require_http_methods(["GET", "HEAD", "POST"])


class Delivery(forms.Form):
    """Who a gift is for, and when it is delivered."""

    recipient_name = forms.CharField(
        label=gettext_lazy("Who it is for"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    recipient_email = forms.EmailField(
        label=gettext_lazy("Their mail address"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Left empty, you get a page to print with a link, and hand it over yourself."
        ),
    )
    deliver_on = forms.DateField(label=gettext_lazy("Delivered on"), widget=DayInput())


class Wishes(Delivery):
    """That, and what the donor says with it."""

    donor_name = forms.CharField(
        label=gettext_lazy("From whom"),
        max_length=80,
        help_text=gettext_lazy("How you sign it."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    message = forms.CharField(
        label=gettext_lazy("What you would like to say"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
    )
    reminds = forms.BooleanField(
        label=gettext_lazy("Write to me before it comes to its end"), required=False
    )


def wish_fields() -> dict[str, forms.Field]:
    """Return the fields in which a donor says all of it."""
    return dict(Wishes().fields)


def first_wish(version: OfferVersion) -> dict[str, Any]:
    """Return what stands in them at first."""
    return {"deliver_on": version.offer.title.day(timezone.now())}


def wish_of(cleaned: dict[str, Any]) -> presents.Wish:
    """Return what a donor wants, from the form."""
    return presents.Wish(**{name: cleaned[name] for name in Wishes.base_fields})


def part_of(donor: User) -> Part:
    """Return what the page of gifts says of subscriptions given."""
    given = Present.objects.filter(order__payer=donor).exclude(paid_at=None)
    every = given.select_related("order__version__offer__title", "order__term")
    rows = tuple(_row(one, with_link=True) for one in every[:100])
    offers = Link(_("Give a subscription"), reverse("newsstand:offers"))
    text = () if rows else (_("You have given no subscription yet."),)
    return Part(heading=_("Subscriptions"), text=text, rows=rows, links=(offers,))


@login_required
@PAGE
def present(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show one gift; on POST, correct who it is for or when it is delivered."""
    found = _mine(request, key)
    initial = {name: getattr(found, name) for name in Delivery.base_fields}
    form = Delivery(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            presents.change(found, **form.cleaned_data)
        except presents.CannotChange as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request, _("It is changed. A link that went out before opens nothing any more.")
            )
        return redirect("account_present", key=key)
    parts = [Part(rows=(_row(found),))]
    if _can_be_taken(found):
        change = form_of(form, _("Change"))
        parts.append(Part(rows=_acts(found)))
        parts.append(Part(heading=_("Change who it is for, or when"), forms=(change,)))
    elif not found.returned_at and not _term_of(found):
        parts.append(Part(rows=(_money_back_row(found),)))
    back = Part(links=(Link(_("All gifts"), reverse("account_gifts")),))
    return show(
        request,
        _("Gift: %(offer)s") % {"offer": found.order.version.deal.name},
        *parts,
        back,
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def card(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Make a new link and show it, on a page to print."""
    found = _mine(request, key)
    try:
        token = presents.make_link(found, at=timezone.now())
    except presents.CannotChange as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_present", key=key)
    address = request.build_absolute_uri(reverse("newsstand:gift", args=[token]))
    title = found.order.version.offer.title.name
    said = [_("For %(name)s") % {"name": found.recipient_name}]
    said += [line for line in found.message.splitlines() if line.strip()]
    said += [_("From %(name)s") % {"name": found.donor_name}, _("Take your gift at this address:")]
    hint = _("Print this page or copy the address. It is shown this once; a new one makes it void.")
    link = Link(_("Back"), reverse("account_present", args=[key]))
    heading = _("A subscription to %(title)s") % {"title": title}
    return show(
        request,
        heading,
        Part(text=tuple(said), codes=(address,)),
        Part(text=(hint,), links=(link,)),
        standfirst=found.order.version.deal.name,
    )


@login_required
@require_POST
def send(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send the letter with a new link now, whatever day it was to go."""
    found = _mine(request, key)
    try:
        went = present_letters.send_now(found, at=timezone.now())
    except presents.CannotChange as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_present", key=key)
    if went:
        messages.success(request, _("The letter is on its way. Only its link can be taken now."))
    else:
        messages.warning(request, _("The letter did not go out. We try again within the hour."))
    return redirect("account_present", key=key)


@login_required
@PAGE
def give_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask once, then pay the whole price of a gift back that has not begun."""
    found = _mine(request, key)
    leave = Link(_("Leave it as it is"), reverse("account_present", args=[key]))
    heading = _("Have your money back")
    if request.method != "POST":
        text = _("The whole price is paid back the way it was paid, and the link opens nothing.")
        ask = button(heading, hidden={"request": str(uuid.uuid4())}, is_grave=True)
        return show(request, heading, Part(text=(text,), forms=(ask,), links=(leave,)))
    try:
        asked = uuid.UUID(request.POST.get("request", ""))
    except ValueError:
        return redirect(request.path)
    try:
        refunds = presents.give_back(found, request=asked, at=timezone.now())
    except (presents.CannotChange, refunding.CannotGiveBack) as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, send_back(refunds))
    return redirect("account_present", key=key)


def _acts(found: Present) -> tuple[Row, ...]:
    def act(name: str, label: str) -> AccountForm:
        return button(label, action=reverse(name, args=[found.key]), name=name, is_quiet=True)

    rows = []
    if found.recipient_email:
        words = _("By mail to %(address)s, with a new link.") % {"address": found.recipient_email}
        forms_ = (act("account_send_present", _("Send it now")),)
        rows.append(Row(heading=_("Letter"), lines=(words,), forms=forms_))
    words = _("With a new link, to print and hand over.")
    forms_ = (act("account_present_card", _("Make the card")),)
    rows.append(Row(heading=_("Card"), lines=(words,), forms=forms_))
    return (*rows, _money_back_row(found))


def _money_back_row(found: Present) -> Row:
    link = Link(_("Have your money back"), reverse("account_return_present", args=[found.key]))
    words = _("The whole price, as long as it has not begun.")
    return Row(heading=_("Have your money back"), lines=(words,), links=(link,))


def _row(found: Present, *, with_link: bool = False) -> Row:
    version = found.order.version
    name = _("%(offer)s for %(name)s")
    heading = name % {"offer": version.deal.name, "name": found.recipient_name}
    lines = [_stands(found), str(found.order.money), found.number]
    links = [Link(_("Look closer"), reverse("account_present", args=[found.key]))]
    term = _term_of(found)
    if term and not with_link:
        way = reverse("account_subscription", args=[term.subscription.key])
        links = [Link(_("Your subscription") if found.returned_at else _("Look closer"), way)]
    shown = with_link or (term and not found.returned_at)
    return Row(heading=heading, lines=tuple(lines), links=tuple(links) if shown else ())


def _stands(found: Present) -> str:
    if found.returned_at:
        return _("Paid back to you on %(day)s") % {"day": _day(found.returned_at)}
    if _term_of(found) and found.redeemed_at:
        return _("Taken on %(day)s") % {"day": _day(found.redeemed_at)}
    if found.redeemed_at:
        return _("Taken; it begins after what they have of this magazine already")
    if found.delivered_at:
        return _("Sent on %(day)s, not taken yet") % {"day": _day(found.delivered_at)}
    if found.recipient_email:
        day = date_format(found.deliver_on)
        return _("Is sent on %(day)s to %(address)s") % {
            "day": day,
            "address": found.recipient_email,
        }
    return _("You hand it over yourself")


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment))


def _term_of(found: Present) -> Term | None:
    return getattr(found.order, "term", None)


def _can_be_taken(found: Present) -> bool:
    return not found.redeemed_at and not found.returned_at


def _mine(request: HttpRequest, key: uuid.UUID) -> Present:
    user: Any = request.user
    mine = Present.objects.filter(order__payer=user).exclude(paid_at=None)
    related = ("order__version__offer__title", "order__term__subscription")
    return get_object_or_404(mine.select_related(*related), key=key)
