"""Single copies in the office: what an issue costs by itself, what is left of it, and who bought it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from masthead.circulation import single_copies as selling
from masthead.circulation import single_desk, single_returns, stock
from masthead.circulation.models import SingleCopy, SinglePrice, SpareCopies
from masthead.editorial.models import Issue
from masthead.money import Money, is_known
from masthead.office import permissions
from masthead.office.amounts import OnceForm, coins
from masthead.office.pages import allow, show
from masthead.office.views.labels import CopiesForm
from masthead.office.views.refunds import tell_that_it_waits
from masthead.payments import by_hand, four_eyes, ways
from masthead.payments.models import RefundRequest

PAGE = 50
WAITING = 200


class PriceForm(forms.Form):
    """What an issue costs as one edition in one currency; an empty row is none."""

    edition = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[("", "—"), *SinglePrice.Edition.choices],
        required=False,
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("Price"), min_value=0, max_digits=9, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Return codes in capitals and sums in the smallest coins; say what cannot be."""
        given = super().clean() or {}
        if not self.errors and not any(value not in (None, "") for value in given.values()):
            return {}
        currency = given["currency"] = str(given.get("currency") or "").upper()
        if not given.get("edition"):
            self.add_error("edition", _("Say as what it is sold."))
        if not is_known(currency):
            self.add_error("currency", _("Write three letters, such as EUR."))
        elif not given.get("amount"):
            if "amount" not in self.errors:
                self.add_error("amount", _("Say what it costs."))
        else:
            try:
                given["minor"] = coins(given["amount"], currency)
            except forms.ValidationError as refusal:
                self.add_error("amount", refusal)
        return given


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """See to it that nothing has two prices in one currency."""
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            if not given or form.errors:
                continue
            one = (given["edition"], given["currency"])
            if one in seen:
                form.add_error("currency", _("It has a price in that currency above already."))
            seen.add(one)


PriceForms: Any = forms.formset_factory(PriceForm, formset=_Rows, extra=2)


class GiveBackForm(OnceForm):
    """Why the price of a copy goes back."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("For the office and the books. It stays on record: name nobody."),
    )


@require_safe
def single_copies(request: HttpRequest) -> HttpResponse:
    """List the issues on sale with their prices, what is left and what was sold; and who has not paid."""
    allow(request, permissions.SELL_SINGLES)
    kept = Q(single_copies__paid_at__isnull=False, single_copies__returned_at=None)
    kept &= Q(single_copies__given_up_at=None)
    printed, read = Q(single_copies__edition="print"), Q(single_copies__edition="digital")
    rows = (
        Issue.objects.on_sale()
        .select_related("publication")
        .prefetch_related("single_prices")
        .annotate(
            left=F("spare_copies__copies") - F("spare_copies__taken"),
            printed=Count("single_copies", filter=kept & printed),
            to_send=Count(
                "single_copies", filter=kept & printed & Q(single_copies__earned_at=None)
            ),
            read=Count("single_copies", filter=kept & read),
        )
        .order_by("-on_sale_at", "-sequence")
    )
    hands = {way.name: way.label for way in ways.by_hand()}
    waiting = SingleCopy.objects.unpaid().select_related("issue", "reader")[:WAITING]
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("p")),
        "waiting": [(copy, copy.provider in hands) for copy in waiting],
    }
    return show(
        request, "office/single_copies.html", context, title=_("Single copies"), icon="doc-full"
    )


@require_http_methods(["GET", "POST"])
def single_copies_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an issue costs by itself and who bought it; on POST, set prices or count copies."""
    staff = allow(request, permissions.SELL_SINGLES)
    issue: Issue = get_object_or_404(Issue.objects.select_related("publication"), pk=pk)
    is_count = "copies" in request.POST
    count = CopiesForm(request.POST if is_count else None)
    posted = request.POST if request.method == "POST" and not is_count else None
    rows = [_amounts(price) for price in SinglePrice.objects.filter(issue=issue)]
    prices = PriceForms(posted, initial=rows, prefix="prices")
    if is_count and count.is_valid():
        stock.count(issue, count.cleaned_data["copies"], at=timezone.now(), by=staff)
        messages.success(
            request, _("Written down. Copies that are claimed or sold come from these.")
        )
        return redirect("office:single_copies_of", pk)
    if posted is not None:
        if prices.is_valid():
            selling.set_prices(issue, _prices(prices), at=timezone.now(), by=staff)
            messages.success(request, _("Kept. Readers see it on the issue’s page."))
            return redirect("office:single_copies_of", pk)
        messages.error(request, _("It could not be kept: look for what is marked below."))
    sold = SingleCopy.objects.filter(issue=issue).exclude(paid_at=None)
    page = Paginator(sold.select_related("reader", "label__run"), PAGE).get_page(
        request.GET.get("p")
    )
    asked = RefundRequest.objects.waiting().filter(about__in=[copy.reference for copy in page])
    context = {
        "issue": issue,
        "prices": prices,
        "count": count,
        "left": stock.left(issue),
        "counted": SpareCopies.objects.filter(issue=issue).first(),
        "page": page,
        "refunds_asked_for": set(asked.values_list("about", flat=True)),
        "to_send": SingleCopy.objects.to_send().filter(issue=issue).count(),
        "may_give_back": staff.has_perm(permissions.GIVE_BACK),
        "may_send": staff.has_perm(permissions.SEND_POST),
    }
    return show(
        request, "office/single_copies_of.html", context, title=issue.title, icon="doc-full",
        above=[(_("Single copies"), reverse("office:single_copies"))],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def give_single_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask why the price of a copy goes back; on POST, give it back."""
    staff = allow(request, permissions.GIVE_BACK)
    copy = get_object_or_404(SingleCopy.objects.select_related("issue", "reader"), key=key)
    form = GiveBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            waits = single_returns.give_back(copy, at=timezone.now(), by=staff, **form.cleaned_data)
        except single_returns.CannotReturn as refusal:
            form.add_error(None, str(refusal))
        else:
            if waits:
                tell_that_it_waits(request, waits)
            else:
                copy.refresh_from_db()
                single_returns.send(copy, at=timezone.now())
                said = _("%(sum)s are on their way back.") % {"sum": copy.money}
                messages.success(request, said)
            return redirect("office:single_copies_of", copy.issue_id)
    back = reverse("office:single_copies_of", args=[copy.issue_id])
    return show(
        request, "office/give_single_back.html",
        {"copy": copy, "form": form, "back": back, "limit": four_eyes.limit(copy.currency)},
        title=_("Give money back"), icon="resubmit",
        above=[(_("Single copies"), reverse("office:single_copies")), (copy.issue.title, back)],
    )  # fmt: skip


@require_POST
def single_act(request: HttpRequest, key: uuid.UUID, act: str) -> HttpResponse:
    """Do what can be done about a copy that is not paid: book its money, mail it again, give it up."""
    staff = allow(request, permissions.SELL_SINGLES)
    copy = get_object_or_404(SingleCopy.objects.select_related("issue", "reader"), key=key)
    try:
        if act == "received":
            if selling.received(copy, at=timezone.now()) is None:
                messages.warning(
                    request, _("The money is in the books, but no copy is left. Give it back.")
                )
            else:
                messages.success(request, _("The money is in the books, and the copy is theirs."))
        elif act == "letter":
            if single_desk.tell(copy, at=timezone.now()):
                messages.success(request, _("The letter is on its way."))
            else:
                messages.error(request, _("The mail server did not take the letter. Try it later."))
        elif act == "end":
            selling.give_up(copy, at=timezone.now(), by=staff)
            messages.success(request, _("Nobody waits for this money any more."))
        else:
            raise Http404
    except (selling.CannotOrder, by_hand.NotByHand) as refusal:
        messages.error(request, str(refusal))
    return redirect("office:single_copies")


def _amounts(price: SinglePrice) -> dict[str, Any]:
    amount = price.money.amount
    return {"edition": price.edition, "currency": price.currency, "amount": amount}


def _prices(rows: Any) -> list[tuple[SinglePrice.Edition, Money]]:
    given = [form.cleaned_data for form in rows if form.cleaned_data]
    return [
        (SinglePrice.Edition(one["edition"]), Money(one["minor"], one["currency"])) for one in given
    ]
