"""The flat-plan of an issue: its pages as spreads, and what may be done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from masthead.advertising.models import Booking
from masthead.editorial.models import Article, ContentsEntry, Issue
from masthead.office.views.editions import LARGE, SMALL, issue_for, staff
from masthead.press.paper import thumbnails
from masthead.production import booked, flat_plans
from masthead.production.models import Artwork, Insertion


class InsertionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Artwork of the issue's title, and where it is to stand."""

    class Meta:
        model = Insertion
        fields: ClassVar = ("artwork", "where", "page", "article")

    def __init__(self, sent: QueryDict | None = None, *, issue: Issue) -> None:
        """Offer what belongs to the issue."""
        super().__init__(sent, instance=Insertion(issue=issue))
        artwork = cast("forms.ModelChoiceField[Artwork]", self.fields["artwork"])
        artwork.queryset = Artwork.objects.filter(title=issue.publication)
        article = cast("forms.ModelChoiceField[Article]", self.fields["article"])
        article.queryset = Article.objects.filter(placement__issue=issue)


class BudgetForm(forms.Form):
    """How many pages an issue may have."""

    budget = forms.IntegerField(
        label=gettext_lazy("Pages, covers included"), min_value=4, max_value=2000, required=False
    )


@require_http_methods(["GET", "POST"])
def flat_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an issue's flat-plan; on POST, do to it what ``act`` says."""
    issue = issue_for(request, pk)
    rights = issue.permissions_for_user(request.user)
    form = InsertionForm(issue=issue)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise Http404
        if act in FOR_PUBLISHERS and not rights.can_publish():
            raise PermissionDenied
        if act == "insert":
            form = InsertionForm(request.POST, issue=issue)
        try:
            if ACTS[act](request, issue, form):
                return redirect("office:flat_plan", pk)
        except (flat_plans.Cannot, booked.CannotPlace) as refusal:
            messages.error(request, str(refusal))
            return redirect("office:flat_plan", pk)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("office:flat_plan", pk)
    plan = flat_plans.of(issue)
    return render(
        request,
        "office/flat_plan.html",
        {
            "issue": issue,
            "plan": plan,
            "booked": booked.of(issue),
            "advertisers": booked.advertisers(plan),
            "form": form,
            "budget": BudgetForm(initial={"budget": plan.budget}),
            "may_lock": rights.can_publish(),
            "statuses": [(status.value, label) for status, label in _statuses().items()],
            "missing": _statuses()[flat_plans.Status.MISSING],
        },
    )


@require_GET
def artwork_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Return one page of artwork as a picture; large where that is asked for."""
    artwork = get_object_or_404(Artwork.objects.exclude(file=""), pk=pk)
    issues = Issue.objects.filter(publication=artwork.title)
    may = request.user.has_perm("production.view_artwork") or any(
        issue.permissions_for_user(request.user).can_edit() for issue in issues.iterator()
    )
    if not may:
        raise PermissionDenied
    with artwork.file.open("rb") as file:
        try:
            picture = thumbnails.draw(file, number, LARGE if "large" in request.GET else SMALL)
        except thumbnails.NoSuchPage as error:
            raise Http404 from error
    answer = HttpResponse(picture, content_type="image/png")
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _statuses() -> dict[flat_plans.Status, str]:
    return {
        flat_plans.Status.READY: _("Ready"),
        flat_plans.Status.WAITING: _("Not approved yet"),
        flat_plans.Status.MISSING: _("Nothing there yet"),
    }


# --- What may be done -------------------------------------------------------
# Each returns whether it was done; False shows the page again, with what was wrong.


def _move(request: HttpRequest, issue: Issue, _form: InsertionForm) -> bool:
    place = _place(issue, request.POST.get("place", ""))
    before = request.POST.get("before", "")
    target = _place(issue, before) if before else None
    if place != target:
        flat_plans.move_article(issue, place, target, by=staff(request))
    return True


def _insert(request: HttpRequest, _issue: Issue, form: InsertionForm) -> bool:
    if not form.is_valid():
        return False
    flat_plans.insert(form.instance, by=staff(request))
    return True


def _shift(request: HttpRequest, issue: Issue, _form: InsertionForm) -> bool:
    insertion = _insertion(request, issue)
    page = request.POST.get("page", "")
    insertion.where = Insertion.Where.PAGE
    insertion.page = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else None
    insertion.article = None
    flat_plans.insert(insertion, by=staff(request))
    return True


def _lock(request: HttpRequest, issue: Issue, _form: InsertionForm) -> bool:
    locked = bool(request.POST.get("locked"))
    flat_plans.lock(_insertion(request, issue), locked=locked, by=staff(request))
    return True


def _take_out(request: HttpRequest, issue: Issue, _form: InsertionForm) -> bool:
    flat_plans.take_out(_insertion(request, issue), by=staff(request))
    return True


def _budget(request: HttpRequest, issue: Issue, _form: InsertionForm) -> bool:
    asked = BudgetForm(request.POST)
    if not asked.is_valid():
        raise ValidationError(_("A budget is a number of pages, four at least."))
    flat_plans.set_budget(issue, asked.cleaned_data["budget"], by=staff(request))
    return True


def _let_in_booking(request: HttpRequest, issue: Issue, _form: InsertionForm) -> bool:
    page = request.POST.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else None
    booking = _booking(issue, request.POST.get("booking", ""))
    booked.let_in(booking, page=number, at=timezone.now(), by=staff(request))
    return True


def _take_in_booking(request: HttpRequest, issue: Issue, _form: InsertionForm) -> bool:
    booking = _booking(issue, request.POST.get("booking", ""))
    booked.take_in(booking, at=timezone.now())
    return True


ACTS: dict[str, Callable[[HttpRequest, Issue, InsertionForm], bool]] = {
    "move": _move,
    "insert": _insert,
    "shift": _shift,
    "lock": _lock,
    "take_out": _take_out,
    "budget": _budget,
    "let_in_booking": _let_in_booking,
    "take_in_booking": _take_in_booking,
}
FOR_PUBLISHERS = ("lock", "let_in_booking", "take_in_booking")
"""A page that was sold is locked by somebody who may publish, and unlocked by no other."""


def _place(issue: Issue, pk: str) -> ContentsEntry:
    if not pk.isascii() or not pk.isdigit():
        raise Http404
    return get_object_or_404(ContentsEntry, pk=pk, issue=issue)


def _booking(issue: Issue, pk: str) -> Booking:
    if not pk.isascii() or not pk.isdigit():
        raise Http404
    return get_object_or_404(
        Booking.objects.select_related("advertiser", "title", "issue"), pk=pk, issue=issue
    )


def _insertion(request: HttpRequest, issue: Issue) -> Insertion:
    pk = request.POST.get("insertion", "")
    if not pk.isascii() or not pk.isdigit():
        raise Http404
    return get_object_or_404(Insertion, pk=pk, issue=issue)
