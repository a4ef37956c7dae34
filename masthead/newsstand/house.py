"""What pressing an issue asks of the departments above production."""

from __future__ import annotations

import json
from datetime import datetime

from masthead.circulation import entitlements, viewers
from masthead.newsstand import theme
from masthead.newsstand.phrases import phrases_in
from masthead.production.gathering import House


def house(at: datetime) -> House:
    """Return what may be pressed at a moment, in which words and with which look.

    The house reads everything: a printer gets closed articles, and an editor's proof has those
    that are not out.
    """
    editor = entitlements.Viewer(reads_everything=True)
    look = theme.current()
    if look is not theme.LAMP and look.faces is None:
        # Without faces of its own it has the lamp's; and the sizes that were chosen for those.
        look = theme.LAMP
    return House(
        decide=lambda article: entitlements.may_read(editor, viewers.work_of(article), at),
        phrases_in=phrases_in,
        tokens=json.loads((look.folder / "tokens.json").read_text("utf-8")),
        faces=look.faces,
    )
