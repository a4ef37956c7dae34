"""The panel that tells an editor what to look at before an article goes out."""

from __future__ import annotations

from wagtail.admin.panels import Panel


class ChecksPanel(Panel):
    """Lists the findings of `editorial.checks` for the copy as it was last saved.

    The template asks for them: `manuscripts` knows the models, whose forms have this panel.
    """

    class BoundPanel(Panel.BoundPanel):
        """The panel beside one article's form."""

        template_name = "editorial/checks_panel.html"

        def is_shown(self) -> bool:
            """Say whether there is anything to look at: nothing before the first save."""
            return bool(self.instance.pk)
