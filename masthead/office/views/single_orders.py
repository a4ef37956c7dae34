"""Single copies at the order desk: somebody rings up and wants one issue."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from masthead.circulation import single_desk
from masthead.circulation.models import SingleCopy
from masthead.circulation.single_copies import CannotOrder
from masthead.office import permissions
from masthead.office.order_forms import Buyer, WantedCopy
from masthead.office.pages import allow
from masthead.people import addresses
from masthead.people.models import User


@require_http_methods(["GET", "POST"])
def take_single(request: HttpRequest) -> HttpResponse:
    """Ask which issue is wanted, say what it costs, and take the order."""
    staff = allow(request, permissions.SELL_SINGLES)
    wanted = WantedCopy(request.GET or None)
    page = {
        "what": _("Take the order of a single copy"),
        "back": reverse("office:single_copies"),
        "wanted": wanted,
    }
    if not wanted.is_bound or not wanted.is_valid():
        return render(request, "office/order.html", page)
    lines = addresses.lines_of(wanted.cleaned_data["country"])
    posted = request.POST if request.method == "POST" else None
    caller = Buyer(wanted, lines, posted)
    if caller.is_valid() and (copy := _take(wanted, caller, staff)):
        tell(request, copy)
        return redirect("office:single_copies")
    language = wanted.chosen.publication.language
    page |= {
        "caller": caller,
        "price": wanted.quote.money.in_words_of(language),
        "tax": wanted.quote.tax.in_words_of(language) if wanted.quote.tax else "",
    }
    return render(request, "office/order.html", page, status=422 if posted else 200)


def _take(wanted: WantedCopy, caller: Buyer, staff: User) -> SingleCopy | None:
    said, now = caller.cleaned_data, timezone.now()
    settled, way = caller.how()
    try:
        with transaction.atomic():
            reader = caller.person()
            caller.write_address(reader, at=now)
            return single_desk.take(
                wanted.chosen,
                reader,
                settled=settled,
                way=way,
                edition=wanted.edition_chosen,
                currency=wanted.cleaned_data["currency"],
                country=wanted.cleaned_data["country"],
                request=said["request"],
                at=now,
                by=staff,
            )
    except addresses.BadAddress as bad:
        caller.point_at(bad)
    except CannotOrder as refusal:
        caller.add_error(None, str(refusal))
    return None


def tell(request: HttpRequest, copy: SingleCopy) -> None:
    """Mail how the copy is paid, and say whether the letter went."""
    if single_desk.tell(copy, at=timezone.now()):
        messages.success(request, _("The order is taken."))
    else:
        messages.warning(
            request,
            _("The order is taken, but the letter did not go out. Mail it again a little later."),
        )
