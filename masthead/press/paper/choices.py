"""What an editor may choose for one block of an article on its pages.

Choices are those of a placement: the manuscript knows nothing of them, and other editions keep it
as it is. A choice for a block that is not there any more does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

SPANS = ("column", "page")
POSITIONS = ("auto", "top", "bottom")
CROPS = ("", "16:9", "3:2", "4:3", "1:1", "3:4", "2:3")
"""Width to height; empty: as it is."""
BREAKS = ("", "column", "page")
MOST_TRACKING = 10
"""In thousandths of an em: beyond it readers see that letters stand closer or wider."""

FLOATS = ("figure", "gallery", "pull_quote")
"""The kinds of block that may span the page and stand at its head or foot."""


class Unfit(ValueError):
    """There is no such choice; says which."""


@dataclass(frozen=True)
class Choice:
    """What was chosen for one block. As it is: what the templates do by themselves."""

    span: str = "column"
    """How wide a picture or pull quote stands."""
    position: str = "auto"
    """Where on its page it stands."""
    crop: str = ""
    """Into which shape a picture is cut."""
    break_before: str = ""
    """What the block begins: a column or a page."""
    tracking: int = 0
    """How much wider (or closer) its letters stand, in thousandths of an em."""
    quote: str = ""
    """Words of a paragraph that stand beside it as a pull quote."""

    def __post_init__(self) -> None:
        """See that there is such a choice.

        Raises:
            Unfit: there is none.
        """
        for name, there in (
            ("span", SPANS),
            ("position", POSITIONS),
            ("crop", CROPS),
            ("break_before", BREAKS),
        ):
            if getattr(self, name) not in there:
                raise Unfit(f"{name}: {getattr(self, name)!r}")
        if not -MOST_TRACKING <= self.tracking <= MOST_TRACKING:
            raise Unfit(f"tracking: {self.tracking}")

    @property
    def told(self) -> dict[str, Any]:
        """Return what differs from the templates' own way, as JSON keeps it."""
        plain = asdict(Choice())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


def read(kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Choice]:
    """Return choices by block from what JSON kept of them; names of an older version are dropped."""
    known = {field.name for field in fields(Choice)}
    return {
        block: Choice(**{name: value for name, value in one.items() if name in known})
        for block, one in kept.items()
    }


def apply(choice: Choice, block: dict[str, Any]) -> None:
    """Give a block as the templates set it what was chosen for it."""
    kind = block["kind"]
    asked: dict[str, Any] = {}
    if choice.break_before:
        asked["break"] = choice.break_before
    if kind in FLOATS:
        asked |= {"span": choice.span, "position": choice.position}
    if kind == "figure" and choice.crop:
        wide, high = map(int, choice.crop.split(":"))
        asked["ratio"] = high / wide
    if kind == "paragraph":
        if choice.tracking:
            asked["tracking"] = choice.tracking
        if choice.quote and choice.quote in plain(block["words"]):
            block["quote"] = choice.quote
    if asked:
        block["layout"] = asked


def plain(words: list[dict[str, Any]]) -> str:
    """Return the words of a paragraph as the templates have it, without what is around them."""
    return "".join(
        word["text"] if "text" in word and word["kind"] in ("text", "code")
        else plain(word["words"]) if "words" in word and word["kind"] != "note"
        else " " if word["kind"] == "break"
        else ""
        for word in words
    )  # fmt: skip
