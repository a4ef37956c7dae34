"""Issues: the unit of account of a magazine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageManager
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from masthead.editorial.models.audience import ForReaders, for_readers_panel
from masthead.editorial.models.page import Keyed, MagazinePage
from masthead.editorial.models.picture import Picture
from masthead.editorial.models.title import Title


class IssueQuerySet(PageQuerySet):
    """Sets of issues, as a publisher would name them."""

    def on_sale(self) -> IssueQuerySet:
        """Return the issues that readers can see, newest first."""
        return self.filter(state=Issue.State.ON_SALE, live=True).order_by("-sequence")


class Issue(ForReaders, Keyed, MagazinePage):
    """One issue. ``sequence`` only ever rises within a title; ``number`` is as printed.

    ``counts_as`` is how many of a subscriber's copies it uses up (a double issue: two;
    a free special: none).
    """

    class State(models.TextChoices):
        """How far along an issue is; see `masthead.editorial.issues` for the moves."""

        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        ON_SALE = "on_sale", _("On sale")

    class Kind(models.TextChoices):
        """What sort of issue."""

        REGULAR = "regular", _("Regular")
        DOUBLE = "double", _("Double")
        SPECIAL = "special", _("Special")

    publication = models.ForeignKey(
        Title,
        on_delete=models.PROTECT,
        related_name="issues",
        editable=False,
        verbose_name=_("publication"),
    )
    sequence = models.PositiveIntegerField(
        _("sequence"),
        editable=False,
        help_text=_("Counts every issue of the title; given once and never used again."),
    )
    number = models.CharField(_("number"), max_length=20, help_text=_("As printed on the cover."))
    volume = models.CharField(_("volume"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.REGULAR)
    counts_as = models.PositiveSmallIntegerField(
        _("counts as copies"), default=1, help_text=_("2 for a double issue, 0 for a free special.")
    )
    cover_date = models.DateField(_("cover date"))
    cover_date_text = models.CharField(
        _("cover date as printed"),
        max_length=60,
        blank=True,
        help_text=_("Such as “Spring 2027”. Left empty, the date itself is printed."),
    )
    planned_on_sale_at = models.DateTimeField(_("goes on sale"), null=True, blank=True)
    on_sale_at = models.DateTimeField(_("on sale since"), null=True, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=7, choices=State, default=State.PLANNED, editable=False
    )
    cover = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cover picture"),
    )
    editors_note = RichTextField(
        _("editor’s note"), blank=True, features=["bold", "italic", "link"]
    )

    objects = PageManager.from_queryset(IssueQuerySet)()

    parent_page_types: ClassVar = ["editorial.IssueIndex"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy: ClassVar = [
        *Keyed.exclude_fields_in_copy,
        "contents",
        "state",
        "on_sale_at",
        "sequence",
    ]
    content_panels: ClassVar = [
        *MagazinePage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("number"), FieldPanel("volume")]),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("counts_as")]),
                FieldRowPanel([FieldPanel("cover_date"), FieldPanel("cover_date_text")]),
                FieldPanel("planned_on_sale_at"),
                FieldPanel("state", read_only=True),
            ],
            heading=_("Issue"),
        ),
        FieldPanel("cover"),
        InlinePanel("cover_lines", label=_("cover line"), heading=_("Cover lines")),
        FieldPanel("editors_note"),
        for_readers_panel(),
        InlinePanel("contents", label=_("article"), heading=_("Contents")),
    ]

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "sequence"], name="one_issue_per_sequence"
            ),
            models.CheckConstraint(
                condition=models.Q(state="on_sale", on_sale_at__isnull=False)
                | ~models.Q(state="on_sale"),
                name="issue_on_sale_since_some_moment",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the issue down; a new one gets its title and the next sequence first."""
        if not self.publication_id:
            self.publication = self.get_parent().get_parent().specific.publication
        if self.sequence is None:
            of_title = Issue.objects.filter(publication=self.publication)
            last = of_title.aggregate(last=models.Max("sequence"))["last"]
            self.sequence = (last or 0) + 1
        super().save(*args, **kwargs)

    def route(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """Answer the ways to have an issue: `listen/`, `read/`, `read/<article>/` and its parts."""
        match list(path_components) if self.live else []:
            case ["listen" | "read" as way]:
                return RouteResult(self, kwargs={"way": way})
            case ["read", slug]:
                return RouteResult(self, kwargs={"way": "read", "slug": slug})
            case ["read", slug, part] if re.fullmatch("[2-9]|[1-9][0-9]{1,2}", part):
                return RouteResult(self, kwargs={"way": "read", "slug": slug, "part": int(part)})
        return super().route(request, list(path_components))

    def with_content_json(self, content: dict[str, Any]) -> Issue:
        """Return the issue as a revision has it, less what has been decided since.

        State and sequence are acts, not copy. An article that has moved to another issue
        stays there: an article stands in at most one.
        """
        issue: Issue = super().with_content_json(content)
        # Read afresh: whoever holds this instance may have fetched it before the act.
        acts = ("state", "on_sale_at", "sequence", "publication_id")
        for decided, value in Issue.objects.filter(pk=self.pk).values(*acts).get().items():
            setattr(issue, decided, value)
        entries = list(issue.contents.all())
        elsewhere = set(
            ContentsEntry.objects.filter(article__in=[entry.article_id for entry in entries])
            .exclude(issue=self.pk)
            .values_list("article_id", flat=True)
        )
        issue.contents.set([entry for entry in entries if entry.article_id not in elsewhere])
        return issue


class CoverLine(Orderable):
    """A line on the cover; the first is the large one."""

    issue = ParentalKey(Issue, on_delete=models.CASCADE, related_name="cover_lines")
    text = models.CharField(_("line"), max_length=120)
    explanation = models.CharField(_("explanation"), max_length=200, blank=True)

    def __str__(self) -> str:
        """Return the line."""
        return self.text


class ContentsEntry(Orderable):
    """An article's place in an issue, and how it is laid out there.

    The database keeps an article from having two places.
    """

    class Opener(models.TextChoices):
        """How an article begins on paper; the press knows each by its name."""

        STANDARD = "standard", _("Picture below the headline")
        PICTURE = "picture", _("Picture above, to the edges")
        PLATE = "plate", _("A page of picture, then the words")
        LIT = "lit", _("Headline on lamplight")
        COLUMN = "column", _("In the first column")
        BRIEF = "brief", _("Brief")

    issue = ParentalKey(Issue, on_delete=models.CASCADE, related_name="contents")
    article = models.OneToOneField(
        "editorial.Article",
        on_delete=models.CASCADE,
        related_name="placement",
        verbose_name=_("article"),
        error_messages={
            "unique": _("This article stands in another issue. Take it out of that one first.")
        },
    )
    department = models.CharField(
        _("department"),
        max_length=80,
        blank=True,
        help_text=_("The heading it stands under in the contents. Left empty: its section."),
    )
    page_hint = models.PositiveSmallIntegerField(
        _("page"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    opener = models.CharField(
        _("opener"),
        max_length=10,
        choices=Opener,
        default=Opener.STANDARD,
        help_text=_("How it begins on paper. A brief begins where the one before it ends."),
    )
    columns = models.PositiveSmallIntegerField(
        _("columns"), choices=[(2, "2"), (3, "3")], default=2
    )
    department_page = models.BooleanField(
        _("a page for its department"),
        default=False,
        help_text=_(
            "On paper, a page with the department’s name and what stands in it comes before."
        ),
    )

    panels: ClassVar = [
        FieldPanel("article"),
        FieldRowPanel([FieldPanel("department"), FieldPanel("page_hint")]),
        FieldPanel("department_page"),
        FieldRowPanel([FieldPanel("opener"), FieldPanel("columns")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("contents entry")
        verbose_name_plural = _("contents entries")

    def __str__(self) -> str:
        """Return the issue and the article."""
        return f"{self.issue}: {self.article}"

    def clean(self) -> None:
        """Refuse an article of another title's."""
        super().clean()
        placed = self.article_id and self.issue_id and self.issue.publication_id
        if placed and self.article.publication() != self.issue.publication:
            raise ValidationError({"article": _("This article belongs to another title.")})
