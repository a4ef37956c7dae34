"""Letters to print: for readers without a mail address, on a page that a browser prints."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from masthead.circulation import printed_letters as verbs
from masthead.circulation.models import LetterToPrint
from masthead.office import permissions
from masthead.office.pages import allow, show
from masthead.payments import invoices, papers
from masthead.press.paper.engine import CannotTypeset


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters that wait; on POST, write down that those chosen are posted."""
    staff = allow(request, permissions.POST_LETTERS)
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("letter") if one.isdecimal()]
        posted = verbs.post(chosen, at=timezone.now(), by=staff)
        messages.success(request, _("%(count)d letters are posted.") % {"count": posted})
        return redirect("office:letters")
    context = {"letters": verbs.waiting()}
    return show(request, "office/letters.html", context, title=_("Letters to print"), icon="mail")


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """Show the letters that wait as they are printed: each on a sheet of its own."""
    allow(request, permissions.POST_LETTERS)
    context = {"letters": verbs.waiting(), "seller": invoices.seller()}
    return render(request, "office/letters_printed.html", context)


@require_safe
def paper(request: HttpRequest, key: uuid.UUID, pk: int) -> HttpResponse:
    """Return an invoice that goes along with a letter, as a PDF."""
    allow(request, permissions.POST_LETTERS)
    letter = get_object_or_404(LetterToPrint, key=key)
    found = get_object_or_404(letter.papers, pk=pk)
    try:
        file = papers.pdf(found)
    except CannotTypeset:
        raise Http404(_("This paper cannot be set just now. Try again in a few minutes.")) from None
    response = HttpResponse(file, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.printed_number}.pdf"'
    return response
