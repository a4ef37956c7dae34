"""One door for those who have an account and those who have none yet.

Whoever types a mail address gets a letter with a code, and the same answer. Who brings
the code back is signed in, and has an account from then on. So nobody can learn from us
whether an address is known, and nobody stands in our books who never proved theirs.

allauth knows the same process, but sends those without an account another letter and has
them sign up at another address; here are the three points at which ours differs. It knows
none for those who have signed in by a code and must show once more that it is they.
"""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from masthead.people import mail_addresses
from masthead.people.models import User


class SignIn(LoginCodeVerificationProcess):
    """A code on its way to somebody, until it comes back."""

    @classmethod
    def begin(cls, request: HttpRequest, email: str) -> SignIn:
        """Send a code to `email` and remember in the session that it was sent."""
        email = email.strip().lower()
        user = User.objects.with_mail(email)
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email), initiated_by_user=True)
        process = cls(stage)
        process.send()
        process.persist()
        return process

    @classmethod
    def going_on(cls, stage: Any) -> SignIn | None:
        """Return the code that `stage` waits for, unless it waited too long."""
        process: SignIn | None = cls(stage).abort_if_invalid()
        return process

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        """Send the same letter to everybody."""
        context = {"request": self.request, "code": self.generate_code()}
        get_adapter().send_mail("account/email/login_code", email, context)

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """Sign in who brought the code back, as a new person where nobody had the address."""
        self._user = mail_addresses.person_at(self.state["email"], at=timezone.now())
        response: HttpResponse = super().finish(redirect_url)
        return response


class ItIsMe(AbstractCodeVerificationProcess):
    """A code on its way to somebody who is signed in and shows once more that it is they."""

    KEY = "masthead_it_is_me"

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        """Go on from `state`, which lies in the session of `request`."""
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=request.user,
        )
        self.request = request

    @classmethod
    def begin(cls, request: HttpRequest) -> ItIsMe:
        """Send a code to the mail address of whoever is signed in, and remember it.

        Raises:
            LetterNotSent: the mail server did not take the letter.
        """
        user: Any = request.user
        process = cls(request, cls.initial_state(user=user, email=user.email))
        process.send()
        process.persist()
        return process

    @classmethod
    def going_on(cls, request: HttpRequest) -> ItIsMe | None:
        """Return the code that is on its way, unless it is too old or another's."""
        state = request.session.get(cls.KEY)
        user: Any = request.user
        if not state or (state["user_id"], state["email"]) != (str(user.pk), user.email):
            return None
        process: ItIsMe | None = cls(request, state).abort_if_invalid()
        return process

    def send(self) -> None:
        """Send the letter."""
        code = self.state["code"] = get_adapter().generate_login_code()
        context = {"request": self.request, "code": code}
        get_adapter().send_mail("account/email/it_is_me", self.state["email"], context)

    def persist(self) -> None:
        """Keep the code, and how often it was mistyped."""
        self.request.session[self.KEY] = self.state

    def abort(self) -> None:
        """Let the code open nothing any more."""
        self.request.session.pop(self.KEY, None)

    def finish(self) -> None:
        """Note that whoever is signed in has just shown that it is they."""
        record_authentication(
            self.request, self.user, "code", email=self.state["email"], reauthenticated=True
        )
        self.abort()
