"""The marks of Free Software Magazine, whose articles are public in its own Markdown.

Each stands on a line of its own:

- `=IMAGE=file=caption=`, a figure;
- `=ZOOM=words=`, a pull quote;
- `=TEXTBOX_START=title=` to `=TEXTBOX_END=`, an aside;
- `=CODE_START=` to `=CODE_END=`, code, kept to the character;
- `=TABLE_CAPTION=words=`, after its table.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from masthead.exchange.directives import Translation
from masthead.manuscript.markdown_dialect import write_attributes

_MARK = re.compile(r"=([A-Z_]+)=(.*)$")
_KNOWN = (
    "IMAGE",
    "ZOOM",
    "TEXTBOX_START",
    "TEXTBOX_END",
    "TABLE_CAPTION",
    "CODE_START",
    "CODE_END",
)
_EMPTY_HEADER = re.compile(r"\s*\|[\s|]*$")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_TAG = re.compile(r"(?P<code>(?P<ticks>`+).+?(?P=ticks)(?!`))|<(?=/?[A-Za-z])")
_COLONS = re.compile(r":{3,}")
_TICKS = re.compile(r"`+")

NO_PICTURE = "hide.jpg"
"""What the house names as main image of an article that shall show none; it is blank."""


def translate(front: Mapping[str, Any], body: str) -> Translation:
    """Return an article of the house in our own Markdown; see `Directives`."""
    ours, lost = dict(front), []
    # The house wrote its headlines for the web, with entities.
    for name in ("title", "authors"):
        if isinstance(ours.get(name), str):
            ours[name] = html.unescape(ours[name])
    if ours.get("main_image") == NO_PICTURE:
        del ours["main_image"]
        lost.append(f"main_image: “{NO_PICTURE}” is blank and says that there is none.")
    page = _Page()
    lines = iter(body.split("\n"))
    for line in lines:
        # The house writes about HTML, never in it: a tag is shown as it stands.
        line = _TAG.sub(lambda found: found["code"] or r"\<", line)
        mark = _MARK.match(line)
        if mark is None or mark[1] not in _KNOWN:
            page.lines.append(line)
        elif mark[1] == "CODE_START":
            page.code(_until_code_ends(lines, lost))
        else:
            page.mark(mark[1], mark[2].rstrip().removesuffix("="))
    page.close()
    return Translation(ours, "\n".join(_with_whole_tables(page.lines)), (*lost, *page.lost))


def _until_code_ends(lines: Any, lost: list[str]) -> list[str]:
    code: list[str] = []
    for line in lines:
        if line.startswith("=CODE_END="):
            return code
        code.append(line)
    lost.append("=CODE_START= is never ended; all that follows it was kept as code.")
    return code


@dataclass
class _Page:
    """The lines written so far; ``box`` is where an open one begins, and its title."""

    lines: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    box: tuple[int, str] | None = None

    def mark(self, name: str, said: str) -> None:
        """Write what a mark means."""
        if name == "IMAGE":
            file, _, caption = said.partition("=")
            self._directive("figure", caption, picture=file.strip())
        elif name == "ZOOM":
            self._directive("pullquote", said)
        elif name == "TABLE_CAPTION":
            self._caption(said)
        elif name == "TEXTBOX_START":
            self.close()
            self.lines += ["", "", ""]
            self.box = (len(self.lines) - 2, said)
        elif name == "TEXTBOX_END":
            if self.box is None:
                self.lost.append("=TEXTBOX_END= ends no box; it was left out.")
            self.close(quietly=True)
        else:
            self.lost.append(f"={name}= stands where it means nothing; it was left out.")

    def code(self, code: list[str]) -> None:
        """Write code between fences that are longer than any in it."""
        while code and not code[0].strip():
            code.pop(0)
        while code and not code[-1].strip():
            code.pop()
        longest = max((len(ticks) for line in code for ticks in _TICKS.findall(line)), default=0)
        fence = "`" * max(3, longest + 1)
        self.lines += ["", fence, *code, fence, ""]

    def close(self, *, quietly: bool = False) -> None:
        """End the box, if one is open."""
        if self.box is None:
            return
        if not quietly:
            self.lost.append("=TEXTBOX_START= is never ended; its box was closed for it.")
        begins, title = self.box
        # Longer than anything in the box, code included, that could seem to end it.
        inside = [len(found[0]) for line in self.lines[begins:] if (found := _COLONS.match(line))]
        colons = ":" * (max(inside, default=3) + 1)
        self.lines[begins] = f"{colons}aside {write_attributes(values={'title': title})}"
        self.lines += ["", colons, ""]
        self.box = None

    def _directive(self, name: str, words: str, **values: str) -> None:
        attributes = f" {write_attributes(values=values)}" if values else ""
        self.lines += ["", f":::{name}{attributes}", *([words] if words else []), ":::", ""]

    def _caption(self, words: str) -> None:
        """Write the caption above the table that ends right here."""
        at = len(self.lines)
        while at and not self.lines[at - 1].strip():
            at -= 1
        end = at
        while at and "|" in self.lines[at - 1]:
            at -= 1
        if at == end:
            self.lost.append(f"No table stands above “{words}”; it was kept as words.")
            self.lines += ["", words, ""]
        else:
            self.lines.insert(at, write_attributes(values={"caption": words}))


def _with_whole_tables(lines: list[str]) -> list[str]:
    """Return lines in which every table has as many columns above its rule as in it.

    The house leaves the heading empty and one bar short, and no reader of Markdown takes
    that for a table.
    """
    whole: list[str] = []
    fenced = ""
    for line in lines:
        fence = re.match(r"`{3,}", line)
        if fence and (not fenced or line.strip() == fenced):
            fenced = "" if fenced else fence.group()
        above = whole[-1] if whole else ""
        if not fenced and "|" in line and _RULE.match(line) and _EMPTY_HEADER.match(above):
            columns = line.strip().strip("|").count("|") + 1
            whole[-1] = "|" + " |" * columns
            attributes = whole[-2] if len(whole) > 1 else ""
            if attributes.startswith("{caption="):
                whole[-2] = attributes.removesuffix("}") + " headless}"
            else:
                whole.insert(-1, "{headless}")
            whole.append("|" + " - |" * columns)
        else:
            whole.append(line)
    return whole
