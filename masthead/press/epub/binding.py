"""Binding: the pages, pictures, faces and recordings of a book become one file.

The same book gives the same bytes, on any day.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from masthead.manuscript.press_document import Card, PictureCard
from masthead.press.epub import adapting, chapters, contents, overlay, package, topics
from masthead.press.epub.book import Book, Chapter, Shot
from masthead.press.epub.chapters import Written
from masthead.press.epub.contents import Entry, Landmark
from masthead.press.epub.faces import cut, families
from masthead.press.epub.package import Item
from masthead.press.epub.sheet import sheet
from masthead.press.paper import pictures as pixels
from masthead.press.paper.engine import FONTS

MEDIA_TYPE = "application/epub+zip"
_FOLDER = "EPUB"
_XHTML = "application/xhtml+xml"
_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".svg": "image/svg+xml"}
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    f'<rootfiles><rootfile full-path="{_FOLDER}/package.opf"'
    ' media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o644 << 16
_TAGS = re.compile("<[^<>]*>")


def shots(book: Book) -> set[Shot]:
    """Return the pictures that a book wants."""
    found = {
        shot
        for chapter in book.chapters
        for shot in adapting.shots(chapter.document, chapter.decision)
    }
    return found | ({Shot(book.cover)} if book.cover else set())


def bind(
    book: Book, pictures: Mapping[Shot, Path], out: Path, faces: Sequence[Path] = (FONTS,)
) -> None:
    """Write a book.

    Args:
        book: what is in it.
        pictures: the file of each of its `shots`: JPEG, PNG, WebP or SVG.
        out: the file to write. When this raises, what stands there is of no use.
        faces: folders of faces that it may be set in.

    Raises:
        GateClosed: somebody may not have an article whole.
    """
    binding = _Binding(book, pictures)
    binding.fill()
    brought = cut(book.tokens, faces, [*map(_words_of, binding.texts()), *_still_to_come(book)])
    binding.finish(chapters.colophon(book, families(brought)))
    for face in brought:
        binding.add(Item(f"face-{Path(face.path).stem}", face.path, face.media_type), face.data)
    binding.add(Item("sheet", "book.css", "text/css"), sheet(book.tokens, brought))
    with zipfile.ZipFile(out, "w") as zipped:
        _put(zipped, "mimetype", MEDIA_TYPE.encode(), packed=False)
        _put(zipped, "META-INF/container.xml", _CONTAINER.encode())
        described = all(adapting.described(one.document, one.decision) for one in book.chapters)
        opf = package.opf(book, list(binding.items.values()), described=described)
        _put(zipped, f"{_FOLDER}/package.opf", opf.encode())
        for item in binding.items.values():
            content = binding.files[item.href]
            data = content.read_bytes() if isinstance(content, Path) else content
            packed = not item.media_type.startswith(("image/jpeg", "image/png", "audio/"))
            _put(zipped, f"{_FOLDER}/{item.href}", data, packed=packed)


@dataclass
class _Binding:
    """A book that is being put together: its files and what the package says of each."""

    book: Book
    pictures: Mapping[Shot, Path]
    items: dict[str, Item] = field(default_factory=dict)
    files: dict[str, bytes | Path] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)
    landmarks: list[Landmark] = field(default_factory=list)

    def add(self, item: Item, content: bytes | str | Path) -> None:
        """Put a file into the book."""
        self.items[item.id] = item
        self.files[item.href] = content.encode() if isinstance(content, str) else content

    def texts(self) -> list[str]:
        """Return the pages as they are by now."""
        return [
            content.decode()
            for item in self.items.values()
            if item.media_type == _XHTML and isinstance(content := self.files[item.href], bytes)
        ]

    def fill(self) -> None:
        """Put in the pages, their pictures and their recordings."""
        book = self.book
        cards = self._pictures()
        if book.cover:
            self._page("cover", chapters.cover(book, cards[Shot(book.cover)]), listed=False)
            self.landmarks.append(Landmark("cover", book.phrases.cover, "text/cover.xhtml"))
        self._page("title", chapters.title_page(book), listed=False)
        # Its place among the pages; its words come when all else is there.
        self.add(Item("contents", "contents.xhtml", _XHTML, "nav", linear=True), "")
        self.landmarks.append(Landmark("toc", book.phrases.contents, "contents.xhtml#toc"))
        if book.note:
            self._page("note", chapters.note(book, book.note))
        places = {one.document.key: f"{one.document.key}.xhtml" for one in book.chapters}
        known = topics.named_in(book.chapters)
        answers = {
            **{f"article:{key}": Card("", path, "article") for key, path in places.items()},
            **{
                topic.key: Card(topic.name, f"topics.xhtml#{topics.entry_id(topic.key)}", "topic")
                for topic in book.topics
                if topic.key in known
            },
        }
        for number, chapter in enumerate(book.chapters):
            written = chapters.article(chapter, book, cards, answers)
            if number == 0:
                href = f"text/{places[chapter.document.key]}"
                self.landmarks.append(Landmark("bodymatter", written.title, href))
            self._chapter(chapter, written)
        if book.corrections:
            self._page("corrections", chapters.corrections(book))
        if any(topic.key in known for topic in book.topics):
            self._page("topics", topics.index(book, places))
            self.landmarks.append(Landmark("index", book.phrases.topics, "text/topics.xhtml"))

    def finish(self, colophon: Written) -> None:
        """Put in the colophon and the contents, which know of all else."""
        self._page("colophon", colophon)
        nav = contents.nav(self.book, self.entries, self.pages, self.landmarks)
        self.files["contents.xhtml"] = nav.encode()

    def _page(self, name: str, written: Written, *, listed: bool = True) -> None:
        href = f"text/{name}.xhtml"
        self.add(Item(name, href, _XHTML, linear=True), written.xhtml)
        if listed:
            self.entries.append(Entry(written.title, href))
        self._list_pages(href, written)

    def _list_pages(self, href: str, written: Written) -> None:
        self.pages += [(folio, f"{href}#{chapters.page_id(folio)}") for folio in written.folios]

    def _chapter(self, chapter: Chapter, written: Written) -> None:
        document = chapter.document
        key, href = document.key, f"text/{document.key}.xhtml"
        heard = f"overlay-{key}" if written.pars and chapter.narrated else ""
        self.add(Item(f"article-{key}", href, _XHTML, overlay=heard, linear=True), written.xhtml)
        self.entries.append(
            Entry(
                written.title,
                href,
                chapter.department,
                document.front.language,
                document.direction,
            )
        )
        self._list_pages(href, written)
        if heard and chapter.narrated:
            sound = f"sound/{key}.mp3"
            smil = overlay.smil(f"../{href}", f"../{sound}", written.pars)
            told = Item(
                heard,
                f"overlays/{key}.smil",
                "application/smil+xml",
                seconds=overlay.seconds(written.pars),
            )
            self.add(told, smil)
            self.add(Item(f"sound-{key}", sound, "audio/mpeg"), chapter.narrated.file)

    def _pictures(self) -> dict[Shot, PictureCard]:
        cards = {}
        for shot in sorted(shots(self.book), key=lambda one: one.name):
            file = self.pictures.get(shot)
            if file is None:
                continue
            kind = _TYPES[file.suffix.lower()]
            path = f"pictures/{shot.name}{file.suffix.lower()}"
            cover = "cover-image" if shot == Shot(self.book.cover) else ""
            self.add(Item(f"picture-{shot.name}", path, kind, cover), file)
            with file.open("rb") as opened:
                cards[shot] = adapting.picture(f"../{path}", kind, pixels.size_of(opened))
        return cards


def _words_of(page: str) -> str:
    return _TAGS.sub("", page)


def _still_to_come(book: Book) -> list[str]:
    """Return what contents and colophon say, which are written when all else is known."""
    own = (book.publication, book.title, book.day_in_words, book.publisher, book.issn)
    departments = (chapter.department for chapter in book.chapters)
    return [repr(book.phrases), book.pages_of, book.address, *own, *book.narrators, *departments]


def _put(zipped: zipfile.ZipFile, name: str, data: bytes, *, packed: bool = True) -> None:
    told = zipfile.ZipInfo(name, _FIXED_TIME)
    told.external_attr = _FILE_MODE
    told.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    zipped.writestr(told, data)
