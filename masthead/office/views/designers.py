"""The way out to designers who work elsewhere, and back in again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from masthead.editorial.models import Issue
from masthead.office.views.editions import issue_for, staff
from masthead.production import packages, registering
from masthead.production.gathering import CannotPress
from masthead.production.models import Edition

AROUND_THE_FILE = 100_000
"""What a form may weigh beside its file, in bytes."""


@require_GET
def package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return the package of an issue, or of one ``article`` of it; to whoever may edit the issue."""
    issue = issue_for(request, pk)
    only = request.GET.get("article", "")
    with tempfile.TemporaryDirectory(prefix="masthead-package-") as folder:
        made = Path(folder, "package.zip")
        try:
            packages.make(issue, made, at=timezone.now(), only=only)
        except CannotPress as refusal:
            messages.error(request, str(refusal))
            return redirect("office:editions", pk)
        # Once it is open its name can go; what is in it stays until it has been sent.
        opened = made.open("rb")
    name = packages.name_of(issue, only)
    return FileResponse(opened, as_attachment=True, filename=name, content_type="application/zip")


@csrf_exempt  # Asking for the token reads the file; `_register` asks once its size is known.
@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Register a PDF that was finished elsewhere as the print edition; for who may publish."""
    issue = get_object_or_404(Issue, pk=pk)
    if not issue.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    weighs = request.META.get("CONTENT_LENGTH") or "0"
    if weighs.isdecimal() and int(weighs) > registering.LARGEST_BYTES + AROUND_THE_FILE:
        messages.error(request, str(registering.too_large()))
        return redirect("office:editions", pk)
    return _register(request, issue)


@csrf_protect
def _register(request: HttpRequest, issue: Issue) -> HttpResponse:
    brought = request.FILES.get("file")
    if not isinstance(brought, UploadedFile):
        messages.error(request, _("Choose the PDF that is to be the print edition."))
        return redirect("office:editions", issue.pk)
    try:
        edition = _kept(request, issue, brought)
    except registering.CannotRegister as refusal:
        messages.error(request, str(refusal))
        return redirect("office:editions", issue.pk)
    if edition.state == Edition.State.SOUND:
        told = _("It is version %(version)d of the print edition.") % {"version": edition.version}
        messages.success(request, told)
    elif edition.state == Edition.State.UNCHANGED:
        messages.warning(request, edition.notes)
    else:
        told = _("A printer could not take this file. What is wrong stands in the list.")
        messages.error(request, told)
    return redirect("office:editions", issue.pk)


def _kept(request: HttpRequest, issue: Issue, brought: UploadedFile[Any]) -> Edition:
    with tempfile.TemporaryDirectory(prefix="masthead-register-") as folder:
        file = Path(folder, "brought.pdf")
        with file.open("wb") as out:
            for chunk in brought.chunks():
                out.write(chunk)
        return registering.register(
            issue,
            file,
            name=str(brought.name),
            by=staff(request),
            at=timezone.now(),
        )
