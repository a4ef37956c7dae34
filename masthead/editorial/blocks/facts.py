"""Facts and things in rows: key figures, tables, code."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from masthead.editorial.blocks import base
from masthead.editorial.blocks.base import ManuscriptBlock, editions, line, words


class KeyFigure(ManuscriptBlock):
    """A figure worth remembering, and what it was before."""

    label = blocks.CharBlock(label=_("What it counts"))
    value = blocks.CharBlock(label=_("Figure"), help_text=_("As printed, such as 1.2 million."))
    unit = line(_("Unit"))
    before = line(_("Before"), help_text=_("What it was, if it changed."))
    as_of = line(_("As of"))
    source = line(_("Source"))
    url = blocks.URLBlock(required=False, label=_("Address of the source"))
    spoken = line(_("Spoken as"), help_text=_("How the figure is read aloud, if not as printed."))
    editions = editions()

    class Meta:
        icon = "plus-inverse"
        label = _("Key figure")
        group = _("Facts")
        preview_value: ClassVar = {
            "label": "Households without a water meter",
            "value": "41",
            "unit": "per cent",
            "before": "63",
            "as_of": "March 2026",
            "source": "Water Board",
        }


class Columns(TypedTableBlock):
    """Columns by how their cells are set."""

    words = base.words(label=_("Words, from the start"))
    figures = base.words(label=_("Figures, to the end"))
    centred = base.words(label=_("Centred"))


class Table(ManuscriptBlock):
    """A table. Without headings, its first row can be one with formatted words."""

    caption = words(label=_("Caption"))
    cells = Columns(label=_("Cells"))
    first_row_is_header = blocks.BooleanBlock(
        required=False,
        label=_("First row is the heading"),
        help_text=_("Use it where headings need formatting, and leave the columns’ own empty."),
    )
    row_headings = blocks.BooleanBlock(
        required=False, label=_("First column is the heading of its row")
    )
    source = line(_("Source"))
    editions = editions()

    class Meta:
        icon = "table"
        label = _("Table")
        group = _("Facts")


class Code(ManuscriptBlock):
    """Lines of code, kept to the character."""

    text = blocks.TextBlock(label=_("Code"), strip=False)
    language = line(_("Language"))
    caption = words(label=_("Caption"))
    editions = editions()

    class Meta:
        icon = "code"
        label = _("Code")
        group = _("Facts")
        preview_value: ClassVar = {
            "text": "for reader in readers:\n    deliver(issue, to=reader)",
            "language": "python",
        }
