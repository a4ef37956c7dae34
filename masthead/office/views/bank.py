"""Bank and counter in the office: statements, lines without an order, cheques, refunds to send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from masthead.money import is_known
from masthead.office import permissions
from masthead.office.pages import allow, show
from masthead.payments import by_hand, settling, ways
from masthead.payments.models import Attempt, BankLine, HandNote
from masthead.payments.provider import NotReady
from masthead.payments.statement_files import LARGEST, NotAStatement
from masthead.payments.statements import CannotAssign

PAGE = 50
REFUSALS = (CannotAssign, settling.CannotSettle, by_hand.NotByHand, NotReady)


class StatementForm(forms.Form):
    """A bank's file, and whose account it is."""

    file = forms.FileField(
        label=gettext_lazy("Statement"),
        help_text=gettext_lazy(
            "A CSV file of the bank’s. Taking the same in again changes nothing."
        ),
    )
    way = forms.ChoiceField(label=gettext_lazy("Account"))
    currency = forms.CharField(
        label=gettext_lazy("Currency of lines that name none"), max_length=3, initial="EUR"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the ways to pay whose money is written down by hand."""
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way.name, way.name) for way in ways.by_hand()]  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        """Return it in capitals."""
        currency = str(self.cleaned_data["currency"]).upper()
        if not is_known(currency):
            raise forms.ValidationError(_("Write three letters, such as EUR."))
        return currency

    def clean_file(self) -> Any:
        """Refuse what is too large to be a statement before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is too large for a statement."))
        return file


class NoteForm(forms.Form):
    """What was done about it."""

    note = forms.CharField(
        label=gettext_lazy("What was done about it"),
        max_length=300,
        help_text=gettext_lazy("It stays on record: name nobody."),
    )


@require_http_methods(["GET", "POST"])
def bank(request: HttpRequest) -> HttpResponse:
    """Show what waits at bank and counter; on POST, take a statement in."""
    staff = allow(request, permissions.DO_BANK)
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            found = settling.take_in(
                asked["way"], asked["file"].read(), asked["currency"], at=timezone.now(), by=staff
            )
        except NotAStatement as refusal:
            form.add_error("file", _("%(why)s Nothing was taken in.") % {"why": refusal})
        else:
            _tell(request, [one.line for one in found if one.is_new], len(found))
            return redirect("office:bank")
    looked_for = request.GET.get("q", "").strip()
    lines = Paginator(BankLine.objects.to_see_to(), PAGE).get_page(request.GET.get("p"))
    context = {
        "form": form,
        "lines": lines,
        "to_send": by_hand.to_be_sent(),
        "waiting": settling.waiting_by_hand(looked_for)[:PAGE],
        "q": looked_for,
        "notes": HandNote.objects.select_related("by")[:20],
    }
    return show(request, "office/bank.html", context, title=_("Bank and counter"), icon="download")


@require_http_methods(["GET", "POST"])
def bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a line and what it may be for; on POST, assign it or set it aside."""
    staff = allow(request, permissions.DO_BANK)
    line = get_object_or_404(BankLine, pk=pk)
    form = NoteForm(request.POST if "aside" in request.POST else None)
    if "assign" in request.POST:
        asked = request.POST["assign"]
        attempt = get_object_or_404(Attempt, pk=asked if asked.isdecimal() else 0)
        try:
            settling.assign(line, attempt, at=timezone.now(), by=staff)
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
            return redirect("office:bank_line", pk)
        messages.success(request, _("%(sum)s pay for that order.") % {"sum": line.money})
        return redirect("office:bank")
    if form.is_valid():
        try:
            settling.set_aside(line, form.cleaned_data["note"], at=timezone.now(), by=staff)
            messages.success(request, _("It is off the list."))
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        return redirect("office:bank")
    looked_for = request.GET.get("q", "").strip()
    context = {
        "line": line,
        "form": form,
        "q": looked_for,
        "candidates": settling.candidates(line, looked_for),
        "notes": HandNote.objects.filter(about=f"line:{line.pk}").select_related("by"),
    }
    return show(
        request, "office/bank_line.html", context, title=str(line.money), icon="download",
        above=[(_("Bank and counter"), reverse("office:bank"))],
    )  # fmt: skip


@require_POST
def money_moved(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that money came by hand, or that a refund was sent."""
    staff = allow(request, permissions.DO_BANK)
    attempt = get_object_or_404(Attempt, pk=pk)
    try:
        attempt = settling.moved(attempt, request.POST.get("note", ""), at=timezone.now(), by=staff)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("%(sum)s came. What it was for is open.")
        if attempt.kind == Attempt.Kind.REFUND:
            said = _("%(sum)s went back.")
        messages.success(request, said % {"sum": attempt.money})
    return redirect("office:bank")


def _tell(request: HttpRequest, new: list[BankLine], lines: int) -> None:
    paid = sum(line.state == BankLine.State.VALID for line in new)
    said = ngettext("%(count)d line was read.", "%(count)d lines were read.", lines)
    words = said % {"count": lines}
    said = ngettext("%(count)d of them is new.", "%(count)d of them are new.", len(new))
    words += " " + said % {"count": len(new)}
    said = ngettext(
        "%(count)d has paid for an order.", "%(count)d have paid for their orders.", paid
    )
    messages.success(request, f"{words} {said % {'count': paid}}")
