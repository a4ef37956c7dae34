"""How names and words are said where a voice would mispronounce them: of the house, and of an article."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from masthead.editorial.models.article import Article, language_tag
from masthead.editorial.models.title import Title
from masthead.press.speech.lexicon import Entry


class Saying(models.Model):
    """How something that is written is said."""

    written = models.CharField(
        _("written"),
        max_length=500,
        help_text=_("As it stands in the text: a name, a few words or a whole sentence."),
    )
    said = models.CharField(
        _("said"),
        max_length=1000,
        help_text=_(
            "Spelt so that any voice says it rightly, such as AY-vrell. Nothing else is changed."
        ),
    )
    ipa = models.CharField(
        _("phonetic alphabet"),
        max_length=500,
        blank=True,
        help_text=_(
            "The same in IPA, such as ˈeɪvrəl, for programs that read the exported lexicon."
        ),
    )
    whole_words = models.BooleanField(
        _("whole words only"),
        default=True,
        help_text=_("Off where a language is written without spaces."),
    )
    case_matters = models.BooleanField(
        _("capitals matter"),
        default=True,
        help_text=_("On, “Reading” is not found in “reading”."),
    )

    text_panels: ClassVar = [
        FieldPanel("written"),
        FieldPanel("said"),
        FieldPanel("ipa"),
        FieldRowPanel([FieldPanel("whole_words"), FieldPanel("case_matters")]),
    ]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Return what is written, and how it is said."""
        return f"{self.written} → {self.said}"

    def entry(self, language: str = "") -> Entry:
        """Return it as the press reads it, for a language or for all."""
        return Entry(
            self.written, self.said, self.ipa, language, self.whole_words, self.case_matters
        )


class HouseSaying(Saying):
    """How it is said in every article of a title."""

    title = models.ForeignKey(
        Title, on_delete=models.CASCADE, related_name="sayings", verbose_name=_("title")
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        validators=[language_tag],
        help_text=_(
            "Of the words around it, such as en or fr-CA. Empty, it holds for every language."
        ),
    )

    panels: ClassVar = [
        FieldPanel("title"),
        *Saying.text_panels[:2],
        FieldPanel("language"),
        *Saying.text_panels[2:],
    ]

    class Meta:
        verbose_name = _("entry of the lexicon")
        verbose_name_plural = _("lexicon")
        ordering = ("written", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["title", "language", "written"], name="said_in_one_way_in_a_title"
            )
        ]


class ArticleSaying(Saying, Orderable):
    """How it is said in one article, whatever the house says."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="sayings")

    panels: ClassVar = Saying.text_panels

    class Meta(Orderable.Meta):
        verbose_name = _("entry of the lexicon")
        verbose_name_plural = _("lexicon")
