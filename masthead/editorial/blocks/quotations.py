"""Other people's words: who said them is kept as data, not as prose."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from masthead.editorial.blocks.base import ManuscriptBlock, editions, line, words


class Attribution(blocks.StructBlock):
    """Who said it, in what capacity, to whom, where and when."""

    speaker = line(_("Speaker"))
    role = line(_("Role"))
    outlet = line(_("Told to"), help_text=_("The outlet it was said to or published by."))
    medium = line(_("Medium"), help_text=_("Interview, letter, press conference, post."))
    said_on = blocks.DateBlock(required=False, label=_("Date"))
    url = blocks.URLBlock(required=False, label=_("Address"))

    class Meta:
        icon = "user"
        label = _("Attribution")
        collapsed = True


class PullQuote(ManuscriptBlock):
    """Words of the article lifted out to be seen large."""

    words = words(label=_("Words"), required=True)
    attribution = Attribution(required=False)
    editions = editions()

    class Meta:
        icon = "openquote"
        label = _("Pull quote")
        group = _("Quotations")
        preview_value: ClassVar = {
            "words": "<p>Nobody voted for the bridge, and everybody crosses it.</p>"
        }


class ExcerptFields(ManuscriptBlock):
    """Where a passage comes from, and who allowed it."""

    title = line(_("Title of the work"))
    author = line(_("Author"))
    outlet = line(_("Publication"))
    published_on = blocks.DateBlock(required=False, label=_("Published on"))
    url = blocks.URLBlock(required=False, label=_("Address"))
    permission = line(_("Permission"), help_text=_("Who allowed it, or under which licence."))


class StatementFields(ManuscriptBlock):
    """Who posted or issued a statement, where and when."""

    author = line(_("Author"))
    handle = line(_("Handle"))
    platform = line(_("Platform"))
    posted_at = blocks.DateTimeBlock(required=False, label=_("Posted at"))
    url = blocks.URLBlock(required=False, label=_("Address"))
