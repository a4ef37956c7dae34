"""What OPDS asks of its catalogues: the schemas of 2.0 where they are at hand, and rules for 1.2.

The schemas are not ours to ship. `MASTHEAD_TEST_SCHEMAS` names a folder that has them in `opds/`;
without it, what depends on them is skipped. The grammar of 1.2 (`opds.rnc` beside `atom.rnc`) is
asked as well if it is there, by Debian's jing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from lxml import etree
from referencing import Registry, Resource

SCHEMAS = Path(os.environ.get("MASTHEAD_TEST_SCHEMAS", "."), "opds")
HAS_SCHEMAS = (SCHEMAS / "feed.schema.json").is_file()
GRAMMAR = SCHEMAS / "opds.rnc"

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/terms/}"
ACQUIRE = "http://opds-spec.org/acquisition"
IMAGE = "http://opds-spec.org/image"
KIND = "application/atom+xml;profile=opds-catalog;kind="
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def of_schema(name: str, document: Any) -> list[str]:
    """Return what a schema finds wrong, formats (dates, addresses) included."""
    schema = json.loads((SCHEMAS / name).read_text())
    validator = jsonschema.Draft7Validator(
        _for_python(schema), registry=_registry(), format_checker=jsonschema.FormatChecker()
    )
    return [f"{list(one.path)}: {one.message[:200]}" for one in validator.iter_errors(document)]


@cache
def _registry() -> Any:
    registry: Any = Registry()
    for path in SCHEMAS.rglob("*.json"):
        schema = _for_python(json.loads(path.read_text()))
        registry = registry.with_resource(schema["$id"], Resource.from_contents(schema))
    return registry


def _for_python(schema: Any) -> Any:
    """Return a schema whose patterns name their groups as Python does."""
    if isinstance(schema, dict):
        return {
            key: re.sub(r"\(\?<(?=[a-zA-Z])", "(?P<", value) if key == "pattern" else
            _for_python(value)
            for key, value in schema.items()
        }  # fmt: skip
    return [_for_python(one) for one in schema] if isinstance(schema, list) else schema


def of_grammar(feed: bytes) -> list[str]:
    """Return what jing finds wrong with a feed of OPDS 1.2; nothing where there is no grammar."""
    if not GRAMMAR.is_file() or not shutil.which("jing"):
        return []
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(feed)
        file.flush()
        told = subprocess.run(["jing", "-c", GRAMMAR, file.name], capture_output=True, text=True)
    return told.stdout.splitlines()


def faults(feed: bytes, kind: str) -> list[str]:
    """Return what is wrong with a feed of OPDS 1.2 of a kind, navigation or acquisition."""
    root = etree.fromstring(feed)
    if root.tag != f"{ATOM}feed":
        return ["It is no Atom feed."]
    entries = root.findall(f"{ATOM}entry")
    found = [*_of_feed(root, kind), *(fault for one in entries for fault in _of_entry(one, kind))]
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    if len(set(ids)) != len(ids):
        found.append("Two entries have one id.")
    return found


def _of_feed(root: Any, kind: str) -> Iterator[str]:
    yield from _of_all(root)
    if root.find(f"{ATOM}author/{ATOM}name") is None:
        yield "Nobody has written it."
    links = {one.get("rel"): one.get("type") for one in root.findall(f"{ATOM}link")}
    if links.get("self") != f"{KIND}{kind}":
        yield "It does not say where it is, or as what."
    if links.get("start") != f"{KIND}navigation":
        yield "It does not lead to its start."
    if links.get("http://opds-spec.org/auth/document") != "application/opds-authentication+json":
        yield "It does not say how to sign in."


def _of_entry(entry: Any, kind: str) -> Iterator[str]:
    yield from _of_all(entry)
    links = entry.findall(f"{ATOM}link")
    rels = [one.get("rel") for one in links]
    if kind == "navigation":
        if entry.find(f"{ATOM}content") is None:
            yield "An entry has no content."
        if [one.get("type") for one in links] != [f"{KIND}acquisition"]:
            yield "An entry leads nowhere, or to several places."
        return
    if ACQUIRE not in rels:
        yield "A publication cannot be had."
    if IMAGE not in rels or f"{IMAGE}/thumbnail" not in rels:
        yield "A publication has no picture."
    for link in links:
        if (link.get("rel") or "").startswith(IMAGE) and link.get("type") not in (
            "image/jpeg", "image/png", "image/gif",
        ):  # fmt: skip
            yield "A picture is of a kind that older apps do not know."
        if not link.get("type"):
            yield "A link does not say to what it leads."
    issued = entry.findtext(f"{DC}issued") or ""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", issued):
        yield "A publication has no day."
    if not entry.findtext(f"{DC}language"):
        yield "A publication has no language."


def _of_all(one: Any) -> Iterator[str]:
    for tag in ("id", "title", "updated"):
        if len(one.findall(f"{ATOM}{tag}")) != 1:
            yield f"There is not one {tag}."
    if not URN.fullmatch(one.findtext(f"{ATOM}id") or ""):
        yield "An id is none that stays."
    if not MOMENT.fullmatch(one.findtext(f"{ATOM}updated") or ""):
        yield "A moment is not written as RFC 3339 has it."
    for link in one.findall(f"{ATOM}link"):
        if not re.fullmatch(r"https?://[\x21-\x7e]+", link.get("href") or ""):
            yield "A link has no full address."
