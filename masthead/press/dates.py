"""Days and moments in the words of an article's language, and lengths of time."""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time


def day_in(language: str, day: date) -> str:
    """Return a day in full, such as "2 March 2026", "2 marzo 2026" or "2. März 2026".

    A day in a language that nobody has described is written as numbers (2026-03-02), which
    every reader can make out.
    """
    locale = locale_of(language)
    return format_date(day, "long", locale) if locale else day.isoformat()


def moment_in(language: str, moment: datetime) -> str:
    """Return a moment to the minute, with the name of its zone where it has one."""
    locale = locale_of(language)
    hour = format_time(moment.time(), "short", locale=locale) if locale else f"{moment:%H:%M}"
    zone = moment.tzname() or ""
    return f"{day_in(language, moment.date())}, {hour} {zone}".rstrip()


def duration(seconds: int | None) -> str:
    """Return a length such as 3:07 or 1:02:45, or nothing."""
    if seconds is None:
        return ""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def locale_of(language: str) -> Locale | None:
    """Return what is known of a BCP 47 tag, or of the longest beginning of it."""
    parts = language.split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return None
