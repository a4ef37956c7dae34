"""Looking over the pages of an edition: marks, what is settled, what is signed off."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from masthead.office.views.editions import may_publish, paged, staff
from masthead.press.paper import thumbnails
from masthead.production import places, pressings, proofs
from masthead.production.models import Edition, Mark

WIDTHS = (560, 280)
"""How wide a page is shown, in pixels: beside its marks, and on a phone."""
ACTS = ("mark", "settle", "sign", "withdraw")


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a page of an edition with its marks; on POST, mark it, settle, sign off or withdraw."""
    shown = paged(request, pk)
    try:
        with shown.file.open("rb") as file:
            proportion = thumbnails.proportion(file, number)
    except thumbnails.NoSuchPage as error:
        raise Http404 from error
    if request.method == "POST":
        return _act(request, shown, number, proportion)
    proof = proofs.of(shown)
    found = proof.pages[number - 1]
    return render(
        request,
        "office/proof_page.html",
        {
            "edition": shown,
            "page": found,
            "widths": [(width, round(width * proportion)) for width in WIDTHS],
            "place": places.written(request.GET.get("x", ""), request.GET.get("y", "")),
            "words": request.GET.get("words", ""),
            "most": proofs.LONGEST_WORDS,
            "before": number - 1 if number > 1 else None,
            "after": number + 1 if number < shown.pages else None,
            "may_sign": may_publish(request, shown),
            "is_newest": pressings.newest(shown.issue, Edition.Form(shown.form)) == shown,
        },
    )


@require_POST
def sign_off_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign off every page that is neither signed nor marked."""
    shown = _for_signing(request, pk)
    try:
        pages = proofs.sign_off_rest(shown, by=staff(request), at=timezone.now())
    except proofs.CannotSign as refusal:
        messages.error(request, str(refusal))
    else:
        told = ngettext(
            "%(count)d page is signed off.", "%(count)d pages are signed off.", len(pages)
        )
        messages.success(request, told % {"count": len(pages)})
    return redirect("office:edition", pk)


@require_POST
def settle(request: HttpRequest, pk: int, mark: int) -> HttpResponse:
    """Settle a mark that stands on an edition, wherever it was made."""
    shown = paged(request, pk)
    _settle(request, shown, mark)
    return redirect("office:edition", pk)


def _act(request: HttpRequest, shown: Edition, number: int, proportion: float) -> HttpResponse:
    here = reverse("office:proof_page", args=[shown.pk, number])
    act = next((one for one in ACTS if one in request.POST), "mark")
    if act == "mark":
        return _mark(request, shown, number, proportion, here)
    if act == "settle":
        mark = request.POST["settle"]
        _settle(request, shown, int(mark) if mark.isdecimal() else 0)
        return redirect(f"{here}#marks")
    _for_signing(request, shown.pk)
    verb = proofs.sign_off if act == "sign" else proofs.withdraw
    try:
        verb(shown, number, by=staff(request), at=timezone.now())
    except proofs.CannotSign as refusal:
        messages.error(request, str(refusal))
    return redirect(here)


def _mark(
    request: HttpRequest, shown: Edition, number: int, proportion: float, here: str
) -> HttpResponse:
    """Take a mark; a click without words asks for them, with the place kept."""
    words = request.POST.get("words", "")
    place = places.clicked(request.POST, proportion) or places.written(
        request.POST.get("x", ""), request.POST.get("y", "")
    )
    kept = {"x": place[0], "y": place[1]} if place else {}
    if places.was_clicked(request.POST) and not words.strip():
        return redirect(f"{here}?{urlencode(kept)}" if kept else here)
    try:
        proofs.mark(shown, number, words, by=staff(request), at=timezone.now(), place=place)
    except proofs.CannotMark as refusal:
        messages.error(request, str(refusal))
        query = urlencode({**kept, "words": words[: proofs.LONGEST_WORDS]})
        return redirect(f"{here}?{query}#mark")
    messages.success(request, _("Your mark stands."))
    return redirect(f"{here}#marks")


def _settle(request: HttpRequest, shown: Edition, mark: int) -> None:
    found = get_object_or_404(Mark.objects.on(shown), pk=mark)
    proofs.settle(found, by=staff(request), at=timezone.now())


def _for_signing(request: HttpRequest, pk: int) -> Edition:
    """Return a sound edition to somebody who may sign it off."""
    shown = paged(request, pk)
    if not may_publish(request, shown):
        raise PermissionDenied
    return shown
