"""Answering what a text names by file or address with the keys that Masthead uses.

Whatever cannot be answered is taken out, its words kept where it had any, and reported.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from masthead.editorial.conversion.register import key_of
from masthead.exchange.importers.desk import Desk
from masthead.exchange.importers.pictures import CannotTake
from masthead.exchange.importers.sheets import Sheet
from masthead.manuscript import addresses, markdown, nodes, walk
from masthead.manuscript.nodes import Manuscript
from masthead.manuscript.rewrite import rewrite

SHELVES_BY_ADDRESS = {
    "articles": "article",
    "issues": "issue",
    "contributors": "contributor",
    "topics": "topic",
}


@dataclass
class Answers:
    """Answers for one sheet. ``early`` is true where a link came before what it leads to."""

    desk: Desk
    sheet: Sheet
    early: bool = field(default=False, init=False)

    def answered(self, manuscript: Manuscript) -> Manuscript:
        """Return the manuscript with keys for files, and every moment in a zone."""
        manuscript = rewrite(manuscript, self._answer)
        front = manuscript.front
        return replace(
            manuscript,
            front=replace(
                front,
                lead_figure=_shown(front.lead_figure),
                variants=tuple(
                    replace(variant, lead_figure=_shown(variant.lead_figure))
                    for variant in front.variants
                ),
            ),
            body=rewrite(manuscript.body, _without_empty),
        )

    def _answer(self, node: Any) -> Any:
        if isinstance(node, nodes.Figure):
            return replace(node, picture=self._picture(node.picture, node.caption))
        if isinstance(node, nodes.Embed):
            return replace(node, picture=self._picture(node.picture), url=self._url(node.url))
        if isinstance(node, nodes.Audio):
            return self._recording(node)
        if isinstance(node, nodes.Link):
            href = self._href(node.href)
            return replace(node, href=href) if href else node.children
        if isinstance(node, nodes.Mention):
            topic = self.desk.find("topic", node.topic)
            if topic is None:
                self._report(f"There is no topic “{node.topic}”; its words were kept.")
                return node.children
            return replace(node, topic=key_of(topic))
        if isinstance(node, nodes.Statement):
            node = replace(node, posted_at=self.desk.in_zone(node.posted_at))
        if isinstance(node, nodes.FrontMatter):
            return replace(
                node,
                published_at=self.desk.in_zone(node.published_at),
                updated_at=self.desk.in_zone(node.updated_at),
            )
        if getattr(node, "url", ""):
            return replace(node, url=self._url(node.url))
        return node

    def _picture(self, reference: str, caption: nodes.Words = ()) -> str:
        if not reference:
            return ""
        try:
            return self.desk.library.picture(self.sheet, reference)
        except CannotTake as reason:
            words = walk.plain_text(caption)
            under = f" Under it stood: {words}" if words else ""
            self._report(f"A picture was left out. {reason}{under}")
            return ""

    def _recording(self, node: nodes.Audio) -> Any:
        try:
            key = self.desk.library.recording(self.sheet, node.audio, node.title)
        except CannotTake as reason:
            self._report(f"The recording “{node.title}” was left out. {reason}")
            return node.transcript
        return replace(node, audio=key)

    def _url(self, url: str) -> str:
        if not url or addresses.is_public(url):
            return url
        self._report(f"“{url[:80]}” is no address of the web; it was left out.")
        return ""

    # --- Links --------------------------------------------------------------

    def _href(self, href: str) -> str:
        """Return where a link leads: an address, a key, or nothing where it leads nowhere."""
        if href.startswith("//"):
            return f"https:{href}"
        if addresses.is_public(href):
            return href
        if addresses.is_key(href):
            if self._may_come(href):
                return href
            if page := self.desk.find(href.partition(":")[0], href):
                return key_of(page)
        elif not addresses.scheme(href) and (key := self._page(href)):
            return key
        self._report(f"The link to “{href[:80]}” leads nowhere here; its words were kept.")
        return ""

    def _page(self, href: str) -> str:
        path = unquote(urlsplit(href).path)
        if not path:
            return ""
        if path.startswith("/"):
            return self._page_at(path)
        top = self.desk.library.directory
        here = PurePosixPath(self.sheet.folder.relative_to(top).as_posix())
        wanted = posixpath.normpath((here / path).as_posix())
        sheet = self.desk.by_path.get(wanted)
        return self._key_of(sheet) if sheet else ""

    def _page_at(self, path: str) -> str:
        """Return the key of what stands at an address of the magazine's own."""
        shelf, _, name = path.strip("/").partition("/")
        kind = SHELVES_BY_ADDRESS.get(shelf, "")
        if not kind or not name:
            return ""
        # Dossiers stand on the shelf of topics.
        for here in (kind, "dossier") if kind == "topic" else (kind,):
            if sheet := self.desk.by_name.get((here, name)):
                return self._key_of(sheet)
            if page := self.desk.find(here, name):
                return key_of(page)
        return ""

    def _key_of(self, sheet: Sheet) -> str:
        if sheet.path in self.desk.pages:
            return key_of(self.desk.pages[sheet.path])
        key = f"{sheet.kind}:{sheet.key}"
        return key if self._may_come(key) else ""

    def _may_come(self, key: str) -> bool:
        """Say whether a key leads to what is there, or will be; note what is not there yet."""
        if self.desk.is_there(key):
            return True
        if self.desk.all_here or key not in self.desk.by_key:
            return False
        self.early = True
        return True

    def _report(self, reason: str) -> None:
        self.desk.report.add(self.sheet.path, reason)


def text(desk: Desk, sheet: Sheet) -> Manuscript:
    """Return the text below a sheet's front matter, where that is no article's."""
    reading = markdown.read({"title": sheet.name, "key": str(sheet.key)}, sheet.body)
    for line in reading.lost:
        desk.report.add(sheet.path, line)
    return Answers(desk, sheet).answered(reading.manuscript)


def _shown(figure: nodes.Figure | None) -> nodes.Figure | None:
    return figure if figure and figure.picture else None


def _without_empty(node: Any) -> Any:
    empty = (isinstance(node, nodes.Figure) and not node.picture) or (
        isinstance(node, nodes.Gallery) and not node.figures
    )
    return () if empty else node
