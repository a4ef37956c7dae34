"""Another price from the next term on: what it is, agreeing to it, and stopping instead."""

from __future__ import annotations

import uuid
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
from django.views.decorators.http import require_http_methods

from masthead.circulation import next_terms, price_changes, standing
from masthead.circulation.models import Subscription
from masthead.circulation.next_terms import Due
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, show


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def price(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what the next term costs instead; on POST, write down that its payer agrees."""
    payer: Any = request.user
    mine = Subscription.objects.select_related("title", "payer")
    found = get_object_or_404(mine, key=key, payer=payer)
    one = _next(found)
    if one is None:
        messages.warning(request, _("The price of your subscription stays as it is."))
        return redirect("account_subscription", key=key)
    words = price_changes.words_for(
        one.last, one.version, with_print=next_terms.has_print(found, one.last)
    )
    if request.method == "POST":
        # They agree to what they saw, and to no other sum that came between.
        if request.POST.get("sum") == str(one.money.minor):
            price_changes.agree(found, one.version, one.money, words, at=timezone.now())
            messages.success(request, _("Thank you. It goes on at the new price."))
        else:
            messages.warning(request, _("The price has changed since. Please look at it again."))
        return redirect(request.path)
    return _show(request, found, one, words)


def _next(found: Subscription) -> Due | None:
    """Return the next term, if somebody is charged another sum for it."""
    if found.ended_at or found.stopped_at:
        return None
    account, now = standing.of_one(found), timezone.now()
    if not account.balances:
        return None
    newest = standing.newest_sequence(found.title_id)
    one = next_terms.look_at(account, newest, now)
    return one if one.before else None


def _show(request: HttpRequest, found: Subscription, one: Due, words: str) -> HttpResponse:
    language = found.title.language
    assert one.before is not None
    rows = [
        Row(heading=_("Until now"), lines=(one.before.in_words_of(language),)),
        Row(heading=_("From the next term on"), lines=(one.money.in_words_of(language),)),
    ]
    if one.notice:
        days = max(one.last.deal.notice_days, one.version.deal.notice_days)
        day = found.title.day(one.notice.sent_at + timedelta(days=days))
        rows.append(Row(heading=_("Charged at the earliest on"), lines=(date_format(day),)))
    stop = Link(_("Stop renewal"), reverse("account_stop", args=[found.key]))
    back = Link(_("Your subscription"), reverse("account_subscription", args=[found.key]))
    if one.agreed_to:
        text = (
            _("You agreed to that. Until it is charged you can stop the renewal."),
            one.agreed_to,
        )
        part = Part(text=text, links=(stop, back))
    else:
        text = (
            _("Without your word nothing is charged, and it ends with what you paid for."),
            words,
        )
        ask = button(_("Agree"), name="main", hidden={"sum": str(one.money.minor)})
        part = Part(text=text, forms=(ask,), links=(stop, back))
    return show(
        request, _("A new price"), Part(rows=tuple(rows)), part, standfirst=found.title.name
    )
