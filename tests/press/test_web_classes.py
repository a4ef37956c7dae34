"""The class names that themes rely on are those in the reference."""

from __future__ import annotations

import re
from pathlib import Path

from masthead.manuscript.gate import Decision
from masthead.press import web
from masthead.testing import golden
from masthead.testing.press_documents import pressed
from tests.press import page

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference/web-classes.md"
STYLES = ROOT / "masthead/newsstand/templates/newsstand/style.css"
ROW = re.compile(r"^\| `([\w-]+)` \| (`[^|]+`) \| ([^|]+) \| (styled|hook) \|$", re.MULTILINE)


def documented():
    """Return each class of the reference with its elements and whether it is styled."""
    rows = ROW.findall(REFERENCE.read_text(encoding="utf-8"))
    names = [name for name, *_rest in rows]
    assert names == sorted(set(names)), "Each class once, in the order of the alphabet."
    return {
        name: (set(re.findall(r"`(\w+)`", elements)), state == "styled")
        for name, elements, _meaning, state in rows
    }


def printed():
    """Return each class that the golden manuscript prints, with the elements that have it."""
    document, full = pressed(golden.MANUSCRIPT), Decision("full", "test")
    pieces = [web.render_lead_figure(document), web.render(document, full, 1)]
    pieces.append(web.render(document, full, 2))
    found: dict[str, set[str]] = {}
    for element in page.read("".join(pieces)).inside():
        for name in element.attributes.get("class", "").split():
            found.setdefault(name, set()).add(element.tag)
    return found


def test_every_class_is_in_the_reference_with_its_elements():
    assert {name: elements for name, (elements, _styled) in documented().items()} == printed()


def test_the_reference_says_which_of_them_the_magazine_styles():
    css = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", STYLES.read_text(encoding="utf-8"), flags=re.DOTALL)
    selected = set(re.findall(r"\.([a-z][\w-]*)", css))
    assert {name for name, (_elements, styled) in documented().items() if styled} == (
        selected & set(printed())
    )
