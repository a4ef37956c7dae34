"""The front matter of other houses in our own words.

Which of their keys we understand stands in `docs/reference/manuscript-markdown.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from masthead.manuscript import markdown_front as front_matter

SAME_AS = {
    "title": ("headline",),
    "authors": ("author", "byline"),
    "date": ("published", "publish_date", "pubdate", "date_published"),
    "updated": ("lastmod", "modified"),
    "language": ("lang",),
    "standfirst": ("excerpt", "summary", "description", "subtitle"),
    "section": ("category", "categories"),
    "topics": ("tags", "keywords"),
    "lead_figure": ("main_image", "image", "cover_image", "feature_image"),
    "key": ("uuid", "guid", "id", "nid"),
}
"""Our key, and theirs that mean the same, the most telling first."""

SAYS_DRAFT = {"listed": "false", "published": "false", "status": "draft"}
SAYS_NOTHING = {"listed": ("true",), "published": ("true",), "status": ("published", "publish")}


@dataclass(frozen=True, slots=True)
class Ours:
    """Front matter in our keys, the terms of its pictures, and what found no place."""

    front: dict[str, Any]
    rights_note: str
    lost: tuple[str, ...]


def in_our_words(theirs: Mapping[str, Any]) -> Ours:
    """Return front matter with the keys of other houses turned into ours.

    Where both are there, ours stands. Keys that nobody knows are left as they are, for the
    caller to report.
    """
    # YAML tells “Title” from “title”; people do not.
    left = {str(name).strip().lower(): value for name, value in theirs.items()}
    lost: list[str] = []
    draft = _draft(left)
    if "password" in left:
        # Its words are nobody's business, not even the report's.
        del left["password"]
        lost.append(
            "password: Masthead keeps no passwords of articles; `access` says who may read."
        )
    rights_note = _words(left.pop("license", left.pop("licence", "")))
    for ours, others in SAME_AS.items():
        for name in others:
            if name not in left:
                continue
            value = left.pop(name)
            if left.get(ours) in (None, "", []):
                left[ours] = value
            elif left[ours] != value and value not in (None, "", []):
                lost.append(f"{name}: “{ours}” says something else already; that stands.")
    _first_is_section(left)
    left["topics"] = _listed(left.get("topics"))
    left["authors"] = front_matter.list_of(left.get("authors"))
    if "language" in left:
        left["language"] = _words(left["language"]).replace("_", "-")
    if isinstance(figure := left.get("lead_figure"), dict):
        left["lead_figure"] = _figure(figure)
    if draft:
        left["draft"] = True
    return Ours(left, rights_note, tuple(lost))


def _draft(left: dict[str, Any]) -> bool:
    draft = False
    for name, word in SAYS_DRAFT.items():
        if name not in left or isinstance(left[name], list | dict):
            continue
        said = _words(left[name]).strip().lower()
        if said == word:
            draft = True
        if said == word or said in SAYS_NOTHING[name]:
            del left[name]
    return draft


def _first_is_section(left: dict[str, Any]) -> None:
    """Let the first of several categories be the section, and the others topics."""
    section = left.get("section")
    if not isinstance(section, list):
        return
    first, *others = section or [""]
    left["section"] = first
    if others:
        left["topics"] = [*_listed(left.get("topics")), *others]


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str) and "," in value:
        return [part.strip() for part in value.split(",") if part.strip()]
    return front_matter.list_of(value)


def _figure(figure: dict[Any, Any]) -> dict[Any, Any]:
    names = {"url": "picture", "src": "picture", "path": "picture"}
    return {names.get(name, name): value for name, value in figure.items()}


def _words(value: Any) -> str:
    return front_matter.text_of(value)
