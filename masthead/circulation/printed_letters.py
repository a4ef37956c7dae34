"""Letters on paper: what is mailed to everybody else, for people without a mail address.

`letters.send()` writes them; they wait in the office until somebody has printed and posted them, so
that nothing which is promised by mail is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from masthead.circulation.models import LetterToPrint
from masthead.payments.models import Invoice
from masthead.people import addresses, personal_data
from masthead.people.models import Address, User
from masthead.people.personal_data import Rows


def write(
    name: str, to: User, *, subject: str, text: str, language: str, papers: Iterable[Invoice]
) -> LetterToPrint:
    """Put a letter on the list of those to be printed, with the address as it stands now."""
    post = Address.objects.filter(user=to, is_for_post=True).first()
    letter = LetterToPrint.objects.create(
        reader=to,
        name=name,
        language=language,
        subject=subject[:200],
        text=text,
        lines=list(addresses.label(post)) if post else [str(to)],
    )
    letter.papers.set(papers)
    return letter


def waiting() -> QuerySet[LetterToPrint]:
    """Return the letters that nobody has posted yet, the oldest first."""
    return LetterToPrint.objects.filter(posted_at=None).prefetch_related("papers")


def post(letters: Iterable[int], *, at: datetime, by: User) -> int:
    """Write down that letters were printed and posted, by their rows; return how many now were."""
    return waiting().filter(pk__in=list(letters)).update(posted_at=at, posted_by=by)


def register() -> None:
    """Enter what is held about a person in them."""
    personal_data.register("letters-on-paper", gather=_gather, erase=_erase)


def _gather(user: User) -> Rows:
    return [
        {"subject": one.subject, "words": one.text, "written_at": one.written_at}
        for one in LetterToPrint.objects.filter(reader=user)
    ]


def _erase(user: User, at: datetime) -> None:
    mine = LetterToPrint.objects.filter(reader=user)
    mine.filter(posted_at=None).update(posted_at=at)
    mine.update(subject="", text="", lines=[])
