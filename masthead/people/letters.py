"""How letters look: plain text, and the same text as HTML."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi


def as_html(text: str) -> str:
    """Return a letter's text as HTML; what is set in from the margin, such as a code, is large."""
    paragraphs = [
        {"is_large": part.startswith("    "), "lines": [line.strip() for line in part.splitlines()]}
        for part in text.split("\n\n")
        if part.strip()
    ]
    context = {"paragraphs": paragraphs, "language": get_language() or settings.LANGUAGE_CODE}
    return render_to_string("account/email/letter.html", {**context, "is_rtl": get_language_bidi()})
