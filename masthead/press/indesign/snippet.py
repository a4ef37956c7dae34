"""The file around a story: what InDesign reads first, the styles, and where links lead."""

from __future__ import annotations

from collections.abc import Sequence

from masthead.press.indesign import styles
from masthead.press.indesign.markup import Element

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<?aid style="50" type="snippet" readerVersion="6.0" featureSet="513" product="8.0(370)" ?>\n'
    '<?aid SnippetType="InCopyInterchange"?>\n'
)
"""What tells InDesign CS6 and later that this is a story."""


def write(story: Element, links: Sequence[tuple[str, str]], language: str, direction: str) -> str:
    """Return the whole file.

    Args:
        story: the story, whose paragraphs and runs name the styles.
        links: the key and the address of each link in it, in order.
        language: the language (BCP 47) that the story is in.
        direction: ``ltr`` or ``rtl``.
    """
    whole = Element("Document", {"DOMVersion": "8.0", "Self": "document"})
    styles.declare(whole, language, direction)
    whole.inner.append(story)
    for number, (key, address) in enumerate(links, 1):
        _lead(whole, number, key, address)
    return f"{HEAD}{whole.write()}\n"


def _lead(document: Element, number: int, key: str, address: str) -> None:
    there = f"HyperlinkURLDestination/{key}"
    # One address may be linked twice. Names may not.
    told = {"Name": f"{number} {address}", "DestinationUniqueKey": str(number)}
    document.add("HyperlinkURLDestination", Self=there, DestinationURL=address, **told)
    link = document.add(
        "Hyperlink", Self=f"hyperlink-{number}", Source=key, Visible="false", **told
    )
    facts = link.add("Properties")
    facts.add("BorderColor", "Black", type="enumeration")
    facts.add("Destination", there, type="object")
