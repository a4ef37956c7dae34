"""Folding a title in the office: what would become of it, and beginning it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from masthead.circulation import fold_plans, offers
from masthead.circulation import folds as folding
from masthead.circulation.fold_plans import Choice, Counts
from masthead.circulation.models import Fold, Folded, OfferVersion, Subscription
from masthead.day_input import DayInput
from masthead.editorial.models import Title
from masthead.office import permissions
from masthead.office.pages import allow, show

USUALLY = timedelta(days=30)


class FoldForm(forms.Form):
    """Which title stops, what its subscriptions move to, and how."""

    title = forms.ModelChoiceField(Title.objects.none(), label=gettext_lazy("Title that stops"))
    into = forms.ChoiceField(
        label=gettext_lazy("Moves to"),
        help_text=gettext_lazy("What is read from then on, as this offer promises it."),
    )
    counts = forms.ChoiceField(
        label=gettext_lazy("Copies"), choices=Counts.choices, widget=forms.RadioSelect
    )
    usual = forms.ChoiceField(
        label=gettext_lazy("If nobody chooses"), choices=Choice.choices, widget=forms.RadioSelect
    )
    choose_until = forms.DateField(label=gettext_lazy("They can choose until"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the titles that have not folded, and what is on sale in copies."""
        super().__init__(*args, **kwargs)
        titles = Title.objects.filter(fold=None).order_by("name")
        self.fields["title"].queryset = titles  # type: ignore[attr-defined]
        self.versions = {
            str(version.pk): version
            for title in titles
            for version in offers.on_sale(title)
            if version.deal.basis == "copies"
        }
        self.fields["into"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.offer.title.name}: {one.deal.name}") for key, one in self.versions.items()
        ]

    @property
    def version(self) -> OfferVersion:
        """The offer that was chosen."""
        return self.versions[self.cleaned_data["into"]]

    def clean(self) -> dict[str, Any]:
        """Refuse a title as its own successor."""
        given = super().clean() or {}
        if not self.errors and self.version.offer.title_id == given["title"].pk:
            self.add_error("into", _("Choose an offer of another title."))
        return given


@require_http_methods(["GET", "POST"])
def folds(request: HttpRequest) -> HttpResponse:
    """Show what would become of a title if it folded; on POST, begin it."""
    staff = allow(request, permissions.FOLD)
    today = timezone.now().date()
    initial = {
        "counts": Counts.VALUE,
        "usual": Choice.MOVES,
        "choose_until": (today + USUALLY).isoformat(),
    }
    asked = request.POST if request.method == "POST" else request.GET
    form = FoldForm(asked if "title" in asked else None, initial=initial)
    plan = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        title, counts, usual = given["title"], Counts(given["counts"]), Choice(given["usual"])
        if request.method == "POST":
            try:
                folding.begin(
                    title,
                    form.version,
                    counts=counts,
                    usual=usual,
                    choose_until=given["choose_until"],
                    at=timezone.now(),
                    by=staff,
                )
            except folding.CannotFold as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    _("Nothing more of it is sold or charged. Its payers are written to within the hour."),
                )  # fmt: skip
                return redirect("office:folds")
        plan = fold_plans.plan(title, form.version, counts, usual, at=timezone.now())
    context = {"form": form, "plan": plan, "folds": [_row(fold) for fold in _folds()]}
    return show(
        request, "office/folds.html", context, title=_("Titles that fold"), icon="folder-inverse"
    )


def _folds() -> list[Fold]:
    return list(Fold.objects.select_related("title", "into__offer__title", "begun_by"))


def _row(fold: Fold) -> dict[str, Any]:
    settled = Folded.objects.filter(fold=fold)
    return {
        "fold": fold,
        "waiting": Subscription.objects.running().filter(title=fold.title).count(),
        "moved": settled.filter(choice=Choice.MOVES).count(),
        "paid_back": settled.filter(choice=Choice.PAID_BACK).count(),
    }
