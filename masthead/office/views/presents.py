"""Gift subscriptions that nobody has taken yet: who gave them to whom, how far they have come."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from masthead.circulation import present_letters, presents
from masthead.circulation.models import Present
from masthead.office.pages import allow, show

PAGE = 50
RIGHT = "circulation.add_order"


@require_safe
def gifts(request: HttpRequest) -> HttpResponse:
    """List the gifts that are paid for and have not begun, the oldest first."""
    allow(request, RIGHT)
    waiting = Present.objects.owed().filter(returned_at=None).order_by("paid_at", "pk")
    waiting = waiting.select_related("order__version__offer__title", "order__payer", "recipient")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("p"))
    heading = _("Gifts to be taken")
    return show(request, "office/gifts.html", {"page": page}, title=heading, icon="mail")


@require_POST
def send(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send the letter of a gift once more, with a new link."""
    staff = allow(request, RIGHT)
    found = get_object_or_404(
        Present.objects.select_related("order__version__offer__title").exclude(recipient_email=""),
        key=key,
    )
    try:
        went = present_letters.send_now(found, at=timezone.now(), by=staff)
    except presents.CannotChange as refusal:
        messages.error(request, str(refusal))
    else:
        if went:
            messages.success(
                request, _("The letter is on its way. The link before opens nothing any more.")
            )
        else:
            messages.error(request, _("The mail server did not take the letter. Try it later."))
    return redirect("office:gifts")
