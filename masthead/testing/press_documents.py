"""Press documents of any manuscript, every key answered by something invented.

What resolving does from a database is done here from nothing, so that an edition can be
tested by itself.
"""

from __future__ import annotations

from masthead.manuscript import languages, walk
from masthead.manuscript.gate import Gated
from masthead.manuscript.nodes import Edition, Manuscript
from masthead.manuscript.press_document import (
    AudioCard,
    Card,
    PictureCard,
    PictureSource,
    PressDocument,
)

PICTURE = PictureCard(
    width=1200,
    height=800,
    sources=(
        PictureSource("/media/pier-600.avif", 600, "image/avif"),
        PictureSource("/media/pier-1200.avif", 1200, "image/avif"),
        PictureSource("/media/pier-1200.jpg", 1200, "image/jpeg"),
    ),
    alternative="A picture as its library describes it",
    credit="The library",
)
RECORDING = AudioCard("/media/tide.mp3", "audio/mpeg")


def pressed(manuscript: Manuscript, edition: Edition = "web") -> PressDocument:
    """Return the press document of `manuscript` for one edition; every key has an answer."""
    here = walk.for_edition(manuscript, edition)
    parts, lead, count = walk.parts(here), walk.lead(here), walk.word_count(here)
    keys = walk.keys(here)
    return PressDocument(
        edition=edition,
        key=here.key,
        url=f"/articles/{here.key}/",
        front=here.front,
        direction=languages.direction(here.front.language),
        lead=lead,
        whole=Gated(parts),
        parts_count=len(parts),
        word_count=count,
        reading_minutes=walk.reading_minutes(count),
        pictures={key: PICTURE for key in keys if key.startswith("picture:")},
        audio={key: RECORDING for key in keys if key.startswith("audio:")},
        cards={key: Card(key, f"/{key.replace(':', '/')}/") for key in keys},
        lead_is_whole=len(parts) == 1 and lead.blocks == parts[0].blocks,
    )
