"""Which editions something is for: their names, and the field that keeps a choice of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from masthead.manuscript.nodes import EDITIONS

EDITION_NAMES = {
    "web": _("Web"),
    "paper": _("Paper"),
    "epub": _("EPUB"),
    "speech": _("Speech"),
    "letter": _("Letter"),
    "plain": _("Plain text"),
}
EDITION_CHOICES = [(name, EDITION_NAMES[name]) for name in EDITIONS]


class EditionsField(models.JSONField):
    """A list of edition names; empty means all. Editors see a row of boxes to tick."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start empty unless told otherwise."""
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        """Return boxes to tick."""
        return forms.MultipleChoiceField(
            choices=EDITION_CHOICES,
            required=False,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "masthead-editions"}),
        )
