"""The second proof: authenticator app, passkeys, recovery codes. Readers may, staff must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ListWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from masthead.newsstand.account_pages import AccountForm, Part, Row
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.again import IsItYou
from masthead.newsstand.views.account.doors import next_of, onward
from masthead.newsstand.views.account.pages import asking, button, form_of, show
from masthead.people import second_factor, staff


class Security(IndexView):
    """Says how this account is proved, and how that can be changed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send staff who have just proved themselves on to where they were going."""
        to = next_of(request)
        if to and second_factor.is_enrolled(request.user) and second_factor.is_proved(request):
            return redirect(to)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the page."""
        found = context["authenticators"]
        user: Any = self.request.user
        has_app, passkeys = "totp" in found, found.get("webauthn", [])
        codes = found.get("recovery_codes")
        if to := next_of(self.request):
            # Setting a factor up takes several pages; here one comes back in the end.
            self.request.session["account_onward"] = to
        must = settings.OFFICE_SECOND_FACTOR and staff.works_here(user)
        standfirst = ""
        if must and not (has_app or passkeys):
            standfirst = _("The office opens with two proofs. Set one of these up, then go on.")
        parts = [_app_part(has_app), _passkeys_part(len(passkeys))]
        if codes:
            left = len(codes.get_unused_codes())
            parts.append(_codes_part(left))
        if user.has_usable_password():
            ways = (Link(_("Change the password"), reverse("account_change_password")),)
            parts.append(Part(heading=_("Password"), links=ways))
        if (has_app or passkeys) and (to := self.request.session.get("account_onward")):
            way = Part(links=(Link(_("On to where you were going"), to),))
            parts.insert(0, way)
        return show(self.request, _("Security"), *parts, standfirst=standfirst)


def _app_part(has_app: bool) -> Part:
    if has_app:
        text = _("Set up. We ask for a code from it when you sign in.")
        way = Link(_("Remove the app"), reverse("mfa_deactivate_totp"))
    else:
        text = _("An app on your phone shows a new code every half minute.")
        way = Link(_("Set up an app"), reverse("mfa_activate_totp"))
    return Part(heading=_("Authenticator app"), text=(text,), links=(way,))


def _passkeys_part(count: int) -> Part:
    ways = [Link(_("Add a passkey"), reverse("mfa_add_webauthn"))]
    if count:
        ways.insert(0, Link(_("See your passkeys"), reverse("mfa_list_webauthn")))
    text = _("Sign in with your finger, your face or a PIN, without a letter.")
    return Part(heading=_("Passkeys"), text=(text,), links=tuple(ways))


def _codes_part(left: int) -> Part:
    text = _("For the day you have neither app nor passkey. Left: %(count)d.") % {"count": left}
    way = Link(_("See the codes"), reverse("mfa_view_recovery_codes"))
    return Part(heading=_("Recovery codes"), text=(text,), links=(way,))


class SetUpApp(ActivateTOTPView):
    """Sets up an authenticator app."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the picture to scan and ask for the first code."""
        secret = context["form"].secret
        spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        scan = Part(
            text=(_("Scan this with an authenticator app, or type the key beneath into it."),),
            figure=mark_safe(_named(context["totp_svg"])),  # noqa: S308 - drawn by a library of ours.
            codes=(spaced,),
        )
        labels = {"code": _("Code that the app shows")}
        ask = Part(forms=(form_of(context["form"], _("Set it up"), labels=labels),))
        return show(self.request, _("Set up an app"), scan, ask)


def _named(svg: str) -> str:
    """Return the drawing without its XML head, with a name for those who cannot see it."""
    name = escape(_("The key as a picture to scan"))
    return svg[svg.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{name}"', 1)


class RemoveApp(DeactivateTOTPView):
    """Removes the authenticator app."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        form = form_of(context["form"], _("Remove the app"), is_grave=True)
        text = _("Codes from the app will no longer be asked for, nor help you in.")
        return show(self.request, _("Remove the app"), Part(text=(text,), forms=(form,)))


class AddPasskey(AddWebAuthnView):
    """Adds a passkey, one that can sign in by itself."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Ask for a name, then the browser for a key."""
        options = auth.begin_registration(self.request.user, True)
        form = form_of(
            _without(context["form"], "passwordless"),
            _("Make a passkey"),
            labels={"name": _("What you call it")},
            hidden={"passwordless": "on"},
            passkey=asking("create", options),
        )
        text = _("Your browser makes it and keeps it; we get to know nothing but how to check it.")
        return show(self.request, _("Add a passkey"), Part(text=(text,), forms=(form,)))


def _without(form: BaseForm, name: str) -> BaseForm:
    form.fields.pop(name, None)
    return form


class Passkeys(ListWebAuthnView):
    """Lists passkeys."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the list."""
        rows = tuple(_passkey_row(key) for key in context["authenticators"])
        ways = (
            Link(_("Add a passkey"), reverse("mfa_add_webauthn")),
            Link(_("Back to security"), reverse("mfa_index")),
        )
        return show(self.request, _("Passkeys"), Part(rows=rows, links=ways))


def _passkey_row(key: Any) -> Row:
    lines = [_("Made on %(day)s") % {"day": date_format(key.created_at)}]
    if key.last_used_at:
        lines.append(_("Last used on %(day)s") % {"day": date_format(key.last_used_at)})
    way = Link(_("Remove"), reverse("mfa_remove_webauthn", args=[key.pk]))
    return Row(heading=str(key), lines=tuple(lines), links=(way,))


class RemovePasskey(RemoveWebAuthnView):
    """Removes a passkey."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        form = button(_("Remove it"), is_grave=True)
        text = _("“%(name)s” will no longer sign you in here.") % {"name": self.object}
        return show(self.request, _("Remove a passkey"), Part(text=(text,), forms=(form,)))


class SignInByPasskey(LoginWebAuthnView):
    """Signs in with a passkey; the page that asks for one is the door."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Let somebody who waits for a code think better of it."""


class SecondProof(AuthenticateView):
    """Asks for the second proof while somebody signs in."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the forms for what this person has."""
        user = self.stage.login.user
        options = context["js_data"]["request_options"]
        form = context["webauthn_form"]
        return show(self.request, _("Is it you?"), *_proofs(user, context["form"], form, options))


def _proofs(
    user: Any, form: BaseForm, passkey: BaseForm, options: Any, hidden: Mapping[str, str] | None = None
) -> list[Part]:  # fmt: skip
    """Return a part for each kind of second proof that `user` has."""
    kinds = set(user.authenticator_set.values_list("type", flat=True))
    parts = []
    if "webauthn" in kinds:
        asked = form_of(
            passkey,
            _("Use a passkey"),
            name="passkey",
            hidden=hidden,
            passkey=asking("get", options),
        )
        text = _("Show with a passkey that it is you.")
        parts.append(Part(text=(text,), forms=(asked,)))
    if kinds & {"totp", "recovery_codes"}:
        parts.append(Part(text=_code_text(kinds), forms=(_code_form(form, hidden),)))
    return parts


def _code_text(kinds: set[str]) -> tuple[str, ...]:
    if "totp" in kinds:
        return (_("Type the code that your authenticator app shows, or a recovery code."),)
    return (_("Without your passkey, type one of your recovery codes."),)


def _code_form(form: BaseForm, hidden: Mapping[str, str] | None = None) -> AccountForm:
    return form_of(form, _("Go on"), labels={"code": _("Code")}, hidden=hidden)


class ProveAgain(IsItYou, ReauthenticateView):
    """Asks somebody who is signed in for a code from the app."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        user: Any = self.request.user
        kinds = set(user.authenticator_set.values_list("type", flat=True))
        form = _code_form(context["form"], {"next": next_of(self.request)})
        links = _other_ways(self.request, "mfa_reauthenticate_webauthn", "webauthn" in kinds)
        part = Part(text=_code_text(kinds), forms=(form,), links=links)
        return show(self.request, _("Is it you?"), part)


class ProveAgainByPasskey(IsItYou, ReauthenticateWebAuthnView):
    """Asks somebody who is signed in for a passkey."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show what was wrong, and ask again."""
        context = self.get_context_data()
        return self.render_to_response({**context, "form": form})

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        form = form_of(
            context["form"],
            _("Use a passkey"),
            hidden={"next": next_of(self.request)},
            passkey=asking("get", context["js_data"]["request_options"]),
        )
        links = _other_ways(self.request, "mfa_reauthenticate", True)
        text = _("Show with a passkey that it is you.")
        return show(self.request, _("Is it you?"), Part(text=(text,), forms=(form,), links=links))


def _other_ways(request: HttpRequest, name: str, is_there: bool) -> tuple[Link, ...]:
    label = (
        _("Use a passkey instead")
        if name == "mfa_reauthenticate_webauthn"
        else _("Use a code instead")
    )
    return (Link(label, onward(request, name)),) if is_there else ()


class RecoveryCodes(ViewRecoveryCodesView):
    """Shows the recovery codes, to be written down."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the codes that are left."""
        codes = Part(
            text=(
                _("Keep these where neither your phone nor your computer can be lost with them."),
                _("Each opens the account once, in place of the app or the passkey."),
            ),
            codes=tuple(context["unused_codes"]),
        )
        ways = [
            Link(_("Make new codes"), reverse("mfa_generate_recovery_codes")),
            Link(_("I have kept them"), reverse("mfa_index")),
        ]
        if to := self.request.session.pop("account_onward", ""):
            ways.insert(0, Link(_("On to where you were going"), to))
        return show(self.request, _("Recovery codes"), codes, Part(links=tuple(ways)))


class NewRecoveryCodes(GenerateRecoveryCodesView):
    """Replaces the recovery codes."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        form = form_of(context["form"], _("Make new codes"), is_grave=True)
        text = _("Those you have will open nothing any more.")
        return show(self.request, _("Make new codes"), Part(text=(text,), forms=(form,)))
