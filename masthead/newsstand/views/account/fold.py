"""A title that folds, on the page of who pays for it: the other title, or the money."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from masthead.circulation import earning, fold_plans, folds, giving_back, standing
from masthead.circulation.fold_plans import Choice, Counts, Rest
from masthead.circulation.models import Fold, Folded, Refund, Subscription
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, show

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@PAGE
def choose(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Say what is left and what it would be; on POST, do what was chosen."""
    user: Any = request.user
    mine = Subscription.objects.filter(payer=user).select_related("title", "reader", "payer")
    found = get_object_or_404(mine, key=key)
    if settled := Folded.objects.filter(subscription=found).first():
        return _settled(request, found, settled)
    fold = folds.of(found)
    if fold is None:
        raise Http404
    if request.method == "POST" and request.POST.get("choice") in Choice.values:
        return _choose(request, fold, found, Choice(request.POST["choice"]))
    account = earning.as_of_yesterday(standing.of_one(found), at=timezone.now())
    rest = fold_plans.look_at(account, fold.into, Counts(fold.counts), at=timezone.now())
    heading = _("%(title)s comes to its end") % {"title": fold.title.name}
    back = Link(_("Your subscription"), reverse("account_subscription", args=[key]))
    if not rest.moves:
        text = _("You have had everything that you paid for, so there is nothing for you to do.")
        return show(request, heading, Part(text=(text,), links=(back,)), standfirst=found.number)
    rows = _rows(fold, rest)
    return show(
        request,
        heading,
        Part(text=_text(fold, rest), rows=rows, links=(back,)),
        standfirst=found.number,
    )


def row_of(found: Subscription) -> Row | None:
    """Return what a subscription's own page says while there is something to choose."""
    fold = folds.of(found)
    if fold is None:
        return None
    heading = _("%(title)s comes to its end") % {"title": fold.title.name}
    link = Link(_("Choose"), reverse("account_fold", args=[found.key]))
    return Row(heading=heading, lines=(_until(fold),), links=(link,))


def _choose(request: HttpRequest, fold: Fold, found: Subscription, choice: Choice) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    try:
        settled = folds.settle(fold, found, choice, at=now, by=user)
    except folds.CannotChoose as refusal:
        messages.warning(request, str(refusal))
        return redirect("account_fold", key=found.key)
    giving_back.send(Refund.objects.filter(term__subscription=found, asked_at=now), at=now)
    if settled.successor:
        messages.success(request, _("It is done. What you have now stands below."))
        return redirect("account_subscription", key=settled.successor.key)
    messages.success(request, _("It is done. What was left is paid back the way it was paid."))
    return redirect("account_subscription", key=found.key)


def _settled(request: HttpRequest, found: Subscription, settled: Folded) -> HttpResponse:
    messages.info(request, _("This was decided before."))
    goes_on = settled.successor or found
    return redirect("account_subscription", key=goes_on.key)


def _text(fold: Fold, rest: Rest) -> tuple[str, ...]:
    sums = ", ".join(money.in_words_of(fold.title.language) for money in rest.sums if money)
    text = [_("Nothing more is charged.")]
    if sums:
        text.append(_("Of what you paid, %(sum)s are left.") % {"sum": sums})
    if rest.hindrance:
        text.append(_("It cannot move to the other magazine, so it is paid back."))
    elif fold.usual == Choice.MOVES:
        text.append(_("If you do not choose, you get the other magazine."))
    else:
        text.append(_("If you do not choose, it is paid back."))
    return (*text, _until(fold))


def _rows(fold: Fold, rest: Rest) -> tuple[Row, ...]:
    def act(choice: Choice, label: str) -> Any:
        return button(label, name=choice.value, hidden={"choice": choice.value})

    back = Row(
        heading=_("Have it paid back"),
        lines=(_("The way it was paid, at once."),),
        forms=(act(Choice.PAID_BACK, _("Pay it back")),),
    )
    if rest.hindrance:
        return (back,)
    other = fold.into.offer.title.name
    copies = ngettext(
        "%(count)d issue of it, which does not renew",
        "%(count)d issues of it, which do not renew",
        rest.copies,
    ) % {"count": rest.copies}
    keep = _("You can cancel it at any time, and have what was not served paid back.")
    label = _("Read %(title)s") % {"title": other}
    return (Row(heading=label, lines=(copies, keep), forms=(act(Choice.MOVES, label),)), back)


def _until(fold: Fold) -> str:
    return _("You can choose until %(day)s.") % {"day": date_format(fold.choose_until)}
