"""The readers of The Lantern: some weeks at a subscription desk, so that the office has something to show.

Everything goes the way that it goes in a real house, order by order, at moments before now. All of it is
by bank transfer, since money by card comes from a payment service, and that is not running yet. Nobody of
these people exists, and no mail reaches them: what would be confirmed to them by letter lies more than
a fortnight back, when letters are not tried any more.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masthead.circulation.models import Order, Subscription, Term
    from masthead.people.models import User

WAY = "transfer"
NAMESPACE = uuid.UUID("7d0a8a0e-5f0b-4d55-9c63-0f8f7f2f7a51")
"""Of the one-time keys, which make that nothing happens twice."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who orders a year, how many days ago, from where, and how it is settled."""

    name: str
    days: int
    country: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    settled: str = "received"
    source: str = "stall"

    @property
    def mail(self) -> str:
        """An address that no mail ever reaches (RFC 2606)."""
        return f"{self.name.lower().replace(' ', '.')}@readers.example"

    @property
    def takes_print(self) -> bool:
        """Whether there is a letter-box."""
        return bool(self.street)


READERS = (
    Reader("Ottilie Marsh", 82, "GB", "3 Lamp Row", "TR26 1AB", "St Ives", source="stall"),
    Reader("Benno Harms", 80, "DE", "Deichweg 4", "26757", "Borkum", source="leaflet"),
    Reader("Ilse Petrak", 77, "AT", "Lange Gasse 12", "1080", "Wien", source="leaflet"),
    Reader("Noor Selim", 75, "NL", source="telephone"),
    Reader("Caspar Dunne", 71, "IE", "9 Strand Road", "F91 E2K1", "Sligo", source="stall"),
    Reader("Maud Tellier", 66, "FR", "7 quai du Port", "29900", "Concarneau", source="leaflet"),
    Reader("Fenna Oltmanns", 61, "DE", source="telephone"),
    Reader("Rosa Quintela", 55, "PT", "Rua do Farol 20", "4150-300", "Porto", source="leaflet"),
    Reader("Aurel Brandt", 50, "CH", "Seestrasse 31", "8002", "Zürich", source="telephone"),
    Reader("Wim Claes", 44, "BE", source="stall"),
    Reader("Greta Lund", 38, "DE", "Am Leuchtturm 2", "18374", "Zingst", source="leaflet"),
    Reader("Tobias Reck", 33, "DE", source="telephone"),
    Reader("Hanna Voss", 27, "DE", "Hafenstraße 8", "24103", "Kiel", source="stall"),
    Reader("Emrys Pugh", 22, "GB", "14 Harbour View", "LL57 2AA", "Bangor", source="leaflet"),
    Reader("Lotte Brink", 21, "NL", source="stall"),
    Reader("Jonas Adler", 20, "DE", "Werftgasse 1", "27568", "Bremerhaven", source="leaflet"),
    Reader("Selma Kask", 18, "DE", settled="free", source="press"),
    Reader("Niels Frey", 16, "DE", source="stall"),
    Reader("Ivo Marten", 6, "AT", settled="awaited", source="telephone"),
    Reader("Paula Stern", 4, "DE", settled="link", source="telephone"),
)

DONORS = (("Ada Wren", 30, "Bea Wren", True), ("Carl Ost", 17, "Dora Ost", False))
"""Who gives a year to whom, how many days ago, and whether it was taken."""

COSTS = (
    ("Germany", "DE", 190, 110),
    ("Neighbours", "AT BE CH FR NL", 190, 395),
    ("Everywhere else", "", 190, 540),
)
"""What a copy costs to print and to post, in cents."""


def enrol() -> None:
    """Have readers order, pay, give, pause, complain and leave, once."""
    from django.db import transaction
    from django.utils import timezone

    from masthead.circulation.models import Order
    from masthead.people.models import User

    if Order.objects.exists():
        return
    staff = User.objects.filter(is_superuser=True).order_by("pk")[0]
    with transaction.atomic():
        _live(timezone.now(), staff)


def _live(now: datetime, staff: User) -> None:
    orders = {one.name: _order(one, staff, now) for one in READERS}
    _give(now)
    _order_for_a_library(now)
    _sell_one_issue(now, staff)
    _send_by_post(now, staff)
    _look_after({name: order.term for name, order in orders.items() if _is_open(order)}, now, staff)
    _write_costs()


def _order(reader: Reader, staff: User, now: datetime) -> Order:
    from masthead.circulation import offers, order_desk
    from masthead.circulation.models import OfferVersion
    from masthead.people import addresses

    at = now - timedelta(days=reader.days)
    version = OfferVersion.objects.select_related("offer__title").get()
    currency = "GBP" if reader.country == "GB" else "EUR"
    payer = _person(reader.mail)
    if reader.takes_print:
        written = {
            "name": reader.name, "street": reader.street, "postcode": reader.postcode, "city": reader.city,
        }  # fmt: skip
        addresses.write(payer, reader.country, written, at=at)
    price = version.deal.price_in(currency)
    assert price is not None
    return order_desk.take(
        version,
        payer,
        settled=order_desk.Settled(reader.settled),
        way=WAY if reader.settled in ("received", "awaited") else "",
        currency=currency,
        country=reader.country,
        request=_key(reader.name),
        at=at,
        by=staff,
        with_print=reader.takes_print,
        source_key=reader.source,
        agreed_to=offers.renewal_words(
            version.deal, price, version.offer.title, reader.takes_print
        ),
    )


def _person(mail: str) -> User:
    from masthead.people.models import User

    return User.objects.filter(email=mail).first() or User.objects.create_user(mail)


def _is_open(order: Order) -> bool:
    from masthead.circulation import orders

    return orders.is_open(order)


def _give(now: datetime) -> None:
    from masthead.circulation import order_desk, orders, presents
    from masthead.circulation.models import OfferVersion, Present
    from masthead.circulation.presents import Wish

    version = OfferVersion.objects.get()
    for donor, days, recipient, is_taken in DONORS:
        at = now - timedelta(days=days)
        mail = f"{recipient.lower().replace(' ', '.')}@readers.example"
        order, attempt = orders.place(
            version,
            _person(f"{donor.lower().replace(' ', '.')}@readers.example"),
            currency="EUR",
            country="DE",
            provider=WAY,
            request=_key(donor),
            at=at,
            gift=Wish(recipient, donor, version.offer.title.day(now) + timedelta(days=20), mail),
        )
        assert attempt is not None
        order_desk.received(attempt, at=at)
        if is_taken:
            presents.redeem(Present.objects.get(order=order), _person(mail), at=at)


def _order_for_a_library(now: datetime) -> None:
    from masthead.circulation import agencies, agency_register
    from masthead.circulation.models import OfferVersion

    agency = agency_register.found(
        name="Kestrel Library Supply",
        mail="orders@kestrel.example",
        address="Kestrel Library Supply\n2 Mill Lane\nPort Averell",
        country="DE",
        commission=100,
        payment_days=30,
    )
    version, at = OfferVersion.objects.get(), now - timedelta(days=19)
    for number, library in (("K-1041", "town.library"), ("K-1042", "harbour.museum")):
        agencies.take(
            agency,
            version,
            _person(f"{library}@readers.example"),
            number=number,
            currency="EUR",
            country="DE",
            at=at,
        )
    agencies.invoice(agency, at=at)


def _sell_one_issue(now: datetime, staff: User) -> None:
    from masthead.circulation import order_desk, single_desk
    from masthead.circulation.single_copies import Edition
    from masthead.editorial.models import Issue

    single_desk.take(
        Issue.objects.on_sale().order_by("sequence")[0],
        _person("rike.sand@readers.example"),
        settled=order_desk.Settled.RECEIVED,
        way=WAY,
        edition=Edition.DIGITAL,
        currency="EUR",
        country="DE",
        request=_key("one issue"),
        at=now - timedelta(days=18),
        by=staff,
    )


def _send_by_post(now: datetime, staff: User) -> None:
    """Print the labels of the newest issue, hand it to the post, and hear that one copy was lost."""
    from masthead.circulation import label_runs
    from masthead.editorial.models import Issue

    issue = Issue.objects.on_sale().order_by("-sequence")[0]
    run = label_runs.freeze(issue, at=now - timedelta(days=20), by=staff)
    assert run is not None
    label_runs.dispatch(run, quantity=run.rows, at=now - timedelta(days=19), by=staff)


def _look_after(terms: dict[str, Term], now: datetime, staff: User) -> None:
    from masthead.circulation import claims, endings, pauses, refunding
    from masthead.circulation.models import Claim, ServiceRecord
    from masthead.money import Money

    def of(name: str) -> Subscription:
        return terms[name].subscription

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    lost = ServiceRecord.objects.filter(subscription=of("Greta Lund"))[0]
    claims.claim(lost, Claim.Kind.MISSING, request=_key("lost"), at=ago(5), by=staff)
    refunding.give_goodwill(
        terms["Hanna Voss"], Money(600, "EUR"), request=_key("late"), at=ago(15), by=staff
    )
    endings.cancel(of("Wim Claes"), request=_key("leaves"), at=ago(19))
    endings.give_money_back(of("Tobias Reck"), request=_key("back"), at=ago(17))
    endings.stop(of("Fenna Oltmanns"), at=ago(16))
    title = of("Aurel Brandt").title
    first = title.day(now)
    pauses.hold(
        of("Aurel Brandt"), starts_on=first, ends_on=first + timedelta(days=21), at=now, by=staff
    )


def _write_costs() -> None:
    from masthead.editorial.models import Title
    from masthead.office.models import CopyCost

    title = Title.objects.get()
    CopyCost.objects.bulk_create(
        CopyCost(
            title=title, name=name, countries=countries, currency="EUR", print_minor=to_print, postage_minor=to_post,
        )
        for name, countries, to_print, to_post in COSTS
    )  # fmt: skip


def _key(of: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, of)
