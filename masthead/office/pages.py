"""Pages of the office as Wagtail lays them out: breadcrumbs, a heading, panels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    icon: str,
    above: Iterable[tuple[str, str]] = (),
) -> HttpResponse:
    """Return a page with the way to it at its head.

    Args:
        request: of a member of staff.
        template: extends `office/desk.html`.
        context: what it shows.
        title: what stands over it.
        icon: of Wagtail's, beside that.
        above: the pages on the way to it, each with its label and address.
    """
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs += [{"url": url, "label": label} for label, url in above]
    crumbs.append({"url": "", "label": title})
    furniture = {
        "breadcrumbs_items": crumbs,
        "header_title": title,
        "page_title": title,
        "header_icon": icon,
    }
    return render(request, template, {**furniture, **context})


def allow(request: HttpRequest, *rights: str) -> Any:
    """Return the member of staff who asks, if they have any of these rights.

    Raises:
        PermissionDenied: they have none of them.
    """
    if not any(request.user.has_perm(right) for right in rights):
        raise PermissionDenied
    return request.user
