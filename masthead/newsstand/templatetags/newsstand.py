"""What the newsstand's templates need beside Django's own filters."""

from __future__ import annotations

from datetime import date

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from masthead.newsstand import alike, theme
from masthead.press import dates

register = template.Library()


@register.filter(expects_localtime=True)
def day_in(day: date, language: str) -> str:
    """Return a day as people who read `language` write it, as the press does in articles."""
    return dates.day_in(language, day)


@register.tag("alike")
def do_alike(parser: Parser, token: Token) -> Node:
    """Draw what stands between this and `endalike` once for all readers of a page.

    For what depends on the page and on nothing of its reader; not within a loop.
    """
    parts = parser.parse(("endalike",))
    parser.delete_first_token()
    return AlikeNode(parts)


class AlikeNode(Node):
    """What is the same for every reader of a page."""

    def __init__(self, nodelist: NodeList) -> None:
        """Take what it is."""
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Return it as it was drawn, or draw it."""
        drawn = alike.drawn_for(getattr(context, "request", None))
        if drawn is None:
            return self.nodelist.render(context)
        if self not in drawn:
            drawn[self] = self.nodelist.render(context)
        return mark_safe(drawn[self])  # noqa: S308 - a template drew it.


@register.simple_tag
def stylesheet() -> SafeString:
    """Return the theme's style sheet, to stand between style tags."""
    return mark_safe(theme.stylesheet())  # noqa: S308 - the theme's own file.


@register.simple_tag
def first_fonts() -> SafeString:
    """Return the links that fetch the theme's first fonts before anything asks for them."""
    return format_html_join(
        "\n",
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>',
        ((static(file),) for file in theme.current().tokens().first_files()),
    )


@register.filter
def ground(sequence: int) -> SafeString:
    """Return the style that gives an issue the ground whose turn it is."""
    cover = theme.current().tokens().cover(sequence)
    return format_html("--ground:{};--on-ground:{}", cover.ground, cover.words)
