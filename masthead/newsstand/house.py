"""What pressing an issue asks of the departments above production."""

from __future__ import annotations

import json
from datetime import datetime

from masthead.circulation import entitlements, viewers
from masthead.newsstand import theme
from masthead.newsstand.phrases import phrases_in
from masthead.production.editions import House


def house(at: datetime) -> House:
    """Return what may be pressed at a moment, in which words and with which look.

    The house reads everything: a printer gets closed articles, and an editor's proof has those
    that are not out.
    """
    editor = entitlements.Viewer(reads_everything=True)
    return House(
        decide=lambda article: entitlements.may_read(editor, viewers.work_of(article), at),
        phrases_in=phrases_in,
        # So far paper has the faces of the lamp, whatever the site has.
        tokens=json.loads((theme.LAMP.folder / "tokens.json").read_text("utf-8")),
    )
