"""What a publisher says of a title itself: its name, its zone, whom its articles are for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from masthead.editorial.models import Title
from masthead.editorial.models.audience import for_readers_panel


class Founded(ModelPermissionPolicy):
    """Lets nobody add or delete: a title is founded by `masthead new`, and books point to it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether `user` may do that with all of them."""
        return action in ("change", "view") and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Say whether `user` may do one of these."""
        return any(self.user_has_permission(user, action) for action in actions)


class Titles(ModelViewSet):
    """Titles, among the settings of the office."""

    model = Title
    name = "titles"
    icon = "site"
    menu_label = gettext_lazy("Titles")
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display: ClassVar = ["name", "language", "time_zone", "access"]
    panels: ClassVar = [
        FieldPanel("name"),
        FieldPanel("tagline"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("time_zone")]),
        FieldRowPanel([FieldPanel("publisher"), FieldPanel("issn")]),
        for_readers_panel(),
        MultiFieldPanel([FieldPanel("lead_words")], heading=gettext_lazy("The lead")),
    ]

    @property
    def permission_policy(self) -> Founded:
        """Return who may change titles."""
        return Founded(self.model)
