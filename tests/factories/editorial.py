"""A small magazine, made to measure."""

from __future__ import annotations

import io
import itertools
import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image

from masthead.editorial import manuscripts, pictures
from masthead.editorial.models import (
    Article,
    ArticleIndex,
    ContentsEntry,
    Contributor,
    ContributorIndex,
    FrontPage,
    Issue,
    IssueIndex,
    Picture,
    Section,
    Title,
    Topic,
    TopicIndex,
)
from masthead.manuscript import nodes
from tests.factories import founded

_count = itertools.count(1)
THEN = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def magazine(name: str = "The Gazette", **fields: Any) -> Title:
    """Return a founded title that answers at http://testserver."""
    first = not Title.objects.exists()
    address = "http://testserver" if first else f"http://title{next(_count)}.example"
    return founded.found(name=name, address=address, **fields)


def front_of(title: Title) -> FrontPage:
    """Return a title's front page."""
    return FrontPage.objects.get(publication=title)


def shelf(model: Any, title: Title) -> Any:
    """Return one of a title's shelves."""
    return model.objects.child_of(front_of(title)).get()


def section(title: Title, name: str = "Politics") -> Section:
    """Return the section called `name`, made if need be."""
    front = front_of(title)
    there = Section.objects.child_of(front).filter(title=name).first()
    return there or front.add_child(instance=Section(title=name))


def contributor(title: Title, name: str = "", **fields: Any) -> Contributor:
    """Return a new contributor."""
    name = name or f"Writer {next(_count)}"
    return shelf(ContributorIndex, title).add_child(instance=Contributor(title=name, **fields))


def topic(title: Title, name: str = "", **fields: Any) -> Topic:
    """Return a new topic."""
    name = name or f"Topic {next(_count)}"
    return shelf(TopicIndex, title).add_child(instance=Topic(title=name, **fields))


def picture_file(name: str = "picture.jpg", size: tuple[int, int] = (640, 400)) -> ImageFile:
    """Return a picture unlike any other, by its colour and a comment."""
    number = next(_count)
    # Never red: that is the colour of what others supply, where tests look for it.
    image = Image.new("RGB", size, (number * 37 % 128, number * 91 % 256, number * 53 % 256))
    image.putpixel((0, 0), (number % 256, number // 256 % 256, 7))
    data = io.BytesIO()
    image.save(data, "PNG" if name.endswith("png") else "JPEG", quality=95)
    data.seek(0)
    return ImageFile(data, name=name)


def picture(**fields: Any) -> Picture:
    """Return a new picture in the library."""
    name = fields.pop("name", "picture.jpg")
    fields = {"title": "A picture", "description": "A field", "credit": "A. Maker"} | fields
    return Picture.objects.create(file=picture_file(name, fields.pop("size", (640, 400))), **fields)


def picture_at_hand(**fields: Any) -> Picture:
    """Return one whose first size the worker has made, so that readers see it."""
    made = picture(**fields)
    pictures.rendition(made, pictures.base_spec(made))
    return made


def paragraph(text: str, block_id: str = "") -> nodes.Paragraph:
    """Return a paragraph of plain words."""
    return nodes.Paragraph(id=block_id or f"p{next(_count)}", children=(nodes.Text(text),))


def manuscript(*body: nodes.Block, **fields: Any) -> nodes.Manuscript:
    """Return a manuscript with that body; fields go to the front matter or the manuscript."""
    number = next(_count)
    own = {name: fields.pop(name) for name in ("notes", "sources", "access") if name in fields}
    front = nodes.FrontMatter(**({"headline": f"Article {number}"} | fields))
    return nodes.Manuscript(key=str(uuid.uuid4()), front=front, body=body, **own)


def article(
    title: Title,
    *body: nodes.Block,
    live: bool = True,
    in_section: Section | None = None,
    release: str = "when_ready",
    **fields: Any,
) -> Article:
    """Return a new article with that body, out unless told otherwise."""
    copy = manuscript(*(body or (paragraph("Some words."),)), **({"published_at": THEN} | fields))
    made = Article(live=False, section=in_section or section(title), release=release)
    manuscripts.store(made, copy)
    shelf(ArticleIndex, title).add_child(instance=made)
    revision = made.save_revision(clean=False)  # It was looked at as it was added.
    if live:
        revision.publish()
        made.refresh_from_db()
    return made


def place(issue: Issue, article: Article) -> None:
    """Put an article last into an issue's contents."""
    order = ContentsEntry.objects.filter(issue=issue).count()
    ContentsEntry.objects.create(issue=issue, article=article, sort_order=order)


def issue(title: Title, *articles: Article, state: str = "", **fields: Any) -> Issue:
    """Return a new issue with those articles, planned unless told otherwise."""
    number = next(_count)
    made = Issue(
        title=f"Issue {number}",
        number=str(number),
        cover_date=fields.pop("cover_date", date(2026, 5, 1)),
        live=False,
        **fields,
    )
    shelf(IssueIndex, title).add_child(instance=made)
    for each in articles:
        place(made, each)
    if state:
        Issue.objects.filter(pk=made.pk).update(state=state)
        made.refresh_from_db()
    return made
