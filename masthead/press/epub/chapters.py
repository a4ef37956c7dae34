"""The chapters of a book: articles, and the few pages around them, as XHTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from masthead.manuscript.gate import LEAD_ONLY
from masthead.manuscript.press_document import Card, PictureCard, PressDocument
from masthead.press import dates, lines, web
from masthead.press.epub import adapting, markup, sentences
from masthead.press.epub.book import Book, Chapter, Shot, Turn
from masthead.press.epub.elements import Element
from masthead.press.epub.markup import told
from masthead.press.html_pieces import name_for
from masthead.press.phrases import Phrases
from masthead.press.speech import script

_WHOLE = "article"
"""The id of all of an article."""


@dataclass(frozen=True)
class Written:
    """A page of the book: what it is called, its XHTML, what is heard of it, and its folios."""

    title: str
    xhtml: str
    pars: Sequence[sentences.Par] = ()
    folios: Sequence[str] = ()


def article(
    chapter: Chapter, book: Book, pictures: Mapping[Shot, PictureCard], cards: Mapping[str, Card]
) -> Written:
    """Return an article with all that stands around it.

    Args:
        chapter: the article.
        book: the book that it stands in.
        pictures: where the files are, from the chapter.
        cards: what the book has a place for, and where, from the chapter.

    Raises:
        GateClosed: the chapter's decision is not for the whole.
    """
    phrases = chapter.phrases
    document = adapting.for_book(chapter.document, chapter.decision, pictures, cards)
    html = (
        _front(document, chapter.department)
        + web.render_lead_figure(document, phrases)
        + web.render(document, chapter.decision, phrases=phrases)
        + _corrections(document, phrases)
    )
    root = adapting.chapter(html, document, book.address, phrases)
    pars: list[sentences.Par] = []
    if chapter.narrated:
        opening = ". ".join(filter(None, [book.publication, book.title]))
        spoken = script.of_article(document, chapter.decision, phrases, opening=opening)
        pars = sentences.marked(root, spoken, chapter.narrated)
        if not chapter.narrated.times:
            # Somebody's recording, in which nobody found the sentences: all of it at once.
            pars = [sentences.Par(_WHOLE, 0, chapter.narrated.seconds)]
    folios = _turn_pages(root, chapter.turns)
    front = document.front
    body = (
        f'<article id="{_WHOLE}" aria-labelledby="{script.HEADLINE}">\n{root.inner()}\n</article>'
    )
    page = markup.page(front.headline, body, front.language, document.direction, "bodymatter")
    return Written(front.headline, page, pars, folios)


def note(book: Book, document: PressDocument) -> Written:
    """Return words that are open to everybody, such as the editor's note."""
    front = document.front
    html = f'<header><h1 id="{script.HEADLINE}">{told(front.headline)}</h1></header>' + web.render(
        document, LEAD_ONLY, phrases=book.phrases
    )
    root = adapting.chapter(html, document, book.address, book.phrases)
    folios = _turn_pages(root, book.note_turns)
    inner = f'<section aria-labelledby="headline">\n{root.inner()}\n</section>'
    page = markup.page(front.headline, inner, front.language, document.direction, "frontmatter")
    return Written(front.headline, page, folios=folios)


def cover(book: Book, picture: PictureCard) -> Written:
    """Return the cover."""
    (source,) = picture.sources
    body = (
        '<section epub:type="cover" class="cover">'
        f'<img role="doc-cover" src="{told(source.url)}" width="{picture.width}" height="{picture.height}"'
        f' alt="{told(book.cover_alternative or book.title)}"/></section>'
    )
    return Written(
        book.phrases.cover,
        markup.page(
            f"{book.publication}, {book.title}", body, book.language, book.direction, "cover"
        ),
    )


def title_page(book: Book) -> Written:
    """Return the page that says which issue this is."""
    body = (
        '<section epub:type="titlepage" class="title-page">'
        f'<p class="publication">{told(book.publication)}</p>'
        f'<h1>{told(book.title)}</h1><p class="day">{told(book.day_in_words)}</p></section>'
    )
    page = markup.page(
        f"{book.publication}, {book.title}", body, book.language, book.direction, "frontmatter"
    )
    return Written(book.title, page)


def corrections(book: Book) -> Written:
    """Return what is put right of earlier issues."""
    rows = "\n".join(
        f'<div class="correction"><h2>{told(about)}</h2><p>{told(text)}</p></div>'
        for about, text in book.corrections
    )
    return _back(book, book.phrases.corrections, "<section>", rows)


def colophon(book: Book, faces: Sequence[str]) -> Written:
    """Return who made the issue, and how: `faces` are the families that it is set in."""
    said = book.phrases
    facts = [
        f"{book.publication}, {book.title}, {book.day_in_words}",
        book.publisher,
        f"ISSN {book.issn}" if book.issn else "",
        f"{said.pages_of} {book.pages_of}" if book.pages_of else "",
        f"{said.set_in} {', '.join(faces)} (SIL Open Font License 1.1)" if faces else "",
    ]
    facts += dict.fromkeys(
        f"{said.read_by} {name}" if name else said.computer_voice for name in book.narrators
    )
    rows = "\n".join(f"<p>{told(fact)}</p>" for fact in facts if fact)
    link = f'<p><a href="{told(book.address)}">{told(book.address)}</a></p>'
    return _back(
        book, said.colophon, '<section epub:type="colophon" role="doc-colophon">', rows + link
    )


def _back(book: Book, title: str, opening: str, rows: str) -> Written:
    body = f"{opening}\n<h1>{told(title)}</h1>\n{rows}\n</section>"
    return Written(title, markup.page(title, body, book.language, book.direction, "backmatter"))


def _front(document: PressDocument, department: str) -> str:
    front = document.front
    kicker = front.kicker or department
    names = " · ".join(lines.byline(one) for one in front.bylines)
    day = lines.day(front.dateline.written_on, front.language)
    rows = [
        f'<p class="kicker">{told(kicker)}</p>' if kicker else "",
        f'<h1 id="{script.HEADLINE}">{told(front.headline)}</h1>',
        f'<p id="{script.STANDFIRST}" class="standfirst">{told(front.standfirst)}</p>'
        if front.standfirst
        else "",
        f'<p id="{script.BYLINE}" class="bylines">{told(names)}</p>' if names else "",
    ]
    if place := lines.listed(front.dateline.place, day):
        rows.append(f'<p class="dateline">{told(place)}</p>')
    return "<header>" + "".join(rows) + "</header>"


def _corrections(document: PressDocument, phrases: Phrases) -> str:
    if not document.corrections:
        return ""
    language = document.front.language
    rows = "".join(
        f"<p>{told(lines.listed(one.kind, dates.day_in(language, one.made_at.date())))}:"
        f" {told(one.text)}</p>"
        for one in document.corrections
    )
    return (
        '<section class="corrections" aria-labelledby="corrections-heading">'
        f'<h2 id="corrections-heading">{told(phrases.corrections)}</h2>{rows}</section>'
    )


def _turn_pages(root: Element, turns: Sequence[Turn]) -> list[str]:
    """Mark where printed pages begin; return their folios in order."""
    ids = markup.by_id(root)
    marked = []
    for turn in turns:
        mark = Element(
            "div",
            {
                "id": page_id(turn.folio),
                "class": "page-turn",
                "epub:type": "pagebreak",
                "role": "doc-pagebreak",
                "aria-label": turn.folio,
            },
        )
        there = ids.get(f"b-{name_for(turn.block)}") if turn.block else None
        if there is not None:
            markup.put_before(there, mark, markup.parents(root)[there])
        elif not turn.block:
            root.children.insert(0, mark)
        else:
            continue
        marked.append(turn.folio)
    return marked


def page_id(folio: str) -> str:
    """Return the id of the place where a printed page begins."""
    return f"page-{name_for(folio)}"
