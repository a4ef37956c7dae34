"""The front page and the four shelves beneath it.

Their addresses are fixed for ever (docs/decisions/0003): sections stand directly below
the front page, and `issues/`, `articles/`, `contributors/`, `topics/` beside them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from masthead.editorial.models.page import MagazinePage
from masthead.editorial.models.title import Title

RESERVED_SLUGS = frozenset(
    {
        "accessibility", "account", "api", "articles", "audio", "contributors", "corrections",
        "documents", "editions", "feeds", "issues", "listen", "media", "office", "opds", "proofs",
        "recordings", "search", "share", "sitemaps", "static", "subscribe", "topics",
    }
)  # fmt: skip
"""First parts of addresses that a section may not take, now or later."""


class FrontPage(MagazinePage):
    """The root of one title in one language."""

    publication = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="front_pages", verbose_name=_("publication")
    )
    introduction = models.CharField(
        _("introduction"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for search engines and for readers who come for the first time."),
    )

    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = [
        "editorial.Section",
        "editorial.IssueIndex",
        "editorial.ArticleIndex",
        "editorial.ContributorIndex",
        "editorial.TopicIndex",
    ]
    content_panels: ClassVar = [
        *MagazinePage.content_panels,
        FieldPanel("publication"),
        FieldPanel("introduction"),
        InlinePanel(
            "picks",
            label=_("article"),
            heading=_("On the front page"),
            help_text=_("The first leads. Without any, the newest articles are shown."),
            max_num=12,
        ),
    ]

    class Meta:
        verbose_name = _("front page")


class FrontPagePick(Orderable):
    """An article that an editor put on the front page."""

    front_page = ParentalKey(FrontPage, on_delete=models.CASCADE, related_name="picks")
    article = models.ForeignKey(
        "editorial.Article", on_delete=models.CASCADE, related_name="+", verbose_name=_("article")
    )

    panels: ClassVar = [FieldPanel("article")]

    def __str__(self) -> str:
        """Return the headline."""
        return self.article.title


class Shelf(MagazinePage):
    """A list at a fixed address; there is one of each below a front page."""

    max_count_per_parent = 1
    parent_page_types: ClassVar = ["editorial.FrontPage"]

    class Meta:
        abstract = True


class IssueIndex(Shelf):
    """The newsstand: every issue by year."""

    subpage_types: ClassVar = ["editorial.Issue"]

    class Meta:
        verbose_name = _("newsstand")


class ArticleIndex(Shelf):
    """Every article, newest first."""

    subpage_types: ClassVar = ["editorial.Article"]

    class Meta:
        verbose_name = _("all articles")


class ContributorIndex(Shelf):
    """Everybody who has written for the magazine."""

    subpage_types: ClassVar = ["editorial.Contributor"]

    class Meta:
        verbose_name = _("all contributors")


class TopicIndex(Shelf):
    """Topics and dossiers."""

    subpage_types: ClassVar = ["editorial.Topic", "editorial.Dossier"]

    class Meta:
        verbose_name = _("all topics")
