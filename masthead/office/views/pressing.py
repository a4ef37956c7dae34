"""On the office's first page: how far it is with pressing everything anew."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from masthead.production import progress


class PressingPanel(Component):
    """How many pages have their new looks; nothing while none is being given any."""

    name = "masthead-pressing"
    order = 60
    template_name = "office/pressing_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return what it shows."""
        found = progress.under_way()
        is_counted = found is not None and found.about >= found.done > 0
        return {"progress": found, "is_counted": is_counted}


def on_first_page(_request: HttpRequest, panels: list[Any]) -> None:
    """Put the panel on everybody's first page: whoever publishes wonders where it stays."""
    panels.append(PressingPanel())
