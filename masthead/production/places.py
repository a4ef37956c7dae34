"""Places on a page, as a click on its picture tells them to a house that runs no script.

A picture that is a button (`<input type="image" name="at640">`) sends where it was clicked, in
pixels of the screen; the number in its name says how wide it was shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Place = tuple[int, int]
"""Thousandths of a page's width and height, from the upper left corner."""

_CLICK = re.compile(r"at(\d{2,4})\.x")


def clicked(sent: Mapping[str, str], proportion: float) -> Place | None:
    """Return where the picture of a page was clicked; None where it was not, or by the keyboard.

    Args:
        sent: the fields of the form.
        proportion: the height of the page divided by its width.
    """
    for name in sent:
        if found := _CLICK.fullmatch(name):
            width = int(found[1])
            x, y = _number(sent[name]), _number(sent.get(f"at{found[1]}.y", ""))
            # Whoever presses the button with a key has pointed at nothing: browsers send noughts.
            if width and (x or y):
                return _within(x / width), _within(y / (width * proportion))
    return None


def was_clicked(sent: Mapping[str, str]) -> bool:
    """Say whether the form was sent by its picture."""
    return any(_CLICK.fullmatch(name) for name in sent)


def written(x: str, y: str) -> Place | None:
    """Return the place that two numbers name; None where they name none."""
    if not (x.isdecimal() and y.isdecimal()):
        return None
    return min(_number(x), 1000), min(_number(y), 1000)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _within(part: float) -> int:
    return max(0, min(1000, round(1000 * part)))
