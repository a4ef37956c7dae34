"""Looking over an edition before it is printed: marks, sign-offs, and what is still to do.

A proof is a sound edition. What was marked or signed off on one version counts for the later
ones as far as their pages look the same; see docs/decisions/0016-a-proof-is-an-edition.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.log_actions import log

from masthead.people.models import User
from masthead.production import pages_seen
from masthead.production.models import Edition, Guest, Mark, SignOff

LONGEST_WORDS = 2000
"""Characters of one mark."""
MOST_OF_A_GUEST = 500
"""Marks that one link may leave, so that a link gone astray fills no disk."""


class CannotMark(Exception):
    """This mark is not taken; says why, fit to show to staff and to guests."""


class CannotSign(Exception):
    """This page is not signed off, or not withdrawn; says why, fit to show to an editor."""


class Status(models.TextChoices):
    """How far along a page is."""

    OPEN = "open", gettext_lazy("Open")
    MARKED = "marked", gettext_lazy("Marked")
    SIGNED = "signed", gettext_lazy("Signed off")


@dataclass(frozen=True)
class PageProof:
    """One page of an edition as it stands now."""

    number: int
    marks: tuple[Mark, ...]
    """Its own, settled or not, and the open ones of earlier versions."""
    signed: SignOff | None
    """The sign-off that counts for it: of this version, or of an earlier one that looks the same."""

    @property
    def open_marks(self) -> tuple[Mark, ...]:
        """Return those that nobody has settled."""
        return tuple(mark for mark in self.marks if mark.settled_at is None)

    @property
    def status(self) -> Status:
        """Return how far along it is; an open mark weighs more than a sign-off."""
        if self.open_marks:
            return Status.MARKED
        return Status.SIGNED if self.signed else Status.OPEN


@dataclass(frozen=True)
class Proof:
    """An edition as it is looked over."""

    pages: tuple[PageProof, ...]
    astray: tuple[Mark, ...]
    """Open marks of earlier versions on pages that this one does not have."""

    def of_status(self, status: Status) -> list[int]:
        """Return the pages that are so far along."""
        return [page.number for page in self.pages if page.status == status]

    def to_do(self) -> list[str]:
        """Return what keeps this edition from press, a sentence each."""
        told = []
        if pages := self.of_status(Status.MARKED):
            told.append(
                ngettext(
                    "Page %(pages)s has an open mark.",
                    "Pages %(pages)s have open marks.",
                    len(pages),
                )
                % {"pages": pages_seen.in_words(pages)}
            )
        if self.astray:
            told.append(_("There is an open mark on a page that is not there any more."))
        if pages := [page.number for page in self.pages if not page.signed]:
            told.append(
                ngettext(
                    "Page %(pages)s is not signed off.",
                    "Pages %(pages)s are not signed off.",
                    len(pages),
                )
                % {"pages": pages_seen.in_words(pages)}
            )
        return told


def of(edition: Edition) -> Proof:
    """Return a sound edition as it is looked over; one that was passed, as it stood then."""
    marks = list(Mark.objects.on(edition).select_related("edition", "user", "guest", "settled_by"))
    signed = _signed(edition)
    pages = tuple(
        PageProof(number, tuple(one for one in marks if one.page == number), signed.get(number))
        for number in range(1, edition.pages + 1)
    )
    astray = tuple(one for one in marks if one.page > edition.pages and one.settled_at is None)
    return Proof(pages, astray)


def mark(
    edition: Edition,
    page: int,
    words: str,
    *,
    by: User | Guest,
    at: datetime,
    place: tuple[int, int] | None = None,
) -> Mark:
    """Say what should be changed on a page; return the mark, which is open.

    Args:
        edition: a sound one. An older version is fine: the mark stands on the newest, too.
        page: counted from 1.
        words: what should be changed.
        by: a member of staff who may edit the issue, or one of its guests.
        at: the moment, timezone-aware.
        place: in thousandths from the left and the top; None is the whole page.

    Raises:
        CannotMark: see the class.
    """
    words = words.strip()
    if not words:
        raise CannotMark(_("Write what should be changed."))
    if len(words) > LONGEST_WORDS:
        raise CannotMark(
            _("A mark has %(most)d characters at most. Make two of it.") % {"most": LONGEST_WORDS}
        )
    x, y = place or (None, None)
    with transaction.atomic():
        edition = locked(edition)
        if not 1 <= page <= edition.pages:
            raise CannotMark(_("This version has no such page."))
        if edition.passed_at:
            raise CannotMark(
                _(
                    "This version is passed for press and takes no more marks. Press the issue again."
                )
            )
        guest = by if isinstance(by, Guest) else None
        if guest and Mark.objects.filter(guest=guest).count() >= MOST_OF_A_GUEST:
            raise CannotMark(_("You have left very many marks. Write to the editors instead."))
        return Mark.objects.create(
            edition=edition,
            page=page,
            words=words,
            x=x,
            y=y,
            guest=guest,
            user=by if isinstance(by, User) else None,
            made_at=at,
        )


def settle(settled: Mark, *, by: User, at: datetime) -> None:
    """Say that a mark is dealt with. Settling it again changes nothing."""
    Mark.objects.open().filter(pk=settled.pk).update(settled_at=at, settled_by=by)


def sign_off(edition: Edition, page: int, *, by: User, at: datetime) -> None:
    """Say that a page of the newest version is right. Saying it again changes nothing.

    Raises:
        CannotSign: see the class.
    """
    with transaction.atomic():
        edition = _for_signing(edition)
        found = next((one for one in of(edition).pages if one.number == page), None)
        if found is None:
            raise CannotSign(_("This version has no such page."))
        if found.open_marks:
            raise CannotSign(_("There is an open mark on this page. Settle it first."))
        if not found.signed:
            _sign(edition, [page], by, at)


def sign_off_rest(edition: Edition, *, by: User, at: datetime) -> list[int]:
    """Sign off every page of the newest version that is neither signed nor marked; return them.

    Raises:
        CannotSign: see the class.
    """
    with transaction.atomic():
        edition = _for_signing(edition)
        pages = of(edition).of_status(Status.OPEN)
        if pages:
            _sign(edition, pages, by, at)
    return pages


def withdraw(edition: Edition, page: int, *, by: User, at: datetime) -> None:
    """Open a page of the newest version again; who signed it off stays on record.

    Raises:
        CannotSign: see the class.
    """
    with transaction.atomic():
        edition = _for_signing(edition)
        for one in _standing(edition):
            if one.page == page:
                one.withdrawn_at, one.withdrawn_by = at, by
                one.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _log(edition, "masthead.proof.withdraw", by, [page])


def locked(edition: Edition) -> Edition:
    """Return an edition as it is now, while nobody else marks, signs or passes any version of it.

    To be called within a transaction.
    """
    same = Edition.objects.filter(
        issue=edition.issue_id, form=edition.form, state=Edition.State.SOUND
    )
    list(same.select_for_update().order_by("pk").values_list("pk", flat=True))
    return Edition.objects.select_related("issue").get(pk=edition.pk)


# --- What stands ------------------------------------------------------------


def _signed(edition: Edition) -> dict[int, SignOff]:
    """Return the newest sign-off that counts for each page."""
    return {one.page: one for one in _standing(edition)}


def _standing(edition: Edition) -> list[SignOff]:
    """Return the sign-offs that count for a version, the oldest first.

    They are of itself and of earlier ones, not withdrawn, and for pages that look the same.
    """
    there = SignOff.objects.filter(
        edition__issue=edition.issue_id,
        edition__form=edition.form,
        edition__version__lte=edition.version,
    )
    if edition.passed_at:
        there = there.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=edition.passed_at), at__lte=edition.passed_at
        )
    else:
        there = there.filter(withdrawn_at=None)
    sign_offs = list(there.select_related("by").order_by("at", "pk"))
    # One object for each version, so that none is drawn again for each of its pages.
    versions = Edition.objects.in_bulk({one.edition_id for one in sign_offs})
    for one in sign_offs:
        one.edition = versions[one.edition_id]
    seen = pages_seen.of(edition)
    return [one for one in sign_offs if _looks_the_same(one, seen)]


def _looks_the_same(signed: SignOff, seen: Sequence[str]) -> bool:
    """Say whether a page looks as it did when it was signed off."""
    place = slice(signed.page - 1, signed.page)
    return bool(seen[place]) and pages_seen.of(signed.edition)[place] == seen[place]


def _for_signing(edition: Edition) -> Edition:
    edition = locked(edition)
    last = Edition.objects.filter(issue=edition.issue_id, form=edition.form).sound().first()
    if last != edition:
        raise CannotSign(_("There is a newer version. Look at that one."))
    if edition.passed_at:
        raise CannotSign(_("This version is passed for press, and stays as it was passed."))
    return edition


def _sign(edition: Edition, pages: Sequence[int], by: User, at: datetime) -> None:
    SignOff.objects.bulk_create(SignOff(edition=edition, page=page, by=by, at=at) for page in pages)
    _log(edition, "masthead.proof.sign_off", by, pages)


def _log(edition: Edition, act: str, by: User, pages: Sequence[int]) -> None:
    told = {"form": edition.form, "version": edition.version, "pages": list(pages)}
    log(edition.issue, act, user=by, data=told)
