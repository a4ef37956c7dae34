"""Media overlays: which piece of a chapter is shown while which stretch of its recording is heard.

Source: W3C EPUB 3.3, section 9.
"""

from __future__ import annotations

from collections.abc import Sequence

from masthead.press.epub.markup import OPS, told
from masthead.press.epub.sentences import Par


def smil(chapter: str, sound: str, pars: Sequence[Par]) -> str:
    """Return the overlay of a chapter.

    Args:
        chapter: where its text is, from the overlay.
        sound: where its recording is, from the overlay.
        pars: its pieces, in order.
    """
    rows = "\n".join(
        f'<par id="par-{number}"><text src="{told(chapter)}#{told(par.target)}"/>'
        f'<audio src="{told(sound)}" clipBegin="{clock(par.begins)}"'
        f' clipEnd="{clock(par.ends)}"/></par>'
        for number, par in enumerate(pars, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="{OPS}" version="3.0"><body>\n'
        f'<seq id="chapter" epub:textref="{told(chapter)}" epub:type="bodymatter">\n{rows}\n'
        "</seq></body></smil>\n"
    )


def seconds(pars: Sequence[Par]) -> float:
    """Return how long the pieces are together, to the millisecond that is written."""
    return sum(_milliseconds(par.ends) - _milliseconds(par.begins) for par in pars) / 1000


def clock(moment: float) -> str:
    """Return seconds as a clock value such as 0:01:02.345."""
    minutes, rest = divmod(_milliseconds(moment), 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _milliseconds(moment: float) -> int:
    return round(moment * 1000)
