"""Where an advertisement can stand: on readers' pages by share, in an issue by the page.

Letters have none yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Placement:
    """One place. Pictures on readers' pages are at most ``width`` by ``height`` pixels.

    In print ``size`` is how much of a page it takes and ``where`` which page is meant, by the names
    that the press knows them by; ``page`` is set where that is always the same one. Of those that
    are ``alone`` an issue has one.
    """

    name: str
    label: Any
    medium: Literal["web", "print"]
    width: int = 0
    height: int = 0
    size: str = ""
    where: str = ""
    page: int | None = None
    alone: bool = False

    @property
    def picture_spec(self) -> str:
        """The filter spec of the size in which a picture stands here, for a reader's page."""
        return f"max-{self.width}x{self.height}|format-webp"


ARTICLE = Placement("article", _("Below an article"), "web", width=960, height=540)
LIST = Placement("list", _("Between articles in lists"), "web", width=960, height=360)
FRONT = Placement("front", _("Foot of the front page"), "web", width=960, height=360)

EVERY = (
    ARTICLE,
    LIST,
    FRONT,
    Placement("full", _("Full page"), "print", size="full", where="page"),
    Placement("half", _("Half page"), "print", size="half", where="page"),
    Placement("quarter", _("Quarter page"), "print", size="quarter", where="page"),
    Placement(
        "inside-front",
        _("Inside front cover"),
        "print",
        size="full",
        where="page",
        page=2,
        alone=True,
    ),
    Placement(
        "inside-back",
        _("Inside back cover"),
        "print",
        size="full",
        where="inside_back",
        alone=True,
    ),
    Placement("back", _("Back cover"), "print", size="full", where="back", alone=True),
)

_by_name = {placement.name: placement for placement in EVERY}


def named(name: str) -> Placement | None:
    """Return the placement of that name, None if there is none."""
    return _by_name.get(name)


def of_medium(medium: Literal["web", "print"]) -> list[Placement]:
    """Return the placements of a medium, in their order."""
    return [placement for placement in EVERY if placement.medium == medium]


def choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return all of them for a list to choose from, those of each medium together."""
    return [
        (_("On readers’ pages"), [(one.name, one.label) for one in of_medium("web")]),
        (_("In print"), [(one.name, one.label) for one in of_medium("print")]),
    ]
