"""One line of a list of subscribers: its columns, what they mean, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from masthead.circulation import orders, pricing, standing, times
from masthead.circulation.carrying_over import Brought
from masthead.circulation.models import OfferVersion, Subscription
from masthead.circulation.quotes import Quote
from masthead.editorial.models import Title
from masthead.money import Money, is_known, minor_digits

COLUMNS = (
    "number", "mail", "first_name", "last_name", "name", "organisation", "street", "district",
    "city", "region", "postcode", "country", "language", "title", "offer", "source_key",
    "copies_left", "expire_issue", "last_issue", "until", "since", "basis", "price", "currency",
    "class", "print",
)  # fmt: skip
"""The columns of a list; see docs/how-to/bring-a-list-of-subscribers.md."""

NEEDED = ("number", "mail", "country", "offer")
POST = ("name", "organisation", "street", "district", "city", "region", "postcode")
YES, NO = ("yes", "true", "1", "y", "x"), ("", "no", "false", "0", "n")
PAID, FREE = ("", "paid", "gift", "sponsored"), ("comp", "complimentary", "free")
MOST_COPIES = 999


class BadRow(Exception):
    """A line says what cannot be; says which column, and what would do."""


class Reader:
    """Reads the lines of one list for a title."""

    def __init__(
        self, title: Title, at: datetime, names: Mapping[str, str], defaults: Mapping[str, str]
    ) -> None:
        """Remember what the list calls our columns, and what stands where it has nothing."""
        self.title, self.at, self.names, self.defaults = title, at, names, defaults
        self.seen: set[str] = set()
        self._quotes: dict[object, Quote] = {}
        self.languages: dict[str, str] = {}
        """Of those who are new, by their numbers."""

    def missing(self, header: list[str]) -> list[str]:
        """Return the columns that a list has to have, and has not."""
        return [
            name
            for name in NEEDED
            if self.names.get(name, name) not in header and not self.defaults.get(name)
        ]

    def number_of(self, given: Mapping[str, str]) -> str:
        """Return the number of a line, as far as there is one."""
        return self._text(given, "number")[:40]

    def brought(self, given: Mapping[str, str]) -> Brought:
        """Return what a line says.

        Raises:
            BadRow: see the class.
        """

        def text(name: str) -> str:
            return self._text(given, name)

        number = text("number")
        if not number or len(number) > 40:
            raise BadRow(_("number: it has none, or one of more than 40 letters."))
        if number in self.seen:
            raise BadRow(_("number: it stands above already."))
        self.seen.add(number)
        if text("title") not in ("", self.title.name):
            raise BadRow(
                _("title: it is of another magazine, “%(title)s”.") % {"title": text("title")}
            )
        country = text("country").upper()
        if not re.fullmatch("[A-Z]{2}", country):
            raise BadRow(_("country: two letters are needed, such as DE."))
        source_key = text("source_key")
        if source_key and not orders.SOURCE_KEY.fullmatch(source_key):
            raise BadRow(_("source_key: letters, digits, dots and dashes only, 40 at most."))
        version = self._version(text("offer"))
        copies, until, whole = self._left(version, given)
        worth = self._worth(version, given, copies, until, whole)
        had = self._count(given, "last_issue", least=0) or 0
        first, last = text("first_name"), text("last_name")
        post = {name: text(name) for name in POST if text(name)}
        if post and "name" not in post:
            post["name"] = f"{first} {last}".strip()
        is_printed = self._says(given, "print", YES, NO)
        if is_printed and not post:
            raise BadRow(_("print: there is no address that it could be sent to."))
        return Brought(
            number=number,
            email=self._mail(text("mail")),
            version=version,
            country=country,
            worth=worth,
            copies=copies,
            until=until,
            quote=self._quote(version, worth.currency, country, with_print=is_printed),
            with_print=is_printed or version.deal.print_is_included,
            since=self._since(text("since")),
            last_sequence=max(had, self._newest),
            source_key=source_key,
            language=self._language(text("language")),
            first_name=first[:150],
            last_name=last[:150],
            post=tuple(post.items()) if set(post) - {"name"} else (),
        )

    @cached_property
    def _versions(self) -> dict[str, OfferVersion]:
        every = OfferVersion.objects.filter(offer__title=self.title).order_by("number")
        return {one.offer.slug: one for one in every.select_related("offer__title")}

    @cached_property
    def known(self) -> set[str]:
        """The numbers that were taken over before."""
        every = Subscription.objects.filter(title=self.title).exclude(legacy_number="")
        return set(every.values_list("legacy_number", flat=True))

    @cached_property
    def _newest(self) -> int:
        return standing.newest_sequence(self.title.pk)

    def _text(self, given: Mapping[str, str], name: str) -> str:
        value = given.get(self.names.get(name, name), "").strip()
        return value or self.defaults.get(name, "")

    def _quote(
        self, version: OfferVersion, currency: str, country: str, *, with_print: bool
    ) -> Quote:
        asked = (version.pk, currency, country, with_print)
        if asked not in self._quotes:
            try:
                self._quotes[asked] = pricing.price(
                    version,
                    currency,
                    country=country,
                    at=self.at,
                    with_print=with_print,
                    is_first=False,
                )
            except pricing.CannotOrder as refusal:
                raise BadRow(str(refusal)) from None
        return self._quotes[asked]

    def _language(self, code: str) -> str:
        if code and not re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", code):
            raise BadRow(_("language: a code is needed, such as de or pt-BR."))
        return code or self.title.language

    def _mail(self, email: str) -> str:
        try:
            validate_email(email)
        except ValidationError:
            raise BadRow(_("mail: “%(mail)s” is no mail address.") % {"mail": email}) from None
        return email.lower()

    def _version(self, slug: str) -> OfferVersion:
        if slug not in self._versions:
            known = ", ".join(sorted(self._versions)) or "–"
            raise BadRow(
                _("offer: there is none at “%(slug)s” that was published. These there are: %(known)s.")
                % {"slug": slug, "known": known}
            )  # fmt: skip
        return self._versions[slug]

    def _left(
        self, version: OfferVersion, given: Mapping[str, str]
    ) -> tuple[int, date | None, int]:
        """Return copies left or the first day after it, and how much the price was for."""
        deal = version.deal
        basis = self._count(given, "basis", least=1)
        if deal.basis == "period":
            until = self._day(given, "until")
            if until is None:
                raise BadRow(
                    _("until: the offer sells a time; a day is needed, such as 2027-03-31.")
                )
            months = basis or deal.months
            return 0, until, (until - times.months_after(until, -months)).days
        copies = self._count(given, "copies_left", least=1)
        if copies is None and (expires := self._count(given, "expire_issue", least=1)):
            had = max(self._count(given, "last_issue", least=0) or 0, self._newest)
            copies = expires - had
        if copies is None:
            raise BadRow(_("copies_left: it is needed, or expire_issue."))
        if not 0 < copies <= MOST_COPIES:
            raise BadRow(_("copies_left: nothing is left, or more than can be."))
        return copies, None, basis or deal.copies

    def _worth(
        self,
        version: OfferVersion,
        given: Mapping[str, str],
        copies: int,
        until: date | None,
        whole: int,
    ) -> Money:
        """Return what was paid for what is left, rounded down to whole coins."""
        currency = self._text(given, "currency").upper()
        is_paid = not self._says(given, "class", FREE, PAID)
        price = self._text(given, "price")
        if not is_paid or not price:
            if is_paid:
                raise BadRow(_("price: it is needed, or the class “complimentary”."))
            prices = version.deal.prices
            return Money(0, currency if is_known(currency) else prices[0].currency)
        if not is_known(currency):
            raise BadRow(_("currency: three letters are needed, such as EUR."))
        try:
            exact = Decimal(price.replace(",", ".")).scaleb(minor_digits(currency))
        except InvalidOperation:
            raise BadRow(
                _("price: “%(price)s” is no sum such as 60.00.") % {"price": price}
            ) from None
        if exact != exact.to_integral_value() or not 0 <= exact < 10**12:
            raise BadRow(_("price: “%(price)s” is no sum such as 60.00.") % {"price": price})
        left = (until - self.title.day(self.at)).days if until else copies
        if left > whole:
            raise BadRow(
                _("basis: more is left (%(left)d) than the price was for (%(whole)d).")
                % {"left": left, "whole": whole}
            )
        return Money(int(exact) * max(left, 0) // whole, currency)

    def _says(
        self, given: Mapping[str, str], name: str, yes: tuple[str, ...], no: tuple[str, ...]
    ) -> bool:
        said = self._text(given, name).lower()
        if said not in (*yes, *no):
            known = ", ".join(one for one in (*yes, *no) if one)
            raise BadRow(
                _("%(name)s: “%(said)s” is none of %(known)s.")
                % {"name": name, "said": said, "known": known}
            )
        return said in yes

    def _count(self, given: Mapping[str, str], name: str, *, least: int) -> int | None:
        text = self._text(given, name)
        if not text:
            return None
        if not re.fullmatch("[0-9]{1,6}", text) or int(text) < least:
            raise BadRow(
                _("%(name)s: “%(text)s” is no whole number.") % {"name": name, "text": text}
            )
        return int(text)

    def _day(self, given: Mapping[str, str], name: str) -> date | None:
        """Return the day after the one that is given, which is the last that is paid for."""
        text = self._text(given, name)
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10]) + times.DAY
        except (ValueError, OverflowError):
            raise BadRow(
                _("%(name)s: “%(text)s” is no day such as 2027-03-31.")
                % {"name": name, "text": text}
            ) from None

    def _since(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            found = datetime.combine(date.fromisoformat(text[:10]), time(12), UTC)
        except ValueError:
            raise BadRow(
                _("since: “%(text)s” is no day such as 2024-03-31.") % {"text": text}
            ) from None
        if found > self.at:
            raise BadRow(_("since: that day is to come."))
        return found
