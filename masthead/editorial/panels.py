"""The panel that tells an editor what to look at before an article goes out."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel


class ChecksPanel(Panel):
    """Lists the findings of `editorial.checks` for the copy as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        """The panel beside one article's form."""

        template_name = "editorial/checks_panel.html"

        def is_shown(self) -> bool:
            """Say whether there is anything to look at."""
            return bool(self.instance.pk) and bool(self._findings())

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Return the context with the findings."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["findings"] = self._findings()
            return context

        def _findings(self) -> list[Any]:
            # Imported here: manuscripts imports the models, whose forms have this panel.
            from masthead.editorial import manuscripts

            if not hasattr(self, "_found"):
                self._found = manuscripts.findings(self.instance)
            return self._found
