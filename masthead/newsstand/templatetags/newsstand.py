"""What the newsstand's templates need beside Django's own filters."""

from __future__ import annotations

from datetime import date

from django import template

from masthead.press import dates

register = template.Library()


@register.filter(expects_localtime=True)
def day_in(day: date, language: str) -> str:
    """Return a day as people who read `language` write it, as the press does in articles."""
    return dates.day_in(language, day)
