"""Promises about articles: all of them, read aloud, without advertisements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masthead.circulation import entitlements, facts, viewers
from masthead.circulation.deals import Deal
from masthead.circulation.models import Inspection, Subscription
from masthead.circulation.promises.kinds import DAY, Evidence, Look
from masthead.edge import locks
from masthead.editorial.models import Article, FrontPage, Title
from masthead.production import audio, voices

NEWEST = 5

PageLook = Callable[[Title, datetime], Look]
"""Looks at pages as readers get them; the newsstand enters it, since it draws them."""

_looks: dict[str, PageLook] = {}


def look_at_pages_with(name: str, look: PageLook) -> None:
    """Have a promise looked after on the pages themselves, by whoever draws them."""
    _looks[name] = look


class _OfArticles:
    fields: Mapping[str, forms.Field] = {}
    name = ""
    is_for_payers = False

    def complaint(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return why an offer cannot say so."""
        return ""

    def missing(self, title: Title) -> str:
        """Return what is missing here."""
        return ""

    def look(self, title: Title, at: datetime) -> Look:
        """Look at pages as readers get them."""
        look = _looks.get(self.name)
        return look(title, at) if look else Look(0, _("Nobody looks at pages here."))


class SubscriberArticles(_OfArticles):
    """What others get only the beginning of."""

    name = "subscriber-articles"
    label = gettext_lazy("Articles for subscribers")

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        return _("Every article, those for subscribers too")

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return whether the newest articles for subscribers open for this one, and by what."""
        if subscription.ended_at:
            return []
        viewer = entitlements.viewer_with(facts.facts_of(subscription.reader, at), at)
        found = []
        for article in _closed_articles(subscription.title, at)[:NEWEST]:
            decision = entitlements.may_read(viewer, viewers.work_of(article), at)
            found.append(
                Evidence(article.title, article.published_at, is_broken=decision.parts != "full")
            )
        return found


class Audio(_OfArticles):
    """Every article, read aloud."""

    name = "audio"
    label = gettext_lazy("Articles read aloud")

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        return _("Every article read aloud")

    def missing(self, title: Title) -> str:
        """Return what keeps articles from being read."""
        return " ".join(voices.missing())

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return the newest articles that can be heard, and those that cannot."""
        newest = list(_articles(subscription.title)[:NEWEST])
        heard = audio.heard_of(newest)
        unheard = {one.article.pk for one in audio.unheard() if one.state == "failed"}
        return [
            Evidence(article.title, article.published_at, is_broken=article.pk in unheard)
            for article in newest
            if article.pk in heard or article.pk in unheard
        ]

    def look(self, title: Title, at: datetime) -> Look:
        """Look which articles should be heard and are not."""
        count = _articles(title).filter(read_aloud=True).count()
        failures = [
            f"{one.article.title}: {one.reason}"
            for one in audio.unheard()
            if one.article.published_at and one.article.published_at <= at - DAY
        ]
        return Look(count, _("%(count)d articles are to be heard.") % {"count": count}, failures)


class AdFree(_OfArticles):
    """Pages without advertisements."""

    name = "ad-free"
    label = gettext_lazy("No advertisements")

    def describe(self, deal: Deal, spec: Mapping[str, Any]) -> str:
        """Return the line of the offer."""
        return _("No advertisements")

    def evidence(
        self, subscription: Subscription, spec: Mapping[str, Any], at: datetime
    ) -> list[Evidence]:
        """Return whether what this reader carries asks for pages without them, and the last look.

        The look is taken at the pages themselves, as such a reader gets them.
        """
        if subscription.ended_at:
            return []
        keys = entitlements.keys_of(facts.facts_of(subscription.reader, at), at)
        title = str(subscription.title.key)
        asked = locks.keep_advertisements_away(keys, title, at.timestamp())
        words = _("Pages are asked for without advertisements.")
        found = [Evidence(words, is_broken=not asked)]
        seen = Inspection.objects.filter(title=subscription.title, promise=self.name)
        if last := seen.order_by("-at", "-pk").first():
            found.append(Evidence(last.words, last.at, is_broken=bool(last.failures)))
        return found


def _articles(title: Title) -> Any:
    fronts = FrontPage.objects.filter(publication=title)
    of_title = Q()
    for front in fronts:
        of_title |= Q(path__startswith=front.path)
    articles = Article.objects.live().filter(of_title) if fronts else Article.objects.none()
    return articles.order_by("-published_at", "-pk")


def _closed_articles(title: Title, at: datetime) -> list[Article]:
    articles = _articles(title).select_related("section", "placement__issue")[: NEWEST * 10]
    return [
        article
        for article in articles
        if entitlements.lock_of(viewers.work_of(article), at).access == "subscribers"
    ]
