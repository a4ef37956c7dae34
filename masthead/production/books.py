"""An issue as a book: what goes into its EPUB, and pressing it.

`press.epub` makes the file; here its articles, pictures, topics, recordings and printed pages are
brought together.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from masthead.editorial import press_documents
from masthead.editorial.models import Article, Issue, Picture, Topic
from masthead.manuscript import languages
from masthead.manuscript.nodes import Block
from masthead.press import dates, epub, lines
from masthead.press.epub import adapting, binding, printed, topics
from masthead.press.epub.book import Book, Chapter, Narrated, Shot, Turn
from masthead.press.epub.book import Topic as TopicOfBook
from masthead.press.paper import pictures
from masthead.press.paper.engine import FONTS, put
from masthead.press.paper.insertions import COVER_PAGES
from masthead.press.paper.pdfx import Part
from masthead.production import converted, corrections, gathering
from masthead.production.gathering import CannotPress, House, Tell
from masthead.production.models import Edition

Recordings = Callable[[Sequence[Article]], Mapping[str, Narrated]]
"""Return the recordings of articles, by their keys; what has none is silent in the book."""


def _nothing(_articles: Sequence[Article]) -> Mapping[str, Narrated]:
    return {}


_kept: Recordings = _nothing


def furnish(recordings: Recordings) -> None:
    """Let `recordings` say from now on what can be heard of articles."""
    global _kept
    _kept = recordings


def kept_recordings(articles: Sequence[Article]) -> Mapping[str, Narrated]:
    """Return what is kept of what can be heard of articles, by their keys."""
    return _kept(articles)


@dataclass(frozen=True)
class Copy:
    """An issue as a book wants it, and what tells it from another."""

    book: Book
    shown: Mapping[str, Picture]
    """The pictures, by their keys."""
    told: Mapping[str, Any]
    faces: Path | None = None

    def made_from(self) -> dict[str, Any]:
        """Return what tells two editions apart, as `gathering.Copy.made_from` does.

        Beside its keys: ``pages`` and ``sound``, the print edition whose pages are marked and
        the recordings.
        """
        return dict(self.told)


def gather(
    issue: Issue, house: House, *, at: datetime, recordings: Recordings | None = None
) -> Copy:
    """Return what the book of an issue is made of, as its contents stand now.

    Args:
        issue: in any state; what stands in its contents is what is pressed.
        house: what the other departments say.
        at: the moment whose day decides on the licences of pictures, timezone-aware.
        recordings: what can be heard, instead of what is kept.

    Raises:
        CannotPress: there are no articles, or a picture is missing or may not be used.
        GateClosed: the house says that somebody may not have an article whole.
    """
    places = gathering.places_of(issue)
    articles = [place.article for place in places]
    documents = gathering.resolve(articles, "epub", at=at)
    heard = (recordings or kept_recordings)(articles)
    title = issue.publication
    language = title.language
    phrases = house.phrases_in(language)
    chapters = [
        Chapter(
            document,
            house.decide(place.article),
            house.phrases_in(document.front.language),
            gathering.department_of(place),
            heard.get(document.key),
        )
        for place, document in zip(places, documents, strict=True)
    ]
    paper = _print_edition(issue)
    named = lines.clean(f"{title.name}, {issue.title}")
    issn = f", ISSN {title.issn}" if title.issn else ""
    found = corrections.listed_in(issue)
    midnight = datetime.combine(issue.cover_date, time.min, ZoneInfo(title.time_zone))
    book = Book(
        key=str(issue.key),
        title=lines.clean(issue.title),
        publication=lines.clean(title.name),
        language=language,
        direction=languages.direction(language),
        day=issue.cover_date,
        day_in_words=lines.clean(issue.cover_date_text or dates.day_in(language, issue.cover_date)),
        position=issue.sequence,
        moment=_last_change(midnight, chapters, [one.made_at for one in found]),
        address=settings.INSTALLATION.magazine.address,
        tokens=house.tokens,
        chapters=chapters,
        publisher=lines.clean(title.publisher),
        issn=title.issn,
        cover=issue.cover.picture_key if issue.cover else "",
        cover_alternative=lines.clean(issue.cover.description) if issue.cover else "",
        note=press_documents.of_editors_note(issue, phrases.from_the_editor, "epub"),
        corrections=[
            (lines.clean(f"{one.article.title}, {one.article.placement.issue.title}"), one.text)
            for one in found
        ],
        topics=_topics(chapters),
        pages_of=f"{named}, {phrases.print_edition}{issn}" if paper else "",
        certifier=settings.INSTALLATION.epub.certified_by,
        phrases=phrases,
    )
    if paper:
        book = _with_pages(book, paper)
    shown = _shown(book, issue, articles)
    return Copy(book, shown, _told(book, shown, house, paper), house.faces)


def press_book(copy: Copy, out: Path, tell: Tell) -> None:
    """Write the EPUB of an issue. The same copy gives the same bytes, on any day.

    Args:
        copy: see `gather`.
        out: the file to write. Nothing changes there unless the whole book is there.
        tell: see `gathering.Tell`.

    Raises:
        CannotPress: a picture cannot be read.
        GateClosed: see `gather`.
    """
    with tempfile.TemporaryDirectory(prefix="masthead-book-") as folder:
        files = _convert(copy, folder, tell)
        tell(_("Binding the book"))
        made = Path(folder, "made.epub")
        faces = [*([copy.faces] if copy.faces else []), FONTS]
        binding.bind(copy.book, files, made, faces)
        put(made, out)


def _convert(copy: Copy, folder: str, tell: Tell) -> dict[Shot, Path]:
    wanted = sorted(binding.shots(copy.book), key=lambda one: one.name)
    made = {}
    for number, shot in enumerate(wanted, 1):
        tell(_("Picture %(number)d of %(all)d") % {"number": number, "all": len(wanted)})
        picture = copy.shown[shot.key]
        try:
            with picture.file.storage.open(picture.file.name) as file:
                beside = Path(folder, shot.name)
                made[shot] = converted.for_reading(picture, file, beside, shot.crop)
        except (OSError, pictures.Unreadable) as error:
            raise CannotPress(
                _("The picture “%(title)s” cannot be read (%(why)s). Upload it again.")
                % {"title": picture.title, "why": error}
            ) from error
    return made


def _shown(book: Book, issue: Issue, articles: Sequence[Article]) -> dict[str, Picture]:
    hashes = {shot.key.partition(":")[2] for shot in binding.shots(book)}
    shown = {one.picture_key: one for one in Picture.objects.filter(sha256__in=hashes)}
    if missing := [
        _("“%(headline)s”, block %(block)s: there is no file of its picture. Upload it again.")
        % {"headline": chapter.document.front.headline, "block": block}
        for chapter in book.chapters
        for block in adapting.without_picture(chapter.document, chapter.decision)
    ]:
        raise CannotPress("\n".join(missing))
    return shown


def _last_change(
    midnight: datetime, chapters: Sequence[Chapter], others: Sequence[datetime]
) -> datetime:
    """Return when a word of the book was changed last; never before its cover date."""
    moments = [
        moment
        for chapter in chapters
        for moment in (
            chapter.document.front.published_at,
            chapter.document.front.updated_at,
            *(one.made_at for one in chapter.document.corrections),
        )
        if moment
    ]
    return max([midnight, *moments, *others])


# --- Topics -----------------------------------------------------------------


def _topics(chapters: Sequence[Chapter]) -> list[TopicOfBook]:
    keys = topics.named_in(chapters)
    named = [key.partition(":")[2] for key in keys]
    return [
        TopicOfBook(
            f"topic:{topic.key}", topic.title, topic.kind, _sorts_as(topic), topic.url or ""
        )
        for topic in Topic.objects.live().filter(key__in=named).order_by("title", "pk")
    ]


def _sorts_as(topic: Topic) -> str:
    """Return the name that a topic is looked up by: of a person, the last part first."""
    *rest, last = topic.title.split() or [""]
    return f"{last}, {' '.join(rest)}" if rest and topic.kind == Topic.Kind.PERSON else topic.title


# --- Printed pages ----------------------------------------------------------


def _print_edition(issue: Issue) -> Edition | None:
    """Return the print edition whose pages are marked: the one that was passed, else the newest.

    Nothing is known of the folios of one that was finished elsewhere.
    """
    printed_ones = Edition.objects.filter(issue=issue, form=Edition.Form.PRINT).sound()
    found = printed_ones.exclude(passed_at=None).first() or printed_ones.first()
    return found if found and found.fits else None


def _with_pages(book: Book, paper: Edition) -> Book:
    """Return the book with what begins on the pages of its print edition."""
    try:
        text = _text_of(paper)
    except (OSError, ValueError):
        # Where articles begin is on record.
        text = {}
    fits = {fit["key"]: fit for fit in paper.fits}
    taken: set[int] = set()

    def turns(key: str, blocks: Sequence[Block]) -> list[Turn]:
        if key not in fits:
            return []
        fit = fits[key]
        own = [*(fit.get("pages") or range(fit["first"], fit["last"] + 1))]
        begins = own[0] not in taken
        taken.update(own)
        return printed.turns(blocks, own, text, begins=begins)

    return replace(
        book,
        note_turns=turns(book.note.key, book.note.lead.blocks) if book.note else (),
        chapters=[
            replace(one, turns=turns(one.document.key, _blocks_of(one))) for one in book.chapters
        ],
    )


def _blocks_of(chapter: Chapter) -> Sequence[Block]:
    return adapting.whole(chapter.document, chapter.decision).blocks


def _text_of(paper: Edition) -> dict[int, str]:
    """Return the letters on each page of a print edition, by its folio."""
    inner = paper.made_from.get("part") == Part.INNER
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy, paper.file.open("rb") as file:
        copy.write(file.read())
        copy.flush()
        # Pages are counted with the cover, even where it is in a file of its own.
        return printed.text_of(Path(copy.name), first=1 + COVER_PAGES // 2 if inner else 1)


# --- What tells two editions apart ------------------------------------------


def _told(
    book: Book, shown: Mapping[str, Picture], house: House, paper: Edition | None
) -> dict[str, Any]:
    articles = [
        [one.document.key, one.document.front.headline, _digest(_words_of(one))]
        for one in book.chapters
    ]
    rest = replace(book, chapters=(), tokens={}, note=None, note_turns=(), pages_of="")
    note = _note_of(book)
    faces = gathering.faces_in(FONTS) + (gathering.faces_in(house.faces) if house.faces else [])
    heard = [
        [one.document.key, one.narrated.narrator, list(map(dict, one.narrated.times)),
         one.narrated.sha256 or hashlib.sha256(one.narrated.file.read_bytes()).hexdigest()]
        for one in book.chapters
        if one.narrated
    ]  # fmt: skip
    return {
        "articles": articles,
        "issue": _digest([repr(rest), note, sorted(one.sha256 for one in shown.values())]),
        "look": _digest([book.tokens, faces]),
        "printer": "",
        "supplied": "",
        "pages": paper.sha256 if paper else "",
        "sound": _digest(heard) if heard else "",
        "engine": [
            *(f"{name} {importlib.metadata.version(name)}" for name in ("fonttools", "pillow")),
            f"book {_binder()[:16]}",
        ],
    }


def _words_of(chapter: Chapter) -> list[str]:
    document = chapter.document
    pictures_told = {
        key: (card.alternative, card.credit) for key, card in sorted(document.pictures.items())
    }
    whole = adapting.whole(document, chapter.decision)
    cards = sorted(document.cards.items())
    return [
        repr(one)
        for one in (document.front, whole, cards, pictures_told, document.corrections,
                    document.url, chapter.department, chapter.phrases)
    ]  # fmt: skip


def _note_of(book: Book) -> str:
    return repr((book.note.front.headline, book.note.lead)) if book.note else ""


def _digest(values: Any) -> str:
    return gathering.digest(values)


@cache
def _binder() -> str:
    """Return a digest of what binds here; another version may give other bytes."""
    told = hashlib.sha256()
    ours = Path(epub.__file__).parent
    # The web's press sets the words of a book, too.
    for file in sorted([*ours.glob("*.py"), *ours.parent.glob("*.py")]):
        told.update(file.read_bytes())
    return told.hexdigest()
