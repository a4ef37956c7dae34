"""The reader's own page: name, letters, consent, devices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from masthead.newsstand.account_pages import Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import button, form_of, show
from masthead.people import consent, sessions
from masthead.people.models import Address, Consent, User

PAGE = require_http_methods(["GET", "HEAD", "POST"])


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person is called; both may stay empty."""

    class Meta:
        model = User
        fields = ("first_name", "last_name")
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "given-name"}),
            "last_name": forms.TextInput({"autocomplete": "family-name"}),
        }


@login_required
@PAGE
def home(request: HttpRequest) -> HttpResponse:
    """Show what the account holds, and change the name."""
    user: Any = request.user
    form = NameForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is written down."))
        return redirect("account_home")
    labels = {"first_name": _("Given name"), "last_name": _("Family name")}
    name = Part(heading=_("Name"), forms=(form_of(form, _("Keep it"), labels=labels),))
    return show(request, _("Your account"), Part(rows=tuple(_rows(user))), name)


def _rows(user: User) -> list[Row]:
    letters = [one for one in consent.standing(user) if one.purpose.is_letter and one.is_given]
    post = Address.objects.filter(user=user, is_for_post=True).first()
    return [
        Row(
            heading=_("Mail address"),
            lines=(user.email,),
            links=(Link(_("Change it"), reverse("account_email")),),
        ),
        Row(
            heading=_("Post goes to"),
            lines=(str(post) if post else _("No address yet"),),
            links=(Link(_("Addresses"), reverse("account_addresses")),),
        ),
        Row(
            heading=_("Letters"),
            lines=tuple(str(one.purpose.title) for one in letters) or (_("None"),),
            links=(Link(_("Choose"), reverse("account_letters")),),
        ),
        Row(
            heading=_("Signed in"),
            lines=(_("See where, and end what is not yours."),),
            links=(
                Link(_("Devices"), reverse("usersessions_list")),
                Link(_("Sign out"), reverse("account_logout")),
            ),
        ),
    ]


@login_required
@PAGE
def letters(request: HttpRequest) -> HttpResponse:
    """Show and choose which letters are sent."""
    user: Any = request.user
    known = [one for one in consent.standing(user) if one.purpose.is_letter]
    form = _letters_form(known)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen = {name for name, value in form.cleaned_data.items() if value}
        consent.choose_letters(user, chosen, at=timezone.now(), channel=Consent.Channel.ACCOUNT)
        messages.success(request, _("Your choice is written down."))
        return redirect("account_letters")
    text = _("We send what you choose here, and nothing else but what your orders need.")
    choose = Part(text=(text,), forms=(form_of(form, _("Keep this choice")),))
    ways = (Link(_("What you agreed to, and when"), reverse("account_consent")),)
    return show(request, _("Letters"), choose, Part(links=ways))


def _letters_form(known: list[consent.Standing]) -> type[forms.Form]:
    fields = {
        one.purpose.key: forms.BooleanField(
            required=False,
            label=one.purpose.title,
            help_text=one.purpose.words,
            initial=one.is_given,
        )
        for one in known
    }
    return type("LettersForm", (forms.Form,), fields)


@login_required
@PAGE
def consents(request: HttpRequest) -> HttpResponse:
    """Show what a person agreed to, in which words and since when; withdraw it."""
    user: Any = request.user
    if request.method == "POST":
        try:
            consent.withdraw(
                user,
                request.POST.get("purpose", ""),
                at=timezone.now(),
                channel=Consent.Channel.ACCOUNT,
            )
        except consent.UnknownPurpose as unknown:
            raise Http404 from unknown
        messages.success(request, _("You no longer agree to that."))
        return redirect("account_consent")
    standing = [one for one in consent.standing(user) if one.since]
    now = tuple(_consent_row(one) for one in standing)
    past = tuple(_record_row(record) for record in Consent.objects.filter(user=user).reverse())
    present = Part(
        text=() if now else (_("We have not asked you for anything yet."),),
        rows=now,
        links=(Link(_("Letters"), reverse("account_letters")),),
    )
    if not past:
        return show(request, _("Consent"), present)
    return show(request, _("Consent"), present, Part(heading=_("All records"), rows=past))


def _consent_row(one: consent.Standing) -> Row:
    assert one.since is not None
    said = _("You agreed on %(day)s.") if one.is_given else _("You withdrew it on %(day)s.")
    end = button(_("Withdraw"), hidden={"purpose": one.purpose.key}, is_quiet=True)
    return Row(
        heading=str(one.purpose.title),
        lines=(str(one.purpose.words), said % {"day": date_format(one.since)}),
        forms=(end,) if one.is_given else (),
    )


def _record_row(record: Consent) -> Row:
    said = _("agreed") if record.is_given else _("withdrew")
    moment = date_format(record.at, "DATETIME_FORMAT")
    version = _("Words of version %(version)s") % {"version": record.version}
    return Row(heading=f"{moment}: {said}", lines=(record.words, version))


@login_required
@PAGE
def devices(request: HttpRequest) -> HttpResponse:
    """Show where a person is signed in; sign out everywhere else."""
    user: Any = request.user
    here = request.session.session_key
    if request.method == "POST":
        sessions.end_all(user, but=here)
        messages.success(request, _("You are signed in here only."))
        return redirect("usersessions_list")
    found = sessions.of(user, here=here)
    rows = tuple(_device_row(one) for one in found)
    others = len([one for one in found if not one.is_here])
    everywhere = button(_("Sign out everywhere else"), is_quiet=True)
    part = Part(rows=rows, forms=(everywhere,) if others > 1 else ())
    text = _("A browser you do not know? End it, then look at your security.")
    return show(request, _("Devices"), part, standfirst=text)


def _device_row(device: sessions.Device) -> Row:
    since = _("Signed in on %(moment)s") % {
        "moment": date_format(timezone.localtime(device.signed_in_at), "DATETIME_FORMAT")
    }
    if device.is_here:
        links = (Link(_("Sign out"), reverse("account_logout")),)
        return Row(heading=device.name, lines=(_("This browser"), since), links=links)
    end = button(_("End it"), action=reverse("account_session", args=[device.pk]), is_quiet=True)
    return Row(heading=device.name, lines=(since,), forms=(end,))


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of a person's own sessions; one that is over already is over."""
    user: Any = request.user
    sessions.end_device(user, pk)
    messages.success(request, _("That browser is signed out."))
    return redirect("usersessions_list")
