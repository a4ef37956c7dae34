"""What may stand where: the text of an article, and the boxes inside it.

A box may hold blocks, and these may hold plain ones; deeper nesting is not offered, since
no edition could show it. The streams are shared instances, so that the editor's page
describes each of them once.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import BooleanBlock

from masthead.editorial.blocks.base import TEXT, ManuscriptBlock, editions, line
from masthead.editorial.blocks.facts import Code, KeyFigure, Table
from masthead.editorial.blocks.media import AudioFields, Embed, Figure, Gallery, LeadFigureBlock
from masthead.editorial.blocks.quotations import (
    Attribution,
    ExcerptFields,
    PullQuote,
    StatementFields,
)


class Text(ManuscriptBlock):
    """Running text: paragraphs, headings, lists, pauses. One block between figures."""

    text = blocks.RichTextBlock(features=TEXT, label=_("Text"))
    editions = editions()

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        group = _("Text")
        preview_value: ClassVar = {
            "text": "<p>The lamps went out along the quay one after another.</p>"
        }


class Divider(ManuscriptBlock):
    """A pause between passages."""

    editions = editions()

    class Meta:
        icon = "horizontalrule"
        label = _("Pause")
        group = _("Text")
        preview_value: ClassVar[dict[str, Any]] = {"editions": []}


class Plain(blocks.StreamBlock):
    """What may stand in a box within a box."""

    text = Text()
    figure = Figure()
    table = Table()
    key_figure = KeyFigure()
    code = Code()
    divider = Divider()

    class Meta:
        required = False


class Quotation(ManuscriptBlock):
    """A quotation that stands by itself."""

    blocks = Plain(label=_("Words"))
    attribution = Attribution(required=False)
    denies = BooleanBlock(
        required=False,
        label=_("A denial"),
        help_text=_("They deny what the article or somebody in it says of them."),
    )
    editions = editions()

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        group = _("Quotations")
        preview_value: ClassVar = {
            "blocks": [("text", {"text": "<p>We were never asked.</p>"})],
            "attribution": {"speaker": "Ilse Marn", "role": "harbour master"},
        }


class PlainExcerpt(ExcerptFields):
    """A passage from another publication, inside a box."""

    blocks = Plain(label=_("Passage"))
    editions = editions()

    class Meta:
        icon = "doc-full"
        label = _("Excerpt")
        group = _("Quotations")
        preview_value: ClassVar = {
            "title": "The Tide Tables",
            "outlet": "Harbour Review",
            "permission": "By kind permission of the editors",
            "blocks": [("text", {"text": "<p>High water came an hour early.</p>"})],
        }


class Statement(StatementFields):
    """A post or statement kept as text, so that no other host's script is needed."""

    blocks = Plain(label=_("Words"))
    editions = editions()

    class Meta:
        icon = "comment"
        label = _("Statement")
        group = _("Quotations")
        preview_value: ClassVar = {
            "author": "Port Authority",
            "handle": "@port",
            "platform": "Square",
            "blocks": [("text", {"text": "<p>The north lock is closed until Friday.</p>"})],
        }


class PlainAside(ManuscriptBlock):
    """A side box inside a box."""

    title = line(_("Title"))
    blocks = Plain(label=_("Text"))
    editions = editions()

    class Meta:
        icon = "clipboard-list"
        label = _("Side box")
        group = _("Text")


class LongList(ManuscriptBlock):
    """A list whose items need more than a line: several paragraphs, a picture, code."""

    items = blocks.ListBlock(Plain(label=_("Item")), label=_("Items"))
    ordered = blocks.BooleanBlock(required=False, label=_("Numbered"))
    start = blocks.IntegerBlock(default=1, label=_("First number"))
    editions = editions()

    class Meta:
        icon = "list-ul"
        label = _("List of longer items")
        group = _("Text")


class Audio(AudioFields):
    """A recording with its transcript."""

    transcript = Plain(label=_("Transcript"))
    editions = editions()

    class Meta:
        icon = "media"
        label = _("Recording")
        group = _("Pictures and sound")


class PlainVariant(blocks.StructBlock):
    """What stands in place of the block before it, in some editions."""

    editions = editions(required=True, label=_("In"))
    blocks = Plain(
        label=_("Instead"), help_text=_("Left empty, the block before is cut in these editions.")
    )

    class Meta:
        icon = "copy"
        label = _("Instead of the block before")
        group = _("Editions")


class Boxed(blocks.StreamBlock):
    """What may stand in a box."""

    text = Text()
    figure = Figure()
    gallery = Gallery()
    pull_quote = PullQuote()
    quotation = Quotation()
    excerpt = PlainExcerpt()
    statement = Statement()
    long_list = LongList()
    table = Table()
    key_figure = KeyFigure()
    aside = PlainAside()
    code = Code()
    embed = Embed()
    audio = Audio()
    divider = Divider()
    variant = PlainVariant()

    class Meta:
        required = False


class BoxedQuotation(Quotation):
    """A quotation that may hold whatever a box may."""

    blocks = Boxed(label=_("Words"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        group = _("Quotations")


class Excerpt(PlainExcerpt):
    """A passage from another publication, with who allowed it."""

    blocks = Boxed(label=_("Passage"))

    class Meta:
        icon = "doc-full"
        label = _("Excerpt")
        group = _("Quotations")


class Aside(PlainAside):
    """A side box with a title of its own."""

    blocks = Boxed(label=_("Text"))

    class Meta:
        icon = "clipboard-list"
        label = _("Side box")
        group = _("Text")
        preview_value: ClassVar = {
            "title": "How the vote works",
            "blocks": [("text", {"text": "<p>Each ward sends two.</p>"})],
        }


class Variant(PlainVariant):
    """What stands in place of the block before it, in some editions."""

    blocks = Boxed(
        label=_("Instead"), help_text=_("Left empty, the block before is cut in these editions.")
    )

    class Meta:
        icon = "copy"
        label = _("Instead of the block before")
        group = _("Editions")


class PageBreak(blocks.StructBlock):
    """A new part of the article begins here."""

    title = line(_("Title of the new part"))

    class Meta:
        icon = "horizontalrule"
        label = _("New part")
        group = _("Text")


class LeadMarker(blocks.StaticBlock):
    """The lead, which everybody may read, ends here."""

    class Meta:
        icon = "lock-open"
        label = _("The lead ends here")
        group = _("Text")
        admin_text = _("Everybody may read what stands above. What follows is for those it is for.")


class Body(blocks.StreamBlock):
    """The text of an article."""

    text = Text()
    figure = Figure()
    gallery = Gallery()
    pull_quote = PullQuote()
    quotation = BoxedQuotation()
    excerpt = Excerpt()
    statement = Statement()
    long_list = LongList()
    table = Table()
    key_figure = KeyFigure()
    aside = Aside()
    code = Code()
    embed = Embed()
    audio = Audio()
    divider = Divider()
    page_break = PageBreak()
    lead_marker = LeadMarker()
    variant = Variant()

    class Meta:
        block_counts: ClassVar[dict[str, Any]] = {"lead_marker": {"max_num": 1}}


class LeadFigure(blocks.StreamBlock):
    """The one figure above the text, or none."""

    figure = LeadFigureBlock()

    class Meta:
        required = False
        max_num = 1
