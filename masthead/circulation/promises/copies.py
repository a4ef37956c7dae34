"""Promises about the magazine itself: so many issues, in print, on screens, past ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_countries import countries

from masthead.circulation import serving, standing
from masthead.circulation.deals import Deal
from masthead.circulation.models import ServiceRecord, Subscription
from masthead.circulation.promises.kinds import DAY, Evidence, Look
from masthead.circulation.standing import Account
from masthead.editorial.models import Article, Issue, Title
from masthead.production import for_readers


class Issues:
    """So many issues: each one that goes on sale is served once."""

    name = "issues"
    is_for_payers = False
    label = gettext_lazy("Issues")
    fields: Mapping[str, forms.Field] = {}

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        if deal.basis == "copies":
            return ngettext("%(count)d issue", "%(count)d issues", deal.copies) % {
                "count": deal.copies
            }
        return ngettext(
            "Every issue for %(count)d month", "Every issue for %(count)d months", deal.months
        ) % {"count": deal.months}

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so."""
        return ""

    def missing(self, title: Title) -> str:
        """Return what is missing here: nothing."""
        return ""

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return each issue served, and those that are owed and were not."""
        owed = [
            Evidence(_("No. %(number)s was not served.") % {"number": issue.number}, is_broken=True)
            for issue in _owed(subscription, at)
        ]
        served = _first_copies(subscription).order_by("-served_at", "-pk")
        return owed + [
            Evidence(
                _("No. %(number)s: %(kind)s")
                % {"number": record.issue.number, "kind": record.get_kind_display()},
                record.served_at,
            )
            for record in served
        ]

    def look(self, title: Title, at: datetime) -> Look:
        """Look whether the newest issue reached everybody it is owed to."""
        running = Subscription.objects.running().filter(title=title)
        newest = _on_sale(title).filter(on_sale_at__lte=at - DAY).first()
        if newest is None:
            return Look(0, _("No issue is on sale yet."))
        owing = running.exclude(service_records__issue=newest)
        failures = [
            f"{account.subscription}: no. {newest.number} was not served."
            for account in standing.of(owing.filter(opened_at__lte=newest.on_sale_at))
            if not _is_held(account, newest) and serving.due(account, newest)
        ]
        count = newest.service_records.count() + len(failures)
        words = _("%(count)d copies of the newest issue were owed.") % {"count": count}
        return Look(count, words, failures)


class PrintEdition:
    """The print edition, sent by post to some countries."""

    name = "print-edition"
    is_for_payers = False
    label = gettext_lazy("Print edition")
    fields: Mapping[str, forms.Field] = {
        "countries": forms.MultipleChoiceField(
            label=gettext_lazy("sent to"), choices=tuple(countries), required=True
        )
    }

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        if deal.print_is_included:
            return _("Print edition by post")
        return _("Print edition by post, if you like")

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so."""
        if not spec.get("countries"):
            return _("Name the countries that the print edition is sent to.")
        if not any(deal.offers_print(price.currency) for price in deal.prices):
            return _("Say what the print edition costs, or that it is in the price.")
        return ""

    def missing(self, title: Title) -> str:
        """Return what is missing here: nothing, label runs are part of the house."""
        return ""

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return each printed copy."""
        printed = subscription.service_records.filter(is_printed=True).select_related("issue")
        return [
            Evidence(
                (
                    _("No. %(number)s in print, sent again")
                    if one.kind == ServiceRecord.Kind.REPLACEMENT
                    else _("No. %(number)s in print")
                )
                % {"number": one.issue.number},
                one.served_at,
            )
            for one in printed.order_by("-served_at", "-pk")
        ]

    def look(self, title: Title, at: datetime) -> Look:
        """Look whether who pays for print has an address to send it to."""
        newest = _on_sale(title).first()
        if newest is None:
            return Look(0, _("No issue is on sale yet."))
        wanting = newest.service_records.filter(term__with_print=True).select_related(
            "subscription"
        )
        failures = [
            f"{record.subscription}: no. {newest.number} was not sent, there is no address."
            for record in wanting
            if not record.is_printed
        ]
        words = _("%(count)d printed copies of the newest issue were owed.")
        return Look(len(wanting), words % {"count": len(wanting)}, failures)


class DigitalEdition:
    """The issue on screens: to read on the web, and as files to keep."""

    name = "digital-edition"
    is_for_payers = False
    label = gettext_lazy("Digital edition")
    fields: Mapping[str, forms.Field] = {}

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        return _("Digital edition: on the web, as EPUB and as PDF")

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so."""
        if not any(share.component == "digital" for share in deal.shares):
            return _("Say what share of the price is for the digital edition.")
        return ""

    def missing(self, title: Title) -> str:
        """Return what is missing here: nothing, the press is part of the house."""
        return ""

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return the files of each issue served, and the issues that have none."""
        served = _first_copies(subscription).order_by("-served_at")[:24]
        issues = [record.issue for record in served]
        files = for_readers.newest(issues)
        return [_files(issue, files.get(issue.pk, []), at) for issue in issues]

    def look(self, title: Title, at: datetime) -> Look:
        """Look whether every issue on sale has its files."""
        issues = list(_on_sale(title).filter(on_sale_at__lte=at - DAY))
        files = for_readers.newest(issues)
        failures = [
            f"No. {issue.number} has not been pressed for readers."
            for issue in issues
            if issue.pk not in files
        ]
        words = _("%(count)d issues are on sale.") % {"count": len(issues)}
        return Look(len(issues), words, failures)


class PastIssues:
    """The whole archive."""

    name = "past-issues"
    is_for_payers = False
    label = gettext_lazy("Past issues")
    fields: Mapping[str, forms.Field] = {}

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        return _("All past issues")

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so."""
        if deal.promised("subscriber-articles") is None:
            return _("Past issues are read by who reads articles for subscribers: promise those.")
        return ""

    def missing(self, title: Title) -> str:
        """Return what is missing here: nothing."""
        return ""

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return how many issues there are to read, and since when."""
        issues = _on_sale(subscription.title)
        oldest = issues.last()
        if oldest is None:
            return []
        words = _("%(count)d issues, the oldest no. %(number)s")
        found = words % {"count": issues.count(), "number": oldest.number}
        return [Evidence(found, oldest.on_sale_at)]

    def look(self, title: Title, at: datetime) -> Look:
        """Look whether every issue that went on sale is still there, with its articles."""
        issues = list(Issue.objects.filter(publication=title, state=Issue.State.ON_SALE))
        gone = [f"No. {issue.number} is not to be seen." for issue in issues if not issue.live]
        hidden = Article.objects.filter(placement__issue__in=issues, live=False)
        failures = gone + [f"“{article.title}” is not to be seen." for article in hidden]
        words = _("%(count)d issues in the archive.") % {"count": len(issues)}
        return Look(len(issues), words, failures)


def _on_sale(title: Title) -> Any:
    return Issue.objects.on_sale().filter(publication=title)


def _owed(subscription: Subscription, at: datetime) -> list[Issue]:
    if subscription.ended_at:
        return []
    account = standing.of_one(subscription)
    served = subscription.service_records.values_list("issue", flat=True)
    since = _on_sale(subscription.title).filter(
        on_sale_at__lte=at - DAY, on_sale_at__gte=subscription.opened_at
    )
    return [
        issue
        for issue in since.exclude(pk__in=served)
        if not _is_held(account, issue) and serving.due(account, issue)
    ]


def _is_held(account: Account, issue: Issue) -> bool:
    out = issue.on_sale_at
    return out is not None and account.skips(issue, out=out, at=out)


def _files(issue: Issue, files: list[Any], at: datetime) -> Evidence:
    number = {"number": issue.number}
    if files:
        forms_of_it = ", ".join(str(one.get_form_display()) for one in files)
        words = _("No. %(number)s: %(forms)s") % {**number, "forms": forms_of_it}
        return Evidence(words, issue.on_sale_at)
    late = issue.on_sale_at is not None and issue.on_sale_at <= at - DAY
    return Evidence(_("No. %(number)s has no files yet.") % number, is_broken=late)


def _first_copies(subscription: Subscription) -> QuerySet[ServiceRecord]:
    """Return what was served, less what was only sent again."""
    served = subscription.service_records.exclude(kind=ServiceRecord.Kind.REPLACEMENT)
    return served.select_related("issue")
