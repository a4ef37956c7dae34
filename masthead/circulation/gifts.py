"""Gift articles: a subscriber gives one article to whoever has the link."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from masthead.circulation.entitlements import Viewer, Work, may_read
from masthead.circulation.meters import month_started_at
from masthead.circulation.models import Gift
from masthead.circulation.models.policy import policy_of
from masthead.circulation.tickets import Ticket
from masthead.edge import passes
from masthead.editorial.models import Article, Title
from masthead.people.models import User
from masthead.production import page_store

PARAMETER = "gift"
"""Of the article's address: `/articles/the-bridge/?gift=<token>`."""

OF_SUBSCRIBERS = frozenset({"staff", "term", "grant", "seat", "domain"})
"""The rules by which somebody reads who may give articles away: by name, not by network."""


class CannotGive(Exception):
    """It is not theirs to give, it is everybody's, or the month is used up. Fit for readers."""


class CannotRevoke(Exception):
    """It has been taken back before. Fit to show to readers."""


@transaction.atomic
def give(
    giver: User, viewer: Viewer, work: Work, article: Article, title: Title, *, at: datetime
) -> Gift:
    """Make a gift of an article, or return the one that the giver has made of it already.

    Args:
        giver: who signed in.
        viewer: the same, with the keys in hand.
        work: the article, as the gate sees it.
        article: the same, as it is kept.
        title: that it stands in.
        at: the moment, timezone-aware.

    Raises:
        CannotGive: see the class.
    """
    decision = may_read(viewer, work, at)
    if decision.rule == "open":
        raise CannotGive(_("Everybody may read this article: just pass its address on."))
    if decision.parts != "full" or decision.rule not in OF_SUBSCRIBERS:
        raise CannotGive(_("Only subscribers can give articles."))
    User.objects.select_for_update().get(pk=giver.pk)
    policy = policy_of(title)
    if there := Gift.objects.left(at).filter(giver=giver, article=article).first():
        return there
    given = Gift.objects.filter(
        giver=giver,
        given_at__gte=month_started_at(title, at),
        article__in=Article.objects.sibling_of(article),
    ).count()
    if given >= policy.gifts_a_month:
        raise CannotGive(
            _("You have given %(count)s articles this month. The next can go out on the first.")
            % {"count": given}
        )
    return Gift.objects.create(
        article=article,
        giver=giver,
        given_at=at,
        expires_at=at + timedelta(days=policy.gift_days),
        most_uses=policy.gift_uses,
    )


@transaction.atomic
def revoke(gift: Gift, *, at: datetime) -> Gift:
    """Take a gift back: from now on the link gives the lead, also to who had opened it.

    Raises:
        CannotRevoke: it has been taken back before.
    """
    if not Gift.objects.filter(pk=gift.pk, revoked_at=None).update(revoked_at=at):
        raise CannotRevoke(_("You have taken this gift back before."))
    gift.refresh_from_db()
    # Passes of who had opened it are good for a while yet; not for this.
    name, until = passes.gifts_of(str(gift.article.key)), int(at.timestamp()) + passes.LIFETIME
    transaction.on_commit(lambda: page_store.here().end_session(name, until))
    return gift


def open_gift(token: str, article: Article, ticket: Ticket, *, at: datetime) -> Ticket | None:
    """Return the browser's ticket with the gift on it; None for a link that does not open.

    A link that is made up, of another article, taken back, expired or used up does not
    open. A browser that has opened it before is not counted again.
    """
    key = read_token(token)
    if key is None:
        return None
    gifts = Gift.objects.filter(key=key, article=article)
    if key.hex in ticket.gifts:
        return ticket if gifts.good(at).exists() else None
    # One statement, so that the last use cannot be taken twice.
    if not gifts.left(at).update(uses=F("uses") + 1):
        return None
    return ticket.with_gift(key)


def token_of(gift: Gift) -> str:
    """Return what stands in the link: the gift's key, and proof that it is from us."""
    return _signer().sign(gift.key.hex)


def read_token(token: str) -> uuid.UUID | None:
    """Return the key of the gift in a link; None for a link that is not from us."""
    try:
        return uuid.UUID(hex=_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt="masthead.circulation.gift", sep=".")
