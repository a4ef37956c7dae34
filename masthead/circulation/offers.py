"""Publishing offers: what is written becomes a version that is never changed."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries
from wagtail.log_actions import log

from masthead.circulation.deals import COMPONENTS, Deal, Price, Promised, Share
from masthead.circulation.models import Offer, OfferVersion
from masthead.circulation.promises import kinds
from masthead.editorial.models import Title
from masthead.money import Money, is_known
from masthead.people.models import User


class CannotPublish(Exception):
    """What the offer says cannot be sold or kept; ``complaints`` say why. Fit to show to staff."""

    def __init__(self, complaints: list[str]) -> None:
        """Say what is wrong, a sentence each."""
        super().__init__(" ".join(complaints))
        self.complaints = complaints


def written(offer: Offer) -> Deal:
    """Return what an offer says as it is written now."""
    weights = {one.component: one.weight for one in offer.shares.all()}
    return Deal(
        name=offer.name,
        pitch=offer.pitch,
        basis="period" if offer.basis == Offer.Basis.PERIOD else "copies",
        copies=offer.copies,
        months=offer.months,
        prices=tuple(
            Price(one.currency, one.minor, one.introductory, one.print_extra)
            for one in offer.prices.all()
        ),
        shares=tuple(
            Share(component, weights[component]) for component in COMPONENTS if component in weights
        ),
        promises=tuple(Promised(one.kind, one.spec, one.starts_on) for one in offer.promises.all()),
        starts="current" if offer.starts == Offer.Start.CURRENT else "next",
        renews=offer.renews,
        renew_at=offer.renew_at,
        notice_days=offer.notice_days,
        grace_copies=offer.grace_copies,
        print_is_included=offer.print_is_included,
        credit_copies=offer.credit_copies if offer.pays_later else 0,
        credit_days=offer.credit_days if offer.pays_later else 0,
        credit_countries=_countries(offer) if offer.pays_later else (),
        price_may_change=offer.price_may_change,
    )


def _countries(offer: Offer) -> tuple[str, ...]:
    return tuple(re.split(r"[\s,;]+", offer.credit_countries.strip().upper()))


def complaints(deal: Deal, title: Title) -> list[str]:
    """Return what keeps an offer from being sold, a sentence each."""
    found = []
    if not deal.prices:
        found.append(_("Say what it costs."))
    found += [
        _("“%(currency)s” is no currency: write three capitals, such as EUR.")
        % {"currency": price.currency}
        for price in deal.prices
        if not is_known(price.currency)
    ]
    if not any(share.weight for share in deal.shares):
        found.append(_("Say what the price is for: shares of print, digital and audio."))
    if deal.pays_later:
        found += _about_credit(deal)
    for promised in deal.promises:
        try:
            kind = kinds.named(promised.kind)
        except kinds.UnknownKind as lack:
            found.append(str(lack))
            continue
        if complaint := kind.complaint(deal, promised.spec):
            found.append(complaint)
        elif promised.starts_on is None and (missing := kind.missing(title)):
            found.append(
                _("“%(promise)s” cannot be kept here yet. %(missing)s")
                % {"promise": kind.label, "missing": missing}
            )
    return found


def _about_credit(deal: Deal) -> list[str]:
    found = []
    if deal.basis == "period":
        found.append(_("Only copies can be paid later: a time has no copy to stop at."))
    elif deal.credit_copies >= deal.copies:
        found.append(_("Serve fewer copies before the money than the offer has."))
    if not deal.credit_days:
        found.append(_("Say how many days there are to pay an invoice."))
    found += [
        _("“%(country)s” is no country that can pay later: write two letters, such as DE.")
        % {"country": one}
        for one in deal.credit_countries
        if one not in dict(countries)
    ]
    return found


@transaction.atomic
def publish(offer: Offer, *, at: datetime, by: User | None = None) -> OfferVersion:
    """Put an offer on sale as it is written; what was sold before keeps its own version.

    Publishing what is on sale already changes nothing.

    Raises:
        CannotPublish: see the class.
    """
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    deal = written(offer)
    if wrong := complaints(deal, offer.title):
        raise CannotPublish(wrong)
    last: OfferVersion | None = offer.versions.order_by("number").last()
    if last is None or last.deal != deal:
        last = OfferVersion.objects.create(
            offer=offer,
            number=last.number + 1 if last else 1,
            spec=deal.to_json(),
            published_at=at,
            published_by=by,
        )
    elif offer.is_on_sale:
        return last
    if not offer.is_on_sale:
        offer.is_on_sale = True
        offer.save(update_fields=["is_on_sale"])  # Saved: the press hears of it.
    log(offer, "masthead.offer.publish", user=by, data={"version": last.number})
    return last


@transaction.atomic
def withdraw(offer: Offer, *, by: User | None = None) -> None:
    """Take an offer off sale; who has it keeps it, and their renewals go on."""
    now = Offer.objects.select_for_update().get(pk=offer.pk)
    if now.is_on_sale:
        now.is_on_sale = False
        now.save(update_fields=["is_on_sale"])
        log(offer, "masthead.offer.withdraw", user=by)


def on_sale(title: Title) -> list[OfferVersion]:
    """Return the newest version of each offer of a title that is on sale, in their order."""
    offers = list(Offer.objects.on_sale().filter(title=title))
    newest: dict[int, OfferVersion] = {}
    versions = OfferVersion.objects.filter(offer__in=offers).select_related("offer__title")
    for version in versions.order_by("number"):
        newest[version.offer_id] = version
    return [newest[offer.pk] for offer in offers if offer.pk in newest]


def renewal_words(deal: Deal, price: Price, title: Title, with_print: bool = False) -> str:
    """Return how an offer goes on after its term: what is agreed to, word for word."""
    if not deal.renews:
        return _("It ends by itself; nothing more is charged.")
    whole = price.minor + (price.print_extra or 0 if with_print else 0)
    costs = Money(whole, price.currency).in_words_of(title.language)
    if deal.basis == "period":
        words = ngettext(
            "Goes on for another %(count)d month at a time for %(price)s, until you stop it.",
            "Goes on for another %(count)d months at a time for %(price)s, until you stop it.",
            deal.months,
        )
        count = deal.months
    else:
        words = ngettext(
            "Goes on for another %(count)d issue at a time for %(price)s, until you stop it.",
            "Goes on for another %(count)d issues at a time for %(price)s, until you stop it.",
            deal.copies,
        )
        count = deal.copies
    reminded = ngettext(
        "We write to you %(days)d day before we charge it.",
        "We write to you %(days)d days before we charge it.",
        deal.notice_days,
    )
    said = f"{words % {'count': count, 'price': costs}} {reminded % {'days': deal.notice_days}}"
    if not deal.price_may_change:
        return said
    change = _("The price may change: we tell you 7 to 30 days before we charge another one, and you can stop until then.")  # fmt: skip
    return f"{said} {change}"
