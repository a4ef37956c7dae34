"""The editions of an issue: have them pressed, see what came of it, fetch the files."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from masthead.editorial.models import Issue
from masthead.people.models import User
from masthead.press.paper import thumbnails
from masthead.production import booked, pages_seen, pressings, proofs
from masthead.production.models import Edition, printer_of

SHOWN = 30
"""How many of the newest editions are listed."""
SECONDS_BETWEEN_LOOKS = 2
SMALL, LARGE = 240, 1100
"""How wide pictures of pages are, in pixels."""


@require_http_methods(["GET", "POST"])
def editions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an issue's editions; on POST, have one pressed."""
    issue = issue_for(request, pk)
    if request.method == "POST":
        form = request.POST.get("form", "")
        if form not in Edition.Form.values:
            raise Http404
        pressings.ask(issue, Edition.Form(form), by=staff(request), at=timezone.now())
        return redirect("office:editions", pk)
    there = list(Edition.objects.filter(issue=issue)[:SHOWN])
    for one in there:
        one.issue = issue
    answer = render(
        request,
        "office/editions.html",
        {
            "issue": issue,
            "forms": [
                choice
                for choice in Edition.Form.choices
                # A printer that takes the cover with the pages has no use for one apart.
                if choice[0] != Edition.Form.COVER or printer_of(issue.publication).cover_apart
            ],
            "editions": _with_differences(there),
            "may_publish": issue.permissions_for_user(request.user).can_publish(),
            "troubles": booked.troubles(issue),
        },
    )
    if any(one.under_way for one in there):
        answer["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return answer


@require_http_methods(["GET", "POST"])
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pages of a sound edition as spreads, the cover alone; on POST, pass it for press."""
    shown = paged(request, pk)
    may_pass = may_publish(request, shown)
    if request.method == "POST":
        if not may_pass:
            raise PermissionDenied
        try:
            pressings.pass_for_press(shown, by=staff(request), at=timezone.now())
            messages.success(request, _("This version is passed for press."))
        except pressings.CannotPass as refusal:
            messages.error(request, str(refusal))
        return redirect("office:edition", pk)
    passed = pressings.passed(shown.issue, Edition.Form(shown.form))
    proof = proofs.of(shown)
    since = []
    if passed and passed != shown:
        pages_seen.of(passed)
        since = pressings.changes(shown, passed)
    sides = proof.pages
    spreads = [sides[:1], *(sides[left : left + 2] for left in range(1, len(sides), 2))]
    return render(
        request,
        "office/edition.html",
        {
            "edition": shown,
            "spreads": spreads,
            "width": SMALL,
            "height": round(SMALL * 4 / 3),
            "may_pass": may_pass,
            "proof": proof,
            "to_do": proof.to_do(),
            "newest": pressings.newest(shown.issue, Edition.Form(shown.form)),
            "passed": passed,
            "since": since,
        },
    )


@require_GET
def edition_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Return one page of a sound edition as a picture; large where that is asked for."""
    shown = paged(request, pk)
    with shown.file.open("rb") as file:
        try:
            picture = thumbnails.draw(file, number, LARGE if "large" in request.GET else SMALL)
        except thumbnails.NoSuchPage as error:
            raise Http404 from error
    answer = HttpResponse(picture, content_type="image/png")
    # A version never changes; but what it shows is for this reader alone.
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@require_GET
def edition_file(request: HttpRequest, pk: int) -> FileResponse:
    """Return the file of a sound edition."""
    found = sound(request, pk)
    name, dot, ending = found.file_name.rpartition(".")
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=f"{name}-{found.version}{dot}{ending}",
        content_type=found.media_type,
    )


def paged(request: HttpRequest, pk: int) -> Edition:
    """Return a sound edition that has pages to somebody who may have it; books and recordings have none."""
    found = sound(request, pk)
    if not found.has_pages:
        raise Http404
    return found


def sound(request: HttpRequest, pk: int) -> Edition:
    """Return a sound edition to somebody who may have it."""
    found = get_object_or_404(Edition.objects.sound().select_related("issue"), pk=pk)
    issue_for(request, found.issue_id)
    return found


def staff(request: HttpRequest) -> User:
    """Return whoever is signed in; Wagtail lets nobody else in here."""
    return cast("User", request.user)


def may_publish(request: HttpRequest, edition: Edition) -> bool:
    """Say whether somebody may publish the issue of an edition, and so sign off and pass it."""
    return bool(edition.issue.permissions_for_user(request.user).can_publish())


def issue_for(request: HttpRequest, pk: int) -> Issue:
    """Return an issue to somebody who may edit it, and so read all that is in it."""
    issue = get_object_or_404(Issue, pk=pk)
    if not issue.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return issue


def _with_differences(there: list[Edition]) -> list[tuple[Edition, list[str]]]:
    """Return each edition with what is another in it than in the version before."""
    sound = {(one.form, one.version): one for one in there if one.version}
    shown: list[tuple[Edition, list[str]]] = []
    for one in there:
        before = sound.get((one.form, (one.version or 0) - 1))
        told = pressings.changes(one, before) if before else []
        shown.append((one, told))
    return shown
