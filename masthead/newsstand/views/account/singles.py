"""Issues that a reader bought by themselves: where they are, and the way back."""

from __future__ import annotations

import uuid
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

from masthead.circulation import single_returns
from masthead.circulation.models import SingleCopy
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, show
from masthead.people.models import User

PAGE = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 200


def rows_of(reader: User) -> tuple[Row, ...]:
    """Return what the page of subscriptions says of single copies; three queries for any number."""
    bought = SingleCopy.objects.filter(reader=reader, given_up_at=None)
    found = bought.select_related("issue__publication", "label__run")
    return tuple(_row(copy) for copy in found[:SHOWN])


@login_required
@PAGE
def take_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask once, then pay the price of a printed copy back that has no label yet."""
    user: Any = request.user
    mine = SingleCopy.objects.filter(reader=user).select_related("issue")
    found = get_object_or_404(mine, key=key)
    leave = Link(_("Leave it as it is"), reverse("account_subscriptions"))
    heading = _("Have your money back")
    if request.method != "POST" and single_returns.can_take_back(found):
        text = _("The whole price is paid back the way it was paid, and no copy is sent.")
        ask = button(heading, hidden={"request": str(uuid.uuid4())}, is_grave=True)
        part = Part(text=(text,), forms=(ask,), links=(leave,))
        return show(request, heading, part, standfirst=found.issue.title)
    try:
        asked = uuid.UUID(request.POST.get("request", ""))
    except ValueError:
        asked = uuid.uuid4()
    try:
        copy = single_returns.take_back(found, request=asked, at=timezone.now())
    except single_returns.CannotReturn as refusal:
        messages.warning(request, str(refusal))
    else:
        single_returns.send(copy, at=timezone.now())
        messages.success(request, _("The whole price is paid back the way it was paid."))
    return redirect("account_subscriptions")


def _row(copy: SingleCopy) -> Row:
    links = []
    if copy.paid_at is None:
        page = reverse("newsstand:single-copy", args=[copy.key])
        links.append(Link(_("Pay"), page))
    elif not copy.is_printed and not copy.returned_at:
        links.append(Link(_("Read"), f"{copy.issue.url}read/"))
    elif single_returns.can_take_back(copy):
        back = reverse("account_return_single", args=[copy.key])
        links.append(Link(_("Have your money back"), back))
    price = copy.money.in_words_of(copy.issue.publication.language)
    said = (str(copy.get_edition_display()), _stands(copy), price)
    heading = f"{copy.issue.publication.name}: {copy.issue.title}"
    return Row(heading=heading, lines=said, links=tuple(links))


def _stands(copy: SingleCopy) -> str:
    if copy.returned_at:
        return _("Paid back to you on %(day)s") % {"day": _day(copy.returned_at)}
    if copy.paid_at is None:
        return _("Not paid yet")
    if not copy.is_printed:
        return _("Yours to read since %(day)s") % {"day": _day(copy.paid_at)}
    if copy.earned_at:
        return _("Sent on %(day)s") % {"day": _day(copy.earned_at)}
    return _("It goes by post soon")


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment))
