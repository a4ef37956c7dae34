"""Paragraphs, runs, notes and links of one story, as InCopy writes them.

Knows nothing of blocks; `story` says what is to stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from masthead.manuscript.nodes import Footnote
from masthead.press.indesign import styles
from masthead.press.indesign.markup import Element, Instruction
from masthead.press.indesign.styles import Mark, Style
from masthead.press.indesign.words import Flattening, Run

_NUMBER_OF_THE_NOTE = Instruction("ACE", "4")
"""Where InDesign writes the number of a footnote."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Sheet:
    """Takes paragraphs, one after the other."""

    flattening: Flattening
    notes: Mapping[str, Footnote]
    story: Element
    links: list[tuple[str, str]] = field(default_factory=list)
    """The key and the address of each link, in order."""
    numbers: dict[str, str] = field(default_factory=dict)
    """What calls each note that has been set: a number, or a letter in a table."""
    _into: Element | None = None
    _last: Element | None = None
    _below: list[Footnote] | None = None
    _in_a_note: bool = False
    _footnotes: int = 0

    def paragraph(
        self, style: Style, runs: Iterable[Run] | str, **attributes: str
    ) -> Element | None:
        """Add a paragraph; where nothing would stand in it, add none."""
        told = [Run(runs)] if isinstance(runs, str) else list(runs)
        if not any(run.text or run.note in self.notes for run in told):
            return None
        made = self._begin(style, **attributes)
        self._write(made, told)
        return made

    def _begin(self, style: Style, **attributes: str) -> Element:
        if self._last is not None:
            plain = {"AppliedCharacterStyle": styles.NO_CHARACTER_STYLE}
            self._last.add("CharacterStyleRange", **plain).add("Br")
        into = self.story if self._into is None else self._into
        self._last = into.add("ParagraphStyleRange", AppliedParagraphStyle=style.key, **attributes)
        return self._last

    def table(
        self,
        rows: Sequence[Sequence[tuple[Style, Iterable[Run]]]],
        headers: int,
        justified: Sequence[str],
        direction: str,
    ) -> None:
        """Add a table, and below it the notes that its cells call.

        A footnote in a table is unknown to older versions of InDesign, and without a word lost.
        """
        number = len(self.story.inner)
        columns = len(justified)
        around = self._begin(Style.TABLE_TEXT).add(
            "CharacterStyleRange", AppliedCharacterStyle=styles.NO_CHARACTER_STYLE
        )
        made = around.add(
            "Table",
            Self=f"table-{number}",
            AppliedTableStyle=styles.TABLE,
            HeaderRowCount=str(headers),
            FooterRowCount="0",
            BodyRowCount=str(len(rows) - headers),
            ColumnCount=str(columns),
            TableDirection=styles.RIGHT_TO_LEFT if direction == "rtl" else "LeftToRightDirection",
        )
        for down in range(len(rows)):
            made.add("Row", Self=f"table-{number}-row-{down}", Name=str(down))
        for across in range(columns):
            name = f"table-{number}-column-{across}"
            width = f"{WIDTH_OF_A_TABLE / columns:g}"
            made.add("Column", Self=name, Name=str(across), SingleColumnWidth=width)
        with self._notes_below():
            for down, row in enumerate(rows):
                for across, (style, runs) in enumerate(row):
                    cell = made.add(
                        "Cell",
                        Self=f"table-{number}-cell-{across}-{down}",
                        Name=f"{across}:{down}",
                        RowSpan="1",
                        ColumnSpan="1",
                        AppliedCellStyle=styles.CELL,
                    )
                    with self._within(cell):
                        self._write(self._begin(style, Justification=justified[across]), list(runs))

    @contextmanager
    def _within(self, element: Element) -> Iterator[None]:
        kept = self._into, self._last
        self._into, self._last = element, None
        try:
            yield
        finally:
            self._into, self._last = kept

    @contextmanager
    def _notes_below(self) -> Iterator[None]:
        self._below = []
        yield
        below, self._below = self._below, None
        for note in below:
            letter = Run(self.numbers[note.id], frozenset({Mark.SUPERSCRIPT}))
            with self._as_a_note():
                words = self.flattening.runs(note.children)
                self.paragraph(Style.TABLE_NOTE, [letter, Run(" "), *words])

    @contextmanager
    def _as_a_note(self) -> Iterator[None]:
        kept, self._in_a_note = self._in_a_note, True
        try:
            yield
        finally:
            self._in_a_note = kept

    # --- Runs ---------------------------------------------------------------

    def _write(self, paragraph: Element, runs: list[Run]) -> None:
        for address, together in groupby(runs, key=lambda run: "" if run.note else run.address):
            into = paragraph
            if address:
                key = f"link-{len(self.links) + 1}"
                self.links.append((key, address))
                into = paragraph.add("HyperlinkTextSource", Self=key, Name=key, Hidden="false")
            for run in together:
                if run.note:
                    self._call(paragraph, run)
                elif run.text:
                    self._letters(into, run)

    def _letters(self, into: Element, run: Run) -> None:
        told = styles.attributes_of(run.marks, run.language)
        into.add("CharacterStyleRange", **told).add("Content", run.text)

    def _call(self, paragraph: Element, run: Run) -> None:
        note = self.notes.get(run.note)
        if note is None:
            return
        if run.note in self.numbers:
            again = Run(self.numbers[run.note], frozenset({Mark.SUPERSCRIPT}))
            self._letters(paragraph, again)
        elif self._in_a_note:
            # InDesign knows no note to a note. Its words must not be lost.
            self.numbers[run.note] = "*"
            words = self.flattening.runs(note.children)
            self._write(paragraph, [Run(" ("), *words, Run(")")])
        elif self._below is not None:
            self._below.append(note)
            times, which = divmod(len(self._below) - 1, len(LETTERS))
            self.numbers[run.note] = LETTERS[which] * (times + 1)
            letter = Run(self.numbers[run.note], frozenset({Mark.SUPERSCRIPT}))
            self._letters(paragraph, letter)
        else:
            self._footnote(paragraph, note)

    def _footnote(self, paragraph: Element, note: Footnote) -> None:
        self._footnotes += 1
        self.numbers[note.id] = str(self._footnotes)
        calls = {"AppliedCharacterStyle": styles.NO_CHARACTER_STYLE, "Position": "Superscript"}
        made = paragraph.add("CharacterStyleRange", **calls).add("Footnote")
        with self._within(made), self._as_a_note():
            own = self._begin(Style.FOOTNOTE)
            plain = {"AppliedCharacterStyle": styles.NO_CHARACTER_STYLE}
            number = own.add("CharacterStyleRange", **plain).add("Content")
            number.inner.append(_NUMBER_OF_THE_NOTE)
            words = self.flattening.runs(note.children)
            self._write(own, [Run("\t"), *words])


WIDTH_OF_A_TABLE = 360
"""In points; a designer draws it to the width of the column."""
