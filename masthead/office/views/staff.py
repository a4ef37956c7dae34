"""The list of users in the office: those who work there. Readers are not in it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_list_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.users.views import bulk_actions, users

from masthead.people import staff
from masthead.people.models import User


class _AboutStaff:
    """A page about one person, who must work in the office."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """Return the person.

        Raises:
            Http404: there is none, or they do not work here.
        """
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not staff.among(User.objects.filter(pk=found.pk)).exists():
            raise Http404
        return found


class StaffList(users.IndexView):
    """The list."""

    page_title = _("Staff")
    add_item_label = _("Add somebody")

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return those who work in the office."""
        return staff.among(super().get_base_queryset())


class EditStaff(_AboutStaff, users.EditView):
    """What stands about one of them."""


class DeleteStaff(_AboutStaff, users.DeleteView):
    """Taking one of them out."""


class StaffHistory(_AboutStaff, users.HistoryView):
    """What was changed about one of them."""


class StaffViewSet(users.UserViewSet):
    """Wagtail's pages about users, for staff only."""

    menu_label = _("Staff")
    index_view_class = StaffList
    edit_view_class = EditStaff
    delete_view_class = DeleteStaff
    history_view_class = StaffHistory


class _OnlyStaff:
    """An act on many at once. Wagtail's “all” means everybody in the table, readers included."""

    @classmethod
    def get_queryset(cls, model: Any, object_ids: Any) -> list[Any]:
        """Return those of the chosen who work in the office."""
        return get_list_or_404(staff.among(model.objects.filter(pk__in=object_ids)))


class AssignRole(_OnlyStaff, bulk_actions.AssignRoleBulkAction):
    """Puts staff into a group."""


class Delete(_OnlyStaff, bulk_actions.DeleteBulkAction):
    """Takes staff out."""


class SetActiveState(_OnlyStaff, bulk_actions.SetActiveStateBulkAction):
    """Bars staff, or lets them in again."""


BULK_ACTIONS = (AssignRole, Delete, SetActiveState)
