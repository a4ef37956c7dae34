"""What goes by post, in the office: runs of labels, claims, post that came back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_countries import countries

from masthead.circulation import claims as claiming
from masthead.circulation import label_files, stock, undelivered
from masthead.circulation import label_runs as running
from masthead.circulation.models import (
    Claim,
    Label,
    LabelRun,
    ServiceRecord,
    SpareCopies,
    Subscription,
    Undelivered,
)
from masthead.editorial.models import Issue
from masthead.office import permissions
from masthead.office.amounts import OnceForm
from masthead.office.pages import allow, show

PAGE = 50
PAST = 12
LEFT_OUT = 100
"""How many of those left out are named; the run keeps all."""


class CopiesForm(forms.Form):
    """A number of copies."""

    copies = forms.IntegerField(label=gettext_lazy("Copies"), min_value=0, max_value=10_000_000)


class CameBackForm(forms.Form):
    """A label that the post brought back."""

    serial = forms.CharField(
        label=gettext_lazy("Serial of the label"),
        max_length=12,
        help_text=gettext_lazy("Nine digits, as it is printed."),
    )
    why = forms.ChoiceField(label=gettext_lazy("What the post says"), choices=Undelivered.Why)

    def clean_serial(self) -> Label:
        """Return the label that has it."""
        digits = str(self.cleaned_data["serial"]).strip()
        found = Label.objects.filter(pk=int(digits)).first() if digits.isdecimal() else None
        if found is None:
            raise forms.ValidationError(_("There is no label with that serial."))
        return found


class ClaimForm(OnceForm):
    """Which copy, and what became of it."""

    record = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("What became of it"), choices=Claim.Kind)


@require_safe
def label_runs(request: HttpRequest) -> HttpResponse:
    """List the issues to come and the newest ones, with how far their labels are."""
    allow(request, permissions.SEND_POST)
    issues = Issue.objects.select_related("publication").annotate(
        runs=Count("label_runs"),
        frozen=Count("label_runs", filter=Q(label_runs__kind=LabelRun.Kind.MAIN)),
        waiting=Count("label_runs", filter=Q(label_runs__dispatched_at=None)),
    )
    coming = issues.exclude(state=Issue.State.ON_SALE).order_by("planned_on_sale_at", "sequence")
    past = issues.filter(state=Issue.State.ON_SALE).order_by("-on_sale_at")[:PAST]
    context = {"coming": coming[:PAGE], "past": past}
    return show(request, "office/label_runs.html", context, title=_("Label runs"), icon="mail")


@require_http_methods(["GET", "POST"])
def label_runs_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an issue's runs; on POST, freeze one, write down a dispatch, or count spare copies."""
    staff = allow(request, permissions.SEND_POST)
    issue: Issue = get_object_or_404(Issue.objects.select_related("publication"), pk=pk)
    form = CopiesForm(request.POST if "copies" in request.POST else None)
    if request.method == "POST" and _act(request, issue, form, staff):
        return redirect("office:label_runs_of", pk)
    runs = list(LabelRun.objects.filter(issue=issue).select_related("frozen_by"))
    labels = Label.objects.filter(issue=issue).order_by().values_list("run", "country")
    by_run: dict[int, Counter[str]] = {run.pk: Counter() for run in runs}
    for run, country, copies in labels.annotate(copies=Count("pk")):
        by_run[run][country] += copies
    blanked = Label.objects.filter(issue=issue, erased_at__isnull=False)
    changed = set(blanked.order_by().values_list("run", flat=True))
    context = {
        "issue": issue,
        "runs": [
            {
                "run": run,
                "countries": _named(by_run[run.pk]),
                "left_out": run.left_out[:LEFT_OUT],
                "is_changed": run.pk in changed,
            }
            for run in runs
        ],
        "has_main": any(run.kind == LabelRun.Kind.MAIN for run in runs),
        "spares": stock.left(issue),
        "counted": SpareCopies.objects.filter(issue=issue).first(),
        "form": form,
    }
    if request.GET.get("preview") in ("main", "supplemental"):
        context |= _preview(request, issue)
    return show(
        request, "office/label_runs_of.html", context, title=issue.title, icon="mail",
        above=[(_("Label runs"), reverse("office:label_runs"))],
    )  # fmt: skip


@require_safe
def label_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of a run for the mail house."""
    allow(request, permissions.SEND_POST)
    run = get_object_or_404(LabelRun.objects.select_related("issue"), pk=pk)
    file = HttpResponse(label_files.file_of(run), content_type="text/csv; charset=utf-8")
    name = f"labels-{run.issue.slug}-{run.number}.csv"
    file["Content-Disposition"] = f'attachment; filename="{name}"'
    file["Cache-Control"] = "private, no-store"
    return file


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """List the copies that readers claimed, with what was done."""
    allow(request, permissions.SEND_POST)
    rows = Claim.objects.select_related(
        "record__subscription", "record__issue", "extension", "replacement__label__run", "by"
    ).order_by("-at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("p"))
    return show(request, "office/claims.html", {"page": page}, title=_("Claims"), icon="help")


@require_http_methods(["GET", "POST"])
def claim_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the printed copies of a subscription; on POST, make good for one."""
    staff = allow(request, permissions.SEND_POST)
    found = get_object_or_404(Subscription.objects.select_related("title", "reader"), pk=pk)
    form = ClaimForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            _claim(request, found, form.cleaned_data, staff)
        else:
            messages.error(request, _("Choose a copy, and say what became of it."))
        return redirect("office:claim_for", pk)
    records = (
        ServiceRecord.objects.filter(subscription=found, is_printed=True)
        .exclude(kind=ServiceRecord.Kind.REPLACEMENT)
        .select_related("issue")
        .annotate(made_good=Count("claims"))
        .order_by("-served_at")[:PAGE]
    )
    context = {
        "subscription": found,
        "rows": [(record, ClaimForm(initial={"record": record.pk})) for record in records],
    }
    return show(
        request, "office/claim_for.html", context, title=_("Claim a copy"), icon="help",
        above=[
            (_("Subscriptions"), reverse("office:subscriptions")),
            (found.number, reverse("office:subscription", args=[pk])),
        ],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def returned_post(request: HttpRequest) -> HttpResponse:
    """List the addresses that post came back from; on POST, stop another one."""
    staff = allow(request, permissions.SEND_POST)
    form = CameBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            undelivered.came_back(
                asked["serial"], Undelivered.Why(asked["why"]), at=timezone.now(), by=staff
            )
            messages.success(
                request, _("Nothing more is sent there. The reader is told within the hour.")
            )
            return redirect("office:returned_post")
        except undelivered.NothingToStop as refusal:
            form.add_error("serial", str(refusal))
    rows = Undelivered.objects.filter(address__retired_at=None)
    page = Paginator(
        rows.select_related("address__user", "label__subscription").order_by("-at"), PAGE
    ).get_page(request.GET.get("p"))
    context = {"page": page, "form": form}
    return show(
        request, "office/returned_post.html", context, title=_("Post that came back"), icon="mail"
    )


def _act(request: HttpRequest, issue: Issue, form: CopiesForm, staff: Any) -> bool:
    """Do what was asked for; say whether the page is to be shown anew."""
    now = timezone.now()
    try:
        if "freeze" in request.POST:
            run = running.freeze(
                issue, at=now, by=staff, supplemental=request.POST["freeze"] == "supplemental"
            )
            _tell(request, run)
            return True
        if not form.is_valid():
            messages.error(request, _("Write how many copies, as a whole number."))
            return False
        copies = form.cleaned_data["copies"]
        if "dispatch" in request.POST:
            run = get_object_or_404(LabelRun, issue=issue, pk=_number(request.POST["dispatch"]))
            running.dispatch(run, quantity=copies, at=now, by=staff)
            messages.success(request, _("Written down. Claims are counted from now."))
        else:
            stock.count(issue, copies, at=now, by=staff)
            messages.success(
                request, _("Written down. Copies that are claimed or sold come from these.")
            )
    except (running.CannotFreeze, running.CannotDispatch) as refusal:
        messages.error(request, str(refusal))
    return True


def _tell(request: HttpRequest, run: LabelRun | None) -> None:
    if run is None:
        messages.info(request, _("Nobody came after the last run: there is nothing to add."))
        return
    said = ngettext("%(count)d label is frozen.", "%(count)d labels are frozen.", run.rows)
    messages.success(request, said % {"count": run.rows})


def _preview(request: HttpRequest, issue: Issue) -> dict[str, Any]:
    supplemental = request.GET["preview"] == "supplemental"
    try:
        plan = running.plan(issue, at=timezone.now(), supplemental=supplemental)
    except running.CannotFreeze as refusal:
        messages.error(request, str(refusal))
        return {}
    return {
        "plan": plan,
        "planned": len(plan.labels),
        "planned_countries": _named(Counter(label.country for label in plan.labels)),
        "planned_left_out": plan.left_out[:LEFT_OUT],
        "supplemental": supplemental,
    }


def _claim(request: HttpRequest, found: Subscription, asked: dict[str, Any], staff: Any) -> None:
    record = get_object_or_404(ServiceRecord, pk=asked["record"], subscription=found)
    try:
        made = claiming.claim(
            record, Claim.Kind(asked["kind"]), request=asked["request"], at=timezone.now(), by=staff
        )
    except claiming.CannotClaim as refusal:
        messages.error(request, str(refusal))
        return
    done = _("It is sent again with the next supplemental run.")
    if made.extension_id:
        done = _("None is left in the store, so there is one issue more.")
    messages.success(request, done)


def _named(by_country: Counter[str]) -> list[tuple[str, int]]:
    return [
        (str(countries.name(code)) or code, number) for code, number in by_country.most_common()
    ]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
