"""What a reader may ask of us by law: everything we hold, and to be forgotten."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from masthead.newsstand.account_pages import Part
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, form_of, show
from masthead.people import erasure, personal_data

PAGE = require_http_methods(["GET", "HEAD", "POST"])


class SureForm(forms.Form):
    """The second step of being forgotten."""

    mail = forms.EmailField(
        label=gettext_lazy("Your mail address, to be sure"),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, mail: str, **kwargs: Any) -> None:
        """Expect `mail` to be typed."""
        super().__init__(*args, **kwargs)
        self.expected = mail

    def clean_mail(self) -> str:
        """Return the address.

        Raises:
            ValidationError: it is another's.
        """
        typed: str = self.cleaned_data["mail"]
        if typed.lower() != self.expected.lower():
            raise forms.ValidationError(_("That is not the mail address of this account."))
        return typed


@login_required
@PAGE
@reauthentication_required(app="masthead.people")
def export(request: HttpRequest) -> HttpResponse:
    """Tell what we hold, and hand it over."""
    user: Any = request.user
    if request.method == "POST":
        now = timezone.now()
        response = HttpResponse(personal_data.pack(user, at=now), content_type="application/zip")
        name = f"my-data-{now:%Y-%m-%d}.zip"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "private, no-store"
        return response
    text = (
        _("Everything we hold about you, in one file: as JSON for programs, and as tables (CSV)."),
    )
    take = Part(heading=_("Take it with you"), text=text, forms=(button(_("Fetch the file")),))
    ways = (Link(_("Erase this account"), reverse("account_erasure")),)
    text = (_("You can have us forget you. What the law has us keep stays, without your name."),)
    forget = Part(heading=_("Be forgotten"), text=text, links=ways)
    return show(request, _("Your data"), take, forget)


@login_required
@PAGE
@reauthentication_required(app="masthead.people")
def erase(request: HttpRequest) -> HttpResponse:
    """Say what erasing means, ask once more, and do it."""
    user: Any = request.user
    form = SureForm(request.POST if "mail" in request.POST else None, mail=user.email)
    if form.is_bound and form.is_valid():
        try:
            erasure.erase(user, by=user, at=timezone.now())
        except erasure.CannotErase as cannot:
            form.add_error(None, str(cannot))
        else:
            logout(request)
            text = _("You are signed out everywhere. There is nothing left here that names you.")
            return show(request, _("The account is erased"), Part(text=(text,)))
    if request.method == "POST":
        ask = Part(
            text=(_("There is no way back from this."),),
            forms=(form_of(form, _("Erase my account now"), is_grave=True),),
            links=(Link(_("Keep my account"), reverse("account_home")),),
        )
        return show(request, _("Are you sure?"), ask)
    first = Part(
        text=(
            _("Your name, addresses, devices, passkeys and whatever we know of your reading go."),
            _("Bills and what was paid stay as long as the law says, under a number."),
            _("You will be signed out everywhere, and this account cannot be opened again."),
        ),
        forms=(button(_("Go on to erasing"), is_quiet=True),),
        links=(Link(_("Fetch your data first"), reverse("account_export")),),
    )
    return show(request, _("Erase this account"), first)
