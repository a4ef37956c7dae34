"""What other people's checkers let pass: python -m tests.press.epub.faults FILE.

Prints each fault on a line, and ends with 1 if there is any. Written from the standard and from
experiments with EPUBCheck 5.3, without a look at how the book is made.
"""

from __future__ import annotations

import posixpath
import re
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import av
from lxml import etree

NS = {
    "opf": "http://www.idpf.org/2007/opf",
    "h": "http://www.w3.org/1999/xhtml",
    "smil": "http://www.w3.org/ns/SMIL",
    "dc": "http://purl.org/dc/elements/1.1/",
}
TYPE = "{http://www.idpf.org/2007/ops}type"
OVER_THE_END = 0.05
"""Seconds."""
IN_THE_SUM = 0.010
NEEDED = ("schema:accessMode", "schema:accessibilityFeature", "schema:accessibilityHazard")
WISHED = ("schema:accessModeSufficient", "schema:accessibilitySummary")
CLAIM = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"


class Opened:
    """A book that is being looked at."""

    def __init__(self, file: Path) -> None:
        self.zipped = zipfile.ZipFile(file)
        container = etree.fromstring(self.zipped.read("META-INF/container.xml"))
        self.opf_path = container.xpath("string(//@full-path)")
        self.opf = etree.fromstring(self.zipped.read(self.opf_path))
        self.items = {one.get("id"): one for one in self.opf.iterfind(".//opf:item", NS)}
        self.pages = {
            self.path(one.get("href")): etree.fromstring(self.read(one.get("href")))
            for one in self.items.values()
            if one.get("media-type") == "application/xhtml+xml"
        }

    def path(self, href: str, of: str = "") -> str:
        """Return where a relative address leads, from the package document or another file."""
        folder = posixpath.dirname(of or self.opf_path)
        return posixpath.normpath(posixpath.join(folder, href))

    def read(self, href: str) -> bytes:
        """Return a file that the package document names."""
        return self.zipped.read(self.path(href))

    def metas(self, name: str) -> list[etree._Element]:
        """Return what the package document says under a name."""
        return self.opf.xpath(f"//opf:meta[@property='{name}']", namespaces=NS)

    def spine(self) -> list[str]:
        """Return the pages in their order."""
        refs = self.opf.xpath("//opf:itemref/@idref", namespaces=NS)
        return [self.path(self.items[ref].get("href")) for ref in refs]


def faults(file: Path) -> list[str]:
    """Return what is wrong with a book, a sentence each."""
    book = Opened(file)
    looks = (
        _first_entry,
        _fixed_times,
        _overlays,
        _accessibility,
        _page_list,
        _notes,
        _pictures,
        _links,
    )
    return [fault for look in looks for fault in look(book)]


def _first_entry(book: Opened) -> Iterator[str]:
    first = book.zipped.infolist()[0]
    if first.filename != "mimetype":
        yield "mimetype does not come first."
    if first.compress_type != zipfile.ZIP_STORED:
        yield "mimetype is packed."
    if first.extra:
        yield "mimetype has an extra field."
    if book.zipped.read("mimetype") != b"application/epub+zip":
        yield "mimetype says something else."


def _fixed_times(book: Opened) -> Iterator[str]:
    if len({entry.date_time for entry in book.zipped.infolist()}) > 1:
        yield "The files are of different times."


def _overlays(book: Opened) -> Iterator[str]:
    heard = [one for one in book.items.values() if one.get("media-overlay")]
    if not heard:
        return
    sheet = "".join(
        book.read(one.get("href")).decode()
        for one in book.items.values()
        if one.get("media-type") == "text/css"
    )
    for name in ("active-class", "playback-active-class"):
        named = [one.text for one in book.metas(f"media:{name}")]
        if not named:
            yield f"No {name} is named."
        elif not re.search(rf"\.{re.escape(named[0])}\b", sheet):
            yield f"The style sheet does not know the {name}."
    if not book.metas("media:narrator"):
        yield "Nobody is said to read."
    durations = {one.get("refines"): _seconds(one.text) for one in book.metas("media:duration")}
    total = 0.0
    for item in heard:
        overlay = book.items[item.get("media-overlay")]
        spent = 0.0
        for fault, seconds in _overlay(book, item, overlay):
            spent += seconds
            if fault:
                yield fault
        total += spent
        if abs(durations.get(f"#{overlay.get('id')}", -1) - spent) > IN_THE_SUM:
            yield f"{overlay.get('href')}: its duration is not the sum of its clips."
    if abs(durations.get(None, -1) - total) > IN_THE_SUM:
        yield "The duration of all is not the sum of all clips."


def _overlay(book: Opened, item, overlay) -> Iterator[tuple[str, float]]:
    where = overlay.get("href")
    path = book.path(where)
    smil = etree.fromstring(book.read(where))
    page_path = book.path(item.get("href"))
    page = book.pages[page_path]
    places = {one.get("id"): number for number, one in enumerate(page.iter()) if one.get("id")}
    last_place, last_end = -1, 0.0
    named: list[str] = []
    lengths: dict[str, float] = {}
    for par in smil.iterfind(".//smil:par", NS):
        text = par.find("smil:text", NS).get("src")
        file, _hash, target = text.partition("#")
        named.append(target)
        if book.path(file, path) != page_path or target not in places:
            yield f"{where}: {text} leads nowhere.", 0
            continue
        if places[target] <= last_place:
            yield f"{where}: {target} stands before what is heard before it.", 0
        last_place = max(last_place, places[target])
        audio = par.find("smil:audio", NS)
        begins, ends = _seconds(audio.get("clipBegin")), _seconds(audio.get("clipEnd"))
        if begins < last_end:
            yield f"{where}: {target} begins while another is heard.", 0
        if ends <= begins:
            yield f"{where}: {target} takes no time.", 0
        last_end = ends
        sound = book.path(audio.get("src"), path)
        if sound not in lengths:
            lengths[sound] = _length(book.zipped.read(sound))
        if ends > lengths[sound] + OVER_THE_END:
            yield f"{where}: {target} goes on after the end of its sound.", 0
        yield "", ends - begins
    for target in {one for one in named if named.count(one) > 1}:
        yield f"{where}: {target} is heard more than once.", 0
    # A block called s1 has an id that looks like a sentence's.
    names = (one.get("id") or "" for one in page.iter(f"{{{NS['h']}}}span"))
    spoken = {name for name in names if re.search(r"(?<!^b)-s\d+$", name)}
    for missed in sorted(spoken - set(named)):
        yield f"{where}: {missed} is never heard.", 0


def _accessibility(book: Opened) -> Iterator[str]:
    for name in (*NEEDED, *WISHED):
        if not book.metas(name):
            yield f"{name} is not said."
    claims = [one for one in book.metas("dcterms:conformsTo") if one.text == CLAIM]
    certified = {one.get("refines") for one in book.metas("a11y:certifiedBy") if one.text}
    for claim in claims:
        if f"#{claim.get('id')}" not in certified:
            yield "It is said to conform, and nobody answers for it."
    features = {one.text for one in book.metas("schema:accessibilityFeature")}
    heard = any(one.get("media-overlay") for one in book.items.values())
    if heard != ("synchronizedAudioText" in features):
        yield "synchronizedAudioText is not as it is."
    if ("pageBreakMarkers" in features) != bool(_breaks(book)):
        yield "pageBreakMarkers is not as it is."


def _breaks(book: Opened) -> list[str]:
    return [
        f"{path}#{one.get('id')}"
        for path in book.spine()
        for one in book.pages[path].iter()
        if isinstance(one.tag, str) and one.get(TYPE) == "pagebreak"
    ]


def _page_list(book: Opened) -> Iterator[str]:
    (nav,) = (one for one in book.items.values() if "nav" in (one.get("properties") or "").split())
    path = book.path(nav.get("href"))
    lists = [one for one in book.pages[path].iter() if one.get(TYPE) == "page-list"]
    listed = [
        (book.path(link.get("href"), path), link.text)
        for one in lists
        for link in one.iter(f"{{{NS['h']}}}a")
    ]
    breaks = _breaks(book)
    if [address for address, _folio in listed] != breaks:
        yield "The list of pages does not lead to the page breaks, in their order."
    if breaks and not book.metas("pageBreakSource"):
        yield "Whose pages they are is not said."
    labels = {
        f"{page}#{one.get('id')}": one.get("aria-label")
        for page, tree in book.pages.items()
        for one in tree.iter()
        if one.get(TYPE) == "pagebreak"
    }
    for address, folio in listed:
        if labels.get(address) != folio:
            yield f"Page {folio} is called something else where it begins."
    folios = [int(folio) for _address, folio in listed if folio.isdecimal()]
    if folios != sorted(set(folios)):
        yield "The printed pages do not follow one another."


def _notes(book: Opened) -> Iterator[str]:
    for path, page in book.pages.items():
        ids = {one.get("id"): one for one in page.iter() if one.get("id")}
        for link in page.xpath("//h:a[@role='doc-noteref']", namespaces=NS):
            note = ids.get(link.get("href").removeprefix("#"))
            if note is None or note.get("role") != "doc-footnote":
                yield f"{path}: {link.get('href')} is no footnote."
                continue
            back = note.xpath(".//h:a[@role='doc-backlink']/@href", namespaces=NS)
            if not [one for one in back if one.removeprefix("#") in ids]:
                yield f"{path}: nothing leads back from {link.get('href')}."


def _pictures(book: Opened) -> Iterator[str]:
    for path, page in book.pages.items():
        for image in page.iter(f"{{{NS['h']}}}img"):
            if image.get("alt") is None:
                yield f"{path}: {image.get('src')} has no words in its place."


def _links(book: Opened) -> Iterator[str]:
    for path, page in book.pages.items():
        for address in page.xpath("//@href | //@src", namespaces=NS):
            if re.match("[a-z]+:", address):
                continue
            file, _hash, name = str(address).partition("#")
            target = book.path(file, path) if file else path
            if target not in book.zipped.namelist():
                yield f"{path}: {address} leads nowhere."
            elif name and target in book.pages and not _has(book.pages[target], name):
                yield f"{path}: {address} leads to no place."


def _has(page, name: str) -> bool:
    return bool(page.xpath("//*[@id=$name]", name=name))


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _length(sound: bytes) -> float:
    with av.open(BytesIO(sound)) as opened:
        rate = opened.streams.audio[0].rate
        return sum(frame.samples for frame in opened.decode(audio=0)) / rate


if __name__ == "__main__":
    found = faults(Path(sys.argv[1]))
    print("\n".join(found))
    sys.exit(bool(found))
