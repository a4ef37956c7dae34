"""Editions as records: asked for, pressed by a worker, kept, and compared with the one before."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.log_actions import log

from masthead.editorial.models import Issue
from masthead.people.models import User
from masthead.press.paper import pdfx
from masthead.production import albums, books, editions, gathering, pages_seen, proofs
from masthead.production.models import Edition, printer_of

LONGEST_WAIT = timedelta(minutes=30)
"""After which an edition under way counts as lost with whoever pressed it."""

_house: Callable[[datetime], gathering.House] | None = None


class NoHouse(LookupError):
    """Nobody said what pressing asks the departments above for."""


def furnish(house: Callable[[datetime], gathering.House]) -> None:
    """Let `house(at)` say from now on what pressing asks the departments above for."""
    global _house
    _house = house


def furnished(at: datetime) -> gathering.House:
    """Return what pressing at a moment asks the departments above for.

    Raises:
        NoHouse: nobody said.
    """
    if _house is None:
        raise NoHouse("No department says how to press. Add masthead.newsstand to INSTALLED_APPS.")
    return _house(at)


def ask(issue: Issue, form: Edition.Form, *, by: User | None, at: datetime) -> Edition:
    """Have an issue pressed; return the record, which a worker will finish.

    If it is under way already, that one is returned: nobody waits for the same file twice.
    """
    edition, new = begin(issue, form, by=by, at=at)
    if new:
        transaction.on_commit(partial(press_in_turn.enqueue, edition.pk))
    return edition


def press_now(
    issue: Issue,
    form: Edition.Form,
    *,
    by: User | None,
    at: datetime,
    tell: gathering.Tell,
    recordings: books.Recordings | None = None,
) -> Edition:
    """Press an issue while the caller waits; return the finished record, sound or not."""
    edition, _new = begin(issue, form, by=by, at=at)
    return press(edition, at=at, tell=tell, recordings=recordings)


@task()
def press_in_turn(pk: int) -> str:
    """Press an edition that was asked for; return the state that it came to."""
    edition = Edition.objects.under_way().filter(pk=pk).first()
    return press(edition, at=timezone.now()).state if edition else ""


def press(
    edition: Edition,
    *,
    at: datetime,
    tell: gathering.Tell | None = None,
    recordings: books.Recordings | None = None,
) -> Edition:
    """Press what an edition's record asks for, and finish the record.

    Where the file would be the same as the newest sound one there is no new version. What
    cannot be pressed is told in ``notes``; no half edition is kept.

    Args:
        edition: as `begin` made it.
        at: the moment, timezone-aware.
        tell: is told of each step.
        recordings: what can be heard, instead of what is kept; see `books`.
    """
    told = partial(_note_step, edition, tell)
    edition.state = Edition.State.PRESSING
    edition.save(update_fields=["state"])
    try:
        if edition.form == Edition.Form.EPUB:
            _press_book(edition, at, told, recordings)
        elif edition.form == Edition.Form.AUDIO:
            _press_album(edition, at, told, recordings)
        else:
            _press(edition, at, told)
    except gathering.CannotPress as refusal:
        finish(edition, Edition.State.REFUSED, str(refusal))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            give_up(edition)
            raise
        finish(
            edition,
            Edition.State.REFUSED,
            _("The disk is full. Make room where the magazine is kept, and press again."),
        )
    except Exception:
        give_up(edition)
        raise
    return edition


def newest(issue: Issue, form: Edition.Form) -> Edition | None:
    """Return the newest sound edition of an issue in a form; None if there is none."""
    return Edition.objects.filter(issue=issue, form=form).sound().first()


class CannotPass(Exception):
    """This edition is not the one to print from; says why, fit to show to an editor."""


def pass_for_press(edition: Edition, *, by: User, at: datetime) -> Edition:
    """Say that this is the file to print from. It stays said, and in the daybook by whom.

    Passing it again changes nothing. A later version has to be passed anew; until then
    `passed()` goes on naming this one.

    Raises:
        CannotPass: there is no file of it, or a newer one, or a page is not signed off or marked.
    """
    with transaction.atomic():
        edition = proofs.locked(edition)
        if edition.passed_at:
            return edition
        last = newest(edition.issue, Edition.Form(edition.form))
        if edition.state != Edition.State.SOUND or last is None:
            raise CannotPass(_("There is no file to print from. Press the issue first."))
        if last != edition:
            raise CannotPass(
                _("There is a newer version, %(version)d. Look at that one and pass it.")
                % {"version": last.version}
            )
        if to_do := proofs.of(edition).to_do():
            raise CannotPass("\n".join(to_do))
        edition.passed_at = at
        edition.save(update_fields=["passed_at"])
        told = {"form": edition.form, "version": edition.version, "sha256": edition.sha256}
        log(edition.issue, "masthead.edition.pass", user=by, data=told)
    return edition


def passed(issue: Issue, form: Edition.Form) -> Edition | None:
    """Return the edition that was passed for press last; None if none was."""
    return Edition.objects.filter(issue=issue, form=form).exclude(passed_at=None).sound().first()


def differences(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[str]:
    """Return what has changed from an edition made from `old` to one made from `new`."""
    if "outside" in new:
        return [_("It was finished elsewhere. Look at its pages to see what is in it.")]
    if "outside" in old:
        return [_("The one before was finished elsewhere. What has changed is not known.")]
    before = {key: (headline, digest) for key, headline, digest in old["articles"]}
    now = {key: (headline, digest) for key, headline, digest in new["articles"]}
    found = [
        _("“%(headline)s” is new.") % {"headline": headline}
        for key, (headline, _digest) in now.items()
        if key not in before
    ]
    found += [
        _("“%(headline)s” is not there any more.") % {"headline": headline}
        for key, (headline, _digest) in before.items()
        if key not in now
    ]
    found += [
        _("“%(headline)s” has changed.") % {"headline": headline}
        for key, (headline, digest) in now.items()
        if key in before and before[key][1] != digest
    ]
    if [key for key in before if key in now] != [key for key in now if key in before]:
        found.append(_("The articles stand in another order."))
    told = {
        "issue": _("The cover, the date, a picture or a word of the issue itself has changed."),
        "look": _("The look has changed."),
        "printer": _("The printer asks for something else."),
        "supplied": _("What others supply has changed, or stands elsewhere."),
        "pages": _("The printed pages that it follows have changed."),
        "sound": _("What can be heard has changed."),
        "engine": _("Another version of the typesetter set it."),
    }
    return found + [
        sentence for name, sentence in told.items() if new.get(name, "") != old.get(name, "")
    ]


def changes(new: Edition, old: Edition) -> list[str]:
    """Return what is another in one edition than in another: of what it was made, which pages."""
    return differences(new.made_from, old.made_from) + pages_seen.told(new, old)


# --- A record, from asking to the end ---------------------------------------


def begin(
    issue: Issue, form: Edition.Form, *, by: User | None, at: datetime
) -> tuple[Edition, bool]:
    """Return the record of an edition that is to be made, and whether it is a new one."""
    for lost in Edition.objects.under_way().filter(
        issue=issue, form=form, asked_at__lt=at - LONGEST_WAIT
    ):
        finish(lost, Edition.State.REFUSED, _("Whoever pressed it was stopped. Press again."))
    try:
        with transaction.atomic():
            edition = Edition.objects.create(issue=issue, form=form, asked_at=at)
            log(issue, "masthead.edition.ask", user=by, data={"form": str(form)})
    except IntegrityError:
        return Edition.objects.under_way().get(issue=issue, form=form), False
    return edition, True


def _press(edition: Edition, at: datetime, tell: gathering.Tell) -> None:
    house = furnished(at)
    copy = gathering.gather(edition.issue, house, at=at)
    printer = None
    cover = edition.form == Edition.Form.COVER
    if edition.form != Edition.Form.SCREEN:
        printer = printer_of(edition.issue.publication).specification(house.trim)
    edition.made_from = copy.made_from(printer)
    if printer and (part := editions.part_of(printer, cover=cover)) != pdfx.Part.WHOLE:
        edition.made_from["part"] = str(part)
    if not (version := _next_version(edition)):
        return
    with tempfile.TemporaryDirectory(prefix="masthead-edition-") as folder:
        out = Path(folder, "edition.pdf")
        if printer is None:
            pressed = editions.press_screen(copy, out, tell)
        else:
            pressed = editions.press_print(copy, out, printer, tell, cover=cover)
        edition.fits = [asdict(fit) for fit in pressed.fits]
        edition.notes = "\n".join(pressed.notes)
        keep(edition, out, version)


def _press_book(
    edition: Edition, at: datetime, tell: gathering.Tell, recordings: books.Recordings | None
) -> None:
    copy = books.gather(edition.issue, furnished(at), at=at, recordings=recordings)
    edition.made_from = copy.made_from()
    if not (version := _next_version(edition)):
        return
    with tempfile.TemporaryDirectory(prefix="masthead-edition-") as folder:
        out = Path(folder, "edition.epub")
        books.press_book(copy, out, tell)
        keep(edition, out, version)


def _press_album(
    edition: Edition, at: datetime, tell: gathering.Tell, recordings: books.Recordings | None
) -> None:
    copy = albums.gather(edition.issue, at=at, recordings=recordings)
    edition.made_from = copy.made_from()
    if not (version := _next_version(edition)):
        return
    with tempfile.TemporaryDirectory(prefix="masthead-edition-") as folder:
        out = Path(folder, "edition.mp3")
        edition.notes = "\n".join(albums.press_album(copy, out, tell))
        keep(edition, out, version)


def _next_version(edition: Edition) -> int:
    """Return the number of the version to be made; 0 where it would be the same, which is noted."""
    last = newest(edition.issue, Edition.Form(edition.form))
    if last and last.made_from == edition.made_from:
        same = _("It would be the same as version %(version)d.") % {"version": last.version}
        finish(edition, Edition.State.UNCHANGED, same)
        return 0
    return (last.version or 0) + 1 if last else 1


def keep(edition: Edition, made: Path, version: int) -> None:
    """Keep a copy of a file as this version of an edition, and finish its record."""
    if edition.has_pages:
        pages_seen.note(edition, made)
    with made.open("rb") as file:
        edition.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        # The key makes the name its own: nothing else can be lost with it.
        name = f"{edition.issue.slug}-{edition.form}-{edition.pk}{made.suffix}"
        try:
            edition.file.save(name, File(file), save=False)
        except OSError:
            # What was written of it is no edition.
            edition.file.storage.delete(edition.file.field.generate_filename(edition, name))
            raise
    if edition.has_pages:
        with pikepdf.Pdf.open(made) as document:
            edition.pages = len(document.pages)
    edition.size, edition.version = made.stat().st_size, version
    finish(edition, Edition.State.SOUND, edition.notes)


def finish(edition: Edition, state: Edition.State, notes: str) -> None:
    """Finish a record: it came to this, and this is to be told of it."""
    edition.state, edition.notes, edition.step = state, notes, ""
    edition.finished_at = timezone.now()
    edition.save()


def give_up(edition: Edition) -> None:
    """Finish the record of an edition on which something failed that nobody foresaw."""
    sorry = _("Something went wrong that nobody foresaw. It is in the log of the server.")
    finish(edition, Edition.State.REFUSED, sorry)


def _note_step(edition: Edition, tell: gathering.Tell | None, step: str) -> None:
    Edition.objects.filter(pk=edition.pk).update(step=step)
    if tell:
        tell(step)
