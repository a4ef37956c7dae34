"""Readers by agreement: complimentary grants and institutions, as the office keeps them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button

from masthead.circulation import grants, institutions
from masthead.circulation.models import Grant, Institution, Policy, Seat
from masthead.editorial.models import Title
from masthead.office.permissions import GRANTS
from masthead.people.models import User


class GrantForm(WagtailAdminModelForm):
    """A grant, with its reader named by mail address."""

    reader_mail = forms.EmailField(
        label=gettext_lazy("Reader’s mail address"),
        help_text=gettext_lazy("Somebody who has not signed up yet finds it there once they do."),
    )

    class Meta:
        model = Grant
        fields: ClassVar = (
            "title", "reader_mail", "reason", "starts_at", "ends_at", "first_issue", "last_issue",
            "without_ads",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the beginning be left to the moment of giving, and name the only title there is."""
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].required = False
        self.fields["starts_at"].help_text = _("Left empty: from now on.")
        self.fields["first_issue"].help_text = _("By its sequence. Left empty: every issue.")
        self.fields["title"].initial = Title.objects.first()

    def _post_clean(self) -> None:
        """Leave judging to `grants.give()`, which knows the rules."""

    def issues(self) -> tuple[int, int] | None:
        """Return the issues it is for, a single one twice; None for all."""
        first, last = self.cleaned_data["first_issue"], self.cleaned_data["last_issue"]
        if first is None and last is None:
            return None
        return (first or last, last or first)


class GiveGrant(CreateView):
    """Gives a grant, or says why it cannot be given."""

    def form_valid(self, form: GrantForm) -> HttpResponse:
        """Give what was asked for; what the verb refuses is told above the form."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
        except grants.CannotGive as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)
        return response

    def save_instance(self) -> Grant:
        """Return the grant, given now by whoever is signed in."""
        asked = self.form.cleaned_data
        mail = asked["reader_mail"]
        reader = User.objects.with_mail(mail)
        return grants.give(
            reader or User.objects.create_user(mail),
            asked["title"],
            reason=asked["reason"],
            starts_at=asked["starts_at"],
            ends_at=asked["ends_at"],
            issues=self.form.issues(),
            without_ads=asked["without_ads"],
            at=timezone.now(),
            by=self.request.user,
        )

    def get_success_buttons(self) -> list[Any]:
        """Offer no way to edit: a grant is an act."""
        return []


class GrantsIndex(IndexView):
    """Every grant, newest first, with the way to revoke it."""

    def get_list_more_buttons(self, instance: Grant) -> list[Any]:
        """Offer revoking what still holds, to those who may."""
        buttons = list(super().get_list_more_buttons(instance))
        if not instance.revoked_at and self.request.user.has_perm("circulation.revoke_grant"):
            url = reverse("office:revoke_grant", args=[instance.pk])
            buttons.append(Button(_("Revoke"), url=url, icon_name="cross", priority=40))
        return buttons


class Grants(ModelViewSet):
    """Complimentary grants in the office."""

    model = Grant
    icon = "key"
    menu_label = gettext_lazy("Complimentary")
    copy_view_enabled = False
    permission_policy = GRANTS
    inspect_view_enabled = True
    list_display: ClassVar = [
        "reader",
        "title",
        "reason",
        "starts_at",
        "ends_at",
        Column("revoked_at", label=gettext_lazy("revoked at"), sort_key="revoked_at"),
    ]
    list_filter: ClassVar = ["title"]
    search_fields: ClassVar = ["reason", "reader__email"]
    search_backend_name = None
    index_view_class = GrantsIndex
    add_view_class = GiveGrant
    form_fields: ClassVar = GrantForm.Meta.fields

    def get_form_class(self, for_update: bool = False) -> type[GrantForm]:
        """Return the form in which a grant is asked for."""
        return GrantForm


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to revoke a grant; on POST, do it."""
    if not request.user.has_perm("circulation.revoke_grant"):
        raise PermissionDenied
    grant = get_object_or_404(Grant.objects.select_related("reader", "title"), pk=pk)
    if request.method == "GET":
        return render(request, "office/revoke_grant.html", {"grant": grant})
    try:
        grants.revoke(grant, at=timezone.now(), by=request.user)
        messages.success(request, _("%(reader)s no longer reads.") % {"reader": grant.reader})
    except grants.CannotRevoke as refusal:
        messages.error(request, str(refusal))
    return redirect("grants:index")


class InstitutionsIndex(IndexView):
    """Every institution, with the way to its seats."""

    def get_list_more_buttons(self, instance: Institution) -> list[Any]:
        """Offer the seats of those that have any."""
        buttons = list(super().get_list_more_buttons(instance))
        if instance.seats and self.request.user.has_perm("circulation.change_institution"):
            url = reverse("office:seats", args=[instance.pk])
            buttons.append(Button(_("Seats"), url=url, icon_name="group", priority=40))
        return buttons


class Institutions(ModelViewSet):
    """Institutions in the office."""

    model = Institution
    icon = "group"
    menu_label = gettext_lazy("Institutions")
    copy_view_enabled = False
    list_display: ClassVar = ["name", "title", "kind", "starts_at", "ends_at", "seats"]
    list_filter: ClassVar = ["title", "kind"]
    search_fields: ClassVar = ["name"]
    search_backend_name = None
    index_view_class = InstitutionsIndex
    form_fields: ClassVar = ["title", "name"]  # The panels of the model say the rest.


class InvitationForm(forms.Form):
    """Whom to keep a seat for."""

    mail = forms.EmailField(label=gettext_lazy("Mail address"))


@require_http_methods(["GET", "POST"])
def seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an institution's seats; invite to one, or free one."""
    if not request.user.has_perm("circulation.change_institution"):
        raise PermissionDenied
    institution = get_object_or_404(Institution, pk=pk)
    kept = Seat.objects.filter(institution=institution, revoked_at=None).select_related("reader")
    form = InvitationForm(request.POST if "mail" in request.POST else None)
    if request.method == "POST":
        now = timezone.now()
        if "free" in request.POST:
            seat = get_object_or_404(kept, pk=request.POST["free"])
            institutions.free(seat, at=now, by=request.user)
            messages.success(request, _("The seat of %(mail)s is free.") % {"mail": seat.mail})
            return redirect("office:seats", pk)
        if form.is_valid():
            mail = form.cleaned_data["mail"]
            try:
                institutions.invite(institution, mail, at=now, by=request.user)
                messages.success(request, _("A seat is kept for %(mail)s.") % {"mail": mail})
            except institutions.CannotInvite as refusal:
                messages.error(request, str(refusal))
            return redirect("office:seats", pk)
    return render(
        request,
        "office/seats.html",
        {"institution": institution, "seats": kept, "form": form},
    )


class Policies(ModelViewSet):
    """What a publisher decides about reading."""

    model = Policy
    icon = "cog"
    menu_label = gettext_lazy("Reading policy")
    copy_view_enabled = False
    list_display: ClassVar = ["title", "metered_articles", "gifts_a_month", "reading_sessions"]
    form_fields: ClassVar = [
        "title", "metered_articles", "gifts_a_month", "gift_days", "gift_uses", "reading_sessions",
    ]  # fmt: skip


class Readers(ModelViewSetGroup):
    """Who reads, and by which agreement, in the office's menu."""

    menu_label = gettext_lazy("Readers")
    menu_icon = "group"
    menu_order = 260
    items = (Grants("grants"), Institutions("institutions"), Policies("policies"))
