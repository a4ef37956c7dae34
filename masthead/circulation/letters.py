"""Letters about subscriptions: what a person is told, in words that name nobody.

A letter is two templates, `circulation/letters/<name>_subject.txt` and `<name>.txt`. What law or
our word asks for is on record (`Notice`) once the mail server has taken the letter, and not before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from masthead.circulation import printed_letters
from masthead.circulation.models import Notice, Subscription, Term
from masthead.payments import papers as sheets
from masthead.payments.models import Invoice
from masthead.people.letters import as_html
from masthead.people.models import User
from masthead.press.paper.engine import CannotTypeset

logger = logging.getLogger(__name__)


def send(
    name: str,
    to: User,
    context: Mapping[str, Any],
    *,
    language: str = "",
    papers: Iterable[Invoice] = (),
) -> str | None:
    """Write to somebody, and return the words; None where the letter did not go out.

    Args:
        name: of the letter.
        to: who gets it; nobody who was erased does, and who has no mail address gets it on paper.
        context: what its templates use beside `magazine`, `address` and `account`.
        language: theirs; the magazine's if left out.
        papers: invoices and credit notes to go along, as PDF.
    """
    if to.erased_at:
        return None
    if not to.has_mail:
        return _put_on_paper(name, to, context, language, papers)
    return send_to(name, to.email, context, language=language, papers=papers)


def send_to(
    name: str,
    email: str,
    context: Mapping[str, Any],
    *,
    language: str = "",
    papers: Iterable[Invoice] = (),
) -> str | None:
    """Write to a mail address, as `send()` does: of who is given something it may be all we know."""
    with translation.override(language or settings.LANGUAGE_CODE):
        subject, text = _worded(name, context)
        letter = EmailMultiAlternatives(subject, text, to=[email])
        letter.attach_alternative(as_html(text), "text/html")
        for paper in papers:
            _attach(letter, paper)
    try:
        taken = letter.send()
    except Exception:  # Each provider raises its own.
        logger.exception("The letter %s was not sent.", name)
        return None
    return f"{letter.subject}\n\n{text}" if taken else None


def _worded(name: str, context: Mapping[str, Any]) -> tuple[str, str]:
    magazine = settings.INSTALLATION.magazine
    known = {
        "magazine": magazine.name,
        "address": magazine.address,
        "account": f"{magazine.address}/account/",
        **context,
    }
    subject = render_to_string(f"circulation/letters/{name}_subject.txt", known)
    text = render_to_string(f"circulation/letters/{name}.txt", known).strip() + "\n"
    return " ".join(subject.split()), text


def _put_on_paper(
    name: str, to: User, context: Mapping[str, Any], language: str, papers: Iterable[Invoice]
) -> str:
    """Write to somebody without a mail address: staff print and post it."""
    spoken = language or settings.LANGUAGE_CODE
    with translation.override(spoken):
        subject, text = _worded(name, context)
    printed_letters.write(name, to, subject=subject, text=text, language=spoken, papers=papers)
    return f"{subject}\n\n{text}"


def _attach(letter: EmailMultiAlternatives, paper: Invoice) -> None:
    try:
        letter.attach(f"{paper.printed_number}.pdf", sheets.pdf(paper), "application/pdf")
    except CannotTypeset:
        # The letter is owed at once; the paper stands in the account, too.
        logger.exception("The letter goes without %s, which could not be set.", paper)


def notify(
    kind: Notice.Kind,
    subscription: Subscription,
    term: Term | None,
    context: Mapping[str, Any],
    *,
    occasion: str,
    at: datetime,
    name: str = "",
    language: str = "",
    papers: Iterable[Invoice] = (),
) -> Notice | None:
    """Write to the payer of a subscription, once for an occasion, and put it on record.

    Not to be called inside a transaction: a mail server takes its time.

    Args:
        kind: what about.
        subscription: whose payer is told.
        term: that it concerns, if one.
        context: what its templates use.
        occasion: what it is for; a second letter for it is not sent.
        at: the moment, timezone-aware.
        name: of the letter, if it is not that of the kind.
        language: the payer's.
        papers: invoices and credit notes to go along.

    Returns:
        The record, old or new; None where the letter did not go out.
    """
    if there := Notice.objects.filter(occasion=occasion).first():
        return there
    words = send(name or kind, subscription.payer, context, language=language, papers=papers)
    if words is None:
        return None
    notice, _made = Notice.objects.get_or_create(
        occasion=occasion,
        defaults={
            "subscription": subscription,
            "term": term,
            "kind": kind,
            "sent_at": at,
            "words": words,
        },
    )
    return notice
