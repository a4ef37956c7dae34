"""Who may read what: one question, asked here by every surface.

`may_read()` is pure. It sees values, never rows or requests, so that the same answer is
given to the site, a feed, a letter and the API, and so that every rule can be proved.
It begins closed: what no rule opens stays at the lead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from masthead.manuscript.gate import Decision
from masthead.manuscript.nodes import Access

READ_EVERYTHING = "editorial.read_everything"
"""The permission of staff who may read whatever stands in the magazine."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. An anonymous reader is `Viewer()`."""

    signed_in: bool = False
    reads_everything: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked for. ``published`` is whether it is out at all."""

    key: str
    access: Access
    published: bool = True


ANONYMOUS = Viewer()


def may_read(viewer: Viewer, work: Work, at: datetime) -> Decision:
    """Return what `viewer` may have of `work` at that moment.

    The first rule that applies decides, and its id is in the decision:

    - ``staff``: permitted staff have everything, published or not.
    - ``not-out``: nobody else has anything of what is not published.
    - ``open``: an open work is everybody's.
    - ``closed``: whatever is left is closed; the lead, and the offer.

    Args:
        viewer: who asks.
        work: what for.
        at: the moment of asking, timezone-aware.
    """
    if at.tzinfo is None:
        raise ValueError("Ask with a timezone-aware moment.")
    if viewer.reads_everything:
        return Decision("full", "staff")
    if not work.published:
        return Decision("none", "not-out")
    if work.access == "open":
        return Decision("full", "open")
    return Decision("lead", "closed", offer=True)
