"""The plain text edition."""

from __future__ import annotations

from masthead.manuscript import walk
from masthead.manuscript.gate import Decision
from masthead.manuscript.press_document import PressDocument


def render(document: PressDocument, decision: Decision) -> str:
    """Return what this reader may have, as plain text."""
    front = document.front
    bodies = document.whole.open(decision) if decision.parts == "full" else (document.lead,)
    texts = [walk.plain_text(body.blocks) for body in bodies]
    return "\n\n".join(filter(None, [front.headline, front.standfirst, *texts])) + "\n"
