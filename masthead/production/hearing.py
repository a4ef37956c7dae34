"""Hearing a few words before anybody else does: how a name is said, or a sentence of a draft.

Whoever is shown words that may be heard gets a ticket for each. It holds the words, signed, so that
nothing else is said at the magazine's expense, and nobody else can use it.
"""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.core import signing
from django.utils.translation import gettext as _

from masthead.people.models import User
from masthead.press.speech.engines import Unavailable
from masthead.press.speech.lexicon import Lexicon
from masthead.press.speech.script import Sentence
from masthead.press.speech.spoken import spoken
from masthead.production import narrations

SALT = "masthead.production.hearing"
GOOD_FOR = timedelta(days=1)
LONGEST = 3000
"""Letters of a sentence that are said for a look."""


class NoTicket(Exception):
    """The ticket is of somebody else, too old, or none."""


def ticket(said: str, language: str, user: User) -> str:
    """Return a ticket with which `user` may hear words, as they are said, in a language."""
    return signing.dumps([user.pk, said[:LONGEST], language], salt=SALT, compress=True)


def ticket_for_name(name: str, language: str, user: User, lexicon: Lexicon | None = None) -> str:
    """Return the same for a name as it is printed."""
    try:
        said = spoken(name, language, lexicon)
    except Unavailable:
        # What puts its figures into words is not installed: the voice reads them as it can.
        said = name
    return ticket(said, language, user)


def hear(shown: str, user: User, *, at: datetime) -> bytes:
    """Return as an MP3 what a ticket is for, said by the engine that was chosen.

    Args:
        shown: the ticket.
        user: whoever shows it.
        at: the moment that is written into the file.

    Raises:
        NoTicket: see the class.
        CannotNarrate: the engine cannot say it.
    """
    try:
        whose, said, language = signing.loads(shown, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError) as error:
        raise NoTicket from error
    if whose != user.pk:
        raise NoTicket
    sentence = Sentence("heard-s1", "heard", 0, 0, "", said, language, 0)
    copy = narrations.Copy(said, [sentence], {"title": said[:100], "date": at.date().isoformat()})
    with narrations.engine_at_hand() as engine, tempfile.TemporaryDirectory() as folder:
        made = narrations.read(copy, Path(folder, "heard.mp3"), engine)
        if made.note:
            # One wants to hear the voice that readers will hear, or why they will not.
            raise narrations.CannotNarrate(
                _("Another voice would have to step in. %(why)s") % {"why": made.note}
            )
        return made.recording.file.read_bytes()
