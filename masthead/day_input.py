"""The field of a browser in which a day is chosen."""

from __future__ import annotations

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day as browsers read and show it.

    Its value is always written as ISO 8601 has it (HTML, `<input type=date>`): what is written as a
    reader's language would write it, the browser shows as nothing at all.
    """

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Take further attributes."""
        super().__init__(attrs, format="%Y-%m-%d")
