"""Where on a page the type stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from masthead.press.paper.specification import POINTS_PER_MILLIMETRE


@dataclass(frozen=True)
class TypeArea:
    """The page within its margins, in points from the left and the top of the trimmed page."""

    left: float
    top: float
    width: float
    height: float
    gutter: float

    @property
    def bottom(self) -> float:
        """Return where it ends."""
        return self.top + self.height

    def column_at(self, x: float, columns: int) -> int:
        """Return which of so many columns something stands in, the leftmost being 0."""
        step = (self.width + self.gutter) / columns
        return min(columns - 1, max(0, int((x - self.left + 1) / step)))


def of(values: Mapping[str, Any], page: int) -> TypeArea:
    """Return the type area of a page, counted from the cover as 1.

    An issue that is read from the right is bound there: its odd pages are those on the left.
    """
    grid, point = values["tokens"]["grid"]["paper"], POINTS_PER_MILLIMETRE
    width, height = values["trim"]
    bound_on_the_left = bool(page % 2) != (values["direction"] == "rtl")
    return TypeArea(
        left=(grid["inside"] if bound_on_the_left else grid["outside"]) * point,
        top=grid["head"] * point,
        width=(width - grid["inside"] - grid["outside"]) * point,
        height=(height - grid["head"] - grid["foot"]) * point,
        gutter=grid["gutter"] * point,
    )
