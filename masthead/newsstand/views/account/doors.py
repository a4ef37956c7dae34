"""Signing in and out: a mailed code, a passkey, or a password for those who have one."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.account.views import (
    ConfirmEmailVerificationCodeView,
    ConfirmLoginCodeView,
    EmailView,
    LoginView,
    LogoutView,
    PasswordChangeView,
)
from allauth.core import ratelimit
from django.forms import BaseForm, Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic.edit import FormView

from masthead.newsstand.account_pages import Part
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.pages import asking, button, form_of, show
from masthead.people import doors
from masthead.people.adapters import LetterNotSent

UNAVAILABLE = 503


def next_of(request: HttpRequest) -> str:
    """Return where somebody wanted to go, if that is on this host."""
    return get_next_redirect_url(request) or ""


def onward(request: HttpRequest, name: str) -> str:
    """Return the address of a page that leads on to where somebody wanted to go."""
    url: str = passthrough_next_redirect_url(request, reverse(name), "next")
    return url


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, *, is_new: bool = False) -> HttpResponse:
    """Ask for a mail address and send a code there, whoever has it."""
    if request.user.is_authenticated:
        return redirect(next_of(request) or "account_home")
    if refusal := ratelimit.consume_or_429(request, action="login"):
        return refusal
    form = RequestLoginCodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            doors.SignIn.begin(request, form.cleaned_data["email"])
            return redirect(onward(request, "account_confirm_login_code"))
        except LetterNotSent as lost:
            form.add_error(None, str(lost))
            status = UNAVAILABLE
    return show(request, *_sign_in_page(request, form, is_new=is_new), status=status)


def _sign_in_page(request: HttpRequest, form: Form, *, is_new: bool) -> tuple[str, Part, Part]:
    to = {"next": next_of(request)}
    by_mail = Part(
        text=(
            _("Write your mail address, and we send a code there. There is no password to invent."),
        ),
        forms=(form_of(form, _("Send me a code"), labels={"email": _("Mail address")}, hidden=to),),
    )
    by_passkey = Part(
        heading=_("With a passkey"),
        text=(_("If you have set up a passkey, your finger, face or PIN signs you in."),),
        forms=(
            button(
                _("Use a passkey"),
                action=reverse("mfa_login_webauthn"),
                name="passkey",
                hidden=to,
                is_quiet=True,
                passkey=asking("get", options_url=reverse("mfa_login_webauthn")),
            ),
        ),
        links=(
            Link(_("Sign in instead"), onward(request, "account_login"))
            if is_new
            else Link(_("New here? Make an account"), onward(request, "account_signup")),
            Link(_("Staff with a password"), onward(request, "account_password_login")),
        ),
    )
    return (_("Make an account") if is_new else _("Sign in"), by_mail, by_passkey)


@method_decorator(
    login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"),
    name="dispatch",
)
class Code(ConfirmLoginCodeView):
    """Asks for the code that was mailed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go on with our own process, where allauth would with its own."""
        self.stage = request._login_stage  # type: ignore[attr-defined]
        self._process = doors.SignIn.going_on(self.stage)
        if self._process is None:
            return redirect("account_login")
        response: HttpResponseBase = FormView.dispatch(self, request, *args, **kwargs)
        return response

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        return code_page(
            self.request,
            context["form"],
            context["email"],
            back=Link(_("Use another address"), onward(self.request, "account_login")),
        )


def code_page(
    request: HttpRequest, form: BaseForm, email: str, *more: Part, back: Link
) -> HttpResponse:
    """Return the page that asks for a mailed code, and `more` below."""
    return show(
        request,
        _("Look into your mail"),
        Part(
            text=(
                _("We have sent a code to %(email)s. It holds for a quarter of an hour.")
                % {"email": email},
            ),
            forms=(
                form_of(
                    form,
                    _("Go on"),
                    labels={"code": _("Code")},
                    helps={"code": _("Six letters; small or large, with or without the dash.")},
                    hidden={"next": next_of(request), "action": "verify"},
                ),
            ),
            links=(back,),
        ),
        *more,
    )


class Password(LoginView):
    """Signs in those who have a password: the first editor, and whoever was given one."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Let somebody who waits for a code think better of it."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Sign in; say so if that takes a letter which cannot be sent."""
        try:
            response: HttpResponse = super().form_valid(form)
        except LetterNotSent as lost:
            form.add_error(None, str(lost))
            response = self.form_invalid(form)
        return response

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        labels = {"login": _("Mail address"), "password": _("Password")}
        form = form_of(
            context["form"], _("Sign in"), labels=labels, hidden={"next": next_of(self.request)}
        )
        links = (Link(_("Send me a code instead"), onward(self.request, "account_login")),)
        return show(
            self.request,
            _("Sign in with a password"),
            Part(
                text=(_("Whoever forgot their password can have a code sent instead."),),
                forms=(form,),
                links=links,
            ),
        )


class SignOut(LogoutView):
    """Signs out, once that is confirmed."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        form = button(_("Sign out"), hidden={"next": next_of(self.request)})
        text = _("You stay signed in on your other devices.")
        return show(self.request, _("Sign out"), Part(text=(text,), forms=(form,)))


@never_cache
def inactive(request: HttpRequest) -> HttpResponse:
    """Say that an account was closed."""
    text = _("The magazine has closed this account. Write to us if you think that is a mistake.")
    return show(request, _("This account is closed"), Part(text=(text,)), status=403)


class Mail(EmailView):
    """Changes the mail address, once a code sent to the new one has come back."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Send the code."""
        try:
            response: HttpResponse = super().form_valid(form)
        except LetterNotSent as lost:
            form.add_error(None, str(lost))
            response = self.form_invalid(form)
        return response

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        form = form_of(
            context["form"],
            _("Send a code there"),
            labels={"email": _("New mail address")},
            hidden={"action_add": "yes"},
        )
        now = _("Now it is %(email)s.") % {"email": self.request.user.email}
        return show(self.request, _("Mail address"), Part(text=(now,), forms=(form,)))


class MailCode(ConfirmEmailVerificationCodeView):
    """Asks for the code that was sent to a new address."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        name = "account_email" if self.request.user.is_authenticated else "account_login"
        back = Link(_("Use another address"), reverse(name))
        return code_page(self.request, context["verify_form"], context["email"], back=back)


class ChangePassword(PasswordChangeView):
    """Changes the password of those who have one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Know nothing of passwords where there is none.

        Raises:
            Http404: readers sign in without.
        """
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_default_success_url(self) -> str:
        """Return to the page on security."""
        return reverse("mfa_index")

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        labels = {
            "oldpassword": _("Present password"),
            "password1": _("New password"),
            "password2": _("New password, once more"),
        }
        form = form_of(context["form"], _("Change it"), labels=labels)
        text = _("You will be signed out on your other devices.")
        return show(self.request, _("Change the password"), Part(text=(text,), forms=(form,)))
