"""The list of users in the office: those who work there. Readers are not in it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.users.views import users

from masthead.people import staff


class _AmongStaff:
    """Finds nobody who does not work in the office."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return staff for the list."""
        return staff.among(super().get_base_queryset())  # type: ignore[misc]

    def get_queryset(self) -> QuerySet[Any]:
        """Return staff for the pages about one of them."""
        return staff.among(super().get_queryset())  # type: ignore[misc]


class StaffList(_AmongStaff, users.IndexView):
    """The list."""

    page_title = _("Staff")
    add_item_label = _("Add somebody")


class EditStaff(_AmongStaff, users.EditView):
    """What stands about one of them."""


class DeleteStaff(_AmongStaff, users.DeleteView):
    """Taking one of them out."""


class StaffHistory(_AmongStaff, users.HistoryView):
    """What was changed about one of them."""


class StaffViewSet(users.UserViewSet):
    """Wagtail's pages about users, for staff only."""

    menu_label = _("Staff")
    index_view_class = StaffList
    edit_view_class = EditStaff
    delete_view_class = DeleteStaff
    history_view_class = StaffHistory
