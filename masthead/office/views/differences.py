"""Differences in the office: what provider, attempts and books do not agree on, and disputes."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from masthead.office import permissions
from masthead.office.pages import allow, show
from masthead.office.views.bank import NoteForm
from masthead.payments import settling
from masthead.payments.models import Attempt, Difference, Dispute, HandNote, ProviderNotice

PAGE = 50


@require_safe
def differences(request: HttpRequest) -> HttpResponse:
    """List open differences, payments of which nobody knows, disputes, and unread notices."""
    allow(request, permissions.SETTLE)
    page = Paginator(Difference.objects.open(), PAGE).get_page(request.GET.get("p"))
    unknown = Attempt.objects.filter(state=Attempt.State.UNKNOWN).select_related("payer")
    context = {
        "page": page,
        "unknown": unknown.order_by("sent_at")[:PAGE],
        "disputes": Dispute.objects.filter(state=Dispute.State.OPEN).select_related("charge")[
            :PAGE
        ],
        "notices": ProviderNotice.objects.filter(looked_at=None)[:PAGE],
        "settled": Difference.objects.exclude(settled_at=None).order_by("-settled_at")[:20],
    }
    return show(request, "office/differences.html", context, title=_("Differences"), icon="warning")


@require_http_methods(["GET", "POST"])
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one difference; on POST, settle it with a note."""
    staff = allow(request, permissions.SETTLE)
    found = get_object_or_404(Difference, pk=pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settling.settle(found, form.cleaned_data["note"], at=timezone.now(), by=staff)
            messages.success(request, _("It is settled. If it is found again, it is told again."))
        except settling.CannotSettle as refusal:
            messages.error(request, str(refusal))
        return redirect("office:differences")
    context = {
        "difference": found,
        "form": form,
        "notes": HandNote.objects.filter(about=f"difference:{found.pk}").select_related("by"),
    }
    return show(
        request, "office/difference.html", context, title=found.get_kind_display(), icon="warning",
        above=[(_("Differences"), reverse("office:differences"))],
    )  # fmt: skip
