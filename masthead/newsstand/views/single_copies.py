"""Buying one issue: as what one wants it, what it costs, paying, and having it."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from masthead.circulation import single_copies
from masthead.circulation.models import SingleCopy, SinglePrice
from masthead.circulation.quotes import Quote
from masthead.circulation.single_copies import CannotOrder, Edition, OnSale
from masthead.editorial.models import Issue
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views import till
from masthead.newsstand.views.account.pages import form_of, show
from masthead.payments import ways
from masthead.payments.models import Attempt
from masthead.people import addresses
from masthead.people.models import Address

PAGE = require_http_methods(["GET", "HEAD", "POST"])


class Wishes(forms.Form):
    """As what one wants an issue, and where one is."""

    edition = forms.ChoiceField(label=gettext_lazy("As"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", _("Choose a country")), *countries],
        widget=forms.Select({"autocomplete": "country"}),
    )

    def __init__(self, issue: Issue, sold: list[OnSale], *args: Any, **kwargs: Any) -> None:
        """Offer what is there."""
        super().__init__(*args, **kwargs)
        self.issue, there = issue, [one for one in sold if one.is_there]
        language = issue.publication.language
        currencies = {money.currency: None for one in there for money in one.prices}
        self._choose("edition", [(one.edition.value, _called(one, language)) for one in there])
        self._choose("currency", [(one, one) for one in currencies])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields[name].widget = forms.HiddenInput()
            self.fields[name].initial = choices[0][0]

    @property
    def wanted(self) -> SinglePrice.Edition:
        """As what."""
        return Edition(self.cleaned_data["edition"])

    def clean(self) -> dict[str, Any]:
        """See whether it is sold like that."""
        chosen = super().clean() or {}
        if not self.errors:
            try:
                self.quote = self.price(chosen["country"])
            except CannotOrder as refusal:
                self.add_error(None, str(refusal))
        return chosen

    def price(self, country: str) -> Quote:
        """Return what it costs in a country."""
        return single_copies.price(
            self.issue,
            self.wanted,
            self.cleaned_data["currency"],
            country=country,
            at=timezone.now(),
        )


class Payment(forms.Form):
    """How one pays, and that one knows that an issue cannot be sent back like other things."""

    way = forms.ChoiceField(label=gettext_lazy("Pay by"))
    agrees = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Tick this, so that we know that you have read it.")
        }
    )
    request = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, words: str, *args: Any, **kwargs: Any) -> None:
        """Ask for consent in exactly these words."""
        super().__init__(*args, **kwargs)
        found = [(one.name, str(one.label)) for one in ways.for_readers()]
        self.fields["way"].choices = found  # type: ignore[attr-defined]
        if len(found) == 1:
            self.fields["way"].widget = forms.HiddenInput()
            self.fields["way"].initial = found[0][0]
        self.fields["agrees"].label = words


@require_safe
def choose(request: HttpRequest, issue: uuid.UUID) -> HttpResponse:
    """Say as what an issue can be had by itself, and ask what is wanted."""
    found, sold = _sold(issue)
    edition = request.GET.get("edition", "")
    return _choices(request, found, sold, Wishes(found, sold, initial={"edition": edition}))


def _choices(request: HttpRequest, issue: Issue, sold: list[OnSale], form: Wishes) -> HttpResponse:
    text = [_called(one, issue.publication.language) for one in sold if one.is_there]
    gone = not all(one.is_there for one in sold)
    back = Link(_("Back to the issue"), issue.url or "/")
    if gone and text:
        text.append(_("No printed copies of this issue are left. You can read it on a screen."))
    if not text:
        words = _("No printed copies of this issue are left.")
        links = (back, Link(_("Subscribe"), reverse("newsstand:offers")))
        return show(request, issue.title, Part(text=(words,), links=links))
    ask = form_of(
        form,
        _("Go on"),
        action=reverse("newsstand:pay-single-copy", args=[issue.key]),
        asks=True,
        helps={"country": _("Of a printed copy, your address decides.")},
    )
    return show(
        request,
        issue.title,
        Part(text=tuple(text), forms=(ask,), links=(back,)),
        standfirst=issue.publication.name,
        status=422 if form.errors else 200,
    )


@PAGE
def pay(request: HttpRequest, issue: uuid.UUID) -> HttpResponse:
    """Show what it costs, to whom signs in, and take the order."""
    found, sold = _sold(issue)
    wishes = Wishes(found, sold, request.GET)
    if not wishes.is_valid():
        return _choices(request, found, sold, wishes)
    user: Any = request.user
    if not user.is_authenticated:
        messages.info(
            request,
            _("First tell us your mail address: we send you a code, and no password is needed."),
        )
        return redirect(
            f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
        )
    if not ways.for_readers():
        text = _("Nothing can be paid here yet. Please come back a little later.")
        return show(request, found.title, Part(text=(text,)), status=503)
    post = Address.objects.filter(user=user, is_for_post=True, undelivered=None).first()
    if wishes.wanted == Edition.PRINT and post is None:
        return _ask_where(request, found)
    words = single_copies.words(wishes.wanted)
    to = post if wishes.wanted == Edition.PRINT else None
    quote = wishes.price(str(to.country)) if to else wishes.quote
    posted = request.POST.copy() if request.method == "POST" else None
    is_new = posted is not None and posted.get("sum") != str(quote.money)
    if posted and is_new:
        # They pay what they saw, and nothing that came between.
        posted.pop("agrees", None)
    form = Payment(words, posted, initial={"request": uuid.uuid4()})
    if form.is_valid() and not is_new and (copy := _order(request, found, wishes, form, words)):
        return redirect("newsstand:single-copy", key=copy.key)
    if is_new:
        form.add_error(None, _("The price has changed since. Please look at it again."))
    return _bill(request, found, wishes, form, quote, to)


def _ask_where(request: HttpRequest, issue: Issue) -> HttpResponse:
    text = _("Tell us where it goes. What it contains of tax depends on the country.")
    here = _("Then come back to this page, and it goes on.")
    links = (
        Link(_("Write down an address"), reverse("account_new_address")),
        Link(_("I have written it down"), request.get_full_path()),
    )
    return show(request, issue.title, Part(text=(text, here), links=links))


def _bill(
    request: HttpRequest,
    issue: Issue,
    wishes: Wishes,
    form: Payment,
    quote: Quote,
    post: Address | None,
) -> HttpResponse:
    language = issue.publication.language
    money = quote.money.in_words_of(language)
    lines = [money]
    if quote.tax:
        lines.append(_("of which tax: %(sum)s") % {"sum": quote.tax.in_words_of(language)})
    if post:
        lines.append(_("Postage is in the price."))
    rows = [
        Row(heading=_("To pay"), lines=tuple(lines)),
        Row(heading=_("Confirmation goes to"), lines=(str(getattr(request.user, "email", "")),)),
    ]
    if post:
        to = Link(_("Send it elsewhere"), reverse("account_addresses"))
        rows.append(Row(heading=_("It goes to"), lines=tuple(addresses.label(post)), links=(to,)))
    back = Link(_("Change something"), reverse("newsstand:single-copies", args=[issue.key]))
    return show(
        request,
        issue.title,
        Part(rows=tuple(rows), links=(back,)),
        Part(
            forms=(
                form_of(form, _("Pay %(sum)s") % {"sum": money}, hidden={"sum": str(quote.money)}),
            )
        ),
        standfirst=str(wishes.wanted.label),
        status=422 if form.errors else 200,
    )


def _order(
    request: HttpRequest, issue: Issue, wishes: Wishes, form: Payment, words: str
) -> SingleCopy | None:
    reader: Any = request.user
    try:
        copy, attempt = single_copies.order(
            issue,
            reader,
            edition=wishes.wanted,
            currency=wishes.cleaned_data["currency"],
            country=wishes.cleaned_data["country"],
            provider=form.cleaned_data["way"],
            request=form.cleaned_data["request"],
            at=timezone.now(),
            agreed_to=words,
            language=issue.publication.language,
        )
    except CannotOrder as refusal:
        form.add_error(None, str(refusal))
        return None
    if copy.reader_id != reader.pk or attempt is None:
        raise Http404
    till.send(request, _bill_of(copy, attempt))
    return copy


@login_required
@require_safe
def bought(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send somebody on to pay for a copy, or say that it is paid and what can be done now."""
    user: Any = request.user
    mine = SingleCopy.objects.filter(reader=user).select_related("issue__publication")
    copy = get_object_or_404(mine, key=key)
    if copy.paid_at:
        return _thanks(request, copy)
    attempt = Attempt.objects.filter(reference=copy.reference).order_by("pk").last()
    if attempt is None:
        return redirect("newsstand:pay-single-copy-ordered", key=copy.key)
    bill = _bill_of(copy, attempt)
    if till.has_paid(request, bill):
        single_copies.paid(bill.attempt, at=timezone.now())
        copy.refresh_from_db()
        return _thanks(request, copy)
    return till.waiting(request, bill)


@login_required
@PAGE
def settle(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what a copy costs that was ordered at the desk, and have it paid."""
    user: Any = request.user
    mine = SingleCopy.objects.filter(reader=user).select_related("issue__publication")
    copy = get_object_or_404(mine, key=key)
    if Attempt.objects.filter(reference=copy.reference).exists():
        return redirect("newsstand:single-copy", key=copy.key)
    if copy.given_up_at:
        text = _("This order was given up. Please order anew.")
        anew = Link(_("Buy this issue"), reverse("newsstand:single-copies", args=[copy.issue.key]))
        return show(request, copy.issue.title, Part(text=(text,), links=(anew,)), status=410)
    if not ways.for_readers():
        text = _("Nothing can be paid here yet. Please come back a little later.")
        return show(request, copy.issue.title, Part(text=(text,)), status=503)
    words = single_copies.words(Edition(copy.edition))
    posted = request.POST if request.method == "POST" else None
    form = Payment(words, posted, initial={"request": uuid.uuid4()})
    if copy.agreed_to:
        del form.fields["agrees"]
    if form.is_valid() and _ask(request, copy, form, words):
        return redirect("newsstand:single-copy", key=copy.key)
    money = copy.money.in_words_of(copy.issue.publication.language)
    row = Row(heading=_("To pay"), lines=(money, str(copy.get_edition_display())))
    ask = form_of(form, _("Pay %(sum)s") % {"sum": money})
    return show(
        request, copy.issue.title, Part(rows=(row,), forms=(ask,)),
        standfirst=copy.issue.publication.name, status=422 if form.errors else 200,
    )  # fmt: skip


def _ask(request: HttpRequest, copy: SingleCopy, form: Payment, words: str) -> bool:
    try:
        attempt = single_copies.ask_for(
            copy,
            provider=form.cleaned_data["way"],
            request=form.cleaned_data["request"],
            at=timezone.now(),
            agreed_to=words if form.cleaned_data.get("agrees") else "",
            language=copy.issue.publication.language,
        )
    except CannotOrder as refusal:
        form.add_error(None, str(refusal))
        return False
    till.send(request, _bill_of(copy, attempt))
    return True


def _thanks(request: HttpRequest, copy: SingleCopy) -> HttpResponse:
    links = [Link(_("Your copies"), reverse("account_subscriptions"))]
    if copy.returned_at:
        text = _("The whole price is paid back the way it was paid.")
    elif copy.paid_at is None:
        text = _("Your payment came too late, and no copy is left. We pay it back.")
    elif copy.is_printed:
        text = _("Thank you. It goes by post soon.")
    else:
        text = _("Thank you. You can read all of it, for as long as there is this magazine.")
        links.insert(0, Link(_("Read this issue"), f"{copy.issue.url}read/"))
    return show(
        request,
        _("It is yours"),
        Part(text=(text,), links=tuple(links)),
        standfirst=copy.issue.title,
    )


def _bill_of(copy: SingleCopy, attempt: Attempt) -> till.Bill:
    by_hand = _("Please pay like this. You can read as soon as the money has come in.")
    if copy.is_printed:
        by_hand = _("Please pay like this. Your copy is set aside for fourteen days.")
    return till.Bill(
        name=copy.issue.title,
        page=reverse("newsstand:single-copy", args=[copy.key]),
        anew=reverse("newsstand:single-copies", args=[copy.issue.key]),
        attempt=attempt,
        by_hand=by_hand,
    )


def _sold(key: uuid.UUID) -> tuple[Issue, list[OnSale]]:
    issue = get_object_or_404(Issue.objects.on_sale().select_related("publication"), key=key)
    if not (sold := single_copies.on_sale(issue)):
        raise Http404
    return issue, sold


def _called(one: OnSale, language: str) -> str:
    prices = " / ".join(money.in_words_of(language) for money in one.prices)
    return f"{one.edition.label}: {prices}"
