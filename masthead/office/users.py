"""Has Wagtail list those who work in the office where it would list everybody."""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class StaffConfig(WagtailUsersAppConfig):
    """Wagtail's users, with our list."""

    user_viewset = "masthead.office.views.staff.StaffViewSet"
