"""Alarms in the office: a page with all of them, and a panel on the first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.components import Component

from masthead.office import permissions, watching
from masthead.office.pages import allow, show

IN_PANEL = 5


@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """Show everything that somebody should see to, the oldest first."""
    allow(request, permissions.SEE_ALARMS)
    found = watching.now(at=timezone.now())
    return show(request, "office/alarms.html", {"alarms": found}, title=_("Alarms"), icon="warning")


class AlarmsPanel(Component):
    """The oldest alarms, on the office's first page; nothing for who may do nothing about them."""

    name = "masthead-alarms"
    order = 50
    template_name = "office/alarms_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return what it shows."""
        found = watching.now(at=timezone.now())
        return {"alarms": found[:IN_PANEL], "more": max(0, len(found) - IN_PANEL)}


def on_first_page(request: HttpRequest, panels: list[Any]) -> None:
    """Put the panel on the first page of who may see it."""
    if request.user.has_perm(permissions.SEE_ALARMS):
        panels.append(AlarmsPanel())
