"""An issue, or one article of it, as a package for a designer who works in InDesign."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from masthead.editorial import press_documents
from masthead.editorial.models import Article, Issue, Picture
from masthead.press.indesign import bare, package, story
from masthead.production import gathering, pressings
from masthead.production.gathering import CannotPress, House


def name_of(issue: Issue, only: str = "") -> str:
    """Return what a package is called outside, such as ``no-18-indesign.zip``."""
    names = [package.safe_name(issue.slug, "issue")]
    if only:
        names.append(package.safe_name(only, "article"))
    return "-".join([*names, "indesign.zip"])


def make(issue: Issue, out: Path, *, at: datetime, only: str = "") -> int:
    """Write the package of an issue, and return how many stories are in it.

    The same copy and pictures give the same bytes, on any day.

    Args:
        issue: in any state; what stands in its contents is what goes into the package.
        out: the file to write. When this raises, what stands there is of no use.
        at: the moment whose day decides on the licences of pictures, timezone-aware.
        only: the slug of one of its articles; all of them, with the cover, if left out.

    Raises:
        CannotPress: there are no such articles, or a picture is missing or may not be used.
        GateClosed: the house says that somebody may not have an article whole.
    """
    house = pressings.furnished(at)
    articles = _articles(issue, only)
    documents = gathering.resolve(articles, at=at)
    folder = package.safe_name(issue.slug, "issue")
    with package.Package(out, folder) as zipped:
        filling = _Filling(zipped)
        if not only:
            filling.cover(issue)
            filling.note(issue, house)
        for number, (article, document) in enumerate(zip(articles, documents, strict=True), 1):
            phrases = house.phrases_in(document.front.language)
            slug = package.safe_name(article.slug, "article")
            files = _Files(zipped, f"{number:02}-{slug}")
            made = story.of_article(document, house.decide(article), files.name_of, phrases)
            filling.add(files, slug, document.front.headline, made)
        zipped.put("pictures.csv", package.captions(filling.captioned))
        title = f"{issue.publication.name}, {issue.title}"
        zipped.put("README.txt", package.read_me(title, filling.stories))
    return len(filling.stories)


def _articles(issue: Issue, only: str) -> list[Article]:
    """Return the articles of an issue in their order, or the one that is asked for."""
    articles = [place.article for place in gathering.places_of(issue)]
    if not only:
        return articles
    found = [article for article in articles if article.slug == only]
    if not found:
        raise CannotPress(
            _("%(issue)s has no article called %(slug)s. Look at its contents in the office.")
            % {"issue": issue.title, "slug": only}
        )
    return found


@dataclass
class _Filling:
    """Puts stories and their pictures into a package, and remembers what is in it."""

    zipped: package.Package
    stories: list[tuple[str, str]] = field(default_factory=list)
    captioned: list[package.Captioned] = field(default_factory=list)

    def cover(self, issue: Issue) -> None:
        if issue.cover is None:
            return
        data, ending = _bare(issue.cover)
        name = f"cover/cover.{ending}"
        self.zipped.put(name, data, packed=False)
        shown = story.Shown(
            issue.cover.picture_key, "", issue.cover.credit, issue.cover.description
        )
        self.captioned.append(package.Captioned(name, issue.title, shown))

    def note(self, issue: Issue, house: House) -> None:
        phrases = house.phrases_in(issue.publication.language)
        note = press_documents.of_editors_note(issue, phrases.from_the_editor, "paper")
        if note:
            files = _Files(self.zipped, "00-from-the-editor")
            made = story.of_note(note, files.name_of, phrases)
            self.add(files, "from-the-editor", note.front.headline, made)

    def add(self, files: _Files, name: str, headline: str, made: story.Made) -> None:
        if made.missing:
            missing = _(
                "“%(headline)s”, block %(block)s: there is no file of its picture. Upload it again."
            )
            raise CannotPress(
                "\n".join(missing % {"headline": headline, "block": one} for one in made.missing)
            )
        path = f"{files.folder}/{name}.icml"
        self.zipped.put(path, made.icml)
        self.stories.append((path, headline))
        self.captioned += [
            package.Captioned(f"{files.folder}/{files.names[shown.picture]}", headline, shown)
            for shown in made.shown
        ]


@dataclass
class _Files:
    """The pictures of one story, put into its folder as it comes to show them."""

    zipped: package.Package
    folder: str
    names: dict[str, str] = field(default_factory=dict)

    def name_of(self, key: str) -> str:
        if key not in self.names:
            picture = Picture.objects.get(sha256=key.partition(":")[2])
            data, ending = _bare(picture)
            title = package.safe_name(picture.title, "picture")
            self.names[key] = f"pictures/{len(self.names) + 1:02}-{title}.{ending}"
            self.zipped.put(f"{self.folder}/{self.names[key]}", data, packed=False)
        return self.names[key]


def _bare(picture: Picture) -> tuple[bytes, str]:
    try:
        with picture.file.storage.open(picture.file.name) as file:
            return bare.of(file.read())
    except (OSError, bare.Unreadable) as error:
        raise CannotPress(
            _("The picture “%(title)s” cannot be read (%(why)s). Upload it again.")
            % {"title": picture.title, "why": error}
        ) from error
