"""Articles that a subscriber gives away: making a link, and taking it back."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.circulation import gifts as giving
from masthead.circulation import viewers
from masthead.circulation.models import Gift
from masthead.editorial.models import Article
from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account import presents
from masthead.newsstand.views.account.pages import button, show


@login_required
@require_safe
def gifts(request: HttpRequest) -> HttpResponse:
    """Show what somebody has given: subscriptions, and articles each with its link."""
    user: Any = request.user
    now = timezone.now()
    given = list(Gift.objects.filter(giver=user).select_related("article")[:100])
    good = set(Gift.objects.good(now).filter(giver=user).values_list("pk", flat=True))
    rows = tuple(_row(request, gift, is_good=gift.pk in good) for gift in given)
    nothing = _("You have given no article yet. Below each one you read is the way to do it.")
    text = _("Whoever has a link reads that one article, without signing in.")
    return show(
        request,
        _("Gifts"),
        presents.part_of(user),
        Part(heading=_("Articles"), text=(text,) if rows else (nothing,), rows=rows),
    )


def _row(request: HttpRequest, gift: Gift, *, is_good: bool) -> Row:
    readers = ngettext("%(count)s reader so far", "%(count)s readers so far", gift.uses)
    count = readers % {"count": gift.uses}
    if not is_good:
        over = _("Taken back") if gift.revoked_at else _("Over")
        return Row(heading=gift.article.title, lines=(over, count))
    until = _("Good until %(day)s") % {"day": date_format(timezone.localtime(gift.expires_at))}
    address = _address(request, gift)
    back = button(
        _("Take it back"), action=reverse("account_take_back", args=[gift.key]), is_quiet=True
    )
    return Row(
        heading=gift.article.title,
        lines=(address, until, count),
        links=(Link(_("Open the link"), address),),
        forms=(back,),
    )


def _address(request: HttpRequest, gift: Gift) -> str:
    query = urlencode({giving.PARAMETER: giving.token_of(gift)})
    return f"{gift.article.get_full_url(request)}?{query}"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, article: uuid.UUID) -> HttpResponse:
    """Ask whether to give an article away; on POST, make the link."""
    user: Any = request.user
    now = timezone.now()
    page = get_object_or_404(Article.objects.live(), key=article)
    if request.method != "POST":
        text = _("You get a link that opens this article, and nothing else, to whoever has it.")
        part = Part(
            text=(text,),
            forms=(button(_("Make the link")),),
            links=(Link(_("Back to the article"), page.url or "/"),),
        )
        heading = _("Give “%(headline)s”") % {"headline": page.title}
        return show(request, heading, part)
    title = page.publication()
    work = viewers.work_of(page, title)
    try:
        giving.give(user, viewers.viewer_of(request, now), work, page, title, at=now)
    except giving.CannotGive as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Here is your link. Copy it, and send it to whom you like."))
    return redirect("account_gifts")


@login_required
@require_POST
def take_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take one of somebody's own gifts back."""
    user: Any = request.user
    gift = Gift.objects.filter(giver=user, key=key).first()
    if gift is None:
        raise Http404
    try:
        giving.revoke(gift, at=timezone.now())
        messages.success(request, _("The link opens nothing any more."))
    except giving.CannotRevoke as refusal:
        messages.warning(request, str(refusal))
    return redirect("account_gifts")
