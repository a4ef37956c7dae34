"""Taking an offer up: what one wants, what it costs, paying, and having it."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from masthead.circulation import credit_letters, offers, orders, pricing
from masthead.circulation.deals import Price
from masthead.circulation.models import DiscountCode, OfferVersion
from masthead.newsstand import offering
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.chrome import front_page_of
from masthead.newsstand.pages import Link
from masthead.newsstand.views import on_credit, ordered
from masthead.newsstand.views.account import presents
from masthead.newsstand.views.account.pages import form_of, show
from masthead.payments import ways
from masthead.people.models import Address

PAGE = require_http_methods(["GET", "HEAD", "POST"])


class Wishes(forms.Form):
    """What one wants of an offer."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", _("Choose a country")), *countries],
        widget=forms.Select({"autocomplete": "country"}),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Price"))
    with_print = forms.BooleanField(label=gettext_lazy("With the print edition"), required=False)
    code = forms.CharField(label=gettext_lazy("Discount code"), max_length=40, required=False)
    as_gift = forms.BooleanField(label=gettext_lazy("As a gift"), required=False)
    source = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, version: OfferVersion, *args: Any, **kwargs: Any) -> None:
        """Offer the currencies that there are prices in, and print where it is a choice."""
        super().__init__(*args, **kwargs)
        self.version = version
        deal = version.deal
        currencies = [price.currency for price in deal.prices]
        self.fields["currency"].choices = [  # type: ignore[attr-defined]
            (price.currency, offering.amount(_now(price), price, version.offer.title))
            for price in deal.prices
        ]
        if len(currencies) == 1:
            self.fields["currency"].widget = forms.HiddenInput()
            self.fields["currency"].initial = currencies[0]
        if deal.print_is_included or not any(map(deal.offers_print, currencies)):
            del self.fields["with_print"]
        if not DiscountCode.objects.filter(offer=version.offer_id).exists():
            self.fields["code"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """See whether the offer is sold like that."""
        chosen = super().clean() or {}
        if not self.errors:
            now = timezone.now()
            self.discount = None
            try:
                if typed := chosen.get("code"):
                    self.discount = pricing.code_for(self.version, typed, at=now)
                self.quote = pricing.price(
                    self.version,
                    chosen["currency"],
                    country=chosen["country"],
                    with_print=bool(chosen.get("with_print")),
                    discount=self.discount,
                    at=now,
                )
            except pricing.NoSuchCode as refusal:
                self.add_error("code", str(refusal))
            except pricing.CannotOrder as refusal:
                self.add_error(None, str(refusal))
        return chosen

    @property
    def is_gift(self) -> bool:
        """Whether somebody else is to read it."""
        return bool(self.cleaned_data.get("as_gift"))


def _now(price: Price) -> int:
    return price.minor if price.introductory is None else price.introductory


class Payment(forms.Form):
    """How one pays, and the word that it may go on; of a gift who it is for, and when."""

    way = forms.ChoiceField(label=gettext_lazy("Pay by"))
    agrees = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Tick this: without it nothing may be charged again.")
        }
    )
    request = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        version: OfferVersion,
        words: str,
        *args: Any,
        is_gift: bool = False,
        pays_later: bool = False,
        **kwargs: Any,
    ) -> None:
        """Ask for consent in exactly these words, where the offer renews."""
        super().__init__(*args, **kwargs)
        found = [(one.name, str(one.label)) for one in ways.for_readers()]
        if pays_later:
            found.append((on_credit.LATER, _("Later, by invoice")))
        self.fields["way"].choices = found  # type: ignore[attr-defined]
        if len(found) == 1:
            self.fields["way"].widget = forms.HiddenInput()
            self.fields["way"].initial = found[0][0]
        if version.deal.renews and not is_gift:
            self.fields["agrees"].label = words
        else:
            del self.fields["agrees"]
        if is_gift:
            self.fields = {**presents.wish_fields(), **self.fields}


@require_safe
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an offer and ask what is wanted of it."""
    version = _offered(request, slug)
    card = offering.card(version, timezone.now())
    form = Wishes(version, initial={"source": request.GET.get("source", "")})
    return _choices(request, version, card, form)


def _choices(request: HttpRequest, version: OfferVersion, card: Any, form: Wishes) -> HttpResponse:
    lines = tuple(
        Row(
            heading=line.words,
            lines=(_("Announced, not yet kept"),) if line.announced_for else (),
        )
        for line in card.promises
    )
    title = version.offer.title
    extras = [
        offering.amount(price.print_extra, price, title)
        for price in version.deal.prices
        if price.print_extra
    ]
    extra = _("%(price)s more") % {"price": " / ".join(extras)} if extras else ""
    ask = form_of(
        form,
        _("Go on"),
        action=reverse("newsstand:pay", args=[version.offer.slug]),
        asks=True,
        helps={
            "with_print": extra,
            "code": _("If you have one."),
            "as_gift": _("It begins once it is taken, and does not renew."),
        },
    )
    said = (card.price, card.renewal) if card.renewal else (card.price,)
    status = 422 if form.errors else 200
    return show(
        request,
        card.name,
        Part(text=said, forms=(ask,)),
        Part(heading=_("What you get"), rows=lines),
        standfirst=card.pitch,
        status=status,
    )


@PAGE
def pay(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what it costs, to whom signs in, and take the order."""
    version = _offered(request, slug)
    wishes = Wishes(version, request.GET)
    if not wishes.is_valid():
        if "code" in wishes.errors and (there := ordered.waiting_with(request, slug)):
            # They clicked twice, or came back: the code's last use is their own.
            return redirect("newsstand:order", key=there.key)
        return _choices(request, version, offering.card(version, timezone.now()), wishes)
    if not request.user.is_authenticated:
        messages.info(
            request,
            _("First tell us your mail address: we send you a code, and no password is needed."),
        )
        return redirect(
            f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
        )
    if not ways.for_readers():
        text = _("Nothing can be paid here yet. Please come back a little later.")
        return show(request, version.deal.name, Part(text=(text,)), status=503)
    words = _renewal_words(version, wishes)
    posted = request.POST.copy() if request.method == "POST" else None
    shown = _shown(version, wishes)
    is_new = posted is not None and any(posted.get(name) != one for name, one in shown.items())
    if posted and is_new:
        # They agree to what they saw, and to nothing that came between.
        posted.pop("agrees", None)
    initial = {"request": uuid.uuid4(), **presents.first_wish(version)}
    credit = on_credit.choice(request, version, wishes)
    form = Payment(
        version, words, posted, initial=initial, is_gift=wishes.is_gift, pays_later=credit == ""
    )
    if form.is_valid() and not is_new:
        return _order(request, version, wishes, form, words)
    if is_new:
        form.add_error(
            None, _("The offer or its price has changed since. Please look at it again.")
        )
    return _bill(request, version, wishes, form)


def _shown(version: OfferVersion, wishes: Wishes) -> dict[str, str]:
    """Return what the page says it has shown, so that nothing else is ordered by it."""
    return {"version": str(version.number), "sum": str(wishes.quote.money)}


def _bill(
    request: HttpRequest, version: OfferVersion, wishes: Wishes, form: Payment
) -> HttpResponse:
    quote, language = wishes.quote, version.offer.title.language
    money = quote.money.in_words_of(language)
    rows = [
        Row(heading=_("To pay"), lines=(money, *_tax_lines(wishes, language))),
        Row(heading=_("Confirmation goes to"), lines=(str(getattr(request.user, "email", "")),)),
    ]
    if not wishes.is_gift and (
        wishes.cleaned_data.get("with_print") or version.deal.print_is_included
    ):
        rows.append(_post_row(request))
    credit = on_credit.choice(request, version, wishes)
    if credit is not None:
        rows.append(on_credit.offered(credit))
    button = _("Pay %(sum)s") % {"sum": money} if quote.money else _("Begin")
    if credit == "":
        # They choose whether they pay now or later.
        button = _("Go on")
    back = Link(_("Change something"), reverse("newsstand:subscribe-to", args=[version.offer.slug]))
    return show(
        request,
        version.deal.name,
        Part(rows=tuple(rows), links=(back,)),
        Part(forms=(form_of(form, button, hidden=_shown(version, wishes)),)),
        status=422 if form.errors else 200,
    )


def _tax_lines(wishes: Wishes, language: str) -> tuple[str, ...]:
    if not wishes.quote.tax:
        return ()
    return (_("of which tax: %(sum)s") % {"sum": wishes.quote.tax.in_words_of(language)},)


def _post_row(request: HttpRequest) -> Row:
    user: Any = request.user
    post = Address.objects.filter(user=user, is_for_post=True).first()
    to = (str(post),) if post else (_("We ask for the address once it is paid."),)
    return Row(heading=_("Print edition goes to"), lines=to)


def _order(
    request: HttpRequest, version: OfferVersion, wishes: Wishes, form: Payment, words: str
) -> HttpResponse:
    payer: Any = request.user
    chosen, now = wishes.cleaned_data, timezone.now()
    way, pays_later = form.cleaned_data["way"], form.cleaned_data["way"] == on_credit.LATER
    try:
        order, attempt = orders.place(
            version,
            payer,
            currency=chosen["currency"],
            country=chosen["country"],
            provider=credit_letters.way_by_hand() if pays_later else way,
            request=form.cleaned_data["request"],
            at=now,
            with_print=bool(chosen.get("with_print")),
            discount=wishes.discount,
            source_key=chosen.get("source", ""),
            agreed_to=words,
            language=version.offer.title.language,
            gift=presents.wish_of(form.cleaned_data) if wishes.is_gift else None,
            on_credit=pays_later,
        )
    except pricing.CannotOrder as refusal:
        form.add_error(None, str(refusal))
        return _bill(request, version, wishes, form)
    if order.payer_id != payer.pk:
        raise Http404
    if attempt is not None:
        ordered.send(request, order, attempt)
    return redirect("newsstand:order", key=order.key)


def _offered(request: HttpRequest, slug: str) -> OfferVersion:
    front = front_page_of(request)
    if front is None:
        raise Http404
    for version in offers.on_sale(front.publication):
        if version.offer.slug == slug:
            return version
    raise Http404


def _renewal_words(version: OfferVersion, wishes: Wishes) -> str:
    deal, chosen = version.deal, wishes.cleaned_data
    price = deal.price_in(chosen["currency"])
    assert price is not None
    with_print = bool(chosen.get("with_print")) and not deal.print_is_included
    return offers.renewal_words(deal, price, version.offer.title, with_print)
