"""What the office fills in of a booking and of what is shown for it."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from masthead.advertising import placements
from masthead.advertising.models import Booking, Creative
from masthead.editorial.models import Issue
from masthead.money import is_known
from masthead.office.amounts import coins
from masthead.production import artworks


class BookingForm(WagtailAdminModelForm):
    """A booking, its rate as people write it: 400.00."""

    placement = forms.ChoiceField(label=gettext_lazy("Placement"), choices=placements.choices)
    issue: forms.ModelChoiceField[Issue] = forms.ModelChoiceField(
        Issue.objects.none(),
        label=gettext_lazy("Issue"),
        required=False,
        help_text=gettext_lazy("In print: which issue it stands in."),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Rate"),
        min_value=0,
        # As much as fits a column of minor units, whatever the currency.
        max_value=1_000_000,
        help_text=gettext_lazy("What was agreed, as it is written: 400.00."),
    )

    class Meta:
        model = Booking
        fields: ClassVar = (
            "advertiser", "title", "name", "placement", "issue", "starts_on", "ends_on", "share",
            "cap", "currency", "rate_per", "copy_deadline_on", "note",
        )  # fmt: skip
        widgets: ClassVar = {
            "starts_on": AdminDateInput,
            "ends_on": AdminDateInput,
            "copy_deadline_on": AdminDateInput,
        }

    field_order = (
        "advertiser", "title", "name", "placement", "starts_on", "ends_on", "share", "cap", "issue",
        "rate", "currency", "rate_per", "copy_deadline_on", "note",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the issues that are not out yet, and the one that was booked."""
        super().__init__(*args, **kwargs)
        there = Issue.objects.exclude(state=Issue.State.ON_SALE)
        if self.instance.issue_id:
            there = there | Issue.objects.filter(pk=self.instance.issue_id)
        issue = cast("forms.ModelChoiceField[Issue]", self.fields["issue"])
        issue.queryset = there.order_by("-sequence")
        if self.instance.pk:
            self.fields["rate"].initial = self.instance.rate.amount

    def clean(self) -> dict[str, Any]:
        """Turn the rate into the smallest units of its currency."""
        given: dict[str, Any] = super().clean()
        currency = str(given.get("currency") or "").upper()
        given["currency"] = currency
        if not is_known(currency):
            self.add_error("currency", _("Write three letters, such as EUR."))
        elif (rate := given.get("rate")) is not None:
            try:
                self.instance.rate_minor = coins(rate, currency)
            except forms.ValidationError as refusal:
                self.add_error("rate", refusal)
        return given


class CreativeForm(WagtailAdminModelForm):
    """What is shown for a booking: words and a picture on pages, a PDF in print."""

    link = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy(
            "Where it leads. It is reached by an address of ours, which counts."
        ),
    )

    ON_PAGES: ClassVar = ("headline", "words", "picture", "alternative", "link")
    IN_PRINT: ClassVar = ("headline", "artwork")

    class Meta:
        model = Creative
        fields: ClassVar = ("headline", "words", "picture", "alternative", "link", "artwork")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask only for what the medium has."""
        super().__init__(*args, **kwargs)
        wanted = self.IN_PRINT if self.instance.booking.is_print else self.ON_PAGES
        for name in set(self.fields) - set(wanted):
            del self.fields[name]
        if self.instance.booking.is_print:
            self.fields["headline"].label = _("Name")
            self.fields["headline"].help_text = _("What the office calls it.")
        else:
            self.fields["headline"].required = self.fields["link"].required = True

    def clean_artwork(self) -> Any:
        """Refuse what is no PDF at all; whether it can be printed is seen when it gets its page."""
        file = self.cleaned_data.get("artwork")
        if isinstance(file, UploadedFile):
            if (file.size or 0) > artworks.LARGEST_BYTES:
                most = artworks.LARGEST_BYTES // 1_000_000
                raise ValidationError(
                    _("The file is larger than %(most)d MB. Save it without what is not printed.")
                    % {"most": most}
                )
            if b"%PDF-" not in file.read(1024):
                raise ValidationError(_("This is no PDF. Export the page as PDF/X-4."))
            file.seek(0)
        return file
