"""A paper PDF that was finished elsewhere becomes the print edition, if a printer can take it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from masthead.editorial.models import Issue
from masthead.people.models import User
from masthead.press.paper import preflight
from masthead.press.paper.specification import Specification
from masthead.production import artworks, pressings
from masthead.production.models import Edition, printer_of

LARGEST_BYTES = artworks.LARGEST_BYTES
MOST_FAULTS_TOLD = 50

_HEAD = 1024
"""A PDF says that it is one within so many bytes."""


class CannotRegister(Exception):
    """This is no file that could be an edition; nothing was kept. Says why and what to do."""


def too_large() -> CannotRegister:
    """Return the refusal of a file that is larger than we take."""
    return CannotRegister(
        _("The file is larger than %(most)d MB. Export it with smaller pictures: 300 pixels "
          "per inch are enough.") % {"most": LARGEST_BYTES // 1_000_000}
    )  # fmt: skip


def register(issue: Issue, file: Path, *, name: str, by: User | None, at: datetime) -> Edition:
    """Register a PDF as the print edition of an issue; return the finished record.

    A printer's eye looks at it first. With a fault it is refused: the record tells each, and no
    file is kept. Otherwise it is the next version; the very file of the newest one gets none.

    Args:
        issue: in any state.
        file: the PDF. It is copied, and stays where it is.
        name: what it was called where it comes from.
        by: who registers it; None at the command line.
        at: the moment, timezone-aware.

    Raises:
        CannotRegister: it is no PDF, too large or damaged, or an edition is being pressed now.
    """
    if file.stat().st_size > LARGEST_BYTES:
        raise too_large()
    with file.open("rb") as opened:
        if b"%PDF-" not in opened.read(_HEAD):
            raise CannotRegister(
                _("“%(name)s” is no PDF. Export the pages as PDF/X-4, and bring that file.")
                % {"name": name}
            )
    trim = pressings.furnished(at).trim
    specification = printer_of(issue.publication).specification(trim)
    report = _look_at(file, specification, name)
    edition, new = pressings.begin(issue, Edition.Form.PRINT, by=by, at=at)
    if not new:
        raise CannotRegister(
            _("The print edition is being pressed now. Wait until it is done, and try again.")
        )
    try:
        _decide(edition, file, name, report)
    except BaseException:
        pressings.give_up(edition)
        raise
    if edition.state == Edition.State.SOUND:
        told = {"version": edition.version, "sha256": edition.sha256, "name": name}
        log(issue, "masthead.edition.register", user=by, data=told)
    return edition


def _look_at(file: Path, specification: Specification, name: str) -> preflight.Report:
    try:
        return preflight.look_at(file, specification)
    except preflight.Damaged as error:
        raise CannotRegister(
            _("“%(name)s” is damaged and cannot be looked at (%(why)s). Export it again.")
            % {"name": name, "why": error}
        ) from error


def _decide(edition: Edition, file: Path, name: str, report: preflight.Report) -> None:
    outside = _("Finished elsewhere: %(name)s") % {"name": name}
    # The keys of an edition that was pressed here; what is unknown is empty.
    edition.made_from = {
        "articles": [], "issue": "", "look": "", "printer": "", "engine": [], "outside": name,
    }  # fmt: skip
    if report.faults:
        told, more = report.faults[:MOST_FAULTS_TOLD], len(report.faults) - MOST_FAULTS_TOLD
        rest = [_("And %(count)d more.") % {"count": more}] if more > 0 else []
        notes = "\n".join([outside, *told, *rest])
        pressings.finish(edition, Edition.State.REFUSED, notes)
        return
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    last = pressings.newest(edition.issue, Edition.Form.PRINT)
    if last and last.sha256 == digest:
        same = _("It is the same file as version %(version)d.") % {"version": last.version}
        pressings.finish(edition, Edition.State.UNCHANGED, same)
        return
    edition.fits = []
    edition.notes = "\n".join([outside, *report.warnings])
    pressings.keep(edition, file, (last.version or 0) + 1 if last else 1)
