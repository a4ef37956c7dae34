"""A few elements of XML, to be written and never read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]", re.UNICODE
)
"""What XML 1.0 does not take or no page can show; U+FEFF means a note or mark to InDesign."""


def clean(text: str) -> str:
    """Return text without what XML cannot hold and no page can show."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass
class Element:
    """An element with its attributes, and what is in it: elements and text, in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list[Element | Instruction | str] = field(default_factory=list)

    def add(self, name: str, text: str = "", **attributes: str) -> Element:
        """Add an element at the end, and return it."""
        made = Element(name, attributes, [text] if text else [])
        self.inner.append(made)
        return made

    def write(self) -> str:
        """Return the element as XML. No space is added: in a story each one counts."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        told = "".join(
            f' {name}="{escape(clean(value))}"' for name, value in self.attributes.items()
        )
        if not self.inner:
            yield f"<{self.name}{told}/>"
            return
        yield f"<{self.name}{told}>"
        for one in self.inner:
            yield escape(clean(one), quote=False) if isinstance(one, str) else one.write()
        yield f"</{self.name}>"


@dataclass(frozen=True)
class Instruction:
    """A processing instruction."""

    target: str
    text: str

    def write(self) -> str:
        """Return it as XML."""
        return f"<?{self.target} {self.text}?>"
