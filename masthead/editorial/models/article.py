"""Articles, and what stands around their text."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.fields import RichTextField
from wagtail.log_actions import log
from wagtail.models import Orderable, PageManager, Revision
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from masthead.editorial import intake
from masthead.editorial.blocks.base import WORDS
from masthead.editorial.blocks.body import Body, LeadFigure
from masthead.editorial.blocks.field import BodyField
from masthead.editorial.models.audience import Access, ForReaders
from masthead.editorial.models.contributor import Contributor
from masthead.editorial.models.front_page import FrontPage
from masthead.editorial.models.page import Keyed, MagazinePage
from masthead.editorial.models.picture import Attachment
from masthead.editorial.models.section import Section
from masthead.editorial.models.title import Title
from masthead.editorial.models.topic import Topic
from masthead.editorial.panels import ChecksPanel
from masthead.editorial.scopes import EditionsField

WORDS_IN_A_NOTE = [feature for feature in WORDS if feature != "footnote"]

language_tag = RegexValidator(
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
    _("Write a language tag such as en, en-GB, fr or ar (BCP 47)."),
)


class ArticleQuerySet(PageQuerySet):
    """Sets of articles, as an editor would name them."""

    def published(self) -> ArticleQuerySet:
        """Return those readers can see, newest first; those of one moment as their issue has them."""
        place = models.F("placement__sort_order").asc(nulls_last=True)
        return self.live().order_by("-published_at", place, "-pk")

    def with_cards(self) -> ArticleQuerySet:
        """Return the same articles with all that a card in a list shows, in few queries."""
        return (
            self.defer("body", "search_description")
            .select_related("section", "placement__issue")
            .prefetch_related(
                models.Prefetch(
                    "bylines", queryset=ArticleByline.objects.select_related("contributor")
                )
            )
        )

    def with_copy(self) -> ArticleQuerySet:
        """Return the same articles with all that their press documents are made from."""
        return self.select_related("section", "placement__issue").prefetch_related(
            models.Prefetch(
                "bylines", queryset=ArticleByline.objects.select_related("contributor")
            ),
            "corrections",
            "front_variants",
            "notes",
            "sources",
            "topic_links",
        )


class Article(ForReaders, Keyed, MagazinePage):
    """An article. ``title`` is its headline.

    ``published_at`` is the moment readers first could read it, ``revised_at`` that of the
    last change worth telling them. ``approved_revision`` is the copy an editor released
    to wait for its issue.
    """

    Access = Access

    class Release(models.TextChoices):
        """When it comes out."""

        WHEN_READY = "when_ready", _("When it is ready")
        WITH_ISSUE = "with_issue", _("With the issue")

    kicker = models.CharField(_("kicker"), max_length=80, blank=True)
    standfirst = models.TextField(_("standfirst"), blank=True)
    section = models.ForeignKey(
        Section,
        null=True,
        on_delete=models.PROTECT,
        related_name="articles",
        verbose_name=_("section"),
    )
    language = models.CharField(
        _("language"), max_length=35, default="en", validators=[language_tag]
    )
    dateline_place = models.CharField(_("dateline"), max_length=120, blank=True)
    dateline_on = models.DateField(_("written on"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("published at"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Left empty, the moment of first publication."),
    )
    revised_at = models.DateTimeField(
        _("revised at"),
        null=True,
        blank=True,
        help_text=_("When readers should know that it has changed."),
    )
    strangers_counted = models.BooleanField(
        _("count strangers, too"),
        default=False,
        help_text=_(
            "Where it is metered: browsers without an account may read it as one of their few. "
            "Their count can be thrown away with their cookies."
        ),
    )
    release = models.CharField(
        _("comes out"), max_length=10, choices=Release, default=Release.WHEN_READY
    )
    lead_figure: Any = BodyField(LeadFigure, blank=True, verbose_name=_("lead figure"))
    body: Any = BodyField(Body, blank=True, verbose_name=_("text"))
    read_aloud = models.BooleanField(
        _("readers can listen to it"),
        default=True,
        help_text=_("It is read aloud when it comes out, by a computer voice or by somebody."),
    )
    recorded = models.ForeignKey(
        Attachment,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("recording"),
        help_text=_(
            "Somebody reading the article, as MP3, M4A or WAV. It stands in for the computer voice "
            "everywhere; take it out, and that voice is back."
        ),
    )
    narrator = models.CharField(
        _("narrator"),
        max_length=160,
        blank=True,
        help_text=_("Who reads in the recording. Readers are told."),
    )
    approved_revision = models.ForeignKey(
        Revision, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PageManager.from_queryset(ArticleQuerySet)()

    parent_page_types: ClassVar = ["editorial.ArticleIndex"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy: ClassVar = [
        *Keyed.exclude_fields_in_copy,
        "published_at",
        "approved_revision",
    ]

    content_panels: ClassVar = [
        ChecksPanel(),
        FieldPanel("kicker"),
        TitleFieldPanel(
            "title",
            heading=_("Headline"),
            placeholder=_("Headline"),
            help_text=_("Paper and EPUB can have another one."),
        ),
        FieldPanel("standfirst"),
        InlinePanel("bylines", label=_("byline"), heading=_("Bylines")),
        FieldPanel("lead_figure"),
        FieldPanel("body"),
        InlinePanel("notes", label=_("footnote"), heading=_("Footnotes")),
        InlinePanel("sources", label=_("source"), heading=_("Sources")),
    ]
    placing_panels: ClassVar = [
        FieldPanel("section"),
        MultiFieldPanel(
            [
                FieldPanel("access"),
                FieldRowPanel(
                    [FieldPanel("subscribers_first_days"), FieldPanel("free_after_days")]
                ),
                FieldPanel("strangers_counted"),
                FieldPanel("release"),
            ],
            heading=_("Readers"),
        ),
        FieldRowPanel([FieldPanel("dateline_place"), FieldPanel("dateline_on")]),
        FieldRowPanel([FieldPanel("published_at"), FieldPanel("revised_at")]),
        FieldPanel("language"),
        InlinePanel("topic_links", label=_("topic"), heading=_("About")),
        InlinePanel("front_variants", label=_("variant"), heading=_("Different in some editions")),
    ]
    audio_panels: ClassVar = [
        FieldPanel("read_aloud"),
        FieldPanel("recorded"),
        FieldPanel("narrator"),
        InlinePanel("sayings", label=_("entry"), heading=_("Said otherwise in this article")),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Copy")),
            ObjectList(placing_panels, heading=_("Placing")),
            ObjectList(audio_panels, heading=_("Audio")),
            ObjectList(MagazinePage.promote_panels, heading=_("Promote")),
            ObjectList(MagazinePage.settings_panels, heading=_("Settings")),
        ]
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("read_everything", _("Can read every article, whoever it is for"))]
        indexes = [
            # The newest of a section are read out, and not found by sorting all that it has.
            models.Index(fields=["section", "-published_at"], name="newest_of_section")
        ]

    def publication(self) -> Title:
        """Return the title that the article belongs to (one query)."""
        return FrontPage.objects.ancestor_of(self).select_related("publication").get().publication

    @property
    def article_key(self) -> str:
        """The key under which manuscripts name this article."""
        return f"article:{self.key}"

    def issue(self) -> Any:
        """Return the issue that it stands in, or None."""
        placement = getattr(self, "placement", None)
        return placement.issue if placement else None

    def waits_for_issue(self) -> bool:
        """Say whether it may not come out before an issue that is not on sale yet."""
        if self.release != self.Release.WITH_ISSUE:
            return False
        issue = self.issue()
        return issue is None or issue.state != issue.State.ON_SALE

    def with_content_json(self, content: dict[str, Any]) -> Article:
        """Return the article as a revision has it, less what has been decided since."""
        article: Article = super().with_content_json(content)
        # Read afresh: whoever holds this instance may have fetched it before the act.
        acts = ("approved_revision_id", "published_at")
        decided = Article.objects.filter(pk=self.pk).values(*acts).get()
        article.approved_revision_id = decided["approved_revision_id"]
        article.published_at = article.published_at or decided["published_at"]
        return article

    def full_clean(
        self,
        exclude: Iterable[str] | None = None,
        validate_unique: bool = True,
        validate_constraints: bool = True,
    ) -> None:
        """Note the moment of publication the first time the article is out.

        The form asks editors for a section; an article from elsewhere may come without.
        """
        if self.live and self.published_at is None:
            self.published_at = self.first_published_at or timezone.now()
        super().full_clean({*(exclude or ()), "section"}, validate_unique, validate_constraints)

    def clean(self) -> None:
        """Refuse a recording of nobody, and a file that is none."""
        super().clean()
        if self.recorded and not str(self.recorded.file.name).lower().endswith(intake.RECORDINGS):
            raise ValidationError(
                {"recorded": _("This is no recording. Choose an MP3, M4A or WAV file.")}
            )
        if self.recorded and not self.narrator:
            raise ValidationError({"narrator": _("Say who reads: readers are told.")})

    def publish(self, revision: Revision, user: Any = None, **kwargs: Any) -> None:
        """Bring the article out, or approve it where it has to wait for its issue.

        Every way of publishing ends here: the button, the end of a workflow, the schedule.
        """
        if self.waits_for_issue():
            self.approved_revision = revision
            Article.objects.filter(pk=self.pk).update(approved_revision=revision)
            log(self, "masthead.article.approve", user=user, revision=revision)
            return
        super().publish(revision, user=user, **kwargs)

    def route(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """Answer `/articles/<slug>/2/` with the second part."""
        if len(path_components) == 1 and re.fullmatch("[0-9]+", path_components[0]):
            # One address for each part; nobody writes a thousand of them.
            if not self.live or not re.fullmatch("[2-9]|[1-9][0-9]{1,2}", path_components[0]):
                raise Http404
            return RouteResult(self, kwargs={"part": int(path_components[0])})
        return super().route(request, list(path_components))

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The ways an editor can look at it before it is out."""
        return [
            ("", _("Web, in full")),
            ("lead", _("Web, as strangers get it")),
            ("plain", _("Plain text")),
            ("speech", _("Speech: what is said")),
        ]


class ArticleByline(Orderable):
    """One name above an article; a guest has no page of their own."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="bylines")
    contributor = models.ForeignKey(
        Contributor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bylines",
        verbose_name=_("contributor"),
    )
    name = models.CharField(
        _("name as printed"),
        max_length=160,
        blank=True,
        help_text=_("For a guest without a page, or where it differs from the contributor’s."),
    )
    role = models.CharField(
        _("role"), max_length=80, blank=True, help_text=_("Such as “Photographs by”.")
    )

    panels: ClassVar = [
        FieldPanel("contributor"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("byline")

    def __str__(self) -> str:
        """Return the name as printed."""
        return self.printed_name

    @property
    def printed_name(self) -> str:
        """The name as it stands above the article."""
        return self.name or (self.contributor.title if self.contributor else "")

    def clean(self) -> None:
        """Refuse a byline of nobody."""
        super().clean()
        if not self.contributor_id and not self.name:
            raise ValidationError(_("Choose a contributor, or write a guest’s name."))


class ArticleTopic(Orderable):
    """A topic that an article is about."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="topic_links")
    topic = models.ForeignKey(
        Topic, on_delete=models.CASCADE, related_name="article_links", verbose_name=_("topic")
    )

    panels: ClassVar = [FieldPanel("topic")]

    def __str__(self) -> str:
        """Return the topic's name."""
        return str(self.topic)


class Mention(models.Model):
    """A topic named in the text of a published article; written anew at each publication."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="mentions")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "topic"], name="one_mention_per_topic")
        ]

    def __str__(self) -> str:
        """Return who mentions whom."""
        return f"{self.article} → {self.topic}"


class Note(Orderable):
    """A footnote. Its number is computed from where the text refers to it."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="notes")
    key = models.UUIDField(default=uuid.uuid4, blank=True)
    text = RichTextField(_("text"), features=WORDS_IN_A_NOTE)

    panels: ClassVar = [FieldPanel("text"), FieldPanel("key", widget=forms.HiddenInput)]

    class Meta(Orderable.Meta):
        verbose_name = _("footnote")

    def __str__(self) -> str:
        """Return its key."""
        return str(self.key)

    def clean(self) -> None:
        """Give the note a key where the form left it to us."""
        super().clean()
        self.key = self.key or uuid.uuid4()


class Source(Orderable):
    """Something that an article rests on."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="sources")
    handle = models.SlugField(
        _("short name"),
        max_length=60,
        help_text=_("What citations in the text call it, such as audit-2026."),
    )
    title = models.CharField(_("title"), max_length=300)
    author = models.CharField(_("author"), max_length=200, blank=True)
    outlet = models.CharField(_("publisher or outlet"), max_length=200, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("handle"), FieldPanel("title")]),
        FieldRowPanel([FieldPanel("author"), FieldPanel("outlet")]),
        FieldRowPanel([FieldPanel("published_on"), FieldPanel("url")]),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("source")

    def __str__(self) -> str:
        """Return its title."""
        return self.title


class FrontVariant(Orderable):
    """A kicker, headline, standfirst or lead figure that differs in some editions."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="front_variants")
    editions = EditionsField(_("editions"), blank=False)
    kicker = models.CharField(_("kicker"), max_length=80, blank=True)
    headline = models.CharField(_("headline"), max_length=255, blank=True)
    standfirst = models.TextField(_("standfirst"), blank=True)
    lead_figure: Any = BodyField(LeadFigure, blank=True, verbose_name=_("lead figure"))

    panels: ClassVar = [
        FieldPanel("editions"),
        FieldPanel("kicker"),
        FieldPanel("headline"),
        FieldPanel("standfirst"),
        FieldPanel("lead_figure"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("variant of the front matter")

    def __str__(self) -> str:
        """Return the editions it is for."""
        return ", ".join(self.editions)
