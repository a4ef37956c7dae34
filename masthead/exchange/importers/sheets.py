"""One file as handed in: its kind, its name, its identity, its front matter in our keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from masthead.exchange.directives import Directives, Translation
from masthead.exchange.importers import other_houses
from masthead.exchange.importers.folder import TextFile
from masthead.exchange.importers.report import Report
from masthead.manuscript import markdown
from masthead.manuscript import markdown_front as front_matter
from masthead.manuscript.markdown import CannotRead

_COMMON = frozenset({"kind", "key", "slug", "pictures"})
KEYS = {
    "article": _COMMON
    | front_matter.ARTICLE_KEYS
    | {
        "columns",
        "corrections",
        "department",
        "department_page",
        "draft",
        "issue",
        "opener",
        "order",
        "page",
        "release",
    },
    "issue": _COMMON
    | {"title", "number", "volume", "sequence", "issue_kind", "counts_as", "cover_date"}
    | {"cover_date_text", "on_sale", "planned", "cover", "cover_lines", "contents"},
    "contributor": _COMMON | {"name", "role", "picture", "sort_name", "links"},
    "section": {"kind", "title", "slug", "order"},
    "topic": {"kind", "key", "slug", "name", "type", "reference"},
    "dossier": _COMMON | {"title", "standfirst", "picture", "entries"},
}
"""The kinds of files, and the keys that each has."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A file that was understood so far. ``key`` is its identity through every import."""

    path: str
    name: str
    folder: Path
    kind: str
    front: dict[str, Any]
    body: str
    key: uuid.UUID
    rights_note: str = ""

    @property
    def slug(self) -> str:
        """The last part of the address that it asks for."""
        return slug_of(self.front.get("slug") or self.name)

    def says(self, key: str) -> bool:
        """Return whether a key says yes; one that is not there says no.

        Raises:
            CannotRead: it says neither.
        """
        return says(self.front, key)


def says(front: Mapping[str, Any], key: str) -> bool:
    """Return whether a key says yes, as `Sheet.says` does."""
    said = front_matter.text_of(front.get(key)).strip().lower()
    if said not in ("", "true", "false", "yes", "no"):
        raise CannotRead(f"{key} is true or false, not “{said}”.")
    return said in ("true", "yes")


def read(
    texts: Iterable[TextFile], *, house: uuid.UUID, directives: Directives | None, report: Report
) -> list[Sheet]:
    """Return a sheet for each text; what cannot be read is reported and left out.

    Args:
        texts: the files.
        house: the key of the title, so that two titles can take in the same folder.
        directives: what turns the marks of the house they come from into ours.
        report: gets a line for each key that nobody knows.
    """
    sheets: list[Sheet] = []
    paths: dict[tuple[str, uuid.UUID], str] = {}
    for text in texts:
        try:
            sheet = _read(text, house, directives, report)
        except CannotRead as refusal:
            report.add(text.path, str(refusal))
            continue
        taken = paths.setdefault((sheet.kind, sheet.key), sheet.path)
        if taken == sheet.path:
            sheets.append(sheet)
        else:
            report.add(sheet.path, f"It is the same {sheet.kind} as {taken}, which was taken.")
    return sheets


def slug_of(name: Any) -> str:
    """Return a name as the last part of an address."""
    return slugify(str(name))[:255]


def identity(house: uuid.UUID, kind: str, name: str) -> uuid.UUID:
    """Return the key of what a house calls `name`: the same one in every import."""
    try:
        return uuid.UUID(name)
    except ValueError:
        return uuid.uuid5(house, f"{kind}:{name}")


def _read(text: TextFile, house: uuid.UUID, directives: Directives | None, report: Report) -> Sheet:
    front, body = markdown.split(text.text)
    translation = directives(front, body) if directives else Translation(front, body)
    for line in translation.lost:
        report.add(text.path, line)
    kind = front_matter.text_of(translation.front.get("kind")) or "article"
    if kind not in KEYS:
        raise CannotRead(f"There is no kind “{kind}”; there are {', '.join(KEYS)}.")
    front, rights_note = dict(translation.front), ""
    if kind == "article":
        ours = other_houses.in_our_words(front)
        front, rights_note = ours.front, ours.rights_note
        for line in ours.lost:
            report.add(text.path, line)
    for name in sorted(front.keys() - KEYS[kind]):
        report.add(text.path, f"{name}: this key is not known for the kind “{kind}”.")
    if not isinstance(front.get("pictures") or {}, dict):
        raise CannotRead("pictures must be lines of “file: {credit: …}”.")
    # Articles may share a name; what other files name must not.
    by_default = text.path.rpartition(".")[0].removesuffix("/index")
    if kind != "article":
        by_default = slug_of(front.get("slug") or text.name)
    given = front_matter.text_of(front.get("key"))
    return Sheet(
        path=text.path,
        name=text.name,
        folder=text.folder,
        kind=kind,
        front=front,
        body=translation.body,
        key=identity(house, kind, given or by_default),
        rights_note=rights_note,
    )
