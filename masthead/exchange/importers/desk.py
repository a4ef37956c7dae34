"""What every part of one import works with: the magazine, the folder, the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from wagtail.models import Page

from masthead.editorial.models import (
    Article,
    ArticleIndex,
    Contributor,
    ContributorIndex,
    Dossier,
    FrontPage,
    Issue,
    IssueIndex,
    Section,
    Title,
    Topic,
    TopicIndex,
)
from masthead.editorial.models.front_page import RESERVED_SLUGS
from masthead.editorial.models.page import MagazinePage
from masthead.exchange.importers.pictures import CannotTake, Library
from masthead.exchange.importers.report import Report
from masthead.exchange.importers.sheets import Sheet, slug_of
from masthead.manuscript import markdown_front as front_matter

MODELS: dict[str, Any] = {
    "article": Article,
    "issue": Issue,
    "contributor": Contributor,
    "section": Section,
    "topic": Topic,
    "dossier": Dossier,
}
SHELVES: dict[str, Any] = {
    "article": ArticleIndex,
    "issue": IssueIndex,
    "contributor": ContributorIndex,
    "topic": TopicIndex,
    "dossier": TopicIndex,
}


@dataclass
class Desk:
    """One import at work.

    ``pages`` holds what came along, by the path of its file, and ``named`` by kind and name;
    ``all_here`` is true from the moment when nothing more will. The sheets are known ``by_path``
    with and without its ending, ``by_name`` and kind, and ``by_key``.
    """

    title: Title
    front_page: FrontPage
    now: datetime
    library: Library
    report: Report
    sheets: list[Sheet]
    pages: dict[str, MagazinePage] = field(default_factory=dict)
    named: dict[tuple[str, str], MagazinePage] = field(default_factory=dict)
    contributors: set[int] = field(default_factory=set)
    all_here: bool = False
    by_path: dict[str, Sheet] = field(default_factory=dict, init=False)
    by_name: dict[tuple[str, str], Sheet] = field(default_factory=dict, init=False)
    by_key: dict[str, Sheet] = field(default_factory=dict, init=False)
    _here_before: set[str] = field(default_factory=set, init=False)
    _shelves: dict[str, Any] = field(default_factory=dict, init=False)
    _made: list[tuple[str, str]] = field(default_factory=list)
    _credited: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Note under what texts may link to each sheet: its path, its name, its key."""
        for sheet in self.sheets:
            bare = sheet.path.rpartition(".")[0]
            for path in (sheet.path, bare, bare.removesuffix("/index")):
                self.by_path.setdefault(path, sheet)
            for name in (sheet.slug, sheet.name):
                self.by_name.setdefault((sheet.kind, name), sheet)
            self.by_key[f"{sheet.kind}:{sheet.key}"] = sheet
        for kind in SHELVES:
            keys = MODELS[kind].objects.values_list("key", flat=True)
            self._here_before |= {f"{kind}:{key}" for key in keys} & self.by_key.keys()

    def of_kind(self, kind: str) -> list[Sheet]:
        """Return the sheets of one kind, by path."""
        return [sheet for sheet in self.sheets if sheet.kind == kind]

    def shelf(self, kind: str) -> Any:
        """Return the page that pages of a kind stand below."""
        if kind not in SHELVES:
            return self.front_page
        if kind not in self._shelves:
            self._shelves[kind] = SHELVES[kind].objects.child_of(self.front_page).get()
        return self._shelves[kind]

    def is_there(self, key: str) -> bool:
        """Say whether the page that a sheet becomes can be linked to already."""
        sheet = self.by_key.get(key)
        return key in self._here_before or (sheet is not None and sheet.path in self.pages)

    def moment(self, value: Any) -> datetime | None:
        """Return a moment of front matter, in the title's zone where it names none.

        Raises:
            CannotRead: it is none.
        """
        return self.in_zone(front_matter.moment_of(value))

    def in_zone(self, moment: datetime | None) -> datetime | None:
        """Return a moment that surely has a zone: the title's where it has none."""
        if moment is None or moment.tzinfo:
            return moment
        return moment.replace(tzinfo=ZoneInfo(self.title.time_zone))

    @contextmanager
    def carefully(self, path: str) -> Iterator[None]:
        """Do all of the work inside or none of it, and report why instead of raising."""
        self._made, self._credited = [], set()
        try:
            with self.library.undoing(), self._forgetting(), transaction.atomic():
                yield
            self.contributors |= self._credited
        except ValidationError as refusal:
            self.report.add(path, f"It was left out: {_told(refusal)}")
        except CannotTake as refusal:
            self.report.add(path, str(refusal))
        except (ValueError, IntegrityError, DataError) as refusal:
            self.report.add(path, f"It was left out: {refusal}")

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Forget, where the work inside fails, the pages that were made on its way."""
        try:
            yield
        except BaseException:
            for name in self._made:
                self.named.pop(name, None)
            raise

    def remember(self, kind: str, name: str, page: MagazinePage) -> None:
        """Note a page that was found, or made, because a text names it."""
        self.named[(kind, name.casefold())] = page
        self._made.append((kind, name.casefold()))

    def credit(self, contributor: Contributor) -> None:
        """Count a contributor whom a text that comes along has in its byline."""
        self._credited.add(contributor.pk)

    def keep(self, sheet: Sheet, page: MagazinePage) -> None:
        """Remember which page a sheet became, under every name that others call it by."""
        self.pages[sheet.path] = page
        for name in (sheet.name, sheet.slug, page.slug, page.title):
            self.named.setdefault((sheet.kind, name.casefold()), page)

    def find(self, kind: str, name: Any) -> Any:
        """Return the page of a kind by its file's name, its own name or its key, or None."""
        called = front_matter.text_of(name).strip().removesuffix(".md")
        known = self.named.get((kind, called.casefold()))
        if known is not None or not called:
            return known
        page = self._look_up(kind, called)
        if page is not None:
            self.remember(kind, called, page)
        return page

    def _look_up(self, kind: str, called: str) -> Any:
        is_key = called.startswith(f"{kind}:")
        if kind == "page" and is_key:
            return _by_key(Page.objects.all(), "translation_key", called)
        if kind not in MODELS:
            return None
        pages = MODELS[kind].objects.child_of(self.shelf(kind))
        if is_key and kind != "section":
            return _by_key(pages, "key", called)
        slug = slug_of(called)
        return (
            pages.filter(title__iexact=called).first()
            or pages.filter(slug__in=[slug, slug.replace("_", "-")]).first()
        )

    def free_slug(self, page: MagazinePage, wanted: str, parent: Any) -> str:
        """Return `wanted`, or the nearest last part of an address that nobody has."""
        siblings = parent.get_children()
        if page.pk:
            siblings = siblings.exclude(pk=page.pk)
        taken = set(siblings.filter(slug__startswith=wanted).values_list("slug", flat=True))
        if parent == self.front_page:
            taken |= RESERVED_SLUGS
        slug, number = wanted, 2
        while slug in taken:
            slug, number = f"{wanted}-{number}", number + 1
        return slug


def _by_key(pages: Any, field: str, called: str) -> Any:
    try:
        return pages.filter(**{field: called.partition(":")[2]}).first()
    except ValidationError:  # No UUID stands behind the colon.
        return None


def changed_by_staff(page: MagazinePage) -> bool:
    """Say whether somebody has written in the page in the office since we did."""
    return page.latest_revision is not None and page.latest_revision.user_id is not None


def title_of(name: str) -> str:
    """Return words to show for what another file only named, such as “end_users”."""
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return words[:1].upper() + words[1:] if name == name.lower() else name


def rows_of(rows: Iterable[Any], parent: str) -> list[dict[str, Any]]:
    """Return what child rows say, without their numbers, to compare with others."""
    passed_over = {"id", "sort_order", f"{parent}_id"}
    return [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.attname not in passed_over
        }
        for row in rows
    ]


def _told(refusal: ValidationError) -> str:
    if not hasattr(refusal, "error_dict"):
        return " ".join(refusal.messages)
    return " ".join(
        f"{name}: {' '.join(messages)}" for name, messages in refusal.message_dict.items()
    )
