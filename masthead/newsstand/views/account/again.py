"""Before something that matters: is it still you, at the device where you signed in?"""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.views import ReauthenticateView
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from masthead.newsstand.account_pages import Part
from masthead.newsstand.pages import Link
from masthead.newsstand.views.account.doors import UNAVAILABLE, code_page, next_of, onward
from masthead.newsstand.views.account.pages import button, form_of, show
from masthead.people import put_off, second_factor
from masthead.people.adapters import Accounts, LetterNotSent
from masthead.people.doors import ItIsMe


class IsItYou(View):
    """A page that asks it, and then has done what was put off for it a moment ago."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Forget what was put off long ago."""
        put_off.drop_if_old(request)
        return super().dispatch(request, *args, **kwargs)


class ByPassword(IsItYou, ReauthenticateView):
    """Asks those who have a password for it."""

    def render_to_response(self, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        form = form_of(
            context["form"],
            _("Go on"),
            labels={"password": _("Password")},
            hidden={"next": next_of(self.request)},
        )
        links = (Link(_("Send me a code instead"), onward(self.request, "account_again_by_code")),)
        return _ask(self.request, Part(text=(_why(),), forms=(form,), links=links))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the mail address of those who have no second factor, and ask for it."""
    if second_factor.is_enrolled(request.user):
        return redirect(onward(request, "mfa_reauthenticate"))
    if second_factor.may_change(request):
        # Nothing was proved here just now: they come to the page, and send it themselves.
        put_off.drop(request)
        return _go_on(request)
    put_off.drop_if_old(request)
    process = ItIsMe.going_on(request)
    if process and (request.method != "POST" or "code" in request.POST):
        return _code(request, process)
    if request.method != "POST" or "code" in request.POST:
        return _offer(request)
    # As often as strangers may have one sent: by what is sent, and by where they are.
    key = request.user.email  # type: ignore[union-attr]
    if refusal := ratelimit.consume_or_429(request, action="request_login_code", key=key):
        return refusal
    try:
        ItIsMe.begin(request)
    except LetterNotSent as lost:
        return _offer(request, str(lost))
    return redirect(onward(request, "account_again_by_code"))


def _offer(request: HttpRequest, problem: str = "") -> HttpResponse:
    user: Any = request.user
    text = (
        _why(),
        _("We send a code to %(email)s, and you type it here.") % {"email": user.email},
    )
    form = button(_("Send me a code"), hidden={"next": next_of(request)})
    if problem:
        messages.error(request, problem)
    return _ask(request, Part(text=text, forms=(form,)), status=UNAVAILABLE if problem else 200)


def _code(request: HttpRequest, process: ItIsMe) -> HttpResponse:
    if request.method == "POST":
        refusal = ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)
        if refusal:
            return refusal
    form = ConfirmLoginCodeForm(
        request.POST if request.method == "POST" else None, code=process.code
    )
    if form.is_bound and form.is_valid():
        process.finish()
        return _go_on(request)
    if form.is_bound and not process.record_invalid_attempt():
        messages.error(request, Accounts.error_messages["too_many_login_attempts"])
        return redirect(onward(request, "account_again_by_code"))
    another = Part(
        text=(_("No letter there? Look among the spam, or have another one sent."),),
        forms=(button(_("Send another code"), hidden={"next": next_of(request)}, is_quiet=True),),
    )
    back = Link(_("Back to your account"), reverse("account_home"))
    return code_page(request, form, process.state["email"], another, back=back)


def _go_on(request: HttpRequest) -> HttpResponse:
    response: HttpResponse | None = resume_request(request)
    return response or redirect("account_home")


def _ask(request: HttpRequest, part: Part, *, status: int = 200) -> HttpResponse:
    return show(request, _("Is it you?"), part, status=status)


def _why() -> str:
    return _("What comes next matters, so show once more that it is you.")
