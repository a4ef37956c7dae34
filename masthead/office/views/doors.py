"""Wagtail's own doors, which lead to ours."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from masthead.people import staff


def office_login(request: HttpRequest) -> HttpResponse:
    """Send staff to sign in, and on into the office; tell readers that it is not theirs.

    Raises:
        PermissionDenied: somebody is signed in who does not work here.
    """
    user: Any = request.user
    to = _next(request) or reverse("wagtailadmin_home")
    if not user.is_authenticated:
        return redirect_to_login(to, reverse("account_password_login"))
    if staff.works_here(user):
        return redirect(to)
    raise PermissionDenied


def page_login(request: HttpRequest, **where: Any) -> HttpResponse:
    """Send whoever Wagtail wants signed in for a page to our door."""
    return redirect_to_login(_next(request) or "/", reverse("account_login"))


def password_reset(request: HttpRequest, **where: Any) -> HttpResponse:
    """Send whoever forgot their password to the door that asks for none."""
    return redirect_to_login(reverse("wagtailadmin_home"), reverse("account_login"))


def _next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""
