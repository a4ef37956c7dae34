"""What `masthead check` looks at, each fault with a hint that mends it.

Registered for deployment: they run when asked for and never stand in the way of a
command that would mend what they complain of, such as `masthead migrate`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from masthead.config.installation import SECRETS, SHORTEST_SECRET, Installation

FAILURES_SEEN = timedelta(days=7)
WORKER_SILENT = timedelta(minutes=5)
BACKUP_OLD = timedelta(days=2)
SECURITY_RENEWED = timedelta(days=30)
YEAR = 365
"""Days; the least that the list asks for from which browsers are made."""


@register("masthead", deploy=True)
def folders(**kwargs: Any) -> list[CheckMessage]:
    """See that Masthead may write where it must."""
    installation: Installation = settings.INSTALLATION
    return [
        Error(
            _("Masthead may not write in %(folder)s.") % {"folder": folder},
            hint=_("Make the folder if it is missing, and give it to the user who runs Masthead."),
            id="masthead.E001",
        )
        for folder in (
            installation.home,
            installation.media,
            installation.private,
            installation.backups_folder,
        )
        if not _writable(folder)
    ]


@register("masthead", deploy=True)
def secret(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that the secret key is strong, and nobody else's to read."""
    installation: Installation = settings.INSTALLATION
    key = installation.secret_key
    if len(key) < SHORTEST_SECRET or len(set(key)) < 8:
        yield (Error if installation.server.production else Warning)(
            _("The secret key is weak: whoever guesses it can sign in as anybody."),
            hint=_("Put 50 random characters after MASTHEAD_SECRET_KEY=; everybody signs in anew."),
            id="masthead.E002",
        )
    file = installation.home / SECRETS
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Warning(
            _("Other users of this machine can read %(file)s.") % {"file": file},
            hint=_("Run: chmod 600 %(file)s") % {"file": file},
            id="masthead.W003",
        )


@register("masthead", deploy=True)
def what_machines_share(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that the object storage and Redis answer, where they are named."""
    installation: Installation = settings.INSTALLATION
    if installation.storage.bucket:
        try:
            storages["private"].exists("masthead-check")
        except Exception as error:  # noqa: BLE001 -- whatever the library says of it
            yield Error(
                _("The object storage does not let the magazine in: %(error)s") % {"error": error},
                hint=_("Look at [storage], MASTHEAD_STORAGE_KEY and MASTHEAD_STORAGE_SECRET."),
                id="masthead.E023",
            )
    if installation.redis.url:
        cache.set("masthead-check", 1, 10)
        if cache.get("masthead-check") != 1:
            yield Warning(
                _(
                    "Redis does not answer: work is found later, and nobody is counted who knocks too often."
                ),
                hint=_("Look at [redis] and at MASTHEAD_REDIS_URL."),
                id="masthead.W024",
            )


@register("masthead", deploy=True)
def production(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that a public magazine has a real address, HTTPS and mail."""
    installation: Installation = settings.INSTALLATION
    if not installation.server.production:
        return
    host = installation.host_name
    if host in ("localhost", "127.0.0.1", "::1") or host.endswith(".example"):
        yield Error(
            _("The magazine is in production, but its address is %(address)s.")
            % {"address": installation.magazine.address},
            hint=_("Write the address readers type under [magazine] in masthead.toml."),
            id="masthead.E004",
        )
    if not installation.is_https:
        yield Error(
            _("The magazine is in production without HTTPS: passwords would travel in the open."),
            hint=_("Put a proxy with a certificate in front and begin the address with https://."),
            id="masthead.E005",
        )
    elif not installation.server.behind_proxy:
        yield Warning(
            _("The address begins with https://, but Masthead itself speaks no HTTPS."),
            hint=_("Put a proxy with a certificate in front and set behind_proxy under [server]."),
            id="masthead.W015",
        )
    server = installation.server
    if server.hsts_preload and not (server.hsts_subdomains and server.hsts_days >= YEAR):
        yield Warning(
            _("No browser will know the address from the start: other settings stand against it."),
            hint=_("Set hsts_subdomains, and hsts_days to 365 or more; or leave out hsts_preload."),
            id="masthead.W016",
        )
    if not installation.mail.host and installation.mail.provider == "smtp":
        yield Warning(
            _("No mail server is named: letters go to the log, not to readers."),
            hint=_("Name one under [mail] in masthead.toml."),
            id="masthead.W006",
        )


@register("masthead", deploy=True)
def mail_service(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that the mail service that is named can be used."""
    installation: Installation = settings.INSTALLATION
    name = installation.mail.provider
    if name == "ses" and not find_spec("boto3"):
        yield Error(
            _("Letters are to go through Amazon SES, whose library is not installed."),
            hint=_("Run: pip install django-anymail[amazon-ses]"),
            id="masthead.E015",
        )
    elif name not in ("smtp", "ses") and not installation.mail_password:
        yield Error(
            _("Letters are to go through %(service)s, but its key is missing.") % {"service": name},
            hint=_("Put it after MASTHEAD_MAIL_PASSWORD= in .env."),
            id="masthead.E016",
        )


@register("masthead", deploy=True)
def theme_files(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that the files are there that the theme names: without one, no page can be made."""
    for file in settings.THEME.tokens().files():
        if not finders.find(file):
            yield Error(
                _("The theme names the file %(file)s, which is nowhere.") % {"file": file},
                hint=_("Install the theme's package again, or name another under [magazine]."),
                id="masthead.E014",
            )


@register("masthead", deploy=True)
def security_contact(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that whoever finds a weakness of a public magazine learns whom to tell."""
    installation: Installation = settings.INSTALLATION
    if not installation.server.production:
        return
    contact = installation.contact
    today = timezone.now().date()
    if not contact.security or not contact.security_until:
        yield Warning(
            _("Nobody is named whom to tell of a weakness: there is no security.txt."),
            hint=_("Fill in security and security_until under [contact] in masthead.toml."),
            id="masthead.W012",
        )
    elif date.fromisoformat(contact.security_until) < today + SECURITY_RENEWED:
        yield Warning(
            _("What security.txt says holds until %(day)s only.") % {"day": contact.security_until},
            hint=_(
                "See that [contact] security still holds, and put security_until ahead, at most a year."
            ),
            id="masthead.W013",
        )


@register("masthead", deploy=True)
def speech(**kwargs: Any) -> list[CheckMessage]:
    """See that articles can be read aloud, by the voice that was chosen and by the one that steps in."""
    from masthead.production import voices

    return [
        Warning(
            _("Articles cannot be read aloud as they should be: %(why)s") % {"why": why},
            hint=_(
                "See docs/how-to/give-your-magazine-a-better-voice.md, and run: masthead voices"
            ),
            id="masthead.W017",
        )
        for why in voices.missing()
    ]


@register("masthead", deploy=True)
def payments(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that the ways to pay can be used, and that a public magazine is paid in money."""
    from masthead.payments import invoices, ways

    for name, why in ways.complaints():
        yield Error(
            _("Nobody can pay by [payments.%(way)s]: %(why)s") % {"way": name, "why": why},
            hint=_("Secrets stand in .env, everything else in masthead.toml."),
            id="masthead.E018",
        )
    if settings.INSTALLATION.server.production:
        for name, what in ways.warnings():
            yield Warning(
                _("[payments.%(way)s]: %(what)s") % {"way": name, "what": what},
                hint=_("See docs/how-to/take-cards-with-stripe.md."),
                id="masthead.W019",
            )
        if settings.INSTALLATION.payments.ways and (what := invoices.complaint_about_seller()):
            yield Warning(
                what,
                hint=_("What an invoice said stays as it was; write it before the first one."),
                id="masthead.W022",
            )


@register("masthead", deploy=True)
def database(**kwargs: Any) -> Iterator[CheckMessage]:
    """See that the database answers and is up to date, then ask it what has gone wrong."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Error(
            _("The database does not answer: %(error)s") % {"error": str(error).strip()},
            hint=_("Look at [database] in masthead.toml and at MASTHEAD_DATABASE_URL."),
            id="masthead.E007",
        )
        return
    if waiting:
        yield Error(
            _("The database is not up to date: %(count)d changes are waiting.")
            % {"count": len(waiting)},
            hint=_("Run: masthead migrate"),
            id="masthead.E008",
        )
        return
    yield from _work()


def _work() -> Iterator[CheckMessage]:
    from django_tasks_db.models import DBTaskResult

    from masthead.production.models import Stroke

    now = timezone.now()
    failed = DBTaskResult.objects.failed().filter(finished_at__gte=now - FAILURES_SEEN)
    if count := failed.count():
        last = failed.latest("finished_at")
        yield Warning(
            _(
                "%(count)d tasks failed for good in the last week; the last was %(task)s (%(error)s)."
            )
            % {"count": count, "task": last.task_path, "error": last.exception_class_path},
            hint=_("The log of the worker says why."),
            id="masthead.W009",
        )
    yield from _money()
    if not settings.INSTALLATION.server.production:
        return
    if not Stroke.objects.filter(struck_for__gte=now - WORKER_SILENT).exists():
        yield Warning(
            _("No worker seems to be running: nothing scheduled will be published."),
            hint=_("Run `masthead serve` without --no-worker, or `masthead worker`."),
            id="masthead.W010",
        )
    yield from _last_backup()


def _money() -> Iterator[CheckMessage]:
    from masthead.payments.models import BankLine, Difference

    if count := Difference.objects.open().count():
        yield Warning(
            _("%(count)d things about payments do not agree, or wait for somebody.")
            % {"count": count},
            hint=_("Run: masthead payments look"),
            id="masthead.W020",
        )
    if count := BankLine.objects.to_see_to().count():
        yield Warning(
            _("%(count)d lines of bank statements pay for nothing yet.") % {"count": count},
            hint=_("Run: masthead payments look"),
            id="masthead.W021",
        )


def _last_backup() -> Iterator[CheckMessage]:
    installation: Installation = settings.INSTALLATION
    made = [file.stat().st_mtime for file in installation.backups_folder.glob("*.tar.gz")]
    if not made or max(made) < (timezone.now() - BACKUP_OLD).timestamp():
        yield Warning(
            _("There is no backup of the last two days in %(folder)s.")
            % {"folder": installation.backups_folder},
            hint=_("Run: masthead backup, and look why the worker made none."),
            id="masthead.W011",
        )


def _writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
