"""The words of an article as HTML, with the notes and sources that words refer to.

The Typesetter knows one page of the web: which ids it has given away, which notes it has
referred to. Blocks are `web`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape

from masthead.manuscript import addresses, languages
from masthead.manuscript.addresses import public
from masthead.manuscript.nodes import (
    Attribution,
    Citation,
    CodeSpan,
    Emphasis,
    FootnoteReference,
    Inline,
    LanguageSpan,
    LineBreak,
    Link,
    Mention,
    Quotation,
    SmallCaps,
    Strong,
    Subscript,
    Superscript,
    Text,
    Words,
)
from masthead.manuscript.press_document import Body, PressDocument
from masthead.press.html_pieces import (
    attribute,
    linked,
    name_for,
    source,
    span,
    time,
    told,
)
from masthead.press.phrases import Phrases

MARKS = {
    Emphasis: ("<em>", "</em>"),
    Strong: ("<strong>", "</strong>"),
    SmallCaps: ('<span class="small-caps">', "</span>"),
    Subscript: ("<sub>", "</sub>"),
    Superscript: ("<sup>", "</sup>"),
}


@dataclass
class Typesetter:
    """Sets the words of one page.

    ``numbers`` are those of the notes, ``cited`` the sources in the order of their numbers,
    ``taken`` the ids that the page has given away, ``waiting`` the notes that were referred
    to (and whether one can come back), ``placed`` those that stand on the page. ``in_link`` says that the words stand
    where no link may: in another link, or where nobody can reach it.
    """

    document: PressDocument
    phrases: Phrases
    numbers: Mapping[str, int]
    cited: tuple[str, ...] = ()
    taken: set[str] = field(default_factory=set)
    waiting: dict[str, bool] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    in_link: bool = False

    @property
    def language(self) -> str:
        """The article's language, in which days are written."""
        return self.document.front.language

    def id(self, wanted: str) -> str:
        """Return an ``id`` attribute, or nothing if the page has one of that name already."""
        if wanted in self.taken:
            return ""
        self.taken.add(wanted)
        return f' id="{wanted}"'

    def words(self, words: Words) -> str:
        """Return a run of words."""
        return "".join(getattr(self, WORDS[type(word)])(word) for word in words)

    def unlinked(self, words: Words) -> str:
        """Return a run of words without any link."""
        return replace(self, in_link=True).words(words)

    def text(self, word: Text) -> str:
        return escape(word.text, quote=False)

    def line_break(self, word: LineBreak) -> str:
        return "<br>"

    def code_span(self, word: CodeSpan) -> str:
        return f"<code>{escape(word.text, quote=False)}</code>"

    def mark(self, word: Emphasis | Strong | SmallCaps | Subscript | Superscript) -> str:
        opening, closing = MARKS[type(word)]
        return f"{opening}{self.words(word.children)}{closing}"

    def link(self, word: Link) -> str:
        if addresses.is_key(word.href):
            return self._anchor(self._address(word.href), "", word.children)
        return self._anchor(public(word.href), "", word.children)

    def language_span(self, word: LanguageSpan) -> str:
        language, direction = escape(word.language), languages.direction(word.language)
        return f'<span lang="{language}" dir="{direction}">{self.words(word.children)}</span>'

    def inline_quotation(self, word: Quotation) -> str:
        cite = attribute("cite", public(word.attribution.url))
        title = attribute("title", told(word.attribution, self.language))
        return f"<q{cite}{title}>{self.words(word.children)}</q>"

    def mention(self, word: Mention) -> str:
        return self._anchor(self._address(word.topic), "mention", word.children)

    def citation(self, word: Citation) -> str:
        if word.source not in self.cited:
            return self.words(word.children)
        title = attribute("title", word.locator)
        anchor = f'<span class="citation"{title}>' + self.words(word.children)
        if self.in_link:
            return f"{anchor}</span>"
        number = self.cited.index(word.source) + 1
        locator = f", {escape(word.locator)}" if word.locator else ""
        return (
            f'{anchor}<a class="citation-ref" href="#source-{name_for(word.source)}"'
            f' role="doc-biblioref">[{number}{locator}]</a></span>'
        )

    def footnote_reference(self, word: FootnoteReference) -> str:
        number = self.numbers.get(word.note)
        if number is None:
            return ""
        if self.in_link:
            # Nobody can come back here; a later reference may be better.
            self.waiting.setdefault(word.note, False)
            return f'<sup class="note-ref">{number}</sup>'
        self.waiting[word.note] = True
        label = escape(f"{self.phrases.note} {number}")
        return (
            f'<sup class="note-ref"><a{self.id(f"note-ref-{number}")} href="#note-{number}"'
            f' role="doc-noteref" aria-label="{label}">{number}</a></sup>'
        )

    def _address(self, key: str) -> str:
        """Return where a key leads on this site or another, or nothing."""
        card = self.document.cards.get(key)
        if card is None or addresses.scheme(card.url) not in ("", "http", "https"):
            return ""
        return card.url

    def _anchor(self, url: str, name: str, children: Words) -> str:
        if not url or self.in_link:
            return self.words(children)
        kind = f' class="{name}"' if name else ""
        return f'<a{kind} href="{escape(url)}">{self.unlinked(children)}</a>'

    # --- Around the text ----------------------------------------------------

    def notes(self, body: Body, *, last: bool = False) -> str:
        """Return the notes referred to since they were last asked for, under their numbers.

        To be asked for after words: only then is it known what there is to go back to. A
        note may refer to further notes, which follow it. The `last` time, those come too
        that were only referred to where no way leads back.
        """
        words: dict[int, str] = {}
        while due := [
            note
            for note in body.notes
            if note.id in self.waiting
            and note.id not in self.placed
            and (last or self.waiting[note.id])
        ]:
            for note in due:
                self.placed.add(note.id)
                words[self.numbers[note.id]] = self.words(note.children)
        if not words:
            return ""
        items = "".join(
            f'<li id="note-{number}" value="{number}">{words[number]}{self._way_back(number)}</li>'
            for number in sorted(words)
        )
        return f'<ol class="notes" aria-label="{self.say("notes")}">{items}</ol>'

    def _way_back(self, number: int) -> str:
        if f"note-ref-{number}" not in self.taken:
            return ""
        return (
            f' <a class="note-back" href="#note-ref-{number}" role="doc-backlink"'
            f' aria-label="{self.say("back_to_text")}">↩</a>'
        )

    def sources(self, body: Body) -> str:
        """Return the sources that this body cites, under the numbers of the whole article."""
        entries = {entry.id: entry for entry in body.sources if entry.id in self.cited}
        if not entries:
            return ""
        items = "".join(
            f'<li id="source-{name_for(name)}" value="{self.cited.index(name) + 1}">'
            f"{source(entry, self.language)}</li>"
            for name, entry in entries.items()
        )
        return (
            '<section class="sources" role="doc-bibliography" aria-labelledby="sources-heading">'
            f'<h2 id="sources-heading">{self.say("sources")}</h2><ol>{items}</ol></section>'
        )

    def attribution(self, attribution: Attribution, *, denies: bool = False) -> str:
        """Return who said it, as the foot of a quotation; its address is on the first that fits."""
        url = "" if self.in_link else attribution.url
        speaker, role = span("speaker", attribution.speaker), span("role", attribution.role)
        outlet = f"<cite>{escape(attribution.outlet)}</cite>" if attribution.outlet else ""
        medium = span("medium", attribution.medium)
        day = time(attribution.said_on, self.language)
        if outlet:
            outlet = linked(outlet, url)
        elif day:
            day = linked(day, url)
        else:
            speaker = linked(speaker, url)
        said = ", ".join(filter(None, [speaker, role, medium, outlet, day]))
        if denies:
            said += f'{" " if said else ""}<span class="denial">{self.say("denial")}</span>'
        return f'<footer class="attribution">{said}</footer>' if said else ""

    def say(self, phrase: str) -> str:
        """Return one of the phrases, escaped."""
        return escape(getattr(self.phrases, phrase))


def numbered(bodies: Iterable[Body]) -> dict[str, int]:
    """Return the number of each note of these bodies, in the order in which they come."""
    notes = dict.fromkeys(note.id for body in bodies for note in body.notes)
    return {note: number for number, note in enumerate(notes, 1)}


def cited_in(bodies: Iterable[Body]) -> tuple[str, ...]:
    """Return the ids of the sources of these bodies, in the order in which they come."""
    return tuple(dict.fromkeys(source.id for body in bodies for source in body.sources))


WORDS: dict[type[Inline], str] = {
    Text: "text",
    LineBreak: "line_break",
    CodeSpan: "code_span",
    Emphasis: "mark",
    Strong: "mark",
    SmallCaps: "mark",
    Subscript: "mark",
    Superscript: "mark",
    Link: "link",
    LanguageSpan: "language_span",
    Quotation: "inline_quotation",
    Mention: "mention",
    Citation: "citation",
    FootnoteReference: "footnote_reference",
}
"""Which method sets each kind of word."""
