"""Writing XML, element by element."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.xmlutils import SimplerXMLGenerator

from masthead.newsstand import xml_text


class XmlWriter:
    """Writes elements one after the other, without the characters that XML cannot hold."""

    def __init__(self) -> None:
        """Begin a document in UTF-8; ``data`` has what was written."""
        self.data = io.BytesIO()
        self._xml: Any = SimplerXMLGenerator(self.data, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    @contextmanager
    def within(self, name: str, attributes: dict[str, str] | None = None) -> Iterator[None]:
        """Write an element that holds what is written meanwhile."""
        self._xml.startElement(name, attributes or {})
        yield
        self._xml.endElement(name)

    def say(self, name: str, words: str, **attributes: str) -> None:
        """Write an element with these words in it."""
        fit = {key: xml_text.fit(value) for key, value in attributes.items()}
        self._xml.addQuickElement(name, xml_text.fit(words), fit)
