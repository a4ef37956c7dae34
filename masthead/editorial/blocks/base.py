"""What every block has: the editions it is limited to, and a preview that is the real thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from masthead.editorial.scopes import EDITION_CHOICES

WORDS = [
    "bold",
    "italic",
    "small-caps",
    "superscript",
    "subscript",
    "code",
    "link",
    "language",
    "quotation",
    "quotation-end",
    "mention",
    "citation",
    "footnote",
]
"""What may stand inside a paragraph."""

TEXT = ["h2", "h3", "h4", "ol", "ul", *WORDS]
"""What may stand in running text between figures. A pause is a block of its own: rules in
rich text have no key, and every block of a manuscript needs one that lasts."""


def words(**kwargs: Any) -> blocks.RichTextBlock:
    """Return a field for a line or two, such as a caption."""
    kwargs.setdefault("required", False)
    return blocks.RichTextBlock(features=WORDS, **kwargs)


def line(label: Any, **kwargs: Any) -> blocks.CharBlock:
    """Return an optional one-line field."""
    kwargs.setdefault("required", False)
    return blocks.CharBlock(label=label, **kwargs)


def editions(**kwargs: Any) -> blocks.MultipleChoiceBlock:
    """Return the boxes that limit something to some editions; none ticked means all."""
    kwargs.setdefault("required", False)
    kwargs.setdefault("label", _("Only in"))
    widget = forms.CheckboxSelectMultiple(attrs={"class": "masthead-editions"})
    return blocks.MultipleChoiceBlock(choices=EDITION_CHOICES, widget=widget, **kwargs)


class ManuscriptBlock(blocks.StructBlock):
    """A block that becomes nodes of the manuscript.

    How it looks is the press's business alone: in the preview of the block picker, too,
    it is rendered from its nodes.
    """

    class Meta:
        preview_template = "newsstand/block_preview.html"

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Return the context of the preview, with the raw block, which the template presses for the web."""
        context: dict[str, Any] = super().get_preview_context(value, parent_context)
        context["stream"] = [
            {"type": self.name, "value": self.get_prep_value(value), "id": "preview"}
        ]
        return context
