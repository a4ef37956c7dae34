"""The sentences of a chapter as elements that can be pointed at while they are heard.

A sentence that is shown gets a span around its words; marks that go on beyond it are parted.
What is heard and not shown in these words, such as who speaks, points to what it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from masthead.press.epub import markup
from masthead.press.epub.book import Narrated
from masthead.press.epub.elements import Element
from masthead.press.html_pieces import name_for
from masthead.press.speech import script
from masthead.press.speech.script import Sentence

LONGEST_SILENCE = 2.0
"""Seconds between two sentences that still belong to the first: its clip goes on through them."""

_NUMBERS = ("note-ref", "citation-ref", "note-number")
"""What stands in the words of a block and is none of them."""
_PARTED = ("p", "span", "h1", "h2", "h3", "h4", "h5", "h6")
"""Elements with words alone in them, which can be parted."""
_NOT_OF_THE_BLOCK = "-end"


@dataclass(frozen=True)
class Par:
    """A piece of the chapter, by its id, and from when to when it is heard, in seconds."""

    target: str
    begins: float
    ends: float


def marked(root: Element, spoken: Sequence[Sentence], narrated: Narrated) -> list[Par]:
    """Mark the sentences of a chapter that are heard; return each with its time, in order.

    Where the recording says something else than the chapter shows, because a block was written
    anew for speech, all of the block is one piece. What the chapter does not show at all has
    none, and is left out when the book is read.

    Args:
        root: the chapter; changed.
        spoken: what would be said of the chapter as it stands in the book.
        narrated: what was said.
    """
    shown = {_place(one.id, one.block, one.start, one.end): one for one in spoken}
    other = {
        str(time["block"])
        for time in narrated.times
        if _place(time["id"], time["block"], time["start"], time["end"]) not in shown
    }
    chapter = _Chapter(root)
    heard = {str(time["id"]) for time in narrated.times}
    chapter.part(
        one for one in shown.values() if one.end and one.block not in other and one.id in heard
    )
    targets: list[tuple[str, Any]] = []
    for time in narrated.times:
        block = str(time["block"])
        if block in other:
            target = chapter.whole_of(block)
        elif time["end"]:
            target = chapter.parted.get(str(time["id"]), "")
        else:
            target = chapter.place_for(str(time["id"]), block)
        targets.append((target, time))
    return _in_order(root, _clips(targets))


def _place(key: Any, block: Any, start: Any, end: Any) -> tuple[str, str, int, int]:
    return str(key), str(block), int(start), int(end)


def _clips(targets: list[tuple[str, Any]]) -> list[Par]:
    """Return a piece for each target, its clip going on through the pause that follows."""
    pars: list[Par] = []
    for number, (target, time) in enumerate(targets):
        if not target:
            continue
        ends = time["t1"]
        if number + 1 < len(targets):
            following = targets[number + 1][1]["t0"]
            if following - ends <= LONGEST_SILENCE:
                ends = following
        if pars and pars[-1].target == target:
            pars[-1] = Par(target, pars[-1].begins, ends)
        else:
            pars.append(Par(target, time["t0"], ends))
    return pars


def _in_order(root: Element, pars: list[Par]) -> list[Par]:
    """Return the pieces that follow one another on the page as they do in time, each once."""
    places = {name: number for number, one in enumerate(root.iter()) if (name := one.get("id"))}
    kept: list[Par] = []
    for par in pars:
        if not kept or places[par.target] > places[kept[-1].target]:
            kept.append(par)
    return kept


@dataclass
class _Chapter:
    """Finds and makes the elements that sentences point to. ``parted`` are those with a span."""

    root: Element
    parted: dict[str, str] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ids = markup.by_id(self.root)

    def part(self, sentences: Iterable[Sentence]) -> None:
        """Put a span around the words of each."""
        blocks: dict[str, list[Sentence]] = {}
        for one in sentences:
            blocks.setdefault(one.block, []).append(one)
        for block, of_it in blocks.items():
            element = self.ids.get(_id_of(block))
            if element is not None and element.tag in _PARTED:
                for one in of_it:
                    self.parted[one.id] = name_for(one.id)
                part(element, [(one.start, one.end, self.parted[one.id]) for one in of_it])
        self.ids = markup.by_id(self.root)

    def whole_of(self, block: str) -> str:
        """Return the id of all of a block, or nothing if the chapter has none of it."""
        return _id_of(block) if _id_of(block) in self.ids else ""

    def place_for(self, sentence: str, block: str) -> str:
        """Return where something points that is heard and not shown."""
        if block == script.OPENING:
            return self._beside(name_for(sentence), script.BYLINE, after=True)
        if _id_of(block) in self.ids:
            return self._claimed(name_for(sentence), _id_of(block))
        base, _hyphen, part = block.rpartition("-")
        there = _id_of(base)
        if there not in self.ids:
            return ""
        if f"-{part}" == _NOT_OF_THE_BLOCK:
            return self._beside(name_for(sentence), there, after=True)
        if part == "title" and (title := self._title_in(there)) is not None:
            title.set("id", name_for(sentence))
            return name_for(sentence)
        return self._claimed(name_for(sentence), there)

    def _claimed(self, name: str, there: str) -> str:
        """Return an element's id the first time, later a place right before it."""
        if there in self.claimed:
            return self._beside(name, there, after=False)
        self.claimed.add(there)
        return there

    def _beside(self, name: str, there: str, *, after: bool) -> str:
        if there not in self.ids or name in self.ids:
            return ""
        beside = self.ids[there]
        mark = Element("span", {"id": name})
        put = markup.put_after if after else markup.put_before
        put(beside, mark, markup.parents(self.root)[beside])
        self.ids[name] = mark
        return name

    def _title_in(self, there: str) -> Element | None:
        return next(markup.with_class(self.ids[there], "aside-title"), None)


def _id_of(block: str) -> str:
    ours = (script.HEADLINE, script.STANDFIRST, script.BYLINE)
    return block if block in ours else f"b-{name_for(block)}"


# --- Parting words ----------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """Some characters, or an element without any of the block's, below its marks."""

    marks: tuple[Element, ...]
    start: int
    text: str = ""
    element: Element | None = None
    width: int = 0


def part(element: Element, sentences: Sequence[tuple[int, int, str]]) -> None:
    """Put spans around parts of an element's words, given as start, end and id."""
    pieces, _end = _pieces(element, (), 0)
    bounds = sorted({edge for start, end, _name in sentences for edge in (start, end)})
    setter = _Setter(element)
    for piece in pieces:
        for cut in _cut(piece, bounds):
            setter.put(cut, _sentence_of(cut, sentences))
    setter.finish()


def _pieces(inside: Element, marks: tuple[Element, ...], at: int) -> tuple[list[_Piece], int]:
    pieces = []
    if inside.text:
        pieces.append(_Piece(marks, at, inside.text))
        at += len(inside.text)
    for child in inside:
        if child.tag == "br":
            pieces.append(_Piece(marks, at, element=child, width=1))
            at += 1
        elif any(name in _NUMBERS for name in markup.classes(child)):
            pieces.append(_Piece(marks, at, element=child))
        else:
            inner, at = _pieces(child, (*marks, child), at)
            pieces += inner
        if child.tail:
            pieces.append(_Piece(marks, at, child.tail))
            at += len(child.tail)
    return pieces, at


def _cut(piece: _Piece, bounds: Sequence[int]) -> list[_Piece]:
    if piece.element is not None:
        return [piece]
    end = piece.start + len(piece.text)
    edges = [piece.start, *(edge for edge in bounds if piece.start < edge < end), end]
    return [
        _Piece(piece.marks, edge, piece.text[edge - piece.start : following - piece.start])
        for edge, following in pairwise(edges)
    ]


def _sentence_of(piece: _Piece, sentences: Sequence[tuple[int, int, str]]) -> str:
    width = len(piece.text) or piece.width
    for start, end, name in sentences:
        if width and start <= piece.start and piece.start + width <= end:
            return name
        # The number of a note belongs to what it follows.
        if not width and start < piece.start <= end:
            return name
    return ""


class _Setter:
    """Sets pieces anew, each below its sentence and copies of its marks."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.copies: dict[Element, list[Element]] = {}
        self.sentence = ""
        self.open: list[tuple[Element, Element]] = []
        self.inside = Element(element.tag)
        self.span = self.inside

    def put(self, piece: _Piece, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence, self.open = sentence, []
            self.span = self.inside.add("span", {"id": sentence}) if sentence else self.inside
        marks = piece.marks
        if not sentence and piece.element is None and not piece.text.strip():
            # The space between two sentences needs no mark.
            marks = ()
        kept = 0
        while kept < min(len(marks), len(self.open)) and self.open[kept][0] is marks[kept]:
            kept += 1
        del self.open[kept:]
        for mark in marks[kept:]:
            self._open(mark)
        if piece.element is not None:
            piece.element.tail = ""
            self._innermost().children.append(piece.element)
        else:
            self._innermost().write(piece.text)

    def finish(self) -> None:
        self.element.text, self.element.children = self.inside.text, self.inside.children
        for mark, copies in self.copies.items():
            if mark.tag == "q" and len(copies) > 1:
                # Its quotation marks stand where it begins and ends, and nowhere else.
                for number, copy in enumerate(copies):
                    names = ["goes-on"] if number + 1 < len(copies) else []
                    copy.set("class", " ".join([*(["continued"] if number else []), *names]))

    def _open(self, mark: Element) -> None:
        attributes = dict(mark.attrib)
        if mark in self.copies:
            attributes.pop("id", None)
        copy = self._innermost().add(mark.tag, attributes)
        self.copies.setdefault(mark, []).append(copy)
        self.open.append((mark, copy))

    def _innermost(self) -> Element:
        return self.open[-1][1] if self.open else self.span
