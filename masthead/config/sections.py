"""What the owner may decide in `masthead.toml`: one dataclass for each section.

A field's default gives its type; `says` is the line that documents it, in a fresh
`masthead.toml` and in the reference.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

from masthead.money import is_known, minor_digits

Check = Callable[[Any], str | None]

MAIL_SERVICES = (
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mandrill",
    "postmark",
    "resend",
    "ses",
    "sparkpost",
)
"""What `provider` under [mail] may name beside smtp; `mail.py` knows what each wants."""


def _setting(default: Any, says: str, check: Check | None = None) -> Any:
    """Return a dataclass field; `says` is its line of documentation, `check` returns a complaint."""
    return field(default=default, metadata={"says": says, "check": check})


def _address(value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "Write a whole address, such as https://lantern.example."
    if parts.path not in ("", "/") or parts.query:
        return "Leave out everything after the host: a magazine has a host of its own."
    return None


def _language(value: str) -> str | None:
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        return None
    return "Write a language tag, such as en, de or pt-BR."


def _time_zone(value: str) -> str | None:
    if value in zoneinfo.available_timezones():
        return None
    return "Write a zone of the tz database, such as Europe/Paris or UTC."


def _between(least: int, most: int) -> Check:
    def check(value: int) -> str | None:
        return None if least <= value <= most else f"Choose a number from {least} to {most}."

    return check


def _time_of_day(value: str) -> str | None:
    try:
        time.fromisoformat(value)
    except ValueError:
        return "Write hours and minutes, such as 03:30 (UTC)."
    return None


def _database_url(value: str) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme == "postgresql" and parts.path.strip("/"):
        return None
    return "Write postgresql://user@host/name, or leave it empty to use SQLite."


def _redis_url(value: str) -> str | None:
    parts = urlsplit(value)
    if not value or (parts.scheme in ("redis", "rediss") and parts.hostname):
        return None
    return "Write redis://host:6379/0, rediss:// for TLS, or leave it empty."


def _storage_address(value: str) -> str | None:
    parts = urlsplit(value)
    if not value or (parts.scheme in ("http", "https") and parts.hostname):
        return None
    return "Write a whole address, such as https://s3.provider.example, or leave it empty."


def _one_of(*choices: str) -> Check:
    def check(value: str) -> str | None:
        return None if value in choices else f"Choose one of: {', '.join(choices)}."

    return check


def _sums(value: tuple[str, ...]) -> str | None:
    seen = set()
    for one in value:
        written = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?) ([A-Z]{3})", one)
        if not written or not is_known(written[2]):
            return "Write sums such as 100.00 EUR."
        if len(written[1].partition(".")[2]) > minor_digits(written[2]):
            return f"There is no smaller coin of {written[2]} than {10 ** -minor_digits(written[2]):g}."
        if written[2] in seen:
            return f"Write one sum in {written[2]}."
        seen.add(written[2])
    return None


def _contact(value: str) -> str | None:
    if not value or re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://\S+)", value):
        return None
    return "Write mailto:somebody@lantern.example, or the address of a page with https://."


def _day(value: str) -> str | None:
    if not value:
        return None
    try:
        # Python reads 20270630 and weeks, too; what is published says it in one way only.
        sound = date.fromisoformat(value).isoformat() == value
    except ValueError:
        sound = False
    if not sound:
        return "Write a day as year, month, day, such as 2027-06-30."
    return None


def _filled(value: str) -> str | None:
    return None if value.strip() else "Write something between the quotation marks."


def _variable(value: str) -> str | None:
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
        return None
    return "Write the name of a variable, such as STRIPE_KEY, and put the secret into .env."


def _on_this_machine(value: str) -> str | None:
    parts = urlsplit(value)
    if not value or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
        return None
    return "Write an address of this machine, such as http://127.0.0.1:8012, or leave it out."


def _iban(value: str) -> str | None:
    written = value.replace(" ", "").upper()
    if not written:
        return None
    if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", written):
        # ISO 13616: read with the first four behind and letters as numbers, 1 is left of it by 97.
        if int("".join(str(int(one, 36)) for one in written[4:] + written[:4])) % 97 == 1:
            return None
        return "Look at its digits: they do not fit together."
    return "Write it as the bank does, such as DE89 3704 0044 0532 0130 00."


def _bic(value: str) -> str | None:
    if not value or re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", value):
        return None
    return "Write eight or eleven capital letters and digits, or leave it out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Magazine:
    """What the magazine is called and where readers find it."""

    name: str = _setting("A magazine", "The name of the magazine.", _filled)
    address: str = _setting(
        "http://localhost:8000", "The address readers type, without a path.", _address
    )
    language: str = _setting("en", "The language of menus, buttons and letters.", _language)
    time_zone: str = _setting("UTC", "The zone in which the magazine counts its days.", _time_zone)
    theme: str = _setting("lamp", "The installed theme that gives it its looks.", _filled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How `masthead serve` answers."""

    production: bool = _setting(
        False, "True once the magazine is public: the start-up checks become strict."
    )
    host: str = _setting("127.0.0.1", "The address of this machine to listen on.", _filled)
    port: int = _setting(8000, "The port to listen on.", _between(1, 65535))
    processes: int = _setting(1, "How many web processes to run.", _between(1, 64))
    threads: int = _setting(4, "How many requests one process answers at once.", _between(1, 64))
    behind_proxy: bool = _setting(
        False,
        "True when a proxy in front speaks HTTPS, and sets X-Forwarded-Proto and X-Forwarded-For itself.",
    )
    proxies: int = _setting(
        1,
        "How many proxies stand in front; the address of a reader is read past that many.",
        _between(1, 10),
    )
    hsts_days: int = _setting(
        365,
        "How many days browsers come by HTTPS only, once they have been here; 0: as they like.",
        _between(0, 3650),
    )
    hsts_subdomains: bool = _setting(
        False, "True if that is to hold for every host whose name ends in that of the address."
    )
    hsts_preload: bool = _setting(
        False, "True to ask browsers' makers to know it from the start; hard to take back."
    )
    canary: str = _setting(
        "off",
        "Whether the worker looks from outside each minute if the gate holds: off, watch, or guard.",
        _one_of("off", "watch", "guard"),
    )
    also_answers_to: tuple[str, ...] = _setting(
        (),
        "Further host names; who comes by one is led to the address, unless a site of its own is there.",
    )

    @property
    def trusted_proxies(self) -> int:
        """How many proxies are believed about where a request comes from."""
        return self.proxies if self.behind_proxy else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where the records are kept."""

    url: str = _setting(
        "", "Empty for SQLite in this folder, or postgresql://user@host/name.", _database_url
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Where files are kept: pictures, originals, documents, recordings, editions."""

    bucket: str = _setting(
        "", "Empty for folders here, or a private bucket of an S3-like object storage."
    )
    endpoint: str = _setting(
        "", "The address of the object storage; empty: Amazon's.", _storage_address
    )
    region: str = _setting("", "The region of the bucket, where the object storage has any.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redis:
    """What wakes those who work, and remembers for all machines who knocks too often."""

    url: str = _setting(
        "", "Empty for one machine, or redis://host:6379/0: workers are Celery's then.", _redis_url
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """The machines that serve one magazine."""

    several: bool = _setting(
        False, "True when more than one machine serves; needs PostgreSQL, a bucket and Redis."
    )
    patience_seconds: int = _setting(
        10,
        "How long a machine may hear nothing new before it leaves the balancer.",
        _between(3, 300),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What may be uploaded."""

    max_megabytes: int = _setting(25, "The largest picture file accepted.", _between(1, 500))
    max_megapixels: int = _setting(
        40, "The largest picture accepted, in millions of pixels.", _between(1, 500)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backups:
    """The copies made every night."""

    keep: int = _setting(7, "How many nightly backups to keep; 0 makes none.", _between(0, 1000))
    at: str = _setting("03:30", "When to make them, in UTC.", _time_of_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What reads articles aloud."""

    engine: str = _setting(
        "espeak-ng",
        "The engine: espeak-ng, piper, command, or one that a package offers.",
    )
    command: tuple[str, ...] = _setting(
        (),
        "For the engine command: a program and its arguments; {text} and {out} stand for files.",
    )
    languages: tuple[str, ...] = _setting(("en",), "The languages that the command speaks.")
    voice: str = _setting(
        "voices",
        "For the engine piper: a voice's .onnx file in the installation's folder, or a folder of several.",
    )
    opus: bool = _setting(
        False, "True to have `masthead narrate` write an Opus file beside each MP3, half as large."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Epub:
    """What books say of themselves."""

    certified_by: str = _setting(
        "",
        "Who answers for it that books conform to WCAG 2.2 AA; empty: they do not say that they do.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How letters leave the house."""

    sender: str = _setting("", "The address letters come from; empty: editor@ the magazine's host.")
    provider: str = _setting(
        "smtp",
        "smtp, or a mail service; its key is MASTHEAD_MAIL_PASSWORD.",
        _one_of("smtp", *MAIL_SERVICES),
    )
    host: str = _setting(
        "", "The mail server; empty writes letters to the log instead. For a service: its address."
    )
    port: int = _setting(587, "The mail server's port.", _between(1, 65535))
    user: str = _setting(
        "", "The name to sign in with, to a service: the account or domain, where it asks for one."
    )
    security: str = _setting(
        "starttls", "starttls, tls or none.", _one_of("starttls", "tls", "none")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who may come into the office."""

    second_factor: bool = _setting(
        True, "Whether staff prove themselves twice. False is for your own machine only."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom readers and others may write to; each is a mail address or a page."""

    accessibility: str = _setting(
        "", "For readers who meet a barrier; empty: the address letters come from.", _contact
    )
    security: str = _setting(
        "", "For those who find a weakness; empty means no security.txt.", _contact
    )
    security_until: str = _setting(
        "", "The last day on which that holds, such as 2027-06-30; renew it every year.", _day
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who sells: what invoices say at their head. Invoices that are written keep what they said."""

    name: str = _setting("", "The person or company; empty: the name of the magazine.")
    address: tuple[str, ...] = _setting((), "The lines of the postal address, the country last.")
    tax_number: str = _setting("", "The number under which taxes are paid, such as DE123456789.")
    iban: str = _setting("", "An account for what is paid by transfer; empty: none is printed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """How readers pay; each way has a table of its own, such as [payments.card]."""

    ways: tuple[str, ...] = _setting(
        (), "The ways to pay that readers are offered, in order; each names a table below."
    )
    four_eyes_above: tuple[str, ...] = _setting(
        (),
        "Sums above which a refund by staff waits for a second person, one for each currency.",
        _sums,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeWay:
    """A way to pay with `part = "stripe"`: cards and what else the account takes."""

    label: str = _setting("", "What readers know it by; empty: Card, in their language.")
    key_env: str = _setting("STRIPE_KEY", "The variable with the secret key.", _variable)
    webhook_secret_env: str = _setting(
        "STRIPE_WEBHOOK_SECRET",
        "The variable with the secret that notices are signed with.",
        _variable,
    )
    live_on: str = _setting(
        "", "Where a live key may be used: what `masthead check` says this installation is."
    )
    base_url: str = _setting(
        "", "The address of `masthead pretend-payments`; empty: Stripe.", _on_this_machine
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWay:
    """A way to pay with `part = "transfer"`: readers send money to a bank account."""

    label: str = _setting("", "What readers know it by; empty: Bank transfer, in their language.")
    holder: str = _setting("", "Whose account it is, as the bank has it.")
    iban: str = _setting("", "The account's IBAN.", _iban)
    bic: str = _setting("", "The bank's BIC; empty where transfers go without.", _bic)
    days: int = _setting(30, "How many days an order waits for its money.", _between(1, 365))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHandWay:
    """A way to pay with `part = "by-hand"`: cheques, cash, an agency; staff say when it came."""

    label: str = _setting("", "What readers know it by; empty: By arrangement, in their language.")
    says: str = _setting("", "What readers are told to do, such as where to send a cheque.")
    days: int = _setting(60, "How many days an order waits for its money.", _between(1, 365))


WAYS: dict[str, type[Any]] = {
    "stripe": StripeWay,
    "transfer": TransferWay,
    "by-hand": ByHandWay,
}
"""The tables of our own parts; those of another package's are checked by it."""

SECTIONS: dict[str, type[Any]] = {
    "magazine": Magazine,
    "server": Server,
    "database": Database,
    "storage": Storage,
    "redis": Redis,
    "nodes": Nodes,
    "pictures": Pictures,
    "backups": Backups,
    "speech": Speech,
    "epub": Epub,
    "mail": Mail,
    "office": Office,
    "contact": Contact,
    "payments": Payments,
    "seller": Seller,
}
