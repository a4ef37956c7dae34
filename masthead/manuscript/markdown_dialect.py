"""The grammar that Masthead adds to CommonMark: attributes, spans, directives, footnotes.

See `docs/reference/manuscript-markdown.md` for what it means to authors. This module only
turns text into tokens; `markdown_reading` makes nodes of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

NESTING_LIMIT = 100
"""How deep boxes and marks may nest before the parser gives up on the inner ones."""

_NAME = re.compile(r"[A-Za-z_][\w.:-]*")
_BARE = re.compile(r"[^\s\"'{}=]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_DIRECTIVE = re.compile(r"(:{2,})[ \t]*([A-Za-z][\w-]*)[ \t]*(.*?)[ \t]*$")
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_CLOSING = re.compile(r":{3,}[ \t]*$")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")


# --- Attributes ---------------------------------------------------------------


@dataclass
class Attributes:
    """What stands between braces. Values are taken out as they are understood."""

    id: str = ""
    flags: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def take(self, name: str) -> str:
        """Return the value called `name`, or nothing, and count it as understood."""
        return self.values.pop(name, "")

    def has(self, flag: str) -> bool:
        """Say whether a flag stands there (with or without a dot), and count it as understood."""
        if flag in self.flags:
            self.flags.remove(flag)
            return True
        return False

    def left(self) -> list[str]:
        """Return the names of what nobody has taken."""
        return [*self.flags, *self.values]


def read_attributes(text: str, start: int = 0) -> tuple[Attributes, int] | None:
    """Return the attributes that begin with the brace at `start`, and where they end.

    Returns:
        None if there is no brace there, or what follows are no attributes.
    """
    if text[start : start + 1] != "{":
        return None
    found, at = Attributes(), start + 1
    while at < len(text):
        character = text[at]
        if character == "}":
            return found, at + 1
        if character.isspace():
            at += 1
            continue
        if character in "#.":
            bare = _BARE.match(text, at + 1)
            if bare is None:
                return None
            if character == "#":
                found.id = bare.group()
            else:
                found.flags.append(bare.group())
            at = bare.end()
            continue
        name = _NAME.match(text, at)
        if name is None:
            return None
        at = name.end()
        if text[at : at + 1] != "=":
            found.flags.append(name.group())
            continue
        value = _QUOTED.match(text, at + 1) or _BARE.match(text, at + 1)
        if value is None:
            return None
        quoted = text[at + 1] == '"'
        found.values[name.group()] = _unescape(value.group(1)) if quoted else value.group()
        at = value.end()
    return None


def write_attributes(
    id: str = "",
    flags: tuple[str, ...] = (),
    values: Mapping[str, str] | None = None,
) -> str:
    """Return attributes as text, on one line, with braces; empty values are left out."""
    words = []
    if id and _BARE.fullmatch(id):
        words.append(f"#{id}")
    elif id:
        words.append(f"id={_quote(id)}")
    words += flags
    words += [f"{name}={_quote(value)}" for name, value in (values or {}).items() if value]
    return "{" + " ".join(words) + "}"


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unescape(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], value)


# --- The parser ---------------------------------------------------------------


def parser() -> MarkdownIt:
    """Return a CommonMark parser with tables and Masthead's additions.

    Addresses come out as they were written; whoever makes links of them judges them.
    """
    markdown = MarkdownIt("commonmark", {"maxNesting": NESTING_LIMIT})
    markdown.enable("table").disable("reference")
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    # Spans may stand in a link's words; the parser takes every inner bracket for a link.
    markdown.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkLabel=lambda state, start, disable_nested=False: parseLinkLabel(state, start),
        parseLinkDestination=parseLinkDestination,
        parseLinkTitle=parseLinkTitle,
    )
    interrupts: RuleOptionsType = {"alt": ["paragraph", "blockquote", "list", "table"]}
    block, inline = markdown.block.ruler, markdown.inline.ruler
    block.before("fence", "directive", _directive, interrupts)
    block.before("fence", "note", _note, interrupts)
    block.before("fence", "attributes", _attributes_line)
    inline.before("link", "note_reference", _note_reference)
    inline.before("link", "span", _span)
    return markdown


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _attributes_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if silent or state.is_code_block(start):
        return False
    line = _line(state, start).rstrip()
    read = read_attributes(line)
    if read is None or read[1] != len(line):
        return False
    token = state.push("attributes", "", 0)
    token.meta = {"attributes": read[0]}
    state.line = start + 1
    return True


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    opening = _DIRECTIVE.match(_line(state, start))
    if opening is None:
        return False
    if silent:
        return True
    colons, name, rest = opening.groups()
    read = read_attributes(rest)
    understood = read is not None and read[1] == len(rest)
    meta = {
        "name": name,
        "attributes": read[0] if read and understood else Attributes(),
        "misread": "" if understood or not rest else rest,
    }
    state.push("directive_open", "", 1).meta = meta
    last = start + 1
    if len(colons) > 2:
        last, closed = _find_closing(state, start + 1, end, len(colons))
        meta["unclosed"] = not closed
        parent, limit = state.parentType, state.lineMax
        state.parentType, state.lineMax = "container", last
        state.md.block.tokenize(state, start + 1, last)
        state.parentType, state.lineMax = parent, limit
        last += closed
    state.push("directive_close", "", -1)
    state.line = last
    return True


def _find_closing(state: StateBlock, line: int, end: int, colons: int) -> tuple[int, bool]:
    # Boxes inside should have fewer colons; forgive writers who gave them as many.
    inner = 0
    fence = ""
    while line < end:
        text = _line(state, line)
        if text and state.sCount[line] < state.blkIndent:
            break
        if fence:
            # What stands in code is code, whatever it looks like.
            if text.rstrip().strip(fence[0]) == "" and len(text.rstrip()) >= len(fence):
                fence = ""
        elif not state.is_code_block(line):
            fenced = _FENCE.match(text)
            fence = fenced[1] if fenced else ""
            opening = _DIRECTIVE.match(text)
            if opening and len(opening[1]) >= max(colons, 3):
                inner += 1
            elif _CLOSING.match(text) and len(text.rstrip()) >= colons:
                if not inner:
                    return line, True
                inner -= 1
        line += 1
    return line, False


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    line = _line(state, start)
    label = _NOTE.match(line)
    if label is None or line[label.end() : label.end() + 1] != ":":
        return False
    if silent:
        return True
    lines = [line[label.end() + 1 :].strip(" \t")]
    after = start + 1
    while after < end and (text := _line(state, after)) and state.sCount[after] >= state.blkIndent:
        if _NOTE.match(text) or _CLOSING.match(text):
            break
        lines.append(text)
        after += 1
    state.push("note_open", "", 1).meta = {"label": label[1]}
    inline = state.push("inline", "", 0)
    inline.content, inline.children, inline.map = "\n".join(lines).strip(), [], [start, after]
    state.push("note_close", "", -1)
    state.line = after
    return True


def _note_reference(state: StateInline, silent: bool) -> bool:
    label = _NOTE.match(state.src, state.pos, state.posMax)
    if label is None:
        return False
    if not silent:
        state.push("note_reference", "", 0).meta = {"label": label[1]}
    state.pos = label.end()
    return True


def _span(state: StateInline, silent: bool) -> bool:
    """Read `[words]{attributes}`."""
    if state.src[state.pos] != "[":
        return False
    start = state.pos + 1
    closing = state.md.helpers.parseLinkLabel(state, state.pos)
    if closing < 0:
        return False
    read = read_attributes(state.src[: state.posMax], closing + 1)
    if read is None:
        return False
    attributes, end = read
    if not silent:
        limit = state.posMax
        state.pos, state.posMax = start, closing
        state.push("span_open", "", 1).meta = {"attributes": attributes}
        state.md.inline.tokenize(state)
        state.push("span_close", "", -1)
        state.posMax = limit
    state.pos = end
    return True
