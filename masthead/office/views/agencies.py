"""Agencies in the office: who they are, what they order, what they owe and what they may renew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_countries import countries
from wagtail.admin.forms import WagtailAdminModelForm

from masthead.circulation import agencies as verbs
from masthead.circulation import agency_files, agency_letters, agency_register, endings, offers
from masthead.circulation.models import (
    Agency,
    AgencyInvoice,
    AgencyOrder,
    CreditOrder,
    Subscription,
)
from masthead.circulation.pricing import CannotOrder
from masthead.editorial.models import Title
from masthead.money import Money
from masthead.office import permissions
from masthead.office.pages import allow, show

SHOWN = 100
LARGEST = 4_000_000


class AgencyForm(WagtailAdminModelForm):
    """Who an agency is, and on what terms it orders."""

    mail = forms.EmailField(
        label=gettext_lazy("Mail address"),
        help_text=gettext_lazy("Invoices and lists of what ends soon go there."),
    )

    class Meta:
        model = Agency
        fields = (
            "name", "address", "country", "contact", "vat_number", "commission", "payment_days",
        )  # fmt: skip
        widgets = {"address": forms.Textarea({"rows": 4})}


class OrderForm(forms.Form):
    """One order of an agency: the same fields as a line of its file."""

    number = forms.CharField(label=gettext_lazy("The agency’s number"), max_length=60)
    offer = forms.ChoiceField(label=gettext_lazy("Offer"))
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, required=False)
    print = forms.BooleanField(label=gettext_lazy("With the print edition"), required=False)
    mail = forms.EmailField(label=gettext_lazy("Reader’s mail address"), required=False)
    name = forms.CharField(label=gettext_lazy("Reader’s name"), max_length=200)
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"), max_length=200, required=False
    )
    street = forms.CharField(
        label=gettext_lazy("Street and number"), max_length=500, required=False
    )
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=40, required=False)
    city = forms.CharField(label=gettext_lazy("Town or city"), max_length=200, required=False)
    region = forms.CharField(label=gettext_lazy("Region"), max_length=200, required=False)
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), choices=lambda: [("", _("Choose a country")), *countries]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what is on sale."""
        super().__init__(*args, **kwargs)
        self.fields["offer"].choices = [  # type: ignore[attr-defined]
            (one.offer.slug, f"{one.deal.name} ({one.offer.title.name})")
            for title in Title.objects.order_by("pk")
            for one in offers.on_sale(title)
        ]

    def row(self) -> dict[str, str]:
        """Return it as a line of a file says it."""
        given = self.cleaned_data
        return {
            name: ("yes" if given[name] else "") if name == "print" else str(given[name]).strip()
            for name in agency_files.COLUMNS
        }


class FileForm(forms.Form):
    """An agency's orders as a file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Columns: number, offer (its address), currency, print, name, organisation, street, "
            "postcode, city, region, country (two letters), mail. It is looked at first."
        ),
    )


@require_http_methods(["GET", "POST"])
def agencies(request: HttpRequest) -> HttpResponse:
    """List the agencies, and write a new one down."""
    allow(request, permissions.AGENCIES)
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = agency_register.found(**said)
        except CannotOrder as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("office:agency", made.pk)
    context = {"agencies": Agency.objects.select_related("account"), "form": form}
    return show(request, "office/agencies.html", context, title=_("Agencies"), icon="group")


@require_http_methods(["GET", "POST"])
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an agency has ordered and owes, take an order of it, or look at its file."""
    allow(request, permissions.AGENCIES)
    found = get_object_or_404(Agency.objects.select_related("account"), pk=pk)
    order = OrderForm(request.POST if "order" in request.POST else None)
    file = FileForm(*((request.POST, request.FILES) if "look" in request.POST else ()))
    if order.is_bound and order.is_valid():
        [looked] = agency_files.take_in(found, [order.row()], at=timezone.now())
        if looked.state == "new":
            messages.success(request, _("The order is taken. It begins with its invoice."))
            return redirect("office:agency", pk)
        order.add_error(None, looked.why or _("This order is there already."))
    elif file.is_bound and file.is_valid():
        return _look(request, found, file)
    return _show(request, found, order, file)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what has changed of an agency, and write it down; what it has ordered stays as it is."""
    staff = allow(request, permissions.AGENCIES)
    found = get_object_or_404(Agency.objects.select_related("account"), pk=pk)
    form = AgencyForm(request.POST or None, instance=found, initial={"mail": found.account.email})
    if request.method == "POST" and form.is_valid():
        try:
            agency_register.change(found, by=staff, **form.cleaned_data)
        except CannotOrder as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. It counts for orders and invoices to come."))
            return redirect("office:agency", pk)
    context = {"agency": found, "form": form, "waiting": len(verbs.waiting(found))}
    return show(
        request, "office/agency_edit.html", context, title=_("Change an agency"), icon="edit",
        above=_above(found),
    )  # fmt: skip


def _look(request: HttpRequest, found: Agency, form: FileForm) -> HttpResponse:
    sent = form.cleaned_data["file"]
    try:
        if sent.size > LARGEST:
            raise agency_files.NotAFile(_("The file is too large. Send it in parts."))
        data = sent.read()
        looked = agency_files.look(found, agency_files.read(data), at=timezone.now())
    except agency_files.NotAFile as fault:
        form.add_error("file", str(fault))
        return _show(request, found, OrderForm(), form)
    return _table(request, found, looked, data.decode("utf-8-sig"))


@require_POST
def take_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the orders of a file that was looked at."""
    allow(request, permissions.AGENCIES)
    found = get_object_or_404(Agency, pk=pk)
    try:
        rows = agency_files.read(request.POST.get("text", "").encode())
    except agency_files.NotAFile as fault:
        messages.error(request, str(fault))
        return redirect("office:agency", pk)
    looked = agency_files.take_in(found, rows, at=timezone.now())
    taken = sum(one.state == "new" for one in looked)
    messages.success(request, _("%(count)d orders are taken.") % {"count": taken})
    left = [one for one in looked if one.state in ("bad", "differs")]
    return _table(request, found, left, "") if left else redirect("office:agency", pk)


def _table(
    request: HttpRequest, found: Agency, looked: list[agency_files.Looked], text: str
) -> HttpResponse:
    context = {
        "agency": found,
        "looked": looked,
        "text": text,
        "new": sum(one.state == "new" for one in looked),
        "bad": sum(one.state in ("bad", "differs") for one in looked),
    }
    return show(
        request, "office/agency_file.html", context, title=_("Orders from a file"), icon="upload",
        above=_above(found),
    )  # fmt: skip


@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Invoice what waits, mail an invoice again, end what was not paid, renew, close or open it."""
    staff = allow(request, permissions.AGENCIES)
    found = get_object_or_404(Agency.objects.select_related("account"), pk=pk)
    now = timezone.now()
    if act == "invoice":
        sent = [agency_letters.send_invoice(one, at=now) for one in verbs.invoice(found, at=now)]
        if not sent:
            messages.info(request, _("No order waits for an invoice."))
        elif all(sent):
            messages.success(request, _("The orders have begun, and the invoice is on its way."))
        else:
            messages.warning(request, _("The orders have begun. Mail the invoice again below."))
    elif act in ("letter", "end"):
        of = get_object_or_404(AgencyInvoice, pk=request.POST.get("invoice") or 0, agency=found)
        if act == "letter":
            if agency_letters.send_invoice(of, at=now):
                messages.success(request, _("The letter is on its way."))
            else:
                messages.error(request, _("The mail server did not take the letter. Try it later."))
        else:
            owed = Subscription.objects.filter(
                terms__order__for_agency__invoice=of, terms__order__credit__billing="owed"
            )
            ended = sum(endings.end_unpaid(one, at=now, by=staff) for one in owed.distinct())
            words = _("%(count)d subscriptions have ended; what was served of them is bad debt.")
            messages.success(request, words % {"count": ended})
    elif act == "renew":
        chosen = [int(one) for one in request.POST.getlist("subscription") if one.isdecimal()]
        taken = 0
        for subscription in Subscription.objects.filter(pk__in=chosen):
            try:
                verbs.renew(found, subscription, at=now)
                taken += 1
            except CannotOrder as refusal:
                messages.error(request, f"{subscription.number}: {refusal}")
        messages.success(request, _("%(count)d orders are taken.") % {"count": taken})
    elif act == "close":
        agency_register.close(found, at=now, by=staff)
        messages.success(request, _("It is closed. What has begun is served to its end."))
    elif act == "open":
        agency_register.open_again(found, by=staff)
        messages.success(request, _("It can order again."))
    else:
        raise Http404
    return redirect("office:agency", pk)


def _show(request: HttpRequest, found: Agency, order: OrderForm, file: FileForm) -> HttpResponse:
    invoices = list(found.invoices.all()[:SHOWN])
    owed = {one.pk: 0 for one in invoices}
    still = CreditOrder.objects.owed().filter(order__for_agency__invoice__in=invoices)
    for key, minor in still.values_list("order__for_agency__invoice", "order__minor"):
        owed[key] += minor
    context = {
        "agency": found,
        "order": order,
        "file": file,
        "waiting": verbs.waiting(found),
        "invoices": [
            {"invoice": one, "owed": Money(owed[one.pk], one.currency)} for one in invoices
        ],
        "today": timezone.localdate(),
        "ending": [] if found.closed_at else verbs.ending(found, at=timezone.now()),
        "orders": AgencyOrder.objects.filter(agency=found)
        .select_related("order__reader", "order__version", "order__subscription")
        .order_by("-pk")[:SHOWN],
    }
    bad = (order.is_bound and order.errors) or (file.is_bound and file.errors)
    page = show(
        request, "office/agency.html", context, title=found.name, icon="group",
        above=[(_("Agencies"), reverse("office:agencies"))],
    )  # fmt: skip
    page.status_code = 422 if bad else 200
    return page


def _above(found: Agency) -> list[tuple[str, str]]:
    here = reverse("office:agency", args=[found.pk])
    return [(_("Agencies"), reverse("office:agencies")), (found.name, here)]
