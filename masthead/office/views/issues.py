"""Moving an issue along: ask, do, say what happened."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from masthead.editorial import issues
from masthead.editorial.models import Article, Issue


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    """Ask whether to bring an issue to state `to`; on POST, do it."""
    issue = get_object_or_404(Issue, pk=pk)
    if not issue.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    if to not in Issue.State.values:
        raise Http404
    if request.method == "GET":
        waiting = Article.objects.filter(placement__issue=issue).order_by("placement__sort_order")
        return render(
            request,
            "office/move_issue.html",
            {
                "issue": issue,
                "to": Issue.State(to),
                "on_sale": to == Issue.State.ON_SALE,
                "articles": [(article, issues.approved(article)) for article in waiting],
            },
        )
    now = timezone.now()
    try:
        if to == Issue.State.ON_SALE:
            issues.put_on_sale(issue, at=now, by=request.user)
            messages.success(request, _("“%(title)s” is on sale.") % {"title": issue.title})
        else:
            moved = issues.move(issue, Issue.State(to), at=now, by=request.user)
            messages.success(
                request,
                _("“%(title)s” is now: %(state)s.")
                % {"title": issue.title, "state": moved.get_state_display()},
            )
    except issues.CannotMove as refusal:
        messages.error(request, str(refusal))
    return redirect("wagtailadmin_pages:edit", issue.pk)
