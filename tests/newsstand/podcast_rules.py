"""What directories of podcasts ask of a feed, as far as a machine can see it without them.

Apple's requirements (RSS 2.0, iTunes) and Podcasting 2.0, in our own words. There is no offline
validator of Apple's, and w3c's is in no package; so each rule here is shown to fail once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from masthead.editorial.models.title import PODCAST_CATEGORIES

ATOM = "{http://www.w3.org/2005/Atom}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"

NEEDED = ("title", "link", "language", "description", f"{ITUNES}author", f"{ITUNES}image",
          f"{ITUNES}category", f"{ITUNES}explicit", f"{ITUNES}type", f"{PODCAST}locked")  # fmt: skip
NEEDED_OF_AN_ITEM = ("title", "link", "guid", "pubDate", "description", "enclosure",
                     f"{ITUNES}duration", f"{ITUNES}explicit", f"{ITUNES}episodeType")  # fmt: skip
# The case of these is looked at, and another is not understood.
KNOWN = {"author", "owner", "name", "email", "image", "category", "explicit", "type", "block",
         "title", "duration", "episodeType", "episode"}  # fmt: skip
KNOWN_PODCAST = {"guid", "locked", "medium", "block", "transcript", "chapters", "person", "episode"}
ADDRESS = re.compile(r"https?://[\x21-\x7e]+")
AUDIO = re.compile(r"https?://[\x21-\x7e]+\.(?:mp3|m4a)")


def faults(feed: bytes, *, private: bool = False) -> list[str]:
    """Return what is wrong with a feed, a sentence each; nothing for a good one."""
    try:
        root = etree.fromstring(feed)
    except etree.XMLSyntaxError as error:
        return [f"It is no XML: {error}"]
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        return ["It is no RSS 2.0."]
    items = channel.findall("item")
    return [
        *_of_channel(channel, private),
        *_of_names(root),
        *_of_all(items),
        *(fault for item in items for fault in _of_item(item)),
    ]


def _of_channel(channel: Any, private: bool) -> Iterator[str]:
    for tag in NEEDED:
        if (found := len(channel.findall(tag))) != 1:
            yield f"There is not one {tag}, but {found}."
    own = [one for one in channel.findall(f"{ATOM}link") if one.get("rel") == "self"]
    if len(own) != 1 or not ADDRESS.fullmatch(own[0].get("href", "")):
        yield "It does not say where it is."
    if (category := channel.find(f"{ITUNES}category")) is not None:
        if category.get("text") not in PODCAST_CATEGORIES:
            yield "Its category is none of Apple's."
        if (category.text or "").strip():
            yield "Its category stands in the text."
    image = channel.find(f"{ITUNES}image")
    if image is not None and not re.fullmatch(r"https?://\S+\.(png|jpg)", image.get("href", "")):
        yield "Its picture is no address of a PNG or JPEG."
    if channel.findtext(f"{ITUNES}explicit") not in ("true", "false"):
        yield "It does not say whether it is explicit."
    if channel.findtext(f"{ITUNES}type") not in ("episodic", "serial"):
        yield "It is neither episodic nor serial."
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", channel.findtext("language") or ""):
        yield "Its language is none."
    blocked = (channel.findtext(f"{ITUNES}block"), channel.findtext(f"{PODCAST}block"))
    if private and blocked != ("Yes", "yes"):
        yield "It may be listed, though it is somebody's own."
    if not private and any(blocked):
        yield "It keeps itself out of directories."
    guid = channel.findtext(f"{PODCAST}guid")
    if private and guid:
        yield "It calls itself by the name of the public one."
    if not private and not _is_uuid(guid or "", 5):
        yield "It has no podcast:guid."
    if channel.findtext(f"{PODCAST}locked") not in ("yes", "no"):
        yield "podcast:locked is neither yes nor no."


def _of_names(root: Any) -> Iterator[str]:
    for one in root.iter(etree.Element):
        name = etree.QName(one)
        if f"{{{name.namespace}}}" == ITUNES and name.localname not in KNOWN:
            yield f"Nobody knows itunes:{name.localname}."
        if f"{{{name.namespace}}}" == PODCAST and name.localname not in KNOWN_PODCAST:
            yield f"Nobody knows podcast:{name.localname}."


def _of_all(items: list[Any]) -> Iterator[str]:
    guids = [item.findtext("guid") for item in items]
    if len(set(guids)) != len(guids):
        yield "Two episodes have one guid."
    sounds = [one.get("url") for item in items for one in item.findall("enclosure")]
    if len(set(sounds)) != len(sounds):
        yield "Two episodes have one recording."


def _of_item(item: Any) -> Iterator[str]:
    for tag in NEEDED_OF_AN_ITEM:
        if len(item.findall(tag)) != 1:
            yield f"An episode has not one {tag}."
            return
    guid, sound = item.find("guid"), item.find("enclosure")
    if guid.get("isPermaLink") != "false" or not _is_uuid(
        (guid.text or "").removeprefix("urn:uuid:")
    ):
        yield "An episode's guid is no key that stays."
    if not AUDIO.fullmatch(sound.get("url", "")):
        yield "A recording's address is not plain, or does not end as a recording's must."
    if not re.fullmatch(r"[1-9]\d*", sound.get("length", "")):
        yield "A recording has no length."
    if sound.get("type") != "audio/mpeg":
        yield "A recording is of no known type."
    if not re.fullmatch(r"[1-9]\d*", item.findtext(f"{ITUNES}duration") or ""):
        yield "An episode has no duration in seconds."
    try:
        if parsedate_to_datetime(item.findtext("pubDate")).tzinfo is None:
            yield "An episode's moment has no zone."
    except (TypeError, ValueError):
        yield "An episode's moment is not written as mail writes it."
    if item.findtext(f"{ITUNES}explicit") not in ("true", "false"):
        yield "An episode does not say whether it is explicit."
    for transcript in item.findall(f"{PODCAST}transcript"):
        if transcript.get("type") != "text/vtt" or not ADDRESS.fullmatch(transcript.get("url", "")):
            yield "A transcript is no WebVTT at a full address."
    for chapters in item.findall(f"{PODCAST}chapters"):
        if chapters.get("type") != "application/json+chapters":
            yield "Chapters are of no known type."
    for person in item.findall(f"{PODCAST}person"):
        if not (person.text or "").strip():
            yield "A person has no name."


def _is_uuid(text: str, version: int | None = None) -> bool:
    try:
        return uuid.UUID(text).version == (version or uuid.UUID(text).version)
    except ValueError:
        return False
