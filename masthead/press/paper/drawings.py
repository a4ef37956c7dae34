"""What is drawn on a page, operator by operator, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_PLACING = "q Q cm"


def read(
    drawing: Any, operators: str, place: pikepdf.Matrix
) -> Iterator[tuple[str, Any, pikepdf.Matrix]]:
    """Yield those operators of a page or form, each with its operands and its place.

    Args:
        drawing: the page or form.
        operators: which, with spaces between; all others are passed over, which is quicker.
        place: what turns the units of the drawing into points of the page.
    """
    kept: list[pikepdf.Matrix] = []
    for instruction in pikepdf.parse_content_stream(drawing, f"{_PLACING} {operators}"):
        sign, operands = str(instruction.operator), instruction.operands
        if sign == "q":
            kept.append(place)
        elif sign == "Q":
            # One too many is a fault of whoever wrote it, and means nothing.
            place = kept.pop() if kept else place
        elif sign == "cm":
            place = pikepdf.Matrix(*(float(one) for one in operands)) @ place
        else:
            yield sign, operands, place


def within(form: Any, place: pikepdf.Matrix) -> pikepdf.Matrix:
    """Return what turns the units of a form that is drawn at `place` into points of the page."""
    own = form.get("/Matrix")
    return place if own is None else pikepdf.Matrix(*(float(one) for one in own)) @ place


def size(place: pikepdf.Matrix) -> tuple[float, float]:
    """Return how wide and how high a picture stands that is drawn there, in points."""
    return (place.a**2 + place.b**2) ** 0.5, (place.c**2 + place.d**2) ** 0.5
