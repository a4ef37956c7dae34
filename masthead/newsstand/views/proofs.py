"""Proofs for guests: pages of an issue that is not out yet, for whoever has a link.

A page here holds paid words without asking the gate who reads: the link is asked instead, anew
with every request. So nobody but its bearer may keep, index or pass on what is answered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from masthead.manuscript import languages
from masthead.newsstand import turnstile
from masthead.newsstand.views import errors
from masthead.press.paper import thumbnails
from masthead.production import guests, places, proofs
from masthead.production.models import Edition, Guest, Mark

WIDTHS = (720, 288)
"""How wide a page is shown, in pixels: beside its marks, and on the narrowest phone."""
SIZES = {"small": 240, "large": 1100}
"""How wide its pictures are, by the name that stands in their address."""
MOST_PICTURES = 300
"""Pictures of pages that are drawn for one network in a minute: a thick issue, leafed through twice."""

View = Callable[..., HttpResponse]


def discreet(view: View) -> View:
    """Let an answer be kept, indexed and named to others by nobody, found or not."""

    @wraps(view)
    def answer(request: HttpRequest, **asked: Any) -> HttpResponse:
        try:
            response = view(request, **asked)
        except Http404 as missing:
            response = errors.not_found(request, missing)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answer


@discreet
@require_safe
def overview(request: HttpRequest, token: str, form: str = "") -> HttpResponse:
    """Show the pages of the newest version, of one form of the issue, as small pictures."""
    guest = _guest(token)
    there = guests.newest(guest)
    shown = next((one for one in there if form in ("", one.form)), None)
    if form and shown is None:
        raise Http404
    guests.see(guest, at=timezone.now())
    marked = _marks(guest, shown).values_list("page", flat=True) if shown else ()
    pages = (
        [(number, number in set(marked)) for number in range(1, shown.pages + 1)] if shown else []
    )
    return _draw(
        request,
        "proofs/overview.html",
        {"guest": guest, "token": token, "editions": there, "edition": shown, "pages": pages},
    )


# The token in the address is all the proof there is: no cookie speaks for the guest, so another
# site can have their browser send nothing that it could not send itself.
@csrf_exempt
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str, form: str, version: int, number: int) -> HttpResponse:
    """Show a page with the guest's own marks; on POST, take a mark."""
    guest = _guest(token)
    newest = _newest(guest, form)
    here = (token, form, newest.version)
    fault, words = "", ""
    if request.method == "POST":
        marked = newest if version == newest.version else _older(newest, version)
        words = request.POST.get("words", "")[: proofs.LONGEST_WORDS + 1]
        place = _place(request, marked, number)
        if words.strip() or not places.was_clicked(request.POST):
            try:
                proofs.mark(marked, number, words, by=guest, at=timezone.now(), place=place)
            except proofs.CannotMark as refusal:
                fault = str(refusal)
            else:
                onto = min(number, newest.pages)
                return _to_page(*here, onto, anchor="marks", done="1")
        else:
            kept = {"x": str(place[0]), "y": str(place[1])} if place else {}
            return _to_page(*here, min(number, newest.pages), **kept)
    elif version != newest.version:
        if version > (newest.version or 0):
            raise Http404
        return _to_page(*here, min(number, newest.pages))
    else:
        place = places.written(request.GET.get("x", ""), request.GET.get("y", ""))
    guests.see(guest, at=timezone.now())
    number = min(number, newest.pages) if fault else number
    proportion = _proportion(newest, number)
    context = {
        "guest": guest,
        "token": token,
        "edition": newest,
        "number": number,
        "marks": list(_marks(guest, newest).filter(page=number)),
        "widths": [(width, round(width * proportion)) for width in WIDTHS],
        "place": place,
        "words": words,
        "fault": fault,
        "done": "done" in request.GET,
        "most": proofs.LONGEST_WORDS,
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if number < newest.pages else None,
    }
    return _draw(request, "proofs/page.html", context, status=400 if fault else 200)


@discreet
@require_safe
def picture(
    request: HttpRequest, token: str, form: str, version: int, number: int, size: str
) -> HttpResponse:
    """Return a page of the newest version as a picture."""
    guest = _guest(token)
    newest = _newest(guest, form)
    if version != newest.version or size not in SIZES:
        raise Http404
    if refusal := turnstile.turned_away(request, "proof", most=MOST_PICTURES):
        return refusal
    try:
        with newest.file.open("rb") as file:
            drawn = thumbnails.draw(file, number, SIZES[size])
    except (thumbnails.NoSuchPage, OSError) as error:
        raise Http404 from error
    return HttpResponse(drawn, content_type="image/png")


def _guest(token: str) -> Guest:
    """Return whose link it is; for a wrong one, an expired one and a revoked one there is nothing."""
    guest = guests.of_token(token, at=timezone.now())
    if guest is None:
        raise Http404
    return guest


def _newest(guest: Guest, form: str) -> Edition:
    found = next((one for one in guests.newest(guest) if one.form == form), None)
    if found is None:
        raise Http404
    return found


def _older(newest: Edition, version: int) -> Edition:
    """Return the version that a guest was still looking at when the newest came out."""
    there = Edition.objects.filter(issue=newest.issue_id, form=newest.form, version=version)
    found = there.sound().select_related("issue").first()
    if found is None:
        raise Http404
    return found


def _marks(guest: Guest, edition: Edition) -> Any:
    """Return what this guest has marked. What others marked is not for them."""
    return Mark.objects.on(edition).filter(guest=guest).select_related("edition")


def _place(request: HttpRequest, edition: Edition, number: int) -> places.Place | None:
    clicked = places.clicked(request.POST, _proportion(edition, number))
    return clicked or places.written(request.POST.get("x", ""), request.POST.get("y", ""))


def _proportion(edition: Edition, number: int) -> float:
    try:
        with edition.file.open("rb") as file:
            return thumbnails.proportion(file, number)
    except (thumbnails.NoSuchPage, OSError) as error:
        raise Http404 from error


def _to_page(*args: Any, anchor: str = "", **query: str) -> HttpResponse:
    asked = f"?{urlencode(query)}" if query else ""
    return redirect(
        f"{reverse('newsstand:proof-page', args=args)}{asked}{f'#{anchor}' if anchor else ''}"
    )


def _draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    language = translation.get_language() or "en"
    around = {"language": language, "direction": languages.direction(language)}
    return render(request, template, {**context, **around}, status=status)
