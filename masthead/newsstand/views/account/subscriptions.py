"""A reader's subscriptions: what is owed, what was promised and kept, and the ways out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from masthead.circulation import endings, going_on, refunding, renewals, standing
from masthead.circulation.models import Present, Refund, Subscription
from masthead.circulation.promises import kept
from masthead.circulation.standing import Account
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account import fold, owed, post, singles, upgrade
from masthead.newsstand.views.account.pages import button, show
from masthead.payments import attempts, refusals, ways
from masthead.payments.models import Attempt
from masthead.payments.provider import NotReady

PAGE = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 3
"""How many pieces of evidence stand below each promise."""
OF_MONEY = ("money-back", "cancel-any-time")
"""Promises whose evidence is sums: only who paid them sees it."""


@login_required
@require_safe
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Show what somebody subscribes to, reads or pays for."""
    user: Any = request.user
    # A gift that was paid back before anybody took it was nobody's subscription.
    back = Present.objects.exclude(returned_at=None).values("order__subscription")
    mine = Subscription.objects.of(user).exclude(pk__in=back.exclude(order__subscription=None))
    accounts = standing.of(mine.select_related("title").order_by("-opened_at"))
    rows = (*(_row(account) for account in accounts), *_waiting_rows(user))
    text = () if rows else (_("You do not subscribe to anything yet."),)
    links = (Link(_("Subscribe"), reverse("newsstand:offers")),)
    parts = [Part(text=text, rows=rows, links=links)]
    if bought := singles.rows_of(user):
        parts.append(Part(heading=_("Single copies"), rows=bought))
    return show(request, _("Subscriptions"), *parts)


@login_required
@require_safe
def subscription(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show one subscription: where it stands, its promises with evidence, and the ways out."""
    account = standing.of_one(_mine(request, key))
    found, now = account.subscription, timezone.now()
    # What a gift cost, and what of it went back, is its donor's business.
    is_payer = found.payer_id == request.user.pk
    promises = tuple(
        Row(
            heading=one.line.words,
            lines=(_STATES[one.state](), *_shown(one, is_payer=is_payer)),
        )
        for one in kept.of(account, now)
    )
    refunds = _refund_rows(found) if is_payer else []
    parts = [
        Part(
            rows=(_row(account, with_link=False), *_owed_rows(account, is_payer), *refunds),
            links=_onwards(request, account),
        )
    ]
    if is_payer and (row := fold.row_of(found)):
        parts.insert(0, Part(rows=(row,)))
    rows = post.rows_of(found) if found.reader_id == request.user.pk else ()
    if is_payer and account.balances:
        rows = (*upgrade.rows_of(found, account.balances[-1].term), *rows)
    if rows:
        parts.append(Part(heading=_("Post"), rows=rows))
    if acts := _acts(request, account):
        parts.append(Part(heading=_("Ways out"), rows=acts))
    parts.append(Part(heading=_("What was promised"), rows=promises))
    return show(request, found.title.name, *parts, standfirst=found.number)


def _owed_rows(account: Account, is_payer: bool) -> tuple[Row, ...]:
    owed_by = account.owed_by
    return (owed.row_of(owed_by),) if owed_by and is_payer else ()


def _onwards(request: HttpRequest, account: Account) -> tuple[Link, ...]:
    """Return the way to the next term, where its payer may have it now."""
    found = account.subscription
    if found.payer_id != request.user.pk:
        return ()
    try:
        going_on.next_term(account, at=timezone.now())
    except renewals.CannotRenew:
        return ()
    return (Link(_("Renew now"), reverse("account_renewal", args=[found.key])),)


def _acts(request: HttpRequest, account: Account) -> tuple[Row, ...]:
    found, now = account.subscription, timezone.now()
    if found.ended_at or found.payer_id != request.user.pk:
        return ()
    rows = []
    until = max(endings.guaranteed_until(found).values(), default=None)
    if until and now < until:
        rows.append(
            _way(
                found,
                "account_money_back",
                _("Have your money back"),
                _("The whole price, whatever you have read. It ends at once."),
            )
        )
    rows.append(
        _way(
            found,
            "account_cancel",
            _("Cancel"),
            _("It ends at once, and you owe nothing.")
            if account.owed_by
            else _("It ends at once, and what was not served is paid back."),
        )
    )
    if not found.stopped_at:
        rows.append(
            _way(
                found,
                "account_stop",
                _("Stop renewal"),
                _("What you paid for is served to the end; nothing more is charged."),
            )
        )
    return tuple(rows)


def _way(found: Subscription, name: str, heading: str, words: str) -> Row:
    link = Link(heading, reverse(name, args=[found.key]))
    return Row(heading=heading, lines=(words,), links=(link,))


@login_required
@PAGE
def stop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask once, then have nothing more charged."""

    def act(found: Subscription, _request: uuid.UUID) -> str:
        endings.stop(found, at=timezone.now(), by=found.payer)
        return _("Nothing more will be charged. What you paid for is served to the end.")

    text = _("Nothing more will be charged. You get every issue you have paid for.")
    return _twice(request, key, _("Stop renewal"), text, act)


@login_required
@PAGE
def cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask once, then end it and pay back what was not served."""

    def act(found: Subscription, asked: uuid.UUID) -> str:
        refunds = endings.cancel(found, request=asked, at=timezone.now(), by=found.payer)
        return send_back(refunds)

    text = _("The subscription ends at once. What was not served is paid back the way it was paid.")
    return _twice(request, key, _("Cancel"), text, act)


@login_required
@PAGE
def money_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask once, then end it and pay everything back."""

    def act(found: Subscription, asked: uuid.UUID) -> str:
        refunds = endings.give_money_back(found, request=asked, at=timezone.now(), by=found.payer)
        return send_back(refunds)

    text = _("The subscription ends at once, and the whole price is paid back the way it was paid.")
    return _twice(request, key, _("Have your money back"), text, act)


def _twice(
    request: HttpRequest,
    key: uuid.UUID,
    heading: str,
    text: str,
    act: Callable[[Subscription, uuid.UUID], str],
) -> HttpResponse:
    """Show what will happen, and do it once the button is pressed."""
    user: Any = request.user
    found = get_object_or_404(Subscription.objects.select_related("title"), key=key, payer=user)
    back = Link(_("Leave it as it is"), reverse("account_subscription", args=[key]))
    if request.method != "POST":
        one_time = {"request": str(uuid.uuid4())}
        form = button(heading, hidden=one_time, is_grave=True)
        return show(request, heading, Part(text=(text,), forms=(form,), links=(back,)))
    try:
        asked = uuid.UUID(request.POST.get("request", ""))
    except ValueError:
        return redirect(request.path)
    try:
        messages.success(request, act(found, asked))
    except (endings.CannotStop, endings.CannotCancel, refunding.CannotGiveBack) as refusal:
        messages.warning(request, str(refusal))
    return redirect("account_subscription", key=key)


def send_back(refunds: list[Refund]) -> str:
    """Send the money on its way, and say so; what cannot go now is sent by the next sweep."""
    now, sums, held = timezone.now(), [], []
    for refund in refunds:
        if refund.attempt is None:
            continue
        if refusals.is_held(refund.attempt):
            held.append(str(refund.attempt.money))
            continue
        sums.append(str(refund.attempt.money))
        try:
            attempts.send(refund.attempt, ways.named(refund.attempt.provider), at=now)
        except NotReady:
            continue
    said = _("It has ended. There was nothing to pay back.")
    if sums:
        said = _("It has ended, and %(sum)s are on their way back to you.") % {
            "sum": ", ".join(sums)
        }
    elif held:
        said = _("It has ended.")
    if held:
        words = _(
            "Your bank asks this payment back. Once that is decided you have %(sum)s back, from your bank or from us."
        )  # fmt: skip
        said += " " + words % {"sum": ", ".join(held)}
    return said


def _mine(request: HttpRequest, key: uuid.UUID) -> Subscription:
    user: Any = request.user
    mine = Subscription.objects.of(user).select_related("title")
    found: Subscription = get_object_or_404(mine, key=key)
    return found


def _row(account: Account, *, with_link: bool = True) -> Row:
    found, now = account.subscription, timezone.now()
    balance = account.in_force(now)
    state = account.state(now, standing.newest_sequence(found.title_id))
    lines = [_LIVES[state]()]
    if balance and balance.term.copies and state != "ended":
        lines.append(
            ngettext("%(count)d issue to come", "%(count)d issues to come", account.left)
            % {"count": account.left}
        )
    if balance and balance.ends and state != "ended":
        last = account.balances[-1]
        if last.has_no_end or last.ends is None:
            lines.append(_("Its end moves by each day of the pause."))
        else:
            day = found.title.day(last.ends) - timedelta(days=1)
            lines.append(_("until %(day)s") % {"day": date_format(day)})
    if not account.left and not found.stopped_at and any(one.left for one in account.given):
        lines.append(_("Your gift comes first; this goes on after it."))
    if not found.ended_at:
        lines.append(_("Does not renew") if found.stopped_at else _("Renews until you stop it"))
    link = Link(_("Look closer"), reverse("account_subscription", args=[found.key]))
    name = balance.term.deal.name if balance else found.title.name
    return Row(heading=name, lines=tuple(lines), links=(link,) if with_link else ())


def _refund_rows(found: Subscription) -> list[Row]:
    refunds = Refund.objects.filter(term__subscription=found).select_related("attempt")
    return [
        Row(
            heading=str(refund),
            lines=(
                _stands(refund.attempt),
                date_format(timezone.localtime(refund.asked_at), "DATETIME_FORMAT"),
            ),
        )
        for refund in refunds
    ]


def _stands(attempt: Attempt | None) -> str:
    if attempt is None:
        return _("Nothing to pay back")
    if attempt.state == Attempt.State.DROPPED:
        return _("Your bank has given it back")
    return attempt.get_state_display()


def _waiting_rows(user: Any) -> list[Row]:
    """Return gifts that somebody has taken and that begin after what they have."""
    gifts = Present.objects.in_line().filter(recipient=user).order_by("redeemed_at", "pk")
    return [
        Row(
            heading=one.order.version.deal.name,
            lines=(
                _("A gift from %(name)s") % {"name": one.donor_name}
                if one.donor_name
                else _("A gift"),
                _("It begins after what you have of this magazine already: nothing is lost."),
            ),
        )
        for one in gifts.select_related("order__version")
    ]


def _shown(one: kept.Standing, *, is_payer: bool) -> list[str]:
    if not is_payer and one.line.kind in OF_MONEY:
        return []
    return [_evidence(each) for each in one.evidence[:SHOWN]]


def _evidence(one: Any) -> str:
    day = f" ({date_format(timezone.localtime(one.at))})" if one.at else ""
    return f"{one.words}{day}"


_STATES: dict[str, Callable[[], str]] = {
    "kept": lambda: _("Kept"),
    "announced": lambda: _("Announced, not yet kept"),
    "broken": lambda: _("Not kept: please write to us"),
}
_LIVES: dict[str, Callable[[], str]] = {
    "waiting": lambda: _("Begins with the next issue"),
    "active": lambda: _("You read everything"),
    "held": lambda: _("Paused"),
    "suspended": lambda: _("Rests until your invoice is paid"),
    "grace": lambda: _("Paid copies are used up; the renewal is on its way"),
    "expired": lambda: _("Over"),
    "ended": lambda: _("Ended"),
}
